"""smolagents."""

from given import CALLS, KEY, MODEL, PROMPT, SERVER
from mcp import StdioServerParameters
from smolagents import MCPClient, OpenAIModel, ToolCallingAgent

model = OpenAIModel("scripted", api_base=f"{MODEL}/v1", api_key=KEY)
with MCPClient(StdioServerParameters(command=SERVER[0], args=SERVER[1:]), structured_output=True) as tools:
    # The last step is for reading what the last call gave.
    ToolCallingAgent(tools, model, max_steps=len(CALLS) + 1).run(PROMPT)
