"""Strands."""

from given import ANSWER, KEY, MODEL, PROMPT, SERVER
from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import ElicitResult
from strands import Agent
from strands.models.openai import OpenAIModel
from strands.tools.mcp import MCPClient


async def answer(context, params):
    return ElicitResult(action="accept", content=ANSWER)


server = StdioServerParameters(command=SERVER[0], args=SERVER[1:])
model = OpenAIModel(client_args={"base_url": f"{MODEL}/v1", "api_key": KEY}, model_id="scripted")
with MCPClient(lambda: stdio_client(server), elicitation_callback=answer) as client:
    Agent(model=model, tools=client.list_tools_sync())(PROMPT)
