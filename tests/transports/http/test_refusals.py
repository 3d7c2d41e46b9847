"""Who is refused is logged and counted, within bounds, and only a failed login is answered in other words."""

from typing import Any

import pytest
from do_nfs_mcp.transports.http.refusals import RefusalMiddleware
from do_nfs_mcp.transports.http.verifiers import VerifierUnavailableError
from starlette.types import Message, Receive, Scope, Send

from ...support.clock import Clock

pytestmark = pytest.mark.anyio


class Refusing:
    """What refuses everybody with a status, and what became of that."""

    def __init__(self) -> None:
        self.counted: list[int] = []
        self.status = 401
        self.middleware = RefusalMiddleware(self._refuse, self.counted.append)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.status == 503:
            raise VerifierUnavailableError("the file is broken")
        headers = [(b"www-authenticate", b'Bearer error_description="Authentication required"')]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"as it was"})

    async def ask(self, status: int, client: Any = ("198.51.100.7", 4321), token: str = "") -> list[Message]:
        self.status = status
        said: list[Message] = []

        async def send(message: Message) -> None:
            said.append(message)

        async def receive() -> Message:
            raise AssertionError

        headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
        await self.middleware({"type": "http", "client": client, "headers": headers}, receive, send)
        return said


@pytest.fixture
def refusing(minutes: Clock) -> Refusing:
    return Refusing()


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (401, "a failed login without a token"),
        (403, "an Origin that is not allowed"),
        (421, "a Host that is not allowed"),
        *((status, None) for status in (200, 400, 402, 404, 405, 420, 422, 429, 500)),
    ],
)
async def test_just_what_is_a_refusal_is_logged_and_counted(
    refusing: Refusing, caplog: pytest.LogCaptureFixture, status: int, why: str | None
) -> None:
    start, body = await refusing.ask(status)
    assert (start["type"], start["status"]) == ("http.response.start", status)
    assert caplog.messages == ([f"Refused 198.51.100.7 port 4321: {why}"] if why else [])
    assert refusing.counted == ([status] if why else [])
    assert (body["body"] == b"as it was") == (status != 401)


async def test_a_failed_login_is_explained_in_the_body_and_in_the_head(refusing: Refusing) -> None:
    start, body = await refusing.ask(401)
    assert b'"error":"invalid_token"' in body["body"]
    for told in (body["body"], dict(start["headers"])[b"www-authenticate"]):
        assert b"The request has no bearer token: send the header Authorization: Bearer TOKEN" in told
        assert b"Authentication required" not in told


async def test_who_comes_from_nowhere_is_logged_as_such(refusing: Refusing, caplog: pytest.LogCaptureFixture) -> None:
    await refusing.ask(403, client=None)
    assert caplog.messages == ["Refused an unknown address port 0: an Origin that is not allowed"]


async def test_where_nobody_can_be_accepted_it_is_a_503_that_says_when_to_come_back(
    refusing: Refusing, caplog: pytest.LogCaptureFixture
) -> None:
    start, _ = await refusing.ask(503)
    assert (start["status"], dict(start["headers"])[b"retry-after"]) == (503, b"10")
    assert caplog.messages == ["Callers cannot be accepted: the file is broken"]


async def test_refusals_are_counted_also_where_they_are_not_logged_and_those_for_another_reason_are(
    refusing: Refusing, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(11):
        await refusing.ask(401)
    assert (len(caplog.messages), refusing.counted) == (10, [401] * 11)
    await refusing.ask(401, token="guessed")
    await refusing.ask(403)
    assert len(caplog.messages) == 12


async def test_a_thousand_refusals_a_minute_are_logged(refusing: Refusing, caplog: pytest.LogCaptureFixture) -> None:
    # What is not logged for its address does not count among them.
    for _ in range(20):
        await refusing.ask(421)
    for number in range(991):
        await refusing.ask(421, client=(f"192.0.{number // 250}.{number % 250}", 1))
    assert len(caplog.messages) == 1000
