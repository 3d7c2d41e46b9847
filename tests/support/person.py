"""The person behind a host, whom a server can ask."""

import re
from collections.abc import Callable
from typing import Any

from mcp_types import ElicitRequestFormParams, ElicitResult

from .constants import TOKEN


class Person:
    """Who is asked. Agrees to everything, as it has to be agreed to, unless a test says otherwise.

    Attributes:
        asked: The questions so far.
        answer: What makes the answer to a question from its text and the names of its fields.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Callable[[str, list[str]], ElicitResult] = self.agree

    @staticmethod
    def agree(question: str, fields: list[str]) -> ElicitResult:
        if fields == ["confirm"]:
            return ElicitResult(action="accept", content={"confirm": True})
        assert fields == ["name"]
        found = re.match(r'Delete share "([^"]+)"', question)
        assert found
        return ElicitResult(action="accept", content={"name": found[1]})

    async def __call__(self, context: Any, params: Any) -> ElicitResult:
        assert isinstance(params, ElicitRequestFormParams)
        assert TOKEN not in params.model_dump_json()
        self.asked.append(params.message)
        return self.answer(params.message, list(params.requested_schema["properties"]))
