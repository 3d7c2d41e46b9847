"""The whole state as JSON-able data, and back."""

from __future__ import annotations

import json
import math
import uuid
from typing import TYPE_CHECKING, Any

from do_nfs_sandbox.contract.ids import canonical_id
from do_nfs_sandbox.contract.schema import InvalidError, Schema
from do_nfs_sandbox.state.database import TABLES
from do_nfs_sandbox.state.folders import folder_of
from do_nfs_sandbox.state.store import DEFAULT_POLICY
from do_nfs_sandbox.state.transitions import SIZE_GIB, TRANSITIONS
from do_nfs_sandbox.state.vpcs import VPCS, default_vpc_id, free_ip_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from do_nfs_sandbox.state.new_ids import Ids
    from do_nfs_sandbox.state.store import Row

__all__ = ["dump", "dump_vpcs", "load"]

State = dict[str, list[dict[str, Any]]]

_NAMESPACE = uuid.UUID("8c1f6a52-0b7e-4d39-9e41-5d7c2a9b60e3")
_ID = {"$ref": "#/components/schemas/IdInRequest"}
_TEXT = {"type": "string"}
_SLUG = {**_TEXT, "pattern": "^[a-z0-9-]+$"}
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
                id=_ID,
                name=_TEXT,
                region=_SLUG,
                size_gib=SIZE_GIB,
                status={"enum": ["CREATING", "ACTIVE", "INACTIVE", "FAILED"]},
                performance_tier={"$ref": "#/components/schemas/PerformanceTier"},
                vpc_ids={"type": "array", "items": _ID},
                manager_urn=_TEXT,
                created_at=_TIME,
                number={"type": "integer", "minimum": 1, "maximum": 2**24 - 1},
            ),
            "snapshots": _items(
                ["share_id", "name"],
                id=_ID,
                share_id=_ID,
                name=_TEXT,
                size_gib={"type": "integer", "minimum": 0, "maximum": 32768},
                status={"enum": ["UNKNOWN", "CREATING", "ACTIVE", "FAILED", "DELETED"]},
                created_at=_TIME,
            ),
            "access_points": _items(
                ["share_id", "name", "path"],
                id=_ID,
                share_id=_ID,
                name=_TEXT,
                path=_TEXT,
                vpc_id={"anyOf": [_ID, {"type": "null"}]},
                vpc_ids={"type": "array", "items": _ID},
                access_policy={"$ref": "#/components/schemas/AccessPolicy"},
                status={"$ref": "#/components/schemas/AccessPointStatus"},
                is_default={"type": "boolean"},
                created_at=_TIME,
                updated_at=_MOMENT,
            ),
            "actions": _items(
                ["type", "resource_id", "region"],
                id={"type": "integer", "minimum": 1, "maximum": 10**17},
                type={"enum": list(TRANSITIONS)},
                status={"enum": ["IN_PROGRESS", "COMPLETED", "ACTION_FAILED"]},
                resource_type={"enum": ["SHARE", "SNAPSHOT"]},
                resource_id=_ID,
                region=_TEXT,
                params={"type": "object"},
                started_at=_TIME,
                completes_at=_MOMENT,
            ),
            "vpcs": _items(
                ["name", "region"],
                id=_ID,
                name=_TEXT,
                description=_TEXT,
                region=_SLUG,
                ip_range={"$ref": "#/components/schemas/CreateVpcRequest/properties/ip_range"},
                default={"type": "boolean"},
                created_at=_TIME,
            ),
            "vpc_peerings": _items(
                ["name", "vpc_ids"],
                id=_ID,
                name=_TEXT,
                vpc_ids={"$ref": "#/components/schemas/CreateVpcPeeringRequest/properties/vpc_ids"},
                created_at=_TIME,
            ),
        },
    },
    "the state",
)
_PARAMS = {name: Schema(transition.params, "params") for name, transition in TRANSITIONS.items()}


def dump(tables: Mapping[str, Iterable[Row]]) -> State:
    """Make a state of what is stored.

    Args:
        tables: All rows by table.

    Returns:
        `shares`, `snapshots`, `access_points`, `actions`, `vpcs` and `vpc_peerings`, each a list in the order of the
        rows.
    """
    return {
        "shares": [
            {
                **_only(row, "id", "name", "region", "size_gib", "status"),
                "performance_tier": row["tier"],
                "vpc_ids": json.loads(row["vpc_ids"]),
                "manager_urn": row["manager_urn"],
                "created_at": row["created_at"],
                "number": row["seq"],
            }
            for row in tables["shares"]
        ],
        "snapshots": [
            _only(row, "id", "share_id", "name", "size_gib", "status", "created_at") for row in tables["snapshots"]
        ],
        "access_points": [
            {
                **_only(row, "id", "share_id", "name", "path", "vpc_id"),
                "vpc_ids": json.loads(row["vpc_ids"]),
                "access_policy": json.loads(row["policy"]),
                "status": row["status"],
                "is_default": bool(row["is_default"]),
                **_only(row, "created_at", "updated_at"),
            }
            for row in tables["access_points"]
        ],
        "actions": [
            {
                **_only(row, "id", "type", "status", "resource_type", "resource_id", "region"),
                "params": json.loads(row["params"]),
                "started_at": row["started_at"],
                "completes_at": row["completes_at"] if row["completes_at"] < math.inf else None,
            }
            for row in tables["actions"]
        ],
        "vpcs": dump_vpcs(tables["vpcs"]),
        "vpc_peerings": [
            {**_only(row, "id", "name", "created_at"), "vpc_ids": json.loads(row["vpc_ids"])}
            for row in tables["vpc_peerings"]
        ],
    }


def dump_vpcs(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Make of rows of VPCs what a state has of them."""
    return [
        {
            **_only(row, "id", "name", "description", "region", "ip_range"),
            "default": bool(row["is_default"]),
            "created_at": row["created_at"],
        }
        for row in rows
    ]


def load(state: Any, now: float, ids: Ids) -> dict[str, list[dict[str, Any]]]:
    """Make rows of a state, as `Sandbox.seed()` takes it.

    Args:
        state: The state. What it leaves out is filled in.
        now: When that was made which does not say so, in seconds since 1970.
        ids: What makes the ids that it leaves out.

    Returns:
        The rows to store, by table.

    Raises:
        ValueError: If something in it is not allowed, or does not fit the rest; the text says what is wrong.
    """
    _check_shape(state)
    complete = _fill_in(_with_ids(state, ids), now)
    _cross_check(complete)
    return _rows(complete)


def _check_shape(state: Any) -> None:
    try:
        _STATE.check(state)
        for action in state.get("actions", ()):
            _PARAMS[action["type"]].check(action.get("params", {}))
    except InvalidError as error:
        raise ValueError(str(error)) from None


def _with_ids(state: Mapping[str, list[dict[str, Any]]], ids: Ids) -> State:
    return {
        table: [
            {**item, "id": canonical_id(str(item.get("id") or ids.make("seed", table, number)))}
            if table != "actions"
            else item
            for number, item in enumerate(items)
        ]
        for table, items in state.items()
    }


def _fill_in(state: Mapping[str, list[dict[str, Any]]], now: float) -> State:
    """Return the state with every field. A number that the store gives out is None."""
    vpcs = _complete_vpcs(state["vpcs"], now) if "vpcs" in state else VPCS
    default_vpcs = {vpc["region"]: vpc["id"] for vpc in vpcs if vpc["is_default"]}
    shares = [_complete_share(item, now, default_vpcs) for item in state.get("shares", ())]
    sizes = {share["id"]: share["size_gib"] for share in shares}
    access_points = [_complete_access_point(item, now) for item in state.get("access_points", ())]
    have_default = {point["share_id"] for point in access_points if point["is_default"]}
    return {
        "shares": shares,
        "snapshots": [_complete_snapshot(item, now, sizes) for item in state.get("snapshots", ())],
        "access_points": [
            *access_points,
            *(_default_access_point(share) for share in shares if share["id"] not in have_default),
        ],
        "actions": [_complete_action(item, now) for item in state.get("actions", ())],
        "vpcs": vpcs,
        "vpc_peerings": [
            {"created_at": now, **item, "vpc_ids": list(map(canonical_id, item["vpc_ids"]))}
            for item in state.get("vpc_peerings", ())
        ],
    }


def _complete_vpcs(items: list[dict[str, Any]], now: float) -> list[dict[str, Any]]:
    taken = [item["ip_range"] for item in items if "ip_range" in item]
    with_default = {item["region"] for item in items if item.get("default")}
    vpcs = []
    for item in items:
        if "ip_range" not in item:
            taken.append(free_ip_range(taken))
        vpcs.append(
            {
                "id": item["id"],
                "name": item["name"],
                "description": item.get("description", ""),
                "region": item["region"],
                "ip_range": item.get("ip_range", taken[-1]),
                "is_default": item.get("default", item["region"] not in with_default),
                "created_at": item.get("created_at", now),
            }
        )
        with_default.add(item["region"])
    return vpcs


def _complete_share(item: dict[str, Any], now: float, default_vpcs: Mapping[str, str]) -> dict[str, Any]:
    status, region = item.get("status", "ACTIVE"), item["region"]
    vpc_ids = item.get("vpc_ids", [] if status == "INACTIVE" else [default_vpcs.get(region) or default_vpc_id(region)])
    return {
        "number": None,
        "size_gib": 100,
        "status": status,
        "performance_tier": "standard",
        "manager_urn": "",
        "created_at": now,
        **item,
        "vpc_ids": [canonical_id(vpc_id) for vpc_id in vpc_ids],
    }


def _complete_snapshot(item: dict[str, Any], now: float, sizes: Mapping[str, int]) -> dict[str, Any]:
    share_id = canonical_id(item["share_id"])
    return {
        # That of a share that is not there is found out when all is checked.
        "size_gib": sizes.get(share_id),
        "status": "ACTIVE",
        "created_at": now,
        **item,
        "share_id": share_id,
    }


def _complete_access_point(item: dict[str, Any], now: float) -> dict[str, Any]:
    status, created_at, vpc_id = (
        item.get("status", "ACCESS_POINT_ACTIVE"),
        item.get("created_at", now),
        item.get("vpc_id"),
    )
    return {
        "access_policy": DEFAULT_POLICY,
        "status": status,
        "is_default": False,
        "created_at": created_at,
        "updated_at": None if status == "ACCESS_POINT_CREATING" else created_at,
        **item,
        "share_id": canonical_id(item["share_id"]),
        "vpc_id": vpc_id and canonical_id(vpc_id),
        "vpc_ids": list(map(canonical_id, item.get("vpc_ids", ()))),
    }


def _default_access_point(share: dict[str, Any]) -> dict[str, Any]:
    status = {"CREATING": "ACCESS_POINT_CREATING", "FAILED": "ACCESS_POINT_FAILED"}.get(share["status"])
    item = {
        "id": str(uuid.uuid5(_NAMESPACE, share["id"])),
        "share_id": share["id"],
        "name": "default",
        "path": "/",
        "is_default": True,
        "status": status or "ACCESS_POINT_ACTIVE",
    }
    return _complete_access_point(item, share["created_at"])


def _complete_action(item: dict[str, Any], now: float) -> dict[str, Any]:
    started_at = item.get("started_at", now)
    return {
        "id": None,
        "status": "COMPLETED",
        "resource_type": "SNAPSHOT" if item["type"] == "CREATE_SNAPSHOT" else "SHARE",
        "params": {},
        "started_at": started_at,
        "completes_at": started_at,
        **item,
        "resource_id": canonical_id(item["resource_id"]),
    }


def _cross_check(state: State) -> None:
    shares, access_points = state["shares"], state["access_points"]
    for share in shares:
        status, attached = share["status"], bool(share["vpc_ids"])
        if status in ("ACTIVE", "INACTIVE") and attached != (status == "ACTIVE"):
            raise ValueError(f"a share that is {status} must have {'no' if attached else 'some'} vpc_ids")
    share_ids = {share["id"] for share in shares}
    for item in (*state["snapshots"], *access_points):
        if item["share_id"] not in share_ids:
            raise ValueError(f"{item['name']} belongs to a share that is not there: {item['share_id']}")
    for action in state["actions"]:
        if action["completes_at"] is None and action["status"] != "IN_PROGRESS":
            raise ValueError(f"an action that is {action['status']} must have a time in completes_at")
    for table in TABLES:
        _check_distinct(f"two {table} have the id", (item["id"] for item in state[table]))
    _check_distinct("two shares have the number", (share["number"] for share in shares))
    there = [point for point in access_points if point["status"] != "ACCESS_POINT_DELETED"]
    pairs = ((point["share_id"], point["name"]) for point in there)
    _check_distinct("two access points have the share and name", pairs)
    pairs = ((point["share_id"], folder_of(point["path"])) for point in there)
    _check_distinct("two access points have the share and path", pairs)
    _check_distinct("two VPCs have the name", (vpc["name"] for vpc in state["vpcs"]))
    _check_distinct("two peerings have the name", (peering["name"] for peering in state["vpc_peerings"]))
    default_regions = (vpc["region"] for vpc in state["vpcs"] if vpc["is_default"])
    _check_distinct("two default VPCs have the region", default_regions)
    defaults = (point["share_id"] for point in there if point["is_default"])
    _check_distinct("two default access points have the share", defaults)


def _check_distinct(message: str, values: Iterable[object]) -> None:
    seen = set()
    for value in values:
        if value is not None and value in seen:
            raise ValueError(f"{message} {value}")
        seen.add(value)


def _rows(state: State) -> dict[str, list[dict[str, Any]]]:
    """Return what `dump()` makes the state of."""
    regions = {share["id"]: share["region"] for share in state["shares"]}
    return {
        "shares": [
            {
                **_only(share, "id", "name", "region", "status", "manager_urn", "created_at"),
                "seq": _integer(share["number"]),
                "size_gib": int(share["size_gib"]),  # To JSON Schema 50.0 is an integer too.
                "tier": share["performance_tier"],
                "vpc_ids": json.dumps(share["vpc_ids"]),
            }
            for share in _numbered_first(state["shares"], "number")
        ],
        "snapshots": [
            {
                **_only(snapshot, "id", "share_id", "name", "status", "created_at"),
                "region": regions[snapshot["share_id"]],
                "size_gib": int(snapshot["size_gib"]),
            }
            for snapshot in state["snapshots"]
        ],
        "access_points": [
            {
                **_only(point, "id", "share_id", "name", "path", "vpc_id", "status", "is_default"),
                **_only(point, "created_at", "updated_at"),
                "vpc_ids": json.dumps(point["vpc_ids"]),
                "policy": json.dumps(point["access_policy"]),
            }
            for point in state["access_points"]
        ],
        "actions": [
            {
                **_only(action, "type", "status", "resource_type", "resource_id", "region", "started_at"),
                "id": _integer(action["id"]),
                "params": json.dumps(action["params"]),
                "completes_at": math.inf if action["completes_at"] is None else action["completes_at"],
            }
            for action in _numbered_first(state["actions"], "id")
        ],
        "vpcs": state["vpcs"],
        "vpc_peerings": [{**peering, "vpc_ids": json.dumps(peering["vpc_ids"])} for peering in state["vpc_peerings"]],
    }


def _numbered_first(items: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    # So that a number that is given out is never one that a later row brings along.
    return sorted(items, key=lambda item: item[key] is None)


def _integer(number: float | None) -> int | None:
    return None if number is None else int(number)


def _only(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}
