"""LlamaIndex, whose client starts the server for each call."""

import asyncio

from given import KEY, MODEL, PROMPT, SERVER
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai_like import OpenAILike
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec


async def main():
    model = OpenAILike(
        "scripted", api_base=f"{MODEL}/v1", api_key=KEY, is_chat_model=True, is_function_calling_model=True
    )
    spec = McpToolSpec(BasicMCPClient(SERVER[0], args=SERVER[1:], timeout=60))
    agent = FunctionAgent(tools=await spec.to_tool_list_async(), llm=model)
    await agent.run(PROMPT)


asyncio.run(main())
