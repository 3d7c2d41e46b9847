"""The database: its tables, and how it is opened."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

from do_nfs_sandbox.state.vpcs import VPCS

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["TABLES", "StoreError", "open_database"]

# Unlikely to be any other program's: the letters NFS and a number that goes up when the tables change.
_VERSION = 0x4E465304
_PATIENCE = 10.0  # Seconds to wait for another process that has the file.
_SCHEMA = """
CREATE TABLE shares (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, region TEXT NOT NULL,
    size_gib INTEGER NOT NULL, status TEXT NOT NULL, tier TEXT NOT NULL, vpc_ids TEXT NOT NULL,
    manager_urn TEXT NOT NULL, created_at REAL NOT NULL);
CREATE INDEX shares_by_region ON shares (region);
CREATE TABLE snapshots (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE, name TEXT NOT NULL, region TEXT NOT NULL,
    size_gib INTEGER NOT NULL, status TEXT NOT NULL, created_at REAL NOT NULL);
CREATE INDEX snapshots_by_share ON snapshots (share_id);
CREATE TABLE access_points (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE, name TEXT NOT NULL, path TEXT NOT NULL,
    vpc_id TEXT, vpc_ids TEXT NOT NULL, policy TEXT NOT NULL, status TEXT NOT NULL, is_default INTEGER NOT NULL,
    created_at REAL NOT NULL, updated_at REAL);
CREATE INDEX access_points_by_share ON access_points (share_id);
CREATE TABLE actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, status TEXT NOT NULL,
    resource_type TEXT NOT NULL, resource_id TEXT NOT NULL, region TEXT NOT NULL, params TEXT NOT NULL,
    started_at REAL NOT NULL, completes_at REAL NOT NULL);
CREATE INDEX actions_under_way ON actions (completes_at) WHERE status = 'IN_PROGRESS';
CREATE TABLE vpcs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT NOT NULL,
    region TEXT NOT NULL, ip_range TEXT NOT NULL, is_default INTEGER NOT NULL, created_at REAL NOT NULL);
CREATE TABLE vpc_peerings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, vpc_ids TEXT NOT NULL,
    created_at REAL NOT NULL);
CREATE TABLE clock (offset REAL NOT NULL);
INSERT INTO clock VALUES (0);
INSERT INTO sqlite_sequence (name, seq) VALUES ('actions', 3000000000);
"""
TABLES = ("shares", "snapshots", "access_points", "actions", "vpcs", "vpc_peerings")
"""The tables, each after those that it refers to."""


class StoreError(Exception):
    """A database that cannot be opened. Its text is one sentence for the person who named the file."""


def open_database(path: str | Path) -> sqlite3.Connection:
    """Open a database, and make what is missing.

    Args:
        path: A file, or ":memory:".

    Returns:
        A connection that any thread may use, one at a time, and in which transactions are begun by hand.

    Raises:
        StoreError: If it is not a database of the sandbox's, or cannot be used.
    """
    try:
        db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            _prepare(db, path)
        except BaseException:
            db.close()
            raise
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be used as a sandbox database: {error}.") from error
    return db


def _prepare(db: sqlite3.Connection, path: str | Path) -> None:
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    # Another process may be making the same file at this moment; the second one finds it made.
    db.execute("BEGIN IMMEDIATE")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version != _VERSION and (version or tables):
        raise StoreError(f"{path} is not a database of this version of the sandbox.")
    if not version:
        for statement in _SCHEMA.split(";\n"):
            db.execute(statement)
        db.executemany(
            "INSERT INTO vpcs (id, name, description, region, ip_range, is_default, created_at)"
            " VALUES (:id, :name, :description, :region, :ip_range, :is_default, :created_at)",
            VPCS,
        )
        db.execute(f"PRAGMA user_version = {_VERSION}")
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
