"""Calls of tools through an MCP client, and what comes back."""

from typing import Any

from mcp import Client
from mcp_types import CallToolResult


async def call(client: Client, tool: str, **arguments: Any) -> CallToolResult:
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    return result


async def succeed(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool that has to succeed, and return its structured content."""
    result = await call(client, tool, **arguments)
    assert not result.is_error, text_of(result)
    assert isinstance(result.structured_content, dict)
    return result.structured_content


def text_of(result: CallToolResult) -> str:
    """The text of a result that is one text."""
    (block,) = result.content
    assert block.type == "text"
    return block.text
