// The AI SDK.
import { createMCPClient, ElicitationRequestSchema } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioMCPTransport } from "@ai-sdk/mcp/mcp-stdio";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, isStepCount } from "ai";
import { ANSWER, ARGS, CALLS, COMMAND, KEY, MODEL, PROMPT } from "./given.mjs";

const client = await createMCPClient({
  transport: new StdioMCPTransport({ command: COMMAND, args: ARGS }),
  capabilities: { elicitation: {} },
});
client.onElicitationRequest(ElicitationRequestSchema, async () => ({ action: "accept", content: ANSWER }));
const provider = createOpenAICompatible({ name: "stub", baseURL: `${MODEL}/v1`, apiKey: KEY });
await generateText({
  model: provider("scripted"),
  tools: await client.tools(),
  stopWhen: isStepCount(CALLS.length + 1),
  prompt: PROMPT,
});
await client.close();
