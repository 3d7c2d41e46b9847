"""What replicas share: the key that seals what a caller brings back, and what calls remember for others."""

from typing import Any

import anyio
import pytest
from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.state.shared_state import State
from do_nfs_sandbox import Sandbox
from fakeredis import FakeServer

from ...support.constants import NEW_SHARE
from ...support.http_site import Grant, OpenSite, Site
from ...support.rounds import answered, call_once, question, said
from ...support.states import connected

pytestmark = pytest.mark.anyio

OLD, NEW = "0ld" * 20, "new" * 20


async def call(site: Site, token: str, tool: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    async with site.raw(token) as http:
        return await call_once(http, tool, arguments, **more)


async def begin(site: Site, token: str, name: str = "data") -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a share and begin to delete it; gives the arguments of the call, and what a person's yes adds to it."""
    made = await call(site, token, "create_share", NEW_SHARE | {"name": name})
    arguments = {"share": made["result"]["structuredContent"]["share"]["id"]}
    asked = await call(site, token, "delete_share", arguments)
    return arguments, answered(asked, name=name)


def alive(sandbox: Sandbox) -> int:
    return len([share for share in sandbox.state()["shares"] if share["status"] != "DELETED"])


async def test_a_replica_with_the_key_goes_on_with_what_another_began(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox
) -> None:
    ann = grant("ann", *SCOPES)
    # While keys are changed the new one seals and the old one still opens.
    async with open_site(keys=(OLD,)) as one, open_site(keys=(NEW, OLD)) as other:
        arguments, yes = await begin(one, ann)
        done = await call(other, ann, "delete_share", arguments, **yes)
    assert done["result"]["structuredContent"]["outcome"] == "done"
    assert alive(sandbox) == 0


@pytest.mark.parametrize("keys", [(NEW,), ()])
async def test_a_replica_without_the_key_deletes_nothing(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox, keys: tuple[str, ...]
) -> None:
    ann = grant("ann", *SCOPES)
    async with open_site(keys=(OLD,)) as one, open_site(keys=keys) as other:
        arguments, yes = await begin(one, ann)
        refused = await call(other, ann, "delete_share", arguments, **yes)
    assert "requestState" in refused["error"]["message"]
    assert alive(sandbox) == 1


async def test_a_yes_counts_for_who_was_asked_and_for_what_they_were_asked_about(
    site: Site, grant: Grant, sandbox: Sandbox
) -> None:
    ann, bob = grant("ann", *SCOPES), grant("bob", *SCOPES)
    arguments, yes = await begin(site, ann)
    other, _ = await begin(site, ann, "other")
    assert "requestState" in (await call(site, bob, "delete_share", arguments, **yes))["error"]["message"]
    assert "requestState" in (await call(site, ann, "delete_share", other, **yes))["error"]["message"]
    assert alive(sandbox) == 2
    assert (await call(site, ann, "delete_share", arguments, **yes))["result"]["structuredContent"]
    assert alive(sandbox) == 1


ORDER = NEW_SHARE | {"name": "big", "size_gib": 2000}


async def test_a_yes_counts_once_on_whichever_replica_it_arrives(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox, state: State
) -> None:
    ann = grant("ann", *SCOPES)
    answers: list[dict[str, Any]] = []
    async with open_site(keys=(OLD,), state=state) as one, open_site(keys=(OLD,), state=state) as other:
        yes = answered(await call(one, ann, "create_share", ORDER), confirm=True)

        async def bring(site: Site) -> None:
            answers.append(await call(site, ann, "create_share", ORDER, **yes))

        async with anyio.create_task_group() as calls:
            for site in (one, other, one, other):
                calls.start_soon(bring, site)
        # The order is over, so that the question would be another one by now.
        asked_anew = await call(one, ann, "create_share", ORDER, **yes)
    (done,) = [answer for answer in answers if "structuredContent" in answer["result"]]
    assert done["result"]["structuredContent"]["outcome"] == "done"
    for refused in [answer for answer in answers if answer["result"].get("isError")]:
        assert "an answer of the person that an earlier call has used" in said(refused)
    assert "2000 GiB were ordered" in question(asked_anew)
    assert alive(sandbox) == 1


async def test_a_yes_to_a_delete_that_was_not_made_counts_no_second_time(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox
) -> None:
    ann = grant("ann", *SCOPES)
    async with open_site() as site:
        arguments, yes = await begin(site, ann)
        sandbox.add_fault("status", operation="delete_share", status=409, times=9)
        assert (await call(site, ann, "delete_share", arguments, **yes))["result"]["isError"]
        sandbox.clear_faults()
        assert "each counts once" in said(await call(site, ann, "delete_share", arguments, **yes))
        assert alive(sandbox) == 1
        anew = answered(await call(site, ann, "delete_share", arguments), name="data")
        assert (await call(site, ann, "delete_share", arguments, **anew))["result"]["structuredContent"]
    assert alive(sandbox) == 0


async def test_a_question_that_one_replica_asked_is_the_same_on_another_whatever_was_ordered_meanwhile(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox, state: State
) -> None:
    ann = grant("ann", *SCOPES)
    async with open_site(keys=(OLD,), state=state) as one, open_site(keys=(OLD,), state=state) as other:
        yes = answered(await call(one, ann, "create_share", ORDER), confirm=True)
        assert (await call(other, ann, "create_share", NEW_SHARE))["result"]["structuredContent"]
        done = await call(other, ann, "create_share", ORDER, **yes)
    assert done["result"]["structuredContent"]["asked"] is True
    assert alive(sandbox) == 2


async def test_a_no_that_one_replica_got_keeps_the_others_from_asking_again(
    open_site: OpenSite, grant: Grant, state: State
) -> None:
    ann, bob = grant("ann", *SCOPES), grant("bob", *SCOPES)
    async with open_site(keys=(OLD,), state=state) as one, open_site(keys=(OLD,), state=state) as other:
        no = answered(await call(one, ann, "create_share", ORDER), "decline")
        assert "the person said no" in said(await call(one, ann, "create_share", ORDER, **no))
        assert "less than a minute ago" in said(await call(other, ann, "create_share", ORDER))
        assert question(await call(other, bob, "create_share", ORDER))


async def test_replicas_order_no_more_together_than_may_be_ordered_without_a_question(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox, state: State
) -> None:
    ann = grant("ann", *SCOPES)
    async with open_site(state=state) as one, open_site(state=state) as other, anyio.create_task_group() as calls:
        for number in range(40):
            calls.start_soon(
                call, (one, other)[number % 2], ann, "create_share", NEW_SHARE | {"name": f"s{number}", "size_gib": 100}
            )
    assert alive(sandbox) == 10


async def test_while_the_store_is_away_nothing_is_ordered_or_asked_and_the_rest_goes_on(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox, store: FakeServer
) -> None:
    ann = grant("ann", *SCOPES)
    async with open_site(state=connected(store)) as site, site.raw() as http:
        arguments, yes = await begin(site, ann)
        other, _ = await begin(site, ann, "other")
        assert (await http.get("/readyz")).text == "ok\n"
        store.connected = False
        sandbox.clear_requests()
        growth = arguments | {"add_gib": 1}
        for tool, given, more in (
            ("create_share", NEW_SHARE, {}),
            ("create_share", ORDER, {}),
            ("resize_share", growth, {}),
            ("delete_share", arguments, {}),
            ("delete_share", arguments, yes),
        ):
            refused = await call(site, ann, tool, given, **more)
            assert refused["result"]["isError"]
            assert said(refused).startswith("Nothing was done: the store in which servers share")
            assert "Try again in a minute." in said(refused)
        assert {request.method for request in sandbox.requests} == {"GET"}
        for tool, given in (
            ("list_shares", {}),
            ("get_share", arguments),
            ("resize_share", growth | {"plan": True}),
            ("delete_share", arguments | {"plan": True}),
            ("create_snapshot", other | {"name": "monday"}),
        ):
            assert not (await call(site, ann, tool, given))["result"].get("isError")
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.text.partition(":")[0]) == (200, "degraded")
        store.connected = True
        assert (await http.get("/readyz")).text == "ok\n"
        assert (await call(site, ann, "delete_share", arguments, **yes))["result"]["structuredContent"]
        assert (await call(site, ann, "create_share", NEW_SHARE))["result"]["structuredContent"]


async def test_a_no_that_comes_while_the_store_is_away_is_told_as_a_no(
    open_site: OpenSite, grant: Grant, store: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, state = grant("ann", *SCOPES), connected(store)
    keep = state.keep

    async def lose_the_store(*arguments: Any) -> str:
        # The question has been found to be the one that was asked, and its answer is to be kept.
        store.connected = "refused" not in arguments[0]
        return await keep(*arguments)

    async with open_site(state=state) as site:
        no = answered(await call(site, ann, "create_share", ORDER), "decline")
        monkeypatch.setattr(state, "keep", lose_the_store)
        assert "the person said no" in said(await call(site, ann, "create_share", ORDER, **no))
    assert not store.connected


async def test_without_the_store_goes_on_what_never_asks_and_has_no_allowance(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox, store: FakeServer
) -> None:
    ann = grant("ann", *SCOPES)
    store.connected = False
    async with open_site(state=connected(store), options={"allowance_gib": None, "destructive": "allow"}) as site:
        made = await call(site, ann, "create_share", ORDER)
        share = made["result"]["structuredContent"]["share"]["id"]
        assert (await call(site, ann, "delete_share", {"share": share}))["result"]["structuredContent"]
    assert alive(sandbox) == 0
