import math

import httpx
import pytest
from do_nfs_sandbox.api.rate_limit import RateLimit

from ...support.sandboxes import Api, NewApi

OTHER = {"authorization": "Bearer dop_v1_" + "0" * 64}


def ratelimit_headers(response: httpx.Response) -> list[str]:
    return [response.headers[f"ratelimit-{name}"] for name in ("limit", "remaining", "reset")]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/v2/nfs", {}),
        ("GET", "/x", {}),
        ("PUT", "/v2/nfs", {}),
        ("GET", "/v2/nfs", {"authorization": ""}),
    ],
)
@pytest.mark.behaviour("Every answer has the ratelimit headers", "reference, April 2026")
def test_without_limits_the_ratelimit_headers_never_change(
    api: Api, method: str, path: str, headers: dict[str, str]
) -> None:
    for _ in range(3):
        assert ratelimit_headers(api(method, path, headers=headers)) == ["5000", "4999", "1800003600"]


@pytest.mark.behaviour("250 requests a minute, and then a 429 with Retry-After", "docs, November 2026")
def test_a_minutes_worth_of_requests_is_allowed_and_one_more_waits(new_api: NewApi) -> None:
    api = new_api(limits=(100, 3))
    for remaining in (99, 98, 97):
        assert ratelimit_headers(api("GET", "/v2/nfs")) == ["100", str(remaining), "1800003600"]
        api.later(10)
    refused = api("GET", "/v2/nfs")
    assert (refused.status_code, refused.json()["id"]) == (429, "too_many_requests")
    assert ratelimit_headers(refused) == ["100", "97", "1800003600"]
    assert refused.headers["retry-after"] == "30"
    api.later(29.5)
    assert api("GET", "/v2/nfs").headers["retry-after"] == "1"
    api.later(0.5)
    assert api("GET", "/v2/nfs").status_code == 200
    assert api("GET", "/v2/nfs").headers["retry-after"] == "10"


@pytest.mark.behaviour("5,000 requests an hour", "reference, April 2026")
def test_an_hours_worth_of_requests_is_allowed_and_one_more_waits(new_api: NewApi) -> None:
    api = new_api(limits=(2, 2))
    assert ratelimit_headers(api("GET", "/v2/nfs"))[1] == "1"
    api.later(100)
    assert ratelimit_headers(api("GET", "/v2/nfs"))[1] == "0"
    assert api("GET", "/v2/nfs").headers["retry-after"] == "3500"
    api.later(3500)
    assert ratelimit_headers(api("GET", "/v2/nfs")) == ["2", "0", str(1800000100 + 3600)]


def test_each_token_has_its_own_limits_and_failed_requests_count(new_api: NewApi) -> None:
    api = new_api(limits=(1, 1))
    assert api("GET", "/nowhere").status_code == 404
    assert api("GET", "/v2/nfs").status_code == 429
    assert api("GET", "/v2/nfs", headers=OTHER).status_code == 200


def test_a_request_without_a_token_spends_nothing(new_api: NewApi) -> None:
    api = new_api(limits=(1, 1))
    for _ in range(3):
        response = api("GET", "/v2/nfs", headers={"authorization": ""})
        assert response.status_code == 401
        assert ratelimit_headers(response) == ["1", "1", str(1_800_000_000 + 3600)]


def test_a_request_refused_for_its_rate_has_no_effect(new_api: NewApi) -> None:
    api = new_api(limits=(10, 1))
    api.new_share(ready=False)
    api.post("/v2/nfs", {}, 429)
    api.later(60)
    assert len(api.get("/v2/nfs")["shares"]) == 1


def test_waiting_as_long_as_told_is_always_enough() -> None:
    now = 1_800_000_000.123456
    limits = RateLimit((1000, 7))
    for step in range(3000):
        now += (step * 7919 % 97) / 13.7
        _, wait = limits.spend(b"t", now)
        if wait:
            now += math.ceil(wait)
            assert limits.spend(b"t", now)[1] == 0


def test_memory_is_bounded_whatever_the_number_of_tokens() -> None:
    limits = RateLimit((5, 5))
    for number in range(5000):
        limits.spend(b"%d" % number, 1.0)
        limits.spend(b"busy", 1.0)
    assert len(limits._requests) <= 1000
    assert limits.spend(b"busy", 1.0)[1] > 0
    assert len(limits._requests[b"busy"]) == 5
    assert limits.spend(b"4999", 1.0)[0]["ratelimit-remaining"] == "3"
