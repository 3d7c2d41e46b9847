from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import OTHER_VPC, VPC
from ..support.in_memory import Assistant, Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio

# The share of the seed `team` that has an access point which failed.
TEAM_SHARE = "e6b01d49-215e-52d9-aa3f-4b8449d0059e"


async def test_every_share_has_a_default_access_point(assistant: Assistant, share: dict[str, Any]) -> None:
    (point,) = (await assistant.succeed("list_access_points", share="data"))["access_points"]
    assert (point["name"], point["path"], point["is_default"]) == ("default", "/", True)
    assert "vpc_id" not in point
    said = await assistant.fail("delete_access_point", access_point=point["id"])
    assert "the default access point" in said


async def test_nobody_is_asked_about_a_failed_access_point_which_the_api_does_not_delete(
    connect: Connect, sandbox: Sandbox, person: Person, sent: list[httpx.Request]
) -> None:
    sandbox.seed("team")
    async with connect() as assistant:
        said = await assistant.fail("delete_access_point", access_point="reports", share=TEAM_SHARE)
    assert 'access point "reports" is FAILED, and the API does not delete such a one' in said
    assert "create_access_point makes another" in said
    assert person.asked == []
    assert {request.method for request in sent} == {"GET"}


async def test_an_access_point_is_made_listed_shown_and_deleted(assistant: Assistant, share: dict[str, Any]) -> None:
    done = await assistant.succeed(
        "create_access_point", share="data", name="team-a", path="/exports/team-a", vpc_id=OTHER_VPC
    )
    assert done["outcome"] == "done"
    made = done["access_point"]

    shown = await assistant.succeed("get_access_point", access_point=made["id"])
    # Who names the share by its name reads it in the answer.
    assert made.pop("share_name") == "data"
    assert shown == made
    assert shown["status"] == "ACCESS_POINT_ACTIVE"
    assert (shown["share_id"], shown["vpc_id"], shown["is_default"]) == (share["id"], OTHER_VPC, False)
    listed = (await assistant.succeed("list_access_points", share="data"))["access_points"]
    assert [point["name"] for point in listed] == ["default", "team-a"]

    gone = await assistant.succeed("delete_access_point", access_point=made["id"])
    assert gone.pop("message").startswith(f'Deleted access point "team-a" ({made["id"]})')
    assert gone == {
        "outcome": "done",
        "kind": "access point",
        "id": made["id"],
        "name": "team-a",
        "before": made,
        "after": {},
        "waited": 0,
        "asked": True,
    }
    assert (await assistant.succeed("list_access_points", share="data"))["total"] == 1
    deleted = await assistant.succeed("list_access_points", share="data", status="ACCESS_POINT_DELETED")
    assert [point["id"] for point in deleted["access_points"]] == [made["id"]]


async def test_an_access_point_that_is_not_waited_for_is_creating_and_then_active(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    started = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC, wait=False)
    point = started["access_point"]
    assert (started["outcome"], point["status"]) == ("pending", "ACCESS_POINT_CREATING")
    assert f"wait_until_ready with access_point {point['id']}" in started["message"]
    clock.pass_time()
    shown = await assistant.succeed("get_access_point", access_point=point["id"])
    assert shown["status"] == "ACCESS_POINT_ACTIVE"


async def test_an_access_point_that_is_gone_already_is_not_a_failure_to_delete(
    assistant: Assistant, share: dict[str, Any], person: Person, sent: list[httpx.Request]
) -> None:
    """Whether the API still knows it as deleted, or never knew it."""
    made = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    deleted = made["access_point"]["id"]
    await assistant.succeed("delete_access_point", access_point=deleted)
    person.asked.clear()
    sent.clear()
    for point in (deleted, VPC):
        gone = await assistant.succeed("delete_access_point", access_point=point)
        assert gone.pop("message") == f"There is no access point {point} any more, so there was nothing to delete."
        assert gone == {"outcome": "unchanged", "waited": 0, "kind": "access point", "id": point}
    assert person.asked == []
    assert {request.method for request in sent} == {"GET"}


async def test_the_default_access_point_is_listed_first_and_the_others_by_age_in_pages(
    assistant: Assistant, share: dict[str, Any], clock: Clock
) -> None:
    for name in ("zz", "mm", "aa"):
        await assistant.succeed("create_access_point", share="data", name=name, path=f"/{name}", vpc_id=VPC)
        clock.pass_time()
    first = await assistant.succeed("list_access_points", share="data", limit=2)
    rest = await assistant.succeed("list_access_points", share="data", limit=2, cursor=first["next_cursor"])
    assert [point["name"] for point in first["access_points"] + rest["access_points"]] == ["default", "zz", "mm", "aa"]
    assert (first["total"], rest["total"]) == (4, 4)
    assert "next_cursor" not in rest
    found = await assistant.succeed("list_access_points", share="data", name_contains="M")
    assert [point["name"] for point in found["access_points"]] == ["mm"]


async def test_a_policy_has_usual_choices_and_takes_others(assistant: Assistant, share: dict[str, Any]) -> None:
    usual = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    assert usual["access_point"]["access_policy"] == {
        "anonuid": 65534,
        "anongid": 65534,
        "protocols": ["NFS4"],
        "squash_config": "ROOT_SQUASH",
        "identity_enforcement_enabled": False,
    }
    policy = {"squash_config": "NO_SQUASH", "protocols": ["NFS", "NFS4"], "identity_enforcement_enabled": True}
    other = await assistant.succeed(
        "create_access_point", share="data", name="bb", path="/b", vpc_id=VPC, access_policy=policy
    )
    assert {key: other["access_point"]["access_policy"][key] for key in policy} == policy


async def test_a_name_that_is_taken_is_said_to_be(assistant: Assistant, share: dict[str, Any]) -> None:
    await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    said = await assistant.fail("create_access_point", share="data", name="aa", path="/b", vpc_id=VPC)
    assert "409 (AlreadyExists)" in said
    assert "list_access_points" in said


async def test_the_text_of_an_access_point_holds_what_the_next_call_needs(
    assistant: Assistant, share: dict[str, Any]
) -> None:
    made = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
    said = text_of(await assistant.call("list_access_points", share="data"))
    for needed in (made["access_point"]["id"], '"data"', '"default-atl1"', '"/a"', "ROOT_SQUASH", "the default one"):
        assert needed in said


class TestNames:
    """An access point is named by its id, or by its exact name if just one has it."""

    @pytest.fixture
    async def other(self, assistant: Assistant, share: dict[str, Any]) -> dict[str, Any]:
        """A second share, which has an access point named team, too."""
        other = await assistant.succeed("create_share", name="other", region="atl1", size_gib=50)
        for name in ("data", "other"):
            await assistant.succeed("create_access_point", share=name, name="team", path=f"/{name}")
        await assistant.succeed("create_access_point", share="data", name="once", path="/once")
        found: dict[str, Any] = other["share"]
        return found

    async def test_a_name_is_enough_if_one_access_point_has_it(
        self, assistant: Assistant, other: dict[str, Any]
    ) -> None:
        shown = await assistant.succeed("get_access_point", access_point="once")
        assert shown["path"] == "/once"
        assert shown.pop("share_name") == "data"
        assert shown == await assistant.succeed("get_access_point", access_point=shown["id"])

    async def test_a_name_that_several_have_is_told_apart_by_the_share(
        self, assistant: Assistant, share: dict[str, Any], other: dict[str, Any]
    ) -> None:
        said = await assistant.fail("get_access_point", access_point="team")
        assert '2 access points are named "team"' in said
        assert f'(of share "data" ({share["id"]}), path "/data")' in said
        assert f'(of share "other" ({other["id"]}), path "/other")' in said
        for named in ("other", other["id"]):
            assert (await assistant.succeed("get_access_point", access_point="team", share=named))["path"] == "/other"

    async def test_nothing_is_deleted_while_it_is_not_clear_which(
        self, assistant: Assistant, other: dict[str, Any], person: Person
    ) -> None:
        await assistant.fail("delete_access_point", access_point="team")
        assert person.asked == []
        gone = await assistant.succeed("delete_access_point", access_point="team", share="other")
        assert (gone["before"]["path"], gone["asked"]) == ("/other", True)
        left = await assistant.succeed("get_access_point", access_point="team")
        assert left["path"] == "/data", "what was deleted has no name any more"

    async def test_a_name_that_none_has_is_answered_with_those_there_are(
        self, assistant: Assistant, other: dict[str, Any]
    ) -> None:
        said = await assistant.fail("get_access_point", access_point="Team", share="data")
        assert 'no access point of share "data" has the name or id "Team"' in said
        assert 'there are "default", "team", "once".' in said

    async def test_an_id_of_another_share_is_refused(
        self, assistant: Assistant, share: dict[str, Any], other: dict[str, Any], person: Person
    ) -> None:
        point = await assistant.succeed("get_access_point", access_point="once")
        said = await assistant.fail("delete_access_point", access_point=point["id"], share="other")
        assert f'{point["id"]} is not of share "other", but of share {share["id"]}' in said
        assert person.asked == []


class TestWhatIsKnown:
    """A new access point comes with what is known of how it works, and with what is not."""

    async def test_a_vpc_that_the_share_is_attached_to_is_said_to_be(
        self, assistant: Assistant, share: dict[str, Any]
    ) -> None:
        made = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=VPC)
        first, where, attached, _ = made["message"].splitlines()
        assert first == 'Done. First make the folder "/a" on a mount of the whole share, if it is not there yet.'
        assert where.endswith("is not documented: look in DigitalOcean's control panel.")
        assert attached == 'The share is attached to VPC "default-atl1".'

    async def test_of_a_vpc_that_it_is_not_attached_to_both_sources_are_given(
        self, assistant: Assistant, share: dict[str, Any]
    ) -> None:
        made = await assistant.succeed("create_access_point", share="data", name="aa", path="/a", vpc_id=OTHER_VPC)
        assert 'The share is not attached to VPC "apps-atl1"' in made["message"]
        assert (
            "by the Terraform provider's it does not. If mounting fails: attach_share, which opens the whole share."
            in made["message"]
        )

    @pytest.mark.parametrize(
        ("squash", "effect"),
        [
            ("NO_SQUASH", "every user, root too, is who they are on the client"),
            ("ROOT_SQUASH", "root is nobody; every other user is who they are on the client"),
            ("ALL_SQUASH", "every user is nobody"),
        ],
    )
    async def test_what_the_squash_setting_does_to_whom_is_said(
        self, assistant: Assistant, share: dict[str, Any], squash: str, effect: str
    ) -> None:
        made = await assistant.succeed(
            "create_access_point", share="data", name="aa", path="/a", access_policy={"squash_config": squash}
        )
        assert made["message"].endswith(f"\n{squash}: {effect}.")
