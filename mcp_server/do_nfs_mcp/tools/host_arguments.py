"""What hosts add to the arguments of a call, which the model never wrote.

The rule: an argument that no tool has is the host's own if it names or numbers the call, the conversation or the
program around it, or begins as metadata does. Nothing of that kind says what is to be done to storage: it is passed
over. Any other argument may carry the model's intent, such as `dry_run`, `confirm` or a misspelled `region`: it is
refused. So is what begins as metadata does and is a yes or no, such as `_dry_run`, or an argument of the tool behind
that, such as `_plan`.

Seen, and where:
- `wait_for_previous`: Gemini CLI 0.61, which puts it into the schemas that its model sees (tried).
- `toolCallId`, `tool`: n8n from 1.118 on (github.com/n8n-io/n8n/issues/21500 and 21716).
- `sessionId`, `chatInput` and, beside these, `action`: n8n's chat trigger (github.com/n8n-io/n8n/issues/22787).
- `task_progress`: Cline up to 3.79 (github.com/cline/cline/issues/9684, 9919 and 10426).
- `_meta`, `$schema`, `__typename`: notes that programs keep beside arguments, as the protocol's own `_meta`.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["is_host_s", "without_host_s"]

# What numbers a call, or what it is a part of: toolCallId, session_id, requestId, run_id, traceparent ...
_IDS = re.compile(
    r"(?:(?:tool|function|mcp)_?)?"
    r"(?:call|use|session|conversation|chat|thread|message|request|run|trace|span|correlation|execution|workflow|turn)_?"
    r"(?:id|uuid)",
    re.IGNORECASE,
)
_METADATA = re.compile(r"[_$@]")
_FLAGS = {True, False, "true", "false", "yes", "no"}
_OTHERS = {
    "wait_for_previous",
    "task_progress",
    "tool",
    "tool_name",
    "toolname",
    "chatinput",
    "traceparent",
    "tracestate",
}


def is_host_s(name: str) -> bool:
    """Return whether an argument that no tool has is one that a host has added."""
    return bool(_IDS.fullmatch(name) or _METADATA.match(name)) or name.lower() in _OTHERS


def without_host_s(arguments: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """Return the arguments without those that a host has added.

    Args:
        arguments: By name.
        known: The names of the arguments that the tool has.
    """
    # Alone it could be the model's.
    with_chat = {"action"} if "chatInput" in arguments else set()
    return {
        name: value
        for name, value in arguments.items()
        if name in known or _may_be_meant(name, value, known) or not (is_host_s(name) or name in with_chat)
    }


def _may_be_meant(name: str, value: Any, known: Collection[str]) -> bool:
    """Return whether what begins as metadata does may carry the model's intent all the same."""
    flag = value.strip().lower() if isinstance(value, str) else value
    is_flag = isinstance(flag, (bool, str)) and flag in _FLAGS
    return bool(_METADATA.match(name)) and (is_flag or name.lstrip("_$@").lower() in known)
