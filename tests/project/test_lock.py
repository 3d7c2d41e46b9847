"""What scripts/lock pins, from an index of the test's own."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..support.contracts import ROOT
from ..support.serving import serving

PROJECT = """
[build-system]
requires = ["builder"]
[project]
name = "project"
version = "1"
requires-python = ">=3.11"
dependencies = ["runner"]
[project.optional-dependencies]
completion = []
metrics = []
otel = []
redis = []
[dependency-groups]
dev = ["builder", "tester"]
"""
OLD, NEW = timedelta(days=8), timedelta(days=6)
# By package, how long ago each version came out; None if the index does not say so.
RELEASES: dict[str, dict[str, timedelta | None]] = {
    "runner": {"1.0": OLD, "2.0": NEW},
    "builder": {"1.0": OLD, "2.0": NEW},
    "tester": {"1.0": OLD, "2.0": None},
}
Lock = Callable[..., subprocess.CompletedProcess[str]]


def metadata(name: str, version: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def page(request: Request) -> Response:
    """The releases of a package, in the form of PEP 691 and PEP 700."""
    name = request.path_params["name"]
    files: list[dict[str, Any]] = []
    for version, age in RELEASES[name].items():
        file = f"{name}-{version}-py3-none-any.whl"
        hashes = {"sha256": hashlib.sha256(file.encode()).hexdigest()}
        described = {"sha256": hashlib.sha256(metadata(name, version).encode()).hexdigest()}
        files.append({"filename": file, "url": f"/files/{file}", "hashes": hashes, "core-metadata": described})
        if age is not None:
            files[-1]["upload-time"] = (datetime.now(UTC) - age).isoformat().replace("+00:00", "Z")
    content = {"meta": {"api-version": "1.1"}, "name": name, "files": files}
    return JSONResponse(content, media_type="application/vnd.pypi.simple.v1+json")


def about(request: Request) -> Response:
    name, version, _ = request.path_params["file"].split("-", 2)
    return PlainTextResponse(metadata(name, version))


@pytest.fixture(scope="module")
def index() -> Iterator[str]:
    with serving(Starlette(routes=[Route("/simple/{name}/", page), Route("/files/{file}", about)])) as url:
        yield f"{url}/simple"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project with scripts/lock."""
    for folder in (tmp_path, tmp_path / "packaging/sandbox"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "scripts").mkdir()
    for name in ("lock", "_env.py"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts")
    return tmp_path


@pytest.fixture
def lock(checkout: Path, index: str) -> Lock:
    """Runs scripts/lock."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    environment |= {"PATH": path, "UV_DEFAULT_INDEX": index, "UV_NO_CONFIG": "1", "NO_PROXY": "127.0.0.1"}
    environment |= {"UV_CACHE_DIR": str(checkout / "cache")}

    def lock(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(checkout / "scripts/lock"), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    return lock


def pins(checkout: Path, name: str = "requirements.lock") -> dict[str, str]:
    return dict(re.findall(r"^(\w+)==(\S+)", (checkout / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("arguments", [(), ("--upgrade",)])
def test_no_release_is_pinned_that_is_younger_than_a_week_or_of_unknown_age(
    checkout: Path, lock: Lock, arguments: tuple[str, ...]
) -> None:
    done = lock(*arguments)
    assert done.returncode == 0, done.stderr
    assert pins(checkout) == {"runner": "1.0", "builder": "1.0", "tester": "1.0"}
    assert pins(checkout, "requirements.run.lock") == pins(checkout, "requirements.sandbox.lock") == {"runner": "1.0"}
    assert pins(checkout, "requirements.build.lock") == {"builder": "1.0"}


def test_a_pin_that_is_too_young_is_taken_back(checkout: Path, lock: Lock) -> None:
    (checkout / "requirements.lock").write_text("runner==2.0\n")
    assert lock().returncode == 0
    assert pins(checkout)["runner"] == "1.0"


def test_a_package_that_has_only_young_releases_is_not_pinned(checkout: Path, lock: Lock) -> None:
    (checkout / "pyproject.toml").write_text(PROJECT.replace('"runner"', '"runner>=2"'))
    done = lock()
    assert done.returncode != 0
    assert "exclude-newer" in done.stderr
    assert not (checkout / "requirements.lock").exists()


def test_a_young_release_is_pinned_if_it_is_named(checkout: Path, lock: Lock) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    assert lock("--upgrade", "--exclude-newer-package", f"runner={tomorrow}").returncode == 0
    assert pins(checkout) == {"runner": "2.0", "builder": "1.0", "tester": "1.0"}
    assert pins(checkout, "requirements.run.lock") == {"runner": "2.0"}


def test_every_pin_has_the_hashes_that_the_index_gives_and_no_address(checkout: Path, lock: Lock, index: str) -> None:
    assert lock().returncode == 0
    given = hashlib.sha256(b"builder-1.0-py3-none-any.whl").hexdigest()
    assert f"--hash=sha256:{given}" in (checkout / "requirements.build.lock").read_text()
    for name in ("requirements.lock", *(f"requirements.{part}.lock" for part in ("run", "sandbox", "build"))):
        text = (checkout / name).read_text()
        assert text.count("--hash=sha256:") == len(pins(checkout, name))
        assert index not in text
        assert "http" not in text
