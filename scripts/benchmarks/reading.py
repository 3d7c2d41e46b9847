"""How long reading a long list takes: the client beside one of the same contract by the generator's own templates."""

import gc
import importlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _env
import httpx
from do_nfs_client.client import read_body
from do_nfs_client.models import ShareList
from do_nfs_sandbox import Sandbox, SandboxTransport

from benchmarks.findings import Finding, in_turn
from benchmarks.peers import TOKEN

SHARES = 10_000
WHAT = f"an answer with {SHARES:,} shares"
PLAIN = "the generator's own"
WANTED = [(WHAT, PLAIN, 0.60)]
"""Of what, over whom, and the worst that will do."""


def measure(rounds: int) -> tuple[list[Finding], dict[str, str]]:
    """Read the answer in each way. Nobody is left out."""
    answer = httpx.Response(200, content=_answer())
    with tempfile.TemporaryDirectory() as folder:
        plain = _plain_client(Path(folder))
        ways = {
            "do_nfs_client": lambda: _timed(lambda: read_body(answer, ShareList.from_dict)),
            PLAIN: lambda: _timed(lambda: plain.ShareList.from_dict(answer.json())),
            "json.loads": lambda: _timed(answer.json),
        }
        return [in_turn(Finding(WHAT, "ms"), rounds, ways)], {}


def _answer() -> bytes:
    with Sandbox(seed={"scenario": "many", "shares": SHARES}) as sandbox:
        transport = SandboxTransport(sandbox)
        with httpx.Client(transport=transport, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as http:
            return http.get("http://sandbox/v2/nfs").raise_for_status().content


def _plain_client(folder: Path) -> Any:
    """The models of a client that the generator makes of the contract by itself."""
    package = folder / "plain_client"
    config = folder / "config.yaml"
    config.write_text("package_name_override: plain_client\npost_hooks: []\n", encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--config", str(config)]
    command += ["--path", str(_env.ROOT / "openapi/nfs.yaml"), "--output-path", str(package)]
    subprocess.run(command, check=True, capture_output=True)
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("plain_client.models")
    finally:
        sys.path.remove(str(folder))


def _timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds of the processor it takes, with the collector of garbage as Python sets it."""
    gc.collect()
    start = time.process_time()
    made = work()
    taken = time.process_time() - start
    del made
    return taken * 1000
