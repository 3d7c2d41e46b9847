"""What each share action does, by the `type` of the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from do_nfs_sandbox.api.call import Call, start_action
from do_nfs_sandbox.api.errors import RequestRefusedError
from do_nfs_sandbox.api.representations import TIERS, stored_json
from do_nfs_sandbox.contract.ids import canonical_id

if TYPE_CHECKING:
    from do_nfs_sandbox.state.store import Row

__all__ = ["SHARE_ACTIONS", "check_size"]

Params = dict[str, Any]

_MAX_GIB = 32 * 1024


def check_size(size_gib: float, field: str) -> None:
    """Refuse a size that no account has.

    Args:
        size_gib: The size of a share in GiB.
        field: What it is called in the request.

    Raises:
        RequestRefusedError: If it is more than the 32 TiB that both tiers have, as the product documentation says.
    """
    if size_gib > _MAX_GIB:
        raise RequestRefusedError(400, f"{field} must be at most {_MAX_GIB}.")


def _resize(call: Call, share: Row, params: Params) -> dict[str, Any]:
    check_size(params["size_gib"], "params.size_gib")
    size_gib = int(params["size_gib"])
    if size_gib <= share["size_gib"]:
        raise RequestRefusedError(400, f"params.size_gib must be more than {share['size_gib']}; a share cannot shrink.")
    return start_action(call, "RESIZE_SHARE", share["id"], share["region"], {"size_gib": size_gib})


def _take_snapshot(call: Call, share: Row, params: Params) -> dict[str, Any]:
    snapshot = call.store.insert_snapshot(
        share_id=share["id"],
        name=params["name"],
        region=share["region"],
        size_gib=share["size_gib"],
        now=call.now,
    )
    return start_action(call, "CREATE_SNAPSHOT", snapshot["id"], share["region"], resource_type="SNAPSHOT")


def _attach(call: Call, share: Row, params: Params) -> dict[str, Any]:
    enter = _not_attached(share, "vpc_id", params)
    return start_action(call, "ATTACH_SHARE", share["id"], share["region"], {"leave": None, "enter": enter})


def _detach(call: Call, share: Row, params: Params) -> dict[str, Any]:
    leave = _attached(share, "vpc_id", params)
    return start_action(call, "DETACH_SHARE", share["id"], share["region"], {"leave": leave, "enter": None})


def _reassign(call: Call, share: Row, params: Params) -> dict[str, Any]:
    move = {
        "leave": _attached(share, "old_vpc_id", params),
        "enter": _not_attached(share, "new_vpc_id", params),
    }
    return start_action(call, "REASSIGN_SHARE", share["id"], share["region"], move)


def _switch_performance_tier(call: Call, share: Row, params: Params) -> dict[str, Any]:
    tiers = list(TIERS)
    if tiers.index(params["performance_tier"]) <= tiers.index(share["tier"]):
        raise RequestRefusedError(400, f"The share's tier is {share['tier']} already; a tier can only be raised.")
    return start_action(call, "SWITCH_PERFORMANCE_TIER", share["id"], share["region"], params)


SHARE_ACTIONS: dict[str, Callable[[Call, Row, Params], dict[str, Any]]] = {
    "resize": _resize,
    "snapshot": _take_snapshot,
    "attach": _attach,
    "detach": _detach,
    "reassign": _reassign,
    "switch_performance_tier": _switch_performance_tier,
}
"""From the call, the share and the request's params to the action that was started. Each may refuse the request."""


def _attached(share: Row, field: str, params: Params) -> str:
    vpc_id = canonical_id(params[field])
    if vpc_id not in stored_json(share["vpc_ids"]):
        raise RequestRefusedError(400, f"params.{field} must be a VPC that the share is attached to; {vpc_id} is not.")
    return vpc_id


def _not_attached(share: Row, field: str, params: Params) -> str:
    vpc_id = canonical_id(params[field])
    if vpc_id in stored_json(share["vpc_ids"]):
        raise RequestRefusedError(400, f"params.{field} must be a VPC that the share is not attached to; {vpc_id} is.")
    return vpc_id
