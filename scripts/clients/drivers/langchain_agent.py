"""LangChain, with its adapters for MCP, in a session that lasts as long as the conversation."""

import asyncio

from given import ANSWER, KEY, MODEL, PROMPT, SERVER
from langchain.agents import create_agent
from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools
from langchain_openai import ChatOpenAI
from mcp.types import ElicitResult


async def answer(session, params, context):
    return ElicitResult(action="accept", content=ANSWER)


async def main():
    model = ChatOpenAI(model="scripted", base_url=f"{MODEL}/v1", api_key=KEY)
    servers = {"nfs": {"transport": "stdio", "command": SERVER[0], "args": SERVER[1:]}}
    client = MultiServerMCPClient(servers, callbacks=Callbacks(on_elicitation=answer))
    async with client.session("nfs") as session:
        agent = create_agent(model, await load_mcp_tools(session))
        await agent.ainvoke({"messages": [("user", PROMPT)]})


asyncio.run(main())
