"""A project that is new to the sandbox, with the plugins that other people's test suites have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFIGURATION = """
[pytest]
filterwarnings = error
asyncio_mode = strict
asyncio_default_fixture_loop_scope = function
timeout = 60
"""
SUITE = '''
import time

import freezegun
import httpx
import pytest
import trio
from do_nfs_sandbox import SandboxTransport

TOKEN = {"authorization": "Bearer dop_v1_" + "0" * 64}
ORDER = {"name": "data", "region": "atl1", "size_gib": 50, "vpc_ids": ["796c6fe3-2a1d-4da2-9f3e-38239827dc91"]}
LIST = "http://sandbox/v2/nfs"


@pytest.fixture
def client(nfs_sandbox):
    with httpx.Client(transport=SandboxTransport(nfs_sandbox), headers=TOKEN, timeout=5) as client:
        yield client


def get_patiently(client):
    """The code under test: it comes again when it is told to."""
    while (answer := client.get(LIST)).status_code == 429:
        time.sleep(0 * int(answer.headers["retry-after"]))
    return answer


def test_what_is_retried_comes_again(nfs_sandbox, client):
    nfs_sandbox.add_fault("status", status=429, operation="list_shares", times=2)
    assert get_patiently(client).status_code == 200
    assert nfs_sandbox.requests.to("list_shares").count == 3


def test_a_lost_answer_is_not_a_lost_share(nfs_sandbox, client):
    nfs_sandbox.add_fault("drop_after", operation="create_share")
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(LIST, json=ORDER)
    assert [share["name"] for share in client.get(LIST).json()["shares"]] == ["data"]


def test_a_slow_body_times_out(nfs_sandbox, client):
    nfs_sandbox.add_fault("slow_drip", seconds=0.01)
    with pytest.raises(httpx.ReadTimeout):
        client.get(LIST, timeout=0.001)


@pytest.mark.nfs_sandbox(limits=(10, 1))
def test_a_limit_is_one(client):
    assert [client.get(LIST).status_code for _ in range(2)] == [200, 429]


def test_two_sandboxes_know_nothing_of_each_other(nfs_sandbox, nfs_sandbox_factory, client):
    other = nfs_sandbox_factory()
    client.post(LIST, json=ORDER)
    assert (len(nfs_sandbox.state()["shares"]), other.state()["shares"]) == (1, [])


@pytest.mark.nfs_sandbox(ready_after=60)
@freezegun.freeze_time("2030-01-01")
def test_time_that_stands_still_is_the_sandboxs_too(nfs_sandbox, client):
    share = client.post(LIST, json=ORDER).json()["share"]
    assert share["created_at"] == "2030-01-01T00:00:00Z"
    with freezegun.freeze_time("2030-01-01 00:01:00"):
        assert client.get(f"{LIST}/{share['id']}").json()["share"]["status"] == "ACTIVE"


@freezegun.freeze_time("2030-01-01")
def test_a_pause_ends_in_time_that_stands_still(nfs_sandbox, client):
    nfs_sandbox.add_fault("delay", seconds=0.01)
    assert client.get(LIST).status_code == 200


async def ask(sandbox):
    sandbox.add_fault("delay", seconds=0.01)
    async with httpx.AsyncClient(transport=SandboxTransport(sandbox), headers=TOKEN) as client:
        return (await client.get(LIST)).status_code


@pytest.mark.asyncio
async def test_asyncio(nfs_sandbox):
    assert await ask(nfs_sandbox) == 200


@pytest.mark.trio
async def test_trio(nfs_sandbox):
    with trio.fail_after(30):
        assert await ask(nfs_sandbox) == 200
'''
ON_A_PORT = """

@freezegun.freeze_time("2030-01-01")
def test_a_port_in_time_that_stands_still(nfs_sandbox, nfs_sandbox_url):
    nfs_sandbox.add_fault("delay", seconds=0.01)
    nfs_sandbox.add_fault("slow_drip", seconds=0.01)
    with httpx.Client(headers=TOKEN, trust_env=False) as client:
        assert [client.get(f"{nfs_sandbox_url}/v2/nfs").status_code for _ in range(2)] == [200, 200]
    assert nfs_sandbox.requests.count == 2
"""


@pytest.mark.parametrize(
    ("options", "tests"),
    [
        pytest.param(["-p", "randomly", "-p", "no:socket"], SUITE + ON_A_PORT, id="random order"),
        pytest.param(["-n", "2", "-p", "no:socket"], SUITE + ON_A_PORT, id="in parallel"),
        pytest.param(["--cov", "do_nfs_sandbox", "--cov-report=", "-p", "no:socket"], SUITE + ON_A_PORT, id="coverage"),
        # An event loop needs a pair of sockets of its own; nothing else may open any.
        pytest.param(["--disable-socket", "--allow-unix-socket"], SUITE, id="without sockets"),
    ],
)
def test_a_suite_with_the_usual_plugins_passes(tmp_path: Path, options: list[str], tests: str) -> None:
    (tmp_path / "test_it.py").write_text(tests)
    (tmp_path / "pytest.ini").write_text(CONFIGURATION)
    # Not what this suite's own run has told its workers.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    # Few have schemathesis, which takes longer to load than all other plugins.
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:schemathesis", *options, "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{tests.count('def test_')} passed" in done.stdout
