"""Other people's clients do on the sandbox what DigitalOcean's Terraform provider does in its own example."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox, serve

from ..support.constants import TOKEN
from ..support.contracts import ROOT, operations

pytestmark = pytest.mark.system

# By operation of the contract, what calls it in pydo.
PYDO = {
    "list_shares": "nfs.list",
    "create_share": "nfs.create",
    "get_share": "nfs.get",
    "delete_share": "nfs.delete",
    "create_share_action": "nfs.create_action",
    "list_snapshots": "nfs.list_snapshot",
    "get_snapshot": "nfs.get_snapshot",
    "delete_snapshot": "nfs.delete_snapshot",
    "list_access_points": "nfs.list_access_points",
    "create_access_point": "nfs.create_access_point",
    "get_access_point": "nfs.get_access_point",
    "delete_access_point": "nfs.delete_access_point",
    "list_actions": "actions.list",
    "get_action": "actions.get",
    "list_vpcs": "vpcs.list",
    "create_vpc": "vpcs.create",
    "get_vpc": "vpcs.get",
    "update_vpc": "vpcs.update",
    "patch_vpc": "vpcs.patch",
    "delete_vpc": "vpcs.delete",
    "list_vpc_members": "vpcs.list_members",
    "list_peerings_of_vpc": "vpcs.list_peerings",
    "create_peering_of_vpc": "vpcs.create_peerings",
    "patch_peering_of_vpc": "vpcs.patch_peerings",
    "list_vpc_peerings": "vpc_peerings.list",
    "create_vpc_peering": "vpc_peerings.create",
    "get_vpc_peering": "vpc_peerings.get",
    "patch_vpc_peering": "vpc_peerings.patch",
    "delete_vpc_peering": "vpc_peerings.delete",
    "list_regions": "regions.list",
}
GROUPS = {
    group: (int(count), in_the_contract)
    for group, count, in_the_contract in re.findall(
        r"^\| `(\w+)` \| (\d+) \| (all|none)\b", (ROOT / "docs/contract.md").read_text(encoding="utf-8"), re.MULTILINE
    )
}
"""What the page on the contract says of pydo's groups: how many operations each has, and which are in the contract."""
REGION = "atl1"
POLICY = {
    "anonuid": 65534,
    "anongid": 65534,
    "protocols": ["NFS4"],
    "squash_config": "ROOT_SQUASH",
    "identity_enforcement_enabled": False,
}

Call = Callable[..., Any]
"""Calls an operation of the contract with its parameters by name, `body` too; returns the body of the answer."""


class RefusedError(Exception):
    """An answer that is no success. Its argument is the status."""


def pydo_call(url: str) -> Call:
    # Here, so that the other tests run without it.
    import pydo
    from azure.core.exceptions import HttpResponseError

    client = pydo.Client(token=TOKEN, endpoint=url)

    def call(operation: str, **arguments: Any) -> Any:
        group, method = PYDO[operation].split(".")
        try:
            # It sends tokens over https only, unless it is told otherwise.
            return getattr(getattr(client, group), method)(**arguments, enforce_https=False)
        except HttpResponseError as error:
            raise RefusedError(error.status_code) from error

    return call


def curl_call(url: str) -> Call:
    def call(name: str, body: Any = None, **arguments: Any) -> Any:
        operation = operations()[name]
        in_path = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
        path = operation["path"].format(**{key: arguments[key] for key in in_path})
        query = "&".join(f"{key}={value}" for key, value in arguments.items() if key not in in_path)
        command = ["curl", "--silent", "--show-error", "--request", operation["method"].upper()]
        command += ["--header", f"Authorization: Bearer {TOKEN}", "--header", "Content-Type: application/json"]
        command += ["--write-out", r"\n%{http_code}", *(["--data", json.dumps(body)] if body is not None else [])]
        result = subprocess.run([*command, f"{url}{path}?{query}"], text=True, capture_output=True, check=True)
        content, _, status = result.stdout.rpartition("\n")
        if not status.startswith("2"):
            raise RefusedError(int(status))
        return json.loads(content) if content else None

    return call


@pytest.fixture(params=[pydo_call, curl_call], ids=["pydo", "curl"])
def call(request: pytest.FixtureRequest) -> Iterator[Call]:
    """Calls a sandbox in which every change is done at once, and has called every operation when the test ends."""
    with Sandbox(ready_after=0, strict_names=True) as sandbox, serve(sandbox) as url:
        yield request.param(url)
        assert {each.operation for each in sandbox.requests if (each.status or 0) < 300} == PYDO.keys()


def test_the_terraform_provider_s_own_example_is_created_planned_and_destroyed(call: Call) -> None:
    # Created, in the provider's order.
    assert REGION in {region["slug"] for region in call("list_regions")["regions"]}
    first, second = (
        call("create_vpc", body={"name": name, "region": REGION})["vpc"] for name in ("nfs-test-vpc", "nfs-test-vpc-2")
    )
    order = {
        "name": "nfs-test",
        "region": REGION,
        "size_gib": 500,
        "vpc_ids": [first["id"]],
        "performance_tier": "high",
    }
    share = call("create_share", body=order)["share"]
    assert share["status"] == "CREATING"
    share_id = share["id"]

    def act(kind: str, **params: Any) -> Any:
        body = {"type": kind, "region": REGION, "params": params}
        return call("create_share_action", nfs_id=share_id, body=body)["action"]

    share = call("get_share", nfs_id=share_id, region=REGION)["share"]
    assert (share["status"], share["vpc_ids"], bool(share["host"])) == ("ACTIVE", [first["id"]], True)
    attached = act("attach", vpc_id=second["id"])
    assert call("get_action", action_id=int(attached["id"]))["action"]["status"] == "completed"
    snapshot_id = act("snapshot", name="nfs-test-snapshot")["resource_id"]
    new_point = {"name": "nfs-test-access-point", "path": "/data", "vpc_id": first["id"], "access_policy": POLICY}
    point = call("create_access_point", share_id=share_id, body=new_point)["access_point"]

    # Planned again: everything is there, as it was asked for.
    share = call("get_share", nfs_id=share_id, region=REGION)["share"]
    assert (share["vpc_ids"], share["size_gib"]) == ([first["id"], second["id"]], 500)
    assert [each["id"] for each in call("list_shares", region=REGION)["shares"]] == [share_id]
    assert call("get_snapshot", nfs_snapshot_id=snapshot_id, region=REGION)["snapshot"]["status"] == "ACTIVE"
    assert [each["id"] for each in call("list_snapshots", share_id=share_id)["snapshots"]] == [snapshot_id]
    point = call("get_access_point", access_point_id=point["id"])["access_point"]
    assert (point["status"], point["access_policy"]) == ("ACCESS_POINT_ACTIVE", POLICY)
    active = call("list_access_points", share_id=share_id, status="ACCESS_POINT_ACTIVE")["access_points"]
    assert [each["name"] for each in active] == ["default", "nfs-test-access-point"]
    assert call("get_vpc", vpc_id=second["id"])["vpc"] == second

    # Changed in place.
    changed = call("update_vpc", vpc_id=second["id"], body={"name": "nfs-test-vpc-2", "description": "Second."})["vpc"]
    assert changed == {**second, "description": "Second."}
    assert call("patch_vpc", vpc_id=second["id"], body={"description": ""})["vpc"] == second

    # Joined, and its members listed.
    both = {"name": "nfs-test-peering", "vpc_ids": [first["id"], second["id"]]}
    peering = call("create_vpc_peering", body=both)["vpc_peering"]
    body = {"name": "nfs-test-peering-2", "vpc_id": second["id"]}
    other = call("create_peering_of_vpc", vpc_id=first["id"], body=body)["peering"]
    assert (
        (peering["vpc_ids"], peering["status"])
        == (other["vpc_ids"], other["status"])
        == (
            [first["id"], second["id"]],
            "PROVISIONING",
        )
    )
    assert call("get_vpc_peering", vpc_peering_id=peering["id"])["vpc_peering"] == {**peering, "status": "ACTIVE"}
    place = {"vpc_id": second["id"], "vpc_peering_id": other["id"]}
    assert call("patch_peering_of_vpc", **place, body={"name": "p-3"})["peering"]["name"] == "p-3"
    assert call("patch_vpc_peering", vpc_peering_id=other["id"], body={"name": "p-4"})["vpc_peering"]["name"] == "p-4"
    assert [each["name"] for each in call("list_vpc_peerings")["vpc_peerings"]] == ["nfs-test-peering", "p-4"]
    assert call("list_peerings_of_vpc", vpc_id=second["id"])["meta"]["total"] == 2
    members = call("list_vpc_members", vpc_id=second["id"], resource_type="nfs_share")["members"]
    assert [each["urn"] for each in members] == [f"do:nfs_share:{share_id}"]

    # Destroyed, which a VPC and a share refuse as long as they are used.
    for refused, status, arguments in (
        ("delete_vpc", 403, {"vpc_id": first["id"]}),
        ("delete_share", 412, {"nfs_id": share_id}),
    ):
        with pytest.raises(RefusedError, match=str(status)):
            call(refused, **arguments)
    assert call("delete_access_point", access_point_id=point["id"])["access_point"]["status"] == "ACCESS_POINT_DELETED"
    call("delete_snapshot", nfs_snapshot_id=snapshot_id, region=REGION)
    for vpc in (second, first):
        act("detach", vpc_id=vpc["id"])
    assert call("get_share", nfs_id=share_id, region=REGION)["share"]["status"] == "INACTIVE"
    call("delete_share", nfs_id=share_id, region=REGION)
    for made in (peering, other):
        assert call("delete_vpc_peering", vpc_peering_id=made["id"])["vpc_peering"]["status"] == "DELETING"
    for vpc in (second, first):
        call("delete_vpc", vpc_id=vpc["id"])
    assert call("list_vpcs", page=1, per_page=200)["meta"]["total"] == 12
    assert call("list_actions", page=1, per_page=200)["meta"]["total"] == 7


@pytest.fixture
def groups() -> dict[str, list[str]]:
    """The operations of pydo by their groups, where these are about NFS, VPCs, regions or actions."""
    import pydo

    client = pydo.Client(token=TOKEN)
    return {
        group: [name for name in dir(getattr(client, group)) if not name.startswith("_")]
        for group in vars(client)
        if re.search("nfs|vpc|region|^actions$", group)
    }


def test_the_page_on_the_contract_tells_of_every_group_of_pydo_that_is_about_nfs_vpcs_or_regions(
    groups: dict[str, list[str]],
) -> None:
    assert {group: count for group, (count, _) in GROUPS.items()} == {group: len(of) for group, of in groups.items()}


def test_every_operation_of_the_groups_that_are_in_the_contract_is_called(groups: dict[str, list[str]]) -> None:
    in_the_contract = [group for group, (_, which) in GROUPS.items() if which == "all"]
    assert {f"{group}.{name}" for group in in_the_contract for name in groups[group]} == set(PYDO.values())
