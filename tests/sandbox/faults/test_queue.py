"""Which requests a fault is for, and for how many of them."""

import asyncio
import threading
from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Fault, Sandbox, SandboxTransport

from ...support.sandboxes import EXAMPLE_SHARE


def test_a_fault_is_used_up_and_the_answer_is_real_again(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=500, times=2)
    assert [fault.times for fault in sandbox.faults] == [2]
    assert [http.get("/v2/nfs").status_code for _ in range(3)] == [500, 500, 200]
    assert sandbox.faults == []


def test_the_first_fault_that_matches_applies(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=501, operation="get_share")
    sandbox.add_fault("status", status=502, method="GET")
    sandbox.add_fault("status", status=503)
    asked = [http.get("/v2/vpcs"), http.get(f"/v2/nfs/{EXAMPLE_SHARE}"), http.get("/v2/vpcs"), http.get("/v2/vpcs")]
    assert [response.status_code for response in asked] == [502, 501, 503, 200]


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        ({"operation": "list_shares"}, [True, False, False]),
        ({"operation": "get_share"}, [False, True, False]),
        ({"method": "POST"}, [False, False, True]),
        ({"path": "/v2/nfs"}, [True, False, True]),
        ({"path": "/v2/nfs/*"}, [False, True, False]),
        ({"path": "/v2/nfs", "method": "GET"}, [True, False, False]),
        ({"operation": "list_shares", "method": "POST"}, [False, False, False]),
        ({}, [True, True, True]),
    ],
)
def test_a_fault_is_only_for_requests_that_match(
    sandbox: Sandbox, http: httpx.Client, match: dict[str, Any], hit: list[bool]
) -> None:
    sandbox.add_fault("status", status=500, times=9, **match)
    answers = [http.get("/v2/nfs"), http.get(f"/v2/nfs/{EXAMPLE_SHARE}"), http.post("/v2/nfs")]
    assert [answer.status_code == 500 for answer in answers] == hit


def test_a_fault_may_let_some_requests_through_first(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=503, operation="list_shares", skip=2, times=1)
    asked = [http.get("/v2/nfs"), http.get("/v2/vpcs"), http.get("/v2/nfs"), http.get("/v2/nfs"), http.get("/v2/nfs")]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 503, 200]


def test_what_is_left_to_skip_is_told(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("html", skip=2)
    http.get("/v2/nfs")
    assert [fault.skip for fault in sandbox.faults] == [1]
    http.get("/v2/nfs")
    assert [fault.skip for fault in sandbox.faults] == [None]


def test_faults_that_hit_nothing_are_told(sandbox: Sandbox, http: httpx.Client) -> None:
    hit = sandbox.add_fault("html", times=2)
    missed = sandbox.add_fault("html", operation="get_share")
    never = sandbox.add_fault("html", rate=0)
    http.get("/v2/nfs")
    assert sandbox.unused_faults == [missed, never]
    assert [fault.times for fault in sandbox.faults] == [1, 1, None]
    assert hit not in sandbox.unused_faults
    sandbox.clear_faults()
    assert sandbox.unused_faults == []


def test_a_path_is_matched_as_it_was_sent(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=500, path="/v2/nfs%2F..")
    assert http.get("/v2/nfs%2F..").status_code == 500


def drawn(sandbox: Sandbox, http: httpx.Client, rate: float, **more: object) -> list[int]:
    sandbox.clear_faults()
    sandbox.add_fault("status", status=500, rate=rate, **more)
    return [http.get("/v2/nfs").status_code for _ in range(40)]


def test_a_rate_hits_its_share_of_requests_the_same_ones_for_the_same_seed(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    assert 5 < drawn(sandbox, http, 0.5).count(500) < 35
    assert drawn(sandbox, http, 0.5, seed=1) == drawn(sandbox, http, 0.5, seed=1) != drawn(sandbox, http, 0.5, seed=2)
    assert set(drawn(sandbox, http, 0)) == {200}
    assert set(drawn(sandbox, http, 1)) == {500}
    assert sandbox.faults == [Fault("status", status=500, rate=1)]


def test_a_rate_draws_only_for_requests_that_match(sandbox: Sandbox, http: httpx.Client) -> None:
    only = drawn(sandbox, http, 0.5)
    sandbox.clear_faults()
    sandbox.add_fault("status", status=500, rate=0.5, operation="list_shares")
    assert [http.get("/v2/nfs").status_code for _ in range(40) if http.get("/v2/vpcs").is_success] == only


def test_a_fault_comes_before_the_token_is_looked_at(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=503)
    assert http.get("/v2/nfs", headers={"authorization": ""}).status_code == 503


def test_requests_at_once_meet_a_fault_as_often_as_it_says(sandbox: Sandbox) -> None:
    async def ask() -> list[int]:
        transport = SandboxTransport(sandbox)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
            return [r.status_code for r in await asyncio.gather(*(client.get("/v2/nfs") for _ in range(50)))]

    sandbox.add_fault("status", status=503, times=20)
    assert asyncio.run(ask()).count(503) == 20


def test_threads_at_once_meet_a_fault_as_often_as_it_says(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=503, times=100)
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.extend(http.get("/v2/nfs").status_code for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen.count(503), seen.count(200)) == (100, 100)
