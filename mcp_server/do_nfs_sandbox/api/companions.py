"""What the operations do that are not of NFS: those of the account's actions, VPCs and regions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from do_nfs_sandbox.api.errors import RequestRefusedError, found
from do_nfs_sandbox.api.pages import links_of, offset_of, page_of
from do_nfs_sandbox.api.representations import (
    represent_account_action,
    represent_vpc,
    represent_vpc_member,
    stored_json,
)
from do_nfs_sandbox.state.regions import represent_region
from do_nfs_sandbox.state.vpcs import free_ip_range

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from do_nfs_sandbox.api.call import Call
    from do_nfs_sandbox.state.store import Row, Store

__all__ = ["COMPANIONS", "find_vpc"]

# Eighteen digits always fit SQLite's integers, and no action here will ever have more.
_NUMBER = re.compile("[1-9][0-9]{0,17}")
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


def list_actions(call: Call) -> dict[str, Any]:
    total, rows = call.store.newest_actions(offset_of(call), call.query["per_page"])
    return {"actions": [represent_account_action(row) for row in rows], **links_of(call, total)}


def get_action(call: Call) -> dict[str, Any]:
    action_id = call.path["action_id"]
    row = call.store.action(int(action_id)) if _NUMBER.fullmatch(action_id) else None
    return {"action": represent_account_action(found(row, "action"))}


def list_vpcs(call: Call) -> dict[str, Any]:
    vpcs = call.store.vpcs()
    return {"vpcs": [represent_vpc(row) for row in page_of(call, vpcs)], **links_of(call, len(vpcs))}


def create_vpc(call: Call) -> dict[str, Any]:
    body, vpcs = call.body, call.store.vpcs()
    _check_name(call.store, body["name"])
    taken = [vpc["ip_range"] for vpc in vpcs]
    vpc = call.store.insert_vpc(
        name=body["name"],
        description=body.get("description", ""),
        region=body["region"],
        ip_range=_checked_range(body["ip_range"], taken) if "ip_range" in body else _free_range(taken),
        is_default=all(vpc["region"] != body["region"] for vpc in vpcs),
        now=call.now,
    )
    return {"vpc": represent_vpc(vpc)}


def get_vpc(call: Call) -> dict[str, Any]:
    return {"vpc": represent_vpc(find_vpc(call))}


def change_vpc(call: Call) -> dict[str, Any]:
    vpc, changes = find_vpc(call), call.body
    if changes.get("name", vpc["name"]) != vpc["name"]:
        _check_name(call.store, changes["name"])
    call.store.change_vpc(
        vpc,
        name=changes.get("name", vpc["name"]),
        description=changes.get("description", vpc["description"]),
        is_default=changes.get("default", False) or bool(vpc["is_default"]),
    )
    return get_vpc(call)


def delete_vpc(call: Call) -> None:
    vpc = find_vpc(call)
    if vpc["is_default"]:
        raise RequestRefusedError(403, "The default VPC of a region cannot be deleted.")
    if call.store.is_vpc_used(vpc["id"]):
        message = "A share is attached to the VPC, an access point is reached from it, or it has a peering."
        raise RequestRefusedError(403, message)
    call.store.delete_vpc(vpc["id"])


def list_vpc_members(call: Call) -> dict[str, Any]:
    vpc, kind = find_vpc(call), call.query.get("resource_type", "nfs_share")
    # There is nothing here but shares.
    shares = call.store.shares() if kind == "nfs_share" else []
    members = [represent_vpc_member(share) for share in shares if vpc["id"] in stored_json(share["vpc_ids"])]
    return {"members": page_of(call, members), **links_of(call, len(members))}


def list_regions(call: Call) -> dict[str, Any]:
    regions = [represent_region(slug) for slug in call.regions]
    return {"regions": page_of(call, regions), **links_of(call, len(regions))}


COMPANIONS: dict[str, Callable[[Call], dict[str, Any] | None]] = {
    "list_actions": list_actions,
    "get_action": get_action,
    "list_vpcs": list_vpcs,
    "create_vpc": create_vpc,
    "get_vpc": get_vpc,
    "update_vpc": change_vpc,
    "patch_vpc": change_vpc,
    "delete_vpc": delete_vpc,
    "list_vpc_members": list_vpc_members,
    "list_regions": list_regions,
}
"""The operations by operationId."""


def find_vpc(call: Call) -> Row:
    """Return the VPC that the path names. Raises RequestRefusedError if there is none."""
    return found(call.store.vpc(call.path["vpc_id"]), "VPC")


def _check_name(store: Store, name: str) -> None:
    if any(vpc["name"] == name for vpc in store.vpcs()):
        raise RequestRefusedError(422, "There is a VPC of this name already.")


def _free_range(taken: Sequence[str]) -> str:
    try:
        return free_ip_range(taken)
    except LookupError as error:
        raise RequestRefusedError(422, f"{str(error).capitalize()}. Say which addresses to take.") from None


def _checked_range(ip_range: str, taken: Sequence[str]) -> str:
    from ipaddress import IPv4Network

    try:
        network = IPv4Network(ip_range)
    except ValueError:
        raise RequestRefusedError(422, "ip_range must be a network in CIDR notation, such as 10.10.16.0/20.") from None
    if not any(network.subnet_of(IPv4Network(private)) for private in _PRIVATE):
        raise RequestRefusedError(422, f"ip_range must be in one of {', '.join(_PRIVATE)}.")
    if any(network.overlaps(IPv4Network(other)) for other in taken):
        raise RequestRefusedError(422, "ip_range overlaps with another VPC's.")
    return ip_range
