"""The sandbox as a whole: its options, its clock, starting over, and what it does with its own bugs."""

import asyncio
import time
import uuid
from collections.abc import MutableMapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport
from do_nfs_sandbox.api import operations

from ...support.constants import NEW_SHARE
from ...support.sandboxes import Api, NewApi


@pytest.mark.behaviour("Errors are {id, message, request_id}", "reference, April 2026")
def test_every_error_has_a_request_id_of_its_own(api: Api) -> None:
    ids = {api("GET", "/v2/nfs/x").json()["request_id"] for _ in range(3)}
    assert len({uuid.UUID(each) for each in ids}) == 3


def test_a_bug_is_a_json_500_and_is_logged(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(call: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setitem(operations.HANDLERS, "list_shares", broken)
    response = api("GET", "/v2/nfs")
    assert (response.status_code, response.json()["id"]) == (500, "server_error")
    assert "a bug" in caplog.text
    assert "a bug" not in response.text
    assert api.get("/v2/nfs/snapshots") == {"snapshots": []}


def test_an_observer_that_fails_changes_no_answer(new_api: NewApi, caplog: pytest.LogCaptureFixture) -> None:
    def fail(request: object) -> None:
        raise OSError("no space left")

    api = new_api(on_request=fail)
    made = api.new_share(ready=False)
    assert api.get("/v2/nfs") == {"shares": [made]}
    assert caplog.text.count("OSError: no space left") == 2


def test_a_change_that_fails_half_way_leaves_nothing_behind(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    share = api.new_share()
    monkeypatch.setattr(api.sandbox.store, "insert_action", None)
    assert api("POST", "/v2/nfs", json=NEW_SHARE).status_code == 500
    assert api.get("/v2/nfs") == {"shares": [share]}


def test_an_operation_without_a_handler_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(operations.HANDLERS, "list_vpcs")
    with pytest.raises(RuntimeError, match="list_vpcs"):
        Sandbox()


def test_the_lifespan_protocol_is_answered() -> None:
    inbox = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    outbox: list[str] = []

    async def receive() -> MutableMapping[str, Any]:
        return inbox.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        outbox.append(message["type"])

    with Sandbox() as sandbox:
        asyncio.run(sandbox({"type": "lifespan"}, receive, send))
    assert outbox == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_number_of_any_kind_is_taken_for_seconds(new_api: NewApi) -> None:
    assert new_api(ready_after=Fraction(1, 2)).new_share()["status"] == "ACTIVE"


@pytest.mark.parametrize("options", [{"ready_after": -1}, {"ready_after": float("nan")}, {"limits": (0, 1)}])
def test_options_below_their_minimum_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least"):
        Sandbox(**options)


def test_the_clock_is_looked_up_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox() as sandbox:
        monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
        assert sandbox.advance(1) == 1_800_000_001


def test_moving_the_clock_completes_what_is_under_way(api: Api) -> None:
    made = api.new_share(ready=False)
    assert api.sandbox.advance(1) == api.clock.now + 1
    assert api.share(made)["status"] == "CREATING"
    api.sandbox.advance(1)
    assert api.share(made)["status"] == "ACTIVE"


def test_moving_the_clock_frees_the_rate_limit(new_api: NewApi) -> None:
    api = new_api(limits=(10, 1))
    assert [api("GET", "/v2/nfs").status_code for _ in range(2)] == [200, 429]
    api.sandbox.advance(60)
    assert api("GET", "/v2/nfs").status_code == 200


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 1e12])
def test_the_clock_moves_on_only_and_not_for_ever(api: Api, seconds: float) -> None:
    with pytest.raises(ValueError, match="clock"):
        api.sandbox.advance(seconds)


def test_a_reset_makes_the_sandbox_as_new(new_api: NewApi) -> None:
    api = new_api(seed="examples", limits=(10, 1))
    new = api.sandbox.state()
    api.new_share(ready=False)
    api.sandbox.advance(100)
    api.sandbox.add_fault("html")
    api.sandbox.reset()
    assert api.sandbox.state() == new
    assert api.sandbox.faults == []
    assert api.sandbox.requests == []
    assert api("GET", "/v2/nfs").status_code == 200
    assert api.sandbox.advance(0) == api.clock.now


def test_a_body_that_is_not_json_is_not_kept_of_a_request_that_a_fault_answers(api: Api) -> None:
    api.sandbox.add_fault("status", status=503, operation="create_share")
    json_type = {"content-type": "application/json"}
    assert api("POST", "/v2/nfs", content=b'{"name": "x", "size_gib": NaN}', headers=json_type).status_code == 503
    assert api.sandbox.requests[0].body is None


@pytest.mark.parametrize("path", ["health", "openapi.json", "state"])
def test_head_has_no_body_outside_the_api_either(path: str) -> None:
    with Sandbox(admin=True) as sandbox, httpx.Client(transport=SandboxTransport(sandbox)) as http:
        answer = http.head(f"http://sandbox/_sandbox/{path}")
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 0


def test_each_request_says_which_account_it_was_for(new_api: NewApi) -> None:
    first, second = new_api(), new_api()
    api = new_api(accounts={"one": first.sandbox, "two": second.sandbox})
    for token in ("two", "one", "any other"):
        api("GET", "/v2/nfs", headers={"authorization": f"Bearer {token}"})
    accounts = [[r.account for r in each.sandbox.requests] for each in (api, first, second)]
    assert accounts == [[0], [1], [2]]


def test_the_clock_moves_for_every_account_and_once_for_each(new_api: NewApi) -> None:
    other = new_api()
    made = other.new_share(ready=False)
    api = new_api(accounts={"one": other.sandbox, "two": other.sandbox})
    assert api.sandbox.advance(2) == other.sandbox.advance(0) == api.clock.now + 2
    assert other.share(made)["status"] == "ACTIVE"


def test_no_clock_moves_if_one_cannot(new_api: NewApi) -> None:
    other = new_api()
    other.sandbox.advance(1e11)
    api = new_api(accounts={"one": other.sandbox})
    with pytest.raises(ValueError, match="9999"):
        api.sandbox.advance(2e11)
    assert api.sandbox.advance(0) == api.clock.now


def test_a_reset_reaches_every_account(new_api: NewApi) -> None:
    other = new_api(seed="examples")
    api = new_api(accounts={"one": other.sandbox})
    other.new_share()
    other.sandbox.add_fault("html")
    api.sandbox.reset()
    assert len(other.sandbox.state()["shares"]) == 2
    assert other.sandbox.faults == []
    assert other.sandbox.requests == []


def test_a_reset_empties_a_file_and_restarts_its_numbers(new_api: NewApi, tmp_path: Path) -> None:
    api = new_api(tmp_path / "nfs.db")
    hosts = []
    for _ in range(2):
        hosts.append(api.new_share()["host"])
        api.sandbox.reset()
        assert api.get("/v2/nfs") == {"shares": []}
    assert hosts[0] == hosts[1]
