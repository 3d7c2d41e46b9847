"""Places where tokens are kept."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ..support.server_process import start
from ..support.token_commands import script, token_command

__all__ = ["give_away", "script", "start", "token_command"]


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a file another user's: root does it, everybody else becomes another themselves."""

    def give(file: Path) -> None:
        own = os.geteuid()
        if own == 0:
            os.chown(file, 12345, -1)
        else:
            monkeypatch.setattr(os, "geteuid", lambda: own + 1)

    return give
