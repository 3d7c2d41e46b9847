"""What is stored, as the contract shows it."""

from __future__ import annotations

import json
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from do_nfs_sandbox.state.store import Row

__all__ = [
    "SETTLED",
    "TIERS",
    "represent_access_point",
    "represent_account_action",
    "represent_action",
    "represent_share",
    "represent_snapshot",
    "represent_vpc",
    "represent_vpc_member",
    "represent_vpc_peering",
    "stored_json",
]

SETTLED = ("ACTIVE", "INACTIVE")
"""The statuses of a share that can be mounted and changed."""

TIERS = {"standard": "PERFORMANCE_TIER_STANDARD", "high": "PERFORMANCE_TIER_HIGH"}
"""The tiers from the lowest up: what a request and the store call them, and what an answer does."""

_ACCOUNT_STATUSES = {"IN_PROGRESS": "in-progress", "COMPLETED": "completed", "ACTION_FAILED": "errored"}

# What is stored is shown again and again. Nobody changes what this returns.
stored_json = lru_cache(maxsize=1024)(json.loads)


def represent_share(row: Row, access_points: list[Row]) -> dict[str, Any]:
    """Show a share with its access points."""
    number, mountable = row["seq"], row["status"] in SETTLED
    return {
        "id": row["id"],
        "name": row["name"],
        "region": row["region"],
        "size_gib": row["size_gib"],
        "status": row["status"],
        "performance_tier": TIERS[row["tier"]],
        # Row numbers are never used twice, and so neither are the addresses made from them.
        "host": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" if mountable else "",
        "mount_path": f"/123456/{row['id']}" if mountable else "",
        "vpc_ids": stored_json(row["vpc_ids"]),
        "access_points": [represent_access_point(access_point, row) for access_point in access_points],
        **({"manager_urn": row["manager_urn"]} if row["manager_urn"] else {}),
        "created_at": _timestamp(row["created_at"]),
    }


def represent_snapshot(row: Row) -> dict[str, Any]:
    """Show a snapshot."""
    shown = ("id", "name", "share_id", "region", "size_gib", "status")
    return {**{key: row[key] for key in shown}, "created_at": _timestamp(row["created_at"])}


def represent_access_point(row: Row, share: Row) -> dict[str, Any]:
    """Show an access point of a share."""
    vpc_ids = stored_json((share if row["is_default"] else row)["vpc_ids"])
    return {
        "id": row["id"],
        "name": row["name"],
        "share_id": row["share_id"],
        "path": row["path"],
        "status": row["status"],
        "access_policy": stored_json(row["policy"]),
        "is_default": bool(row["is_default"]),
        **({"vpc_ids": vpc_ids} if vpc_ids else {}),
        **({"vpc_id": row["vpc_id"]} if row["vpc_id"] else {}),
        "created_at": _timestamp(row["created_at"]),
        "updated_at": "" if row["updated_at"] is None else _timestamp(row["updated_at"]),
    }


def represent_action(row: Row) -> dict[str, Any]:
    """Show an action in the way of the NFS operations that start one."""
    shown = ("resource_id", "resource_type", "type", "status")
    return {
        "id": str(row["id"]),
        "region_slug": row["region"],
        **{key: row[key] for key in shown},
        "started_at": _timestamp(row["started_at"]),
    }


def represent_account_action(row: Row) -> dict[str, Any]:
    """Show an action in the way of the account's actions, of which NFS's are a few."""
    under_way = row["status"] == "IN_PROGRESS"
    return {
        "id": row["id"],
        "status": _ACCOUNT_STATUSES[row["status"]],
        "type": row["type"].lower(),
        "started_at": _timestamp(row["started_at"]),
        "completed_at": None if under_way else _timestamp(row["completes_at"]),
        "resource_type": row["resource_type"].lower(),
        "region_slug": row["region"],
    }


def represent_vpc(row: Row) -> dict[str, Any]:
    """Show a VPC."""
    shown = ("name", "description", "region", "ip_range")
    return {
        "id": row["id"],
        "urn": f"do:vpc:{row['id']}",
        **{key: row[key] for key in shown},
        "default": bool(row["is_default"]),
        "created_at": _timestamp(row["created_at"]),
    }


def represent_vpc_member(share: Row) -> dict[str, Any]:
    """Show a share as what is in a VPC."""
    return {
        "urn": f"do:nfs_share:{share['id']}",
        "name": share["name"],
        "created_at": _timestamp(share["created_at"]),
    }


def represent_vpc_peering(row: Row, status: str) -> dict[str, Any]:
    """Show a peering of VPCs."""
    return {
        "id": row["id"],
        "name": row["name"],
        "vpc_ids": stored_json(row["vpc_ids"]),
        "status": status,
        "created_at": _timestamp(row["created_at"]),
    }


def _timestamp(seconds: float) -> str:
    return _timestamp_of_second(int(seconds))


@lru_cache(maxsize=1024)
def _timestamp_of_second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
