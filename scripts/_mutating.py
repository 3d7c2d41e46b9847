"""What scripts/mutate does in its copy of the project."""

import argparse
import ast
import hashlib
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from itertools import chain
from pathlib import Path
from typing import Any

import _suite
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from coverage.data import CoverageData

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "coverage"
PACKAGES = ("do_nfs_mcp", "do_nfs_client_helpers", "do_nfs_sandbox")
SERVER = "mcp_server/do_nfs_mcp"
GUARDS = (
    "account_token/*.py",
    "api/*.py",
    "browser/*.py",
    "observability/*.py",
    "private_file.py",
    "state/*.py",
    "storage/limits.py",
    "storage/mounting/*.py",
    "storage/pruning.py",
    "tools/allowance.py",
    "tools/asking.py",
    "tools/confirmation.py",
    "tools/deletion.py",
    "tools/pruning.py",
    "tools/questions.py",
    "tools/spending.py",
    "tools/waiting.py",
    "transports/http/*.py",
    "transports/stdio.py",
)
"""The modules that guard data, tokens and people."""
SAME = ("_Is_Eq", "_IsNot_NotEq")
"""Kinds of changes that change nothing: None, or a member of an enumeration, equals only itself."""
ENOUGH = 0.97
LONGEST_RUN = 3600
"""In seconds, far more than the suite takes."""
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
PYTEST = (sys.executable, "-m", "pytest", "-q", "-x", "-pno:cacheprovider", "--timeout=100")


@dataclass(frozen=True)
class Mutant:
    """A change to a module.

    Attributes:
        module: The file.
        lines: The first and the last line that it changes.
        operator: What kind of change it is.
        occurrence: Which of the places in the module where the operator fits.
    """

    module: Path
    lines: tuple[int, int]
    operator: str
    occurrence: int

    def code(self) -> str | None:
        """The module with the change; None if nothing would change, or if the tool cannot make the change."""
        operator = get_operator(self.operator)()
        try:
            changed: str | None = mutate_code(self.module.read_text(encoding="utf-8"), operator, self.occurrence)
        except AttributeError:
            # It replaces no exception whose name has a dot.
            return None
        return changed


def mutants(module: Path) -> dict[tuple[int, int], list[Mutant]]:
    """All changes to a module that tests can notice, by where they are."""
    source = module.read_text(encoding="utf-8")
    silent = list(silent_places(ast.parse(source)))
    found: dict[tuple[int, int], list[Mutant]] = defaultdict(list)
    tree = get_ast(source)
    for name in operator_names():
        operator: Any = get_operator(name)
        if operator.arguments() or name.endswith(SAME):
            continue
        places = chain.from_iterable(operator().mutation_positions(node) for node in ast_nodes(tree))
        for occurrence, (start, end) in enumerate(places):
            if not any(first <= start < last for first, last in silent):
                found[start].append(Mutant(module, (start[0], end[0]), name, occurrence))
    return found


def silent_places(tree: ast.AST) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where what only type checkers notice begins and ends: annotations, their imports, and what is frozen."""
    for node in ast.walk(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.keyword(arg="frozen"):
                silent: list[Any] = [node]
            case _:
                silent = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for found in filter(None, silent):
            yield (found.lineno, found.col_offset), (found.end_lineno, found.end_col_offset)


def covered() -> CoverageData:
    """Which tests come by which line, from a run of the suite on these very files."""
    folders = ("client_helpers", "generated_client", "mcp_server", "tests")
    files = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    now = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
    data, stamp = DATA / "data", DATA / "stamp"
    if not stamp.exists() or stamp.read_text() != now:
        DATA.mkdir(exist_ok=True)
        print("Running the suite once ...", file=sys.stderr, flush=True)
        # Not as COVERAGE_FILE: a test that runs pytest in a process of its own would begin the file anew.
        settings = DATA / "settings"
        settings.write_text(f"[run]\ndata_file = {data}\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", *_suite.in_parallel(), *_suite.ONCE]
        command += ["-ppytest_cov", "--cov-context=test", f"--cov-config={settings}", "--cov-report="]
        command += [f"--cov={package}" for package in PACKAGES]
        if status := subprocess.call(command, env=ENVIRONMENT):
            sys.exit(status)
        stamp.write_text(now)
    found = CoverageData(str(data))
    found.read()
    return found


def tests_of(mutant: Mutant, data: CoverageData) -> list[str]:
    """The tests that come by a change, those first that are named like its module."""
    by_line = data.contexts_by_lineno(str(mutant.module))
    contexts = set(chain.from_iterable(by_line.get(line, ()) for line in range(mutant.lines[0], mutant.lines[1] + 1)))
    if not any(contexts):
        # It is run when the module is loaded.
        contexts = set(chain.from_iterable(by_line.values()))
    names = {context.rpartition("|")[0] for context in contexts if context}
    return sorted(names, key=lambda name: (mutant.module.stem not in name, name))


def room_of(mutant: Mutant) -> str | None:
    """The folder of tests that mirrors the one of a change, whose tests may come by it in a process of their own."""
    room = mutant.module.relative_to(ROOT).parent.relative_to(SERVER) if SERVER in str(mutant.module) else None
    return f"tests/{room}" if room and str(room) != "." and (ROOT / "tests" / room).is_dir() else None


def is_noticed(mutant: Mutant, code: str, data: CoverageData) -> bool:
    """Whether a test fails with the change."""
    original = mutant.module.read_text(encoding="utf-8")
    chosen = DATA / "tests"
    chosen.write_text("\n".join(tests_of(mutant, data)), encoding="utf-8")
    runs = [*([f"@{chosen}"] if chosen.stat().st_size else []), *filter(None, [room_of(mutant)])]
    if not runs:
        sys.exit(f"There are no tests to run for {mutant.module}.")
    mutant.module.write_text(code, encoding="utf-8")
    try:
        # Also if a test hangs: pytest-timeout makes it fail.
        status = next(filter(None, map(_run, runs)), 0)
    finally:
        mutant.module.write_text(original, encoding="utf-8")
    # What pytest cannot find fails, too, with the change or without it.
    if status not in {0, 1} and any(_run("--collect-only", run) for run in runs):
        sys.exit(f"pytest cannot find the tests for {mutant.module}.")
    return status != 0


def _run(*arguments: str) -> int:
    try:
        return subprocess.run(
            [*PYTEST, *arguments], env=ENVIRONMENT, capture_output=True, timeout=LONGEST_RUN
        ).returncode
    except subprocess.TimeoutExpired:
        # A test failed, and what ends its fixtures hangs.
        return 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/mutate")
    parser.add_argument("modules", nargs="*", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=30)
    given = parser.parse_args()
    modules = [ROOT / path for path in given.modules] or sorted(
        path for pattern in GUARDS for path in (ROOT / SERVER).glob(pattern)
    )
    places = [mutants_here for module in modules for mutants_here in mutants(module).values()]
    chance = random.Random(given.seed)
    drawn = [chance.choice(here) for here in chance.sample(places, min(given.sample, len(places)))]
    sample = [(mutant, code) for mutant in drawn if (code := mutant.code()) is not None]
    data = covered()
    survived = 0
    for mutant, code in sample:
        place = f"{mutant.module.relative_to(ROOT)}:{mutant.lines[0]}"
        if is_noticed(mutant, code, data):
            print(f"noticed   {place}", flush=True)
            continue
        survived += 1
        print(f"SURVIVED  {place}", flush=True)
        before = mutant.module.read_text(encoding="utf-8")
        print("\n".join(list(unified_diff(before.splitlines(), code.splitlines(), lineterm="", n=1))[2:]), flush=True)
    share = 1 - survived / max(len(sample), 1)
    print(f"seed {given.seed}: {len(sample) - survived} of {len(sample)} changes noticed ({share:.0%})")
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
