"""What newer hosts show of the server: a website, icons and titles; and no two things of one kind share a name."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from mcp_types import Icon

from ..support.in_memory import Assistant
from ..support.scripting import script
from ..support.server_process import Server

pytestmark = pytest.mark.anyio

MOST_BYTES = 250


def luminance(colour: str) -> float:
    """How bright a colour such as #08f is, from 0 to 1, as WCAG 2 has it."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(digit, 16) / 15 for digit in colour[1:])
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def assert_small_and_for_both_themes(icons: list[Icon] | None) -> None:
    assert icons
    for icon in icons:
        assert icon.theme is None
        colour = re.search(r"fill='(#[0-9a-f]{3})'", unquote(icon.src))
        assert colour
        bright = luminance(colour[1])
        # What WCAG 2 wants of graphics, on white and on the dark grey of hosts.
        assert (1 + 0.05) / (bright + 0.05) >= 3
        assert (bright + 0.05) / (luminance("#222") + 0.05) >= 3
        assert len(icon.src) <= MOST_BYTES
        kind, _, drawing = icon.src.partition(",")
        assert kind == "data:image/svg+xml"
        # No other character may stand in a URI as it is.
        assert re.fullmatch(r"(?:[A-Za-z0-9/:=',.()+-]|%[0-9A-F]{2})+", drawing)
        assert unquote(drawing).startswith("<svg xmlns='http://www.w3.org/2000/svg'")
        assert unquote(drawing).endswith("</svg>")


@pytest.mark.parametrize("modern", [False, True], ids=["2025-11-25", "2026-07-28"])
async def test_the_server_has_a_website_and_icons(start: Callable[..., Server], modern: bool) -> None:
    server = start("--sandbox")
    if modern:
        info = server.discover()["_meta"]["io.modelcontextprotocol/serverInfo"]
    else:
        info = server.initialize()["serverInfo"]
    assert info["websiteUrl"] == script("_stamps.py").project()["urls"]["Repository"]
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
