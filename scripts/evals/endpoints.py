"""Models behind an API: OpenAI's chat completions, which most providers speak, and Anthropic's messages."""

import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import anyio
import httpx

from evals.attempt import Tool

Json = dict[str, Any]

_BUSY = {429, 500, 502, 503, 504, 529}
_ATTEMPTS = 5
_LONGEST_PAUSE = 60.0
_MOST_TOKENS = 4096


class EndpointError(Exception):
    """The endpoint gives no turn of the model; the text says why."""


@dataclass(frozen=True)
class Call:
    """A call that the model makes.

    Attributes:
        id: What the result is sent back under.
        tool: The tool's name.
        arguments: As the model gave them, JSON or an object.
    """

    id: str
    tool: str
    arguments: Any


@dataclass(frozen=True)
class Turn:
    """What the model says: a text, and calls; without a call, the text is for the person."""

    text: str
    calls: list[Call]


Result = tuple[Call, str, bool]
"""A call, the text of its result, and whether it failed."""


class Endpoint(ABC):
    """A conversation with a model.

    Args:
        http: What sends the requests.
        url: Where the API is, up to and with its version.
        key: The API's key; "" for none.
        model: The model's name.
        instructions: What the model is told first.
        tools: What it can call.
        sleep: Waits for so many seconds when the API is busy.
    """

    usual_url: ClassVar[str]
    _path: ClassVar[str]

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        key: str,
        model: str,
        instructions: str,
        tools: Sequence[Tool],
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._http, self._url, self._key, self._model = http, url.rstrip("/"), key, model
        self._instructions, self._tools = instructions, tools
        self._sleep = sleep
        self._messages: list[Json] = []

    async def tell(self, text: str) -> Turn:
        """Tell the model what the person writes, and return what it says.

        Raises:
            EndpointError: If no turn of the model comes back.
        """
        self._messages.append({"role": "user", "content": text})
        return await self._next()

    async def give(self, results: Sequence[Result]) -> Turn:
        """Give the model the results of all calls of its last turn, and return what it says.

        Raises:
            EndpointError: If no turn of the model comes back.
        """
        self._messages += self._results(results)
        return await self._next()

    async def _next(self) -> Turn:
        answer = await self._send()
        try:
            message, turn = self._turn(answer.json())
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise EndpointError(f"{self._url} gave no message of its API: {answer.text[:300]}") from error
        self._messages.append(message)
        return turn

    async def _send(self) -> httpx.Response:
        content = json.dumps(self._body())  # In ASCII: the model may have written an unpaired surrogate.
        headers = {"Content-Type": "application/json", **self._headers()}
        for attempt in range(_ATTEMPTS):
            try:
                answer = await self._http.post(self._url + self._path, content=content, headers=headers)
            except httpx.HTTPError as error:
                raise EndpointError(f"{self._url} cannot be reached: {error!r}") from error
            if answer.is_success:
                return answer
            if answer.status_code not in _BUSY:
                break
            told = answer.headers.get("retry-after", "")
            await self._sleep(min(float(told) if told.isdecimal() else 2.0**attempt, _LONGEST_PAUSE))
        raise EndpointError(f"{self._url} answered {answer.status_code}: {answer.text[:300]}")

    @abstractmethod
    def _headers(self) -> dict[str, str]: ...

    @abstractmethod
    def _body(self) -> Json: ...

    @abstractmethod
    def _results(self, results: Sequence[Result]) -> list[Json]: ...

    @abstractmethod
    def _turn(self, answer: Any) -> tuple[Json, Turn]:
        """Return the model's message as it is sent back next time, and what it says."""


class OpenAi(Endpoint):
    usual_url = "https://api.openai.com/v1"
    _path = "/chat/completions"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}

    def _body(self) -> Json:
        functions = [
            {"name": tool["name"], "description": tool["description"], "parameters": tool["input_schema"]}
            for tool in self._tools
        ]
        return {
            "model": self._model,
            "messages": [{"role": "system", "content": self._instructions}, *self._messages],
            "tools": [{"type": "function", "function": function} for function in functions],
        }

    def _results(self, results: Sequence[Result]) -> list[Json]:
        return [{"role": "tool", "tool_call_id": call.id, "content": text} for call, text, _ in results]

    def _turn(self, answer: Any) -> tuple[Json, Turn]:
        message = answer["choices"][0]["message"]
        calls = [
            Call(call["id"], call["function"]["name"], call["function"]["arguments"])
            for call in message.get("tool_calls") or ()
        ]
        return message, Turn(message.get("content") or "", calls)


class Anthropic(Endpoint):
    usual_url = "https://api.anthropic.com/v1"
    _path = "/messages"

    def _headers(self) -> dict[str, str]:
        return {"x-api-key": self._key, "anthropic-version": "2023-06-01"}

    def _body(self) -> Json:
        return {
            "model": self._model,
            "max_tokens": _MOST_TOKENS,
            "system": self._instructions,
            "messages": self._messages,
            "tools": list(self._tools),
        }

    def _results(self, results: Sequence[Result]) -> list[Json]:
        blocks = [
            {"type": "tool_result", "tool_use_id": call.id, "content": text, "is_error": failed}
            for call, text, failed in results
        ]
        return [{"role": "user", "content": blocks}]

    def _turn(self, answer: Any) -> tuple[Json, Turn]:
        content = answer["content"]
        calls = [Call(block["id"], block["name"], block["input"]) for block in content if block["type"] == "tool_use"]
        text = "".join(block["text"] for block in content if block["type"] == "text")
        # The API takes no message without content.
        return {"role": "assistant", "content": content or "."}, Turn(text, calls)


ENDPOINTS: dict[str, type[Endpoint]] = {"openai": OpenAi, "anthropic": Anthropic}
