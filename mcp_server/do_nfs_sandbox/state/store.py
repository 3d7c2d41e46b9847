"""The state, in SQLite. It knows rows and ids; what is allowed is for operations.py to say."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from do_nfs_sandbox.state.transitions import settle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

# What is read is a sqlite3.Row, and what was just inserted a dictionary. Both are subscripted.
Row = Mapping[str, Any]

# Unlikely to be any other program's: the letters NFS and a number that goes up when the tables change.
_VERSION = 0x4E465301
_PATIENCE = 10.0  # Seconds to wait for another process that has the file.
_SCHEMA = f"""
CREATE TABLE shares (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, region TEXT NOT NULL,
    size_gib INTEGER NOT NULL, status TEXT NOT NULL, tier TEXT NOT NULL, vpc_ids TEXT NOT NULL,
    created_at REAL NOT NULL);
CREATE INDEX shares_by_region ON shares (region);
CREATE TABLE snapshots (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE, name TEXT NOT NULL, region TEXT NOT NULL,
    size_gib INTEGER NOT NULL, status TEXT NOT NULL, created_at REAL NOT NULL);
CREATE INDEX snapshots_by_share ON snapshots (share_id);
CREATE TABLE access_points (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE, name TEXT NOT NULL, path TEXT NOT NULL,
    vpc_id TEXT, policy TEXT NOT NULL, status TEXT NOT NULL, is_default INTEGER NOT NULL,
    created_at REAL NOT NULL, updated_at REAL);
CREATE INDEX access_points_by_share ON access_points (share_id);
CREATE TABLE actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, status TEXT NOT NULL,
    resource_type TEXT NOT NULL, resource_id TEXT NOT NULL, region TEXT NOT NULL, params TEXT NOT NULL,
    started_at REAL NOT NULL, completes_at REAL NOT NULL);
CREATE INDEX actions_under_way ON actions (completes_at) WHERE status = 'IN_PROGRESS';
INSERT INTO sqlite_sequence (name, seq) VALUES ('actions', 3000000000);
PRAGMA user_version = {_VERSION};
"""
TABLES = ("shares", "snapshots", "access_points", "actions")
# Ids are no secret, and asking the system for each takes long. Its own, since tests seed the common one.
_random = random.Random()
DEFAULT_POLICY = {
    "anonuid": 65534,
    "anongid": 65534,
    "protocols": ["NFS4"],
    "squash_config": "ROOT_SQUASH",
    "identity_enforcement_enabled": False,
}


class StoreError(Exception):
    """A database that cannot be opened. Its text is one sentence for whoever named the file."""


class Store:
    """Opens `path`, ":memory:" or a file, and makes what is missing. Raises StoreError."""

    def __init__(self, path: str | Path) -> None:
        self._lock = threading.Lock()
        db: sqlite3.Connection | None = None
        try:
            db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            _prepare(db, path)
        except (sqlite3.Error, StoreError) as error:
            if db is not None:
                db.close()
            if isinstance(error, StoreError):
                raise
            raise StoreError(f"{path} cannot be used as a sandbox database: {error}.") from error
        self._db = db

    def close(self) -> None:
        """Closes the database. What was in memory is gone."""
        self._db.close()

    @contextmanager
    def transaction(self, now: float, *, write: bool) -> Iterator[None]:
        """One request's view of the state, with everything applied that is due at `now` (seconds since 1970).

        What is written inside is kept as a whole, or not at all if an exception leaves the block.
        """
        with self._lock:
            write = write or self._is_due(now)
            self._db.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                if write:
                    settle(self._db, now)
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def version(self) -> tuple[int, int]:
        """What is another after every change, by this process or by others. To be asked inside a transaction."""
        return self._db.total_changes, self._db.execute("PRAGMA data_version").fetchone()[0]

    def everything(self) -> dict[str, list[Row]]:
        """All rows of all tables, oldest first."""
        return {table: self._all(f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES}

    def replace_everything(self, rows: Mapping[str, Iterable[Mapping[str, object]]]) -> None:
        """Makes these rows, by table, all there is. Numbers are given out as in a new database."""
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
        id: str | None = None,  # noqa: A002
    ) -> tuple[Row, Row]:
        """Adds a share with its default access point, and returns both. tier: standard or high."""
        share = self._insert(
            "shares",
            id=id or _new_id(),
            name=name,
            region=region,
            size_gib=size_gib,
            status=status,
            tier=tier,
            vpc_ids=_text(list(vpc_ids)),
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
        """The share of this id, if there is one."""
        return self._one("SELECT * FROM shares WHERE id = ?", share_id)

    def shares(self, region: str | None = None) -> list[Row]:
        """The shares of one region or of all, oldest first."""
        where, values = ("WHERE region = ?", (region,)) if region else ("", ())
        return self._all(f"SELECT * FROM shares {where} ORDER BY seq", *values)

    def delete_share(self, share_id: str) -> None:
        """Removes a share with its snapshots and access points. Its actions stay."""
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
        """Adds a snapshot of a share that exists, and returns it. id: made up if None."""
        return self._insert(
            "snapshots",
            id=id or _new_id(),
            share_id=share_id,
            name=name,
            region=region,
            size_gib=size_gib,
            status=status,
            created_at=now,
        )

    def snapshot(self, snapshot_id: str) -> Row | None:
        """The snapshot of this id, if there is one."""
        return self._one("SELECT * FROM snapshots WHERE id = ?", snapshot_id)

    def snapshots(self, region: str | None = None, share_id: str | None = None) -> list[Row]:
        """The snapshots of one region, one share, or all, oldest first."""
        filters = {"region": region, "share_id": share_id}
        given = {name: value for name, value in filters.items() if value}
        where = "WHERE " + " AND ".join(f"{name} = ?" for name in given) if given else ""
        return self._all(f"SELECT * FROM snapshots {where} ORDER BY seq", *given.values())

    def delete_snapshot(self, snapshot_id: str) -> None:
        """Removes a snapshot."""
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
        status: str = "ACCESS_POINT_CREATING",
        is_default: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> Row:
        """Adds an access point of a share that exists, and returns it. id: made up if None."""
        return self._insert(
            "access_points",
            id=id or _new_id(),
            share_id=share_id,
            name=name,
            path=path,
            vpc_id=vpc_id,
            policy=_text(policy),
            status=status,
            is_default=is_default,
            created_at=now,
            updated_at=None if status == "ACCESS_POINT_CREATING" else now,
        )

    def access_point(self, access_point_id: str) -> Row | None:
        """The access point of this id, deleted or not, if its share still exists."""
        return self._one("SELECT * FROM access_points WHERE id = ?", access_point_id)

    def access_points(self, share_id: str, status: str | None = None) -> list[Row]:
        """A share's access points of one status, or all but the deleted; the default one first."""
        where = "status = ?" if status else "status <> ?"
        return self._all(
            f"SELECT * FROM access_points WHERE share_id = ? AND {where} ORDER BY is_default DESC, seq",
            share_id,
            status or "ACCESS_POINT_DELETED",
        )

    def access_points_of_shares(self, region: str | None = None) -> dict[str, list[Row]]:
        """What access_points() says, for every share that shares() lists, by share id."""
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
        """Deletes an access point, but keeps it on record."""
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
        """Adds an action that takes effect at `completes_at`, and returns it.

        type and params: as transitions.py knows them. id: the next free one if None.
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
        """The action of this id, if there is one."""
        return self._one("SELECT * FROM actions WHERE id = ?", action_id)

    def _insert(self, table: str, **values: object) -> Row:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        number = self._db.execute(sql, tuple(values.values())).lastrowid
        return {**values, "id" if table == "actions" else "seq": number}

    def _one(self, sql: str, *values: object) -> Row | None:
        row: Row | None = self._db.execute(sql, values).fetchone()
        return row

    def _all(self, sql: str, *values: object) -> list[Row]:
        return self._db.execute(sql, values).fetchall()


def _new_id() -> str:
    return str(uuid.UUID(int=_random.getrandbits(128), version=4))


def _text(value: object) -> str:
    return to_json(value).decode()


def _prepare(db: sqlite3.Connection, path: str | Path) -> None:
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    # Another process may be making the same file at this moment; whoever comes second finds it made.
    db.execute("BEGIN IMMEDIATE")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version != _VERSION and (version or tables):
        raise StoreError(f"{path} is not a database of this version of the sandbox.")
    if not version:
        for statement in _SCHEMA.split(";\n"):
            db.execute(statement)
    db.execute("COMMIT")
    # With a write-ahead log a commit outlives the process without waiting for the disk; readers never wait.
    _use_write_ahead_log(db)
    db.execute("PRAGMA synchronous = NORMAL")


def _use_write_ahead_log(db: sqlite3.Connection) -> None:
    # SQLite does not wait by itself for others to let go of the file here, as it does everywhere else.
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
