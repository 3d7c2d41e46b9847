"""How a request ended: what became of the storage, and what was said."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast, get_args

from do_nfs_sandbox import Request

State = dict[str, list[dict[str, Any]]]
Outcome = Literal["done", "refused", "unknown"]
"""What the last words begin with: all of it is done or answered, some of it is not, or it cannot be found out."""

_OUTCOME = re.compile(rf"[\W_]*({'|'.join(get_args(Outcome))})\b", re.IGNORECASE)


def outcome_in(words: str) -> Outcome | None:
    """Return the outcome that words begin with, in capitals or not, or in bold; None if they begin with none."""
    found = _OUTCOME.match(words)
    return cast("Outcome", found[1].lower()) if found else None


@dataclass(frozen=True)
class Ending:
    """How a request ended. A thing goes by its path, such as "nyc2/web" or "nyc2/web/snapshots/daily".

    Attributes:
        before: The sandbox's state when the request was made.
        after: Its state once all that was under way was done.
        mounts: Of each share that is there afterwards, by its path, what is mounted: HOST:MOUNT_PATH.
        words: What the person was told last.
        questions: What the person was asked.
        requests: What the sandbox was sent.
    """

    before: State
    after: State
    mounts: dict[str, str]
    words: str
    questions: list[str]
    requests: Sequence[Request]

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
    def outcome(self) -> Outcome | None:
        """The outcome that the words begin with."""
        return outcome_in(self.words)

    @property
    def was_forbidden(self) -> bool:
        """Whether a change was tried for which the token lacks the scope."""
        return any(request.method != "GET" and request.status == 403 for request in self.requests)


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
