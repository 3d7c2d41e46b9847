"""The sandbox on a port in this process."""

import socket
import struct
from queue import Queue
from threading import Event
from urllib.parse import urlsplit

import httpx
import pytest
from do_nfs_sandbox import Request, Sandbox, serve
from do_nfs_sandbox.http.serving import listen

from ...support.constants import TOKEN


def test_an_answer_does_not_wait_for_acknowledgements() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


HEAD = f"POST /v2/nfs HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
BEGUN = {
    "some of its length": f'{HEAD}Content-Length: 100\r\n\r\n{{"name": ',
    "none of its length": f"{HEAD}Content-Length: 100\r\n\r\n",
    "half a chunk": f'{HEAD}Transfer-Encoding: chunked\r\n\r\n50\r\n{{"name": ',
}
RESETS = struct.pack("ii", 1, 0)


class Reception:
    """A clock that tells when a request has been received, since that is when it is looked at."""

    def __init__(self) -> None:
        self.received = Event()

    def __call__(self) -> float:
        self.received.set()
        return 1_800_000_000.0

    def of(self, url: str, begun: str) -> socket.socket:
        """Send the beginning of a request, and wait until it is received."""
        self.received.clear()
        connection = socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=20)
        connection.sendall(begun.encode())
        assert self.received.wait(timeout=20)
        return connection


def is_given_up(request: Request) -> bool:
    return (request.operation, request.status, request.unanswered) == ("create_share", None, "disconnected")


@pytest.mark.parametrize("resets", [False, True], ids=["closes", "resets"])
@pytest.mark.parametrize("fault", [None, "html", "drop_after"])
@pytest.mark.parametrize("begun", BEGUN)
def test_a_client_that_gives_up_in_mid_upload_is_in_the_record(begun: str, fault: str | None, resets: bool) -> None:
    told: Queue[Request] = Queue()
    clock = Reception()
    with Sandbox(clock=clock, on_request=told.put, admin=True) as sandbox, serve(sandbox) as url:
        if fault:
            sandbox.add_fault(fault)
        with clock.of(url, BEGUN[begun]) as connection:
            if resets:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETS)
        request = told.get(timeout=20)
        assert is_given_up(request)
        assert httpx.get(f"{url}/_sandbox/requests", trust_env=False).json() == {"requests": [request.to_json()]}
        assert sandbox.state()["shares"] == []


def test_an_upload_that_is_cut_off_by_the_end_of_the_server_is_in_the_record() -> None:
    told: list[Request] = []
    clock = Reception()
    with Sandbox(clock=clock, on_request=told.append) as sandbox:
        with serve(sandbox) as url:
            connection = clock.of(url, BEGUN["some of its length"])
        connection.close()
        assert told == list(sandbox.requests)
        assert [is_given_up(request) for request in told] == [True]
