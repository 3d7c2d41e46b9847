"""CrewAI, with the adapter of its tools."""

from crewai import LLM, Agent, Crew, Task
from crewai_tools import MCPServerAdapter
from given import KEY, MODEL, PROMPT, SERVER
from mcp import StdioServerParameters

model = LLM(model="openai/scripted", base_url=f"{MODEL}/v1", api_key=KEY)
with MCPServerAdapter(StdioServerParameters(command=SERVER[0], args=SERVER[1:])) as tools:
    agent = Agent(role="storage", goal="storage", backstory="storage", tools=tools, llm=model)
    task = Task(description=PROMPT, expected_output="a word", agent=agent)
    Crew(agents=[agent], tasks=[task]).kickoff()
