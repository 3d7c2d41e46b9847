"""The calls under /_sandbox/ are for programs of this machine and whoever has the token, and for no other web page."""

import base64
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest
from do_nfs_sandbox import Sandbox
from do_nfs_sandbox.http.serving import serve

from ...support.clock import Clock
from ...support.sandboxes import Start

TOKEN = "a word of one's own: ü"
CHANGES = [("POST", "reset"), ("POST", "seed"), ("POST", "clock"), ("POST", "faults"), ("DELETE", "faults")]
CALLS = [*CHANGES, ("DELETE", "requests"), ("GET", ""), ("GET", "state"), ("GET", "inventory"), ("GET", "requests")]
BODIES: dict[str, bytes] = {"seed": b'"empty"', "clock": b'{"advance": 60}', "faults": b'{"kind": "html"}'}


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, seed="team", admin=True) as sandbox:
        sandbox.add_fault("drop_before", path="/never")
        yield sandbox


@pytest.fixture
def admin(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client of the sandbox on a port of this machine."""
    with serve(sandbox) as url, httpx.Client(base_url=f"{url}/_sandbox/", trust_env=False) as client:
        yield client


@pytest.fixture
def guarded(clock: Clock) -> Iterator[httpx.Client]:
    """A client of a sandbox that asks for a token."""
    with (
        Sandbox(clock=clock, seed="team", admin=True, admin_token=TOKEN) as sandbox,
        serve(sandbox) as url,
        httpx.Client(base_url=f"{url}/_sandbox/", trust_env=False) as client,
    ):
        yield client


def condition(sandbox: Sandbox) -> Any:
    return sandbox.state(), sandbox.faults, sandbox.inventory()["now"]


def call(client: httpx.Client, method: str, path: str, **headers: str) -> httpx.Response:
    return client.request(method, path, content=BODIES.get(path) if method == "POST" else None, headers=headers)


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()


@pytest.mark.parametrize(
    "origin",
    ["https://evil.test", "null", "", "http://127.0.0.1", "http://127.0.0.1:1", "http://localhost:{port}", "{port}"],
)
def test_a_page_of_another_origin_changes_nothing(sandbox: Sandbox, admin: httpx.Client, origin: str) -> None:
    before = condition(sandbox)
    for method, path in CHANGES:
        response = call(admin, method, path, origin=origin.format(port=admin.base_url.port))
        assert (response.status_code, response.json()["id"]) == (403, "forbidden")
    assert condition(sandbox) == before


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_page_of_the_sandbox_itself_may_use_them_behind_tls_too(admin: httpx.Client, scheme: str) -> None:
    own = f"{scheme}://127.0.0.1:{admin.base_url.port}"
    assert call(admin, "POST", "clock", origin=own).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "evil.test:{port}",
        "127.0.0.1.evil.test:{port}",
        "localhost.evil.test",
        "evil@127.0.0.1:{port}",
        "127.0.0.1:{port}:80",
        "192.0.2.7:{port}",
        "[::1].evil.test",
        "0.0.0.0:{port}",
        "",
    ],
)
def test_a_name_that_was_made_to_lead_here_is_refused(sandbox: Sandbox, admin: httpx.Client, host: str) -> None:
    before = condition(sandbox)
    name = host.format(port=admin.base_url.port)
    for method, path in CALLS:
        # A page that has such a name is of the same origin.
        response = call(admin, method, path, host=name, origin=f"http://{name}")
        assert (response.status_code, response.json()["id"]) == (421, "misdirected_request")
    assert condition(sandbox) == before


@pytest.mark.parametrize("host", ["localhost", "localhost:{port}", "127.0.0.1:1", "127.9.9.9", "[::1]:{port}"])
def test_each_name_of_this_machine_is_answered(admin: httpx.Client, host: str) -> None:
    assert call(admin, "GET", "state", host=host.format(port=admin.base_url.port)).status_code == 200


def reached(sandbox: Sandbox, address: str) -> int:
    """The status of a call that claims to be for localhost and has come in at another address."""

    async def send() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=f"http://{address}") as client:
            return (await client.get("/_sandbox/state", headers={"host": "localhost"})).status_code

    return anyio.run(send)


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("[::1]", 200), ("192.0.2.7", 421), ("[2001:db8::7]", 421)]
)
def test_without_a_token_only_this_machine_gets_in_whatever_serves_the_sandbox(
    sandbox: Sandbox, address: str, status: int
) -> None:
    assert reached(sandbox, address) == status


def test_an_empty_token_is_none(clock: Clock) -> None:
    with Sandbox(clock=clock, admin=True, admin_token="") as sandbox:
        assert reached(sandbox, "127.0.0.1") == 200
        assert reached(sandbox, "192.0.2.7") == 421


def test_no_other_page_is_told_that_it_may_send_or_read(admin: httpx.Client) -> None:
    asked = admin.options("seed", headers={"origin": "https://evil.test", "access-control-request-method": "POST"})
    for response in (asked, call(admin, "GET", ""), call(admin, "GET", "state"), call(admin, "GET", "nothing")):
        assert not any(name.startswith("access-control-") for name in response.headers)
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        f"Bearer {'dop_v1_' + '0' * 64}",
        "Basic",
        "Basic ?",
        "Basic YQ",
        basic(""),
        basic("x"),
        f"Digest {TOKEN}",
    ],
)
def test_where_a_token_is_asked_for_nothing_goes_without_it(guarded: httpx.Client, authorization: str | None) -> None:
    headers = {} if authorization is None else {b"authorization": authorization.encode()}
    for method, path in CALLS:
        response = guarded.request(method, path, headers=headers)
        assert (response.status_code, response.json()["id"]) == (401, "unauthorized")
        assert response.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer  {TOKEN}", basic(TOKEN)])
@pytest.mark.parametrize("host", ["127.0.0.1", "sandbox.test:8181"])
def test_a_holder_of_the_token_may_use_any_name(guarded: httpx.Client, authorization: str, host: str) -> None:
    headers = {b"authorization": authorization.encode(), b"host": host.encode()}
    assert guarded.post("reset", headers=headers).status_code == 204


def test_a_browser_that_knows_the_token_sends_it_for_no_other_page(guarded: httpx.Client) -> None:
    headers = {"authorization": basic(TOKEN), "origin": "https://evil.test"}
    assert guarded.post("reset", headers=headers).status_code == 403


def test_the_command_asks_for_the_token_in_its_environment(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DO_NFS_SANDBOX_ADMIN_TOKEN", " of-my-own\n")
    process = start("--admin", "--host", "0.0.0.0")
    url = process.url.replace("0.0.0.0", "127.0.0.1")
    with httpx.Client(base_url=url, trust_env=False) as client:
        assert client.get("/_sandbox/state").status_code == 401
        assert client.get("/_sandbox/state", auth=("", "of-my-own")).status_code == 200
