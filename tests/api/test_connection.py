"""The connection to the API obeys the environment's proxies and certificates, and gives up in time."""

import base64
import gzip
import ipaddress
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest
import truststore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from do_nfs_mcp.api.certificates import tls_context
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.retries import no_retries

from ..support.constants import TOKEN

pytestmark = pytest.mark.anyio

ANSWER = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"shares":[]}'
)
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


class Listener:
    """Answers each connection with the same bytes. heads: what each said first."""

    def __init__(self, answer: bytes | None, context: ssl.SSLContext | None = None) -> None:
        self.heads: list[bytes] = []
        self._answer, self._context = answer, context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            try:
                if self._context:
                    connection = self._context.wrap_socket(connection, server_side=True)
                self.heads.append(connection.recv(65536))
                if self._answer is None:
                    self._open.append(connection)
                    continue
                connection.sendall(self._answer)
            except OSError:
                pass
            connection.close()

    def close(self) -> None:
        # Closing alone does not wake who accepts.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(timeout=30)
        for connection in self._open:
            connection.close()


@contextmanager
def listening(answer: bytes | None = ANSWER, context: ssl.SSLContext | None = None) -> Iterator[Listener]:
    listener = Listener(answer, context)
    try:
        yield listener
    finally:
        listener.close()


async def listed(url: str, **options: Any) -> int:
    api = NfsApi.connect(url, TOKEN, **options)
    try:
        with no_retries():
            return len(await api.list_shares())
    finally:
        await api.aclose()


async def test_https_goes_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:pw@127.0.0.1:{proxy.port}")
        with pytest.raises(NfsError, match="could not be reached"):
            await listed("https://api.example.test")
    (head,) = proxy.heads
    assert head.startswith(b"CONNECT api.example.test:443 ")
    assert base64.b64encode(b"user:pw") in head
    assert TOKEN.encode() not in head


def certificate(folder: Path) -> Path:
    """A file with a certificate for 127.0.0.1, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a company's own")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(pem) + private)
    return path


async def test_an_address_in_no_proxy_is_reached_without_the_proxy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with listening() as proxy, listening(context=context) as api:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(NfsError, match="could not be reached"):
            await listed(f"https://127.0.0.1:{api.port}")
        assert len(proxy.heads) == 1
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert await listed(f"https://127.0.0.1:{api.port}") == 0
    assert len(proxy.heads) == 1


async def test_a_certificate_of_ones_own_is_trusted_if_the_environment_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with listening(context=context) as api:
        with pytest.raises(NfsError, match="is not trusted"):
            await listed(f"https://127.0.0.1:{api.port}")
        assert api.heads == []
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        assert await listed(f"https://127.0.0.1:{api.port}") == 0
        assert f"Bearer {TOKEN}".encode() in api.heads[0]


@pytest.mark.parametrize("through_a_proxy", [False, True], ids=["direct", "proxy"])
async def test_an_answer_that_unpacks_to_too_much_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, through_a_proxy: bool
) -> None:
    path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    packed = gzip.compress(b"[" * 1_000_001)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(packed)
    with listening(head + packed, context) as api:
        if through_a_proxy:
            # As below.
            monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        with pytest.raises(NfsError, match="The API's answer is larger than 1 MB"):
            await listed(f"https://127.0.0.1:{api.port}", max_answer_bytes=1_000_000)


@pytest.mark.parametrize("through_a_proxy", [False, True], ids=["direct", "proxy"])
async def test_a_certificate_that_is_not_trusted_is_said_with_how_to_trust_it_and_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, through_a_proxy: bool
) -> None:
    path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with listening(context=context) as api:
        if through_a_proxy:
            # Whatever proxy there is, httpx's own transport is used then; this one is left out for the API's address.
            monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        connection = NfsApi.connect(f"https://127.0.0.1:{api.port}", TOKEN)
        with pytest.raises(
            NfsError, match=r"is not trusted .*Trying again will not help.*SSL_CERT_FILE.* restart it"
        ) as caught:
            await connection.list_shares()
        await connection.aclose()
    assert caught.value.attempts == 1
    assert api.heads == []


async def test_what_the_operating_system_trusts_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    # Where OpenSSL was told, when it was compiled, that the system keeps its certificates.
    system = ssl.get_default_verify_paths()._replace(cafile=str(path), openssl_cafile=str(path))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: system)
    monkeypatch.setattr(ssl.SSLContext, "set_default_verify_paths", lambda self: self.load_verify_locations(str(path)))
    with listening(context=context) as api:
        assert await listed(f"https://127.0.0.1:{api.port}") == 0


@pytest.mark.parametrize(
    ("file", "folder", "trusts_certifi_s"),
    [("", "", True), ("", "empty", True), ("ca.pem", "", False), ("", "full", False), ("ca.pem", "full", False)],
)
def test_only_a_system_without_certificates_trusts_certifi_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, folder: str, trusts_certifi_s: bool
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "ca.pem").touch()
    system = ssl.get_default_verify_paths()._replace(cafile=file, capath=folder and str(tmp_path / folder))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: system)
    monkeypatch.setattr("sys.platform", "linux")
    loaded: list[str] = []
    monkeypatch.setattr(truststore.SSLContext, "load_verify_locations", lambda _, path: loaded.append(path))
    tls_context()
    assert loaded == [certifi.where()] * trusts_certifi_s


NOT_READ = """
import anyio, ssl, sys
from do_nfs_mcp import NfsApi
from do_nfs_mcp.api.retries import no_retries

async def call():
    api = NfsApi.connect("http://127.0.0.1:1", "dop_v1_" + "0" * 64)
    try:
        with no_retries():
            await api.list_shares()
    except Exception as error:
        print(type(error).__name__)

make, trusted = ssl.create_default_context, []
def counted(*args, **options):
    context = make(*args, **options)
    trusted.append(len(context.get_ca_certs()))
    return context
ssl.create_default_context = counted
anyio.run(call)
print(trusted, "truststore" in sys.modules)
"""


def test_no_first_call_waits_until_certificates_are_read_that_nobody_uses() -> None:
    done = subprocess.run([sys.executable, "-c", NOT_READ], check=True, capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["NfsError", "[] False"]


async def test_a_certificate_file_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("nothing of the kind", encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bad.pem"))
    with pytest.raises(NfsError, match="could not be set up"):
        await listed("https://127.0.0.1:1")


async def test_an_api_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(answer=None) as api, pytest.raises(NfsError, match=r"took too long \(ReadTimeout\)"):
        await listed(f"http://127.0.0.1:{api.port}", read_seconds=0.05)


@pytest.mark.parametrize(
    ("given", "expected"), [({}, (5, 30)), ({"connect_seconds": 3, "read_seconds": 7}, (3, 7))], ids=["own", "given"]
)
async def test_a_request_has_the_time_limits_of_its_connection(
    given: dict[str, Any], expected: tuple[float, float]
) -> None:
    limits: list[dict[str, float]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        limits.append(request.extensions["timeout"])
        return httpx.Response(200, json={"shares": []})

    api = NfsApi.connect("https://api.test", TOKEN, transport=httpx.MockTransport(answer), **given)
    await api.list_shares()
    assert [(limit["connect"], limit["read"]) for limit in limits] == [expected]


@pytest.mark.parametrize(("length", "is_read"), [(64_000_000, True), (64_000_001, False)])
async def test_an_answer_may_have_64_mb_unless_more_is_allowed(length: int, is_read: bool) -> None:
    large = httpx.MockTransport(lambda _: httpx.Response(200, content=b'{"shares":[]}'.ljust(length)))
    api = NfsApi.connect("https://api.test", TOKEN, transport=large)
    if is_read:
        assert await api.list_shares() == []
    else:
        with pytest.raises(NfsError, match="larger than 64 MB"):
            await api.list_shares()


async def test_a_redirect_is_not_followed_and_the_token_does_not_go_there() -> None:
    with listening() as elsewhere:
        redirect = (
            b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:%d/v2/nfs\r\nContent-Length: 0\r\n\r\n" % elsewhere.port
        )
        with listening(redirect) as api, pytest.raises(NfsError, match="Redirects are not followed"):
            await listed(f"http://127.0.0.1:{api.port}")
    assert elsewhere.heads == []
