"""Who may make the sandbox's own calls: programs on this machine, and callers holding the token."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

from do_nfs_sandbox.api.errors import RequestRefusedError

if TYPE_CHECKING:
    from do_nfs_sandbox.http.asgi import Scope

__all__ = ["check_access", "is_loopback"]

_PORT = re.compile(":[0-9]*$")


def check_access(scope: Scope, token: str | None) -> None:
    """Refuse a request that a web page of another origin has sent, or that comes from who knows where.

    Browsers say from which page a request comes that may change something, whatever sends it: a script or a form.
    Where no token is asked for, a page could lead a name of its own to this machine; it is that name which is sent.

    Args:
        scope: The request.
        token: What it has to bring; None or empty accepts any request sent to this machine by one of its names.

    Raises:
        RequestRefusedError: 403 if it comes from another page, 401 if it lacks the token, 421 if it was sent to another
            name or, without a token, reached the sandbox on an address that is not loopback.
    """
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1")
    origin = headers.get(b"origin")
    if origin is not None and origin.decode("latin-1").partition("://")[2] != host:
        raise RequestRefusedError(403, "Web pages of other origins may not use these calls.")
    if token:
        given = _given_token(headers.get(b"authorization", b""))
        if not hmac.compare_digest(given, token.encode("utf-8", "surrogateescape")):
            raise RequestRefusedError(
                401,
                "These calls need the sandbox's admin token: as a bearer token, or as the password in a browser.",
                headers={"www-authenticate": 'Basic realm="the sandbox: the password is its admin token"'},
            )
    # Nothing but a program's own call in process has no server.
    elif (server := scope.get("server")) and not (is_loopback(server[0]) and is_loopback(_PORT.sub("", host))):
        raise RequestRefusedError(421, "Without an admin token these calls have to be sent to 127.0.0.1 or localhost.")


def is_loopback(host: str) -> bool:
    """Return whether a name or an address, in brackets or not, is this machine's own and nobody else's."""
    try:
        address = ip_address(host.strip("[]"))
        # Python 3.13 sees this by itself.
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return host == "localhost"


def _given_token(authorization: bytes) -> bytes:
    """Return the token that a header has; empty if it has none."""
    scheme, _, given = authorization.partition(b" ")
    if scheme.lower() == b"bearer":
        return given.strip()
    if scheme.lower() != b"basic":
        return b""
    try:
        return base64.b64decode(given, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""
