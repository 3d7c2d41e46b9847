"""pydantic-ai."""

import asyncio

from fastmcp.client.transports import StdioTransport
from given import ANSWER, KEY, MODEL, PROMPT, SERVER
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


async def answer(message, response_type, params, context):
    return response_type(**ANSWER)


async def main():
    model = OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=f"{MODEL}/v1", api_key=KEY))
    server = MCPToolset(StdioTransport(command=SERVER[0], args=SERVER[1:]), elicitation_handler=answer)
    agent = Agent(model, toolsets=[server])
    await agent.run(PROMPT)


asyncio.run(main())
