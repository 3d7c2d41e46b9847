"""What the operations on peerings do, by which two VPCs are joined. A peering is there and gone at once: that it takes
time, only the answer that orders or deletes it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from do_nfs_sandbox.api.companions import find_vpc
from do_nfs_sandbox.api.errors import RequestRefusedError, found, not_found
from do_nfs_sandbox.api.pages import links_of, page_of
from do_nfs_sandbox.api.representations import represent_vpc_peering, stored_json
from do_nfs_sandbox.contract.ids import canonical_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from do_nfs_sandbox.api.call import Call
    from do_nfs_sandbox.state.store import Row

__all__ = ["PEERINGS"]


def list_vpc_peerings(call: Call) -> dict[str, Any]:
    region = call.query.get("region")
    here = {vpc["id"] for vpc in call.store.vpcs() if vpc["region"] == region}
    rows = [row for row in call.store.vpc_peerings() if not region or here.intersection(stored_json(row["vpc_ids"]))]
    return {"vpc_peerings": _listed(call, rows), **links_of(call, len(rows))}


def create_vpc_peering(call: Call) -> dict[str, Any]:
    return {"vpc_peering": _create(call, call.body["vpc_ids"])}


def get_vpc_peering(call: Call) -> dict[str, Any]:
    return {"vpc_peering": represent_vpc_peering(_find(call), "ACTIVE")}


def patch_vpc_peering(call: Call) -> dict[str, Any]:
    return {"vpc_peering": _rename(call, _find(call))}


def delete_vpc_peering(call: Call) -> dict[str, Any]:
    row = _find(call)
    call.store.delete_vpc_peering(row["id"])
    return {"vpc_peering": represent_vpc_peering(row, "DELETING")}


def list_peerings_of_vpc(call: Call) -> dict[str, Any]:
    vpc = find_vpc(call)
    rows = [row for row in call.store.vpc_peerings() if vpc["id"] in stored_json(row["vpc_ids"])]
    return {"peerings": _listed(call, rows), **links_of(call, len(rows))}


def create_peering_of_vpc(call: Call) -> dict[str, Any]:
    return {"peering": _create(call, [find_vpc(call)["id"], call.body["vpc_id"]])}


def patch_peering_of_vpc(call: Call) -> dict[str, Any]:
    vpc, row = find_vpc(call), _find(call)
    if vpc["id"] not in stored_json(row["vpc_ids"]):
        raise not_found("peering of that VPC")
    return {"peering": _rename(call, row)}


PEERINGS: dict[str, Callable[[Call], dict[str, Any]]] = {
    operation.__name__: operation
    for operation in (
        list_vpc_peerings,
        create_vpc_peering,
        get_vpc_peering,
        patch_vpc_peering,
        delete_vpc_peering,
        list_peerings_of_vpc,
        create_peering_of_vpc,
        patch_peering_of_vpc,
    )
}
"""The operations by operationId."""


def _find(call: Call) -> Row:
    return found(call.store.vpc_peering(call.path["vpc_peering_id"]), "VPC peering")


def _listed(call: Call, rows: list[Row]) -> list[dict[str, Any]]:
    return [represent_vpc_peering(row, "ACTIVE") for row in page_of(call, rows)]


def _create(call: Call, vpc_ids: list[str]) -> dict[str, Any]:
    first, second = map(canonical_id, vpc_ids)
    if first == second:
        raise RequestRefusedError(422, "A VPC cannot be joined to itself.")
    _check_name(call, call.body["name"])
    row = call.store.insert_vpc_peering(name=call.body["name"], vpc_ids=[first, second], now=call.now)
    return represent_vpc_peering(row, "PROVISIONING")


def _rename(call: Call, row: Row) -> dict[str, Any]:
    name = call.body.get("name", row["name"])
    if name != row["name"]:
        _check_name(call, name)
        call.store.rename_vpc_peering(row["id"], name)
    return represent_vpc_peering({**row, "name": name}, "ACTIVE")


def _check_name(call: Call, name: str) -> None:
    if any(row["name"] == name for row in call.store.vpc_peerings()):
        raise RequestRefusedError(422, "There is a peering of this name already.")
