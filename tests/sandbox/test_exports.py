"""What the package exports, and what it costs to import."""

from __future__ import annotations

import subprocess
import sys

import do_nfs_sandbox
import pytest


def test_everything_that_is_exported_can_be_imported():
    assert {getattr(do_nfs_sandbox, name).__name__ for name in do_nfs_sandbox.__all__} == set(do_nfs_sandbox.__all__)
    with pytest.raises(AttributeError):
        do_nfs_sandbox.Nothing  # noqa: B018


def test_importing_the_pytest_plugin_imports_nothing_that_takes_time():
    code = "import sys, do_nfs_sandbox.pytest_plugin as p; print([m for m in sys.modules if m.startswith("
    code += "('do_nfs_sandbox.', 'httpx', 'uvicorn', 'anyio', 'jsonschema', 'pydantic', 'sqlite3'))])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "['do_nfs_sandbox.pytest_plugin']"
