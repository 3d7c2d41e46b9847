"""The commands as a person types them, on a sandbox that listens on a port."""

import logging
import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from do_nfs_mcp.cli import main
from do_nfs_sandbox import Sandbox

from ...support.constants import TOKEN, VPC
from ...support.serving import serving

CREATE = ("create_share", "name=data", "region=atl1", "size_gib=100", f"vpc_ids={VPC}")


class Said(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One token, and the levels of logging as they were."""
    for variable in [name for name in os.environ if name.startswith("DIGITALOCEAN_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore")]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ready_after=0) as sandbox:
        yield sandbox


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with serving(sandbox) as url:
        yield url


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command with just these arguments."""

    def run(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main.main(list(arguments))
        said = capsys.readouterr()
        assert TOKEN not in said.out + said.err
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, said.out, said.err)

    return run


@pytest.fixture
def run_on_sandbox(run: Run, url: str) -> Run:
    """Run it on the sandbox."""
    return lambda *arguments: run(*arguments, "--api-url", url)
