"""google-genai, which takes an MCP session as a tool."""

import asyncio

from given import ANSWER, CALLS, KEY, MODEL, PROMPT, SERVER
from google import genai
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import ElicitResult


async def answer(context, params):
    return ElicitResult(action="accept", content=ANSWER)


async def main():
    client = genai.Client(api_key=KEY, http_options={"base_url": MODEL})
    server = StdioServerParameters(command=SERVER[0], args=SERVER[1:])
    async with stdio_client(server) as streams, ClientSession(*streams, elicitation_callback=answer) as session:
        await session.initialize()
        config = {"tools": [session], "automatic_function_calling": {"maximum_remote_calls": len(CALLS) + 1}}
        await client.aio.models.generate_content(model="gemini-scripted", contents=PROMPT, config=config)


asyncio.run(main())
