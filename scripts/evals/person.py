"""The person behind the model, whom the server asks, and the model asks back."""

import re
from collections.abc import Sequence
from typing import Any

from mcp_types import ElicitRequestFormParams, ElicitResult


class Person:
    """Who answers as a request says.

    Args:
        agrees_to: They agree to a question of the server that names one of these, and refuse any other.
        replies: What they write when they are asked back, in turn.

    Attributes:
        asked: What they were asked so far.
    """

    def __init__(self, agrees_to: Sequence[str], replies: Sequence[str]) -> None:
        self.asked: list[str] = []
        self._agrees_to = agrees_to
        self._replies = list(replies)

    async def __call__(self, context: Any, params: Any) -> ElicitResult:
        """Answer a question of the server."""
        self.asked.append(params.message)
        named = [
            each for each in self._agrees_to if re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", params.message)
        ]
        if not named or not isinstance(params, ElicitRequestFormParams):
            return ElicitResult(action="decline")
        fields: dict[str, Any] = params.requested_schema["properties"]
        content = {name: named[0] if field["type"] == "string" else True for name, field in fields.items()}
        return ElicitResult(action="accept", content=content)

    def reply(self, words: str) -> str | None:
        """Return what they write to the model's words; None if they are content, which is when nothing is asked."""
        if "?" not in words or not self._replies:
            return None
        self.asked.append(words)
        return self._replies.pop(0)
