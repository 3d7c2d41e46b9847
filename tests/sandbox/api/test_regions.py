import pytest

from ...support.sandboxes import Api


@pytest.mark.behaviour("Regions are listed in pages", "public spec, August 2026")
def test_the_regions_with_the_product_are_listed_in_pages(api: Api) -> None:
    answer = api.get("/v2/regions")
    assert [region["slug"] for region in answer["regions"]] == ["nyc2", "ams3", "atl1", "ric1", "mkc1", "mem1"]
    assert (answer["links"], answer["meta"]) == ({}, {"total": 6})
    assert answer["regions"][2]["name"] == "Atlanta 1"
    second = api.get("/v2/regions?page=2&per_page=4")
    assert second["regions"] == answer["regions"][4:]
    assert set(second["links"]["pages"]) == {"first", "prev"}


@pytest.mark.behaviour("A token without sizes:read sees no sizes in a region", "public spec, August 2026")
def test_a_region_shows_no_sizes_of_droplets(api: Api) -> None:
    for region in api.get("/v2/regions")["regions"]:
        assert (region["available"], bool(region["features"]), region["sizes"]) == (True, True, [])
