"""The faults of connections, over a connection."""

import asyncio

import httpx
import pytest
from do_nfs_sandbox import Sandbox
from do_nfs_sandbox.http.serving import serve

from ...support.clock import Clock
from ...support.constants import NEW_SHARE
from ...support.sandboxes import EXAMPLE_SHARE, Sleeps


def made(sandbox: Sandbox) -> int:
    return [share["name"] for share in sandbox.state()["shares"]].count(NEW_SHARE["name"])


@pytest.mark.parametrize(("kind", "kept"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_has_no_answer_at_all(
    sandbox: Sandbox, port: httpx.Client, caplog: pytest.LogCaptureFixture, kind: str, kept: int
) -> None:
    assert port.get("/v2/nfs").status_code == 200
    sandbox.add_fault(kind)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        port.post("/v2/nfs", json=NEW_SHARE)
    assert made(sandbox) == kept
    assert port.get("/v2/nfs").status_code == 200
    assert caplog.text == ""


def test_a_large_request_is_dropped_too(sandbox: Sandbox, port: httpx.Client) -> None:
    sandbox.add_fault("drop_before")
    with pytest.raises(httpx.TransportError):
        port.post("/v2/nfs", content=b"x" * 5_000_000)
    assert port.get("/v2/nfs").status_code == 200


def test_a_truncated_body_is_shorter_than_was_said(
    sandbox: Sandbox, port: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.add_fault("truncate")
    with port.stream("GET", "/v2/nfs") as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
            answer.read()
    assert port.get("/v2/nfs").status_code == 200
    assert caplog.text == ""


def test_an_answer_drips_over_a_port(sandbox: Sandbox, port: httpx.Client, sleeps: Sleeps) -> None:
    real = port.get("/v2/nfs").json()
    sandbox.add_fault("slow_drip", seconds=0.5)
    answer = port.get("/v2/nfs")
    assert (answer.json(), int(answer.headers["content-length"])) == (real, len(answer.content))
    assert sleeps.slept == [0.5] * 10


@pytest.mark.parametrize("kind", ["delay", "slow_drip"])
def test_a_client_gives_up_on_a_pause_that_is_too_long_and_the_server_ends_without_a_word(
    clock: Clock, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    async def for_ever(seconds: float) -> None:
        await asyncio.Event().wait()

    with Sandbox(clock=clock, sleep=for_ever) as sandbox, serve(sandbox) as url:
        sandbox.add_fault(kind, seconds=60)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                f"{url}/v2/nfs",
                json=NEW_SHARE,
                headers={"authorization": "Bearer dop_v1_" + "0" * 64},
                timeout=0.2,
                trust_env=False,
            )
        assert made(sandbox) == 1
        assert sandbox.requests[-1].status == 201
    assert caplog.text == ""


def test_a_delay_is_slept_before_the_answer(sandbox: Sandbox, port: httpx.Client, sleeps: Sleeps) -> None:
    sandbox.add_fault("delay", seconds=600)
    assert port.post("/v2/nfs", json=NEW_SHARE).status_code == 201
    assert sleeps.slept == [600]


@pytest.mark.parametrize(
    ("kind", "status"), [("html", 502), ("not_json", 200), ("extra_fields", 200), ("unknown_enum", 200)]
)
def test_other_faults_leave_the_connection_in_order(
    sandbox: Sandbox, port: httpx.Client, kind: str, status: int
) -> None:
    sandbox.add_fault(kind)
    assert port.get("/v2/nfs").status_code == status
    assert port.get(f"/v2/nfs/{EXAMPLE_SHARE}").json()["share"]["name"] == "sammy-share-drive"


@pytest.mark.parametrize("status", [200, 204, 302, 304, 500])
def test_any_status_can_be_sent(sandbox: Sandbox, port: httpx.Client, status: int) -> None:
    sandbox.add_fault("status", status=status, headers={"location": "/", "x-tab": "a\tb"})
    assert port.get("/v2/nfs").status_code == status
    assert port.get("/v2/nfs").status_code == 200
