"""The server over HTTP as it is started: a process of its own, on a port."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx
import httpx2
import pytest
from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.cli.main import main
from do_nfs_mcp.cli.serve_http import serve_http
from do_nfs_mcp.server import build_server
from do_nfs_mcp.settings import HttpSettings, SettingsError
from do_nfs_mcp.transports.http.request_state_keys import read_keys
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from ...support.calling import text_of
from ...support.constants import NEW_SHARE, PROTOCOL_VERSIONS, TOKEN, VPC
from ...support.http_site import ACCEPT, INITIALIZE, Grant, bearer
from ...support.issuer import jwks, signed
from ...support.processes import SANDBOX, SERVER, Process, free_port, running
from ...support.serving import serving

COMMAND = (sys.executable, "-m", "do_nfs_mcp")
Start = Callable[..., Process]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a server with these arguments and environment variables."""
    with ExitStack() as stack:
        yield lambda *arguments, **variables: stack.enter_context(running(*SERVER, *arguments, **variables))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)


async def use(url: str, token: str | None, mode: str) -> list[str]:
    """Call it as a host does; gives the names of its tools."""
    async with (
        httpx2.AsyncClient(headers=bearer(token), timeout=60) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client,
    ):
        listed = await client.call_tool("list_shares")
        assert isinstance(listed, CallToolResult)
        assert text_of(listed) == "No shares."
        return [tool.name for tool in (await client.list_tools()).tools]


@pytest.mark.anyio
async def test_on_loopback_the_server_needs_no_settings_and_ends_when_told_to(start: Start) -> None:
    server = start("--sandbox")
    assert server.url.startswith("http://127.0.0.1:")
    for mode in PROTOCOL_VERSIONS:
        assert len(await use(server.url, None, mode)) == 23
    async with httpx.AsyncClient(base_url=server.url, headers=ACCEPT, timeout=60) as http:
        assert (await http.get("/healthz")).text == "ok\n"
        assert (await http.get("/readyz")).text == "ok\n"
        assert (await http.post("/mcp", json=INITIALIZE, headers={"host": "evil.test"})).status_code == 421
        chunks = (b" " * 65536 for _ in range(100))

        async def body() -> Any:
            for chunk in chunks:
                yield chunk

        too_large = await http.post("/mcp", content=body(), headers={"content-type": "application/json"})
        assert too_large.status_code == 413
        assert (await http.post("/mcp", json=INITIALIZE)).status_code == 200
    assert server.stop() == -signal.SIGTERM
    assert [line for line in server.logged if "Host" not in line] == server.logged[:1]


@pytest.mark.anyio
async def test_a_server_whose_store_is_away_starts_and_says_that_it_is(start: Start) -> None:
    server = start("--sandbox", "--state", f"redis://127.0.0.1:{free_port()}/0")
    assert len(await use(server.url, None, "2026-07-28")) == 23
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
        ready = await http.get("/readyz")
    assert (ready.status_code, ready.text.partition(":")[0]) == (200, "degraded")
    server.stop()
    (logged,) = [line for line in server.logged if "--state" in line]
    assert "The store of --state cannot be used: " in logged


def test_http_1_0_is_answered_without_chunks(start: Start) -> None:
    share = {"name": "data", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC], "wait": False}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "create_share", "arguments": share}}
    body = json.dumps(call).encode()
    head = "POST /mcp HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n"
    server = start("--sandbox")
    with socket.create_connection(("127.0.0.1", httpx.URL(server.url).port), timeout=60) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    told, _, content = answer.partition(b"\r\n\r\n")
    assert b"200 OK" in told
    assert b"chunked" not in told.lower()
    assert json.loads(content)["result"]["structuredContent"]["outcome"] == "pending"


@pytest.mark.anyio
async def test_a_call_that_takes_long_does_not_keep_the_server_from_ending(start: Start) -> None:
    waiting = anyio.Event()

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        waiting.set()

    async def wait(client: Client) -> None:
        # An answer in words would mean that the call went on for as long as it waits.
        with pytest.raises((MCPError, httpx2.HTTPError)):
            await client.call_tool("create_share", NEW_SHARE, progress_callback=progress)
        ended.append(client)

    ended: list[Client] = []
    with running(*SANDBOX, "--ready-after", "3600") as sandbox:
        server = start("--api-url", sandbox.url, DIGITALOCEAN_TOKEN=TOKEN)
        async with (
            httpx2.AsyncClient(timeout=60) as http,
            Client(streamable_http_client(f"{server.url}/mcp", http_client=http), mode="2026-07-28") as client,
            anyio.create_task_group() as calls,
        ):
            calls.start_soon(wait, client)
            await waiting.wait()
            assert await anyio.to_thread.run_sync(server.stop) == -signal.SIGTERM
        assert ended == [client]


@pytest.mark.anyio
async def test_a_server_with_a_token_file_listens_anywhere_and_accepts_callers_with_a_token(
    start: Start, token_file: Path, grant: Grant
) -> None:
    token = grant("ann", "nfs:list")
    server = start(
        *("--host", "0.0.0.0", "--tokens", str(token_file), "--sandbox", "--log-level", "debug"),
        DIGITALOCEAN_TOKEN=TOKEN,
    )
    url = server.url.replace("0.0.0.0", "127.0.0.1")
    for mode in PROTOCOL_VERSIONS:
        assert "get_share" not in await use(url, token, mode)
    async with (
        httpx2.AsyncClient(headers=bearer(token), timeout=60) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), mode="2026-07-28") as client,
    ):
        # Through the door to the API, too.
        with pytest.raises(MCPError, match="nfs:read"):
            await client.read_resource(f"nfs://shares/{VPC}")
    async with httpx.AsyncClient(base_url=url, headers=ACCEPT, timeout=60) as http1:
        assert (await http1.post("/mcp", json=INITIALIZE, headers=bearer("secret-guess"))).status_code == 401
        assert (await http1.post("/mcp", json=INITIALIZE)).status_code == 401
    assert server.stop(signal.SIGINT) == -signal.SIGINT
    logged = "".join(server.logged)
    assert re.search(r"Refused 127\.0\.0\.1 port \d+: a failed login with a token", logged)
    for secret in (token, "secret-guess", TOKEN):
        assert secret not in logged


@pytest.mark.anyio
async def test_a_server_with_an_issuer_accepts_callers_with_its_tokens(start: Start) -> None:
    async def metadata(request: Any) -> JSONResponse:
        return JSONResponse({"issuer": url, "jwks_uri": f"{url}/keys"})

    async def keys(request: Any) -> JSONResponse:
        return JSONResponse({"keys": jwks()})

    routes = [Route("/.well-known/oauth-authorization-server", metadata), Route("/keys", keys)]
    with serving(Starlette(routes=routes)) as url:
        server = start(
            *("--sandbox", "--oauth-issuer", url, "--oauth-audience", "nfs"),
            *("--public-url", "https://nfs.test/mcp", "--allow-host", "other.test"),
        )
        for mode in PROTOCOL_VERSIONS:
            assert "list_shares" in await use(server.url, signed(iss=url, aud="nfs"), mode)
        async with httpx.AsyncClient(base_url=server.url, headers=ACCEPT, timeout=60) as http:
            for host, status in (("nfs.test", 200), ("other.test:8443", 200), ("evil.test", 421)):
                headers = {"host": host, **bearer(signed(iss=url, aud="nfs"))}
                assert (await http.post("/mcp", json=INITIALIZE, headers=headers)).status_code == status
            refused = await http.post(
                "/mcp", json=INITIALIZE, headers=bearer(signed(iss=url, aud="https://nfs.test/mcp"))
            )
            assert refused.status_code == 401
            assert "https://nfs.test/.well-known/oauth-protected-resource/mcp" in refused.headers["www-authenticate"]
            published = (await http.get("/.well-known/oauth-protected-resource/mcp")).json()
            assert published["authorization_servers"] == [url]
        server.stop()


def test_a_caller_makes_as_many_requests_a_minute_as_the_option_says(start: Start) -> None:
    server = start("--sandbox", "--caller-requests-per-minute", "2")
    with httpx.Client(base_url=server.url, headers=ACCEPT, timeout=60) as http:
        answers = [http.post("/mcp", json=INITIALIZE).status_code for _ in range(6)]
    assert answers[:2] == [200, 200]
    assert answers[-1] == 429


def test_three_hundred_requests_a_minute_are_taken_from_a_caller_unless_it_is_said_otherwise(start: Start) -> None:
    server = start("--sandbox")
    with httpx.Client(base_url=server.url, headers=ACCEPT, timeout=60) as http:
        answers = Counter(http.post("/mcp", json={}).status_code for _ in range(400))
    assert answers[400] >= 300
    assert answers[429] > 0


def test_a_server_that_is_started_with_metrics_shows_them_to_prometheus(start: Start) -> None:
    server = start("--sandbox", "--metrics")
    with httpx.Client(base_url=server.url, timeout=60) as http:
        assert "do_nfs_mcp_allowance_left_gib 1000.0\n" in http.get("/metrics").text


def test_metrics_without_their_extra_are_refused_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "do_nfs_mcp.observability.metrics", raising=False)
    with pytest.raises(SettingsError, match=r"--metrics needs do-nfs-mcp\[metrics\]: prometheus_client is not"):
        serve_http(HttpSettings(port=0, metrics=True), build_server, None)


@pytest.mark.parametrize(("proxies", "status"), [("127.0.0.1", 401), ("192.0.2.1", 429)])
def test_where_a_failed_login_comes_from_is_what_a_trusted_proxy_says(
    start: Start, token_file: Path, proxies: str, status: int
) -> None:
    server = start("--sandbox", "--tokens", str(token_file), FORWARDED_ALLOW_IPS=proxies)

    def tried(address: str) -> int:
        headers = {**ACCEPT, **bearer("wrong"), "x-forwarded-for": address}
        return http.post("/mcp", json=INITIALIZE, headers=headers).status_code

    with httpx.Client(base_url=server.url, timeout=60) as http:
        assert [tried("198.51.100.1") for _ in range(20)][-1] == 429
        assert tried("198.51.100.2") == status


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "0.0.0.0"), "without authentication it can only be reached from this machine"),
        (("--host", "::"), "without authentication"),
        (("--host", "192.0.2.1"), "without authentication"),
        (("--host", ""), "without authentication"),
        (("--host", "nfs.example.com"), "without authentication"),
        (("--allow-host", "nfs.example.com"), "without authentication"),
        (("--public-url", "https://nfs.example.com/mcp"), "without authentication"),
        (("--caller-requests-per-minute", "-1"), "--caller-requests-per-minute: has to be a whole number from 0 to"),
        (("--caller-requests-per-minute", "many"), "--caller-requests-per-minute: has to be a whole number from 0 to"),
        (("--port", "65536"), "--port: has to be a whole number from 0 to 65535"),
        (("--oauth-audience", "nfs"), "--oauth-audience is for --oauth-issuer"),
        (("--oauth-issuer", "https://login.test"), "--oauth-issuer needs --oauth-audience"),
        (
            ("--oauth-issuer", "http://login.test", "--oauth-audience", "https://n.test/mcp"),
            "--oauth-issuer has to be https",
        ),
        (("--oauth-issuer", "login", "--oauth-audience", "https://n.test/mcp"), "--oauth-issuer has to be a URL"),
        (("--oauth-issuer", "https://login.test", "--oauth-audience", "nfs"), "--public-url"),
        (("--oauth-issuer", "https://login.test", "--public-url", "http://n.test/mcp"), "has to be https"),
        (("--allow-host", "https://nfs.test"), "--allow-host takes a name"),
        (("--allow-host", "*"), "--allow-host takes a name"),
        (("--allow-origin", "app.test"), "--allow-origin takes what a browser sends"),
        (("--allow-origin", "*"), "--allow-origin takes what a browser sends"),
        (("--allow-origin", "https://app.test/"), "--allow-origin takes what a browser sends"),
        (("--ask", "browser"), "--ask browser is for --transport stdio"),
    ],
)
def test_settings_that_do_not_go_with_http_are_one_line_and_exit_code_2(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--transport", "http", "--sandbox", *arguments])
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith("do-nfs-mcp: error: ")
    assert said in err.splitlines()[-1]


@pytest.mark.parametrize("option", ["--tokens", "--request-state-key-file"])
def test_a_file_of_an_option_that_is_not_there_is_named(option: str) -> None:
    result = run("--transport", "http", "--sandbox", option, "/nonexistent/file")
    assert result.returncode == 2
    assert result.stderr == "do-nfs-mcp: error: /nonexistent/file cannot be read: No such file or directory\n"


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("--transport", "http", "--port", str(port), "--sandbox")
    assert result.returncode == 2
    assert f"cannot listen on 127.0.0.1 port {port}" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no key"),
        ("short", "less than 32 characters"),
        ("k" * 31, "less than 32 characters"),
        (f"{'k' * 32}\n{'l' * 31}", "less than 32 characters"),
        (f"{'k' * 32}\n{'k' * 32}", "a key twice"),
    ],
)
def test_a_key_file_that_cannot_be_used_is_named_without_what_it_holds(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ValueError, match=said) as error:
        read_keys(path)
    assert str(path) in str(error.value)
    assert not text or text not in str(error.value)


def test_keys_of_32_characters_and_more_are_taken_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "key"
    keys = ["l" * 33, "k" * 32]
    path.write_text("\n".join(keys))
    path.chmod(0o600)
    assert read_keys(path) == keys


@pytest.mark.parametrize("option", ["--host=127.0.0.1", "--port=0", "--tokens=t", "--allow-host=h", "--public-url=u"])
def test_options_for_http_are_refused_for_stdio(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--sandbox", option])
    assert f"{option.partition('=')[0]} is for --transport http" in capsys.readouterr().err


def test_the_token_command_makes_a_token_and_its_line(start: Start, tmp_path: Path) -> None:
    made = run("token", "ann@example.com", "--scopes", "nfs:list,nfs:read")
    assert made.returncode == 0
    token = re.search(r"dnm_\S+", made.stderr)
    assert token
    assert re.fullmatch(r"ann@example\.com nfs:list,nfs:read sha256:[0-9a-f]{64}\n", made.stdout)
    path = tmp_path / "tokens"
    path.write_text(made.stdout)
    path.chmod(0o600)
    server = start("--sandbox", "--tokens", str(path))
    headers = {**ACCEPT, **bearer(token[0])}
    assert httpx.post(f"{server.url}/mcp", json=INITIALIZE, headers=headers, timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "NAME"),
        (("ann b",), "a name is"),
        (("ann", "--scopes", "all"), "the scopes are"),
        (("ann", "--scopes", ""), "the scopes are"),
    ],
)
def test_the_token_command_says_why_it_cannot_make_a_token(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["token", *arguments])
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err.splitlines()[-1]


def test_a_new_token_has_every_scope_unless_scopes_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    main(["token", "ann"])
    out, err = capsys.readouterr()
    assert out.startswith(f"ann {','.join(SCOPES)} sha256:")
    assert "It grants every scope, deleting included" in err
    main(["token", "bob", "--scopes", "nfs:list"])
    out, err = capsys.readouterr()
    assert out.startswith("bob nfs:list sha256:")
    assert "every scope" not in err


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_addresses_of_this_machine_need_no_authentication(host: str) -> None:
    assert not HttpSettings(host=host).authenticates


def test_stdio_starts_without_what_only_http_needs() -> None:
    code = (
        "import sys; import do_nfs_mcp.cli.serve; "
        "print([m for m in ('jwt', 'limits', 'do_nfs_mcp.transports.http') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "[]\n"
