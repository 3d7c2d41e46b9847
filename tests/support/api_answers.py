"""The API in a test's hands: it answers each operation with the contract's example, changed as the test wants it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from .constants import OTHER_VPC
from .contracts import operation_of, operations

Change = Callable[[str, str], str]
"""What becomes of a text, given the name of its field."""


def example(operation: str) -> tuple[int, Any]:
    """The status and the body of the contract's example of a success."""
    for status, response in operations()[operation]["responses"].items():
        if status.startswith("2"):
            return int(status), response.get("content", {}).get("application/json", {}).get("example")
    raise AssertionError(f"{operation} has no success")


def free_texts(body: Any, change: Change, field: str = "", *, ids: bool = False) -> Any:
    """The same body with every text that is no time, nor an id unless ids are to be, changed."""
    match body:
        case dict():
            return {name: free_texts(value, change, name, ids=ids) for name, value in body.items()}
        case list():
            return [free_texts(value, change, field, ids=ids) for value in body]
        case str() if (ids or not _is_uuid(body)) and not field.endswith("_at"):
            return change(field, body)
        case _:
            return body


def answering(change: Change, *, ids: bool = False) -> httpx.MockTransport:
    """What answers with the examples, their free texts changed, and ids if they are to be.

    Nothing is the default one, and no page has a next.
    """

    def answer(request: httpx.Request) -> httpx.Response:
        status, body = example(operation_of(request.method, request.url.path))
        if isinstance(body, dict):
            body = {name: value for name, value in body.items() if name != "links"}
            if "access_point" in body:
                body["access_point"] = {**body["access_point"], "is_default": False}
        return httpx.Response(status, json=free_texts(body, change, ids=ids))

    return httpx.MockTransport(answer)


def failing(status: int, text: Callable[[], str]) -> httpx.MockTransport:
    """What refuses everything, in these words."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=dict.fromkeys(("id", "message", "request_id"), text()))

    return httpx.MockTransport(answer)


(SHARE,) = example("list_shares")[1]["shares"]
_ID = SHARE["id"]
_VPC = SHARE["vpc_ids"][0]
CALLS: dict[str, dict[str, Any]] = {
    "get_storage_overview": {},
    "list_shares": {},
    "get_share": {"share": _ID},
    "create_share": {"name": "data", "region": "atl1", "size_gib": 100, "vpc_ids": [OTHER_VPC]},
    "delete_share": {"share": _ID, "plan": True},
    "resize_share": {"share": _ID, "size_gib": 20_000, "wait": False},
    "attach_share": {"share": _ID, "vpc_id": OTHER_VPC, "wait": False},
    "detach_share": {"share": _ID, "vpc_id": _VPC, "wait": False},
    "reassign_share": {"share": _ID, "old_vpc_id": _VPC, "new_vpc_id": OTHER_VPC, "wait": False},
    "switch_performance_tier": {"share": _ID, "performance_tier": "high", "wait": False},
    "get_mount_instructions": {"share": _ID},
    "wait_until_ready": {"share": _ID},
    "create_snapshot": {"share": _ID, "name": "monday", "wait": False},
    "list_snapshots": {},
    "get_snapshot": {"snapshot": _ID},
    "delete_snapshot": {"snapshot": _ID},
    "prune_snapshots": {"share": _ID, "keep_last": 0},
    "list_access_points": {"share": _ID},
    "get_access_point": {"access_point": _ID},
    "create_access_point": {"share": _ID, "name": "team", "path": "/team", "vpc_id": OTHER_VPC, "wait": False},
    "delete_access_point": {"access_point": _ID},
    "list_vpcs": {},
    "export_terraform": {"include_snapshots": True},
}
"""A call of each tool, of things that are in the examples. One of them waits."""


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
