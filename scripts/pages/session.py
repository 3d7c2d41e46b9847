"""The session that the README shows, from conversations that the tests hold."""

import asyncio
import re
import textwrap

from tests.support.conversations import Scenario, play
from tests.support.scenarios import SCENARIOS

SHOWN = ("an audit of the whole account", "a full disk", "the person says no")
_ID = re.compile(r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def session() -> str:
    """What a person says, what is called for it, what the person is asked, and what a model reads."""
    scenarios = {scenario.title: scenario for scenario in SCENARIOS}
    return "```text\n" + "\n".join(_told(scenarios[title]) for title in SHOWN) + "```\n"


def _told(scenario: Scenario) -> str:
    asked = " ".join((scenario.__doc__ or "").split())
    told = _ID.sub(r"\1…", "\n".join(asyncio.run(play(scenario, "2026-07-28")).transcript))
    return "\n".join([f"> {asked}", *map(_folded, told.splitlines()), ""])


def _folded(line: str) -> str:
    mark, rest = (line[:2], line[2:]) if line[:2] in {"→ ", "? ", "- "} else ("", line)
    indent = "  " if mark in {"→ ", "? "} else "    "
    return textwrap.fill(rest, 112, initial_indent=indent + mark, subsequent_indent=indent + "  ")
