"""What a host can read without calling a tool: shares and snapshots by id, the whole account, the same as a Terraform
configuration, the contract of the API and its rate limit.

All of it but that configuration is JSON, in the shapes that tools return. Hosts are told the docstring of the function
that reads it.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any, Self, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from pydantic import BaseModel, ValidationError

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import HasIdAndName, as_uuid
from do_nfs_mcp.api.rate_limit import RateLimit
from do_nfs_mcp.api.scopes import LIST, READ
from do_nfs_mcp.api.unreadable import noting_unreadable, with_unreadable
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.storage.views import ShareView, SnapshotView
from do_nfs_mcp.tools.overview import account_overview
from do_nfs_mcp.tools.service import Service, current_service
from do_nfs_mcp.tools.terraform import TERRAFORM, as_terraform
from do_nfs_mcp.tools.vpc_lookup import name_vpcs

__all__ = ["JSON", "TEXT", "add_resources"]

JSON = "application/json"
"""The media type of everything here but the Terraform configuration."""

TEXT = "text/plain"
"""The media type of the Terraform configuration, which has none of its own."""

V = TypeVar("V", bound=BaseModel)
T = TypeVar("T", bound=HasIdAndName)


class RateLimitView(BaseModel):
    """The rate limit as the API last told it, or a message alone if it has not told it yet."""

    message: str
    limit: int | None = None
    remaining: int | None = None
    reset: datetime | None = None
    seen: datetime | None = None

    @classmethod
    def of(cls, rate_limit: RateLimit | None) -> Self:
        """Make it from what the API said; None if it has not said anything yet."""
        if rate_limit is None:
            return cls(message="No answer of the API has told it yet. The next call that reaches the API brings one.")
        return cls(
            message=f"{rate_limit.remaining} of {rate_limit.limit} requests were left when the API last answered.",
            limit=rate_limit.limit,
            remaining=rate_limit.remaining,
            reset=rate_limit.reset,
            seen=rate_limit.seen,
        )


async def share(share_id: str) -> str:
    """One share with its access points, as get_share shows it."""

    async def read(service: Service) -> ShareView:
        if uuid := as_uuid(share_id):
            found = await service.api.get_share(uuid)
        else:
            found = _of_id("share", share_id, await service.api.list_shares())
        view = ShareView.of(found)
        await name_vpcs(service, [view])
        return view

    return await _to_json(read)


async def snapshot(snapshot_id: str) -> str:
    """One snapshot, as get_snapshot shows it."""

    async def read(service: Service) -> SnapshotView:
        if uuid := as_uuid(snapshot_id):
            return SnapshotView.of(await service.api.get_snapshot(uuid))
        return SnapshotView.of(_of_id("snapshot", snapshot_id, await service.api.list_snapshots()))

    return await _to_json(read)


async def overview() -> str:
    """All storage of the account by region, and what looks wrong, as get_storage_overview shows it."""
    return await _to_json(account_overview)


async def rate_limit() -> str:
    """How many requests the API lets the account make, as its last answer said. Reading it makes none."""

    async def read(service: Service) -> RateLimitView:
        return RateLimitView.of(service.api.rate_limit)

    return await _to_json(read)


async def terraform() -> str:
    """All shares of the account as a Terraform configuration, as export_terraform writes it."""
    return await terraform_of()


async def terraform_of(region: str = "", shares: str = "", include_snapshots: str = "") -> str:
    """Some of the account as a Terraform configuration, as export_terraform writes it. Commas part the shares."""
    wanted = shares.split(",") if shares else []
    return await _read(
        lambda service: as_terraform(service, region, wanted, include_snapshots == "true"), lambda view: view.hcl
    )


def add_resources(server: MCPServer[Any], contract: Callable[[], str]) -> dict[str, frozenset[str]]:
    """Let hosts read all this.

    Args:
        server: The server that they read it from.
        contract: Reads the contract, which is JSON.

    Returns:
        The scopes that reading each takes, by its URI or URI template.
    """
    query = "{?region,shares,include_snapshots}"
    offered: tuple[tuple[str, str, str, Callable[..., Any], frozenset[str]], ...] = (
        ("nfs://overview", "All storage", JSON, overview, LIST),
        ("nfs://contract", "The contract of the API", JSON, contract, frozenset()),
        ("nfs://rate-limit", "The rate limit of the API", JSON, rate_limit, frozenset()),
        (TERRAFORM, "All shares as Terraform", TEXT, terraform, LIST),
        ("nfs://shares/{share_id}", "A share", JSON, share, READ),
        ("nfs://snapshots/{snapshot_id}", "A snapshot", JSON, snapshot, READ),
        (f"{TERRAFORM}{query}", "Some shares as Terraform", TEXT, terraform_of, LIST),
    )
    for uri, title, media_type, read, _ in offered:
        server.resource(uri, title=title, mime_type=media_type)(read)
    return {uri: scopes for uri, *_, scopes in offered}


async def _to_json(read: Callable[[Service], Awaitable[BaseModel]]) -> str:
    def show(view: BaseModel) -> str:
        return json.dumps(with_unreadable(view.model_dump(mode="json", exclude_none=True)), separators=(",", ":"))

    return await _read(read, show)


async def _read(read: Callable[[Service], Awaitable[V]], show: Callable[[V], str]) -> str:
    """Read something and return it as it is shown, or fail in the words of tools."""
    service = current_service()
    try:
        with service.timed(), noting_unreadable():
            return show(await read(service))
    except NfsError as error:
        raise (ResourceNotFoundError if error.gone else ResourceError)(str(error)) from error
    except ValidationError as error:
        raise ResourceError("The API's answer is not one it should give. Read it again.") from error
    except TimeoutError as error:
        raise ResourceError(
            f"Reading it was ended after {service.call_seconds:g} s without an answer. Read it again."
        ) from error


def _of_id(kind: str, text: str, things: Iterable[T]) -> T:
    """Return the one with an id that is no UUID: as a part of a path it might be a word of the API's."""
    for thing in things:
        if thing.id == text:
            return thing
    raise ResourceNotFoundError(f"No {kind} has the id {quoted(text, 80)}: list_{kind}s shows the ids.")
