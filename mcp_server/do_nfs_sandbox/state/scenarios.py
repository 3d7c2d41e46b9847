"""Named states to start from. Same name, same ids; times count back from the moment of seeding."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from do_nfs_sandbox.state.vpcs import default_vpc_id

__all__ = ["SCENARIOS", "scenario"]

State = dict[str, list[dict[str, Any]]]

_HOUR, _DAY = 3600, 86400
_MAX_SHARES = 200_000
_NAMESPACE = uuid.UUID("9d3f2c71-58be-4a06-8f1c-e2a7b4d09c35")
_REGIONS = ("nyc2", "ams3", "atl1", "ric1", "mkc1", "mem1")


def scenario(what: Any, now: float) -> Any:
    """Return the state that is named, or is given.

    Args:
        what: The name of a scenario, an object whose `scenario` is one (with `shares`, how many, for `many`), or a
            state, which is returned as it is.
        now: From when times count back, in seconds since 1970.

    Raises:
        ValueError: If there is no such scenario or parameter; the text says what is wrong.
    """
    if isinstance(what, str):
        what = {"scenario": what}
    if not isinstance(what, Mapping):
        raise ValueError("seed takes the name of a scenario or a state, an object")
    if "scenario" not in what:
        return dict(what)
    name, parameters = what["scenario"], {key: value for key, value in what.items() if key != "scenario"}
    if not isinstance(name, str) or name not in SCENARIOS:
        raise ValueError(f"scenario must be one of {', '.join(SCENARIOS)}")
    if name == "many":
        shares = parameters.pop("shares", 1000)
        if isinstance(shares, bool) or not isinstance(shares, int) or not 0 <= shares <= _MAX_SHARES:
            raise ValueError(f"shares must be a number from 0 to {_MAX_SHARES}")
    if parameters:
        raise ValueError(f"the scenario {name} takes no {', '.join(map(str, parameters))}")
    return _many(shares, now) if name == "many" else SCENARIOS[name](now)


def _empty(now: float) -> State:
    return {}


def _examples(now: float) -> State:
    share, vpc = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d", "796c6fe3-2a1d-4da2-9f3e-38239827dc91"
    free = "1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d"  # Without snapshots, so that it can be deleted.
    return {
        "shares": [
            {"id": share, "name": "sammy-share-drive", "region": "atl1", "size_gib": 1024, "vpc_ids": [vpc]},
            {"id": free, "name": "sammy-old-drive", "region": "atl1", "size_gib": 100, "vpc_ids": [vpc]},
        ],
        "snapshots": [{"id": "2b3c4d5e-6f70-4b8c-9d0e-1f2a3b4c5d6e", "share_id": share, "name": "before-upgrade"}],
        "access_points": [
            {
                "id": "3c4d5e6f-7081-4c9d-8e0f-2a3b4c5d6e7f",
                "share_id": share,
                "name": "team-a",
                "path": "/exports/team-a",
                "vpc_id": vpc,
            }
        ],
        "vpc_peerings": [
            {
                "id": "3b4c5d6e-7f80-4192-8a0b-1c2d3e4f5061",
                "name": "default-to-apps",
                "vpc_ids": [vpc, "8f14e45f-ceea-467f-9a3c-1d2b3c4d5e6f"],
            }
        ],
        "actions": [
            {
                "id": 3051892764,
                "type": "RESIZE_SHARE",
                "resource_id": share,
                "region": "atl1",
                "params": {"size_gib": 1024},
            }
        ],
    }


def _team(now: float) -> State:
    """Return a small company's account. What is CREATING is ready an hour after seeding."""

    def share(name: str, region: str, size_gib: int, days: float, number: int = 1, **more: Any) -> dict[str, Any]:
        share_id = _uuid("share", name, number)
        made = now - days * _DAY
        return {"id": share_id, "name": name, "region": region, "size_gib": size_gib, "created_at": made, **more}

    web = share("web-assets", "nyc2", 500, 410, performance_tier="high")
    data = share("data", "nyc2", 2048, 200)
    second = share("data", "ams3", 100, 30, number=2)
    old = share("archive-2023", "atl1", 8192, 700, status="INACTIVE", vpc_ids=[])
    broken = share("ml-scratch", "mem1", 16000, 2, status="FAILED")
    coming = share("build-cache", "ric1", 250, 1 / 1440, status="CREATING")

    def snapshot(of: dict[str, Any], name: str, days: float, status: str = "ACTIVE") -> dict[str, Any]:
        made, made_id = now - days * _DAY, _uuid("snapshot", of["id"], name)
        return {"id": made_id, "share_id": of["id"], "name": name, "created_at": made, "status": status}

    def access_point(of: dict[str, Any], name: str, status: str, days: float) -> dict[str, Any]:
        return {
            "id": _uuid("access point", of["id"], name),
            "share_id": of["id"],
            "name": name,
            "path": f"/exports/{name}",
            "vpc_id": default_vpc_id(of["region"]),
            "status": f"ACCESS_POINT_{status}",
            "created_at": now - days * _DAY,
        }

    under_way = snapshot(data, "before-migration", 1 / 1440, "CREATING")
    return {
        "shares": [old, web, data, second, broken, coming],
        "snapshots": [
            snapshot(old, "final", 365),
            snapshot(web, "before-redesign", 90),
            snapshot(web, "weekly-1", 14),
            snapshot(web, "weekly-2", 7),
            snapshot(data, "nightly", 1),
            snapshot(data, "broken", 3, "FAILED"),
            under_way,
        ],
        "access_points": [
            access_point(web, "cdn", "ACTIVE", 400),
            access_point(web, "staging", "DELETED", 300),
            access_point(data, "analytics", "ACTIVE", 100),
            access_point(data, "reports", "FAILED", 5),
        ],
        "actions": [
            _action("RESIZE_SHARE", web, now - 20 * _DAY, params={"size_gib": 500}),
            _action("CREATE_SHARE", broken, now - 2 * _DAY, status="ACTION_FAILED"),
            _action("CREATE_SHARE", coming, now - 60, status="IN_PROGRESS", completes_at=now + _HOUR),
            {
                **_action("CREATE_SNAPSHOT", data, now - 60, status="IN_PROGRESS", completes_at=now + _HOUR),
                "resource_id": under_way["id"],
            },
        ],
    }


def _action(kind: str, share: dict[str, Any], started_at: float, **more: Any) -> dict[str, Any]:
    return {"type": kind, "resource_id": share["id"], "region": share["region"], "started_at": started_at, **more}


def _many(shares: int, now: float) -> State:
    return {
        "shares": [
            {
                "id": _uuid("many", number),
                "name": f"share-{number:06}",
                "region": _REGIONS[number % len(_REGIONS)],
                "size_gib": 50 + number % 1000,
                "created_at": now - (shares - number) * 60,
            }
            for number in range(shares)
        ]
    }


def _uuid(*parts: object) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, parts))))


SCENARIOS: Mapping[str, Any] = {"empty": _empty, "examples": _examples, "team": _team, "many": _many}
