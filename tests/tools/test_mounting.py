"""The tool that says how to mount a share takes what a person would say, and what is not said has a default."""

import re
from typing import Any, get_args

import pytest
from do_nfs_mcp.storage.mounting import Style

from ..support.calling import text_of
from ..support.clock import Clock
from ..support.constants import VPC
from ..support.in_memory import Assistant, Connect

pytestmark = pytest.mark.anyio


async def test_mount_instructions_need_nothing_but_a_share(assistant: Assistant, share: dict[str, Any]) -> None:
    result = await assistant.call("get_mount_instructions", share="data")
    found = result.structured_content
    assert found is not None
    assert (found["share_id"], found["share"]) == (share["id"], "data")
    assert (found["mount_point"], found["os"]) == ("/mnt/data", "ubuntu")
    (instruction,) = found["instructions"]
    assert (instruction["style"], instruction["files"]) == ("command", [])
    assert found["source"] == f"{share['host']}:{share['mount_path']}"
    said = text_of(result)
    for command in (*found["prepare"], *instruction["commands"]):
        assert command in said
    assert 'Only machines in VPC "default-atl1" reach it.' in said


async def test_the_mount_point_the_system_and_the_style_can_be_chosen(
    assistant: Assistant, share: dict[str, Any]
) -> None:
    for style in get_args(Style):
        found = await assistant.succeed(
            "get_mount_instructions", share=share["id"], mount_point="/srv/a b", os="rhel", style=[style]
        )
        assert (found["mount_point"], found["os"]) == ("/srv/a b", "rhel")
        assert [instruction["style"] for instruction in found["instructions"]] == [style]
        assert "nfs-utils" in str(found)


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("fstab", ["fstab"]),
        ('"fstab"', ["fstab"]),
        (["command", "fstab"], ["command", "fstab"]),
        ('["fstab", "command"]', ["fstab", "command"]),
        (["fstab", "command", "fstab"], ["fstab", "command"]),
        ([], ["command"]),
        ("", ["command"]),
        (None, ["command"]),
    ],
)
async def test_one_style_or_several_are_shown_each_once(
    assistant: Assistant, share: dict[str, Any], style: object, shown: list[str]
) -> None:
    found = await assistant.succeed("get_mount_instructions", share="data", style=style)
    assert [instruction["style"] for instruction in found["instructions"]] == shown


async def test_the_default_access_point_s_policy_is_warned_of(assistant: Assistant, share: dict[str, Any]) -> None:
    squash = share["access_points"][0]["squash_config"]
    said = text_of(await assistant.call("get_mount_instructions", share="data"))
    assert (squash in said) == (squash != "NO_SQUASH")


async def test_a_share_that_is_creating_has_to_be_waited_for_before_it_is_mounted(
    assistant: Assistant, clock: Clock
) -> None:
    await assistant.succeed("create_share", name="new", region="atl1", size_gib=50, vpc_ids=[VPC], wait=False)
    said = await assistant.fail("get_mount_instructions", share="new")
    assert said == 'There is nothing to mount yet: share "new" is CREATING. wait_until_ready comes first.'
    clock.pass_time()
    await assistant.succeed("get_mount_instructions", share="new")


async def test_a_share_in_no_vpc_has_to_be_attached_before_it_is_mounted(
    assistant: Assistant, share: dict[str, Any]
) -> None:
    await assistant.succeed("detach_share", share="data", vpc_id=VPC)
    assert "attach_share" in text_of(await assistant.call("get_mount_instructions", share="data"))


async def test_a_read_only_server_gives_mount_instructions(connect: Connect, share: dict[str, Any]) -> None:
    async with connect(read_only=True) as assistant:
        await assistant.succeed("get_mount_instructions", share="data")


@pytest.mark.parametrize("argument", ["os", "style"])
async def test_an_unknown_system_or_style_is_refused(
    assistant: Assistant, share: dict[str, Any], argument: str
) -> None:
    said = await assistant.fail("get_mount_instructions", share="data", **{argument: "windows"})
    named = {"os": "os", "style": r"style\.0"}[argument]
    assert re.match(rf"Nothing was done: {named} has to be '", said)
    assert '"windows"' in said
