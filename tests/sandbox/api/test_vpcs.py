from typing import Any

import pytest

from ...support.constants import OTHER_VPC, VPC
from ...support.sandboxes import Api


def test_each_region_has_two_vpcs_and_one_is_the_default(api: Api) -> None:
    answer = api.get("/v2/vpcs")
    vpcs = answer["vpcs"]
    assert answer["links"] == {}
    assert answer["meta"] == {"total": 12}
    assert len(vpcs) == 12
    for region in ("nyc2", "ams3", "atl1", "ric1", "mkc1", "mem1"):
        assert [vpc["default"] for vpc in vpcs if vpc["region"] == region] == [True, False]
    assert [vpc["id"] for vpc in vpcs if vpc["region"] == "atl1"] == [VPC, OTHER_VPC]
    assert len({vpc["id"] for vpc in vpcs}) == len({vpc["ip_range"] for vpc in vpcs}) == 12
    assert all(vpc["urn"] == f"do:vpc:{vpc['id']}" for vpc in vpcs)


@pytest.mark.behaviour("VPCs come in pages, with links to the others", "public spec")
def test_pages_of_vpcs_lead_to_one_another(api: Api) -> None:
    seen, url = [], "/v2/vpcs?per_page=5&page=1"
    while url:
        answer = api.get(url)
        seen += [vpc["id"] for vpc in answer["vpcs"]]
        url = answer["links"]["pages"].get("next")
    assert seen == [vpc["id"] for vpc in api.get("/v2/vpcs")["vpcs"]]


def test_a_page_of_vpcs_links_to_the_others_by_full_urls(api: Api) -> None:
    def pages(page: int) -> Any:
        return api.get(f"/v2/vpcs?page={page}&per_page=5", headers={"host": "nfs.example:81"})["links"]["pages"]

    url = "http://nfs.example:81/v2/vpcs?page={}&per_page=5".format
    assert pages(1) == {"next": url(2), "last": url(3)}
    assert pages(2) == {"first": url(1), "prev": url(1), "next": url(3), "last": url(3)}
    assert pages(3) == {"first": url(1), "prev": url(2)}
    assert pages(10**30) == {"first": url(1), "prev": url(3)}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("page=0", "page must be at least 1."),
        ("page=-1", "page must be at least 1."),
        ("page=x", "page must be an integer."),
        ("page=", "page must be an integer."),
        ("page=1.5", "page must be an integer."),
        (f"page={'9' * 6000}", "page must be an integer."),
        ("per_page=201", "per_page must be at most 200."),
        ("per_page=0", "per_page must be at least 1."),
    ],
)
def test_an_impossible_page_of_vpcs_is_refused(api: Api, query: str, message: str) -> None:
    response = api("GET", f"/v2/vpcs?{query}")
    assert (response.status_code, response.json()["message"]) == (400, message)
