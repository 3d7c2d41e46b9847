"""The pytest plugin, in a test suite of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text(encoding="utf-8")
(EXAMPLE,) = (code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "def test_" in code)
MORE = """
import asyncio, logging, threading
import pytest
from do_nfs_sandbox import SandboxTransport

def test_each_test_gets_a_new_sandbox(nfs_sandbox):
    assert nfs_sandbox.state()["shares"] == []

def test_changes_are_done_at_once(nfs_sandbox, nfs_sandbox_url):
    nfs_sandbox.add_fault("html", operation="list_vpcs")
    order_a_share(f"{nfs_sandbox_url}/v2/nfs")
    assert [share["status"] for share in nfs_sandbox.state()["shares"]] == ["ACTIVE"]
    with httpx.Client(transport=SandboxTransport(nfs_sandbox), headers=TOKEN) as client:
        assert client.get("http://x/v2/nfs").json()["shares"]

def test_the_server_stops_although_a_client_is_still_waiting(nfs_sandbox, nfs_sandbox_url):
    nfs_sandbox.add_fault("delay", seconds=3600)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{nfs_sandbox_url}/v2/nfs", headers=TOKEN, timeout=0.1, trust_env=False)

client = httpx.Client(trust_env=False)

def test_the_server_stops_although_a_connection_is_open(nfs_sandbox_url):
    assert client.get(nfs_sandbox_url).status_code == 401
    test_the_server_stops_although_a_connection_is_open.url = nfs_sandbox_url

def test_nothing_is_left_of_a_server_that_has_stopped(caplog):
    with pytest.raises(httpx.ConnectError):
        client.get(test_the_server_stops_although_a_connection_is_open.url)
    client.close()
    assert not [thread for thread in threading.enumerate() if "sandbox" in thread.name]
    logging.getLogger("uvicorn.error").warning("still heard")
    assert "still heard" in caplog.text

async def inside(request):
    url = request.getfixturevalue("nfs_sandbox_url")
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{url}/v2/nfs", headers=TOKEN)).status_code

def test_the_url_can_be_asked_for_inside_an_event_loop(request):
    assert asyncio.run(inside(request)) == 200
"""


def run(folder: Path, tests: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "do_nfs_sandbox.pytest_plugin", "test_it.py"]
    # No other plugin: it needs none, and installed as an entry point it would be loaded twice.
    env = {**os.environ, "NO_PROXY": "127.0.0.1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def test_the_example_of_the_page_passes_and_so_do_tests_of_the_fixtures(tmp_path: Path) -> None:
    result = run(tmp_path, EXAMPLE + MORE)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "7 passed" in result.stdout


def test_the_example_of_the_page_fails_for_code_that_orders_twice(tmp_path: Path) -> None:
    blind = EXAMPLE.replace("while not", "for _ in range(2) or")
    result = run(tmp_path, blind)
    assert result.returncode == 1
    assert "2 == 1" in result.stdout
