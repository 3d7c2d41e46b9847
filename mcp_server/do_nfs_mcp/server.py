"""Puts the server together: settings in, an MCP server out. Nothing else happens here."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import httpx
from do_nfs_sandbox import Sandbox
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, InputRequiredResult

from do_nfs_mcp.api import NfsApi
from do_nfs_mcp.settings import Settings
from do_nfs_mcp.tools import make_tools
from do_nfs_mcp.tools.tool import NfsTool, failure

INSTRUCTIONS = """Runs DigitalOcean network file storage (NFS): shares, their snapshots, access points and VPCs.
To make a share: list_vpcs for a VPC id in the region, create_share, then get_share until it is ACTIVE; its host and
mount_path are what to mount. Changes are asynchronous: look at the share or snapshot to see them take effect.
Deletes destroy data for good: be sure that the person wants exactly that. After an unknown outcome, look first."""

# The form of a vendor's token with every scope. The sandbox is this process's own, so that nobody else can use it.
_SANDBOX_TOKEN = "dop_v1_" + "0" * 64


class NfsServer(MCPServer[NfsApi]):
    """The server, which has words for tools that are not there."""

    def __init__(self, tools: list[NfsTool], left_out: set[str], **settings: Any) -> None:
        super().__init__(tools=list(tools), **settings)
        self._offered = {tool.name for tool in tools}
        self._left_out = left_out

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[NfsApi, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool by its name. A wrong name is an error result, too."""
        if name in self._left_out:
            return failure(f"{name} changes storage and this server was started with --read-only. Nothing was done.")
        if name not in self._offered:
            return failure(f"There is no such tool. There are: {', '.join(sorted(self._offered))}.")
        return await super().call_tool(name, arguments, context)


def build_server(connect: Callable[[], NfsApi], *, read_only: bool = False) -> NfsServer:
    """Make a server.

    Args:
        connect: Makes the connection that the tools use, once for each time the server is run.
        read_only: Leave out, and refuse, every tool that changes storage.
    """

    @asynccontextmanager
    async def lifespan(_: MCPServer[NfsApi]) -> AsyncIterator[NfsApi]:
        api = connect()
        try:
            yield api
        finally:
            await api.aclose()

    tools = make_tools()
    offered = [tool for tool in tools if tool.reads or not read_only]
    return NfsServer(
        offered,
        {tool.name for tool in tools if tool not in offered},
        name="do-nfs-mcp",
        title="DigitalOcean NFS",
        version=version("do-nfs-mcp"),
        instructions=INSTRUCTIONS,
        lifespan=lifespan,
    )


def connector(settings: Settings) -> Callable[[], NfsApi]:
    """What makes the connection that the settings ask for: to the API, to an embedded sandbox, or to nothing.

    Raises:
        StoreError: If the sandbox's file cannot be used; the text says why.
    """
    if settings.sandbox is not None:
        transport = httpx.ASGITransport(app=Sandbox(settings.sandbox))
        return lambda: NfsApi.connect(
            "http://sandbox", _SANDBOX_TOKEN, read_only=settings.read_only, transport=transport
        )
    token = settings.token
    if token is None:
        return lambda: NfsApi(settings.no_token)
    return lambda: NfsApi.connect(settings.api_url, token, read_only=settings.read_only)
