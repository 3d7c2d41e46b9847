"""Google's Agent Development Kit."""

import asyncio

from given import ANSWER, PROMPT, SERVER
from google.adk.agents import Agent
from google.adk.runners import InMemoryRunner
from google.adk.tools.mcp_tool import McpToolset, StdioConnectionParams
from mcp import StdioServerParameters
from mcp.types import ElicitResult


async def answer(context, params):
    return ElicitResult(action="accept", content=ANSWER)


async def main():
    server = StdioServerParameters(command=SERVER[0], args=SERVER[1:])
    connection = StdioConnectionParams(server_params=server, timeout=60)
    toolset = McpToolset(connection_params=connection, elicitation_callback=answer)
    runner = InMemoryRunner(Agent(name="storage", model="gemini-scripted", tools=[toolset]))
    await runner.run_debug(PROMPT)
    await toolset.close()


asyncio.run(main())
