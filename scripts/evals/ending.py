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
    """How a request ended. A thing goes by its path: "nyc2/web", "nyc2/web/snapshots/daily" or "vpcs/apps".

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
        """What was made, changed, deleted or acted on, be it as before at the end."""
        before, after = _things(self.before), _things(self.after)
        differs = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        paths = _paths(self.before) | _paths(self.after)
        return differs | {paths.get(action["resource_id"], action["resource_id"]) for action in self._actions}

    @property
    def actions(self) -> list[str]:
        """The types of the actions that were started, oldest first."""
        return [action["type"] for action in self._actions]

    @property
    def _actions(self) -> list[dict[str, Any]]:
        before = {action["id"] for action in self.before["actions"]}
        return [action for action in self.after["actions"] if action["id"] not in before]

    def thing(self, path: str) -> dict[str, Any]:
        """Return the one thing that has this path at the end; an empty one if there is none, or more than one."""
        return _only(_things(self.after), path)

    def became(self, path: str, **fields: Any) -> bool:
        """Return whether the one thing of this path has these fields at the end, and is as before otherwise."""
        before = _only(_things(self.before), path)
        return bool(before) and self.thing(path) == before | fields

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


def _paths(state: State) -> dict[str, str]:
    """Return the path of everything but actions, by its id."""
    paths = shares = paths_of_shares(state)
    for kind in state.keys() - {"shares", "actions"}:
        of_kind = {
            item["id"]: "/".join([*([shares[item["share_id"]]] if "share_id" in item else []), kind, item["name"]])
            for item in state[kind]
        }
        paths = paths | of_kind
    return paths


def _things(state: State) -> dict[str, list[dict[str, Any]]]:
    """Return what is there, by its path.

    That is everything but actions, which count by what they act on, what is deleted and still shown, and a share's
    default access point, which comes and goes with the share.
    """
    paths = _paths(state)
    things: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for kind in state.keys() - {"actions"}:
        for item in state[kind]:
            if not item.get("status", "").endswith("DELETED") and not item.get("is_default"):
                things[paths[item["id"]]].append(item)
    return things


def _only(things: dict[str, list[dict[str, Any]]], path: str) -> dict[str, Any]:
    found = things.get(path, [])
    return found[0] if len(found) == 1 else {}
