"""What a host can read without calling a tool: shares and snapshots by id, the whole account, the contract of the API
and its rate limit. All of it is JSON, in the shapes that tools return."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from pydantic import BaseModel, ValidationError

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.rate_limit import RateLimit
from do_nfs_mcp.api.scopes import LIST, READ
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.storage.views import ShareView, SnapshotView
from do_nfs_mcp.tools.overview import look_over
from do_nfs_mcp.tools.service import Service, current

JSON = "application/json"


class RateLimitView(BaseModel):
    """The rate limit as it was last told, or a message alone if it was not told yet."""

    message: str
    limit: int | None = None
    remaining: int | None = None
    reset: datetime | None = None
    seen: datetime | None = None

    @classmethod
    def of(cls, told: RateLimit | None) -> Self:
        """Make it from what the API said."""
        if told is None:
            return cls(message="No answer of the API has told it yet. The next call that reaches the API brings one.")
        return cls(
            message=f"{told.remaining} of {told.limit} requests were left when the API last answered.",
            limit=told.limit,
            remaining=told.remaining,
            reset=told.reset,
            seen=told.seen,
        )


async def share(share_id: str) -> str:
    """One share with its access points, as get_share shows it."""

    async def look(have: Service) -> ShareView:
        return ShareView.of(await have.api.get_share(str(_id("share", share_id))))

    return await _read(look)


async def snapshot(snapshot_id: str) -> str:
    """One snapshot, as get_snapshot shows it."""

    async def look(have: Service) -> SnapshotView:
        return SnapshotView.of(await have.api.get_snapshot(_id("snapshot", snapshot_id)))

    return await _read(look)


async def overview() -> str:
    """All storage of the account by region, and what looks wrong, as get_storage_overview shows it."""
    return await _read(look_over)


async def rate_limit() -> str:
    """How many requests the API lets the account make, as its last answer said. Reading it makes none."""

    async def look(have: Service) -> RateLimitView:
        return RateLimitView.of(have.api.rate_limit)

    return await _read(look)


def add_resources(server: MCPServer[Any], contract: Callable[[], str]) -> dict[str, frozenset[str]]:
    """Let hosts read all this. Returns the scopes that reading each takes, by its address.

    Args:
        server: Who serves it.
        contract: Reads the contract, which is JSON. Its docstring is what hosts are told of it.
    """
    offered: tuple[tuple[str, str, Callable[..., Any], frozenset[str]], ...] = (
        ("nfs://overview", "All storage", overview, LIST),
        ("nfs://contract", "The contract of the API", contract, frozenset()),
        ("nfs://rate-limit", "The rate limit of the API", rate_limit, frozenset()),
        ("nfs://shares/{share_id}", "A share", share, READ),
        ("nfs://snapshots/{snapshot_id}", "A snapshot", snapshot, READ),
    )
    for uri, title, read, _ in offered:
        server.resource(uri, title=title, mime_type=JSON)(read)
    return {uri: scopes for uri, _, _, scopes in offered}


async def _read(look: Callable[[Service], Awaitable[BaseModel]]) -> str:
    have = current()
    try:
        with have.timed():
            return (await look(have)).model_dump_json(exclude_none=True, ensure_ascii=True)
    except NfsError as error:
        raise (ResourceNotFoundError if error.gone else ResourceError)(str(error)) from error
    except ValidationError as error:
        raise ResourceError("The API's answer is not one it should give. Read it again.") from error
    except TimeoutError as error:
        raise ResourceError(
            f"Reading it was ended after {have.call_seconds:g} s without an answer. Read it again."
        ) from error


def _id(kind: str, text: str) -> UUID:
    found = as_uuid(text)
    if found is None:
        raise ResourceNotFoundError(f"{quoted(text, 80)} is no {kind}'s id, which is a UUID: list_{kind}s shows them.")
    return found
