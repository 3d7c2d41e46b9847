from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport
from do_nfs_sandbox.http.serving import serve

from ..support.clock import Clock
from ..support.sandboxes import AUTHORIZED, Api, NewApi, Process, Sleeps, Start


@pytest.fixture
def clock() -> Clock:
    """A clock of the test's own, within a second."""
    clock = Clock()
    clock.now = 1_800_000_000.25
    return clock


@pytest.fixture
def new_api(clock: Clock) -> Iterator[NewApi]:
    """Makes clients of sandboxes that are made with the given arguments."""
    made: list[Api] = []

    def make(*args: Any, **options: Any) -> Api:
        made.append(Api(Sandbox(*args, **{"clock": clock, **options}), clock))
        return made[-1]

    yield make
    for api in made:
        api.close()


@pytest.fixture
def api(new_api: NewApi) -> Api:
    """A client of an empty sandbox."""
    return new_api()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts do-nfs-sandbox with the given options."""
    started: list[Process] = []

    def make(*options: str) -> Process:
        started.append(Process(*options))
        return started[-1]

    yield make
    for process in started:
        process.end()


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
    transport = SandboxTransport(sandbox)
    with httpx.Client(transport=transport, base_url="http://sandbox.test", headers=AUTHORIZED, timeout=None) as client:
        yield client


@pytest.fixture
def port(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client of `sandbox` over a port."""
    with serve(sandbox) as url, httpx.Client(base_url=url, headers=AUTHORIZED, trust_env=False) as client:
        yield client
