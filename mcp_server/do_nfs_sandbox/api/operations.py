"""What each operation of the contract does: one function for each, named by operationId.

A function gets a Call whose path, query and body the contract allows, and returns the body of the good answer
or raises RequestRefusedError. It runs inside a transaction, so an error leaves nothing behind.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from do_nfs_sandbox.api.errors import RequestRefusedError, not_found
from do_nfs_sandbox.state.vpcs import VPCS

if TYPE_CHECKING:
    from do_nfs_sandbox.state.store import Row, Store

_TIERS = {"standard": "PERFORMANCE_TIER_STANDARD", "high": "PERFORMANCE_TIER_HIGH"}
_SETTLED = ("ACTIVE", "INACTIVE")


class Call(NamedTuple):
    """One request. now, done_at: seconds since 1970; a change that starts now takes effect at done_at.

    path, query: parameters by name, without those absent. url: the request's, without query. fails: whether the
    change comes to nothing when it is due.
    """

    store: Store
    now: float
    done_at: float
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    url: str
    fails: bool = False


Handler = Callable[[Call], dict[str, Any] | None]


def list_shares(call: Call) -> dict[str, Any]:
    region = _region_filter(call)
    access_points = call.store.access_points_of_shares(region)
    return {"shares": [_share(row, access_points.get(row["id"], [])) for row in call.store.shares(region)]}


def create_share(call: Call) -> dict[str, Any]:
    body = call.body
    share, access_point = call.store.insert_share(
        name=body["name"],
        region=body["region"],
        size_gib=int(body["size_gib"]),  # To JSON Schema 50.0 is an integer too.
        vpc_ids=_unique(vpc_id.lower() for vpc_id in body["vpc_ids"]),
        tier=body.get("performance_tier", "standard"),
        now=call.now,
    )
    _start(call, "CREATE_SHARE", share["id"], body["region"])
    return {"share": _share(share, [access_point])}


def get_share(call: Call) -> dict[str, Any]:
    share = _find_share(call)
    return {"share": _share(share, call.store.access_points(share["id"]))}


def delete_share(call: Call) -> None:
    share = _find_share(call)
    if any(row["status"] in ("CREATING", "ACTIVE") for row in call.store.snapshots(share_id=share["id"])):
        raise RequestRefusedError(412, "The share still has snapshots. Delete them first.")
    call.store.delete_share(share["id"])


def create_share_action(call: Call) -> dict[str, Any]:
    share = _find_share(call)
    if share["status"] not in _SETTLED:
        raise RequestRefusedError(400, f"The share is {share['status']}; it must be ACTIVE or INACTIVE.")
    return {"action": _SHARE_ACTIONS[call.body["type"]](call, share, call.body["params"])}


def list_snapshots(call: Call) -> dict[str, Any]:
    region, share_id = _region_filter(call), call.query.get("share_id", "").lower()
    if share_id and call.store.share(share_id) is None:
        raise not_found("share")
    return {"snapshots": [_snapshot(row) for row in call.store.snapshots(region, share_id)]}


def get_snapshot(call: Call) -> dict[str, Any]:
    return {"snapshot": _snapshot(_find_snapshot(call))}


def delete_snapshot(call: Call) -> None:
    call.store.delete_snapshot(_find_snapshot(call)["id"])


def list_access_points(call: Call) -> dict[str, Any]:
    share_id = call.path["share_id"]
    if call.store.share(share_id) is None:
        raise not_found("share")
    rows = call.store.access_points(share_id, call.query.get("status"))
    return {"access_points": [_access_point(row) for row in rows]}


def create_access_point(call: Call) -> dict[str, Any]:
    body, store = call.body, call.store
    share = store.share(call.path["share_id"])
    if share is None:
        raise not_found("share")
    if share["status"] not in _SETTLED:
        message = f"The share is {share['status']}; it must be ACTIVE or INACTIVE."
        raise RequestRefusedError(400, message, code="INVALID_ACCESS_POINT_STATUS")
    for other in store.access_points(share["id"]):
        if other["name"] == body["name"]:
            message = f"An access point named '{body['name']}' already exists on this share."
            raise RequestRefusedError(409, message, code="AlreadyExists")
    policy = body["access_policy"]
    access_point = store.insert_access_point(
        share_id=share["id"],
        name=body["name"],
        path=body["path"],
        vpc_id=body["vpc_id"].lower(),
        policy={
            "anonuid": int(policy["anonuid"]),
            "anongid": int(policy["anongid"]),
            "protocols": _unique(policy["protocols"]),
            "squash_config": policy["squash_config"],
            "identity_enforcement_enabled": policy["identity_enforcement_enabled"],
        },
        now=call.now,
    )
    action = _start(call, "CREATE_ACCESS_POINT", access_point["id"], share["region"])
    return {"access_point": _access_point(access_point), "action": action}


def get_access_point(call: Call) -> dict[str, Any]:
    return {"access_point": _access_point(_find_access_point(call))}


def delete_access_point(call: Call) -> dict[str, Any]:
    row = _find_access_point(call)
    if row["is_default"]:
        message = "The default access point cannot be deleted."
        raise RequestRefusedError(400, message, code="INVALID_ACCESS_POINT_STATUS")
    if row["status"] not in ("ACCESS_POINT_CREATING", "ACCESS_POINT_ACTIVE"):
        message = f"The access point is {row['status']} and cannot be deleted."
        raise RequestRefusedError(400, message, code="INVALID_ACCESS_POINT_STATUS")
    call.store.mark_access_point_deleted(row["id"], call.now)
    region = _stored(call.store.share(row["share_id"]))["region"]
    action = _start(call, "DELETE_ACCESS_POINT", row["id"], region)
    return {"access_point": _access_point(_stored(call.store.access_point(row["id"]))), "action": action}


def get_action(call: Call) -> dict[str, Any]:
    row = call.store.action(int(call.path["action_id"]))
    if row is None:
        raise not_found("action")
    under_way = row["status"] == "IN_PROGRESS"
    words = {"IN_PROGRESS": "in-progress", "COMPLETED": "completed", "ACTION_FAILED": "errored"}
    return {
        "action": {
            "id": row["id"],
            "status": words[row["status"]],
            "type": row["type"].lower(),
            "started_at": _time(row["started_at"]),
            "completed_at": None if under_way else _time(row["completes_at"]),
            "resource_type": row["resource_type"].lower(),
            "region_slug": row["region"],
        }
    }


def list_vpcs(call: Call) -> dict[str, Any]:
    page, per_page = call.query["page"], call.query["per_page"]
    last = -(-len(VPCS) // per_page)
    numbers = {}
    # As the vendor has it, a page does not link to itself: its Go client reads on while there is a `last`.
    if page > 1:
        numbers = {"first": 1, "prev": min(page - 1, last)}
    if page < last:
        numbers |= {"next": page + 1, "last": last}
    urls = {name: f"{call.url}?page={number}&per_page={per_page}" for name, number in numbers.items()}
    return {
        "vpcs": VPCS[(page - 1) * per_page : page * per_page],
        "links": {"pages": urls} if last > 1 else {},
        "meta": {"total": len(VPCS)},
    }


# The share actions, by the `type` of the request.


def _resize(call: Call, share: Row, params: dict[str, Any]) -> dict[str, Any]:
    size_gib = int(params["size_gib"])
    if size_gib <= share["size_gib"]:
        raise RequestRefusedError(400, f"params.size_gib must be more than {share['size_gib']}; a share cannot shrink.")
    return _start(call, "RESIZE_SHARE", share["id"], share["region"], {"size_gib": size_gib})


def _take_snapshot(call: Call, share: Row, params: dict[str, Any]) -> dict[str, Any]:
    snapshot = call.store.insert_snapshot(
        share_id=share["id"],
        name=params["name"],
        region=share["region"],
        size_gib=share["size_gib"],
        now=call.now,
    )
    return _start(call, "CREATE_SNAPSHOT", snapshot["id"], share["region"], resource_type="SNAPSHOT")


def _attach(call: Call, share: Row, params: dict[str, Any]) -> dict[str, Any]:
    enter = _not_attached(share, "vpc_id", params)
    return _start(call, "ATTACH_SHARE", share["id"], share["region"], {"leave": None, "enter": enter})


def _detach(call: Call, share: Row, params: dict[str, Any]) -> dict[str, Any]:
    leave = _attached(share, "vpc_id", params)
    return _start(call, "DETACH_SHARE", share["id"], share["region"], {"leave": leave, "enter": None})


def _reassign(call: Call, share: Row, params: dict[str, Any]) -> dict[str, Any]:
    move = {
        "leave": _attached(share, "old_vpc_id", params),
        "enter": _not_attached(share, "new_vpc_id", params),
    }
    return _start(call, "REASSIGN_SHARE", share["id"], share["region"], move)


def _switch_performance_tier(call: Call, share: Row, params: dict[str, Any]) -> dict[str, Any]:
    tiers = list(_TIERS)
    if tiers.index(params["performance_tier"]) <= tiers.index(share["tier"]):
        raise RequestRefusedError(400, f"The share's tier is {share['tier']} already; a tier can only be raised.")
    return _start(call, "SWITCH_PERFORMANCE_TIER", share["id"], share["region"], params)


_SHARE_ACTIONS: dict[str, Callable[[Call, Row, dict[str, Any]], dict[str, Any]]] = {
    "resize": _resize,
    "snapshot": _take_snapshot,
    "attach": _attach,
    "detach": _detach,
    "reassign": _reassign,
    "switch_performance_tier": _switch_performance_tier,
}


def _attached(share: Row, field: str, params: dict[str, Any]) -> str:
    vpc_id: str = params[field].lower()
    if vpc_id not in _loads(share["vpc_ids"]):
        raise RequestRefusedError(400, f"params.{field} must be a VPC that the share is attached to; {vpc_id} is not.")
    return vpc_id


def _not_attached(share: Row, field: str, params: dict[str, Any]) -> str:
    vpc_id: str = params[field].lower()
    if vpc_id in _loads(share["vpc_ids"]):
        raise RequestRefusedError(400, f"params.{field} must be a VPC that the share is not attached to; {vpc_id} is.")
    return vpc_id


def _start(
    call: Call,
    action_type: str,
    resource_id: str,
    region: str,
    params: dict[str, Any] | None = None,
    resource_type: str = "SHARE",
) -> dict[str, Any]:
    """Records an action that takes effect later, and returns it as NFS operations show it."""
    action = call.store.insert_action(
        type=action_type,
        resource_id=resource_id,
        resource_type=resource_type,
        region=region,
        params={**(params or {}), **({"fails": True} if call.fails else {})},
        now=call.now,
        completes_at=call.done_at,
    )
    return {
        "id": str(action["id"]),
        "region_slug": region,
        "resource_id": resource_id,
        "resource_type": resource_type,
        "type": action_type,
        "status": "IN_PROGRESS",
        "started_at": _time(call.now),
    }


# Finding what a request is about.


def _region_filter(call: Call) -> str | None:
    region: str | None = call.query.get("region")
    if region and not re.fullmatch("[a-z0-9-]+", region):
        raise not_found("region")
    return region


def _find_share(call: Call) -> Row:
    return _in_region(call.store.share(call.path["nfs_id"]), call.query.get("region"), "share")


def _find_snapshot(call: Call) -> Row:
    row = call.store.snapshot(call.path["nfs_snapshot_id"])
    return _in_region(row, call.query.get("region"), "snapshot")


def _find_access_point(call: Call) -> Row:
    row = call.store.access_point(call.path["access_point_id"])
    return _in_region(row, None, "access point")


def _in_region(row: Row | None, region: str | None, what: str) -> Row:
    if row is None:
        raise not_found(what)
    if region and row["region"] != region:
        raise not_found(f"{what} in that region")
    return row


def _stored(row: Row | None) -> Row:
    assert row is not None
    return row


# What is stored, as the contract shows it.


def _share(row: Row, access_points: list[Row]) -> dict[str, Any]:
    number, mountable = row["seq"], row["status"] in _SETTLED
    return {
        "id": row["id"],
        "name": row["name"],
        "region": row["region"],
        "size_gib": row["size_gib"],
        "status": row["status"],
        "performance_tier": _TIERS[row["tier"]],
        # Row numbers are never used twice, and so neither are the addresses made from them.
        "host": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" if mountable else "",
        "mount_path": f"/123456/{row['id']}" if mountable else "",
        "vpc_ids": _loads(row["vpc_ids"]),
        "access_points": [_access_point(access_point) for access_point in access_points],
        "created_at": _time(row["created_at"]),
    }


def _snapshot(row: Row) -> dict[str, Any]:
    shown = ("id", "name", "share_id", "region", "size_gib", "status")
    return {**{key: row[key] for key in shown}, "created_at": _time(row["created_at"])}


def _access_point(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "share_id": row["share_id"],
        "path": row["path"],
        "status": row["status"],
        "access_policy": _loads(row["policy"]),
        "is_default": bool(row["is_default"]),
        **({"vpc_id": row["vpc_id"]} if row["vpc_id"] else {}),
        "created_at": _time(row["created_at"]),
        "updated_at": "" if row["updated_at"] is None else _time(row["updated_at"]),
    }


# What is stored is shown again and again. Nobody changes what these return.
_loads = lru_cache(maxsize=1024)(json.loads)


def _time(seconds: float) -> str:
    return _time_of(int(seconds))


@lru_cache(maxsize=1024)
def _time_of(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _unique(values: Any) -> list[str]:
    return list(dict.fromkeys(values))


HANDLERS: dict[str, Handler] = {
    handler.__name__: handler
    for handler in (
        list_shares,
        create_share,
        get_share,
        delete_share,
        create_share_action,
        list_snapshots,
        get_snapshot,
        delete_snapshot,
        list_access_points,
        create_access_point,
        get_access_point,
        delete_access_point,
        get_action,
        list_vpcs,
    )
}
