"""Stand between a client and the server on HTTP, and write down every message as tap.py does."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

_OF_ONE_HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}


@contextmanager
def tapped(url: str, log: Path) -> Iterator[str]:
    """Give the URL under which the server at a URL is to be called until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Tap", (_Tap,), {"url": urlsplit(url), "log": log}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{urlsplit(url).path}"
    finally:
        server.shutdown()
        server.server_close()


class _Tap(BaseHTTPRequestHandler):
    url = urlsplit("")
    log = Path()
    protocol_version = "HTTP/1.1"
    numbers = count(1)
    lock = threading.Lock()

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        number = next(self.numbers)
        self._write(number, "client", body)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_ONE_HOP}
        with (
            suppress(OSError),
            closing(http.client.HTTPConnection(self.url.hostname or "", self.url.port)) as server,
        ):
            server.request(self.command, self.path, body, headers)
            self._pass_on(server.getresponse(), number)

    def _pass_on(self, answer: http.client.HTTPResponse, number: int) -> None:
        self.close_connection = True
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        # Messages come on lines of their own, as events or as the whole body.
        for line in answer:
            self.wfile.write(line)
            self._write(number, "server", line.removeprefix(b"data: "))

    do_DELETE = do_GET = do_POST = forward

    def log_message(self, *_: object) -> None:
        pass

    def _write(self, number: int, who: str, message: bytes) -> None:
        if message.startswith(b"{"):
            with self.lock, self.log.open("ab") as log:
                log.write(f"{number} {who} ".encode() + message.strip() + b"\n")
