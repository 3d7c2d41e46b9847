"""Calls of tools at random, most of which make sense: whoever makes them knows only what the tools have answered."""

import random
import re
from collections import deque
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

from mcp_types import ElicitResult

SHARES = 50
"""About how many shares there are at any time."""
_GONE = {"deleted", "already_gone"}

T = TypeVar("T")


class Account:
    """What somebody who only sees the tools' answers knows of the account, and would do next.

    Attributes:
        tools: The tools that are called.
        chance: What draws.
        names: Numbers for names that nothing has yet.
        shares: What was told of each share that is known, by its id.
        snapshots: The id of each snapshot's share, by the snapshot's id.
        access_points: The id of each access point's share, by the access point's id.
        vpcs: The ids of the VPCs, by region.
        actions: The ids of the newest actions.
    """

    def __init__(self, tools: list[str], chance: random.Random) -> None:
        self.tools = tools
        self.chance = chance
        self.names = count(1)
        self.shares: dict[str, dict[str, Any]] = {}
        self.snapshots: dict[str, str] = {}
        self.access_points: dict[str, str] = {}
        self.vpcs: dict[str, list[str]] = {}
        self.actions: deque[int] = deque(maxlen=20)

    def next_call(self) -> tuple[str, dict[str, Any]]:
        """A tool and arguments, about as many of each."""
        if not self.vpcs:
            return "list_vpcs", {}
        tool = self.chance.choice(self.tools)
        while True:
            try:
                return tool, _ARGUMENTS[tool](_Draw(self))
            except IndexError:
                tool = _INSTEAD.get(tool, "list_shares")

    def learn(self, tool: str, answer: dict[str, Any]) -> None:
        """Take in what a call of a tool was answered."""
        if tool in {"export_terraform", "get_mount_instructions", "get_storage_overview"}:
            return
        if tool == "list_shares":
            self.shares.clear()
        if tool == "list_snapshots":
            self.snapshots.clear()
        for vpc in answer.get("vpcs", []):
            known = self.vpcs.setdefault(vpc["region"], [])
            known.extend({vpc["id"]} - set(known))
        for share in (*answer.get("shares", []), *([answer] if tool == "get_share" else []), answer.get("share")):
            if share and {"id", "name", "region"} <= share.keys():
                self.shares[share["id"]] = share
        for snapshot in (*answer.get("snapshots", []), answer.get("snapshot")):
            if snapshot and {"id", "share_id"} <= snapshot.keys():
                self.snapshots[snapshot["id"]] = snapshot["share_id"]
        for point in (*answer.get("access_points", []), answer.get("access_point")):
            if point and not point.get("is_default") and point.get("status") == "ACCESS_POINT_ACTIVE":
                self.access_points[point["id"]] = point.get("share_id") or answer["id"]
        if (number := (answer.get("action") or {}).get("id", "")).isdigit():
            self.actions.append(int(number))
        match tool:
            case "delete_share" if answer.get("outcome") in _GONE:
                self.shares.pop(answer["id"], None)
                self.access_points = {point: of for point, of in self.access_points.items() if of != answer["id"]}
            case "delete_snapshot" if answer.get("outcome") in _GONE:
                self.snapshots.pop(answer["id"], None)
            case "delete_access_point" if answer.get("outcome") in _GONE:
                self.access_points.pop(answer["id"], None)
            case "prune_snapshots":
                for snapshot in answer["snapshots"]:
                    self.snapshots.pop(snapshot["id"], None)

    def forget(self, arguments: dict[str, Any]) -> None:
        """Take in that a call failed: what it was about may be gone."""
        self.access_points.pop(arguments.get("access_point_id", ""), None)
        self.snapshots.pop(arguments.get("nfs_snapshot_id", ""), None)

    def answer(self, question: str) -> tuple[str, ElicitResult]:
        """What a person says who mostly agrees, and a word for it."""
        named = re.search(r'"(.+?)"', question)
        agreed = {"name": named[1] if named else "", "confirm": True}
        answers = {
            "yes": ElicitResult(action="accept", content=agreed),
            "something else": ElicitResult(action="accept", content={"name": "else", "confirm": False}),
            "no": ElicitResult(action="decline"),
            "nothing": ElicitResult(action="cancel"),
        }
        (words,) = self.chance.choices(list(answers), weights=[20, 1, 1, 1])
        return words, answers[words]


class _Draw:
    """What one call is about, drawn at random. All of it raises IndexError where there is nothing of the kind."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.new_name = f"soak-{next(account.names)}"
        self.wait = {"wait": account.chance.random() < 0.25}

    def pick(self, things: Iterable[T]) -> T:
        return self.account.chance.choice(list(things))

    def number(self, least: int, most: int) -> int:
        return self.account.chance.randint(least, most)

    @cached_property
    def share(self) -> dict[str, Any]:
        return self.pick(self.account.shares.values())

    @cached_property
    def named(self) -> dict[str, str]:
        """The share as an argument: by its name now and then, which is looked up."""
        return {"share": self.share["name" if self.account.chance.random() < 0.1 else "id"]}

    @property
    def vpc(self) -> str:
        """A VPC of the share's region."""
        return self.pick(self.account.vpcs[self.share["region"]])

    @property
    def attached_vpc(self) -> str:
        return self.pick(self._attached)

    @property
    def other_vpc(self) -> str:
        """A VPC of the share's region that it is not attached to."""
        return self.pick(vpc for vpc in self.account.vpcs.get(self.share["region"], []) if vpc not in self._attached)

    @property
    def _attached(self) -> list[str]:
        return self.share.get("vpc_ids") or []

    def snapshot(self) -> dict[str, Any]:
        return {"nfs_snapshot_id": self.pick(self.account.snapshots)}

    def access_point(self) -> dict[str, Any]:
        return {"access_point_id": self.pick(self.account.access_points)}

    def new_share(self) -> dict[str, Any]:
        """One more, if there are not enough."""
        if len(self.account.shares) > SHARES:
            raise IndexError
        region, vpcs = self.pick(self.account.vpcs.items())
        size_gib = self.number(50, 100)
        return {"name": self.new_name, "region": region, "size_gib": size_gib, "vpc_ids": vpcs[:1], **self.wait}

    def spare_share(self) -> dict[str, Any]:
        """One that can be deleted, if there are enough."""
        if len(self.account.shares) < SHARES * 0.8:
            raise IndexError
        return {"share": self.pick(self.account.shares.keys() - self.account.snapshots.values())}

    def waited_for(self) -> dict[str, Any]:
        shares = [{"share": share} for share in self.account.shares]
        return self.pick([*shares, *({"action_id": action} for action in self.account.actions)])


_ARGUMENTS: dict[str, Callable[[_Draw], dict[str, Any]]] = {
    "get_storage_overview": lambda draw: {},
    "list_shares": lambda draw: {"limit": 100},
    "get_share": lambda draw: draw.named,
    "create_share": _Draw.new_share,
    "delete_share": _Draw.spare_share,
    "resize_share": lambda draw: {
        **draw.named,
        "size_gib": draw.share.get("size_gib", 50) + draw.number(1, 5),
        **draw.wait,
    },
    "attach_share": lambda draw: {**draw.named, "vpc_id": draw.other_vpc, **draw.wait},
    "detach_share": lambda draw: {**draw.named, "vpc_id": draw.attached_vpc, **draw.wait},
    "reassign_share": lambda draw: {
        **draw.named,
        "old_vpc_id": draw.attached_vpc,
        "new_vpc_id": draw.other_vpc,
        **draw.wait,
    },
    "switch_performance_tier": lambda draw: {
        **draw.named,
        "performance_tier": draw.pick({"high"} - {draw.share.get("performance_tier")}),
        **draw.wait,
    },
    "get_mount_instructions": lambda draw: draw.named,
    "wait_until_ready": _Draw.waited_for,
    "create_snapshot": lambda draw: {**draw.named, "name": draw.new_name, **draw.wait},
    "list_snapshots": lambda draw: {"limit": 100},
    "get_snapshot": _Draw.snapshot,
    "delete_snapshot": _Draw.snapshot,
    "prune_snapshots": lambda draw: {
        "share": draw.pick(draw.account.snapshots.values()),
        "keep_last": draw.number(0, 1),
    },
    "list_access_points": lambda draw: draw.named,
    "get_access_point": _Draw.access_point,
    "delete_access_point": _Draw.access_point,
    "create_access_point": lambda draw: {
        **draw.named,
        "name": draw.new_name,
        "path": f"/{draw.new_name}",
        "vpc_id": draw.vpc,
        **draw.wait,
    },
    "list_vpcs": lambda draw: {},
    "export_terraform": lambda draw: {"include_snapshots": True},
}
# What is called instead of a tool that finds nothing to work on.
_INSTEAD = {
    "get_snapshot": "create_snapshot",
    "delete_snapshot": "create_snapshot",
    "prune_snapshots": "create_snapshot",
    "get_access_point": "create_access_point",
    "delete_access_point": "create_access_point",
    "detach_share": "attach_share",
    "reassign_share": "attach_share",
    "create_share": "get_share",
    "delete_share": "create_share",
}
