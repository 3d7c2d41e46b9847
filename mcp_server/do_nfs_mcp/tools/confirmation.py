"""Asks a person to confirm what cannot be undone. Without a yes nothing is done, and no argument stands in for it."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from mcp.server.elicitation import AcceptedElicitation, CancelledElicitation, ElicitationResult
from mcp.server.mcpserver import Elicit, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, ConfigDict, Field

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.unreadable import unreadable_text
from do_nfs_mcp.api.untrusted_text import escaped, quoted
from do_nfs_mcp.audience import for_reader
from do_nfs_mcp.observability.call_record import note_question, note_reply, note_unasked
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.tools.asking import cannot_ask, host_asks, is_modern
from do_nfs_mcp.tools.service import ServiceContext, service_for

if TYPE_CHECKING:
    from do_nfs_mcp.browser.browser_elicitation import BrowserElicitation

T = TypeVar("T")

_UNANSWERED = (
    "Nothing was done yet: a page in the person's browser asks them to confirm this, and they have not answered. Tell "
    "them so. Then make the same call again: it finds an answer that is given within ten minutes, and opens the page "
    "again if it was closed."
)
_OTHER_QUESTION = (
    "Nothing was done yet: the person has another question before them in their browser, and is asked one at a time. "
    "Tell them so. Make the same call again once they have answered that one or closed its page."
)

LONGEST_NAME = 64
"""How many characters of a name a question shows. The Terraform provider takes no longer one."""

_DESTROYS = "this is destructive"

_call: ContextVar[tuple[str, Mapping[str, Any]]] = ContextVar("call")


@dataclass(frozen=True)
class Confirmation(Generic[T]):
    """What a person is asked to confirm.

    Attributes:
        target: What the tool needs to go on.
        question: All that would be lost or cut off, in words for the person; None if nothing would be, or if they need
            not be asked. What only a question tells is read for no other call.
        typed: What the person has to type for a yes; None if a yes is enough.
        why: Why they have to be asked, as a clause, for a host that cannot ask.
        instead: What can be done without asking, as a sentence.
        loses: Whether something would be lost for good.
        subject: The part of the question by which a no to it is remembered; empty for all of it.
    """

    target: T
    question: str | None
    typed: str | None = None
    why: str = _DESTROYS
    instead: str = "Trying again will not help."
    loses: bool = True
    subject: str = ""

    @property
    def words(self) -> str:
        """The question, where one is asked."""
        return self.question or ""

    @property
    def refused_as(self) -> str:
        """What a no to it is remembered by."""
        return self.subject or self.words

    @property
    def typed_forms(self) -> frozenset[str]:
        """What the person may type: the name as it is, or as it is shown, cut and with codes for some characters."""
        forms = {self.typed.strip(), escaped(self.typed, LONGEST_NAME)} if self.typed is not None else set()
        return frozenset(forms) - {""}

    @property
    def form(self) -> type["_Form"]:
        """What the person fills in."""
        if self.typed:
            return TypedNameForm
        return ConfirmForm if self.loses else ProceedForm


@dataclass(frozen=True)
class Agreed(Generic[T]):
    """What a tool may go on with.

    Attributes:
        target: The confirmation's.
        asked: Whether a person was asked and agreed; otherwise there was nothing to ask about, or nobody had to be.
    """

    target: T
    asked: bool


class _Form(BaseModel):
    """What a person fills in. Hosts exist that take a schema with nothing but what the protocol names."""

    model_config = ConfigDict(json_schema_extra=lambda schema: _leave_only(schema, {"type", "properties", "required"}))


def _leave_only(schema: dict[str, Any], keys: set[str]) -> None:
    for key in schema.keys() - keys:
        del schema[key]


class ConfirmForm(_Form):
    """A plain yes."""

    confirm: bool = Field(title="Yes, do it", description="This cannot be undone.")


class ProceedForm(ConfirmForm):
    """A plain yes to what loses nothing."""

    confirm: bool = Field(title="Yes, do it", description="Without a yes nothing is done.")


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
        async def prepare_anew() -> Confirmation[T]:
            confirmation = await prepare(**arguments)
            # What could not be read may be at stake as well.
            if confirmation.question and (left_out := unreadable_text()):
                return replace(confirmation, question=f"{confirmation.question} {left_out}")
            return confirmation

        return _Prepared(await prepare_anew(), prepare_anew)

    async def ask(context: ServiceContext, prepared: Annotated[Any, Resolve(look)]) -> Any:
        """Have the person asked by the SDK or, where it does not do all that is needed, here."""
        confirmation: Confirmation[T] = prepared.confirmation
        if confirmation.question is None:
            return None
        if await service_for(context).recent_refusals.include(confirmation.refused_as):
            raise await _declined(
                context,
                for_reader(
                    "the person said no to just this, or closed the question, less than a minute ago, and is not asked "
                    "again so soon. Do not call this again unless they ask for it.",
                    "you said no to just this, or gave no answer, less than a minute ago.",
                ),
            )
        if host_asks(context) and is_modern(context):
            # When the answer comes, the SDK runs all of this anew, and asks again if the question changed.
            service_for(context).stop_timing()
            note_question(confirmation.words, "host")
            return Elicit(confirmation.words, confirmation.form)
        await _ask_now(context, confirmation)
        if (await prepared.prepare_anew()).question != confirmation.question:
            raise NfsError(
                for_reader(
                    "Nothing was done: while the person was asked, what they were shown has changed. Try again, so "
                    "that they are asked about what is there now.",
                    "Nothing was done: while you were asked, what you were shown has changed. Try again to be asked "
                    "about what is there now.",
                )
            )
        return None

    async def agree(
        context: ServiceContext,
        prepared: Annotated[Any, Resolve(look)],
        answer: Annotated[ElicitationResult[BaseModel], Resolve(ask)],
    ) -> Any:
        confirmation: Confirmation[T] = prepared.confirmation
        if not (isinstance(answer, AcceptedElicitation) and answer.data is None):
            service = service_for(context)
            service.restart_timing()
            await _require_yes(context, confirmation, answer)
            await service.answers.use()
        return Agreed(confirmation.target, asked=confirmation.question is not None)

    return Resolve(agree)


def current_call() -> str:
    """Return the tool and the arguments of the call that is being answered, as one text."""
    return json.dumps(_call.get(), sort_keys=True)


@contextmanager
def confirming(tool: str, arguments: Mapping[str, Any]) -> Iterator[None]:
    """Say which call the questions inside are about.

    Args:
        tool: The tool's name.
        arguments: By name.
    """
    token = _call.set((tool, arguments))
    try:
        yield
    finally:
        _call.reset(token)


async def _ask_now(context: ServiceContext, confirmation: Confirmation[Any]) -> None:
    """Return once the person has agreed."""
    host_failed: MCPError | None = None
    if host_asks(context):
        try:
            return await _ask_by_host(context, confirmation)
        except MCPError as error:
            host_failed = error
    service = service_for(context)
    if service.browser is None:
        raise await _unaskable(context, confirmation, host_failed)
    # Loaded for the first question alone.
    from do_nfs_mcp.browser.question import NoBrowserError

    try:
        return await _ask_by_browser(context, confirmation, service.browser)
    except NoBrowserError:
        raise await _unaskable(context, confirmation, host_failed) from None


async def _unaskable(
    context: ServiceContext, confirmation: Confirmation[Any], host_failed: MCPError | None
) -> NfsError | MCPError:
    """Return the error for a call about which nobody can ask the person."""
    if host_failed:
        note_question(confirmation.words, "host")
    else:
        note_unasked()
    await service_for(context).allowance.forget_question(current_call())
    return cannot_ask(context, confirmation.why, confirmation.instead, host_failed)


async def _ask_by_host(context: ServiceContext, confirmation: Confirmation[Any]) -> None:
    service = service_for(context)
    service.stop_timing()
    note_question(confirmation.words, "host")
    try:
        answer = await context.elicit(confirmation.words, confirmation.form)
    except ValueError as error:
        raise ToolError("The host's answer is none.") from error
    finally:
        service.restart_timing()
    await _require_yes(context, confirmation, answer)


async def _ask_by_browser(
    context: ServiceContext, confirmation: Confirmation[Any], browser: "BrowserElicitation"
) -> None:
    from do_nfs_mcp.browser.question import OtherQuestionError, Question

    ((_, field),) = confirmation.form.model_fields.items()
    question = Question(
        confirmation.words,
        label=field.title or "",
        hint=field.description or "",
        typed=confirmation.typed_forms if confirmation.typed else None,
    )
    service = service_for(context)
    seconds = service.time_to_ask()
    note_question(question.text, "browser")
    await context.report_progress(0, seconds, "a page in the person's browser asks them")
    try:
        agreed = await browser.ask(current_call(), question, seconds)
    except OtherQuestionError:
        note_unasked()
        await service.allowance.forget_question(current_call())
        raise NfsError(_OTHER_QUESTION, kind=FailureKind.UNANSWERED) from None
    if agreed is None:
        raise NfsError(_UNANSWERED, kind=FailureKind.UNANSWERED)
    if not agreed:
        raise await _said_no(context, confirmation)
    note_reply("yes")


async def _require_yes(
    context: ServiceContext, confirmation: Confirmation[Any], answer: ElicitationResult[Any]
) -> None:
    if isinstance(answer, CancelledElicitation):
        note_reply("closed")
        raise await _refused(
            context,
            confirmation,
            for_reader(
                "the person closed the question without an answer. Ask them what they want.",
                "you gave no answer.",
            ),
        )
    form = answer.data if isinstance(answer, AcceptedElicitation) else None
    if isinstance(form, TypedNameForm):
        if form.name.strip() in confirmation.typed_forms:
            note_reply("yes", form.name)
            return
        # A typing mistake is not a refusal: it may be tried again at once.
        note_reply("wrong name", form.name)
        typed = quoted(form.name, 60)
        raise await _declined(
            context,
            for_reader(
                f"the name the person typed, {typed}, is not the share's. Ask them which share they mean.",
                f"the name you typed, {typed}, is not the share's.",
            ),
        )
    if not (isinstance(form, ConfirmForm) and form.confirm):
        raise await _said_no(context, confirmation)
    note_reply("yes")


async def _said_no(context: ServiceContext, confirmation: Confirmation[Any]) -> NfsError:
    note_reply("no")
    why = for_reader("the person said no. Do not call this again unless they ask for it.", "you said no.")
    return await _refused(context, confirmation, why)


async def _refused(context: ServiceContext, confirmation: Confirmation[Any], why: str) -> NfsError:
    """Return the error for what the person does not want, and is not asked about again so soon."""
    await service_for(context).recent_refusals.add(confirmation.refused_as)
    return await _declined(context, why)


async def _declined(context: ServiceContext, why: str) -> NfsError:
    await service_for(context).allowance.forget_question(current_call())
    return NfsError(f"Nothing was done: {why}", kind=FailureKind.DECLINED)
