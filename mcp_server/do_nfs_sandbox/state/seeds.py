"""The whole state as JSON-able data, and back."""

from __future__ import annotations

import json
import math
import uuid
from typing import TYPE_CHECKING, Any

from do_nfs_sandbox.contract.schema import InvalidError, Schema
from do_nfs_sandbox.state.store import DEFAULT_POLICY, TABLES
from do_nfs_sandbox.state.transitions import PARAMS
from do_nfs_sandbox.state.vpcs import VPCS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from do_nfs_sandbox.state.store import Row

_UUID = {"type": "string", "format": "uuid"}
_TEXT = {"type": "string"}
_TIME = {"type": "number", "minimum": 0, "maximum": 253402300799}  # gmtime() goes no further than the year 9999.
_MOMENT = {**_TIME, "type": ["number", "null"]}


def _items(required: list[str], **properties: Any) -> dict[str, Any]:
    item = {"type": "object", "required": required, "properties": properties, "additionalProperties": False}
    return {"type": "array", "items": item}


_STATE = Schema(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "shares": _items(
                ["name", "region"],
                id=_UUID,
                name=_TEXT,
                region={**_TEXT, "pattern": "^[a-z0-9-]+$"},
                size_gib={"$ref": "#/components/schemas/SizeGib"},
                status={"enum": ["CREATING", "ACTIVE", "INACTIVE", "FAILED"]},
                performance_tier={"$ref": "#/components/schemas/PerformanceTier"},
                vpc_ids={"type": "array", "items": _UUID},
                created_at=_TIME,
                number={"type": "integer", "minimum": 1, "maximum": 2**24 - 1},
            ),
            "snapshots": _items(
                ["share_id", "name"],
                id=_UUID,
                share_id=_UUID,
                name=_TEXT,
                size_gib={"type": "integer", "minimum": 0, "maximum": 32768},
                status={"enum": ["UNKNOWN", "CREATING", "ACTIVE", "FAILED", "DELETED"]},
                created_at=_TIME,
            ),
            "access_points": _items(
                ["share_id", "name", "path"],
                id=_UUID,
                share_id=_UUID,
                name=_TEXT,
                path=_TEXT,
                vpc_id={"type": ["string", "null"], "format": "uuid"},
                access_policy={"$ref": "#/components/schemas/AccessPolicy"},
                status={"$ref": "#/components/schemas/AccessPointStatus"},
                is_default={"type": "boolean"},
                created_at=_TIME,
                updated_at=_MOMENT,
            ),
            "actions": _items(
                ["type", "resource_id", "region"],
                id={"type": "integer", "minimum": 1, "maximum": 10**17},
                type={"enum": list(PARAMS)},
                status={"enum": ["IN_PROGRESS", "COMPLETED", "ACTION_FAILED"]},
                resource_type={"enum": ["SHARE", "SNAPSHOT"]},
                resource_id=_UUID,
                region=_TEXT,
                params={"type": "object"},
                started_at=_TIME,
                completes_at=_MOMENT,
            ),
        },
    },
    "the state",
)
_PARAMS = {name: Schema(schema, "params") for name, schema in PARAMS.items()}


def dump(tables: Mapping[str, Iterable[Row]]) -> dict[str, list[dict[str, Any]]]:
    """The stored rows as a state: `shares`, `snapshots`, `access_points` and `actions`, oldest first."""
    return {
        "shares": [
            {
                **_shown(row, "id", "name", "region", "size_gib", "status"),
                "performance_tier": row["tier"],
                "vpc_ids": json.loads(row["vpc_ids"]),
                "created_at": row["created_at"],
                "number": row["seq"],
            }
            for row in tables["shares"]
        ],
        "snapshots": [
            _shown(row, "id", "share_id", "name", "size_gib", "status", "created_at") for row in tables["snapshots"]
        ],
        "access_points": [
            {
                **_shown(row, "id", "share_id", "name", "path", "vpc_id"),
                "access_policy": json.loads(row["policy"]),
                "status": row["status"],
                "is_default": bool(row["is_default"]),
                **_shown(row, "created_at", "updated_at"),
            }
            for row in tables["access_points"]
        ],
        "actions": [
            {
                **_shown(row, "id", "type", "status", "resource_type", "resource_id", "region"),
                "params": json.loads(row["params"]),
                "started_at": row["started_at"],
                "completes_at": row["completes_at"] if row["completes_at"] < math.inf else None,
            }
            for row in tables["actions"]
        ],
    }


def load(state: Any, now: float) -> dict[str, list[dict[str, Any]]]:
    """The rows to store for a state, what it leaves out filled in: see Sandbox.seed().

    now: seconds since 1970. Raises ValueError, saying what is wrong, if the state does not fit together.
    """
    try:
        _STATE.check(state)
        shares = [_share(item, now) for item in state.get("shares", ())]
        by_id = {share["id"]: share for share in shares}
        access_points = [_access_point(item, now, by_id) for item in state.get("access_points", ())]
        have = {row["share_id"] for row in access_points if row["is_default"]}
        missing = [_default_access_point(share) for share in shares if share["id"] not in have]
        rows = {
            "shares": _numbered_first(shares, "seq"),
            "snapshots": [_snapshot(item, now, by_id) for item in state.get("snapshots", ())],
            "access_points": access_points + missing,
            "actions": _numbered_first([_action(item, now) for item in state.get("actions", ())], "id"),
        }
    except InvalidError as error:
        raise ValueError(str(error)) from None
    for table in TABLES:
        _distinct(f"two {table} have the id", (row["id"] for row in rows[table] if row["id"]))
    _distinct("two shares have the number", (row["seq"] for row in shares if row["seq"]))
    known = [row for row in rows["access_points"] if row["status"] != "ACCESS_POINT_DELETED"]
    _distinct("two access points have the share and name", ((row["share_id"], row["name"]) for row in known))
    _distinct("two default access points have the share", (row["share_id"] for row in known if row["is_default"]))
    return rows


def _numbered_first(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    # So that a number that is made up is never one that a later row brings along.
    return sorted(rows, key=lambda row: row[key] is None)


def _distinct(message: str, values: Iterable[object]) -> None:
    seen = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{message} {value}")
        seen.add(value)


def _shown(row: Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _share(item: dict[str, Any], now: float) -> dict[str, Any]:
    status = item.get("status", "ACTIVE")
    vpc_ids = item.get("vpc_ids", [] if status == "INACTIVE" else [_vpc_of(item["region"])])
    if (status == "ACTIVE" and not vpc_ids) or (status == "INACTIVE" and vpc_ids):
        raise ValueError(f"a share that is {status} must have {'no' if vpc_ids else 'some'} vpc_ids")
    return {
        "seq": int(item["number"]) if "number" in item else None,
        "id": _id(item),
        "name": item["name"],
        "region": item["region"],
        "size_gib": int(item.get("size_gib", 100)),
        "status": status,
        "tier": item.get("performance_tier", "standard"),
        "vpc_ids": json.dumps([vpc_id.lower() for vpc_id in vpc_ids]),
        "created_at": item.get("created_at", now),
    }


def _snapshot(item: dict[str, Any], now: float, shares: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    share = _share_of(item, shares)
    return {
        "id": _id(item),
        "share_id": share["id"],
        "name": item["name"],
        "region": share["region"],
        "size_gib": int(item.get("size_gib", share["size_gib"])),
        "status": item.get("status", "ACTIVE"),
        "created_at": item.get("created_at", now),
    }


def _access_point(item: dict[str, Any], now: float, shares: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    status = item.get("status", "ACCESS_POINT_ACTIVE")
    created_at = item.get("created_at", now)
    vpc_id = item.get("vpc_id")
    return {
        "id": _id(item),
        "share_id": _share_of(item, shares)["id"],
        "name": item["name"],
        "path": item["path"],
        "vpc_id": vpc_id and vpc_id.lower(),
        "policy": json.dumps(item.get("access_policy", DEFAULT_POLICY)),
        "status": status,
        "is_default": item.get("is_default", False),
        "created_at": created_at,
        "updated_at": item.get("updated_at", None if status == "ACCESS_POINT_CREATING" else created_at),
    }


def _default_access_point(share: dict[str, Any]) -> dict[str, Any]:
    status = {"CREATING": "ACCESS_POINT_CREATING", "FAILED": "ACCESS_POINT_FAILED"}.get(share["status"])
    item = {
        "id": str(uuid.uuid5(uuid.UUID(share["id"]), "default")),
        "share_id": share["id"],
        "name": "default",
        "path": "/",
        "is_default": True,
        "status": status or "ACCESS_POINT_ACTIVE",
    }
    return _access_point(item, share["created_at"], {share["id"]: share})


def _action(item: dict[str, Any], now: float) -> dict[str, Any]:
    _PARAMS[item["type"]].check(item.get("params", {}))
    started_at = item.get("started_at", now)
    completes_at = item.get("completes_at", started_at)
    status = item.get("status", "COMPLETED")
    if completes_at is None and status != "IN_PROGRESS":
        raise ValueError(f"an action that is {status} must have a time in completes_at")
    return {
        "id": int(item["id"]) if "id" in item else None,
        "type": item["type"],
        "status": status,
        "resource_type": item.get("resource_type", "SNAPSHOT" if item["type"] == "CREATE_SNAPSHOT" else "SHARE"),
        "resource_id": item["resource_id"].lower(),
        "region": item["region"],
        "params": json.dumps(item.get("params", {})),
        "started_at": started_at,
        "completes_at": math.inf if completes_at is None else completes_at,
    }


def _id(item: dict[str, Any]) -> str:
    return str(item.get("id") or uuid.uuid4()).lower()


def _share_of(item: dict[str, Any], shares: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    share_id = item["share_id"].lower()
    if share_id not in shares:
        raise ValueError(f"{item['name']} belongs to a share that is not there: {share_id}")
    return shares[share_id]


def _vpc_of(region: str) -> str:
    found: str = next((vpc["id"] for vpc in VPCS if vpc["region"] == region), VPCS[0]["id"])
    return found
