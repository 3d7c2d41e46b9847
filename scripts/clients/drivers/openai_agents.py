"""OpenAI Agents."""

import asyncio

from agents import Agent, OpenAIChatCompletionsModel, Runner, set_tracing_disabled
from agents.mcp import MCPServerStdio
from given import KEY, MODEL, PROMPT, SERVER
from openai import AsyncOpenAI


async def main():
    set_tracing_disabled(True)
    model = OpenAIChatCompletionsModel("scripted", AsyncOpenAI(base_url=f"{MODEL}/v1", api_key=KEY))
    params = {"command": SERVER[0], "args": SERVER[1:]}
    async with MCPServerStdio(params=params, client_session_timeout_seconds=60) as server:
        agent = Agent("storage", mcp_servers=[server], model=model)
        await Runner.run(agent, PROMPT)


asyncio.run(main())
