"""What the rooms of the server show one another."""

import ast
from importlib import import_module
from pathlib import Path

import do_nfs_mcp
import pytest

PACKAGE = Path(do_nfs_mcp.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# The rooms whose modules declare what they show.
DECLARING = {"completions", "prompts", "resources", "server", "storage", "tools"}


def name_of(path: Path) -> str:
    return ".".join(("do_nfs_mcp", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def room(module: str) -> str:
    """Return the part of a module's name that says its room; an empty text if it is none of the server's."""
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == "do_nfs_mcp" else ""


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_from_another_room_only_what_is_declared_there(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and room(str(node.module)) in DECLARING - {room(name_of(path))}:
            imported = import_module(str(node.module))
            modules = {module.stem for module in Path(str(imported.__file__)).parent.glob("*.py")}
            assert {alias.name for alias in node.names} - modules <= set(imported.__all__)


def test_the_server_exports_these_names_and_no_others() -> None:
    assert import_module("do_nfs_mcp.server").__all__ == ["NfsServer", "build_server"]
