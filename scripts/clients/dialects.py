"""How model providers' APIs say what a model says: which tools it is offered, what it reads, a call, a text."""

import json
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]
Event = tuple[str, Json]
"""A server-sent event: its name, and its data."""

_ID = "call_{}"


@dataclass(frozen=True)
class Offer:
    """A tool as a client offers it to the model.

    Attributes:
        name: What the client calls it.
        parameters: The JSON Schema of its arguments.
        call: What names it in a call.
    """

    name: str
    parameters: Json
    call: Json


@dataclass(frozen=True)
class Saying:
    """What the model says: a text, or a call of a tool.

    Attributes:
        number: Which of the conversation it is, for ids that differ.
        text: What it says, if it calls nothing.
        tool: What names the tool in the call, as an offer has it.
        arguments: Of the call. A text is sent as it stands, be it JSON or not.
    """

    number: int
    text: str = ""
    tool: Json | None = None
    arguments: Json | str | None = None


class Dialect(Protocol):
    """One provider's API."""

    def offers(self, body: Json) -> list[Offer]:
        """The tools that the request offers."""

    def history(self, body: Json) -> list[Any]:
        """The messages of the request, oldest first."""

    def streams(self, body: Json, path: str) -> bool:
        """Whether the answer is to come in events."""

    def answer(self, said: Saying) -> Json:
        """The answer as a whole."""

    def events(self, said: Saying) -> list[Event]:
        """The answer in events."""


class OpenAiChat:
    """OpenAI's chat completions, which most other providers speak as well."""

    def offers(self, body: Json) -> list[Offer]:
        return [_offer(tool["function"]) for tool in body.get("tools") or [] if "function" in tool]

    def history(self, body: Json) -> list[Any]:
        return body["messages"]  # type: ignore[no-any-return]

    def streams(self, body: Json, path: str) -> bool:
        return bool(body.get("stream"))

    def answer(self, said: Saying) -> Json:
        return self._chat("chat.completion", "message", said)

    def events(self, said: Saying) -> list[Event]:
        return [("", self._chat("chat.completion.chunk", "delta", said))]

    def _chat(self, kind: str, part: str, said: Saying) -> Json:
        message: Json = {"role": "assistant", "content": said.text or None}
        if said.tool:
            arguments = said.arguments if isinstance(said.arguments, str) else json.dumps(said.arguments)
            function = {"name": said.tool["name"], "arguments": arguments}
            message["tool_calls"] = [
                {"index": 0, "id": _ID.format(said.number), "type": "function", "function": function}
            ]
        choice = {"index": 0, part: message, "finish_reason": "tool_calls" if said.tool else "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return {"id": "1", "object": kind, "created": 1, "model": "scripted", "choices": [choice], "usage": usage}


class OpenAiResponses:
    """OpenAI's responses."""

    def offers(self, body: Json) -> list[Offer]:
        found = []
        for tool in body.get("tools") or []:
            if tool["type"] == "namespace":
                found += [_offer(each, namespace=tool["name"]) for each in tool["tools"]]
            elif tool["type"] == "function":
                found.append(_offer(tool))
        return found

    def history(self, body: Json) -> list[Any]:
        return body["input"]  # type: ignore[no-any-return]

    def streams(self, body: Json, path: str) -> bool:
        return bool(body.get("stream"))

    def answer(self, said: Saying) -> Json:
        details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
        return {
            "id": f"resp_{said.number}",
            "object": "response",
            "created_at": 1,
            "model": "scripted",
            "status": "completed",
            "output": [self._item(said)],
            "parallel_tool_calls": False,
            "tool_choice": "auto",
            "tools": [],
            "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2, **details},
        }

    def events(self, said: Saying) -> list[Event]:
        item, whole = self._item(said), self.answer(said)
        steps: list[Event] = [
            ("response.created", {"response": {**whole, "status": "in_progress", "output": []}}),
            ("response.output_item.added", {"output_index": 0, "item": item}),
            ("response.output_item.done", {"output_index": 0, "item": item}),
            ("response.completed", {"response": whole}),
        ]
        return [(name, {"type": name, "sequence_number": number, **data}) for number, (name, data) in enumerate(steps)]

    def _item(self, said: Saying) -> Json:
        if said.tool:
            call = {"call_id": _ID.format(said.number), "arguments": json.dumps(said.arguments)}
            return {"type": "function_call", "id": f"fc_{said.number}", "status": "completed", **said.tool, **call}
        content = [{"type": "output_text", "text": said.text, "annotations": []}]
        about = {"id": f"msg_{said.number}", "role": "assistant", "status": "completed"}
        return {"type": "message", **about, "content": content}


class Anthropic:
    """Anthropic's messages."""

    def offers(self, body: Json) -> list[Offer]:
        return [_offer(tool) for tool in body.get("tools") or []]

    def history(self, body: Json) -> list[Any]:
        return body["messages"]  # type: ignore[no-any-return]

    def streams(self, body: Json, path: str) -> bool:
        return bool(body.get("stream"))

    def answer(self, said: Saying) -> Json:
        block: Json = {"type": "text", "text": said.text}
        if said.tool:
            block = {"type": "tool_use", "id": f"toolu_{said.number}", **said.tool, "input": said.arguments}
        return {
            "id": f"msg_{said.number}",
            "type": "message",
            "role": "assistant",
            "model": "scripted",
            "content": [block],
            "stop_reason": "tool_use" if said.tool else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }

    def events(self, said: Saying) -> list[Event]:
        whole = self.answer(said)
        (block,) = whole["content"]
        delta: Json = {"type": "text_delta", "text": said.text}
        start = {**block, "text": ""}
        if said.tool:
            delta = {"type": "input_json_delta", "partial_json": json.dumps(said.arguments)}
            start = {**block, "input": {}}
        end = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
        steps: list[Event] = [
            ("message_start", {"message": {**whole, "content": [], "stop_reason": None}}),
            ("content_block_start", {"index": 0, "content_block": start}),
            ("content_block_delta", {"index": 0, "delta": delta}),
            ("content_block_stop", {"index": 0}),
            ("message_delta", {"delta": end, "usage": whole["usage"]}),
            ("message_stop", {}),
        ]
        return [(name, {"type": name, **data}) for name, data in steps]


class Gemini:
    """Google's generateContent."""

    def offers(self, body: Json) -> list[Offer]:
        return [
            _offer(function) for tool in body.get("tools") or [] for function in tool.get("functionDeclarations", [])
        ]

    def history(self, body: Json) -> list[Any]:
        return body["contents"]  # type: ignore[no-any-return]

    def streams(self, body: Json, path: str) -> bool:
        return ":stream" in path

    def answer(self, said: Saying) -> Json:
        part: Json = {"text": said.text}
        if said.tool:
            part = {"functionCall": {**said.tool, "args": said.arguments}}
        candidate = {"index": 0, "content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
        usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "scripted"}

    def events(self, said: Saying) -> list[Event]:
        return [("", self.answer(said))]


def _offer(tool: Json, **more: str) -> Offer:
    schemas = (tool.get(key) for key in ("parameters", "input_schema", "parametersJsonSchema"))
    return Offer(tool["name"], next(filter(None, schemas), {}), {"name": tool["name"], **more})


BY_PATH: dict[str, Dialect] = {
    "/chat/completions": OpenAiChat(),
    "/responses": OpenAiResponses(),
    "/messages": Anthropic(),
    "enerateContent": Gemini(),
}
"""The dialect of a request, by how its path ends."""
