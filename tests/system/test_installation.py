"""What scripts/package builds works from an empty environment, however it is installed."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from uv import find_uv_bin

from ..support.contracts import ROOT

pytestmark = pytest.mark.system

UV = find_uv_bin()
BIN = "Scripts" if os.name == "nt" else "bin"
EXE = ".exe" if os.name == "nt" else ""
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("DIGITALOCEAN_", "PYTHON"))}


def run(*command: str | Path) -> str:
    """What a command says on stdout."""
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, ROOT / "scripts/package", "--into", folder)
    return folder


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


async def serves(command: list[str]) -> set[str]:
    """Check that a command starts the server, on the sandbox; the names of its tools."""
    server = StdioServerParameters(command=command[0], args=[*command[1:], "--sandbox", ":memory:"], env=ENVIRONMENT)
    async with Client(server, mode="legacy") as client:
        assert client.server_info is not None
        assert (client.server_info.name, client.server_info.version) == ("do-nfs-mcp", version("do-nfs-mcp"))
        tools = {tool.name for tool in (await client.list_tools()).tools}
        listed = await client.call_tool("list_shares", {})
        assert not listed.is_error
        return tools


async def works(folder: Path) -> None:
    """Check that both commands of an environment work."""
    for name in ("do-nfs-mcp", "do-nfs-sandbox"):
        assert run(folder / BIN / f"{name}{EXE}", "--version").startswith(f"{name} {version('do-nfs-mcp')}")
    assert "delete_share" in await serves([str(folder / BIN / f"do-nfs-mcp{EXE}")])


@pytest.mark.anyio
async def test_the_wheel_works_with_pip(dist: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path)
    run(tmp_path / BIN / f"python{EXE}", "-m", "pip", "install", "--quiet", only(dist, "do_nfs_mcp-*.whl"))
    await works(tmp_path)


@pytest.mark.anyio
async def test_the_source_distribution_works(dist: Path, tmp_path: Path) -> None:
    run(UV, "venv", "--python", sys.executable, tmp_path / "env")
    run(UV, "pip", "install", "--python", tmp_path / "env" / BIN / f"python{EXE}", only(dist, "do_nfs_mcp-*.tar.gz"))
    await works(tmp_path / "env")


@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
def test_the_sandbox_and_the_client_come_alone_with_a_part_of_the_packages(
    dist: Path, tmp_path: Path, kind: str
) -> None:
    sizes = {}
    for name in ("do_nfs_mcp", "do_nfs_sandbox", "do_nfs_client"):
        run(UV, "venv", "--python", sys.executable, tmp_path / name)
        python = tmp_path / name / BIN / f"python{EXE}"
        run(UV, "pip", "install", "--python", python, only(dist, f"{name}-*.{kind}"))
        run(python, "-c", f"import {name}")
        sizes[name] = len(run(UV, "pip", "freeze", "--python", python).splitlines())
    assert run(tmp_path / "do_nfs_sandbox" / BIN / f"do-nfs-sandbox{EXE}", "--version").endswith(
        f" {version('do-nfs-mcp')}\n"
    )
    assert max(sizes["do_nfs_sandbox"], sizes["do_nfs_client"]) * 3 < sizes["do_nfs_mcp"]


def build_as(dockerfile: str, folder: Path) -> None:
    """Do what a Dockerfile does to build, in a folder in place of an image."""
    text = (ROOT / dockerfile).read_text(encoding="utf-8").replace("\\\n", " ")
    build = text[: text.rindex("FROM ")]
    run(sys.executable, "-m", "venv", folder / "python")
    path = f"{folder}/python/bin:{os.environ['PATH']}"
    for sources, to in re.findall(r"^COPY (.+) (\S+)$", build, re.MULTILINE):
        into = folder / "src" / to
        into.mkdir(parents=True, exist_ok=True)
        for source in (ROOT / name for name in sources.split()):
            # As there, a folder's content is copied and not the folder.
            if source.is_dir():
                shutil.copytree(source, into, dirs_exist_ok=True)
            else:
                shutil.copy(source, into)
    for command in re.findall(r"^RUN (.+)$", build, re.MULTILINE):
        here = re.sub(r"(^|\s)(?=/)", rf"\1{folder}", command)
        run("env", "-C", folder / "src", f"PATH={path}", "sh", "-euc", here)


@pytest.mark.anyio
async def test_the_image_s_pins_build_and_run_it(tmp_path: Path) -> None:
    build_as("Dockerfile", tmp_path)
    await works(tmp_path / "app")


def test_the_sandbox_s_image_has_the_sandbox_alone(tmp_path: Path) -> None:
    build_as("sandbox.Dockerfile", tmp_path)
    folder = tmp_path / "app" / BIN
    assert run(folder / "do-nfs-sandbox", "--version") == f"do-nfs-sandbox {version('do-nfs-mcp')}\n"
    assert "mcp" not in run(folder / "python", "-m", "pip", "freeze")


@pytest.mark.anyio
async def test_uvx_runs_the_wheel_and_installs_what_goes_on_working(dist: Path, tmp_path: Path) -> None:
    uvx = [UV, "tool", "run", "--from", str(only(dist, "do_nfs_mcp-*.whl")), "do-nfs-mcp"]
    assert run(*uvx, "--version") == f"do-nfs-mcp {version('do-nfs-mcp')}\n"
    await serves(uvx)
    entry = json.loads(run(*uvx, "install", "cursor", "--print"))["mcpServers"]["nfs"]
    assert "archive-" not in " ".join([entry["command"], *entry["args"]])
    await serves([entry["command"], *entry["args"]])


def unpacked(dist: Path, folder: Path) -> list[str]:
    """Unpack the bundle; the command that starts it, with what a person may have filled in."""
    zipfile.ZipFile(only(dist, "*.mcpb")).extractall(folder)
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (folder / manifest["server"]["entry_point"]).is_file()
    start = manifest["server"]["mcp_config"]
    assert (start["command"], start["env"]) == ("uv", {"DIGITALOCEAN_ACCESS_TOKEN": "${user_config.token}"})
    filled_in = {
        f"${{user_config.{name}}}": "false" if about["type"] == "boolean" else about.get("default", "")
        for name, about in manifest["user_config"].items()
    }
    filled_in |= {"${__dirname}": str(folder), "${user_config.destructive}": "deny", "${user_config.ask}": "host"}
    return [UV, *(filled_in.get(argument, argument) for argument in start["args"])]


@pytest.mark.anyio
async def test_the_bundle_starts_as_its_manifest_says_on_what_is_pinned(dist: Path, tmp_path: Path) -> None:
    tools = await serves(unpacked(dist, tmp_path))
    assert "create_share" in tools
    assert "delete_share" not in tools
    installed = run(UV, "pip", "freeze", "--python", tmp_path / ".venv").splitlines()
    pins = (ROOT / "requirements.run.lock").read_text(encoding="utf-8")
    assert {pin for pin in installed if "==" in pin} <= set(re.findall(r"^\S+==\S+", pins, re.MULTILINE))
    assert len(installed) > 20


def test_a_bundle_does_not_start_on_what_is_not_what_it_was(dist: Path, tmp_path: Path) -> None:
    command = unpacked(dist, tmp_path)
    lock = tmp_path / "uv.lock"
    lock.write_text(re.sub("sha256:[0-9a-f]{8}", "sha256:00000000", lock.read_text(encoding="utf-8")), encoding="utf-8")
    # With a cache of its own, or uv would take what it has checked before.
    environment = ENVIRONMENT | {"UV_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(
        [*command, "--log-level", "INFO"], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode != 0
    assert "Hash mismatch" in done.stderr
