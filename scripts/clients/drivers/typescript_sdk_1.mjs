// The TypeScript SDK 1.x, which checks structured content by the output schemas.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { ANSWER, ARGS, CALLS, COMMAND, URL as SERVER } from "./given.mjs";

const client = new Client({ name: "host", version: "1" }, { capabilities: { elicitation: {} } });
client.setRequestHandler(ElicitRequestSchema, async () => ({ action: "accept", content: ANSWER }));
const stdio = () => new StdioClientTransport({ command: COMMAND, args: ARGS });
await client.connect(SERVER ? new StreamableHTTPClientTransport(new URL(SERVER)) : stdio());
console.log(JSON.stringify({ tools: (await client.listTools()).tools.length }));
for (const call of CALLS) await client.callTool({ name: call.tool, arguments: call.arguments });
await client.close();
