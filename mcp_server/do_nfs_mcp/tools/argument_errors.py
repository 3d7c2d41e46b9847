"""What to say of arguments that do not fit: each is named, with what it has to be."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from do_nfs_mcp.api.untrusted_text import escaped, plain, quoted

__all__ = ["explain"]

# How many arguments that do not fit are named at most.
_MAX_NAMED = 8
# How pydantic begins what it says of a value.
_PYDANTICS_WORDS = re.compile(r"^\w+ should ")


def explain(tool: str, error: ValidationError, properties: Mapping[str, Any]) -> str:
    """Return one paragraph that says which of a tool's arguments do not fit, and what is allowed.

    Args:
        tool: The tool's name.
        error: What pydantic found.
        properties: The JSON schemas of the arguments that the tool takes, by name.
    """
    problems = error.errors(include_url=False, include_context=False)
    found = [_explained(tool, problem, properties) for problem in problems[:_MAX_NAMED]]
    if len(problems) > _MAX_NAMED:
        found.append(f"and {len(problems) - _MAX_NAMED} more")
    return f"Nothing was done: {'; '.join(found)}. Correct the arguments and try again."


def _explained(tool: str, problem: ErrorDetails, properties: Mapping[str, Any]) -> str:
    name = escaped(".".join(str(part) for part in problem["loc"]), 60)
    schema = properties.get(name, {})
    said = _PYDANTICS_WORDS.sub("has to ", problem["msg"])
    match problem["type"]:
        case "extra_forbidden" if name == problem["loc"][0]:
            return f'"{name}" is not an argument: {tool} takes {", ".join(properties) or "none"}'
        case "extra_forbidden":
            return f'"{name}" is not known'
        case "missing":
            return f"{name} is required"
        case "model_type" | "model_attributes_type":
            said = "has to be an object"
        case "too_short" | "too_long" | "int_parsing" | "bool_parsing" | "int_from_float":
            # What pydantic adds is about pydantic.
            said = said.partition(",")[0].removesuffix(" after validation")
    if "minimum" in schema:
        least, most = schema["minimum"], schema.get("maximum")
        said = f"has to be a whole number {f'of {least} or more' if most is None else f'from {least} to {most}'}"
    return f"{name} {said} ({_shown(problem['input'])})"


def _shown(value: object) -> str:
    return f"it was {quoted(value, 80) if isinstance(value, str) else plain(repr(value), 80)}"
