"""The store that servers share, as they are started."""

import sys
from pathlib import Path

import pytest
from do_nfs_mcp.cli.state_store import shared_state
from do_nfs_mcp.settings import Settings, SettingsError
from do_nfs_mcp.state.shared_state import StateUnavailableError

from ..support.raw_server import raw_server, says
from .conftest import run_command


def test_without_a_store_there_is_none() -> None:
    assert shared_state(Settings()) is None


@pytest.mark.anyio
async def test_the_password_comes_from_a_file_that_others_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret\n")
    file.chmod(0o600)
    async with raw_server(says(b"-ERR\r\n"), until=b"secret\r\n") as server:
        settings = Settings(state=server.url.replace("http", "redis"), state_password_file=file)
        state = shared_state(settings)
        assert state is not None
        with pytest.raises(StateUnavailableError):
            await state.check()
        await state.aclose()
    assert b"AUTH" in server.heads[0]
    file.chmod(0o644)
    with pytest.raises(SettingsError, match=r"--state-password-file: .*chmod 640") as error:
        shared_state(settings)
    assert "secret" not in str(error.value)


def test_what_is_not_installed_for_a_store_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "do_nfs_mcp.state.redis_state", raising=False)
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(SettingsError, match=r"install do-nfs-mcp\[redis\]"):
        shared_state(Settings(state="redis://127.0.0.1:1/0"))


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_a_password_file_that_is_not_there_ends_the_server_at_its_start(transport: str) -> None:
    result = run_command(
        *("--transport", transport, "--sandbox", "--state", "redis://127.0.0.1:1"),
        *("--state-password-file", "/nonexistent/file"),
    )
    assert result.returncode == 2
    assert "--state-password-file: /nonexistent/file cannot be read: No such file or directory" in result.stderr
