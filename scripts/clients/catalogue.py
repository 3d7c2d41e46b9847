"""The clients: how each is connected with the server, and made to play the conversation."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from clients.client import HTTP, KEY, STDIO, Client, Stage
from clients.conversation import ANSWER, PROMPT

_DRIVERS = Path(__file__).with_name("drivers")


def _python(driver: str) -> Callable[[Stage], list[str]]:
    """A driver that runs in the client's own Python."""
    return lambda stage: [str(stage.programs / "python"), str(_DRIVERS / driver)]


def _node(driver: str) -> Callable[[Stage], list[str]]:
    """A driver for Node.js, which looks for the client's packages beside it."""

    def start(stage: Stage) -> list[str]:
        (stage.home / "node_modules").symlink_to(stage.programs.parent)
        for name in ("given.mjs", driver):
            shutil.copy(_DRIVERS / name, stage.home)
        return ["node", driver]

    return start


def _entry(stage: Stage, url: str = "url", **more: object) -> dict[str, object]:
    """The server as most hosts have it in their configuration, where `url` is what they call a URL."""
    if stage.url:
        return {url: stage.url, **more}
    command, *arguments = stage.server
    return {"command": command, "args": arguments, **more}


def _claude_code(stage: Stage) -> list[str]:
    entry = _entry(stage, type="http" if stage.url else "stdio")
    servers = stage.write("servers.json", json.dumps({"mcpServers": {"nfs": entry}}))
    decision = {"hookEventName": "Elicitation", "action": "accept", "content": ANSWER}
    answer = stage.write("answer.json", json.dumps({"hookSpecificOutput": decision}))
    hook = {"hooks": [{"type": "command", "command": f"cat '{answer}'"}]}
    settings = stage.write("settings.json", json.dumps({"hooks": {"Elicitation": [hook]}}))
    options = ["--strict-mcp-config", "--mcp-config", str(servers), "--settings", str(settings)]
    return ["claude", "--print", PROMPT, *options, "--allowedTools", "mcp__nfs"]


def _codex(stage: Stage) -> list[str]:
    entry = "\n".join(f"{name} = {json.dumps(value)}" for name, value in _entry(stage).items())
    stage.write(
        ".codex/config.toml",
        f"""
model = "scripted"
model_provider = "stub"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.stub]
name = "stub"
base_url = "{stage.model}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
[mcp_servers.nfs]
{entry}
default_tools_approval_mode = "approve"
required = true
""",
    )
    return [sys.executable, str(_DRIVERS / "codex_app.py")]


def _gemini_cli(stage: Stage) -> list[str]:
    settings = {
        "mcpServers": {"nfs": _entry(stage, "httpUrl", trust=True)},
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
        "privacy": {"usageStatisticsEnabled": False},
    }
    stage.write(".gemini/settings.json", json.dumps(settings))
    return ["gemini", "--yolo", "--skip-trust", "--model", "gemini-2.5-pro", "--prompt", PROMPT]


def _opencode(stage: Stage) -> list[str]:
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{stage.model}/v1", "apiKey": KEY},
        "models": {"scripted": {"tool_call": True}},
    }
    local, remote = {"type": "local", "command": stage.server}, {"type": "remote", "url": stage.url, "oauth": False}
    configuration = {
        "autoupdate": False,
        "share": "disabled",
        "provider": {"stub": provider},
        "mcp": {"nfs": remote if stage.url else local},
    }
    stage.write(".config/opencode/opencode.json", json.dumps(configuration))
    return ["opencode", "run", "--model", "stub/scripted", "--auto", PROMPT]


def _qwen_code(stage: Stage) -> list[str]:
    settings = {
        "mcpServers": {"nfs": _entry(stage, "httpUrl", trust=True)},
        "general": {"enableAutoUpdate": False},
        "privacy": {"usageStatisticsEnabled": False},
        # Else its model has to search for tools before it may call them.
        "tools": {"toolSearch": {"enabled": False}},
    }
    stage.write(".qwen/settings.json", json.dumps(settings))
    model = ["--auth-type", "openai", "--openai-base-url", f"{stage.model}/v1", "--openai-api-key", KEY]
    return ["qwen", "--yolo", *model, "--model", "scripted", PROMPT]


_BOTH = (STDIO, HTTP)

CLIENTS = {
    "claude-code": Client(
        title="Claude Code",
        connect="`do-nfs-mcp install claude-code`, or `claude mcp add --transport http nfs http://127.0.0.1:8000/mcp`.",
        start=_claude_code,
        environment={
            "ANTHROPIC_BASE_URL": "{model}",
            "ANTHROPIC_API_KEY": "{key}",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            # Else its model has to search for most tools before it may call them.
            "ENABLE_TOOL_SEARCH": "false",
        },
        transports=_BOTH,
    ),
    "codex": Client(
        title="Codex",
        connect="`do-nfs-mcp install codex`, or `url` in `[mcp_servers.nfs]` of `~/.codex/config.toml`. Its command "
        "`codex exec` declines every question; apps on its app-server are asked.",
        start=_codex,
        environment={"OPENAI_API_KEY": "{key}"},
        transports=_BOTH,
    ),
    "gemini-cli": Client(
        title="Gemini CLI",
        connect="`do-nfs-mcp install gemini-cli`, or `httpUrl` in `mcpServers.nfs` of `~/.gemini/settings.json`. "
        "It starts servers only in folders you trust. If it does not ask, type `/permissions` in it; until then "
        "`gemini mcp list` shows the server as Disabled.",
        start=_gemini_cli,
        environment={"GEMINI_API_KEY": "{key}", "GOOGLE_GEMINI_BASE_URL": "{model}"},
        transports=_BOTH,
    ),
    "copilot-cli": Client(
        title="Copilot CLI",
        connect='`do-nfs-mcp install copilot-cli`, or `"type": "http"` and `url` in `mcpServers.nfs` of '
        "`~/.copilot/mcp-config.json`. Without a terminal it declines every question; apps made with its SDK are "
        "asked.",
        start=_node("copilot_app.mjs"),
        environment={
            "COPILOT_PROVIDER_BASE_URL": "{model}/v1",
            "COPILOT_PROVIDER_API_KEY": "{key}",
            "COPILOT_MODEL": "scripted",
            "COPILOT_OFFLINE": "true",
            "COPILOT_AUTO_UPDATE": "false",
        },
        transports=_BOTH,
    ),
    "opencode": Client(
        title="opencode",
        connect='`do-nfs-mcp install opencode`, or `{"type": "remote", "url": "http://127.0.0.1:8000/mcp"}` for '
        "`mcp.nfs` in `~/.config/opencode/opencode.json`.",
        start=_opencode,
        environment={
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "OPENCODE_DISABLE_MODELS_FETCH": "1",
            "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
        },
        transports=_BOTH,
    ),
    "qwen-code": Client(
        title="Qwen Code",
        connect="`do-nfs-mcp install qwen-code`, or `httpUrl` in `mcpServers.nfs` of `~/.qwen/settings.json`.",
        start=_qwen_code,
        environment={"QWEN_TELEMETRY_ENABLED": "false"},
        transports=_BOTH,
    ),
    "inspector": Client(
        title="MCP Inspector",
        connect="`npx @modelcontextprotocol/inspector do-nfs-mcp`; tried is its command line.",
        start=lambda _: [sys.executable, str(_DRIVERS / "inspector.py")],
        has_model=False,
        transports=_BOTH,
    ),
    "typescript-sdk-1": Client(
        title="TypeScript SDK 1.x",
        connect='`client.connect(new StdioClientTransport({ command: "do-nfs-mcp" }))`.',
        start=_node("typescript_sdk_1.mjs"),
        has_model=False,
        transports=_BOTH,
    ),
    "typescript-sdk-2": Client(
        title="TypeScript SDK 2.x",
        connect='`client.connect(new StdioClientTransport({ command: "do-nfs-mcp" }))`.',
        start=_node("typescript_sdk_2.mjs"),
        has_model=False,
        transports=_BOTH,
    ),
    "fastmcp": Client(
        title="FastMCP",
        connect='`Client(StdioTransport(command="do-nfs-mcp", args=[]), elicitation_handler=...)`, or '
        "`Client(url, ...)`.",
        start=_python("fastmcp_client.py"),
        has_model=False,
        transports=_BOTH,
    ),
    "langchain": Client(
        title="LangChain",
        connect='`MultiServerMCPClient({"nfs": {"transport": "stdio", "command": "do-nfs-mcp", "args": []}}, '
        "callbacks=Callbacks(on_elicitation=...))`, and `load_mcp_tools` in a session of it: its `get_tools` starts "
        "the server for each call, so a sandbox in memory starts empty each time: use `--sandbox PATH`.",
        start=_python("langchain_agent.py"),
    ),
    "openai-agents": Client(
        title="OpenAI Agents",
        connect='`Agent(..., mcp_servers=[MCPServerStdio(params={"command": "do-nfs-mcp"}, '
        "client_session_timeout_seconds=60)])`: it gives up on a call after 5 s otherwise.",
        start=_python("openai_agents.py"),
    ),
    "pydantic-ai": Client(
        title="pydantic-ai",
        connect='`MCPToolset(StdioTransport(command="do-nfs-mcp", args=[]), elicitation_handler=...)`.',
        start=_python("pydantic_ai_agent.py"),
    ),
    "google-adk": Client(
        title="Google ADK",
        connect="`McpToolset(connection_params=StdioConnectionParams(server_params=StdioServerParameters("
        'command="do-nfs-mcp"), timeout=60), elicitation_callback=...)`.',
        start=_python("google_adk.py"),
        environment={"GOOGLE_API_KEY": "{key}", "GOOGLE_GEMINI_BASE_URL": "{model}"},
    ),
    "google-genai": Client(
        title="google-genai",
        connect='`config={"tools": [session]}` with a `ClientSession` of the Python SDK.',
        start=_python("google_genai.py"),
    ),
    "llama-index": Client(
        title="LlamaIndex",
        connect='`McpToolSpec(BasicMCPClient("do-nfs-mcp", timeout=60))`, which starts the server for each call, so '
        "a sandbox in memory starts empty each time: use `--sandbox PATH`.",
        start=_python("llama_index_agent.py"),
    ),
    "crewai": Client(
        title="CrewAI",
        connect='`MCPServerAdapter(StdioServerParameters(command="do-nfs-mcp"))`; `mcps=` starts the server '
        "for each call, so a sandbox in memory starts empty each time: use `--sandbox PATH`.",
        start=_python("crewai_crew.py"),
        environment={
            "CREWAI_DISABLE_TELEMETRY": "true",
            "CREWAI_TRACING_ENABLED": "false",
            "OTEL_SDK_DISABLED": "true",
        },
    ),
    "autogen": Client(
        title="AutoGen",
        connect='`await mcp_server_tools(StdioServerParams(command="do-nfs-mcp", read_timeout_seconds=60))`, which '
        "starts the server for each call, so a sandbox in memory starts empty each time: use `--sandbox PATH`.",
        start=_python("autogen_agent.py"),
    ),
    "smolagents": Client(
        title="smolagents",
        connect='`MCPClient(StdioServerParameters(command="do-nfs-mcp"), structured_output=True)`.',
        start=_python("smolagents_agent.py"),
    ),
    "strands": Client(
        title="Strands",
        connect='`MCPClient(lambda: stdio_client(StdioServerParameters(command="do-nfs-mcp")), '
        "elicitation_callback=...)`.",
        start=_python("strands_agent.py"),
    ),
    "ai-sdk": Client(
        title="AI SDK",
        connect='`createMCPClient({ transport: new StdioMCPTransport({ command: "do-nfs-mcp" }), capabilities: { '
        "elicitation: {} } })` and `client.onElicitationRequest`.",
        start=_node("ai_sdk.mjs"),
    ),
    "mastra": Client(
        title="Mastra",
        connect='`new MCPClient({ servers: { nfs: { command: "do-nfs-mcp", inputRequests: ... } } })`.',
        start=_node("mastra.mjs"),
        environment={"MASTRA_TELEMETRY_DISABLED": "1"},
    ),
}

FASTEST = (
    ("claude-code", STDIO),
    ("fastmcp", HTTP),
    ("langchain", STDIO),
    ("pydantic-ai", STDIO),
    ("typescript-sdk-1", STDIO),
    ("typescript-sdk-2", HTTP),
)
"""What scripts/test --system plays."""
