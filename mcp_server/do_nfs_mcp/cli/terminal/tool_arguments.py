"""NAME=VALUE, as a person types it, made into the arguments of a tool."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.cli.parser import did_you_mean
from do_nfs_mcp.tools.argument_errors import explain
from do_nfs_mcp.tools.tool import NfsTool

_UNITS = {"gib": 1, "tib": 1024}
_SIZE = re.compile(rf"([0-9]{{1,9}}) ?({'|'.join(_UNITS)})", re.IGNORECASE)


def arguments_of(tool: NfsTool, words: Sequence[str]) -> dict[str, Any]:
    """Return the arguments that the words give.

    Args:
        tool: What takes them.
        words: NAME=VALUE each. A number, a truth value or an object is JSON; a list is JSON, or has commas in it. Where
            a tool takes GiB, a size may have a unit, such as 100GiB or 2TiB.

    Raises:
        ValueError: If the tool cannot take them; the text says why, in one line.
    """
    schemas: Mapping[str, Any] = tool.parameters["properties"]
    given: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise ValueError(f"{quoted(word, 60)} is not an argument: give each as NAME=VALUE")
        if name not in schemas:
            raise ValueError(
                f"{tool.name} has no argument {quoted(name, 60)}: "
                + did_you_mean(name, schemas, f"it takes {', '.join(schemas) or 'none'}")
            )
        if name in given:
            raise ValueError(f"{name} is given twice")
        given[name] = _value(_gib(text) if name.endswith("_gib") else text, schemas[name]["type"])
    try:
        tool.fn_metadata.validate_arguments(given)
    except ValidationError as error:
        raise ValueError(explain(tool.name, error, schemas)) from error
    return given


def _gib(text: str) -> str:
    """Return a size in GiB without its unit: 100GiB is 100, 2TiB is 2048. Any other text stays as it is."""
    found = _SIZE.fullmatch(text.strip())
    return str(int(found[1]) * _UNITS[found[2].lower()]) if found else text


def _value(text: str, kind: str) -> Any:
    if kind == "string":
        return text
    if kind == "array" and not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",")]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # What it should have been is said where arguments are checked.
        return text
