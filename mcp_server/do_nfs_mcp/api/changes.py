"""What a request changes, and what its answer names, for the audit."""

from collections.abc import Iterator, Mapping
from typing import Any

from do_nfs_mcp.api.operations import Operation

__all__ = ["change_of", "made_by", "names_in"]

_NAMED = ("share", "shares", "snapshot", "snapshots", "access_point", "access_points")


def change_of(operation: Operation, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return what a request changes.

    Args:
        operation: One that changes something.
        arguments: Of the generated client's function for it, by name.

    Returns:
        Its `kind` and its `id`; of what is made, its `name` and, if it is made of a share, `share_id`.
    """
    body: Any = arguments.get("body")
    match operation.name:
        case "create_share":
            return {"kind": "share", "name": body.name}
        case "create_access_point":
            return {"kind": "access point", "name": body.name, "share_id": str(arguments["share_id"])}
        case "create_share_action" if body.type_ == "snapshot":
            return {"kind": "snapshot", "name": body.params.name, "share_id": str(arguments["nfs_id"])}
        case "create_share_action" | "delete_share":
            return {"kind": "share", "id": str(arguments["nfs_id"])}
        case "delete_snapshot":
            return {"kind": "snapshot", "id": str(arguments["nfs_snapshot_id"])}
        case "delete_access_point":
            return {"kind": "access point", "id": str(arguments["access_point_id"])}
    raise ValueError(f"{operation.name} changes something that nobody has said")


def made_by(answer: object) -> dict[str, str]:
    """Return the id of what an answer says was made; nothing if it says no such thing."""
    made = getattr(answer, "share", None) or getattr(answer, "access_point", None)
    if made:
        return {"id": made.id}
    action = getattr(answer, "action", None)
    return {"id": action.resource_id} if action and action.resource_type == "SNAPSHOT" else {}


def names_in(answer: object) -> Iterator[tuple[str, str]]:
    """Give the id and the name of each share, snapshot and access point in an answer."""
    for field in _NAMED:
        found: Any = getattr(answer, field, None) or []
        for thing in found if isinstance(found, list) else [found]:
            yield thing.id, thing.name
