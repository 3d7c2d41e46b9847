"""What each action does to its resource once it is due. Nothing else changes by time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["SIZE_GIB", "TRANSITIONS", "settle"]


def settle(db: sqlite3.Connection, now: float) -> None:
    """Apply every action that is due, oldest first.

    Args:
        db: The state, inside a write transaction.
        now: What time it is, in seconds since 1970.
    """
    due = db.execute(
        "SELECT * FROM actions WHERE status = 'IN_PROGRESS' AND completes_at <= ? ORDER BY completes_at, id",
        (now,),
    ).fetchall()
    for action in due:
        transition, params = TRANSITIONS[action["type"]], json.loads(action["params"])
        done = not params.get("fails") and transition.apply(db, action, params)
        if not done:
            for sql in transition.on_failure:
                db.execute(sql, {"id": action["resource_id"], "now": action["completes_at"]})
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


def _changed(db: sqlite3.Connection, sql: str, *values: object) -> bool:
    return db.execute(sql, values).rowcount > 0


def _params(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": {**properties, "fails": {"type": "boolean"}},
        "additionalProperties": False,
    }


class Transition(NamedTuple):
    """What one type of action does.

    Attributes:
        apply: Changes the resource of an action, given its params. Returns whether it was there to be changed.
        params: The JSON schema of the params. With `fails` the action comes to nothing.
        on_failure: Statements for an action that comes to nothing. `:id` is its resource, `:now` when it was due.
    """

    apply: Callable[[sqlite3.Connection, sqlite3.Row, dict[str, Any]], bool]
    params: dict[str, Any]
    on_failure: tuple[str, ...] = ()


SIZE_GIB = {"$ref": "#/components/schemas/SizeGib", "maximum": 2**63 - 1}
"""The schema of a size that the store can keep."""

_VPC = {"anyOf": [{"$ref": "#/components/schemas/IdInRequest"}, {"type": "null"}]}
_MOVE = Transition(_change_vpcs, _params(leave=_VPC, enter=_VPC))

TRANSITIONS = {
    "CREATE_SHARE": Transition(
        _create_share,
        _params(),
        (
            "UPDATE access_points SET status = 'ACCESS_POINT_FAILED', updated_at = :now"
            " WHERE share_id = :id AND is_default AND status = 'ACCESS_POINT_CREATING'",
            "UPDATE shares SET status = 'FAILED' WHERE id = :id AND status = 'CREATING'",
        ),
    ),
    "RESIZE_SHARE": Transition(_resize_share, _params(size_gib=SIZE_GIB)),
    "SWITCH_PERFORMANCE_TIER": Transition(
        _switch_performance_tier, _params(performance_tier={"$ref": "#/components/schemas/PerformanceTier"})
    ),
    "ATTACH_SHARE": _MOVE,
    "DETACH_SHARE": _MOVE,
    "REASSIGN_SHARE": _MOVE,
    "CREATE_SNAPSHOT": Transition(
        _create_snapshot,
        _params(),
        ("UPDATE snapshots SET status = 'FAILED' WHERE id = :id AND status = 'CREATING'",),
    ),
    "CREATE_ACCESS_POINT": Transition(
        _create_access_point,
        _params(),
        (
            "UPDATE access_points SET status = 'ACCESS_POINT_FAILED', updated_at = :now"
            " WHERE id = :id AND status = 'ACCESS_POINT_CREATING'",
        ),
    ),
    "DELETE_ACCESS_POINT": Transition(_delete_access_point, _params()),
}
"""By the type of the action, in the order in which messages list them."""
