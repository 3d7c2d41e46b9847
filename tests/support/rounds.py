"""Calls on 2026-07-28 round by round: with a question, and with what came of it."""

from typing import Any

import httpx

from .constants import REQUEST_META

META = {**REQUEST_META, "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}


async def call_once(http: httpx.AsyncClient, tool: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One round of a call; `more` is what an earlier one asked for."""
    params = {"name": tool, "arguments": arguments, "_meta": META, **more}
    headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": tool}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer: dict[str, Any] = (await http.post("/mcp", json=body, headers=headers)).json()
    return answer


def answered(asked: dict[str, Any], action: str = "accept", **content: Any) -> dict[str, Any]:
    """What a person's answer adds to a call that asked."""
    assert asked["result"]["resultType"] == "input_required"
    answer = {"action": action, "content": content} if action == "accept" else {"action": action}
    answers = dict.fromkeys(asked["result"]["inputRequests"], answer)
    return {"requestState": asked["result"]["requestState"], "inputResponses": answers}


def said(answer: dict[str, Any]) -> str:
    """What a call that was answered says."""
    return str(answer["result"]["content"][0]["text"])


def question(asked: dict[str, Any]) -> str:
    """What a call asks the person."""
    (request,) = asked["result"]["inputRequests"].values()
    return str(request["params"]["message"])
