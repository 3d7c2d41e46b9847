"""A token goes to the API and nowhere else: neither into what the server says, nor along a redirect or to a proxy."""

import base64
import contextlib
import io
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.sending import RequestSender
from do_nfs_mcp.cli.serve import connector
from do_nfs_mcp.cli.token_sources import account_token
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.masking import Masking, MaskingFormatter
from do_nfs_mcp.server import build_server
from do_nfs_mcp.settings import Settings, checked_url
from do_nfs_mcp.tools import make_tools
from do_nfs_mcp.tools.service import Service
from do_nfs_sandbox import Sandbox
from mcp import MCPError

from ..support.api_answers import CALLS, SHARE, answering
from ..support.clock import Clock
from ..support.constants import TOKEN
from ..support.in_memory import Connect
from ..support.server_process import Server
from ..support.serving import serving

Start = Callable[..., Server]
# As a token of another vendor may look, so that encoding it changes it.
ODD = 'Zq3/+"\\%9~canary=Zq3'


def encoded(token: str) -> dict[str, str]:
    """The token in the plain encodings in which it could come back, by their names."""
    header = f"Bearer {token}"
    return {
        "itself": token,
        "header": header,
        "percent-encoded": quote(header, safe=""),
        "percent-encoded in full": "".join(f"%{byte:02X}" for byte in token.encode()),
        "base64": base64.b64encode(token.encode()).decode(),
        "base64 of the header": base64.b64encode(header.encode()).decode(),
        "base64 of a user": base64.urlsafe_b64encode(f"user:{token}".encode()).decode(),
        "base64 further on": base64.b64encode(f"xx {token} and more".encode()).decode(),
        "hexadecimal": token.encode().hex(),
        "JSON": json.dumps({"authorization": header}),
        "upper case": token.upper(),
    }


def found_in(token: str, said: str) -> set[str]:
    """The forms of a token that are in a text, apart from what masking knows of them."""
    raw = token.encode()
    # The middle of base64 is the same from one of three places on.
    middles = {base64.b64encode(b"\0" * n + raw)[4:].decode()[: len(raw)] for n in range(3)}
    forms = {token, json.dumps(token)[1:-1], quote(token, safe=""), raw.hex(), *middles}
    forms |= {middle.translate(str.maketrans("+/", "-_")) for middle in middles}
    forms.add("".join(f"%{byte:02x}" for byte in raw))
    return {form for form in forms if form.casefold() in said.casefold()}


@pytest.mark.parametrize("token", [TOKEN, ODD], ids=["DigitalOcean's", "odd"])
@pytest.mark.parametrize("form", encoded(""))
def test_a_token_is_masked_in_each_plain_encoding(token: str, form: str) -> None:
    text = encoded(token)[form]
    assert found_in(token, text)
    masked = Masking(token)(f"before {text} after")
    assert not found_in(token, masked)
    assert masked.startswith("before ")
    assert masked.endswith(" after")


def test_what_is_not_a_secret_is_not_masked() -> None:
    text = "share data in atl1: ACTIVE; no; " + base64.b64encode(b"something else").decode()
    assert Masking(None, "", "no", TOKEN)(text) == text


def echoes() -> dict[str, Callable[[httpx.Request], httpx.Response]]:
    """Ways in which an API could send the token back, where it goes wrong."""

    def all_of(request: httpx.Request) -> str:
        token = request.headers["authorization"].removeprefix("Bearer ")
        return " ".join(encoded(token).values())

    def raising(error: type[httpx.TransportError]) -> Callable[[httpx.Request], httpx.Response]:
        def fail(request: httpx.Request) -> httpx.Response:
            raise error("broken", request=request)

        return fail

    share = {**SHARE, "access_points": []}
    return {
        "message": lambda r: httpx.Response(400, json={"id": "bad_request", "message": all_of(r)}),
        "id": lambda r: httpx.Response(403, json={"id": r.headers["authorization"], "message": "No."}),
        "code": lambda r: httpx.Response(409, json={"code": r.headers["authorization"], "message": "No."}),
        "request id": lambda r: httpx.Response(500, json={"id": "a", "request_id": r.headers["authorization"]}),
        "headers": lambda r: httpx.Response(
            429, json={"id": "a"}, headers={"x-request-id": all_of(r)[:200], "retry-after": r.headers["authorization"]}
        ),
        "redirect": lambda r: httpx.Response(307, headers={"location": f"https://evil.test/{all_of(r)}"}),
        "page": lambda r: httpx.Response(502, html=f"<html>{all_of(r)}"),
        "no JSON": lambda r: httpx.Response(200, text=all_of(r)),
        "no share": lambda r: httpx.Response(200, json={"headers": dict(r.headers)}),
        "no time": lambda r: httpx.Response(200, json={"share": {**share, "created_at": r.headers["authorization"]}}),
        "no id": lambda r: httpx.Response(200, json={"share": {**share, "id": [r.headers["authorization"]]}}),
        "no time in a list": lambda r: httpx.Response(
            200, json={"shares": [{**share, "name": all_of(r), "created_at": r.headers["authorization"]}]}
        ),
        "no size": lambda r: httpx.Response(200, json={"share": {**share, "size_gib": r.headers["authorization"]}}),
        "connection": raising(httpx.ConnectError),
        "answer": raising(httpx.ReadError),
    }


@pytest.mark.anyio
@pytest.mark.parametrize("token", [TOKEN, ODD], ids=["DigitalOcean's", "odd"])
@pytest.mark.parametrize("answer", echoes().values(), ids=echoes())
async def test_no_result_resource_or_log_holds_the_token(
    connect: Connect,
    logs: pytest.LogCaptureFixture,
    token: str,
    answer: Callable[[httpx.Request], httpx.Response],
) -> None:
    said: list[str] = []
    async with connect(transport=httpx.MockTransport(answer), token=token, wait_seconds=0) as assistant:
        for tool, arguments in CALLS.items():
            said.append((await assistant.call(tool, **arguments)).model_dump_json())
        for uri in ("nfs://overview", f"nfs://shares/{SHARE['id']}", "nfs://rate-limit"):
            with contextlib.suppress(MCPError):
                said.append((await assistant.client.read_resource(uri)).model_dump_json())
                continue
            with pytest.raises(MCPError) as refused:
                await assistant.client.read_resource(uri)
            said.append(str(refused.value) + repr(refused.value))
    logged = [logging.Formatter().format(record) for record in logs.get_records("call")]
    assert not found_in(token, "\n".join([*said, *logged]))


def traces(error: BaseException | None, *, with_locals: bool) -> str:
    """An error and all that led to it, as a log shows it, without what this test itself knows of the token."""
    shown = []
    while error is not None:
        shown += [str(error), repr(error)]
        trace = traceback.TracebackException.from_exception(error, capture_locals=with_locals)
        trace.stack = traceback.StackSummary.from_list([frame for frame in trace.stack if frame.filename != __file__])
        shown += trace.format(chain=False)
        error = error.__cause__ or error.__context__
    assert len(shown) > 4
    return "\n".join(shown)


@pytest.mark.anyio
@pytest.mark.parametrize("token", [TOKEN, ODD], ids=["DigitalOcean's", "odd"])
@pytest.mark.parametrize("form", sorted(echoes()))
async def test_no_traceback_shows_the_token(token: str, form: str) -> None:
    transport = httpx.MockTransport(echoes()[form])
    api = NfsApi.connect("https://api.test", token, transport=transport, sleep=Clock().sleep)
    with pytest.raises(NfsError) as caught:
        await api.get_share(SHARE["id"])
    assert not found_in(token, traces(caught.value, with_locals=False))


@pytest.mark.anyio
@pytest.mark.parametrize(("repeated", "is_told"), [(800, True), (1000, False), (100_000, False)])
async def test_an_error_that_takes_too_long_to_look_through_is_left_out(repeated: int, is_told: bool) -> None:
    message = f"No: {TOKEN} " * repeated
    transport = httpx.MockTransport(lambda _: httpx.Response(400, json={"id": "bad_request", "message": message}))
    api = NfsApi.connect("https://api.test", TOKEN, transport=transport, sleep=Clock().sleep)
    with pytest.raises(NfsError) as caught:
        await api.get_share(SHARE["id"])
    assert ("No: [token]" in str(caught.value)) == is_told
    assert (f"{len(message)} characters, which are left out" in str(caught.value)) != is_told
    assert not found_in(TOKEN, traces(caught.value, with_locals=False))


@pytest.mark.anyio
@pytest.mark.parametrize("token", [TOKEN, ODD], ids=["DigitalOcean's", "odd"])
@pytest.mark.parametrize("fault", ["drop_before", "truncate", "not_json", "status"])
async def test_no_traceback_with_its_variables_shows_the_token_unless_the_api_has_sent_it_back(
    token: str, fault: str
) -> None:
    with Sandbox(tokens={token: ["nfs:read"]}) as sandbox, serving(sandbox) as url:
        sandbox.add_fault(fault, operation="get_share", **({"status": 503} if fault == "status" else {}))
        api = NfsApi.connect(url, token, sleep=Clock().sleep)
        with pytest.raises(NfsError) as caught:
            await api.get_share(SHARE["id"])
        await api.aclose()
    assert not found_in(token, traces(caught.value, with_locals=True))


@pytest.mark.anyio
@pytest.mark.parametrize("token", [TOKEN, ODD], ids=["DigitalOcean's", "odd"])
async def test_no_repr_shows_the_token(token: str) -> None:
    settings = Settings(token=token)
    api = connector(settings, account_token(settings))()
    sender = api._sender
    assert isinstance(sender, RequestSender)
    client = sender._client
    sender._authorize(await sender._token.get())
    inner = client.get_async_httpx_client()
    request = inner.build_request("GET", "https://api.test/v2/nfs")
    assert request.headers["authorization"] == f"Bearer {token}"
    masked = Masking(token)
    service = Service(lambda: api)
    things: list[object] = [
        settings,
        sender._token,
        await sender._token.get(),
        api,
        sender,
        client,
        inner,
        inner.headers,
        request,
        request.headers,
    ]
    things += [masked, service, Audit(io.StringIO(), masked), build_server(lambda: api), make_tools()]
    await api.aclose()
    for thing in things:
        assert not found_in(token, repr(thing) + str(thing))


def test_a_log_record_is_masked_with_its_traceback() -> None:
    formatter = MaskingFormatter(Masking(ODD), "%(levelname)s %(name)s: %(message)s")
    try:
        raise ValueError(f"Bearer {ODD}")
    except ValueError as error:
        record = logging.LogRecord("a", logging.ERROR, "", 0, "%s", (ODD,), (ValueError, error, error.__traceback__))
    said = formatter.format(record)
    assert "ERROR a: [token]" in said
    assert "ValueError: Bearer [token]" in said
    assert not found_in(ODD, said)


def recorder(heard: list[bytes], status: Callable[[], int] = lambda: 200, location: str = "") -> Any:
    """An application that notes all it receives, and answers with the status of the time."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        heard.append(repr(scope).encode())
        headers = [(b"location", (location + scope["path"]).encode())] if location else []
        # What a debugging proxy would answer.
        body = json.dumps({"message": repr(scope["headers"]), "id": repr(scope["headers"])}).encode()
        await send({"type": "http.response.start", "status": status(), "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[bytes]]]:
    """Another server, and what it received."""
    heard: list[bytes] = []
    with serving(recorder(heard)) as url:
        yield url, heard


def test_a_redirect_is_not_followed(start: Start, elsewhere: tuple[str, list[bytes]]) -> None:
    url, heard = elsewhere
    asked: list[bytes] = []
    status = 0
    with serving(recorder(asked, lambda: status, url)) as api_url:
        server = start("--api-url", api_url, "--log-level", "debug", DIGITALOCEAN_TOKEN=TOKEN)
        server.initialize()
        for status, tool in product((301, 302, 303, 307, 308), ("list_shares", "create_share")):
            assert "Redirects are not followed" in server.call(tool, **CALLS[tool])["content"][0]["text"], status
        server.stop()
    assert TOKEN.encode() in b"".join(asked)
    assert heard == []


def test_what_is_for_this_machine_does_not_go_to_a_proxy(start: Start, elsewhere: tuple[str, list[bytes]]) -> None:
    proxy, heard = elsewhere
    asked: list[bytes] = []
    with serving(recorder(asked, lambda: 400)) as api_url:
        variables = {"HTTP_PROXY": proxy, "http_proxy": proxy, "ALL_PROXY": proxy, "NO_PROXY": "", "no_proxy": ""}
        server = start("--api-url", api_url, DIGITALOCEAN_TOKEN=TOKEN, **variables)
        server.initialize()
        assert server.call("list_shares")["isError"]
        server.stop()
    assert asked
    assert heard == []


@pytest.mark.parametrize("token", [TOKEN, ODD], ids=["DigitalOcean's", "odd"])
def test_a_process_that_logs_all_shows_the_token_nowhere(start: Start, token: str) -> None:
    asked: list[bytes] = []
    with serving(recorder(asked, lambda: 400)) as api_url:
        server = start("--api-url", api_url, "--log-level", "debug", DIGITALOCEAN_TOKEN=token)
        server.initialize()
        for tool, arguments in CALLS.items():
            assert server.call(tool, **arguments)["isError"]
        server.request("resources/read", {"uri": "nfs://overview"})
        logged = server.stop()
    assert "httpx" in logged
    assert '"tool": "create_share"' in logged
    assert len(asked) >= len(CALLS)
    assert not found_in(token, logged + b"".join(server.said).decode())


@pytest.mark.anyio
async def test_no_result_shows_a_header_of_the_request(connect: Connect) -> None:
    async with connect(transport=answering(lambda _, text: text)) as assistant:
        for tool, arguments in CALLS.items():
            said = (await assistant.call(tool, **arguments)).model_dump_json()
            assert "Bearer" not in said


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1.evil.test",
        "http://localhost.evil.test",
        "http://localhost@evil.test",
        "http://127.0.0.1:80@evil.test",
        "http://127.0.0.1\\@evil.test",
        "http://evil.test\\@127.0.0.1",
        "http://evil.test#@127.0.0.1",
        "http://evil.test?@127.0.0.1",
        "http://127.0.0.1#.evil.test",
        "http://127.0.0.1%2eevil.test",
        "http://127.0.0.1\t.evil.test",
        "http://127.0.0.1\n.evil.test",
        "http://evil.test",
        "http://0.0.0.0",
        "http://2130706433",
        "http://0x7f000001",
        "http://127.1",
        "http://[::1]evil.test",
        "http://[::1%25evil]",
        "http://127。0。0。1",
        "http://①27.0.0.1",
        "http://lo\u0441alhost",
        "http:///127.0.0.1",
        "http:127.0.0.1",
        " http://127.0.0.1",
        "//127.0.0.1",
        "https://api.test/\r\nHost: evil.test",
        "https://api.test\n",
        "https://api.test/a b",
        "https://token@evil.test",
        "file:///etc/passwd",
        "ftp://127.0.0.1",
    ],
)
def test_a_token_goes_nowhere_that_is_not_https_or_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match=r"^--api-url "):
        checked_url(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1", "http://LOCALHOST:8181", "HTTP://[::1]:1", "https://api.test/nfs"])
def test_a_token_goes_to_https_or_this_machine(url: str) -> None:
    assert checked_url(url) == url
