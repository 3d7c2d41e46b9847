"""Makes a plain function a tool: strict arguments, complete hints, lean schemas, errors made to be read."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from typing import Any, get_type_hints

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from mcp_types import Tool as ToolDefinition
from pydantic import ValidationError

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.unreadable import noting_unreadable, unreadable_text, with_unreadable
from do_nfs_mcp.observability.failure import Failure, FailureKind
from do_nfs_mcp.storage.views import View
from do_nfs_mcp.tools.argument_errors import explain
from do_nfs_mcp.tools.confirmation import confirming
from do_nfs_mcp.tools.host_arguments import without_host_s
from do_nfs_mcp.tools.icons import ICONS
from do_nfs_mcp.tools.json_schema import LeanJsonSchema, outline
from do_nfs_mcp.tools.left_out import without_left_out
from do_nfs_mcp.tools.service import service_for

__all__ = ["Effect", "NfsTool", "ToolSpec", "answer", "failure", "refusal"]

logger = logging.getLogger(__name__)


class Effect(Enum):
    """What a tool does to storage, as the hints (read-only, destructive, idempotent)."""

    READS = (True, False, True)
    ADDS = (False, False, False)
    """Makes something new, or more of something, each time."""
    CHANGES = (False, False, True)
    """Changes something in a way that loses nothing; the same call again has no further effect."""
    DESTROYS = (False, True, True)
    """Takes something away; the same call again has no further effect."""


@dataclass(frozen=True)
class ToolSpec:
    """A tool: the function that does it, and what hosts are told of it.

    Attributes:
        call: The function. Its docstring is what the model reads.
        title: What people read.
        effect: What it does to storage.
        scopes: What a caller needs who gives ids and does not wait. Names and waits take more; a caller without it is
            told so.
        page: The URI of the page that a host may show with its results.
        prints: The field of its structured content that a terminal prints in place of the text, if that is a file.
    """

    call: Callable[..., Any]
    title: str
    effect: Effect
    scopes: frozenset[str]
    page: str | None = None
    prints: str | None = None

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.call.__name__

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.effect.value[0]

    @property
    def destroys(self) -> bool:
        """Whether it takes something away."""
        return self.effect.value[1]


class NfsTool(Tool):
    """A tool that refuses arguments it does not know and answers failures in words.

    Attributes:
        scopes: Its spec's.
    """

    scopes: frozenset[str] = frozenset()

    @classmethod
    @cache
    def of(cls, spec: ToolSpec) -> "NfsTool":
        """Return the tool that a spec describes, made when it is first asked for: no start waits for it."""
        reads, destroys, idempotent = spec.effect.value
        tool = cls.from_function(
            spec.call,
            title=spec.title,
            description=" ".join((spec.call.__doc__ or "").split()),
            annotations=ToolAnnotations(
                read_only_hint=reads, destructive_hint=destroys, idempotent_hint=idempotent, open_world_hint=True
            ),
            meta={"ui": {"resourceUri": spec.page}} if spec.page else None,
            icons=ICONS[spec.call.__module__.rpartition(".")[2]],
            # The SDK would make the schema of a view anew for each tool.
            structured_output=False,
        )
        assert isinstance(tool, NfsTool)
        tool.scopes = spec.scopes
        metadata = tool.fn_metadata
        _make_strict(metadata.arg_model)
        tool.parameters = _with_nullable(metadata.arg_model.model_json_schema(schema_generator=LeanJsonSchema))
        metadata.output_model = get_type_hints(spec.call, include_extras=True)["return"].__metadata__[0]
        # The SDK checks results only if there is a schema.
        metadata.output_schema = {}
        return tool

    @cached_property
    def output_schema(self) -> dict[str, Any]:
        """The schema of its results, made when it is first asked for: no call waits for it."""
        return _schema(self.fn_metadata.output_model)

    @cached_property
    def definition(self) -> ToolDefinition:
        """What hosts are told of it."""
        return ToolDefinition(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.parameters,
            output_schema=self.output_schema,
            annotations=self.annotations,
            icons=self.icons,
            _meta=self.meta,
        )

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return bool(self.annotations and self.annotations.read_only_hint)

    @property
    def destroys(self) -> bool:
        """Whether it takes something away."""
        return bool(self.annotations and self.annotations.destructive_hint)

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        """Call the tool. What goes wrong is a result with is_error set, never an exception."""
        with noting_unreadable():
            return await self._run(arguments, context, convert_result)

    async def _run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool) -> Any:
        given = without_left_out(without_host_s(arguments, self.parameters["properties"]), self.parameters)
        service = service_for(context)
        try:
            with service.timed(), confirming(self.name, given):
                return await super().run(given, context, convert_result)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, NfsError):
                return failure(" ".join(filter(None, [str(cause), unreadable_text()])), cause.failure)
            if isinstance(cause, ValidationError) and not isinstance(error, UnexpectedToolError):
                return refusal(explain(self.name, cause, self.parameters["properties"]))
            if isinstance(cause, ValidationError):
                # Arguments have passed by then; it is what came back that fits no view.
                return self._broken("The API's answer is not one it should give.")
            if isinstance(cause, ToolError):
                # The SDK's own, for a host's reply to a question that does not answer it.
                return refusal("Nothing was done: what came back as the answer to the question is not one. Try again.")
            logger.exception("%s raised what it should not", self.name)
            return self._broken(
                f"{self.name} failed inside this server, which is a fault of the server; its log says more."
            )
        except TimeoutError:
            return self._broken(f"{self.name} was ended after {service.call_seconds:g} s without an answer.")

    def _broken(self, text: str) -> CallToolResult:
        """Make a result that says what went wrong in the middle of a call."""
        if self.reads:
            return failure(f"{text} Try again.", Failure(FailureKind.FAILED))
        afterwards = "Look whether the change was made before trying again."
        return failure(f"{text} {afterwards}", Failure(FailureKind.UNKNOWN_OUTCOME))


def answer(view: View) -> CallToolResult:
    """Make a result of two halves that each stand alone, since hosts give their model one or the other.

    Both say what the API listed and could not be read.
    """
    return CallToolResult(
        content=[TextContent(type="text", text="\n".join(filter(None, [view.text(), unreadable_text()])))],
        structured_content=with_unreadable(view.model_dump(mode="json", exclude_none=True)),
    )


def failure(text: str, what: Failure) -> CallToolResult:
    """Make a result that says what went wrong.

    Args:
        text: The failure in words, for the model.
        what: The failure as data, for programs.
    """
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True, _meta=what.meta)


def refusal(text: str) -> CallToolResult:
    """Make a result that says why this server did not do it.

    Args:
        text: The reason in words, for the model.
    """
    return failure(text, Failure(FailureKind.REFUSED))


def _make_strict(model: type[ArgModelBase]) -> None:
    """Let a model refuse arguments that it does not know. The SDK's ignore them."""
    model.model_config = {**model.model_config, "extra": "forbid"}
    model.model_rebuild(force=True)


def _with_nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Mark the arguments that can be left out: smolagents takes all others for required."""
    optional = schema["properties"].keys() - schema.get("required", ())
    properties = {
        name: {**argument, "nullable": True} if name in optional else argument
        for name, argument in schema["properties"].items()
    }
    return {**schema, "properties": properties}


@cache
def _schema(view: type[View]) -> dict[str, Any]:
    return outline(view.model_json_schema(schema_generator=LeanJsonSchema))
