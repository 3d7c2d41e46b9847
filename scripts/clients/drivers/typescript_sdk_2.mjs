// The TypeScript SDK 2.x, which checks structured content by the output schemas.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { ANSWER, ARGS, CALLS, COMMAND, URL as SERVER } from "./given.mjs";

const client = new Client({ name: "host", version: "1" }, { capabilities: { elicitation: {} } });
client.setRequestHandler("elicitation/create", async () => ({ action: "accept", content: ANSWER }));
const stdio = () => new StdioClientTransport({ command: COMMAND, args: ARGS });
await client.connect(SERVER ? new StreamableHTTPClientTransport(new URL(SERVER)) : stdio());
console.log(JSON.stringify({ tools: (await client.listTools()).tools.length }));
for (const call of CALLS) await client.callTool({ name: call.tool, arguments: call.arguments });
await client.close();
