"""What is at stake comes first in a question, whatever is named, and another share of the same name is told."""

from typing import Any

import pytest
from do_nfs_sandbox import Sandbox
from mcp_types import ElicitResult

from ..support.clock import Clock
from ..support.constants import OTHER_VPC, VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio

SHARE = "11111111-1111-4111-8111-111111111111"
TWIN = "22222222-2222-4222-8222-222222222222"
SNAPSHOT = "33333333-3333-4333-8333-333333333333"
POINT = "44444444-4444-4444-8444-444444444444"
DATA = {"id": SHARE, "name": "data", "region": "atl1", "size_gib": 100, "vpc_ids": [VPC]}

ABOUT_A_SHARE: dict[str, dict[str, Any]] = {
    "create_share": {"name": "data", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]},
    "delete_share": {"share": SHARE, "delete_snapshots": True},
    "resize_share": {"share": SHARE, "size_gib": 200},
    "detach_share": {"share": SHARE, "vpc_id": VPC},
    "reassign_share": {"share": SHARE, "old_vpc_id": VPC, "new_vpc_id": OTHER_VPC},
    "switch_performance_tier": {"share": SHARE},
    "delete_snapshot": {"snapshot": SNAPSHOT},
    "prune_snapshots": {"share": SHARE, "keep_last": 0},
    "create_access_point": {
        "share": SHARE,
        "name": "open",
        "path": "/open",
        "access_policy": {"squash_config": "NO_SQUASH"},
    },
    "delete_access_point": {"access_point": POINT},
}
"""A call of each tool that asks."""


def day(number: int) -> float:
    """A time on a day, as the sandbox keeps it: the greater the number, the later."""
    return 86400.0 * (10_000 + number)


def seed(sandbox: Sandbox, *others: dict[str, Any], snapshots: int = 1, points: int = 1, name: str = "data") -> None:
    """Let there be a share of this name with so many snapshots and access points, and others."""
    sandbox.seed(
        {
            "shares": [DATA | {"name": name}, *others],
            "snapshots": [
                {"share_id": SHARE, "name": f"snapshot-{n}", "created_at": day(n)} | ({} if n else {"id": SNAPSHOT})
                for n in range(snapshots)
            ],
            "access_points": [
                {"share_id": SHARE, "name": f"point-{n}", "path": f"/{n}", "created_at": day(n)}
                | ({} if n else {"id": POINT})
                for n in range(points)
            ],
        }
    )


async def question(assistant: Assistant, person: Person, tool: str) -> str:
    """What the person is asked, who says no."""
    person.answer = lambda *_: ElicitResult(action="decline")
    assert "the person said no" in await assistant.fail(tool, **ABOUT_A_SHARE[tool])
    return person.asked[-1]


@pytest.fixture
async def asked_about_all(connect: Connect) -> Any:
    """An assistant whose every order is asked about."""
    async with connect(allowance_gib=0) as assistant:
        yield assistant


@pytest.mark.parametrize("tool", ABOUT_A_SHARE)
@pytest.mark.parametrize("name", ["data", "Data", "\uff44\uff41\uff54\uff41", " data "])
async def test_a_question_tells_the_other_share_of_the_same_name(
    asked_about_all: Assistant, sandbox: Sandbox, person: Person, tool: str, name: str
) -> None:
    seed(sandbox, {"id": TWIN, "name": name, "region": "nyc2", "size_gib": 777})
    asked = await question(asked_about_all, person, tool)
    told = [f'"{name}" ({TWIN}) in nyc2, 777 GiB']
    if tool == "create_share":
        told.insert(0, f'"data" ({SHARE}) in atl1, 100 GiB')
        assert f"There are 2 other shares of this name: {'; '.join(told)}." in asked
    else:
        assert f"There is another share of this name: {told[0]}." in asked


@pytest.mark.parametrize("twin", ["00000000-0000-4000-8000-000000000000", TWIN])
async def test_another_share_of_the_same_name_is_told_whatever_its_id(
    assistant: Assistant, sandbox: Sandbox, person: Person, twin: str
) -> None:
    seed(sandbox, {"id": twin, "name": "data", "region": "nyc2", "size_gib": 777})
    told = f'There is another share of this name: "data" ({twin}) in nyc2, 777 GiB.'
    assert told in await question(assistant, person, "delete_share")


@pytest.mark.parametrize(("length", "shown"), [(64, "l" * 64), (65, "l" * 61 + "...")])
async def test_a_question_shows_64_characters_of_a_name(
    assistant: Assistant, sandbox: Sandbox, person: Person, length: int, shown: str
) -> None:
    seed(sandbox, name="l" * length)
    assert f'"{shown}" ({SHARE})' in await question(assistant, person, "delete_share")


async def test_a_question_tells_the_other_share_whose_name_differs_where_it_is_cut_off(
    assistant: Assistant, sandbox: Sandbox, person: Person
) -> None:
    seed(sandbox, {"id": TWIN, "name": "l" * 70 + "2", "region": "nyc2"}, snapshots=0, name="l" * 70 + "1")
    person.answer = lambda *_: ElicitResult(action="decline")
    await assistant.fail("delete_share", share=SHARE)
    assert f'There is another share of this name: "{"l" * 61}..." ({TWIN}) in nyc2' in person.asked[-1]


@pytest.mark.parametrize("tool", ABOUT_A_SHARE)
async def test_a_question_tells_of_no_other_share_where_none_has_the_name(
    asked_about_all: Assistant, sandbox: Sandbox, person: Person, tool: str
) -> None:
    seed(sandbox, {"name": "data2", "region": "atl1"}, name="other" if tool == "create_share" else "data")
    asked = await question(asked_about_all, person, tool)
    assert "of this name" not in asked
    assert "has this name" not in asked


async def test_many_shares_of_one_name_are_counted_and_cut(
    assistant: Assistant, sandbox: Sandbox, person: Person
) -> None:
    seed(sandbox, *({"name": "data", "region": "nyc2", "size_gib": 50 + n} for n in range(30)))
    asked = await question(assistant, person, "delete_share")
    assert "There are 30 other shares of this name: " in asked
    assert asked.count("in nyc2, ") == 10
    assert " and 20 more." in asked


async def test_a_question_says_so_where_the_other_shares_cannot_be_read(
    assistant: Assistant, sandbox: Sandbox, person: Person
) -> None:
    seed(sandbox)
    sandbox.add_fault("status", operation="list_shares", status=403, times=9)
    for tool in ("delete_share", "delete_access_point"):
        assert "Whether another share has this name could not be read." in await question(assistant, person, tool)


LOST = {
    "delete_share": "every file on it and 100 snapshots are lost for good. To confirm, type the share's name.",
    "detach_share": "Its mounts there stop working. The data stays, and it can be attached again.",
    "reassign_share": "Its mounts in the first stop working. The data stays, and it can be moved back.",
    "delete_snapshot": "for good? Of the share's other snapshots, 99 are ACTIVE.",
    "prune_snapshots": "for good? None will be kept.",
    "delete_access_point": "Mounts through it stop working. The files stay.",
    "create_access_point": "with NO_SQUASH? Root on any machine in VPC",
    "create_share": "0 GiB now, 50 GiB then?",
    "resize_share": "from 100 to 200 GiB? It can never shrink.",
    "switch_performance_tier": "to the high tier? There is no way back down.",
}


@pytest.mark.parametrize("name", ["data", "x" * 300, "\U0001d159" * 300], ids=["short", "long", "blank"])
@pytest.mark.parametrize("tool", LOST)
async def test_what_is_lost_is_said_first_however_much_there_is(
    asked_about_all: Assistant, sandbox: Sandbox, person: Person, tool: str, name: str
) -> None:
    others = [{"name": name, "region": "nyc2"} for _ in range(30)]
    seed(sandbox, *others, snapshots=100, points=300, name=name)
    asked = await question(asked_about_all, person, tool)
    # A name, which may be shown as codes of 10 characters, and ids.
    assert asked.index(LOST[tool]) < 850
    assert "; " not in asked[: asked.index(LOST[tool])]
    assert len(asked) < (5_000 if name == "data" else 12_000)


async def test_lists_in_a_question_are_counted_and_begin_with_the_newest(
    assistant: Assistant, sandbox: Sandbox, person: Person
) -> None:
    seed(sandbox, snapshots=100, points=300)
    asked = await question(assistant, person, "delete_share")
    assert "with 100 snapshots and 300 access points " in asked
    for noun, number in (("snapshot", 100), ("point", 300)):
        shown = [f'"{noun}-{n}"' in asked for n in range(number)]
        assert shown == [False] * (number - 10) + [True] * 10
        assert asked.index(f'"{noun}-{number - 1}"') < asked.index(f'"{noun}-{number - 2}"')
    assert asked.endswith(" and 90 more.")
    asked = await question(assistant, person, "prune_snapshots")
    assert asked.startswith("Delete 100 snapshots of share")
    assert asked.endswith(" and 90 more.")


@pytest.mark.parametrize("of", ["snapshots", "access_points"])
async def test_a_yes_does_not_cover_what_is_new_in_a_list_that_is_cut(
    assistant: Assistant, sandbox: Sandbox, person: Person, of: str
) -> None:
    seed(sandbox, snapshots=30, points=30)

    def swap(asked: str, fields: list[str]) -> ElicitResult:
        if len(person.asked) == 1:
            state = sandbox.state()
            # As many as before: one that was not shown has gone, and there is another.
            state[of][15] |= {"id": TWIN, "name": "new", "created_at": day(400)}
            sandbox.seed(state)
            return person.agree(asked, fields)
        return ElicitResult(action="decline")

    person.answer = swap
    said = await assistant.fail("delete_share", share=SHARE, delete_snapshots=True)
    assert "what they were shown has changed" in said or len(person.asked) == 2
    assert len(sandbox.state()["shares"]) == 1


@pytest.mark.parametrize("name", ["x" * 300, "\u05d0\u05d1", "a\u201d", "a\u2800", "e\u0336"], ids=ascii)
async def test_a_name_can_be_typed_as_it_is_and_as_it_is_shown(
    assistant: Assistant, sandbox: Sandbox, person: Person, clock: Clock, name: str
) -> None:
    seed(sandbox, name=name)
    asked = await question(assistant, person, "delete_share")
    shown = asked.partition('"')[2].partition('"')[0]
    assert shown != name
    clock.pass_time(60)
    for typed in (name, shown):
        seed(sandbox, name=name)
        person.answer = lambda *_, typed=typed: ElicitResult(action="accept", content={"name": typed})
        assert (await assistant.succeed("delete_share", share=SHARE, delete_snapshots=True))["outcome"] == "done"
