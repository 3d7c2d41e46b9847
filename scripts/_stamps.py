"""What pyproject.toml says for all: the version, and the repository, which a fork changes there alone."""

import re
import tomllib
from typing import Any

import _env

_VERSION = r"\d+\.\d+\.\d+(?:[a-z]+\d+)?"
# By file: what of it is stamped. A pattern's one group is what is replaced.
_VERSIONED = {
    "Dockerfile": rf'image\.version="({_VERSION})"',
    "packaging/client/pyproject.toml": rf'^version = "({_VERSION})"$',
    "packaging/mcpb/manifest.json": rf'^  "version": "({_VERSION})"',
    "packaging/sandbox/pyproject.toml": rf'^version = "({_VERSION})"$',
    "sandbox.Dockerfile": rf'image\.version="({_VERSION})"',
    "server.json": rf'^ +"version": "({_VERSION})"',
}
OF_THE_REPOSITORY = (
    "Dockerfile",
    "README.md",
    "mcp_server/do_nfs_mcp/server.py",
    "packaging/client/README.md",
    "packaging/client/pyproject.toml",
    "packaging/sandbox/README.md",
    "packaging/sandbox/pyproject.toml",
    "pyproject.toml",
    "server.json",
)
"""The files that say whose the repository is, from the project's folder."""
STAMPED = tuple(sorted({*_VERSIONED, *OF_THE_REPOSITORY}))
"""The files that say that or the version."""


def project() -> dict[str, Any]:
    """The table `project` of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((_env.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def stamped() -> dict[str, str]:
    """Each file that has the version or the repository's address in it, and its text with those of pyproject.toml."""
    version, repository = project()["version"], project()["urls"]["Repository"]
    slug = repository.removeprefix("https://github.com/")
    texts = {}
    for name in STAMPED:
        text = (_env.ROOT / name).read_text(encoding="utf-8")
        if pattern := _VERSIONED.get(name):
            text = re.sub(pattern, lambda found: found[0].replace(found[1], version), text, flags=re.MULTILINE)
        text = re.sub(r"(https://github\.com/)[\w.-]+/[\w.-]+?(?=[/\")\s]|$)", rf"\g<1>{slug}", text)
        texts[name] = re.sub(r"(io\.github\.)[\w.-]+/[\w.-]+", rf"\g<1>{slug}", text)
    return texts
