"""What each action does to its resource once it is due. Nothing else changes by time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

Effect = Callable[[sqlite3.Connection, sqlite3.Row, dict[str, Any]], bool]


def settle(db: sqlite3.Connection, now: float) -> None:
    """Applies every action that is due at `now`, oldest first. Must run inside a write transaction."""
    due = db.execute(
        "SELECT * FROM actions WHERE status = 'IN_PROGRESS' AND completes_at <= ? ORDER BY completes_at, id",
        (now,),
    ).fetchall()
    for action in due:
        params = json.loads(action["params"])
        done = not params.get("fails") and _EFFECTS[action["type"]](db, action, params)
        if not done:
            _fail(db, action)
        db.execute(
            "UPDATE actions SET status = ? WHERE id = ?",
            ("COMPLETED" if done else "ACTION_FAILED", action["id"]),
        )


def _create_share(db: sqlite3.Connection, action: sqlite3.Row, params: dict[str, Any]) -> bool:
    db.execute(
        "UPDATE access_points SET status = 'ACCESS_POINT_ACTIVE', updated_at = ? WHERE share_id = ? AND is_default",
        (action["completes_at"], action["resource_id"]),
    )
    sql = "UPDATE shares SET status = 'ACTIVE' WHERE id = ? AND status = 'CREATING'"
    return _changed(db, sql, action["resource_id"])


def _resize_share(db: sqlite3.Connection, action: sqlite3.Row, params: dict[str, Any]) -> bool:
    # Two resizes may be under way at once; the smaller one must not undo the larger.
    sql = "UPDATE shares SET size_gib = max(size_gib, ?) WHERE id = ?"
    return _changed(db, sql, params["size_gib"], action["resource_id"])


def _switch_performance_tier(db: sqlite3.Connection, action: sqlite3.Row, params: dict[str, Any]) -> bool:
    sql = "UPDATE shares SET tier = ? WHERE id = ?"
    return _changed(db, sql, params["performance_tier"], action["resource_id"])


def _change_vpcs(db: sqlite3.Connection, action: sqlite3.Row, params: dict[str, Any]) -> bool:
    share = db.execute("SELECT status, vpc_ids FROM shares WHERE id = ?", (action["resource_id"],)).fetchone()
    if share is None:
        return False
    moved = (params["leave"], params["enter"])
    vpc_ids = [vpc_id for vpc_id in json.loads(share["vpc_ids"]) if vpc_id not in moved]
    if params["enter"]:
        vpc_ids.append(params["enter"])
    return _changed(
        db,
        "UPDATE shares SET vpc_ids = ?, status = ? WHERE id = ?",
        json.dumps(vpc_ids),
        "ACTIVE" if vpc_ids else "INACTIVE",
        action["resource_id"],
    )


def _create_snapshot(db: sqlite3.Connection, action: sqlite3.Row, params: dict[str, Any]) -> bool:
    return _changed(db, "UPDATE snapshots SET status = 'ACTIVE' WHERE id = ?", action["resource_id"])


def _create_access_point(db: sqlite3.Connection, action: sqlite3.Row, params: dict[str, Any]) -> bool:
    # One that was deleted while it was being made stays deleted.
    return _changed(
        db,
        "UPDATE access_points SET status = 'ACCESS_POINT_ACTIVE', updated_at = ?"
        " WHERE id = ? AND status = 'ACCESS_POINT_CREATING'",
        action["completes_at"],
        action["resource_id"],
    )


def _delete_access_point(db: sqlite3.Connection, action: sqlite3.Row, params: dict[str, Any]) -> bool:
    return True  # It was deleted when it was asked for; only the record of it is still open.


def _fail(db: sqlite3.Connection, action: sqlite3.Row) -> None:
    """Gives up what the action was to make, if that is still under way."""
    for sql in _FAILURES.get(action["type"], ()):
        db.execute(sql, {"id": action["resource_id"], "now": action["completes_at"]})


def _changed(db: sqlite3.Connection, sql: str, *values: object) -> bool:
    return db.execute(sql, values).rowcount > 0


_EFFECTS: dict[str, Effect] = {
    "CREATE_SHARE": _create_share,
    "RESIZE_SHARE": _resize_share,
    "SWITCH_PERFORMANCE_TIER": _switch_performance_tier,
    "ATTACH_SHARE": _change_vpcs,
    "DETACH_SHARE": _change_vpcs,
    "REASSIGN_SHARE": _change_vpcs,
    "CREATE_SNAPSHOT": _create_snapshot,
    "CREATE_ACCESS_POINT": _create_access_point,
    "DELETE_ACCESS_POINT": _delete_access_point,
}

# What the params of each action have to be.
_NONE: dict[str, Any] = {
    "type": "object",
    "required": [],
    "properties": {"fails": {"type": "boolean"}},
    "additionalProperties": False,
}
_VPC = {"type": ["string", "null"], "format": "uuid"}


def _with(**properties: Any) -> dict[str, Any]:
    return {**_NONE, "required": list(properties), "properties": {**properties, **_NONE["properties"]}}


_MOVE = _with(leave=_VPC, enter=_VPC)
PARAMS = {
    "CREATE_SHARE": _NONE,
    "RESIZE_SHARE": _with(size_gib={"$ref": "#/components/schemas/SizeGib"}),
    "SWITCH_PERFORMANCE_TIER": _with(performance_tier={"$ref": "#/components/schemas/PerformanceTier"}),
    "ATTACH_SHARE": _MOVE,
    "DETACH_SHARE": _MOVE,
    "REASSIGN_SHARE": _MOVE,
    "CREATE_SNAPSHOT": _NONE,
    "CREATE_ACCESS_POINT": _NONE,
    "DELETE_ACCESS_POINT": _NONE,
}

_FAILURES = {
    "CREATE_SHARE": (
        "UPDATE access_points SET status = 'ACCESS_POINT_FAILED', updated_at = :now"
        " WHERE share_id = :id AND is_default AND status = 'ACCESS_POINT_CREATING'",
        "UPDATE shares SET status = 'FAILED' WHERE id = :id AND status = 'CREATING'",
    ),
    "CREATE_SNAPSHOT": ("UPDATE snapshots SET status = 'FAILED' WHERE id = :id AND status = 'CREATING'",),
    "CREATE_ACCESS_POINT": (
        "UPDATE access_points SET status = 'ACCESS_POINT_FAILED', updated_at = :now"
        " WHERE id = :id AND status = 'ACCESS_POINT_CREATING'",
    ),
}
