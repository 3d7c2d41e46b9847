"""What is checked before the protocol."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from do_nfs_mcp.transports.http import refusals
from do_nfs_mcp.transports.http.oauth import Issuer
from do_nfs_mcp.transports.http.tokens import TokenFile
from do_nfs_mcp.transports.http.verifiers import CompositeVerifier, Verifier
from limits.aio.storage import MemoryStorage
from mcp import MCPError

from ...support.calling import call, text_of
from ...support.clock import Clock
from ...support.constants import NEW_SHARE
from ...support.http_site import INITIALIZE, Grant, OpenSite, Site
from ...support.issuer import AUDIENCE, URL, Login, signed
from ...support.person import Person

pytestmark = pytest.mark.anyio

KIB = 1024


def remove(path: Path) -> None:
    path.unlink()


async def test_a_caller_with_a_token_gets_work_done(site: Site, grant: Grant, protocol_version: str) -> None:
    token = grant("ann", "nfs:list", "nfs:read", "nfs:create", "nfs:delete")
    async with site.client(token, protocol_version) as client:
        made = await call(client, "create_share", **NEW_SHARE)
        assert made.structured_content is not None
        assert made.structured_content["share"]["status"] == "ACTIVE"
        assert "data" in text_of(await call(client, "list_shares"))


async def test_on_2026_07_28_a_delete_asks_and_on_older_versions_it_fails_closed(
    open_site: OpenSite, protocol_version: str
) -> None:
    async with (
        open_site(asks=False) as site,
        site.client(mode=protocol_version, elicitation_callback=Person()) as client,
    ):
        made = await call(client, "create_share", **NEW_SHARE)
        assert made.structured_content is not None
        result = await call(client, "delete_share", share="data")
        left = await call(client, "list_shares")
    if protocol_version == "legacy":
        assert result.is_error
        assert "older version of MCP" in text_of(result)
        assert "Nothing was done" in text_of(result)
        assert "data" in text_of(left)
    else:
        assert text_of(result).startswith("Deleted")
        assert text_of(left) == "No shares."


async def test_without_a_way_to_ask_nothing_is_deleted(open_site: OpenSite, protocol_version: str) -> None:
    async with open_site(asks=False) as site, site.client(mode=protocol_version) as client:
        await call(client, "create_share", **NEW_SHARE)
        if protocol_version == "legacy":
            assert "Nothing was done" in text_of(await call(client, "delete_share", share="data"))
        else:
            with pytest.raises(MCPError, match="Nothing was done"):
                await call(client, "delete_share", share="data")
        assert "data" in text_of(await call(client, "list_shares"))


@pytest.mark.parametrize(
    ("header", "logged", "said"),
    [
        (None, "without a token", "The request has no bearer token: send the header"),
        ("Basic YTpi", "without a token", "The request has no bearer token: send the header"),
        ("Bearer", "with an empty token", "The bearer token is empty: is the variable"),
        ("Bearer ", "with an empty token", "The bearer token is empty: is the variable"),
        ("bearer   ", "with an empty token", "The bearer token is empty: is the variable"),
        ("Bearer nonsense", "with a token", "The bearer token is not valid, or has expired"),
        ("bearer dnm_{}", "with a token", "The bearer token is not valid, or has expired"),
    ],
)
async def test_a_caller_without_a_valid_token_is_refused_told_why_and_logged(
    site: Site, header: str | None, logged: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.raw() as http:
        answer = await http.post("/mcp", json=INITIALIZE, headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token", error_description="')
    assert answer.json()["error"] == "invalid_token"
    for where in (answer.json()["error_description"], answer.headers["www-authenticate"]):
        assert said in where
    assert f"Refused 198.51.100.7 port 4321: a failed login {logged}" in caplog.text
    assert "nonsense" not in caplog.text
    assert "YTpi" not in caplog.text


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({}, "a failed login without a token"),
        ({"authorization": "Bearer "}, "a failed login with an empty token"),
        ({"host": "evil.test"}, "a Host that is not allowed"),
    ],
)
async def test_of_one_address_ten_refusals_a_minute_are_logged(
    open_site: OpenSite, minutes: Clock, headers: dict[str, str], refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_site(asks="host" not in headers) as site:
        for address in ("198.51.100.7", "198.51.100.8"):
            async with site.raw(address=address) as http:
                for _ in range(15):
                    await http.post("/mcp", json=INITIALIZE, headers=headers)
            assert caplog.text.count(f"Refused {address} port 4321: {refusal}") == 10
        minutes.pass_time(120)
        async with site.raw() as http:
            await http.post("/mcp", json=INITIALIZE, headers=headers)
    assert caplog.text.count(f"Refused 198.51.100.7 port 4321: {refusal}") == 11


async def test_requests_without_a_token_hide_no_guessed_one_from_the_log(
    open_site: OpenSite, minutes: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_site() as site, site.raw() as http:
        for _ in range(15):
            await http.post("/mcp", json=INITIALIZE)
        await http.post("/mcp", json=INITIALIZE, headers={"authorization": "Bearer dnm_guessed"})
    assert caplog.text.count("a failed login with a token") == 1


async def test_of_all_addresses_together_only_so_many_refusals_are_logged(
    open_site: OpenSite, minutes: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(refusals, "_MOST_LOGGED_IN_ALL", 20)
    async with open_site() as site:
        for number in range(30):
            async with site.raw(address=f"192.0.2.{number}") as http:
                await http.post("/mcp", json=INITIALIZE)
    assert caplog.text.count("a failed login without a token") == 20


async def test_a_refused_caller_is_told_where_tokens_come_from(open_site: OpenSite) -> None:
    async with open_site(resource="https://nfs.test/mcp") as site, site.raw() as http:
        refused = await http.post("/mcp", json=INITIALIZE)
        where = "https://nfs.test/.well-known/oauth-protected-resource/mcp"
        assert f'resource_metadata="{where}"' in refused.headers["www-authenticate"]
        metadata = (await http.get(httpx.URL(where).path)).json()
    assert metadata["resource"] == "https://nfs.test/mcp"
    assert metadata["authorization_servers"] == ["https://login.test"]
    assert metadata["scopes_supported"] == ["nfs:list", "nfs:read", "nfs:create", "nfs:delete"]
    assert metadata["bearer_methods_supported"] == ["header"]


async def test_a_jwt_is_accepted_as_far_as_its_scopes_go(open_site: OpenSite, protocol_version: str) -> None:
    issuer = CompositeVerifier([Issuer(URL, AUDIENCE, transport=Login())])
    async with open_site(verifier=issuer) as site, site.client(signed(), protocol_version) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == {
            "get_storage_overview",
            "list_shares",
            "list_snapshots",
            "list_access_points",
            "list_vpcs",
            "export_terraform",
        }


async def test_tokens_of_a_file_and_of_an_issuer_are_accepted_side_by_side(
    open_site: OpenSite, token_file: Path, grant: Grant
) -> None:
    token = grant("ann", "nfs:list")
    both = CompositeVerifier([TokenFile(token_file), Issuer(URL, AUDIENCE, transport=Login())])
    async with open_site(verifier=both) as site:
        for good in (token, signed()):
            async with site.client(good) as client:
                await client.list_tools()
        async with site.raw(signed(aud="another")) as http:
            assert (await http.post("/mcp", json=INITIALIZE)).status_code == 401


async def test_an_issuer_out_of_reach_is_a_503_and_not_ready(
    open_site: OpenSite, caplog: pytest.LogCaptureFixture
) -> None:
    login = Login()
    login.pages.clear()
    issuer = CompositeVerifier([Issuer(URL, AUDIENCE, transport=login)])
    async with open_site(verifier=issuer) as site, site.raw(signed()) as http:
        for answer in (await http.post("/mcp", json=INITIALIZE), await http.get("/readyz")):
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
        async with site.raw() as probe:
            assert (await probe.get("/healthz")).status_code == 200
    assert "Callers cannot be accepted" in caplog.text
    assert signed() not in caplog.text


async def test_while_an_issuer_is_away_callers_of_the_file_are_accepted_and_the_server_is_ready_but_degraded(
    open_site: OpenSite, token_file: Path, grant: Grant, caplog: pytest.LogCaptureFixture
) -> None:
    login = Login()
    login.pages.clear()
    token = grant("ann", "nfs:list")
    # In either order.
    ways: list[Verifier] = [TokenFile(token_file), Issuer(URL, AUDIENCE, transport=login)]
    for verifiers in (ways, ways[::-1]):
        async with open_site(verifier=CompositeVerifier(verifiers)) as site, site.raw(token) as http:
            assert (await http.post("/mcp", json=INITIALIZE)).status_code == 200
            ready = await http.get("/readyz")
            assert (ready.status_code, ready.text.partition(":")[0]) == (200, "degraded")
            assert URL not in ready.text
            assert f"Some callers cannot be accepted: {URL}" in caplog.text
            async with site.raw(signed()) as other:
                assert (await other.post("/mcp", json=INITIALIZE)).status_code == 503


async def test_while_the_file_of_tokens_is_broken_callers_of_the_issuer_are_accepted(
    open_site: OpenSite, token_file: Path, grant: Grant
) -> None:
    token = grant("ann", "nfs:list")
    both = CompositeVerifier([TokenFile(token_file), Issuer(URL, AUDIENCE, transport=Login())])
    async with open_site(verifier=both) as site, site.raw() as http:
        remove(token_file)
        for given, status in ((signed(), 200), (token, 503)):
            async with site.raw(given) as caller:
                assert (await caller.post("/mcp", json=INITIALIZE)).status_code == status
        assert (await http.get("/readyz")).text.startswith("degraded: some callers")


async def test_a_broken_file_of_tokens_is_a_503_and_not_ready(site: Site, token_file: Path) -> None:
    async with site.raw() as http:
        assert (await http.get("/readyz")).text == "ok\n"
        remove(token_file)
        assert (await http.get("/readyz")).status_code == 503
        assert (await http.get("/healthz")).text == "ok\n"


@pytest.mark.parametrize(
    "host", ["nfs.test", "nfs.test:8443", "127.0.0.1:8000", "localhost", "LOCALHOST:80", "[::1]:8000"]
)
async def test_the_server_answers_to_its_host_names(site: Site, grant: Grant, host: str) -> None:
    async with site.raw(grant("ann", "nfs:list")) as http:
        assert (await http.post("/mcp", json=INITIALIZE, headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "nfs.test.evil.test",
        "evil.test:8000",
        "nfs.test@evil.test",
        "127.0.0.1:80.evil.test",
        "127.0.0.1:80/evil.test",
        "localhost:x",
        "[::1]:1:2",
        "",
    ],
)
async def test_the_server_answers_to_no_other_host_name(
    site: Site, grant: Grant, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.raw(grant("ann", "nfs:list")) as http:
        assert (await http.post("/mcp", json=INITIALIZE, headers={"host": host})).status_code == 421
    assert "a Host that is not allowed" in caplog.text


@pytest.mark.parametrize("version", [{}, {"mcp-protocol-version": "2026-07-28"}])
async def test_a_web_page_may_call_only_if_it_is_allowed(
    open_site: OpenSite, grant: Grant, version: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    async with open_site(origins=("https://app.test",)) as site, site.raw(grant("ann", "nfs:list")) as http:

        async def asked(origin: str) -> httpx.Response:
            return await http.post("/mcp", json=INITIALIZE, headers={"origin": origin, **version})

        assert (await asked("https://app.test")).status_code != 403
        assert (await asked("https://app.test")).headers["access-control-allow-origin"] == "https://app.test"
        assert (await asked("http://localhost:3000")).status_code != 403
        for origin in (
            "https://evil.test",
            "http://app.test",
            "https://app.test.evil.test",
            "http://localhost:80.evil.test",
            "http://127.0.0.1:80@evil.test",
            "null",
        ):
            answer = await asked(origin)
            assert answer.status_code == 403
            assert "access-control-allow-origin" not in answer.headers
        preflight = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
        allowed = await http.options("/mcp", headers={"origin": "https://app.test", **preflight})
        assert allowed.status_code == 200
        refused = await http.options("/mcp", headers={"origin": "https://evil.test", **preflight})
        assert refused.status_code == 400
    assert "an Origin that is not allowed" in caplog.text


LONG = "1" * 7000
WELL_KNOWN = "/.well-known/oauth-protected-resource/mcp"


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("OPTIONS", "/mcp", {"origin": "http://x", "access-control-request-headers": LONG}),
        ("OPTIONS", "/mcp", {"origin": "http://localhost", "access-control-request-headers": LONG}),
        ("OPTIONS", "/mcp", {"origin": f"http://localhost:{LONG}"}),
        ("POST", "/mcp", {"origin": f"http://localhost:{LONG}"}),
        ("GET", f"{WELL_KNOWN}/?{LONG}", {}),
        ("GET", f"/{LONG}/", {}),
        ("POST", "/mcp", {"mcp-protocol-version": LONG, "mcp-session-id": LONG, "authorization": f"Bearer {LONG}"}),
    ],
)
async def test_the_head_of_no_answer_repeats_what_is_long(
    open_site: OpenSite, method: str, path: str, headers: dict[str, str]
) -> None:
    """nginx takes a server whose answer has a head of more than 4 KiB for one that has failed."""
    async with open_site(resource="https://nfs.test/mcp") as site, site.raw() as http:
        answer = await http.request(method, path, headers={"access-control-request-method": "POST", **headers})
    assert sum(len(name) + len(value) for name, value in answer.headers.raw) < 1000


@pytest.mark.parametrize(("length", "status"), [(1024, 200), (1025, 400)])
async def test_a_preflight_may_ask_for_1_kib_of_headers(site: Site, length: int, status: int) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "x" * length}
    async with site.raw() as http:
        assert (await http.options("/mcp", headers={"origin": "http://localhost", **asked})).status_code == status


async def test_no_page_has_another_address_with_a_slash_at_its_end(site: Site) -> None:
    async with site.raw() as http:
        assert [(await http.get(path)).status_code for path in ("/healthz", "/healthz/", "/readyz/")] == [200, 404, 404]


async def test_where_nobody_is_asked_who_they_are_a_token_does_not_matter_and_none_is_counted(
    open_site: OpenSite,
) -> None:
    async with open_site(asks=False, storage=MemoryStorage()) as site, site.raw("dnm_whatever") as http:
        for _ in range(15):
            assert (await http.post("/mcp", json=INITIALIZE)).status_code == 200


@pytest.mark.parametrize("origin", ["http://localhost:6274", "http://127.0.0.1", "http://[::1]:5173"])
async def test_a_page_of_this_machine_may_preflight_the_protocol_and_oauth_s_metadata(
    open_site: OpenSite, origin: str
) -> None:
    asked = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,mcp-protocol-version",
    }
    async with open_site(resource="https://nfs.test/mcp") as site, site.raw() as http:
        for path, method in (("/mcp", "POST"), ("/.well-known/oauth-protected-resource/mcp", "GET")):
            answer = await http.options(path, headers={**asked, "access-control-request-method": method})
            assert answer.status_code == 200
            assert answer.headers["access-control-allow-origin"] == origin
            assert "mcp-protocol-version" in answer.headers["access-control-allow-headers"]
        refused = await http.post("/mcp", json=INITIALIZE, headers={"origin": origin})
    # A page can read why it was not let in.
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, origin)


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
async def test_a_slash_at_the_end_of_the_path_makes_no_difference(site: Site, grant: Grant, path: str) -> None:
    async with site.raw(grant("ann", "nfs:list")) as http:
        assert (await http.post(path, json=INITIALIZE)).status_code == 200


async def test_white_space_around_a_header_s_value_is_not_part_of_it(site: Site, grant: Grant) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_shares", "_meta": meta}}
    headers = {
        "mcp-protocol-version": " 2026-07-28",
        "mcp-method": "\ttools/call ",
        "mcp-name": "  list_shares \t",
        "host": " nfs.test ",
    }
    async with site.raw(grant("ann", "nfs:list")) as http:
        answer = await http.post("/mcp", json=call, headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("version", [{}, {"mcp-protocol-version": "2026-07-28"}])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_has_at_most_64_kib(site: Site, grant: Grant, chunked: bool, version: dict[str, str]) -> None:
    read = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(64):
            read += 16 * KIB
            yield b" " * 16 * KIB

    async with site.raw(grant("ann", "nfs:list")) as http:
        content: Any = chunks() if chunked else b" " * (64 * KIB + 1)
        headers = {"content-type": "application/json", **version}
        answer = await http.post("/mcp", content=content, headers=headers)
        assert answer.status_code == 413
        assert read <= 96 * KIB
        padded = json.dumps(INITIALIZE).encode().ljust(64 * KIB)
        assert (
            await http.post("/mcp", content=padded, headers={"content-type": "application/json"})
        ).status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
async def test_the_mcp_endpoint_takes_only_post(site: Site, grant: Grant, method: str) -> None:
    async with site.raw(grant("ann", "nfs:list")) as http:
        answer = await http.request(method, "/mcp")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"7", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"jsonrpc": "2.0", "id": 1}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (json.dumps(INITIALIZE).encode(), "text/plain"),
    ],
)
@pytest.mark.parametrize("version", [{}, {"mcp-protocol-version": "2026-07-28"}, {"mcp-protocol-version": "1999"}])
async def test_a_malformed_request_is_the_caller_s_fault_and_the_next_one_works(
    site: Site, grant: Grant, content: bytes, kind: str, version: dict[str, str]
) -> None:
    async with site.raw(grant("ann", "nfs:list")) as http:
        answer = await http.post("/mcp", content=content, headers={"content-type": kind, **version})
        assert 400 <= answer.status_code < 500
        assert "Traceback" not in answer.text
        assert (await http.post("/mcp", json=INITIALIZE)).status_code == 200
