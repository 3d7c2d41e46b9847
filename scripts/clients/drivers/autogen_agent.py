"""AutoGen, with the server's tools as tools of its own."""

import asyncio

from autogen_agentchat.agents import AssistantAgent
from autogen_ext.models.openai import OpenAIChatCompletionClient
from autogen_ext.tools.mcp import StdioServerParams, mcp_server_tools
from given import CALLS, KEY, MODEL, PROMPT, SERVER

ABILITIES = {
    "vision": False,
    "function_calling": True,
    "json_output": True,
    "structured_output": False,
    "family": "unknown",
}


async def main():
    model = OpenAIChatCompletionClient(model="scripted", base_url=f"{MODEL}/v1", api_key=KEY, model_info=ABILITIES)
    tools = await mcp_server_tools(StdioServerParams(command=SERVER[0], args=SERVER[1:], read_timeout_seconds=60))
    agent = AssistantAgent("storage", model, tools=tools, max_tool_iterations=len(CALLS) + 1)
    await agent.run(task=PROMPT)


asyncio.run(main())
