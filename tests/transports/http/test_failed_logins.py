"""Whoever tries one token after the other is slowed, and nobody with a valid one is."""

from collections.abc import Awaitable, Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from do_nfs_mcp.transports.http import failed_logins
from do_nfs_mcp.transports.http.failed_logins import FailedLogins
from do_nfs_mcp.transports.http.oauth import Issuer
from do_nfs_mcp.transports.http.rate import Rate
from do_nfs_mcp.transports.http.verifiers import CompositeVerifier
from limits.aio.storage import MemoryStorage
from starlette.types import Message, Receive, Scope, Send

from ...support.clock import Clock
from ...support.http_site import INITIALIZE, Grant, OpenSite, Site
from ...support.issuer import AUDIENCE, OTHER_RSA, URL, Login, public_jwk, signed

pytestmark = pytest.mark.anyio

MOST = 10
WRONG = "wrong"
HERE = "198.51.100.7"


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def counting(open_site: OpenSite, minutes: Clock, storage: MemoryStorage) -> OpenSite:
    """An application that counts failed logins."""
    return partial(open_site, storage=storage)


async def tried(
    site: Site, token: str | None = WRONG, times: int = 1, address: str = HERE, path: str = "/mcp"
) -> list[int]:
    """The statuses of the answers to so many requests with this token."""
    async with site.raw(token, address) as http:
        return [(await http.post(path, json=INITIALIZE)).status_code for _ in range(times)]


async def test_after_ten_invalid_tokens_from_an_address_another_is_a_429_that_says_when_to_come_back(
    counting: OpenSite, minutes: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with counting() as site:
        assert await tried(site, times=MOST + 5) == [*[401] * MOST, *[429] * 5]
        assert caplog.text.count("a failed login with a token") == MOST
        async with site.raw(WRONG) as http:
            refused = await http.post("/mcp", json=INITIALIZE)
        wait = int(refused.headers["retry-after"])
        assert refused.json()["error"]["message"] == (
            "Too many tokens that are not valid came from this address, so this one is refused as well. Nothing was "
            f"done. Wait {wait} s, then call again."
        )
        assert 0 < wait <= 60
        minutes.pass_time(wait)
        assert await tried(site, times=2) == [401, 429]


async def test_the_store_is_asked_once_about_an_address_that_is_slowed_until_it_no_longer_is(
    counting: OpenSite, minutes: Clock, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("get_sliding_window", "acquire_sliding_window_entry"):
        monkeypatch.setattr(storage, name, told(getattr(storage, name), asked))
    async with counting() as site:
        assert await tried(site, times=MOST + 1) == [*[401] * MOST, 429]
        asked.clear()
        assert await tried(site, times=100) == [429] * 100
        assert not asked
        minutes.pass_time(60)
        assert await tried(site) == [401]
        assert asked


def told(method: Callable[..., Awaitable[Any]], asked: list[str]) -> Callable[..., Awaitable[Any]]:
    """The same method, which notes that it was called."""

    async def noted(*arguments: Any) -> Any:
        asked.append(method.__name__)
        return await method(*arguments)

    return noted


async def test_a_valid_token_is_accepted_whatever_else_comes_from_its_address(counting: OpenSite, grant: Grant) -> None:
    token = grant("ann", "nfs:list")
    async with counting() as site:
        await tried(site, times=MOST)
        for _ in range(MOST):
            assert await tried(site) == [429]
            assert await tried(site, token) == [200]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::1", "::2", True),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.8", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "/run/socket", True),
    ],
)
async def test_anyone_with_an_ipv6_address_has_its_network(
    counting: OpenSite, one: str, other: str, together: bool
) -> None:
    async with counting() as site:
        await tried(site, times=MOST, address=one)
        assert await tried(site, address=other) == [429 if together else 401]


@pytest.mark.parametrize("token", [None, ""], ids=["no header", "an empty token"])
async def test_a_request_without_a_token_is_not_a_failed_login(counting: OpenSite, token: str | None) -> None:
    async with counting() as site:
        assert await tried(site, token, MOST + 1) == [401] * (MOST + 1)
        assert await tried(site, times=MOST + 1) == [*[401] * MOST, 429]
        assert await tried(site, token) == [401]


async def test_a_token_is_not_better_where_none_is_needed(counting: OpenSite) -> None:
    async with counting() as site:
        await tried(site, times=MOST, path="/elsewhere")
        assert await tried(site) == [429]
        assert await tried(site, path="/elsewhere") == [429]


async def test_a_token_that_has_expired_is_not_a_guess_and_its_caller_is_told_to_renew_it(counting: OpenSite) -> None:
    issuer = CompositeVerifier([Issuer(URL, AUDIENCE, transport=Login())])
    async with counting(verifier=issuer) as site:
        assert await tried(site, signed(exp=1), MOST + 1) == [401] * (MOST + 1)
        assert await tried(site, signed(OTHER_RSA, exp=1), MOST + 1) == [*[401] * MOST, 429]
        assert await tried(site, signed(exp=1)) == [401]


async def test_tokens_that_are_not_even_counted_are_not_logged(
    counting: OpenSite, caplog: pytest.LogCaptureFixture
) -> None:
    issuer = CompositeVerifier([Issuer(URL, AUDIENCE, transport=Login())])
    async with counting(verifier=issuer) as site:
        assert await tried(site, signed(OTHER_RSA), MOST + 50) == [*[401] * MOST, *[429] * 50]
    assert caplog.text.count(f"A token of {URL} was refused") == MOST


async def test_a_new_key_is_accepted_also_from_an_address_that_is_slowed(counting: OpenSite, minutes: Clock) -> None:
    login = Login()
    issuer = CompositeVerifier([Issuer(URL, AUDIENCE, transport=login, clock=minutes)])
    async with counting(verifier=issuer) as site:
        assert await tried(site, signed()) == [200]
        await tried(site, times=MOST)
        login.keys.append({**public_jwk(OTHER_RSA), "kid": "new"})
        minutes.pass_time(11)
        assert await tried(site, signed(OTHER_RSA, kid="none")) == [429]
        minutes.pass_time(11)
        assert await tried(site, signed(OTHER_RSA, kid="new")) == [200]


async def test_addresses_without_number_are_slowed_together_and_not_kept(
    counting: OpenSite, storage: MemoryStorage, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failed_logins, "_MOST_IN_ALL", 20)
    token = grant("ann", "nfs:list")
    async with counting() as site:
        answers = [await tried(site, address=f"192.0.2.{number}") for number in range(100)]
        assert answers == [*[[401]] * 20, *[[429]] * 80]
        assert len(storage.storage) <= 21
        assert await tried(site, token, address="192.0.2.200") == [200]


async def test_an_address_that_is_slowed_takes_no_room_from_others(
    counting: OpenSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failed_logins, "_MOST_IN_ALL", 20)
    async with counting() as site:
        assert await tried(site, times=100) == [*[401] * MOST, *[429] * 90]
        assert await tried(site, address="192.0.2.1") == [401]


class Logins:
    """Failed logins alone, before an application that rejects every token."""

    def __init__(self, storage: MemoryStorage) -> None:
        self.counting = FailedLogins(self._reject, storage)

    async def _reject(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body"})

    async def fail(self, address: str = HERE) -> tuple[int, str | None]:
        """The status, and how many seconds to wait."""
        said: list[Message] = []

        async def send(message: Message) -> None:
            said.append(message)

        async def receive() -> Message:
            raise AssertionError

        headers = [(b"authorization", b"Bearer wrong")]
        user = SimpleNamespace(is_authenticated=False)
        scope = {"type": "http", "client": (address, 1), "headers": headers, "user": user}
        await self.counting(scope, receive, send)
        assert [message["type"] for message in said] == ["http.response.start", "http.response.body"]
        wait = dict(said[0]["headers"]).get(b"retry-after")
        return said[0]["status"], wait.decode() if wait else None


@pytest.fixture
def logins(storage: MemoryStorage, minutes: Clock) -> Logins:
    return Logins(storage)


async def test_of_all_addresses_together_a_thousand_a_minute_are_answered_401(logins: Logins) -> None:
    answers = [await logins.fail(f"192.0.{number // 250}.{number % 250}") for number in range(1001)]
    assert {status for status, _ in answers[:1000]} == {401}
    assert answers[1000][0] == 429


async def test_the_wait_is_counted_down_to_a_second_and_then_over(logins: Logins, minutes: Clock) -> None:
    for _ in range(MOST):
        assert await logins.fail() == (401, None)
    _, wait = await logins.fail()
    assert wait is not None
    for left in range(int(wait), 0, -1):
        assert await logins.fail() == (429, str(left))
        minutes.pass_time(1)
    assert await logins.fail() == (401, None)


async def test_where_a_replica_took_the_last_room_meanwhile_the_wait_is_a_second(
    logins: Logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(self: Rate, key: str) -> bool:
        return False

    monkeypatch.setattr(Rate, "count", full)
    assert await logins.fail() == (429, "1")


async def test_of_several_addresses_each_is_slowed_without_asking_the_store_and_none_is_kept_for_longer(
    logins: Logins, storage: MemoryStorage, minutes: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [f"192.0.2.{number}" for number in range(3)]
    for address in addresses:
        for _ in range(MOST + 1):
            await logins.fail(address)
    with monkeypatch.context() as away:
        for name in ("get_sliding_window", "acquire_sliding_window_entry"):
            away.setattr(storage, name, None)
        assert [(await logins.fail(address))[0] for address in addresses] == [429] * 3
    minutes.pass_time(120)
    for _ in range(MOST + 1):
        await logins.fail()
    assert set(logins.counting._slowed_until) == {HERE}
