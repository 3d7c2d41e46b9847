"""Asks the person at the terminal what a host would ask."""

import signal
import sys
from typing import Any

from mcp_types import ElicitRequestFormParams, ElicitResult


def can_ask() -> bool:
    """Return whether there is a person who sees a question and can answer it."""
    # A command may be started without either.
    return all(stream and stream.isatty() for stream in (sys.stdin, sys.stderr))


async def ask(context: Any, params: Any) -> ElicitResult:
    """Show a question with its one field, and read what the person types.

    Args:
        context: The SDK's, which this has no use for.
        params: The question. One that is not a form is declined.

    Returns:
        The answer. The end of input and Ctrl-C cancel the question.
    """
    if not isinstance(params, ElicitRequestFormParams):
        return ElicitResult(action="decline")
    ((name, field),) = params.requested_schema["properties"].items()
    yes_or_no = field["type"] == "boolean"
    # What is to be typed the question says, and so does the prompt.
    hints = [field["description"]] if yes_or_no and "description" in field else []
    print(params.message, *hints, sep="\n", file=sys.stderr)
    typed = _answer(f"{field['title']}{' [y/N]' if yes_or_no else ''}: ")
    if not typed:
        print(file=sys.stderr)
        return ElicitResult(action="cancel")
    said = typed.rstrip("\r\n")
    return ElicitResult(action="accept", content={name: said.strip().lower() in {"y", "yes"} if yes_or_no else said})


def _answer(prompt: str) -> str:
    """Return what is typed, with its end; "" if nothing is. The event loop stands still meanwhile."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        print(prompt, end="", file=sys.stderr, flush=True)
        return sys.stdin.buffer.readline().decode(sys.stdin.encoding, "replace")
    except KeyboardInterrupt:
        return ""
    finally:
        signal.signal(signal.SIGINT, before)
