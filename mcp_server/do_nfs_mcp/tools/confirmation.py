"""Asks a person to confirm what cannot be undone. Without a yes nothing is done, and no argument stands in for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Annotated, Any, Generic, TypeVar

from mcp.server.elicitation import AcceptedElicitation, CancelledElicitation, ElicitationResult
from mcp.server.mcpserver import Elicit, Resolve
from mcp.shared.exceptions import MCPError
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    ClientCapabilities,
    ElicitationCapability,
    FormElicitationCapability,
    MissingRequiredClientCapabilityErrorData,
)
from mcp_types.version import is_version_at_least
from pydantic import BaseModel, ConfigDict, Field

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.untrusted_text import escaped, quoted
from do_nfs_mcp.audience import for_reader
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.tools.service import ServiceContext, service_for

T = TypeVar("T")

_CANNOT_ASK = (
    "Nothing was done: this destroys or cuts off something, so a person has to confirm it, and this host has no way "
    "to ask one (MCP elicitation). Calling again will not help. Whoever runs this server can use a host that asks, or "
    "start it with --destructive allow if it may do this without a word from anybody."
)
_NO_WAY_BACK = (
    "Nothing was done: this destroys or cuts off something, so a person has to confirm it, and over HTTP no question "
    "can be sent to a host that speaks an older version of MCP than 2026-07-28. Calling again will not help. Use a "
    "host that speaks this version, or run the server over stdio."
)
# From this version on the protocol itself has an error for hosts that cannot ask.
_MODERN = "2026-07-28"


@dataclass(frozen=True)
class Confirmation(Generic[T]):
    """What a person is asked to confirm.

    Attributes:
        target: What the tool needs to go on.
        question: All that would be lost or cut off, in words for the person; None if nothing would be.
        typed: What the person has to type for a yes; None if a yes is enough.
    """

    target: T
    question: str | None
    typed: str | None = None


@dataclass(frozen=True)
class Agreed(Generic[T]):
    """What a tool may go on with.

    Attributes:
        target: The confirmation's.
        asked: Whether a person was asked and agreed; otherwise there was nothing to ask about, or nobody had to be.
    """

    target: T
    asked: bool


class CannotAskError(MCPError):
    """The protocol's own error for a host that cannot ask a person."""


class _Form(BaseModel):
    """What a person fills in. Hosts exist that take a schema with nothing but what the protocol names."""

    model_config = ConfigDict(json_schema_extra=lambda schema: _leave_only(schema, {"type", "properties", "required"}))


def _leave_only(schema: dict[str, Any], keys: set[str]) -> None:
    for key in schema.keys() - keys:
        del schema[key]


class ConfirmForm(_Form):
    """A plain yes."""

    confirm: bool = Field(title="Yes, do it", description="This cannot be undone.")


class TypedNameForm(_Form):
    """A yes that takes the share's name."""

    name: str = Field(title="The share's name", description="Type it as it is shown, to confirm.")


@dataclass(frozen=True)
class _Prepared(Generic[T]):
    """A confirmation, and what prepares it anew from what is there by then."""

    confirmation: Confirmation[T]
    prepare_anew: Callable[[], Awaitable[Confirmation[T]]]


def confirmed(prepare: Callable[..., Awaitable[Confirmation[T]]]) -> Resolve:
    """Make the marker of a tool's parameter that is filled, once a person has agreed, with an `Agreed`.

    The call fails with an NfsError if the person did not agree or cannot be asked. On protocol versions that have an
    error for hosts that cannot ask, that is an MCPError with the same words.

    Args:
        prepare: Reads what would be lost and makes the confirmation of it. It takes the context, and any of the tool's
            arguments by their names. It is called again when the answer comes: a person's yes never covers what they
            were not shown.
    """

    @wraps(prepare)
    async def look(**arguments: Any) -> Any:
        return _Prepared(await prepare(**arguments), partial(prepare, **arguments))

    async def ask(context: ServiceContext, prepared: Annotated[Any, Resolve(look)]) -> Any:
        confirmation: Confirmation[T] = prepared.confirmation
        service = service_for(context)
        if confirmation.question is None or service.destructive == "allow":
            return None
        _require_a_way_to_ask(context)
        service.stop_timing()
        return Elicit(confirmation.question, TypedNameForm if confirmation.typed else ConfirmForm)

    async def agree(
        context: ServiceContext,
        prepared: Annotated[Any, Resolve(look)],
        answer: Annotated[ElicitationResult[BaseModel], Resolve(ask)],
    ) -> Any:
        confirmation: Confirmation[T] = prepared.confirmation
        if isinstance(answer, AcceptedElicitation) and answer.data is None:
            return Agreed(confirmation.target, asked=False)
        service_for(context).restart_timing()
        _require_yes(confirmation, answer)
        # From _MODERN on the SDK runs all of this anew when the answer comes, and asks again if the question changed.
        if not _is_modern(context) and (await prepared.prepare_anew()).question != confirmation.question:
            raise NfsError(
                for_reader(
                    "Nothing was done: while the person was asked, what they were shown has changed. Call again, so "
                    "that they are asked about what is there now.",
                    "Nothing was done: while you were asked, what you were shown has changed. Call again to be asked "
                    "about what is there now.",
                )
            )
        return Agreed(confirmation.target, asked=True)

    return Resolve(agree)


def _require_yes(confirmation: Confirmation[Any], answer: ElicitationResult[BaseModel]) -> None:
    if isinstance(answer, CancelledElicitation):
        raise _declined(
            for_reader(
                "the person closed the question without an answer. Ask them what they want.",
                "you gave no answer.",
            )
        )
    form = answer.data if isinstance(answer, AcceptedElicitation) else None
    if isinstance(form, TypedNameForm) and confirmation.typed is not None:
        # A name with characters that do not show is shown with their codes.
        if form.name.strip() and form.name.strip() in {confirmation.typed.strip(), escaped(confirmation.typed)}:
            return
        typed = quoted(form.name, 60)
        raise _declined(
            for_reader(
                f"the name the person typed, {typed}, is not the share's. Ask them which share they mean.",
                f"the name you typed, {typed}, is not the share's.",
            )
        )
    if not (isinstance(form, ConfirmForm) and form.confirm):
        raise _declined(
            for_reader("the person said no. Do not call this again unless they ask for it.", "you said no.")
        )


def _declined(why: str) -> NfsError:
    return NfsError(f"Nothing was done: {why}", kind=FailureKind.DECLINED)


def _require_a_way_to_ask(context: ServiceContext) -> None:
    capabilities = context.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    # A client that names no mode takes forms, the first mode there was.
    takes_forms = elicitation is not None and (elicitation.form is not None or elicitation.url is None)
    if _is_modern(context):
        if not takes_forms:
            required = ClientCapabilities(elicitation=ElicitationCapability(form=FormElicitationCapability()))
            data = MissingRequiredClientCapabilityErrorData(required_capabilities=required)
            raise CannotAskError(
                code=MISSING_REQUIRED_CLIENT_CAPABILITY,
                message=_CANNOT_ASK,
                data=data.model_dump(by_alias=True, mode="json", exclude_none=True),
            )
    elif not context.session.can_send_request:
        raise NfsError(_NO_WAY_BACK)
    elif not takes_forms:
        raise NfsError(_CANNOT_ASK)


def _is_modern(context: ServiceContext) -> bool:
    version = context.protocol_version
    return version is not None and is_version_at_least(version, _MODERN)
