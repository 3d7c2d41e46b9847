"""A model that plays the conversation, whatever the client says: on a free port, in the dialects of four APIs."""

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from clients.conversation import Call
from clients.dialects import BY_PATH, Dialect, Json, Offer, Saying


class Model:
    """The model.

    Args:
        tools: The server's tools: by their names, the JSON Schemas of their arguments.
        calls: What it calls, in order. It also gives what a client asks for beside the server's own arguments.

    Attributes:
        url: Where it is.
        offered: Of the server's tools, those that a client offered it.
        read: The messages that it was told after each call.
        requests: All that it was sent.
    """

    def __init__(self, tools: Mapping[str, Json], calls: Sequence[Call]) -> None:
        self.url = ""
        self.offered: set[str] = set()
        self.read: list[list[Any]] = []
        self.requests: list[Json] = []
        self._tools = tools
        self._calls = calls
        self._said = 0
        self._history: list[Any] = []
        # A client may ask for a title at the same time.
        self._one_at_a_time = threading.Lock()

    def reply(self, dialect: Dialect, body: Json) -> Saying:
        """What it says next: the next call if it is offered the server's tools, else a text."""
        with self._one_at_a_time:
            self.requests.append(body)
            offers = {tool: offer for offer in dialect.offers(body) if (tool := self._named(offer))}
            if not offers:
                return Saying(0, text="Nothing to call.")
            self.offered |= offers.keys()
            history = dialect.history(body)
            if self._said:
                self.read.append([message for message in history if message not in self._history])
            self._history = history
            rest = self._calls[self._said :]
            self._said += 1
            if not rest or rest[0].tool not in offers:
                return Saying(self._said, text="That was all.")
            call, offer = rest[0], offers[rest[0].tool]
            return Saying(self._said, tool=offer.call, arguments=call.arguments | self._added(call.tool, offer))

    def _named(self, offer: Offer) -> str | None:
        """Which of the server's tools is offered; a client may put words of its own before the name."""
        return next((tool for tool in self._tools if re.fullmatch(rf"(.*[^a-z])?{tool}", offer.name)), None)

    def _added(self, tool: str, offer: Offer) -> Json:
        """The arguments that only the client asks for, such as whether to wait for the call before."""
        asked = offer.parameters.get("properties", {})
        return {name: True for name in asked if name not in self._tools[tool]["properties"]}

    @contextmanager
    def serve(self) -> Iterator[None]:
        """Be there while the block runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"model": self}))
        server.daemon_threads = True
        # It looks so often whether it is to end.
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    model: Model
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._send("application/json", json.dumps({"object": "list", "data": [{"id": "scripted", "object": "model"}]}))

    def do_HEAD(self) -> None:
        self._send("application/json", "")

    def do_POST(self) -> None:
        body = json.loads(self._body() or b"{}")
        path = self.path.partition("?")[0]
        dialect = next((dialect for end, dialect in BY_PATH.items() if path.endswith(end)), None)
        if dialect is None:
            self._send("application/json", json.dumps({"input_tokens": 1, "totalTokens": 1}))
            return
        said = self.model.reply(dialect, body)
        if not dialect.streams(body, path):
            self._send("application/json", json.dumps(dialect.answer(said)))
            return
        events = "".join(
            (f"event: {name}\n" if name else "") + f"data: {json.dumps(data)}\n\n"
            for name, data in dialect.events(said)
        )
        self._send("text/event-stream", events + ("data: [DONE]\n\n" if path.endswith("/chat/completions") else ""))

    def log_message(self, *_: Any) -> None:
        pass

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
