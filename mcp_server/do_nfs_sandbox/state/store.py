"""The state, in SQLite. It knows rows and ids; what is allowed is for the operations to say."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from do_nfs_sandbox.state.database import TABLES, open_database
from do_nfs_sandbox.state.new_ids import Ids
from do_nfs_sandbox.state.transitions import settle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path

__all__ = ["DEFAULT_POLICY", "Row", "Store"]

Row = Mapping[str, Any]
"""Values by column: a sqlite3.Row where it was read, a dictionary where it was just inserted."""

DEFAULT_POLICY = {
    "anonuid": 65534,
    "anongid": 65534,
    "protocols": ["NFS4", "NFS"],
    "squash_config": "ROOT_SQUASH",
    "identity_enforcement_enabled": False,
}
"""The access policy of a share's default access point."""

_DRAWN = Ids(None)


class Store:
    """Shares, snapshots, access points, actions, VPCs and their peerings, as rows.

    Args:
        path: What keeps it: a file, or ":memory:".
        ids: What makes the ids of new rows.

    Raises:
        StoreError: If that cannot be used.
    """

    def __init__(self, path: str | Path, ids: Ids = _DRAWN) -> None:
        self._lock = threading.Lock()
        # How many changes could not be kept, which is no change that the database counts.
        self._lost = 0
        self._ids = ids
        self._db = open_database(path)
        # Where nobody closes it: with the last who knows it, or with the process.
        self._close = weakref.finalize(self, self._db.close)

    def close(self) -> None:
        """Close the database. What was in memory is gone."""
        self._close()

    def transaction(self, now: float, *, write: bool) -> AbstractContextManager[None]:
        """Give one request its view of the state, with everything applied that is due.

        What is written inside is kept as a whole, or not at all if an exception leaves the block.

        Args:
            now: What time it is, in seconds since 1970.
            write: Whether something is to be written inside.
        """
        return _Transaction(self, now, write)

    def _begin(self, now: float, write: bool) -> None:
        self._lock.acquire()
        try:
            write = write or self._is_due(now)
            self._db.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            if write:
                settle(self._db, now)
        except BaseException:
            self._end(failed=True)
            raise

    def _end(self, *, failed: bool) -> None:
        try:
            if self._db.in_transaction and not failed:
                self._db.execute("COMMIT")
        finally:
            try:
                # What could not be committed is still open, and no other transaction could begin.
                if self._db.in_transaction:
                    self._lost += not failed
                    self._db.execute("ROLLBACK")
            finally:
                self._lock.release()

    def version(self) -> tuple[int, int, int]:
        """Return what is another after every change, by this process or by others. To be asked inside a transaction."""
        return self._db.total_changes, self._db.execute("PRAGMA data_version").fetchone()[0], self._lost

    @property
    def clock_offset(self) -> float:
        """By how many seconds the clock was moved on."""
        offset: float = self._db.execute("SELECT offset FROM clock").fetchone()["offset"]
        return offset

    def keep_clock_offset(self, seconds: float) -> None:
        """Keep by how many seconds the clock was moved on. What was due by then stays due after a restart."""
        self._db.execute("UPDATE clock SET offset = ?", (seconds,))

    def everything(self) -> dict[str, list[Row]]:
        """Return all rows by table, oldest first."""
        return {table: self._all(f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES}

    def replace_everything(self, rows: Mapping[str, Iterable[Mapping[str, object]]]) -> None:
        """Make some rows all there is. Numbers are given out as in a new database.

        Args:
            rows: The rows by table, each a value by column. A number that is None is given out.
        """
        for table in reversed(TABLES):
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute("UPDATE sqlite_sequence SET seq = iif(name = 'actions', 3000000000, 0)")
        for table in TABLES:
            for row in rows[table]:
                self._insert(table, **row)

    def _is_due(self, now: float) -> bool:
        sql = "SELECT 1 FROM actions WHERE status = 'IN_PROGRESS' AND completes_at <= ? LIMIT 1"
        return self._one(sql, now) is not None

    # Shares

    def insert_share(
        self,
        *,
        name: str,
        region: str,
        size_gib: int,
        vpc_ids: Collection[str],
        now: float,
        tier: str = "standard",
        status: str = "CREATING",
        manager_urn: str = "",
        id: str | None = None,  # noqa: A002
    ) -> tuple[Row, Row]:
        """Add a share with its default access point.

        Args:
            name: Its name.
            region: Its region's slug.
            size_gib: Its size in GiB.
            vpc_ids: The VPCs that it is attached to.
            now: When it is made, in seconds since 1970.
            tier: Its performance tier, standard or high.
            status: CREATING, ACTIVE, INACTIVE or FAILED.
            manager_urn: What manages it; empty for nothing.
            id: Its id; one is made up if None.

        Returns:
            The share and the access point.
        """
        share = self._insert(
            "shares",
            id=id or self._new_id("shares"),
            name=name,
            region=region,
            size_gib=size_gib,
            status=status,
            tier=tier,
            vpc_ids=_text(list(vpc_ids)),
            manager_urn=manager_urn,
            created_at=now,
        )
        return share, self.insert_access_point(
            share_id=share["id"],
            name="default",
            path="/",
            vpc_id=None,
            policy=DEFAULT_POLICY,
            now=now,
            status="ACCESS_POINT_CREATING" if status == "CREATING" else "ACCESS_POINT_ACTIVE",
            is_default=True,
        )

    def share(self, share_id: str) -> Row | None:
        """Return the share of this id, None if there is none."""
        return self._one("SELECT * FROM shares WHERE id = ?", share_id)

    def shares(self, region: str | None = None) -> list[Row]:
        """Return the shares of one region or of all, oldest first."""
        where, values = ("WHERE region = ?", (region,)) if region else ("", ())
        return self._all(f"SELECT * FROM shares {where} ORDER BY seq", *values)

    def delete_share(self, share_id: str) -> None:
        """Remove a share with its snapshots and access points. Its actions stay."""
        self._db.execute("DELETE FROM shares WHERE id = ?", (share_id,))

    # Snapshots

    def insert_snapshot(
        self,
        *,
        share_id: str,
        name: str,
        region: str,
        size_gib: int,
        now: float,
        status: str = "CREATING",
        id: str | None = None,  # noqa: A002
    ) -> Row:
        """Add a snapshot of a share that exists, and return it.

        Args:
            share_id: The share.
            name: Its name.
            region: Its share's region.
            size_gib: The size that its share has, in GiB.
            now: When it is taken, in seconds since 1970.
            status: UNKNOWN, CREATING, ACTIVE, FAILED or DELETED.
            id: Its id; one is made up if None.
        """
        return self._insert(
            "snapshots",
            id=id or self._new_id("snapshots"),
            share_id=share_id,
            name=name,
            region=region,
            size_gib=size_gib,
            status=status,
            created_at=now,
        )

    def snapshot(self, snapshot_id: str) -> Row | None:
        """Return the snapshot of this id, None if there is none."""
        return self._one("SELECT * FROM snapshots WHERE id = ?", snapshot_id)

    def snapshots(self, region: str | None = None, share_id: str | None = None) -> list[Row]:
        """Return the snapshots of one region, one share, both or all, oldest first."""
        filters = {"region": region, "share_id": share_id}
        given = {name: value for name, value in filters.items() if value}
        where = "WHERE " + " AND ".join(f"{name} = ?" for name in given) if given else ""
        return self._all(f"SELECT * FROM snapshots {where} ORDER BY seq", *given.values())

    def delete_snapshot(self, snapshot_id: str) -> None:
        """Remove a snapshot."""
        self._db.execute("DELETE FROM snapshots WHERE id = ?", (snapshot_id,))

    # Access points

    def insert_access_point(
        self,
        *,
        share_id: str,
        name: str,
        path: str,
        vpc_id: str | None,
        policy: dict[str, Any],
        now: float,
        vpc_ids: Collection[str] = (),
        status: str = "ACCESS_POINT_CREATING",
        is_default: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> Row:
        """Add an access point of a share that exists, and return it.

        Args:
            share_id: The share.
            name: Its name.
            path: The folder of the share that it leads to.
            vpc_id: From where it can be reached; None for a default one.
            policy: Its access policy, as the contract has it.
            now: When it is made, in seconds since 1970.
            vpc_ids: The same where there are several.
            status: Its status, as the contract has it.
            is_default: Whether it is the one that its share was born with.
            id: Its id; one is made up if None.
        """
        return self._insert(
            "access_points",
            id=id or self._new_id("access_points"),
            share_id=share_id,
            name=name,
            path=path,
            vpc_id=vpc_id,
            vpc_ids=_text(list(vpc_ids)),
            policy=_text(policy),
            status=status,
            is_default=is_default,
            created_at=now,
            updated_at=None if status == "ACCESS_POINT_CREATING" else now,
        )

    def access_point(self, access_point_id: str) -> Row | None:
        """Return the access point of this id, deleted or not; None if there is none, or its share is gone."""
        return self._one("SELECT * FROM access_points WHERE id = ?", access_point_id)

    def access_points(self, share_id: str, status: str | None = None) -> list[Row]:
        """Return a share's access points of one status, or all but the deleted; the default one first."""
        where = "status = ?" if status else "status <> ?"
        return self._all(
            f"SELECT * FROM access_points WHERE share_id = ? AND {where} ORDER BY is_default DESC, seq",
            share_id,
            status or "ACCESS_POINT_DELETED",
        )

    def access_points_of_shares(self, region: str | None = None) -> dict[str, list[Row]]:
        """Return what `access_points()` does, for every share that `shares()` lists, by share id."""
        where, values = ("AND shares.region = ?", (region,)) if region else ("", ())
        found: dict[str, list[Row]] = {}
        for row in self._all(
            "SELECT access_points.* FROM access_points JOIN shares ON shares.id = share_id"
            f" WHERE access_points.status <> 'ACCESS_POINT_DELETED' {where}"
            " ORDER BY is_default DESC, access_points.seq",
            *values,
        ):
            found.setdefault(row["share_id"], []).append(row)
        return found

    def mark_access_point_deleted(self, access_point_id: str, now: float) -> None:
        """Delete an access point, but keep it on record.

        Args:
            access_point_id: The access point.
            now: What time it is, in seconds since 1970.
        """
        self._db.execute(
            "UPDATE access_points SET status = 'ACCESS_POINT_DELETED', updated_at = ? WHERE id = ?",
            (now, access_point_id),
        )

    # Actions

    def insert_action(
        self,
        *,
        type: str,  # noqa: A002
        resource_id: str,
        region: str,
        now: float,
        completes_at: float,
        params: dict[str, Any] | None = None,
        resource_type: str = "SHARE",
        status: str = "IN_PROGRESS",
        id: int | None = None,  # noqa: A002
    ) -> Row:
        """Add an action, and return it.

        Args:
            type: One of the types in `transitions`.
            resource_id: What it changes.
            region: Where that is.
            now: When it starts, in seconds since 1970.
            completes_at: When it takes effect, in seconds since 1970; infinity for never.
            params: What its type needs to know.
            resource_type: SHARE or SNAPSHOT.
            status: IN_PROGRESS, COMPLETED or ACTION_FAILED.
            id: Its number; the next free one if None.
        """
        return self._insert(
            "actions",
            id=id,
            type=type,
            status=status,
            resource_type=resource_type,
            resource_id=resource_id,
            region=region,
            params=_text(params or {}),
            started_at=now,
            completes_at=completes_at,
        )

    def action(self, action_id: int) -> Row | None:
        """Return the action of this number, None if there is none."""
        return self._one("SELECT * FROM actions WHERE id = ?", action_id)

    def newest_actions(self, first: int, count: int) -> tuple[int, list[Row]]:
        """Return how many actions there are, and a page of them, the newest first.

        Args:
            first: How many to leave out.
            count: How many to return at most.
        """
        total = self._all("SELECT count(*) AS total FROM actions")[0]["total"]
        if first >= total:
            return total, []
        return total, self._all("SELECT * FROM actions ORDER BY id DESC LIMIT ? OFFSET ?", count, first)

    # VPCs

    def insert_vpc(
        self,
        *,
        name: str,
        description: str,
        region: str,
        ip_range: str,
        is_default: bool,
        now: float,
        id: str | None = None,  # noqa: A002
    ) -> Row:
        """Add a VPC, and return it.

        Args:
            name: Its name.
            description: What is said about it.
            region: Its region's slug.
            ip_range: Its addresses in CIDR notation.
            is_default: Whether it is its region's default one.
            now: When it is made, in seconds since 1970.
            id: Its id; one is made up if None.
        """
        return self._insert(
            "vpcs",
            id=id or self._new_id("vpcs"),
            name=name,
            description=description,
            region=region,
            ip_range=ip_range,
            is_default=is_default,
            created_at=now,
        )

    def vpc(self, vpc_id: str) -> Row | None:
        """Return the VPC of this id, None if there is none."""
        return self._one("SELECT * FROM vpcs WHERE id = ?", vpc_id)

    def vpcs(self) -> list[Row]:
        """Return all VPCs, oldest first."""
        return self._all("SELECT * FROM vpcs ORDER BY seq")

    def change_vpc(self, vpc: Row, *, name: str, description: str, is_default: bool) -> None:
        """Change a VPC. If it becomes its region's default one, the one before is it no more.

        Args:
            vpc: The VPC.
            name: Its name from now on.
            description: What is said about it from now on.
            is_default: Whether it is its region's default one from now on.
        """
        if is_default:
            self._db.execute("UPDATE vpcs SET is_default = 0 WHERE region = ?", (vpc["region"],))
        self._db.execute(
            "UPDATE vpcs SET name = ?, description = ?, is_default = ? WHERE id = ?",
            (name, description, is_default, vpc["id"]),
        )

    def is_vpc_used(self, vpc_id: str) -> bool:
        """Return whether a share is attached to a VPC or about to be, an access point is reached from it, or it has a
        peering.
        """
        return (
            self._one(
                "SELECT 1 FROM shares, json_each(shares.vpc_ids) WHERE value = ?"
                " UNION ALL SELECT 1 FROM vpc_peerings, json_each(vpc_peerings.vpc_ids) WHERE value = ?"
                " UNION ALL SELECT 1 FROM access_points"
                " WHERE (vpc_id = ? OR EXISTS (SELECT 1 FROM json_each(access_points.vpc_ids) WHERE value = ?))"
                " AND status IN ('ACCESS_POINT_CREATING', 'ACCESS_POINT_ACTIVE')"
                " UNION ALL SELECT 1 FROM actions WHERE status = 'IN_PROGRESS' AND json_extract(params, '$.enter') = ?"
                " LIMIT 1",
                *[vpc_id] * 5,
            )
            is not None
        )

    def delete_vpc(self, vpc_id: str) -> None:
        """Remove a VPC."""
        self._db.execute("DELETE FROM vpcs WHERE id = ?", (vpc_id,))

    # Peerings of VPCs

    def insert_vpc_peering(self, *, name: str, vpc_ids: Collection[str], now: float, id: str | None = None) -> Row:  # noqa: A002
        """Add a peering, and return it.

        Args:
            name: Its name.
            vpc_ids: The two VPCs.
            now: When it is made, in seconds since 1970.
            id: Its id; one is made up if None.
        """
        return self._insert(
            "vpc_peerings",
            id=id or self._new_id("vpc_peerings"),
            name=name,
            vpc_ids=_text(list(vpc_ids)),
            created_at=now,
        )

    def vpc_peering(self, peering_id: str) -> Row | None:
        """Return the peering of this id, None if there is none."""
        return self._one("SELECT * FROM vpc_peerings WHERE id = ?", peering_id)

    def vpc_peerings(self) -> list[Row]:
        """Return all peerings, oldest first."""
        return self._all("SELECT * FROM vpc_peerings ORDER BY seq")

    def rename_vpc_peering(self, peering_id: str, name: str) -> None:
        """Give a peering another name."""
        self._db.execute("UPDATE vpc_peerings SET name = ? WHERE id = ?", (name, peering_id))

    def delete_vpc_peering(self, peering_id: str) -> None:
        """Remove a peering."""
        self._db.execute("DELETE FROM vpc_peerings WHERE id = ?", (peering_id,))

    def _insert(self, table: str, **values: object) -> Row:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        number = self._db.execute(sql, tuple(values.values())).lastrowid
        return {**values, "id" if table == "actions" else "seq": number}

    def _new_id(self, table: str) -> str:
        if self._ids.are_drawn:
            return self._ids.make()
        # No number of a row is ever given out twice, by this process or another.
        last = self._one("SELECT seq FROM sqlite_sequence WHERE name = ?", table)
        return self._ids.make(table, last["seq"] + 1 if last else 1)

    def _one(self, sql: str, *values: object) -> Row | None:
        row: Row | None = self._db.execute(sql, values).fetchone()
        return row

    def _all(self, sql: str, *values: object) -> list[Row]:
        return self._db.execute(sql, values).fetchall()


class _Transaction:
    # Not a generator's: that takes longer than a query, and each request has one.
    __slots__ = ("_now", "_store", "_write")

    def __init__(self, store: Store, now: float, write: bool) -> None:
        self._store, self._now, self._write = store, now, write

    def __enter__(self) -> None:
        self._store._begin(self._now, self._write)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._store._end(failed=kind is not None)


def _text(value: object) -> str:
    return to_json(value).decode()
