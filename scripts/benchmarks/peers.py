"""Who is measured, and how each is set up: in .bench, outside the project's own environment."""

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import _env

BENCH = _env.ROOT / ".bench"
CONTRACT = _env.ROOT / "mcp_server/do_nfs_sandbox/contract/contract.json"
PRISM = "@stoplight/prism-cli@5.16.0"
FASTMCP = "fastmcp==4.2.3"
VENDOR = "@digitalocean/mcp@1.0.70"
TOKEN = "dop_v1_" + "be" * 32
OURS = "do-nfs-mcp"
FLOOR = "bare SDK"


class UnavailableError(Exception):
    """A peer cannot be set up here; the text says why."""


@dataclass(frozen=True)
class Peer:
    """A server that lists shares.

    Attributes:
        name: Of the server.
        tool: The one that lists shares, called without arguments.
        stdio: Its command for stdio.
        http: Its command for HTTP on a port.
    """

    name: str
    tool: str
    stdio: list[str]
    http: Callable[[int], list[str]]


def servers(url: str) -> tuple[list[Peer], dict[str, str]]:
    """The servers, the project's first, all of them clients of the API at url; and why others are left out.

    Raises:
        UnavailableError: If it is the project's own that cannot be set up: there is nothing to measure then.
    """
    found, left_out = [_ours(OURS, url)], {}
    for name in _PEERS:
        try:
            found.append(peer(name, url))
        except UnavailableError as error:
            left_out[name] = str(error)
    return found, left_out


def peer(name: str, url: str) -> Peer:
    """One of the other servers, a client of the API at url.

    Raises:
        UnavailableError: If it cannot be set up here.
    """
    return _PEERS[name](name, url)


def _ours(name: str, url: str) -> Peer:
    command = [str(Path(product()).with_name("do-nfs-mcp")), "--api-url", url]
    # One caller makes more requests than a person's assistant would.
    http = [*command, "--transport", "http", "--caller-requests-per-minute", "0"]
    return Peer(name, "list_shares", command, lambda port: [*http, "--port", str(port)])


def _fastmcp(name: str, url: str) -> Peer:
    command = [fastmcp(), str(Path(__file__).with_name("plain_server.py")), str(CONTRACT), url, TOKEN]
    return Peer(name, "list_shares", command, lambda port: [*command, str(port)])


def _floor(name: str, url: str) -> Peer:
    command = [product(), str(Path(__file__).with_name("floor_server.py")), url, TOKEN]
    return Peer(name, "list_shares", command, lambda port: [*command, str(port)])


def _vendor(name: str, url: str) -> Peer:
    package = npm(VENDOR)
    machine = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(
        platform.machine().lower()
    )
    # What the package's own launcher, a Node program, starts.
    program = package / "dist" / f"mcp-digitalocean-{sys.platform}-{machine}"
    if not program.exists():
        raise UnavailableError(f"the package has no program for {sys.platform} on {platform.machine()}")
    command = [str(program), "-services", "nfs", "-digitalocean-api-endpoint", url, "-log-level", "error"]
    return Peer(
        name,
        "nfs-file-share-list",
        command,
        lambda port: [*command, "-transport", "http", "-bind-addr", f"127.0.0.1:{port}"],
    )


_PEERS = {FASTMCP: _fastmcp, FLOOR: _floor, VENDOR: _vendor}


def npm(package: str) -> Path:
    """The folder of an npm package such as @scope/name@1.2.3, installed if it is not there in this version."""
    name, _, version = package.rpartition("@")
    folder = BENCH / "node_modules" / name
    about = folder / "package.json"
    if not about.exists() or json.loads(about.read_text(encoding="utf-8"))["version"] != version:
        if shutil.which("npm") is None:
            raise UnavailableError("there is no npm to install it with")
        _tell(package)
        _run("npm", "install", "--prefix", str(BENCH), "--no-fund", "--no-audit", "--silent", package)
    return folder


def product() -> str:
    """A Python that has the project, as it is here, and what it needs to run, but not what developing it needs."""
    pins = _env.ROOT / "requirements.run.lock"
    built_with = tomllib.loads((_env.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    install = [["--require-hashes", "--requirement", str(pins)], [*built_with, "editables"]]
    install += [["--no-deps", "--no-build-isolation", "--editable", str(_env.ROOT)]]
    return _python(OURS, hashlib.sha256(pins.read_bytes()).hexdigest(), install)


def fastmcp() -> str:
    """A Python that has FastMCP and nothing else."""
    return _python(FASTMCP, FASTMCP, [[FASTMCP]])


def _python(name: str, version: str, install: list[list[str]]) -> str:
    """The Python of an environment in which each of these was given to pip install."""
    venv = BENCH / name.replace("==", "-")
    python = venv / _env.PYTHON.relative_to(_env.VENV)
    ready = venv / "installed"
    if not ready.exists() or ready.read_text(encoding="utf-8") != version:
        _tell(name)
        _run(sys.executable, "-m", "venv", "--clear", str(venv))
        for what in install:
            _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *what)
        ready.write_text(version, encoding="utf-8")
    return str(python)


def _tell(package: str) -> None:
    print(f"Setting up {package} in {BENCH.relative_to(_env.ROOT)} ...", file=sys.stderr, flush=True)


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise UnavailableError(f"{' '.join(command[:3])} exited with {done.returncode}")
