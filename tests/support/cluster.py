"""Three replicas of the server behind nginx, as docs/http.md says, on one sandbox and with or without a store."""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.transports.http.tokens import new_token
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from .constants import TOKEN
from .contracts import ROOT
from .http_site import ACCEPT, bearer
from .processes import SANDBOX, SERVER, Process, free_port, running
from .stores import Store

REPLICAS = 3
PATIENCE = 300
"""How long a call may take, in seconds, however slow the machine is."""
# All of the load is one caller's, who has a quarter of these.
_ONE_CALLER = ("--caller-requests-per-minute", "0", "--max-in-flight", "64")


def example() -> str:
    """The configuration of nginx in docs/http.md."""
    (found,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs/http.md").read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def configured(replicas: list[Process], port: int, folder: Path) -> str:
    """The example with these replicas, on this port without TLS, and with the replica's address in each answer."""
    text = example()
    text, listens = re.subn(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", text)
    text = re.sub(r"\n *ssl_certificate.*", "", text)
    addresses = iter([replica.url.removeprefix("http://") for replica in replicas])
    text, servers = re.subn(r"server 10\.0\.0\.\d+:8000;", lambda _: f"server {next(addresses)};", text)
    text, passes = re.subn(r"(proxy_pass .*;)", r"\1 add_header X-Replica $upstream_addr always;", text)
    assert (listens, servers, passes) == (1, REPLICAS, 1)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {folder}/pid; error_log stderr warn;\n"
        f"events {{ worker_connections 2048; }}\nhttp {{ access_log off; {temporary}\n{text}\n}}\n"
    )


class Cluster:
    """The replicas, the sandbox behind them and the proxy in front.

    Attributes:
        url: Where the proxy listens.
        tokens: The callers', with every scope; `token` is the first.
        replicas: The servers.
        store: What they share, unless they order without a limit.
        served: How many answers came from each replica, by its address.
    """

    def __init__(
        self,
        stack: ExitStack,
        folder: Path,
        *,
        unlimited: bool,
        callers: int = 1,
        options: Sequence[str] = _ONE_CALLER,
    ) -> None:
        made = [new_token(f"caller-{number}", SCOPES) for number in range(callers)]
        self.tokens = [token for token, _ in made]
        self.token = self.tokens[0]
        tokens, key = folder / "tokens", folder / "key"
        for path, text in ((tokens, "\n".join(line for _, line in made)), (key, "k" * 64)):
            path.write_text(text)
            path.chmod(0o600)
        if unlimited:
            shared = ["--allowance-gib", "unlimited"]
        else:
            self.store = Store(folder)
            stack.callback(self.store.stop)
            shared = ["--state", self.store.url, "--state-password-file", str(self.store.password_file)]
        self.sandbox = stack.enter_context(running(*SANDBOX, "--admin", "--ready-after", "0")).url
        self.replicas = [
            stack.enter_context(
                running(
                    *(*SERVER, "--api-url", self.sandbox, "--wait-seconds", str(PATIENCE), "--tokens", str(tokens)),
                    *("--request-state-key-file", str(key), "--public-url", "https://nfs.example.com/mcp"),
                    *(*options, *shared),
                    DIGITALOCEAN_TOKEN=TOKEN,
                )
            )
            for _ in range(REPLICAS)
        ]
        self.served: Counter[str] = Counter()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        (folder / "nginx.conf").write_text(configured(self.replicas, port, folder))
        program = shutil.which("nginx")
        assert program, "nginx is not installed: scripts/test --system does it"
        proxy = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", "stderr"])
        stack.callback(self._end, proxy)
        while not self._answers():
            assert proxy.poll() is None

    @staticmethod
    def _end(proxy: subprocess.Popen[bytes]) -> None:
        proxy.terminate()
        proxy.wait(timeout=60)

    def _answers(self) -> bool:
        try:
            return httpx.post(f"{self.url}/mcp", timeout=60).status_code == 401
        except httpx.ConnectError:
            return False

    @asynccontextmanager
    async def client(self, mode: str = "2026-07-28", **options: Any) -> AsyncIterator[Client]:
        """A host, which reaches whichever replica is next."""

        async def count(response: httpx2.Response) -> None:
            # If one does not answer, nginx names it and the one it asked instead.
            self.served[response.headers.get("x-replica", "").rpartition(", ")[2]] += 1

        async with (
            httpx2.AsyncClient(
                headers={**bearer(self.token), "host": "nfs.example.com"},
                timeout=PATIENCE,
                event_hooks={"response": [count]},
            ) as http,
            Client(streamable_http_client(f"{self.url}/mcp", http_client=http), mode=mode, **options) as client,
        ):
            yield client

    @asynccontextmanager
    async def raw(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client of HTTP."""
        headers = {**bearer(self.token), **ACCEPT, "host": "nfs.example.com"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=PATIENCE) as http:
            yield http

    async def readiness(self) -> list[str]:
        """What each replica that lives says of whether it can be used."""
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            living = [replica.url for replica in self.replicas if replica.popen.poll() is None]
            return [(await http.get(f"{url}/readyz")).raise_for_status().text for url in living]

    async def shares(self) -> list[dict[str, Any]]:
        """The shares there are."""
        state = await self._admin("state")
        return [share for share in state["shares"] if share["status"] != "DELETED"]

    async def deletes(self) -> list[str]:
        """The paths of the deletes that reached the API."""
        return [each["path"] for each in (await self._admin("requests"))["requests"] if each["method"] == "DELETE"]

    async def keep_answers(self, seconds: float | None) -> None:
        """From now on the API makes shares at once, but says so after so many seconds only; None to end that."""
        async with httpx.AsyncClient(base_url=self.sandbox, timeout=PATIENCE) as http:
            if seconds is None:
                await http.delete("/_sandbox/faults")
            else:
                fault = {"kind": "delay", "operation": "create_share", "seconds": seconds, "rate": 1}
                (await http.post("/_sandbox/faults", json=fault)).raise_for_status()

    async def _admin(self, what: str) -> Any:
        async with httpx.AsyncClient(timeout=120) as http:
            return (await http.get(f"{self.sandbox}/_sandbox/{what}")).json()
