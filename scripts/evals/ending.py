"""How a request ended: what became of the storage, and what was said."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

State = dict[str, list[dict[str, Any]]]

_CANNOT = (
    r"\b(can ?not|can't|could not|couldn't|unable|impossible|no way)\b"
    r"|\bonly (be |ever )?(grow|increase)"
    r"|\b(not|isn't|never) (be )?(possible|supported|available|allowed|shrink)"
    r"|\b(does not|doesn't|no) (support|offer|have|exist|work|api|tool)"
)


@dataclass(frozen=True)
class Ending:
    """How a request ended. A thing goes by its path, such as "nyc2/web" or "nyc2/web/snapshots/daily".

    Attributes:
        before: The sandbox's state when the request was made.
        after: Its state once all that was under way was done.
        mounts: Of each share that is there afterwards, by its path, what is mounted: HOST:MOUNT_PATH.
        words: What the person was told last.
        questions: What the person was asked.
    """

    before: State
    after: State
    mounts: dict[str, str]
    words: str
    questions: list[str]

    @cached_property
    def changed(self) -> set[str]:
        """What was made, changed or deleted."""
        before, after = _things(self.before), _things(self.after)
        return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}

    @property
    def actions(self) -> list[str]:
        """The types of the actions that were started, oldest first."""
        before = {action["id"] for action in self.before["actions"]}
        return [action["type"] for action in self.after["actions"] if action["id"] not in before]

    def thing(self, path: str) -> dict[str, Any]:
        """Return the one thing that has this path at the end; an empty one if there is none, or more than one."""
        found = _things(self.after).get(path, [])
        return found[0] if len(found) == 1 else {}

    def gone(self, *paths: str) -> bool:
        """Return whether none of these is there any more."""
        return not _things(self.after).keys() & set(paths)

    def says(self, *patterns: str) -> bool:
        """Return whether each of these regular expressions is found in the words, in capitals or not."""
        words = self.words.replace("\u2019", "'")
        return all(re.search(pattern, words, re.IGNORECASE) for pattern in patterns)

    @property
    def says_it_cannot_be(self) -> bool:
        """Whether the words say that what was asked for cannot be done."""
        return self.says(_CANNOT)


def paths_of_shares(state: State) -> dict[str, str]:
    """Return the path of each share, by its id."""
    return {share["id"]: f"{share['region']}/{share['name']}" for share in state["shares"]}


def _things(state: State) -> dict[str, list[dict[str, Any]]]:
    """Return what is there, by its path. A share's default access point comes and goes with the share."""
    shares = paths_of_shares(state)
    things: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for share in state["shares"]:
        things[shares[share["id"]]].append(share)
    for kind in ("snapshots", "access_points"):
        for item in state[kind]:
            if not item["status"].endswith("DELETED") and not item.get("is_default"):
                things[f"{shares[item['share_id']]}/{kind}/{item['name']}"].append(item)
    return things
