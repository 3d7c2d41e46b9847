"""A real Prometheus, of Debian's package, which reads servers' metrics and answers the dashboard's queries."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from .contracts import ROOT
from .processes import free_port

DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"
INTERVAL = 1
"""How often it reads, in seconds."""


def panels() -> list[dict[str, Any]]:
    """The panels of the dashboard, in its order."""
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return found


class Prometheus:
    """Reads these servers from when it is made until it is stopped.

    Args:
        folder: Where it keeps what it has read.
        targets: The servers, each as host and port.
    """

    def __init__(self, folder: Path, targets: Sequence[str]) -> None:
        program = shutil.which("prometheus")
        assert program, "Prometheus is not installed: scripts/test --system does it"
        configuration = {
            "global": {"scrape_interval": f"{INTERVAL}s"},
            "scrape_configs": [{"job_name": "do-nfs-mcp", "static_configs": [{"targets": list(targets)}]}],
        }
        # YAML has all of JSON in it.
        (folder / "prometheus.yml").write_text(json.dumps(configuration))
        port = free_port()
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        with (folder / "prometheus.log").open("w") as log:
            self._process = subprocess.Popen(
                [
                    *(program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"),
                    f"--web.listen-address=127.0.0.1:{port}",
                ],
                stderr=log,
            )
        while not self._is_ready():
            assert self._process.poll() is None, (folder / "prometheus.log").read_text()

    def stop(self) -> None:
        """End it."""
        self._http.close()
        self._process.terminate()
        self._process.wait(timeout=60)

    def series(self, expression: str, start: float, end: float) -> list[dict[str, Any]]:
        """What a query of the dashboard gives from one time to another, in seconds since 1970."""
        answer = self._http.get(
            "/api/v1/query_range",
            params={
                "query": expression.replace("$__rate_interval", f"{4 * INTERVAL}s"),
                "start": start,
                "end": end,
                "step": INTERVAL,
            },
        )
        found: list[dict[str, Any]] = answer.raise_for_status().json()["data"]["result"]
        return found

    def _is_ready(self) -> bool:
        try:
            return self._http.get("/-/ready").status_code == 200
        except httpx.ConnectError:
            return False
