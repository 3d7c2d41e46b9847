// Mastra.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { Agent } from "@mastra/core/agent";
import { MCPClient } from "@mastra/mcp";
import { ANSWER, ARGS, CALLS, COMMAND, KEY, MODEL, PROMPT } from "./given.mjs";

const inputRequests = async () => ({ action: "accept", content: ANSWER });
const client = new MCPClient({ servers: { nfs: { command: COMMAND, args: ARGS, inputRequests } } });
const provider = createOpenAICompatible({ name: "stub", baseURL: `${MODEL}/v1`, apiKey: KEY });
const agent = new Agent({
  id: "storage",
  name: "storage",
  instructions: "storage",
  model: provider("scripted"),
  tools: await client.listTools(),
});
await agent.generate(PROMPT, { maxSteps: CALLS.length + 1 });
await client.disconnect();
