"""What scripts/package builds works from an empty environment, however it is installed."""

import json
import os
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
    run(tmp_path / BIN / f"python{EXE}", "-m", "pip", "install", "--quiet", only(dist, "*.whl"))
    await works(tmp_path)


@pytest.mark.anyio
async def test_the_source_distribution_works(dist: Path, tmp_path: Path) -> None:
    run(UV, "venv", "--python", sys.executable, tmp_path / "env")
    run(UV, "pip", "install", "--python", tmp_path / "env" / BIN / f"python{EXE}", only(dist, "*.tar.gz"))
    await works(tmp_path / "env")


@pytest.mark.anyio
async def test_the_pins_the_image_is_made_with_are_enough(dist: Path, tmp_path: Path) -> None:
    pip: list[str | Path] = [UV, "pip", "install", "--python", tmp_path / "env" / BIN / f"python{EXE}"]
    run(UV, "venv", "--python", sys.executable, tmp_path / "env")
    run(*pip, "--require-hashes", "--requirement", ROOT / "requirements.run.lock")
    run(*pip, "--no-deps", only(dist, "*.whl"))
    await works(tmp_path / "env")


@pytest.mark.anyio
async def test_uvx_runs_the_wheel_and_installs_what_goes_on_working(dist: Path, tmp_path: Path) -> None:
    uvx = [UV, "tool", "run", "--from", str(only(dist, "*.whl")), "do-nfs-mcp"]
    assert run(*uvx, "--version") == f"do-nfs-mcp {version('do-nfs-mcp')}\n"
    await serves(uvx)
    entry = json.loads(run(*uvx, "install", "cursor", "--print"))["mcpServers"]["nfs"]
    assert "archive-" not in " ".join([entry["command"], *entry["args"]])
    await serves([entry["command"], *entry["args"]])


@pytest.mark.anyio
async def test_the_bundle_starts_as_its_manifest_says(dist: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(only(dist, "*.mcpb")).extractall(tmp_path)
    manifest: dict[str, Any] = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert (tmp_path / manifest["server"]["entry_point"]).is_file()
    start = manifest["server"]["mcp_config"]
    assert (start["command"], start["env"]) == ("uv", {"DIGITALOCEAN_ACCESS_TOKEN": "${user_config.token}"})
    filled_in = {
        f"${{user_config.{name}}}": "false" if about["type"] == "boolean" else about.get("default", "")
        for name, about in manifest["user_config"].items()
    }
    filled_in |= {"${__dirname}": str(tmp_path), "${user_config.destructive}": "deny", "${user_config.ask}": "host"}
    tools = await serves([UV, *(filled_in.get(argument, argument) for argument in start["args"])])
    assert "create_share" in tools
    assert "delete_share" not in tools
