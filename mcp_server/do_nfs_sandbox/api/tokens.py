"""Which tokens are accepted, and what each may do."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

from do_nfs_sandbox.contract.routes import SCOPES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["Tokens"]

_VENDOR_FORM = re.compile(rb"do[po]_v1_[0-9a-fA-F]{64}")


class Tokens:
    """The tokens that are accepted: those declared here and, with every scope, any other in DigitalOcean's format.

    Args:
        declared: The scopes of each token.
    """

    def __init__(self, declared: Mapping[str, Collection[str]]) -> None:
        self._declared = [(token.encode(), frozenset(scopes)) for token, scopes in declared.items()]

    def authenticate(self, authorization: bytes) -> tuple[bytes | None, frozenset[str]]:
        """Find out who is asking.

        Args:
            authorization: The Authorization header, empty if there was none.

        Returns:
            The token and its scopes; None and no scopes if it is not accepted.
        """
        scheme, _, token = authorization.partition(b" ")
        token = token.strip()
        if scheme.lower() != b"bearer":
            return None, frozenset()
        for known, scopes in self._declared:
            if hmac.compare_digest(known, token):
                return token, scopes
        if _VENDOR_FORM.fullmatch(token):
            return token, SCOPES
        return None, frozenset()
