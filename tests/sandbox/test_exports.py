"""What the modules of the sandbox show each other, and what importing them costs."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import do_nfs_sandbox
import pytest

PACKAGE = Path(do_nfs_sandbox.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_from_others_only_what_they_export(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("do_nfs_sandbox"):
            assert {alias.name for alias in node.names} <= set(import_module(str(node.module)).__all__)


def test_importing_the_pytest_plugin_imports_nothing_that_takes_time() -> None:
    code = "import sys, do_nfs_sandbox.pytest_plugin as p; print([m for m in sys.modules if m.startswith("
    code += "('do_nfs_sandbox.', 'httpx', 'uvicorn', 'anyio', 'jsonschema', 'pydantic', 'sqlite3'))])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "['do_nfs_sandbox.pytest_plugin']"
