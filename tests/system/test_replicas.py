"""Three replicas behind nginx: what they share, and what becomes of calls when one of them or the store is killed."""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, MCPError

from ..support.calling import call, text_of
from ..support.cluster import REPLICAS, Cluster
from ..support.constants import NEW_SHARE
from ..support.person import Person
from ..support.rounds import answered, call_once, said

pytestmark = [pytest.mark.system, pytest.mark.anyio]

CLIENTS, CALLS = 200, 10
# One call of so many makes a share.
MAKING = 4
# After so many calls the API keeps its answers to what makes shares for so many seconds, and when it has made so many
# that nobody was told of, a replica is killed.
BEFORE, KEPT_SECONDS, UNTOLD = 400, 20, 30
AWAY = "Nothing was done: the store in which servers share what was ordered and answered"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Replicas that order all they are told to: more than a person would want to be asked about."""
    with ExitStack() as stack:
        yield Cluster(stack, tmp_path, unlimited=True)


@pytest.fixture
def sharing(tmp_path: Path) -> Iterator[Cluster]:
    """Replicas that share a store, and order 1000 GiB an hour without a question."""
    with ExitStack() as stack:
        yield Cluster(stack, tmp_path, unlimited=False)


def share(name: str) -> dict[str, Any]:
    return {**NEW_SHARE, "name": name, "wait": False}


async def test_on_2026_07_28_a_delete_asked_for_on_one_replica_is_confirmed_on_another(cluster: Cluster) -> None:
    person = Person()
    async with cluster.client(elicitation_callback=person) as client:
        for number in range(REPLICAS):
            made = await call(client, "create_share", **share(f"data-{number}"))
            assert made.structured_content is not None
            cluster.served.clear()
            deleted = await call(client, "delete_share", share=made.structured_content["share"]["id"])
            assert text_of(deleted).startswith("Deleted")
            # One round asked, the other one acted.
            assert sorted(cluster.served.values()) == [1, 1]
    assert len(person.asked) == REPLICAS
    assert await cluster.shares() == []
    assert len(await cluster.deletes()) == REPLICAS


async def test_on_older_versions_a_delete_fails_closed_on_every_replica(cluster: Cluster) -> None:
    person = Person()
    async with cluster.client("legacy", elicitation_callback=person) as client:
        made = await call(client, "create_share", **share("data"))
        assert made.structured_content is not None
        cluster.served.clear()
        for _ in range(REPLICAS):
            refused = await call(client, "delete_share", share=made.structured_content["share"]["id"])
            assert refused.is_error
            assert "Nothing was done" in text_of(refused)
    assert sorted(cluster.served.values()) == [1] * REPLICAS
    assert person.asked == []
    assert [found["name"] for found in await cluster.shares()] == ["data"]
    assert await cluster.deletes() == []


class Load:
    """Many hosts at once, which make shares and look at them.

    Attributes:
        made: The id of each share that an answer said was made, by its name.
        failed: For each call that failed, the name of the share it was to make; "" if it was a look.
        done: How many calls have ended.
        enough: Set as soon as enough have, for a replica to be killed.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.made: dict[str, str] = {}
        self.failed: list[str] = []
        self.done = 0
        self.enough = anyio.Event()

    async def run(self) -> None:
        """Make a share, and then all calls."""
        async with self._cluster.client() as client:
            assert await self._make(client, "first")
        async with anyio.create_task_group() as hosts:
            for number in range(CLIENTS):
                hosts.start_soon(self._host, number)

    async def _host(self, number: int) -> None:
        known = "first"
        async with self._cluster.client() as client:
            for turn in range(CALLS):
                name = f"c{number}-{turn}"
                if (number + turn) % MAKING:
                    await self._look(client, known)
                elif await self._make(client, name):
                    known = name
                self.done += 1
                if self.done == BEFORE:
                    self.enough.set()

    async def _make(self, client: Client, name: str) -> bool:
        """Make a share; gives whether it was. What became of it if not is not known; it is not made again."""
        answer = await self._answer(client, "create_share", **share(name))
        if answer is None:
            self.failed.append(name)
            return False
        assert answer["share"]["name"] == name
        self.made[name] = answer["share"]["id"]
        return True

    async def _look(self, client: Client, name: str) -> None:
        answer = await self._answer(client, "get_share", share=self.made[name])
        if answer is None:
            self.failed.append("")
        else:
            assert (answer["id"], answer["name"]) == (self.made[name], name)

    @staticmethod
    async def _answer(client: Client, tool: str, **arguments: Any) -> dict[str, Any] | None:
        try:
            result = await call(client, tool, **arguments)
        except MCPError:
            return None
        return None if result.is_error else result.structured_content


async def make_shares_that_nobody_is_told_of(cluster: Cluster, load: Load) -> None:
    """Come back when there are some, whose makers still wait for an answer."""
    await cluster.keep_answers(KEPT_SECONDS)
    while len(await cluster.shares()) < len(load.made) + UNTOLD:
        assert load.done < CLIENTS * CALLS
        await anyio.sleep(0.2)


async def test_when_a_replica_is_killed_under_load_no_call_is_answered_wrongly_or_done_twice(cluster: Cluster) -> None:
    load = Load(cluster)
    victim = cluster.replicas[1]
    async with anyio.create_task_group() as group:
        group.start_soon(load.run)
        await load.enough.wait()
        await make_shares_that_nobody_is_told_of(cluster, load)
        served_by_victim = cluster.served[victim.url.removeprefix("http://")]
        victim.stop(signal.SIGKILL)
        await cluster.keep_answers(None)
        served_then = cluster.served.total()
    shares = await cluster.shares()
    ids = {found["name"]: found["id"] for found in shares}
    assert load.done == CLIENTS * CALLS
    assert len(ids) == len(shares), "a share was made twice"
    assert {name: ids.get(name) for name in load.made} == load.made
    assert ids.keys() - load.made.keys() <= set(load.failed)
    # Some of what the replica had asked for was made, and nobody was told of it or made it again.
    assert set(load.failed) & ids.keys()
    # At most what was under way at that moment was not answered, and the others went on.
    assert served_by_victim > 0
    assert len(load.failed) <= CLIENTS
    assert cluster.served.total() > served_then


class Looking:
    """Many hosts that look at all shares, one after the other and again, until they are told to end.

    Attributes:
        seen: How many looks were answered.
        failed: How many were not.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.seen = self.failed = 0
        self._more = anyio.Event()

    async def run(self) -> None:
        async with anyio.create_task_group() as self._hosts:
            for _ in range(CLIENTS):
                self._hosts.start_soon(self._host)

    async def _host(self) -> None:
        async with self._cluster.raw() as http:
            while True:
                try:
                    answer = await call_once(http, "list_shares", {})
                # nginx's page if the replica that was asked has been killed.
                except (httpx.HTTPError, ValueError):
                    self.failed += 1
                else:
                    assert "shares" in answer["result"]["structuredContent"]
                    self.seen += 1
                self._more.set()
                self._more = anyio.Event()

    async def go_on(self, looks: int) -> None:
        """Come back when so many more were answered."""
        enough = self.seen + looks
        while self.seen < enough:
            await self._more.wait()

    def end(self) -> None:
        self._hosts.cancel_scope.cancel()


async def order(cluster: Cluster, first: int, last: int) -> list[str]:
    """Order shares of 100 GiB at once; gives what was said of those that were not made, "" where nobody was told."""
    refused: list[str] = []

    async def one(number: int) -> None:
        async with cluster.raw() as http:
            try:
                answer = await call_once(http, "create_share", share(f"o{number}"))
            except (httpx.HTTPError, ValueError):
                refused.append("")
                return
        if answer["result"].get("resultType") == "input_required":
            refused.append("asked")
        elif answer["result"].get("isError"):
            refused.append(said(answer))

    async with anyio.create_task_group() as orders:
        for number in range(first, last):
            orders.start_soon(one, number)
    return refused


async def test_under_load_replicas_order_just_what_may_be_ordered_without_a_question_in_all(sharing: Cluster) -> None:
    looking = Looking(sharing)
    async with anyio.create_task_group() as group:
        group.start_soon(looking.run)
        await looking.go_on(CLIENTS)
        refused = await order(sharing, 0, 40)
        await looking.go_on(CLIENTS)
        looking.end()
    assert len(await sharing.shares()) == 10
    assert len(refused) == 30
    assert {text.partition(":")[0] for text in refused} <= {"asked", "Nothing was done"}
    assert looking.failed == 0
    assert await sharing.readiness() == ["ok\n"] * REPLICAS


async def test_when_a_replica_and_then_the_store_are_killed_under_load_nothing_is_spent_or_done_twice(
    sharing: Cluster,
) -> None:
    looking = Looking(sharing)
    big = share("big") | {"size_gib": 2000}
    async with anyio.create_task_group() as group, sharing.raw() as http:
        group.start_soon(looking.run)
        yes = answered(await call_once(http, "create_share", big), confirm=True)

        # A replica is killed when what it was told to order is made, and nobody has been told of it.
        await sharing.keep_answers(KEPT_SECONDS)
        async with anyio.create_task_group() as orders:
            orders.start_soon(order, sharing, 0, 6)
            while len(await sharing.shares()) < 6:
                await looking.go_on(1)
            sharing.replicas[1].stop(signal.SIGKILL)
            await sharing.keep_answers(None)
        await looking.go_on(CLIENTS)

        # The store is killed: what needs it is refused, and the rest goes on.
        sharing.store.stop()
        failed = looking.failed
        refused = await order(sharing, 6, 12)
        assert [text.partition(" (")[0] for text in refused] == [AWAY] * 6
        assert said(await call_once(http, "create_share", big, **yes)).startswith(AWAY)
        await looking.go_on(CLIENTS)
        assert looking.failed == failed
        assert [text.partition(":")[0] for text in await sharing.readiness()] == ["degraded"] * 2
        assert len(await sharing.shares()) == 6

        # It is back, and knows what was ordered before: 4 of the 10 are left.
        sharing.store.start()
        assert await sharing.readiness() == ["ok\n"] * 2
        assert len(await order(sharing, 12, 52)) == 36
        answers: list[dict[str, Any]] = []

        async def bring() -> None:
            answers.append(await call_once(http, "create_share", big, **yes))

        async with anyio.create_task_group() as bringing:
            for _ in range(20):
                bringing.start_soon(bring)
        await looking.go_on(CLIENTS)
        looking.end()
    assert len([answer for answer in answers if "structuredContent" in answer["result"]]) == 1
    names = Counter(found["name"] for found in await sharing.shares())
    assert names["big"] == 1
    assert names.total() == 11
    assert names.most_common(1)[0][1] == 1
