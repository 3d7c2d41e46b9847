import pytest

from ...support.sandboxes import Api, NewApi


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


def test_an_account_can_see_other_regions_each_with_two_vpcs(new_api: NewApi) -> None:
    api = new_api(regions=["fra1", "nyc2"])
    assert [region["slug"] for region in api.get("/v2/regions")["regions"]] == ["fra1", "nyc2"]
    vpcs = api.get("/v2/vpcs")["vpcs"]
    assert [vpc["name"] for vpc in vpcs] == ["default-fra1", "apps-fra1", "default-nyc2", "apps-nyc2"]
    usual = {vpc["name"]: vpc for vpc in new_api().get("/v2/vpcs")["vpcs"]}
    assert vpcs[2:] == [usual["default-nyc2"], usual["apps-nyc2"]]
    assert len({vpc["ip_range"] for vpc in [*vpcs, *usual.values()]}) == 14


def test_an_account_has_its_own_vpcs_after_a_reset_and_another_seed_too(new_api: NewApi) -> None:
    api = new_api(vpcs=[{"name": "storage", "region": "fra1"}])
    for start in (api.sandbox.reset, lambda: api.sandbox.seed("team"), lambda: api.sandbox.seed({"shares": []})):
        start()
        assert [vpc["name"] for vpc in api.get("/v2/vpcs")["vpcs"]] == ["storage"]


def test_regions_that_are_no_list_of_slugs_are_refused(new_api: NewApi) -> None:
    with pytest.raises(ValueError, match="in a list"):
        new_api(regions="fra1")
    with pytest.raises(ValueError, match=r"region must match \^\[a-z0-9-\]\+\$"):
        new_api(regions=["FRA 1"])
