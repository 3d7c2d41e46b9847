// An app on Copilot CLI, made with its SDK: it answers what Copilot asks the person. `copilot --prompt` declines it.
import { CopilotClient, RuntimeConnection, approveAll } from "@github/copilot-sdk";
import { ANSWER, ARGS, COMMAND, KEY, MODEL, PROMPT, URL } from "./given.mjs";

const path = `${import.meta.dirname}/node_modules/.bin/copilot`;
const client = new CopilotClient({ connection: RuntimeConnection.forStdio({ path }) });
const local = { type: "local", command: COMMAND, args: ARGS, tools: ["*"] };
const remote = { type: "http", url: URL, tools: ["*"] };
const session = await client.createSession({
  model: "scripted",
  provider: { type: "openai", baseUrl: `${MODEL}/v1`, apiKey: KEY },
  mcpServers: { nfs: URL ? remote : local },
  onPermissionRequest: approveAll,
  onElicitationRequest: async () => ({ action: "accept", content: ANSWER }),
});
await session.sendAndWait({ prompt: PROMPT });
await client.stop();
