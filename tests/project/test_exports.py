"""What the packages export, which is what people may build on, and what the rooms of the server show each other.
CHANGELOG.md says what breaks them."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import do_nfs_mcp
import pytest

PACKAGE = Path(do_nfs_mcp.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
EXPORTS = {
    "do_nfs_client": ["UNSET", "ApiError", "AuthenticatedClient", "Client", "UnreadableItem", "UnsafeIdError"],
    "do_nfs_client_helpers": [
        *("AsyncRetryTransport", "NotReadyError", "RateLimit", "RetryTransport", "async_pages"),
        *("async_wait_for_access_point", "async_wait_for_share", "async_wait_for_snapshot", "pages"),
        *("wait_for_access_point", "wait_for_share", "wait_for_snapshot"),
    ],
    "do_nfs_mcp": ["NfsApi", "NfsError", "NfsServer", "build_server"],
    "do_nfs_sandbox": ["Fault", "Request", "Requests", "Sandbox", "SandboxTransport", "StoreError", "serve"],
}
# The rooms whose modules declare what they show.
DECLARING = {
    "api",
    "completions",
    "observability",
    "prompts",
    "resources",
    "server",
    "settings",
    "state",
    "storage",
    "tools",
    "transports",
}


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
            modules = {module.name for module in iter_modules(getattr(imported, "__path__", ()))}
            assert {alias.name for alias in node.names} - modules <= set(getattr(imported, "__all__", ()))


@pytest.mark.parametrize(("package", "names"), EXPORTS.items())
def test_a_package_exports_these_names_and_no_others(package: str, names: list[str]) -> None:
    exporting = import_module(package)
    assert list(exporting.__all__) == names
    assert [getattr(getattr(exporting, name), "__name__", name) for name in names] == names
    with pytest.raises(AttributeError):
        exporting.Nothing  # noqa: B018


def test_importing_the_server_s_package_loads_none_of_its_modules() -> None:
    code = "import sys, do_nfs_mcp; print([name for name in sys.modules if name.startswith('do_nfs_mcp.')])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "[]"
