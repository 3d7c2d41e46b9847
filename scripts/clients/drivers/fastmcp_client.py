"""fastmcp's client, which a program uses."""

import asyncio
import json

from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from given import ANSWER, CALLS, SERVER, URL


async def answer(message, response_type, params, context):
    return response_type(**ANSWER)


async def main():
    transport = URL or StdioTransport(command=SERVER[0], args=SERVER[1:])
    async with Client(transport, elicitation_handler=answer) as client:
        print(json.dumps({"tools": len(await client.list_tools())}))
        for call in CALLS:
            await client.call_tool(call["tool"], call["arguments"], raise_on_error=False)


asyncio.run(main())
