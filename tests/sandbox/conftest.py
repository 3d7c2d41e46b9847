"""A sandbox with a clock of the test's own, and a client that holds every answer against the contract."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport
from do_nfs_sandbox.http.serving import serve
from jsonschema_rs import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGES = Path(__file__).parents[2] / "mcp_server"
CONTRACT = json.loads((PACKAGES / "do_nfs_sandbox/contract/contract.json").read_text())
TOKEN = "dop_v1_" + "a1" * 32
ATL1, ATL1_OTHER = "796c6fe3-2a1d-4da2-9f3e-38239827dc91", "8f14e45f-ceea-467f-9a3c-1d2b3c4d5e6f"
POLICY = {
    "anonuid": 65534,
    "anongid": 65534,
    "protocols": ["NFS4"],
    "squash_config": "ROOT_SQUASH",
    "identity_enforcement_enabled": False,
}


def resolve(node: Any) -> Any:
    while "$ref" in node:
        target: Any = CONTRACT
        for part in node["$ref"][2:].split("/"):
            target = target[part]
        node = target
    return node


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": CONTRACT["components"]}, validate_formats=True)


def path_pattern(template: str) -> re.Pattern[str]:
    # An id has a hyphen or a digit in it, so that "snapshots" is not taken for one.
    return re.compile(re.sub(r"\{\w+\}", "[0-9a-zA-Z-]*[0-9-][0-9a-zA-Z-]*", template))


PATHS = {path_pattern(template): item for template, item in CONTRACT["paths"].items()}
VALIDATORS: dict[str, Draft202012Validator] = {}


def check_answer(response: httpx.Response) -> None:
    """Fails if an answer is not one the contract describes."""
    path, method, status = response.request.url.path, response.request.method.lower(), response.status_code
    item = next((item for pattern, item in PATHS.items() if pattern.fullmatch(path)), {})
    responses = item.get(method, {}).get("responses", {})
    described = responses.get(str(status), responses.get("default", {}))
    described = resolve(described or {"$ref": "#/components/responses/UnexpectedError"})
    for name, header in described["headers"].items():
        assert name in response.headers, f"{name} is missing from a {status}"
        schema = resolve(header)["schema"]
        value = int(response.headers[name]) if schema["type"] == "integer" else response.headers[name]
        validator(schema).validate(value)
    if "content" not in described:
        assert response.content == b""
        assert "content-type" not in response.headers
        return
    assert response.headers["content-type"] == "application/json"
    schema = described["content"]["application/json"]["schema"]
    key = json.dumps(schema)
    VALIDATORS.setdefault(key, validator(schema)).validate(response.json())
    if status >= 400:
        assert len(response.json()["message"]) < 300


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.25

    def __call__(self) -> float:
        return self.now


class Api:
    """A client for a sandbox. Calls are made one after another; answers are checked against the contract."""

    def __init__(self, sandbox: Sandbox, clock: Clock) -> None:
        self.sandbox, self.clock = sandbox, clock
        self._loop = asyncio.new_event_loop()
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(sandbox),
            base_url="http://sandbox.test",
            headers={"authorization": f"Bearer {TOKEN}"},
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
        self.clock.now += seconds

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
        body = {"name": "data", "region": "atl1", "size_gib": 100, "vpc_ids": [ATL1], **fields}
        share = self.post("/v2/nfs", body)["share"]
        if not ready:
            return share
        self.later()
        return self.get(f"/v2/nfs/{share['id']}")["share"]

    def act(self, share: Any, kind: str, expect: int = 201, region: str | None = None, **params: Any) -> Any:
        body = {"type": kind, "params": params} | ({} if region is None else {"region": region})
        answer = self.post(f"/v2/nfs/{share['id']}/actions", body, expect)
        return answer["action"] if expect == 201 else answer

    def share(self, share: Any) -> Any:
        return self.get(f"/v2/nfs/{share['id']}")["share"]

    def new_access_point(self, share: Any, expect: int = 201, **fields: Any) -> Any:
        body = {
            "name": "team-a",
            "path": "/exports/team-a",
            "vpc_id": ATL1,
            "access_policy": POLICY,
            **fields,
        }
        return self.post(f"/v2/nfs/shares/{share['id']}/access_points", body, expect)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_api(clock: Clock) -> Iterator[Callable[..., Api]]:
    """Makes clients of sandboxes that are made with the given options."""
    made: list[Api] = []

    def make(*args: Any, **options: Any) -> Api:
        made.append(Api(Sandbox(*args, **{"clock": clock, **options}), clock))
        return made[-1]

    yield make
    for api in made:
        api.close()


@pytest.fixture
def api(new_api: Callable[..., Api]) -> Api:
    return new_api()


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
        self.http = httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False)

    def end(self) -> None:
        self.http.close()
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.communicate()


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    """Starts do-nfs-sandbox with the given options."""
    started: list[Process] = []

    def make(*options: str) -> Process:
        started.append(Process(*options))
        return started[-1]

    yield make
    for process in started:
        process.end()


class Sleeps:
    """Sleeps no time at all, and remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
def sandbox(clock: Clock, sleeps: Sleeps) -> Iterator[Sandbox]:
    """A sandbox with the things that the contract's examples name."""
    with Sandbox(clock=clock, sleep=sleeps, seed="examples") as sandbox:
        yield sandbox


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client of `sandbox` that takes any answer."""
    with httpx.Client(
        transport=SandboxTransport(sandbox),
        base_url="http://sandbox.test",
        headers={"authorization": f"Bearer {TOKEN}"},
        timeout=None,
    ) as client:
        yield client


@pytest.fixture
def port(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client of `sandbox` over a port."""
    with (
        serve(sandbox) as url,
        httpx.Client(base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False) as client,
    ):
        yield client
