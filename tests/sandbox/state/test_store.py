"""What a file promises: nothing acknowledged is lost, two processes share it, and a wrong file is refused."""

import gc
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from do_nfs_sandbox import Sandbox, StoreError
from do_nfs_sandbox.api import operations
from do_nfs_sandbox.api.call import Call
from do_nfs_sandbox.state import store
from do_nfs_sandbox.state.database import open_database
from do_nfs_sandbox.state.store import Store
from do_nfs_sandbox.state.transitions import settle

from ...support.clock import Clock
from ...support.constants import NEW_SHARE, VPC
from ...support.sandboxes import Api, NewApi, Process, Start


def test_acknowledged_changes_survive_a_kill(start: Start, tmp_path: Path) -> None:
    options = ("--db", str(tmp_path / "nfs.db"), "--ready-after", "0")
    first = start(*options)
    made = [first.http.post("/v2/nfs", json=NEW_SHARE).json()["share"]["id"] for _ in range(20)]
    gone = made.pop()
    assert first.http.delete(f"/v2/nfs/{gone}").status_code == 204
    action = first.http.post(f"/v2/nfs/{made[0]}/actions", json={"type": "snapshot", "params": {"name": "s"}}).json()
    first.popen.kill()
    first.popen.wait()

    second = start(*options)
    shares = second.http.get("/v2/nfs").json()["shares"]
    assert [share["id"] for share in shares] == made
    assert all(share["status"] == "ACTIVE" for share in shares)
    assert second.http.get(f"/v2/nfs/snapshots/{action['action']['resource_id']}").json()["snapshot"]["name"] == "s"
    again = second.http.post(f"/v2/nfs/{made[0]}/actions", json={"type": "snapshot", "params": {"name": "t"}}).json()
    assert int(again["action"]["id"]) == int(action["action"]["id"]) + 1


def test_a_change_under_way_is_finished_after_a_restart(new_api: NewApi, tmp_path: Path) -> None:
    before = new_api(tmp_path / "nfs.db")
    share = before.new_share(ready=False)
    before.sandbox.close()
    after = new_api(tmp_path / "nfs.db")
    after.later()
    assert after.share(share)["status"] == "ACTIVE"


def test_a_clock_that_was_moved_on_stays_so_after_a_restart(new_api: NewApi, tmp_path: Path) -> None:
    before = new_api(tmp_path / "nfs.db", ready_after=60)
    before.sandbox.advance(3600)
    share = before.new_share(ready=False)
    before.sandbox.close()
    after = new_api(tmp_path / "nfs.db")
    assert after.sandbox.advance(60) == after.clock.now + 3660
    assert after.share(share)["status"] == "ACTIVE"
    after.sandbox.reset()
    after.sandbox.close()
    assert new_api(tmp_path / "nfs.db").sandbox.advance(0) == after.clock.now


def test_two_processes_share_one_file(start: Start, tmp_path: Path) -> None:
    options = ("--db", str(tmp_path / "nfs.db"), "--ready-after", "0")
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda _: start(*options), range(2))

        def work(process: Process) -> list[tuple[int, str]]:
            made = []
            for _ in range(40):
                response = process.http.post("/v2/nfs", json=NEW_SHARE)
                made.append((response.status_code, response.json()["share"]["id"]))
                assert process.http.get("/v2/nfs").status_code == 200
            return made

        made = [each for answers in pool.map(work, (one, two)) for each in answers]
    assert {status for status, _ in made} == {201}
    for process in (one, two):
        shares = process.http.get("/v2/nfs").json()["shares"]
        assert {share["id"] for share in shares} == {share_id for _, share_id in made}
        assert {share["status"] for share in shares} == {"ACTIVE"}
    with closing(sqlite3.connect(tmp_path / "nfs.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_many_stores_can_open_a_new_file_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        stores = list(pool.map(lambda _: Store(tmp_path / "nfs.db"), range(16)))
    for each in stores:
        each.close()


def test_a_store_that_nobody_closes_is_closed_with_the_last_who_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_database(":memory:")
    monkeypatch.setattr(store, "open_database", lambda _: opened)
    Store(":memory:")
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened.execute("SELECT 1")


def test_sandboxes_in_memory_know_nothing_of_each_other(new_api: NewApi) -> None:
    one, two = new_api(), new_api()
    one.new_share()
    assert two.get("/v2/nfs") == {"shares": []}


@pytest.mark.parametrize("kind", ["text", "another database", "another version", "folder", "nowhere"])
def test_a_file_that_is_not_a_sandbox_database_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    if kind == "text":
        path.write_text("not a database\n" * 1000)
    elif kind == "folder":
        path.mkdir()
    elif kind == "nowhere":
        path = path / "below"
    else:
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version = 77" if kind == "another version" else "CREATE TABLE t (x)")
        db.close()
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as refused:
        Sandbox(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_ids_can_be_given_so_that_examples_come_true(api: Api, clock: Clock) -> None:
    store, now = api.sandbox.store, clock()
    share, _ = store.insert_share(
        id="0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d",
        name="sammy",
        region="atl1",
        size_gib=1024,
        vpc_ids=[VPC],
        status="ACTIVE",
        now=now,
    )
    share_id = share["id"]
    snapshot_id = "2b3c4d5e-6f70-4b8c-9d0e-1f2a3b4c5d6e"
    store.insert_snapshot(
        id=snapshot_id, share_id=share_id, name="s", region="atl1", size_gib=1024, status="ACTIVE", now=now
    )
    access_point_id = "3c4d5e6f-7081-4c9d-8e0f-2a3b4c5d6e7f"
    store.insert_access_point(
        id=access_point_id, share_id=share_id, name="team-a", path="/a", vpc_id=VPC, policy={
            "anonuid": 65534, "anongid": 65534, "protocols": ["NFS"], "squash_config": "NO_SQUASH",
            "identity_enforcement_enabled": True,
        }, now=now
    )  # fmt: skip
    store.insert_action(
        id=3051892764, type="RESIZE_SHARE", resource_id=share_id, region="atl1", status="COMPLETED", now=now,
        completes_at=now,
    )  # fmt: skip
    share = api.get(f"/v2/nfs/{share_id}")["share"]
    assert share["status"] == share["access_points"][0]["status"].removeprefix("ACCESS_POINT_") == "ACTIVE"
    assert api.get(f"/v2/nfs/snapshots/{snapshot_id}")["snapshot"]["status"] == "ACTIVE"
    assert api.get(f"/v2/nfs/access_points/{access_point_id}")["access_point"]["name"] == "team-a"
    assert api.get("/v2/actions/3051892764")["action"]["status"] == "completed"
    assert api.act(share, "snapshot", name="s")["id"] == "3051892765"


def test_an_id_is_looked_up_by_an_index(api: Api) -> None:
    share, store = api.new_share(), api.sandbox.store
    plan = "EXPLAIN QUERY PLAN "
    for sql in (
        "SELECT * FROM shares WHERE id = ?",
        "SELECT * FROM snapshots WHERE id = ?",
        "SELECT * FROM access_points WHERE id = ?",
        "SELECT * FROM access_points WHERE share_id = ? AND status <> 'x' ORDER BY is_default DESC, seq",
        "SELECT 1 FROM actions WHERE status = 'IN_PROGRESS' AND completes_at <= ? LIMIT 1",
    ):
        assert store._all(plan + sql, share["id"])[0]["detail"].startswith("SEARCH"), sql


def test_reads_do_not_write(new_api: NewApi, tmp_path: Path) -> None:
    api = new_api(tmp_path / "nfs.db")
    share = api.new_share()
    before = (tmp_path / "nfs.db-wal").stat()
    for path in ("/v2/nfs", f"/v2/nfs/{share['id']}", "/v2/vpcs", "/v2/nfs/snapshots"):
        api.get(path)
    after = (tmp_path / "nfs.db-wal").stat()
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def test_readers_are_served_while_another_process_writes(new_api: NewApi, tmp_path: Path) -> None:
    api = new_api(tmp_path / "nfs.db")
    share = api.new_share()
    writer = sqlite3.connect(tmp_path / "nfs.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert api.share(share) == share
    writer.close()


def write_in_vain(store: Store) -> None:
    """Write what is held against the rules only when it is committed."""
    store._db.execute("PRAGMA defer_foreign_keys = ON")
    store.insert_snapshot(share_id="none", name="x", region="atl1", size_gib=50, now=0)


def test_a_change_that_cannot_be_committed_is_a_500_and_leaves_nothing_behind(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def order_in_vain(call: Call) -> object:
        made = create_share(call)
        write_in_vain(call.store)
        return made

    create_share = operations.HANDLERS["create_share"]
    with monkeypatch.context() as patched:
        patched.setitem(operations.HANDLERS, "create_share", order_in_vain)
        assert api("POST", "/v2/nfs", json=NEW_SHARE).status_code == 500
    assert api.get("/v2/nfs") == {"shares": []}
    assert api("POST", "/v2/nfs", json=NEW_SHARE).status_code == 201


def test_what_was_read_of_a_change_that_could_not_be_committed_is_not_answered_again(
    new_api: NewApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle_in_vain(database: sqlite3.Connection, now: float) -> None:
        settle(database, now)
        write_in_vain(api.sandbox.store)

    time = [1_800_000_000.0]
    api = new_api(ready_after=60, clock=lambda: time[0])
    assert api("POST", "/v2/nfs", json=NEW_SHARE).status_code == 201
    with monkeypatch.context() as patched:
        patched.setattr(store, "settle", settle_in_vain)
        time[0] += 61
        assert api("GET", "/v2/nfs").status_code == 500
    time[0] -= 61
    assert api.get("/v2/nfs")["shares"][0]["status"] == "CREATING"


def test_a_seed_that_cannot_be_committed_is_refused_and_the_next_one_works(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = api.new_share()
    with monkeypatch.context() as patched:
        patched.setattr(Store, "replace_everything", lambda store, _: write_in_vain(store))
        with pytest.raises(ValueError, match="the state cannot be stored: FOREIGN KEY"):
            api.sandbox.seed("team")
    assert api.get("/v2/nfs") == {"shares": [share]}
    api.sandbox.seed("examples")
    assert len(api.get("/v2/nfs")["shares"]) == 2
