"""`do-nfs-mcp ui`: all storage in the browser."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from do_nfs_sandbox import Sandbox

from ...support.constants import TOKEN


@contextmanager
def ui(*options: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command as a process, and the address that it prints."""
    command = [sys.executable, "-m", "do_nfs_mcp", "ui", *options]
    environment = {**os.environ, "CI": "1", "DIGITALOCEAN_TOKEN": TOKEN, **variables}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as made:
        assert made.stderr
        line = made.stderr.readline()
        try:
            yield made, next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
        finally:
            made.kill()


def called(url: str, name: str, **arguments: object) -> httpx.Response:
    body = {"name": name, "arguments": arguments}
    return httpx.post(f"{url}call", json=body, headers={"origin": urljoin(url, "/").rstrip("/")}, trust_env=False)


@pytest.mark.skipif(os.name == "nt", reason="no event loop takes signals there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_page_shows_the_account_until_a_signal_ends_it(url: str, sandbox: Sandbox, number: signal.Signals) -> None:
    sandbox.seed("team")
    with ui("--api-url", url) as (process, page):
        assert httpx.get(page, trust_env=False).text.startswith("<!doctype html>")
        found = called(page, "get_storage_overview").json()
        assert found["structuredContent"]["total"]["shares"] == len(sandbox.state()["shares"])
        assert len(found["_meta"]["do-nfs-mcp/inventory"]["shares"]) == len(sandbox.state()["shares"])
        assert called(page, "get_mount_instructions", share="web-assets").json()["structuredContent"]["share"]
        assert called(page, "delete_share", share="web-assets").status_code == 400
        assert called(page, "get_storage_overview", regoin="x").json()["isError"]
        process.send_signal(number)
        assert process.stdout
        assert process.stderr
        assert (process.wait(60), process.stdout.read(), process.stderr.read()) == (0, "", "")
    assert {request.method for request in sandbox.requests} == {"GET"}


def test_the_page_is_opened_in_the_browser_of_a_person(tmp_path: Path) -> None:
    program = tmp_path / "browser.py"
    program.write_text(f"import sys; open({str(tmp_path / 'opened')!r}, 'w').write(sys.argv[1])")
    browser = f"{shlex.join([sys.executable, str(program)])} %s"
    # It is a pipe to read from: whoever opens it waits until the browser has.
    os.mkfifo(tmp_path / "opened")
    with ui("--sandbox", BROWSER=browser, CI="") as (_, page):
        assert (tmp_path / "opened").read_text() == page
