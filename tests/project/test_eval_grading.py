"""What is checked at the end of each request that scripts/eval plays: what has to hold, and nothing less."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport

from ..support.constants import TOKEN
from ..support.contracts import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
try:
    from evals.attempt import ending_of
    from evals.ending import Ending, paths_of_shares
    from evals.everyday import VPC
    from evals.suite import EVERYDAY, load
finally:
    sys.path.pop(0)

SUITE = load(EVERYDAY)
REQUESTS = {request.name: request for request in SUITE.requests}


class Storage:
    """The world of a request, for whoever knows the API by heart."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self.sandbox, self._http = sandbox, http
        self.questions: list[str] = []

    def id_of(self, path: str) -> str:
        """Return the id of a thing by its path."""
        state = self.sandbox.state()
        shares = paths_of_shares(state)
        ids = {share: share_id for share_id, share in shares.items()}
        for kind in ("snapshots", "access_points"):
            ids |= {f"{shares[item['share_id']]}/{kind}/{item['name']}": item["id"] for item in state[kind]}
        return ids[path]

    def act(self, path: str, kind: str, **params: Any) -> None:
        self._send("POST", f"/v2/nfs/{self.id_of(path)}/actions", {"type": kind, "params": params})

    def create(self, **share: Any) -> None:
        self._send("POST", "/v2/nfs", share)

    def open_folder(self, share: str, **access_point: Any) -> None:
        self._send("POST", f"/v2/nfs/shares/{self.id_of(share)}/access_points", access_point)

    def delete(self, path: str) -> None:
        kind = "snapshots/" if "/snapshots/" in path else "access_points/" if "/access_points/" in path else ""
        self._send("DELETE", f"/v2/nfs/{kind}{self.id_of(path)}")

    def _send(self, method: str, path: str, body: Any = None) -> None:
        answer = self._http.request(method, path, content=None if body is None else json.dumps(body))
        assert answer.is_success, answer.text


def policy(squash: str) -> dict[str, Any]:
    squashing = {"anonuid": 65534, "anongid": 65534, "squash_config": squash}
    return {**squashing, "protocols": ["NFS4"], "identity_enforcement_enabled": False}


ASSETS = {"name": "assets", "region": "ric1", "size_gib": 150, "vpc_ids": [VPC["default-ric1"]]}
CACHE = {"name": "cache", "region": "nyc2", "size_gib": 80, "vpc_ids": [VPC["default-nyc2"]]}
COLOUR = {"path": "/colour", "vpc_id": VPC["apps-nyc2"], "access_policy": policy("ROOT_SQUASH")}


def new_share_to_mount(storage: Storage) -> str:
    storage.create(**ASSETS)
    (share,) = [share for share in storage.sandbox.inventory()["shares"] if share["name"] == "assets"]
    return f"sudo mount -t nfs -o vers=4.1 {share['host']}:{share['mount_path']} /srv/assets"


def snapshot_before_the_tier(storage: Storage) -> None:
    storage.act("atl1/scratch", "snapshot", name="before-tier")
    storage.act("atl1/scratch", "switch_performance_tier", performance_tier="high")


def which_home(storage: Storage) -> None:
    storage.act("ams3/home", "resize", size_gib=300)


def keep_three_and_the_audit(storage: Storage) -> None:
    for name in ("pre-release", "daily-4", "daily-5"):
        storage.delete(f"nyc2/projects/snapshots/{name}")


def delete_with_everything(storage: Storage) -> None:
    for name in ("v1", "v2", "v3"):
        storage.delete(f"ams3/legacy/snapshots/{name}")
    storage.delete("ams3/legacy")


def person_says_no(storage: Storage) -> None:
    storage.questions.append("Delete scratch?")


def move(path: str, old: str, new: str) -> Callable[[Storage], None]:
    return lambda storage: storage.act(path, "reassign", old_vpc_id=VPC[old], new_vpc_id=VPC[new])


def move_but_keep_a_copy(storage: Storage) -> None:
    storage.act("nyc2/renders", "snapshot", name="before-move")
    move("nyc2/renders", "default-nyc2", "apps-nyc2")(storage)


def nothing(storage: Storage) -> None:
    pass


# By request: what does it, and the last words; where what does it returns words, it is those.
GOOD: dict[str, tuple[Callable[[Storage], str | None], str]] = {
    "grow_by_half": (lambda storage: storage.act("nyc2/projects", "resize", size_gib=1500), ""),
    "shrink": (nothing, "A share can only grow, so it stays as it is."),
    "new_share_to_mount": (new_share_to_mount, ""),
    "snapshot_before_the_tier": (snapshot_before_the_tier, ""),
    "which_home": (which_home, ""),
    "keep_three_and_the_audit": (keep_three_and_the_audit, ""),
    "delete_with_everything": (delete_with_everything, ""),
    "person_says_no": (person_says_no, "You said no, so scratch is still there."),
    "move_to_another_vpc": (move("atl1/scratch", "default-atl1", "apps-atl1"), ""),
    "move_but_keep_a_copy": (move_but_keep_a_copy, ""),
    "second_vpc": (lambda storage: storage.act("nyc2/projects", "attach", vpc_id=VPC["apps-nyc2"]), ""),
    "one_folder_for_one_team": (lambda storage: storage.open_folder("nyc2/projects", name="any", **COLOUR), ""),
    "remove_access_point": (lambda storage: storage.delete("nyc2/projects/access_points/editors"), ""),
    "restore": (nothing, "No API restores a snapshot, so I can't; it can be read under .snapshot."),
    "how_full": (nothing, "Run df on a Droplet that has it mounted."),
    "broken_or_unused": (nothing, "import-tmp has FAILED, and archive is attached to no VPC."),
    "total_of_a_region": (nothing, "9,300 GiB; archive is the biggest."),
    "may_only_read": (nothing, "The token may not do that. The newest is nightly."),
    "lost_answer": (lambda storage: storage.create(**CACHE), ""),
    "vpc_of_another_region": (nothing, "That isn\u2019t possible: scratch is in atl1."),
}
ACTING = [name for name, (act, _) in GOOD.items() if act not in (nothing, person_says_no)]
SAYING = [name for name, (_, words) in GOOD.items() if words] + ["new_share_to_mount"]


@contextmanager
def world(name: str) -> Iterator[Storage]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    with Sandbox(ready_after=0, seed=SUITE.seed(REQUESTS[name], time.time())) as sandbox:
        transport = SandboxTransport(sandbox)
        with httpx.Client(base_url="http://sandbox", transport=transport, headers=headers) as http:
            yield Storage(sandbox, http)


def missed(
    name: str, act: Callable[[Storage], str | None] | None = None, words: str | None = None, more: bool = False
) -> list[str]:
    """Return what does not hold at the end of a request.

    Args:
        name: Of the request.
        act: What is done; None is what does it.
        words: What is said last; None is what is said rightly.
        more: Whether something is done that nobody asked for.
    """
    does_it, says_it = GOOD[name]
    with world(name) as storage:
        before = storage.sandbox.state()
        said = (act or does_it)(storage) or says_it
        if more:
            storage.act("ams3/home", "snapshot", name="extra")
        ending: Ending = ending_of(storage.sandbox, before, said if words is None else words, storage.questions)
    grader = SUITE.grader(REQUESTS[name])
    assert grader
    return [statement for statement, holds in grader(ending).items() if not holds]


def test_there_are_twenty_requests_and_each_has_an_ending_that_is_right() -> None:
    assert list(GOOD) == list(REQUESTS)
    assert len(GOOD) == 20


@pytest.mark.parametrize("name", GOOD)
def test_a_request_that_is_done_misses_nothing(name: str) -> None:
    assert missed(name) == []


@pytest.mark.parametrize("name", GOOD)
def test_a_request_for_which_nothing_is_done_or_said_is_not_done(name: str) -> None:
    assert missed(name, nothing, "")


@pytest.mark.parametrize("name", GOOD)
def test_something_that_nobody_asked_for_is_noticed(name: str) -> None:
    assert missed(name, more=True)


@pytest.mark.parametrize("name", ACTING)
def test_words_alone_do_nothing(name: str) -> None:
    assert missed(name, nothing, "Done: it is all as you wanted, with 9300 GiB, nothing else, and not a byte lost.")


@pytest.mark.parametrize("name", SAYING)
def test_a_request_that_needs_an_answer_is_not_done_without_it(name: str) -> None:
    assert missed(name, words="Done.")


def test_there_are_many_ways_to_say_that_it_cannot_be_done() -> None:
    for words in (
        "That does not work: scratch is in atl1, default-nyc2 is in nyc2.",
        "It can\u2019t be attached there.",
        "There is no way to do that.",
    ):
        assert missed("vpc_of_another_region", words=words) == []


def in_the_wrong_order(storage: Storage) -> None:
    storage.act("atl1/scratch", "switch_performance_tier", performance_tier="high")
    storage.act("atl1/scratch", "snapshot", name="before-tier")


def cut_off_for_a_while(storage: Storage) -> None:
    move("nyc2/projects", "default-nyc2", "apps-nyc2")(storage)
    storage.act("nyc2/projects", "attach", vpc_id=VPC["default-nyc2"])


def made_twice(storage: Storage) -> None:
    storage.create(**CACHE)
    storage.create(**CACHE)


@pytest.mark.parametrize(
    ("name", "act", "statement"),
    [
        ("snapshot_before_the_tier", in_the_wrong_order, "the snapshot was taken first"),
        ("second_vpc", cut_off_for_a_while, "it was never out of the first"),
        ("lost_answer", made_twice, "one share cache of 80 GiB is in nyc2"),
        (
            "which_home",
            lambda storage: storage.act("atl1/home", "resize", size_gib=500),
            "the home in ams3 has 300 GiB",
        ),
        (
            "keep_three_and_the_audit",
            lambda storage: storage.delete("nyc2/projects/snapshots/old-audit"),
            "nothing else was changed",
        ),
        (
            "one_folder_for_one_team",
            lambda storage: storage.open_folder(
                "nyc2/projects", name="any", **COLOUR | {"access_policy": policy("NO_SQUASH")}
            ),
            "root is squashed",
        ),
        ("person_says_no", nothing, "the person was asked"),
    ],
)
def test_a_likely_mistake_is_noticed(name: str, act: Callable[[Storage], None], statement: str) -> None:
    assert statement in missed(name, act)
