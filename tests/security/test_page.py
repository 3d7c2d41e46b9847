"""SECURITY.md names a test for each threat, and what is pinned can be trusted."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..support.contracts import ROOT
from ..support.scripting import script

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ")][2:]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)


def functions_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


@pytest.mark.parametrize("row", ROWS)
def test_each_threat_has_what_stands_against_it_and_a_test(row: str) -> None:
    _, threat, against, tests, _ = row.split("|")
    assert threat.strip()
    assert against.strip()
    assert re.fullmatch(r"( `tests/[\w/]+\.py::test_\w+`)+ ", tests)


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED)))
def test_each_test_that_is_named_is_there(path: str, name: str) -> None:
    assert name in set(functions_in(ROOT / path))


def test_the_page_names_threats_and_their_tests() -> None:
    assert len(ROWS) > 15
    assert len(NAMED) > len(ROWS)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("requirements.lock", 50),
        ("requirements.run.lock", 20),
        ("requirements.sandbox.lock", 5),
        ("requirements.build.lock", 2),
    ],
)
def test_every_pin_has_a_hash(name: str, least: int) -> None:
    pins = re.split(r"\n(?=\w)", (ROOT / name).read_text(encoding="utf-8").strip())
    assert len(pins) > least
    for pin in pins:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==[^\s;]+( ; .+)? \\\n    --hash=sha256:[0-9a-f]{64}", pin)


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0, "None of 1 packages"),
        ([{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "Not found"}], 2, "1 of 2 packages"),
        ([], 2, "0 of 0"),
        (
            [
                {"name": "b", "skip_reason": "Not found"},
                {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2", "3"]}]},
            ],
            1,
            "a 1: PYSEC-1, mended in 2 or 3",
        ),
    ],
)
def test_a_package_whose_advisories_cannot_be_read_is_not_a_success(
    packages: list[dict[str, object]], code: int, said: str
) -> None:
    found, lines = script("audit").verdict(packages)
    assert found == code
    assert said in "\n".join(lines)
