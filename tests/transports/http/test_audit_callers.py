"""An audit line says who called over HTTP, and nobody can pass for another there."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from do_nfs_mcp.api.callers import caller_principal
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.masking import Masking
from do_nfs_mcp.transports.http.oauth import Issuer
from do_nfs_mcp.transports.http.tokens import TokenFile
from do_nfs_mcp.transports.http.verifiers import CompositeVerifier
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser

from ...support.calling import succeed
from ...support.constants import NEW_SHARE, PROTOCOL_VERSIONS
from ...support.http_site import Grant, OpenSite
from ...support.issuer import AUDIENCE, URL, Login, signed

pytestmark = pytest.mark.anyio

ALL = "nfs:list nfs:read nfs:create nfs:delete"
OAUTH = {"via": "http", "issuer": URL}


async def caller_of(open_site: OpenSite, token_file: Path, token: str | None, mode: str = "2026-07-28") -> Any:
    """Order a share, and return the caller that the audit has."""
    lines = io.StringIO()
    verifier = CompositeVerifier([TokenFile(token_file), Issuer(URL, AUDIENCE, transport=Login())])
    async with (
        open_site(asks=token is not None, verifier=verifier, audit=Audit(lines, Masking())) as site,
        site.client(token, mode=mode) as client,
    ):
        await succeed(client, "create_share", **NEW_SHARE, wait=False)
    (line,) = map(json.loads, lines.getvalue().splitlines())
    return line["caller"]


@pytest.mark.parametrize("mode", PROTOCOL_VERSIONS)
async def test_the_issuer_the_person_and_their_client_are_each_audited(
    open_site: OpenSite, token_file: Path, mode: str
) -> None:
    caller = await caller_of(open_site, token_file, signed(sub="ann", client_id="host", scope=ALL), mode)
    assert caller == {**OAUTH, "subject": "ann", "client": "host"}


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        ({"sub": "ann", "client_id": None}, {"subject": "ann"}),
        ({"sub": None, "client_id": "robot"}, {"client": "robot"}),
        ({"sub": "robot", "client_id": "robot"}, {"subject": "robot", "client": "robot"}),
        ({"sub": "ann", "client_id": None, "azp": "host"}, {"subject": "ann", "client": "host"}),
    ],
)
async def test_what_a_jwt_does_not_say_of_its_caller_is_left_out_of_the_audit(
    open_site: OpenSite, token_file: Path, claims: dict[str, Any], named: dict[str, str]
) -> None:
    assert await caller_of(open_site, token_file, signed(scope=ALL, **claims)) == {**OAUTH, **named}


@pytest.mark.parametrize("mode", PROTOCOL_VERSIONS)
async def test_a_name_in_the_file_of_tokens_cannot_be_claimed_by_a_jwt(
    open_site: OpenSite, token_file: Path, grant: Grant, mode: str
) -> None:
    known = await caller_of(open_site, token_file, grant("alice", *ALL.split()), mode)
    assert known == {"via": "http", "token_name": "alice"}
    claimed = signed(scope=ALL, sub="alice", client_id="alice", name="alice", token_name="alice")
    assert await caller_of(open_site, token_file, claimed, mode) == {**OAUTH, "subject": "alice", "client": "alice"}


@pytest.mark.parametrize("mode", PROTOCOL_VERSIONS)
async def test_a_caller_over_http_who_was_not_asked_who_they_are_is_nobody(
    open_site: OpenSite, token_file: Path, mode: str
) -> None:
    assert await caller_of(open_site, token_file, None, mode) == {"via": "http"}


async def test_people_who_use_one_application_and_a_token_of_its_name_are_callers_of_their_own(
    token_file: Path, grant: Grant
) -> None:
    verifier = CompositeVerifier([TokenFile(token_file), Issuer(URL, AUDIENCE, transport=Login())])
    tokens = [grant("host", "nfs:list"), signed(sub="ann"), signed(sub="bob"), signed(sub=None)]
    principals = set()
    for token in tokens:
        caller = await verifier.verify_token(token)
        assert caller is not None
        auth_context_var.set(AuthenticatedUser(caller))
        principals.add(caller_principal())
    assert len(principals) == len(tokens)
