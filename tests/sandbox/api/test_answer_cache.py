"""A read is answered as before while nothing has changed, and only then."""

from pathlib import Path

import httpx
from do_nfs_sandbox import Sandbox, SandboxTransport

from ...support.sandboxes import AUTHORIZED, Api


def test_a_change_by_this_process_is_seen_in_the_next_read(api: Api) -> None:
    share = api.new_share()
    path = f"/v2/nfs/{share['id']}"
    assert api.get(path) == api.get(path)
    api.act(share, "resize", size_gib=200)
    assert api.get(path)["share"]["size_gib"] == 100
    api.later()
    assert api.get(path)["share"]["size_gib"] == 200
    api.delete(path)
    assert api("GET", path).status_code == 404


def test_a_change_by_another_process_is_seen_in_the_next_read(tmp_path: Path) -> None:
    with (
        Sandbox(tmp_path / "nfs.db") as one,
        Sandbox(tmp_path / "nfs.db") as other,
        httpx.Client(transport=SandboxTransport(one), base_url="http://one", headers=AUTHORIZED) as reader,
    ):
        assert reader.get("/v2/nfs").json() == {"shares": []}
        with other.store.transaction(0, write=True):
            other.store.insert_share(name="n", region="atl1", size_gib=50, vpc_ids=[], now=0)
        assert len(reader.get("/v2/nfs").json()["shares"]) == 1


def test_different_reads_have_different_answers(api: Api) -> None:
    here, there = api.new_share(), api.new_share(region="nyc2")
    for _ in range(2):
        assert len(api.get("/v2/nfs")["shares"]) == 2
        assert [share["id"] for share in api.get("/v2/nfs?region=nyc2")["shares"]] == [there["id"]]
        assert api.get(f"/v2/nfs/{here['id']}")["share"]["id"] == here["id"]
        assert len(api.get("/v2/vpcs?per_page=3&page=1")["vpcs"]) == 3
        assert len(api.get("/v2/vpcs?per_page=1&page=3")["vpcs"]) == 1
