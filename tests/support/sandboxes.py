"""Sandboxes with a clock of the test's own, and a client that holds every answer against the contract."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
from do_nfs_sandbox import Sandbox
from jsonschema_rs import Draft202012Validator

from .clock import Clock
from .constants import NEW_SHARE, TOKEN, VPC
from .contracts import CONTRACT, operations, resolved

AUTHORIZED = {"authorization": f"Bearer {TOKEN}"}
NOBODY = "00000000-0000-4000-8000-000000000000"
"""An id that nothing has."""
EXAMPLE_SHARE = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d"
"""The share of the scenario `examples`."""
JSON = {"content-type": "application/json"}
POLICY = {
    "anonuid": 65534,
    "anongid": 65534,
    "protocols": ["NFS4"],
    "squash_config": "ROOT_SQUASH",
    "identity_enforcement_enabled": False,
}
NEW_ACCESS_POINT: dict[str, Any] = {
    "name": "team-a",
    "path": "/exports/team-a",
    "vpc_id": VPC,
    "access_policy": POLICY,
}
FAULTS: dict[str, dict[str, Any]] = {
    "status": {"status": 503},
    "delay": {"seconds": 1},
    "slow_drip": {"seconds": 1},
    "drop_before": {},
    "drop_after": {},
    "truncate": {},
    "not_json": {},
    "html": {},
    "unknown_enum": {},
    "extra_fields": {},
    "missing_optional": {},
    "stuck": {},
    "fail": {},
}
"""Each kind of fault, with the fields that it needs."""


def check_answer(response: httpx.Response) -> None:
    """Fail if an answer is not one that the contract describes."""
    path, method, status = response.request.url.path, response.request.method.lower(), response.status_code
    found = (op for op, pattern in _PATTERNS if op["method"] == method and pattern.fullmatch(path))
    responses = next(found, {}).get("responses", {})
    described = responses.get(str(status), responses.get("default", {}))
    described = resolved(described or {"$ref": "#/components/responses/UnexpectedError"})
    for name, header in described["headers"].items():
        assert name in response.headers, f"{name} is missing from a {status}"
        schema = resolved(header)["schema"]
        value = int(response.headers[name]) if schema["type"] == "integer" else response.headers[name]
        _validator(json.dumps(schema)).validate(value)
    if "content" not in described:
        assert response.content == b""
        assert "content-type" not in response.headers
        return
    assert response.headers["content-type"] == "application/json"
    schema = described["content"]["application/json"]["schema"]
    _validator(json.dumps(schema)).validate(response.json())
    if status >= 400:
        assert len(response.json()["message"]) < 300


def _pattern(path: str) -> re.Pattern[str]:
    # The ids of tests have a hyphen or a digit in them, so that "snapshots" is not taken for one.
    return re.compile(re.sub(r"\{\w+\}", "[0-9a-zA-Z_~-]*[0-9-][0-9a-zA-Z_~-]*", path))


_PATTERNS = [(operation, _pattern(operation["path"])) for operation in operations().values()]


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": CONTRACT["components"]}, validate_formats=True)


class Sleeps:
    """Sleeps no time at all, and remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


class Api:
    """A client for a sandbox. Calls are made one after another; answers are checked against the contract."""

    def __init__(self, sandbox: Sandbox, clock: Clock) -> None:
        self.sandbox, self.clock = sandbox, clock
        self._loop = asyncio.new_event_loop()
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(sandbox), base_url="http://sandbox.test", headers=AUTHORIZED
        )

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        response = self._loop.run_until_complete(self._http.request(method, path, **options))
        check_answer(response)
        return response

    def close(self) -> None:
        self._loop.run_until_complete(self._http.aclose())
        self._loop.close()
        self.sandbox.close()

    def later(self, seconds: float = 2) -> None:
        self.clock.pass_time(seconds)

    def get(self, path: str, **options: Any) -> Any:
        response = self("GET", path, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: Any, expect: int = 201) -> Any:
        response = self("POST", path, json=body)
        assert response.status_code == expect, response.text
        return response.json()

    def delete(self, path: str, expect: int = 204) -> Any:
        response = self("DELETE", path)
        assert response.status_code == expect, response.text
        return response.json() if response.content else None

    def new_share(self, *, ready: bool = True, **fields: Any) -> Any:
        share = self.post("/v2/nfs", {**NEW_SHARE, **fields})["share"]
        if not ready:
            return share
        self.later()
        return self.share(share)

    def share(self, share: Any) -> Any:
        return self.get(f"/v2/nfs/{share['id']}")["share"]

    def act(self, share: Any, kind: str, expect: int = 201, region: str | None = None, **params: Any) -> Any:
        body = {"type": kind, "params": params} | ({} if region is None else {"region": region})
        answer = self.post(f"/v2/nfs/{share['id']}/actions", body, expect)
        return answer["action"] if expect == 201 else answer

    def new_access_point(self, share: Any, expect: int = 201, **fields: Any) -> Any:
        return self.post(f"/v2/nfs/shares/{share['id']}/access_points", {**NEW_ACCESS_POINT, **fields}, expect)


NewApi = Callable[..., Api]
"""Makes a client of a sandbox that is made with the given arguments."""


class Process:
    """do-nfs-sandbox on a free port, in a process of its own."""

    def __init__(self, *options: str) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "do_nfs_sandbox", "--port", "0", *options],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.popen.stderr
        self.announcement = self.popen.stderr.readline()
        found = re.search(r"http://\S+?(?=;)", self.announcement)
        assert found, self.announcement
        self.hint = self.popen.stderr.readline()
        self.url = found[0]
        self.http = httpx.Client(base_url=self.url, headers=AUTHORIZED, trust_env=False)

    def end(self) -> None:
        self.http.close()
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.communicate()


Start = Callable[..., Process]
"""Starts do-nfs-sandbox with the given options."""
