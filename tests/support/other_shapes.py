"""Answers in the shapes in which the tests of DigitalOcean's Go client have them: ids are plain texts, an action's is a
number, its words are those of the account-wide endpoint, and tiers are written as in requests."""

from typing import Any

SHARE = {
    "id": "test-share",
    "name": "share-of-a-test",
    "size_gib": 50,
    "region": "atl1",
    "status": "ACTIVE",
    "created_at": "2025-10-01T00:00:00Z",
    "vpc_ids": [],
    "host": "10.128.0.2",
    "mount_path": "/1/test-share",
    "performance_tier": "standard",
}
CREATING = {**SHARE, "id": "test-share-2", "name": "second-share", "status": "CREATING", "vpc_ids": ["test-vpc"]}
SNAPSHOT = {
    "id": "test-snapshot",
    "name": "snapshot-of-a-test",
    "size_gib": 1000,
    "region": "atl1",
    "status": "ACTIVE",
    "created_at": "2025-11-01T10:20:30Z",
    "share_id": "test-share",
}
POINT = {
    "id": "test-point",
    "name": "point-of-a-test",
    "share_id": "test-share",
    "path": "/exports/test",
    "status": "ACCESS_POINT_ACTIVE",
    "access_policy": {
        "anonuid": 65534,
        "anongid": 65534,
        "protocols": ["NFS", "NFS4"],
        "squash_config": "NO_SQUASH",
        "identity_enforcement_enabled": True,
    },
    "created_at": "2026-06-01T00:00:00Z",
    "updated_at": "2026-06-01T01:00:00Z",
    "is_default": False,
    "vpc_id": "test-vpc",
}
VPC = {
    "id": "test-vpc",
    "name": "vpc-of-a-test",
    "region": "atl1",
    "default": True,
    "created_at": "2026-06-01T00:00:00.123456789Z",
}


def action(kind: str, **more: Any) -> dict[str, Any]:
    """An action of a share."""
    return {
        "id": 1,
        "status": "in-progress",
        "type": kind,
        "resource_type": "network_file_share",
        "resource_id": "test-share",
        "region_slug": "atl1",
        "started_at": "2025-10-14T10:20:30.123456789Z",
        **more,
    }


def without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


POINT_ACTION = action("CREATE_ACCESS_POINT", id="1", resource_id="test-point")
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "a share that was ordered": ("create_share", {"share": CREATING}),
    "a share": ("get_share", {"share": SHARE}),
    "a share that is being made": ("get_share", {"share": CREATING}),
    "shares": ("list_shares", {"shares": [CREATING]}),
    "more shares": ("list_shares", {"shares": [SHARE]}),
    "a snapshot": ("get_snapshot", {"snapshot": SNAPSHOT}),
    "snapshots": ("list_snapshots", {"snapshots": [{**SNAPSHOT, "status": "CREATING"}]}),
    "more snapshots": ("list_snapshots", {"snapshots": [SNAPSHOT]}),
    "an access point that is being made": (
        "create_access_point",
        {"access_point": {**POINT, "status": "ACCESS_POINT_CREATING"}, "action": POINT_ACTION},
    ),
    "an access point": ("get_access_point", {"access_point": without(POINT, "vpc_id")}),
    "access points": ("list_access_points", {"access_points": [without(POINT, "vpc_id")]}),
    "an access point that was deleted": (
        "delete_access_point",
        {
            "access_point": {**POINT, "status": "ACCESS_POINT_DELETED"},
            "action": {**POINT_ACTION, "id": "2", "status": "completed", "type": "DELETE_ACCESS_POINT"},
        },
    ),
    **{
        f"an action: {kind}": ("create_share_action", {"action": action(kind)})
        for kind in ("resize", "snapshot", "attach", "detach", "reassign", "switch_performance_tier")
    },
    "an action without a region": ("create_share_action", {"action": without(action("resize"), "region_slug")}),
    "an action without an id": ("create_share_action", {"action": without(action("resize"), "id")}),
    "an action whose id is a text": ("create_share_action", {"action": action("resize", id="7f2d")}),
    "VPCs": ("list_vpcs", {"vpcs": [VPC]}),
}
"""Answers to operations."""
