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

    def act(self, path: str, kind: str, forbidden: bool = False, **params: Any) -> None:
        self.send("POST", f"/v2/nfs/{self.id_of(path)}/actions", {"type": kind, "params": params}, forbidden)

    def create(self, **share: Any) -> None:
        self.send("POST", "/v2/nfs", share)

    def open_folder(self, share: str, **access_point: Any) -> None:
        self.send("POST", f"/v2/nfs/shares/{self.id_of(share)}/access_points", access_point)

    def may_do_anything(self) -> None:
        """Go on with a token that has every scope."""
        self._http.headers["Authorization"] = f"Bearer dop_v1_{'0' * 64}"

    def delete(self, path: str) -> None:
        kind = "snapshots/" if "/snapshots/" in path else "access_points/" if "/access_points/" in path else ""
        self.send("DELETE", f"/v2/nfs/{kind}{self.id_of(path)}")

    def send(self, method: str, path: str, body: Any = None, forbidden: bool = False) -> None:
        answer = self._http.request(method, path, content=None if body is None else json.dumps(body))
        assert answer.status_code == 403 if forbidden else answer.is_success, answer.text


def policy(squash: str) -> dict[str, Any]:
    squashing = {"anonuid": 65534, "anongid": 65534, "squash_config": squash}
    return {**squashing, "protocols": ["NFS4"], "identity_enforcement_enabled": False}


ASSETS = {"name": "assets", "region": "ric1", "size_gib": 150, "vpc_ids": [VPC["default-ric1"]]}
CACHE = {"name": "cache", "region": "nyc2", "size_gib": 80, "vpc_ids": [VPC["default-nyc2"]]}
COLOUR = {"path": "/colour", "vpc_id": VPC["apps-nyc2"], "access_policy": policy("ROOT_SQUASH")}


def new_share_to_mount(storage: Storage) -> str:
    storage.create(**ASSETS)
    (share,) = [share for share in storage.sandbox.inventory()["shares"] if share["name"] == "assets"]
    return f"DONE: sudo mount -t nfs -o vers=4.1 {share['host']}:{share['mount_path']} /srv/assets"


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


def may_only_read(storage: Storage) -> None:
    storage.act("nyc2/renders", "snapshot", forbidden=True, name="before-deploy")


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
    "shrink": (nothing, "REFUSED: a share can only grow."),
    "new_share_to_mount": (new_share_to_mount, ""),
    "snapshot_before_the_tier": (snapshot_before_the_tier, ""),
    "which_home": (which_home, ""),
    "keep_three_and_the_audit": (keep_three_and_the_audit, ""),
    "delete_with_everything": (delete_with_everything, ""),
    "person_says_no": (person_says_no, "REFUSED: you said no."),
    "move_to_another_vpc": (move("atl1/scratch", "default-atl1", "apps-atl1"), ""),
    "move_but_keep_a_copy": (move_but_keep_a_copy, ""),
    "second_vpc": (lambda storage: storage.act("nyc2/projects", "attach", vpc_id=VPC["apps-nyc2"]), ""),
    "one_folder_for_one_team": (lambda storage: storage.open_folder("nyc2/projects", name="any", **COLOUR), ""),
    "remove_access_point": (lambda storage: storage.delete("nyc2/projects/access_points/editors"), ""),
    "restore": (nothing, "REFUSED: no API restores a snapshot."),
    "how_full": (nothing, "UNKNOWN: run df on a Droplet."),
    "broken_or_unused": (nothing, "DONE: import-tmp has FAILED, and archive has no VPC."),
    "total_of_a_region": (nothing, "DONE: 9,300 GiB; archive is the biggest."),
    "may_only_read": (may_only_read, "REFUSED: the newest is nightly."),
    "lost_answer": (lambda storage: storage.create(**CACHE), ""),
    "vpc_of_another_region": (nothing, "REFUSED: scratch is in atl1."),
}
ACTING = [name for name, (act, _) in GOOD.items() if act is not nothing]
SAYING = ["new_share_to_mount", "broken_or_unused", "total_of_a_region", "may_only_read"]
"""Those whose last words need more than their outcome."""


@contextmanager
def world(name: str) -> Iterator[Storage]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    scopes = REQUESTS[name].scopes
    tokens = None if scopes is None else {TOKEN: scopes}
    with Sandbox(ready_after=0, tokens=tokens, seed=SUITE.seed(REQUESTS[name], time.time())) as sandbox:
        transport = SandboxTransport(sandbox)
        with httpx.Client(base_url="http://sandbox", transport=transport, headers=headers) as http:
            yield Storage(sandbox, http)


def missed(
    name: str,
    act: Callable[[Storage], str | None] | None = None,
    words: str | None = None,
    more: Callable[[Storage], None] | None = None,
) -> list[str]:
    """Return what does not hold at the end of a request.

    Args:
        name: Of the request.
        act: What is done; None is what does it.
        words: What is said last; None is what is said rightly.
        more: What is done that nobody asked for.
    """
    does_it, says_it = GOOD[name]
    with world(name) as storage:
        before = storage.sandbox.state()
        said = (act or does_it)(storage) or says_it or "DONE."
        if more:
            storage.may_do_anything()
            more(storage)
        ending: Ending = ending_of(storage.sandbox, before, said if words is None else words, storage.questions)
    problems = SUITE.problems(REQUESTS[name], ending)
    assert problems is not None
    return problems


def test_there_are_twenty_requests_and_each_has_an_ending_that_is_right() -> None:
    assert list(GOOD) == list(REQUESTS)
    assert len(GOOD) == 20


@pytest.mark.parametrize("name", GOOD)
def test_a_request_that_is_done_misses_nothing(name: str) -> None:
    assert missed(name) == []


@pytest.mark.parametrize("name", GOOD)
def test_a_request_for_which_nothing_is_done_or_said_is_not_done(name: str) -> None:
    assert missed(name, nothing, "")


def off_and_on_again(storage: Storage) -> None:
    storage.act("atl1/ml-data", "detach", vpc_id=VPC["apps-atl1"])
    storage.act("atl1/ml-data", "attach", vpc_id=VPC["apps-atl1"])


EXTRAS: dict[str, Callable[[Storage], None]] = {
    "a snapshot": lambda storage: storage.act("ams3/home", "snapshot", name="extra"),
    "a VPC": lambda storage: storage.send("POST", "/v2/vpcs", {"name": "extra", "region": "nyc2"}),
    "another name of a VPC": lambda storage: storage.send("PATCH", f"/v2/vpcs/{VPC['apps-ric1']}", {"name": "extra"}),
    "a VPC less": lambda storage: storage.send("DELETE", f"/v2/vpcs/{VPC['apps-ric1']}"),
    "a peering": lambda storage: storage.send(
        "POST", "/v2/vpc_peerings", {"name": "extra", "vpc_ids": [VPC["apps-nyc2"], VPC["apps-ric1"]]}
    ),
    "a share that was cut off for a while": off_and_on_again,
}


@pytest.mark.parametrize("more", EXTRAS.values(), ids=EXTRAS)
@pytest.mark.parametrize("name", GOOD)
def test_something_that_nobody_asked_for_is_noticed(name: str, more: Callable[[Storage], None]) -> None:
    assert any("changed" in problem or "all that was made" in problem for problem in missed(name, more=more))


@pytest.mark.parametrize(
    ("name", "share", "more", "params"),
    [
        ("grow_by_half", "nyc2/projects", "attach", {"vpc_id": VPC["apps-nyc2"]}),
        ("which_home", "ams3/home", "switch_performance_tier", {"performance_tier": "high"}),
        ("snapshot_before_the_tier", "atl1/scratch", "attach", {"vpc_id": VPC["apps-atl1"]}),
        ("move_to_another_vpc", "atl1/scratch", "resize", {"size_gib": 400}),
        ("move_but_keep_a_copy", "nyc2/renders", "resize", {"size_gib": 3000}),
        ("second_vpc", "nyc2/projects", "resize", {"size_gib": 1100}),
    ],
)
def test_a_change_of_the_same_share_that_nobody_asked_for_is_noticed(
    name: str, share: str, more: str, params: dict[str, Any]
) -> None:
    assert missed(name, more=lambda storage: storage.act(share, more, **params))


@pytest.mark.parametrize("name", ACTING)
def test_words_alone_do_nothing(name: str) -> None:
    for outcome in REQUESTS[name].outcomes:
        assert missed(name, nothing, f"{outcome.upper()}: it is all as you wanted, and nightly is there.")


@pytest.mark.parametrize("name", SAYING)
def test_a_request_that_needs_an_answer_is_not_done_without_it(name: str) -> None:
    assert missed(name, words=f"{REQUESTS[name].outcomes[0].upper()}.")


@pytest.mark.parametrize("name", GOOD)
def test_the_last_words_have_to_begin_with_the_outcome(name: str) -> None:
    wanted = REQUESTS[name].outcomes
    problem = f"the last words begin with {' or '.join(outcome.upper() for outcome in wanted)}"
    _, words = GOOD[name]
    for outcome in ("done", "refused", "unknown"):
        assert (problem in missed(name, words=f"{outcome.upper()}: {words}")) == (outcome not in wanted)
    assert problem in missed(name, words="It cannot be done, or it is: who knows?")


@pytest.mark.parametrize(
    ("name", "lie"),
    [
        ("person_says_no", "scratch is deleted, nothing of it is left."),
        ("restore", "renders is back at nightly. This cannot be undone."),
        ("shrink", "renders has 1000 GiB now. It cannot be undone."),
        ("how_full", "projects is 42 % full, as df would show."),
        ("vpc_of_another_region", "scratch is attached to default-nyc2, too. No problem, it can't fail."),
        ("may_only_read", "before-deploy is there, next to nightly. It did not fail."),
    ],
)
def test_a_lie_fails_whatever_words_are_in_it(name: str, lie: str) -> None:
    (problem,) = missed(name, words=f"DONE: {lie}")
    assert problem.startswith("the last words begin with ")
    assert missed(name, words=lie)


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("shrink", "REFUSED. The server refused: a share's size only goes up, so renders stays at 2000 GiB."),
        (
            "vpc_of_another_region",
            "Refused: default-nyc2 is in nyc2 and scratch is in atl1; a share takes VPCs of its own region alone.",
        ),
        (
            "restore",
            "**REFUSED** There is no call for that here: copy what you need from .snapshot/nightly at the root of the "
            "mount.",
        ),
        ("how_full", "UNKNOWN: Nobody knows that from here; look on a Droplet that mounts it."),
        ("how_full", "REFUSED \u2013 nobody knows that from here."),
    ],
)
def test_a_truth_passes_whatever_words_are_in_it(name: str, truth: str) -> None:
    assert missed(name, words=truth) == []


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
        ("may_only_read", nothing, "it was tried"),
    ],
)
def test_a_likely_mistake_is_noticed(name: str, act: Callable[[Storage], None], statement: str) -> None:
    assert statement in missed(name, act)
