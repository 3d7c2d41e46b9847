"""What each operation of NFS does: one function for each, named by operationId.

A function gets a Call that the contract allows, and returns the body of the good answer as data, or None for an answer
without one. Each may raise RequestRefusedError; it runs inside a transaction, so that a refusal leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from do_nfs_sandbox.api.call import Call, start_action
from do_nfs_sandbox.api.companions import COMPANIONS
from do_nfs_sandbox.api.errors import RequestRefusedError, found, not_found
from do_nfs_sandbox.api.representations import SETTLED, represent_access_point, represent_share, represent_snapshot
from do_nfs_sandbox.api.share_actions import SHARE_ACTIONS, check_size
from do_nfs_sandbox.api.vpc_peerings import PEERINGS
from do_nfs_sandbox.contract.ids import canonical_id
from do_nfs_sandbox.state.folders import folder_of

if TYPE_CHECKING:
    from do_nfs_sandbox.state.store import Row

__all__ = ["HANDLERS", "list_shares", "list_snapshots"]

Handler = Callable[[Call], dict[str, Any] | None]

# As DigitalOcean's Terraform provider asks for it.
_STRICT_NAME = re.compile("[a-z][a-z0-9-]{0,63}")


def list_shares(call: Call) -> dict[str, Any]:
    region = _region_filter(call)
    access_points = call.store.access_points_of_shares(region)
    return {"shares": [represent_share(row, access_points.get(row["id"], [])) for row in call.store.shares(region)]}


def create_share(call: Call) -> dict[str, Any]:
    body = call.body
    check_size(body["size_gib"], "size_gib")
    if call.strict_names and not _STRICT_NAME.fullmatch(body["name"]):
        message = "name must have lowercase letters, digits and hyphens alone, at most 64, and begin with a letter."
        raise RequestRefusedError(400, message)
    share, access_point = call.store.insert_share(
        name=body["name"],
        region=body["region"],
        size_gib=int(body["size_gib"]),  # To JSON Schema 50.0 is an integer too.
        vpc_ids=_unique(map(canonical_id, body["vpc_ids"])),
        tier=body.get("performance_tier", "standard"),
        manager_urn=body.get("manager_urn", ""),
        now=call.now,
    )
    start_action(call, "CREATE_SHARE", share["id"], body["region"])
    return {"share": represent_share(share, [access_point])}


def get_share(call: Call) -> dict[str, Any]:
    share = _find_share(call)
    return {"share": represent_share(share, call.store.access_points(share["id"]))}


def delete_share(call: Call) -> None:
    share = _find_share(call)
    if any(row["status"] in ("CREATING", "ACTIVE") for row in call.store.snapshots(share_id=share["id"])):
        raise RequestRefusedError(412, "The share still has snapshots. Delete them first.")
    call.store.delete_share(share["id"])


def create_share_action(call: Call) -> dict[str, Any]:
    share = _find_share(call)
    if share["status"] not in SETTLED:
        raise RequestRefusedError(400, f"The share is {share['status']}; it must be ACTIVE or INACTIVE.")
    return {"action": SHARE_ACTIONS[call.body["type"]](call, share, call.body["params"])}


def list_snapshots(call: Call) -> dict[str, Any]:
    region, share_id = _region_filter(call), canonical_id(call.query.get("share_id", ""))
    if share_id:
        found(call.store.share(share_id), "share")
    return {"snapshots": [represent_snapshot(row) for row in call.store.snapshots(region, share_id)]}


def get_snapshot(call: Call) -> dict[str, Any]:
    return {"snapshot": represent_snapshot(_find_snapshot(call))}


def delete_snapshot(call: Call) -> None:
    call.store.delete_snapshot(_find_snapshot(call)["id"])


def list_access_points(call: Call) -> dict[str, Any]:
    share = found(call.store.share(call.path["share_id"]), "share")
    rows = call.store.access_points(share["id"], call.query.get("status"))
    return {"access_points": [represent_access_point(row, share) for row in rows]}


def create_access_point(call: Call) -> dict[str, Any]:
    body, store = call.body, call.store
    share = found(store.share(call.path["share_id"]), "share")
    if share["status"] not in SETTLED:
        message = f"The share is {share['status']}; it must be ACTIVE or INACTIVE."
        raise RequestRefusedError(400, message, code="INVALID_ACCESS_POINT_STATUS")
    for other in store.access_points(share["id"]):
        taken = {"name": other["name"] == body["name"], "path": folder_of(other["path"]) == folder_of(body["path"])}
        for field in (field for field, is_taken in taken.items() if is_taken):
            message = f"The share has an access point of this {field} already."
            raise RequestRefusedError(409, message, code="AlreadyExists")
    policy = body["access_policy"]
    access_point = store.insert_access_point(
        share_id=share["id"],
        name=body["name"],
        path=body["path"],
        vpc_id=canonical_id(body["vpc_id"]),
        vpc_ids=_unique(map(canonical_id, body.get("vpc_ids", ()))),
        policy={
            "anonuid": int(policy["anonuid"]),
            "anongid": int(policy["anongid"]),
            "protocols": _unique(policy["protocols"]),
            "squash_config": policy["squash_config"],
            "identity_enforcement_enabled": policy["identity_enforcement_enabled"],
        },
        now=call.now,
    )
    action = start_action(call, "CREATE_ACCESS_POINT", access_point["id"], share["region"])
    return {"access_point": represent_access_point(access_point, share), "action": action}


def get_access_point(call: Call) -> dict[str, Any]:
    return {"access_point": represent_access_point(*_find_access_point(call))}


def delete_access_point(call: Call) -> dict[str, Any]:
    row, share = _find_access_point(call)
    if row["is_default"]:
        raise RequestRefusedError(400, "The default access point cannot be deleted.", code="InvalidArgument")
    if row["status"] not in ("ACCESS_POINT_CREATING", "ACCESS_POINT_ACTIVE"):
        message = f"The access point is {row['status']} and cannot be deleted."
        raise RequestRefusedError(400, message, code="INVALID_ACCESS_POINT_STATUS")
    call.store.mark_access_point_deleted(row["id"], call.now)
    action = start_action(call, "DELETE_ACCESS_POINT", row["id"], share["region"])
    return {"access_point": represent_access_point(*_find_access_point(call)), "action": action}


HANDLERS: dict[str, Handler] = (
    {
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
        )
    }
    | COMPANIONS
    | PEERINGS
)
"""The operations by operationId."""


def _region_filter(call: Call) -> str | None:
    region: str | None = call.query.get("region")
    if region and not re.fullmatch("[a-z0-9-]+", region):
        raise not_found("region")
    return region


def _find_share(call: Call) -> Row:
    return found(call.store.share(call.path["nfs_id"]), "share", call.query.get("region"))


def _find_snapshot(call: Call) -> Row:
    return found(call.store.snapshot(call.path["nfs_snapshot_id"]), "snapshot", call.query.get("region"))


def _find_access_point(call: Call) -> tuple[Row, Row]:
    """Return the access point and its share."""
    row = found(call.store.access_point(call.path["access_point_id"]), "access point")
    return row, found(call.store.share(row["share_id"]), "share")


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
