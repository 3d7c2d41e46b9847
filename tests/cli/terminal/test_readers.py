"""A person at a terminal reads words for themselves, in what they can type, and nothing that is meant for a model."""

from typing import Any

import pytest
from do_nfs_sandbox import Fault, Sandbox

from ...support.constants import OTHER_VPC, VPC
from ...support.readers import FOR_A_MODEL
from .conftest import Run

DATA = "0a1b2c3d-0000-4000-8000-000000000001"
MANY = "0a1b2c3d-0000-4000-8000-000000000002"
STORAGE: dict[str, Any] = {
    "shares": [
        {"id": DATA, "name": "data", "region": "atl1", "size_gib": 100, "vpc_ids": [VPC]},
        {"id": MANY, "name": "many", "region": "atl1", "size_gib": 100},
        {"name": "twin", "region": "atl1", "size_gib": 100},
        {"name": "twin", "region": "nyc2", "size_gib": 100},
        {"name": "broken", "region": "nyc2", "size_gib": 100, "status": "FAILED"},
        {"name": "alone", "region": "nyc2", "size_gib": 100, "status": "INACTIVE", "vpc_ids": []},
    ],
    "snapshots": [{"share_id": DATA, "name": "monday"}, {"share_id": DATA, "name": "tuesday"}]
    + [{"share_id": MANY, "name": f"s{n}"} for n in range(101)],
}
NEW = ("create_share", "name=new", "region=atl1", "size_gib=50")
POINT = ("create_access_point", "share=data", "name=team", "path=/t")
ALLOWED = ("--destructive", "allow")


def fault(status: int) -> dict[str, Any]:
    return {"kind": "status", "status": status, "times": 9}


SAID: dict[str, tuple[tuple[str, ...], dict[str, dict[str, Any]], str]] = {
    "a share that is not waited for": ((*NEW, "wait=false"), {}, "`wait_until_ready share="),
    "a share that takes long": (
        (*NEW, "--wait-seconds", "0"),
        {"create_share": {"kind": "stuck"}},
        "create it again: `",
    ),
    "a snapshot that is not waited for": (
        ("create_snapshot", "share=data", "name=new", "wait=false"),
        {},
        "`wait_until_ready snapshot=",
    ),
    "an access point that is not waited for": ((*POINT, "wait=false"), {}, "`wait_until_ready access_point="),
    "a change that is not waited for": (
        ("resize_share", "share=data", "add_gib=1", "wait=false"),
        {},
        "`wait_until_ready action_id=",
    ),
    "a wait that has to go on": (
        ("wait_until_ready", "share=new", "--wait-seconds", "0"),
        {"create_share": {"kind": "stuck"}},
        "`wait_until_ready share=",
    ),
    "a share to mount that is not there yet": (
        ("get_mount_instructions", "share=new"),
        {"create_share": {"kind": "stuck"}},
        "wait_until_ready comes first",
    ),
    "a share that fails": (NEW, {"create_share": {"kind": "fail"}}, "Delete it and create another"),
    "a share with snapshots": (("delete_share", "share=data"), {}, "try again with delete_snapshots=true;"),
    "a plan for a share with snapshots": (("delete_share", "share=data", "plan=true"), {}, "delete_snapshots=true"),
    "a share with snapshots, by the API": (
        ("delete_share", "share=broken", *ALLOWED),
        {"delete_share": fault(412)},
        "try again with delete_snapshots=true.",
    ),
    "a share with very many snapshots": (
        ("delete_share", "share=many", "delete_snapshots=true"),
        {},
        f"`prune_snapshots share={MANY} keep_last=0`",
    ),
    "no rule to prune by": (("prune_snapshots", "share=data"), {}, "if really every one is to go, keep_last=0."),
    "a page of a list": (("list_shares", "limit=1"), {}, "for the next, add cursor="),
    "a share that cannot shrink": (("resize_share", "share=data", "size_gib=50"), {}, "copy the files"),
    "several sizes": (("resize_share", "share=data", "add_gib=1", "add_percent=1"), {}, "and try again."),
    "two things to wait for": (("wait_until_ready", "snapshot=monday", "action_id=1"), {}, "and try again."),
    "an argument that does not fit": (("list_shares", "limit=many"), {}, "Correct the arguments and try again."),
    "nobody who could be asked": (("detach_share", "share=data", f"vpc_id={VPC}"), {}, "you have to confirm it"),
    "nobody who could be asked about an order": (
        ("resize_share", "share=data", "add_gib=2000"),
        {},
        "A smaller order needs no question",
    ),
    "nobody who could be asked about root": (
        (*POINT, 'access_policy={"squash_config": "NO_SQUASH"}'),
        {},
        "ROOT_SQUASH and ALL_SQUASH need no question",
    ),
    "a tool that is left out": ((*NEW, "--read-only"), {}, "which --read-only forbids"),
    "a limit": ((*NEW, "--max-size-gib", "49"), {}, "It was called with --max-size-gib 49."),
    "several of a name": (("get_share", "share=twin"), {}, "Give one's id"),
    "a name that none has": (("get_share", "share=nowhere"), {}, "no share has the name or id"),
    "a VPC of another region": (("attach_share", "share=data", "vpc_id=apps-nyc2"), {}, "takes VPCs of that region"),
    "a region with nothing": (("export_terraform", "region=sfo9"), {}, "There are shares in atl1, nyc2."),
    "a token that is wrong": (("list_shares",), {"list_shares": fault(401)}, "Set a valid one in"),
    "a scope that is missing": (("list_shares",), {"list_shares": fault(403)}, "Give it a token with that scope."),
    "the rate limit": (
        ("list_shares",),
        {"list_shares": {**fault(429), "headers": {"retry-after": "900"}}},
        "Wait 900 s, then try again.",
    ),
    "an API that fails": (("list_shares",), {"list_shares": fault(500)}, "Try again in a few seconds."),
    "a change that may have been made": (
        NEW,
        {"list_shares": fault(403), "create_share": {"kind": "drop_after"}},
        "look with list_shares before trying again",
    ),
    "all storage": (("get_storage_overview",), {}, "delete_share for a FAILED share"),
    "snapshots that were pruned": (("prune_snapshots", "share=data", "keep_last=1", *ALLOWED), {}, "KEPT BY"),
    "a share that moved": (
        ("reassign_share", "share=data", f"new_vpc_id={OTHER_VPC}", *ALLOWED),
        {},
        "as get_mount_instructions says",
    ),
    "how to mount": (("get_mount_instructions", "share=data", "style=fstab,command"), {}, "The line of /etc/fstab:"),
}


@pytest.mark.parametrize("case", SAID)
def test_what_a_terminal_shows_is_for_the_person_who_reads_it(case: str, run_on_sandbox: Run, sandbox: Sandbox) -> None:
    arguments, faults, said = SAID[case]
    sandbox.seed(STORAGE)
    for operation, kind in faults.items():
        sandbox.add_fault(Fault(operation=operation, **kind))
    if "share=new" in arguments:
        run_on_sandbox("call", *NEW, "wait=false")
    _, out, err = run_on_sandbox("call", *arguments)
    assert said in out + err
    assert FOR_A_MODEL.search(out + err) is None


def test_the_list_of_the_tools_is_for_the_person_who_reads_it(run: Run) -> None:
    assert FOR_A_MODEL.search(" ".join(run("tools").out.split())) is None
