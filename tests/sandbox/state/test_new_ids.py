"""The ids of what is made."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from do_nfs_sandbox.state.new_ids import Ids

from ...support.constants import VPC
from ...support.sandboxes import Api, NewApi


def ids(api: Api) -> list[str]:
    share = api.new_share()
    snapshot = api.act(share, "snapshot", name="s")["resource_id"]
    point = api.new_access_point(share)["access_point"]["id"]
    refused = api("GET", "/v2/x").json()["request_id"]
    return [share["id"], share["access_points"][0]["id"], snapshot, point, refused]


def test_ids_with_a_seed_are_the_same_in_every_run(new_api: NewApi) -> None:
    one, again, other = ids(new_api(id_seed=7)), ids(new_api(id_seed=7)), ids(new_api(id_seed=8))
    assert one == again
    assert not set(one) & set(other)
    assert len(set(one)) == len(one) == len([uuid.UUID(each) for each in one])


def test_ids_without_a_seed_never_come_twice(new_api: NewApi) -> None:
    assert not set(ids(new_api())) & set(ids(new_api()))


def test_a_state_that_leaves_ids_out_gets_the_same_ones(new_api: NewApi) -> None:
    seed = {"shares": [{"name": "a", "region": "atl1"}, {"name": "b", "region": "atl1"}]}
    one, again = (new_api(seed=seed, id_seed=1).sandbox.state() for _ in range(2))
    assert [share["id"] for share in one["shares"]] == [share["id"] for share in again["shares"]]
    assert len({share["id"] for share in one["shares"]}) == 2


def test_a_reset_starts_the_ids_anew(new_api: NewApi) -> None:
    api = new_api(id_seed=7)
    before = ids(api)
    api.sandbox.reset()
    assert ids(api) == before


def test_a_file_that_is_opened_again_gives_out_new_ones(new_api: NewApi, tmp_path: Path) -> None:
    shares = [new_api(tmp_path / "nfs.db", id_seed=7).new_share(ready=False)["id"] for _ in range(3)]
    assert len(set(shares)) == 3


FORKS = """
import os
from do_nfs_sandbox.state.new_ids import Ids

for _ in range(2):
    if os.fork() == 0:
        os.write(1, (Ids(None).make() + "\\n").encode())
        os._exit(0)
    os.wait()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_two_children_of_one_process_draw_different_ids() -> None:
    # In a process without threads.
    told = subprocess.run([sys.executable, "-c", FORKS], capture_output=True, text=True, check=True).stdout
    one, other = told.split()
    assert one != other


def test_ids_differ_by_what_they_are_for() -> None:
    made = Ids(1)
    assert made.make("shares", 1) != made.make("snapshots", 1) != made.make("shares", 1, VPC)


def test_a_drawn_id_is_a_random_uuid() -> None:
    drawn = [Ids(None).make() for _ in range(1000)]
    parsed = [uuid.UUID(each) for each in drawn]
    assert [str(each) for each in parsed] == drawn
    assert {(each.version, each.variant) for each in parsed} == {(4, uuid.RFC_4122)}
    assert len(set(drawn)) == 1000
    # Every bit that is not fixed is drawn.
    ever, always = 0, -1
    for each in parsed:
        ever, always = ever | each.int, always & each.int
    assert (ever ^ always).bit_count() == 122
