"""Fixtures for other people's tests. Nothing is imported until one of them is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from do_nfs_sandbox import Sandbox


@pytest.fixture
def nfs_sandbox() -> Iterator[Sandbox]:
    """DigitalOcean's NFS API in this process: empty, and every change is done at once."""
    from do_nfs_sandbox import Sandbox

    with Sandbox(ready_after=0) as sandbox:
        yield sandbox


@pytest.fixture
def nfs_sandbox_url(nfs_sandbox: Sandbox) -> Iterator[str]:
    """The URL of `nfs_sandbox`, served on a free port of this machine."""
    from do_nfs_sandbox.http.serving import serve

    with serve(nfs_sandbox) as url:
        yield url
