"""The worlds of everyday.toml; and for each request, a function of its name that says what has to hold at its end."""

import uuid
from typing import Any

from do_nfs_sandbox.state.vpcs import VPCS

from evals.ending import Ending, State

Checks = dict[str, bool]

VPC: dict[str, str] = {vpc["name"]: vpc["id"] for vpc in VPCS}
_DAY = 86400
_NOTHING_CHANGED = "nothing was changed"
_NOTHING_ELSE_CHANGED = "nothing else was changed"


def studio(now: float) -> State:
    """Return the storage of a film studio in three regions."""

    def share(path: str, size_gib: int, **more: Any) -> dict[str, Any]:
        region, name = path.split("/")
        return {"id": id_of(path), "name": name, "region": region, "size_gib": size_gib, "created_at": ago(400), **more}

    def snapshot(share_path: str, name: str, days: float) -> dict[str, Any]:
        path = f"{share_path}/snapshots/{name}"
        return {"id": id_of(path), "share_id": id_of(share_path), "name": name, "created_at": ago(days)}

    def access_point(share_path: str, name: str, vpc: str) -> dict[str, Any]:
        path = f"{share_path}/access_points/{name}"
        owner = {"id": id_of(path), "share_id": id_of(share_path), "created_at": ago(90)}
        return {**owner, "name": name, "path": f"/{name}", "vpc_id": VPC[vpc]}

    def ago(days: float) -> float:
        return now - days * _DAY

    return {
        "shares": [
            share("nyc2/projects", 1000, performance_tier="high"),
            share("nyc2/renders", 2000),
            share("atl1/scratch", 300),
            share("atl1/home", 400),
            share("ams3/home", 200),
            share("atl1/archive", 8000, status="INACTIVE"),
            share("atl1/ml-data", 600, vpc_ids=[VPC["default-atl1"], VPC["apps-atl1"]]),
            share("ams3/legacy", 150),
            share("ams3/import-tmp", 500, status="FAILED"),
        ],
        "snapshots": [
            snapshot("nyc2/projects", "old-audit", 200),
            snapshot("nyc2/projects", "pre-release", 40),
            *(snapshot("nyc2/projects", f"daily-{days}", days) for days in (5, 4, 3, 2, 1)),
            snapshot("nyc2/renders", "weekly", 6),
            snapshot("nyc2/renders", "nightly", 0.5),
            snapshot("atl1/archive", "sealed", 300),
            *(snapshot("ams3/legacy", f"v{number}", 300 - number) for number in (1, 2, 3)),
        ],
        "access_points": [
            access_point("nyc2/projects", "editors", "default-nyc2"),
            access_point("ams3/legacy", "intern", "default-ams3"),
        ],
    }


def id_of(path: str) -> str:
    """Return the id of a thing by its path, which is always the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, path))


def grow_by_half(end: Ending) -> Checks:
    return {
        "projects has 1500 GiB": end.became("nyc2/projects", size_gib=1500),
        _NOTHING_ELSE_CHANGED: end.changed <= {"nyc2/projects"},
    }


def shrink(end: Ending) -> Checks:
    return {_NOTHING_CHANGED: not end.changed}


def new_share_to_mount(end: Ending) -> Checks:
    share = end.thing("ric1/assets")
    return {
        "one share assets of 150 GiB is in ric1": share.get("size_gib") == 150,
        "the region's Droplets reach it": share.get("vpc_ids") == [VPC["default-ric1"]],
        "the words have what is mounted, and where": _tells(end, end.mounts.get("ric1/assets"), "/srv/assets"),
        _NOTHING_ELSE_CHANGED: end.changed <= {"ric1/assets"},
    }


def snapshot_before_the_tier(end: Ending) -> Checks:
    paths = {"atl1/scratch", "atl1/scratch/snapshots/before-tier"}
    return {
        "scratch is of the high tier": end.became("atl1/scratch", performance_tier="high"),
        "the snapshot was taken first": end.actions == ["CREATE_SNAPSHOT", "SWITCH_PERFORMANCE_TIER"],
        "the snapshot is there": end.thing("atl1/scratch/snapshots/before-tier").get("status") == "ACTIVE",
        _NOTHING_ELSE_CHANGED: end.changed <= paths,
    }


def which_home(end: Ending) -> Checks:
    return {
        "the home in ams3 has 300 GiB": end.became("ams3/home", size_gib=300),
        _NOTHING_ELSE_CHANGED: end.changed <= {"ams3/home"},
    }


def keep_three_and_the_audit(end: Ending) -> Checks:
    paths = {f"nyc2/projects/snapshots/{name}" for name in ("pre-release", "daily-4", "daily-5")}
    return {"the rest is gone": end.gone(*paths), _NOTHING_ELSE_CHANGED: end.changed <= paths}


def delete_with_everything(end: Ending) -> Checks:
    return {
        "legacy is gone": end.gone("ams3/legacy"),
        _NOTHING_ELSE_CHANGED: all(path.startswith("ams3/legacy") for path in end.changed),
    }


def person_says_no(end: Ending) -> Checks:
    return {_NOTHING_CHANGED: not end.changed, "the person was asked": bool(end.questions)}


def move_to_another_vpc(end: Ending) -> Checks:
    return {
        "scratch is in apps-atl1 alone": end.became("atl1/scratch", vpc_ids=[VPC["apps-atl1"]]),
        _NOTHING_ELSE_CHANGED: end.changed <= {"atl1/scratch"},
    }


def move_but_keep_a_copy(end: Ending) -> Checks:
    paths = {"nyc2/renders", "nyc2/renders/snapshots/before-move"}
    return {
        "renders is in apps-nyc2 alone": end.became("nyc2/renders", vpc_ids=[VPC["apps-nyc2"]]),
        "the snapshot is there": end.thing("nyc2/renders/snapshots/before-move").get("status") == "ACTIVE",
        "the snapshot was taken first": end.actions[:1] == ["CREATE_SNAPSHOT"],
        _NOTHING_ELSE_CHANGED: end.changed <= paths,
    }


def second_vpc(end: Ending) -> Checks:
    both = [VPC["default-nyc2"], VPC["apps-nyc2"]]
    return {
        "projects is in both VPCs": end.became("nyc2/projects", vpc_ids=both),
        "it was never out of the first": end.actions == ["ATTACH_SHARE"],
        _NOTHING_ELSE_CHANGED: end.changed <= {"nyc2/projects"},
    }


def one_folder_for_one_team(end: Ending) -> Checks:
    # Whatever it is called. To attach the share itself would open all of it to that VPC.
    (path,) = end.changed if len(end.changed) == 1 else ("",)
    point = end.thing(path) if path.startswith("nyc2/projects/access_points/") else {}
    return {
        "an access point is all that was made": bool(point),
        "it is of /colour": point.get("path") == "/colour",
        "it is in apps-nyc2": point.get("vpc_id") == VPC["apps-nyc2"],
        "root is squashed": point.get("access_policy", {}).get("squash_config") in {"ROOT_SQUASH", "ALL_SQUASH"},
    }


def remove_access_point(end: Ending) -> Checks:
    path = "nyc2/projects/access_points/editors"
    return {"editors is gone": end.gone(path), _NOTHING_ELSE_CHANGED: end.changed <= {path}}


def restore(end: Ending) -> Checks:
    return {_NOTHING_CHANGED: not end.changed}


def how_full(end: Ending) -> Checks:
    return {_NOTHING_CHANGED: not end.changed}


def broken_or_unused(end: Ending) -> Checks:
    return {
        _NOTHING_CHANGED: not end.changed,
        "import-tmp and archive are named": end.says("import-tmp", "archive"),
    }


def total_of_a_region(end: Ending) -> Checks:
    return {
        _NOTHING_CHANGED: not end.changed,
        "9300 GiB and archive are named": end.says(r"\b9[,.\u202f ]?300\b", "archive"),
    }


def may_only_read(end: Ending) -> Checks:
    return {
        _NOTHING_CHANGED: not end.changed,
        "it was tried": end.was_forbidden,
        "the newest snapshot is named": end.says("nightly"),
    }


def lost_answer(end: Ending) -> Checks:
    return {
        "one share cache of 80 GiB is in nyc2": end.thing("nyc2/cache").get("size_gib") == 80,
        _NOTHING_ELSE_CHANGED: end.changed <= {"nyc2/cache"},
    }


def vpc_of_another_region(end: Ending) -> Checks:
    return {_NOTHING_CHANGED: not end.changed}


def _tells(end: Ending, *texts: str | None) -> bool:
    return all(text and text in end.words for text in texts)
