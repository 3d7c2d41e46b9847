"""What newer hosts show of the server: a website, icons and titles; and no two things of one kind share a name."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from mcp_types import Icon

from ..support.in_memory import Assistant
from ..support.server_process import Server

pytestmark = pytest.mark.anyio

MOST_BYTES = 250


def assert_small_and_for_both_themes(icons: list[Icon] | None) -> None:
    assert icons is not None
    assert [icon.theme for icon in icons] == ["light", "dark"]
    for icon in icons:
        assert len(icon.src) <= MOST_BYTES
        kind, _, drawing = icon.src.partition(",")
        assert (kind, icon.mime_type) == ("data:image/svg+xml", "image/svg+xml")
        assert "#" not in drawing
        assert unquote(drawing).startswith("<svg xmlns='http://www.w3.org/2000/svg'")
        assert unquote(drawing).endswith("</svg>")


@pytest.mark.parametrize("modern", [False, True], ids=["2025-11-25", "2026-07-28"])
async def test_the_server_has_a_website_and_icons(start: Callable[..., Server], modern: bool) -> None:
    server = start("--sandbox")
    if modern:
        info = server.discover()["_meta"]["io.modelcontextprotocol/serverInfo"]
    else:
        info = server.initialize()["serverInfo"]
    assert info["websiteUrl"] == "https://github.com/do-nfs-mcp/do-nfs-mcp"
    assert_small_and_for_both_themes([Icon.model_validate(icon) for icon in info["icons"]])


async def test_each_tool_has_icons(assistant: Assistant) -> None:
    for tool in (await assistant.client.list_tools()).tools:
        assert_small_and_for_both_themes(tool.icons)


async def test_each_prompt_resource_and_argument_has_a_title(assistant: Assistant) -> None:
    prompts = (await assistant.client.list_prompts()).prompts
    resources = (await assistant.client.list_resources()).resources
    templates = (await assistant.client.list_resource_templates()).resource_templates
    arguments = [argument for prompt in prompts for argument in prompt.arguments or []]
    for shown in (*prompts, *resources, *templates, *arguments):
        assert shown.title, shown.name


async def test_no_two_resources_share_a_name(assistant: Assistant) -> None:
    resources = (await assistant.client.list_resources()).resources
    templates = (await assistant.client.list_resource_templates()).resource_templates
    names = [shown.name for shown in (*resources, *templates)]
    assert sorted(names) == sorted(set(names))
    assert {"overview", "overview_page", "share", "snapshot"} <= set(names)
