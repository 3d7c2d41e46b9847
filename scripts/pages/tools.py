"""The reference of the tools, from what a host is told."""

import json
from collections.abc import Iterator
from typing import Any

from do_nfs_mcp.tools import make_tools
from do_nfs_mcp.tools.tool import Effect, NfsTool

from pages.examples import example

_HEAD = """<!-- This page is made by scripts/docs from the tools; changes made here are lost. -->

# The tools

What a host is told about each tool, and what the tool returns. A share is named by its id, or by its exact name if only
one share has it. Every result has a text, and structured content of the kind named here; an error has only a text.
Items from the API that cannot be read are left out: the text says so, and the structured content then has one more
field, `unreadable`, a list that describes them in words.

The scopes are those that a caller's token for this server needs, if the call gives ids and does not wait:
[http.md](http.md).

Each tool has an example: the call (`→`), the question to the person (`?`) if there is one, and the text that a model
reads. The examples are recorded on the sandbox with its scenario `team`, where the person agrees to everything.
"""

_EFFECTS = {
    Effect.READS: "Reads only.",
    Effect.ADDS: "Creates something new each time it is called.",
    Effect.CHANGES: "Changes something without losing anything. Repeating the call has no further effect.",
    Effect.DESTROYS: "Destructive: asks the person first. Repeating the call has no further effect.",
}
_ORDERS = "Asks the person before it orders more than the allowance."
_ASKS = {
    "create_share": _ORDERS,
    "resize_share": _ORDERS,
    "switch_performance_tier": _ORDERS,
    "create_access_point": "Asks the person before it creates one with NO_SQUASH.",
}
"""When a tool asks that is not destructive."""
_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "{} or more characters",
    "maxLength": "{} characters at most",
    "minItems": "{} or more",
    "pattern": "`{}`",
}
"""What the words of JSON Schema that bound a value mean."""


def tools_page() -> str:
    """docs/tools.md."""
    tools = make_tools()
    kinds: dict[str, dict[str, Any]] = {}
    for tool in tools:
        schema = _returned(tool).model_json_schema()
        kinds |= schema.pop("$defs", {}) | {_returned(tool).__name__: schema}
    return (
        f"{_HEAD}\n{_contents(tools)}\nResults: {', '.join(map(_linked, sorted(kinds)))}.\n"
        + "".join(_section(tool) for tool in tools)
        + "\n# Results\n"
        + "".join(_kind(name, kinds[name]) for name in sorted(kinds))
    )


def _contents(tools: list[NfsTool]) -> str:
    rows = "".join(
        f"| [`{tool.name}`](#{tool.name}) | {_named(tool)} | {tool.title}{_asks(tool)} |\n" for tool in tools
    )
    return f"| tool | arguments | what it does |\n| --- | --- | --- |\n{rows}"


def _asks(tool: NfsTool) -> str:
    if tool.destroys:
        return "; asks first"
    return "; may ask first" if tool.resolved_params else ""


def _named(tool: NfsTool) -> str:
    needed = tool.parameters.get("required", ())
    return ", ".join(f"`{name}{'' if name in needed else '?'}`" for name in tool.parameters["properties"])


def _returned(tool: NfsTool) -> Any:
    return tool.fn_metadata.output_model


def _section(tool: NfsTool) -> str:
    hints: Any = tool.annotations
    effect = Effect((hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint))
    scopes = ", ".join(f"`{scope}`" for scope in sorted(tool.scopes))
    kind = _linked(_returned(tool).__name__)
    asks = f" {_ASKS[tool.name]}" if tool.resolved_params and not tool.destroys else ""
    page = " A host that shows MCP Apps draws it as a page." if tool.meta and "ui" in tool.meta else ""
    return (
        f"\n## {tool.name}\n\n**{tool.title}.** {tool.description}\n\n"
        f"{_EFFECTS[effect]}{asks} Scopes: {scopes}. Returns: {kind}.{page}\n\n"
        "| argument | type | description |\n| --- | --- | --- |\n" + "".join(_arguments(tool.parameters, ""))
    ) + f"\n{example(tool.name)}"


def _linked(kind: str) -> str:
    return f"[{kind}](#{kind.lower()})"


def _arguments(schema: dict[str, Any], inside: str) -> Iterator[str]:
    for name, value in schema["properties"].items():
        said = [value.get("description", "")]
        if name in schema.get("required", ()):
            said.append("Required.")
        elif value.get("default") is not None:
            said.append(f"If left out: `{json.dumps(value['default'])}`.")
        yield f"| `{inside}{name}` | {_type(value)} | {' '.join(filter(None, said))} |\n"
        if "properties" in value:
            yield from _arguments(value, f"{inside}{name}.")


def _kind(name: str, schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return f"\n## {name}\n\n{_type(schema)}\n"
    rows = "".join(
        f"| `{field}` | {_type(value)} | {'always' if field in schema.get('required', ()) else 'may be missing'} |\n"
        for field, value in schema["properties"].items()
    )
    head = "| field | type | present |\n| --- | --- | --- |\n"
    return f"\n## {name}\n\n{_line(schema.get('description', ''))}\n\n{head}{rows}"


def _type(schema: dict[str, Any]) -> str:
    """The type of a value and what bounds it, in words."""
    if reference := schema.get("$ref"):
        return _linked(reference.rsplit("/", 1)[-1])
    if choices := schema.get("anyOf"):
        return " or ".join(_type(choice) for choice in choices if choice != {"type": "null"})
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    said = schema.get("format", schema.get("type", "any"))
    if "items" in schema:
        said = f"array of {_type(schema['items'])}"
    if isinstance(values := schema.get("additionalProperties"), dict):
        said = f"object of {_type(values)}"
    bounds = [words.format(schema[word]) for word, words in _BOUNDS.items() if word in schema]
    return ", ".join([said, *bounds]).replace("|", "\\|")


def _line(text: str) -> str:
    return " ".join(text.split())
