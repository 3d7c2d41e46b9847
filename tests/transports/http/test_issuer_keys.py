"""An issuer is asked for keys rarely, once for all who wait, and never at the cost of callers whose key is known."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from do_nfs_mcp.transports.http import issuer_keys
from do_nfs_mcp.transports.http.issuer_keys import IssuerKeys
from do_nfs_mcp.transports.http.verifiers import VerifierUnavailableError

from ...support.clock import Clock
from ...support.issuer import OTHER_RSA, URL, Login, jwks, public_jwk

pytestmark = pytest.mark.anyio

NEW = {**public_jwk(OTHER_RSA), "kid": "new"}


class SlowLogin(Login):
    """Answers only while it is `open`."""

    def __init__(self) -> None:
        super().__init__()
        self.open = anyio.Event()
        self.open.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self.open.wait()
        return await super().handle_async_request(request)


@pytest.fixture
async def login() -> SlowLogin:
    return SlowLogin()


@pytest.fixture
async def keys(login: SlowLogin, clock: Clock) -> IssuerKeys:
    known = IssuerKeys(URL, clock, login)
    assert await known.find("rsa")
    return known


async def until_idle() -> None:
    for _ in range(50):
        await anyio.lowlevel.checkpoint()


async def test_a_caller_with_a_known_key_does_not_wait_while_an_unknown_one_is_looked_for(
    keys: IssuerKeys, login: SlowLogin, clock: Clock
) -> None:
    clock.now += 11
    login.open = anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(keys.find, "unknown")
        await until_idle()
        assert await keys.find("rsa")
        assert not login.open.is_set()
        group.cancel_scope.cancel()


async def test_keys_that_have_aged_are_renewed_beside_the_callers(
    keys: IssuerKeys, login: SlowLogin, clock: Clock
) -> None:
    login.keys = jwks()[1:]
    clock.now += 301
    login.open = anyio.Event()
    assert await keys.find("rsa")
    login.open.set()
    await until_idle()
    assert await keys.find("rsa") is None


async def test_keys_that_nobody_asked_for_in_ten_minutes_are_renewed_first(
    keys: IssuerKeys, login: SlowLogin, clock: Clock
) -> None:
    login.keys = jwks()[1:]
    clock.now += 601
    assert await keys.find("rsa") is None


async def test_an_unknown_key_is_looked_for_once_for_all_who_wait(
    keys: IssuerKeys, login: SlowLogin, clock: Clock
) -> None:
    login.keys.append(NEW)
    clock.now += 11
    login.open = anyio.Event()
    found: list[Any] = []

    async def look(kid: str) -> None:
        found.append(await keys.find(kid))

    async with anyio.create_task_group() as group:
        group.start_soon(look, "unknown")
        async with anyio.create_task_group() as impatient:
            impatient.start_soon(look, "new")
            await until_idle()
            impatient.cancel_scope.cancel()
        for _ in range(10):
            group.start_soon(look, "new")
        await until_idle()
        login.open.set()
    assert sorted(key.key_id if key else "" for key in found) == ["", *["new"] * 10]
    assert login.asked.count("/keys") == 2


async def test_an_issuer_that_repeatedly_has_no_new_key_is_asked_ever_more_rarely(
    keys: IssuerKeys, login: SlowLogin, clock: Clock
) -> None:
    asked = []
    for _ in range(3):
        before = login.asked.count("/keys")
        for _ in range(1200):
            clock.now += 1
            assert await keys.find("unknown") is None
        asked.append(login.asked.count("/keys") - before)
    # At most once in five minutes once it is clear, which is as often as without any stranger.
    assert asked[0] <= 8
    assert asked[1:] == [4, 4]


async def test_a_new_key_counts_within_five_minutes_whatever_strangers_do(
    keys: IssuerKeys, login: SlowLogin, clock: Clock
) -> None:
    for _ in range(1200):
        clock.now += 1
        await keys.find("unknown")
    login.keys.append(NEW)
    waited = 0
    while not await keys.find("new"):
        clock.now += 1
        waited += 1
    assert waited <= 301
    # From then on strangers start anew.
    before = login.asked.count("/keys")
    clock.now += 11
    await keys.find("unknown")
    assert login.asked.count("/keys") == before + 1


async def test_strangers_from_addresses_that_are_slowed_make_no_other_s_key_be_looked_for_more_rarely(
    keys: IssuerKeys, login: SlowLogin, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_slowed() -> bool:
        return True

    with monkeypatch.context() as strangers:
        strangers.setattr(issuer_keys, "is_slowed", is_slowed)
        for _ in range(1200):
            clock.now += 1
            assert await keys.find("unknown") is None
    login.keys.append(NEW)
    clock.now += 11
    assert await keys.find("new")


async def test_asking_whether_there_are_keys_does_not_look_for_new_ones(
    keys: IssuerKeys, login: SlowLogin, clock: Clock
) -> None:
    for _ in range(20):
        clock.now += 11
        await keys.check()
    assert login.asked.count("/keys") == 1


@pytest.mark.parametrize("page", ["/.well-known/oauth-authorization-server", "/keys"])
async def test_what_an_issuer_answers_is_bounded(clock: Clock, caplog: pytest.LogCaptureFixture, page: str) -> None:
    login = Login()
    answer = login.pages[page]
    login.pages[page] = lambda: {**answer(), "more": " " * 1_000_000}
    with pytest.raises(VerifierUnavailableError):
        await IssuerKeys(URL, clock, login).find("rsa")
    assert "gave no keys: The answer is larger than 1000000 bytes." in caplog.text


async def test_an_issuer_that_does_not_come_to_an_end_is_given_up(
    login: SlowLogin, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuer_keys, "_IN_ALL", 0.01)
    login.open = anyio.Event()
    with pytest.raises(VerifierUnavailableError):
        await IssuerKeys(URL, clock, login).find("rsa")


@contextmanager
def serving(pages: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """A server on loopback: its address, and the targets that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            page = pages.get(self.path.rpartition("/")[2])
            self.send_response(200 if page else 404)
            body = json.dumps(page).encode()
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_a_proxy_cannot_put_its_keys_in_the_place_of_those_of_an_issuer_on_this_machine(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: dict[str, Any] = {}
    forged: dict[str, Any] = {"keys": {"keys": [NEW]}}
    with serving(pages) as (url, asked), serving(forged) as (proxy, through):
        metadata = {"issuer": url, "jwks_uri": f"{url}/keys"}
        pages |= {"oauth-authorization-server": metadata, "keys": {"keys": jwks()}}
        forged["oauth-authorization-server"] = metadata
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        keys = IssuerKeys(url, clock)
        assert await keys.find("rsa")
        assert await keys.find("new") is None
        assert asked
        assert through == []


async def test_keys_of_an_issuer_on_this_machine_are_not_taken_from_elsewhere_in_the_clear(clock: Clock) -> None:
    url = "http://localhost:9000"
    login = Login(url)
    login.pages["/.well-known/oauth-authorization-server"] = lambda: {
        "issuer": url,
        "jwks_uri": "http://keys.example.test/keys",
    }
    with pytest.raises(VerifierUnavailableError):
        await IssuerKeys(url, clock, login).find("rsa")
    assert "/keys" not in login.asked


class Refusing(SlowLogin):
    """Answers 503 once it `refuses`. seconds: What it was given to answer."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses = False
        self.seconds: dict[str, Any] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seconds = request.extensions["timeout"]
        answer = await super().handle_async_request(request)
        return httpx.Response(503) if self.refuses else answer


@pytest.mark.parametrize(("age", "renewed"), [(300, False), (300.5, True), (600, True)])
async def test_up_to_ten_minutes_nobody_waits_for_keys_and_after_five_they_are_renewed(
    keys: IssuerKeys, login: SlowLogin, clock: Clock, age: float, renewed: bool
) -> None:
    clock.now += age
    login.open = anyio.Event()
    assert await keys.find("rsa")
    await until_idle()
    login.open.set()
    await until_idle()
    assert login.asked.count("/keys") == 1 + renewed


async def test_after_ten_minutes_without_a_try_callers_wait_for_it(
    keys: IssuerKeys, login: SlowLogin, clock: Clock
) -> None:
    clock.now += 600.5
    login.open = anyio.Event()
    found: list[Any] = []

    async def look() -> None:
        found.append(await keys.find("rsa"))

    async with anyio.create_task_group() as group:
        group.start_soon(look)
        await until_idle()
        assert found == []
        login.open.set()
    assert found


async def test_keys_count_for_an_hour_and_no_longer(clock: Clock) -> None:
    login = Refusing()
    keys = IssuerKeys(URL, clock, login)
    assert await keys.find("rsa")
    login.refuses = True
    clock.now += 3600
    assert await keys.find("rsa")
    await keys.check()
    clock.now += 0.5
    with pytest.raises(VerifierUnavailableError, match="gave no keys to check tokens with"):
        await keys.check()
    for kid in ("rsa", "unknown"):
        with pytest.raises(VerifierUnavailableError, match="gave no keys to check tokens with"):
            await keys.find(kid)


async def test_callers_wait_for_an_issuer_that_is_being_asked_when_the_keys_no_longer_count(
    keys: IssuerKeys, login: SlowLogin, clock: Clock
) -> None:
    clock.now += 3595
    login.open = anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(keys.find, "rsa")
        await until_idle()
        clock.now += 6
        group.start_soon(keys.find, "rsa")
        await until_idle()
        login.open.set()
    assert await keys.find("rsa")
    assert login.asked.count("/keys") == 2


async def test_an_issuer_that_fails_is_asked_again_after_ten_seconds_and_never_twice_at_once(clock: Clock) -> None:
    login = Refusing()
    keys = IssuerKeys(URL, clock, login)
    assert await keys.find("rsa")
    login.refuses = True
    clock.now += 400
    before, asked = len(login.asked), []
    for _ in range(31):
        await keys.find("rsa")
        await until_idle()
        asked.append(len(login.asked) - before)
        clock.now += 1
    # It is asked for its metadata at two addresses.
    assert [asked[second] for second in (0, 10, 11, 21, 22)] == [2, 2, 4, 4, 6]
    login.open = anyio.Event()
    login.refuses = False
    for _ in range(3):
        clock.now += 11
        await keys.find("rsa")
        await until_idle()
    login.open.set()
    await until_idle()
    assert login.asked.count("/keys") == 2


async def moments(keys: IssuerKeys, login: Login, clock: Clock, number: int) -> list[int]:
    """Look for an unknown key each second until the issuer was asked so often; after how many seconds each time."""
    waits, waited, before = list[int](), 0, login.asked.count("/keys")
    while len(waits) < number:
        clock.now += 1
        waited += 1
        assert await keys.find("unknown") is None
        if login.asked.count("/keys") > before + len(waits):
            waits.append(waited)
            waited = 0
    return waits


@pytest.mark.parametrize("slowed", [False, True])
async def test_each_time_without_a_new_key_doubles_the_pause_up_to_five_minutes(
    keys: IssuerKeys, login: SlowLogin, clock: Clock, monkeypatch: pytest.MonkeyPatch, slowed: bool
) -> None:
    async def is_slowed() -> bool:
        return slowed

    monkeypatch.setattr(issuer_keys, "is_slowed", is_slowed)
    assert await moments(keys, login, clock, 4) == [11, 21, 41, 81]
    # One that is taken away is no new one.
    login.keys = jwks()[:1]
    assert await moments(keys, login, clock, 3) == [161, 301, 301]
    login.keys = [*jwks(), NEW]
    assert await moments(keys, login, clock, 3) == [301, 11, 21]


async def test_an_issuer_may_be_silent_for_5_seconds_and_take_15_in_all(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float | None] = []
    fail_after = anyio.fail_after

    def noted(delay: float | None, shield: bool = False) -> Any:
        given.append(delay)
        return fail_after(delay, shield)

    monkeypatch.setattr(anyio, "fail_after", noted)
    login = Refusing()
    assert await IssuerKeys(URL, clock, login).find("rsa")
    assert set(login.seconds.values()) == {5}
    assert given == [15]


async def test_an_error_that_is_json_is_not_metadata(clock: Clock) -> None:
    class Failing(Login):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            return answer if answer.status_code == 200 else httpx.Response(404, json={"error": "not found"})

    assert await IssuerKeys(URL, clock, Failing(where="/.well-known/openid-configuration")).find("rsa")


@pytest.mark.parametrize("other", ["https://a.test", "https://z.test", "https://login.test/"])
async def test_metadata_of_any_other_issuer_are_not_taken(clock: Clock, other: str) -> None:
    with pytest.raises(VerifierUnavailableError):
        await IssuerKeys(URL, clock, Login(other)).find("rsa")


async def test_keys_of_an_issuer_on_this_machine_are_not_taken_from_elsewhere_however_they_come(clock: Clock) -> None:
    url = "http://localhost:9000"
    login = Login(url)
    with pytest.raises(VerifierUnavailableError):
        await IssuerKeys(url, clock, login).find("rsa")
    assert "/keys" not in login.asked
