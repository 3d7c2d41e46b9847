"""Hooks, what CI runs, what renews the pins, and the list of what there is to run."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from ..support.contracts import ROOT
from ..support.scripting import script

BIN = Path(sys.executable).parent
HOOKS: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
CI: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
PACKAGES = [ROOT / "generated_client/do_nfs_client", ROOT / "mcp_server/do_nfs_mcp", ROOT / "mcp_server/do_nfs_sandbox"]
Suite = tuple[Any, list[tuple[str, ...]]]
SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix)


def passes(*command: str | Path) -> None:
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_hooks_are_valid() -> None:
    passes(BIN / "pre-commit", "validate-config", ".pre-commit-config.yaml")


def test_the_hooks_are_the_checks_of_the_suite_and_of_what_is_generated() -> None:
    (repository,) = HOOKS["repos"]
    checks = [f"scripts/run {' '.join(check)}" for check in script("test").CHECKS]
    assert [hook["entry"] for hook in repository["hooks"]] == [*checks, "scripts/generate --check"]
    assert not any(hook["pass_filenames"] for hook in repository["hooks"])


def test_ruff_and_mypy_look_at_every_script_and_test() -> None:
    found = [*SCRIPTS, *(ROOT / "scripts").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    python = {path for path in found if "generated_client" not in path.parts}
    listed = subprocess.run([BIN / "ruff", "check", "--show-files", "."], cwd=ROOT, capture_output=True, text=True)
    assert python <= {Path(line) for line in listed.stdout.splitlines()}
    mypy = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    checked = {path for pattern in mypy["files"] for path in ROOT.glob(pattern)}
    excluded = re.compile("|".join(mypy["exclude"]))
    # A client's driver needs what only the client's environment has.
    for path in (path for path in python if path.parent.name != "drivers"):
        assert {path, *path.parents} & checked
        assert not excluded.search(path.relative_to(ROOT).as_posix())


def test_the_tests_have_a_folder_for_each_room_of_the_server() -> None:
    rooms = {path.parent.name for path in (ROOT / "mcp_server/do_nfs_mcp").glob("*/__init__.py")}
    assert rooms <= {path.name for path in (ROOT / "tests").iterdir()}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_two_modules_of_a_package_share_a_name_only_if_they_are_a_tool_s_and_what_it_stands_for(package: Path) -> None:
    modules = [path for path in package.rglob("*.py") if not path.stem.startswith("__")]
    rooms = [path.parent for path in package.rglob("*/__init__.py")]
    places: dict[str, set[str]] = {}
    for path in [*modules, *rooms]:
        places.setdefault(path.stem, set()).add(path.parent.relative_to(package).as_posix())
    shared = {name: found for name, found in places.items() if len(found) > 1}
    assert all(found == {"tools", "storage"} for found in shared.values()), shared


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_the_workflows_are_valid(workflow: Path) -> None:
    passes(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)


def test_what_renews_the_pins_is_valid() -> None:
    passes(BIN / "check-jsonschema", "--builtin-schema", "vendor.renovate", "renovate.json")


def test_ci_runs_the_suite_on_three_systems_and_every_python() -> None:
    job = CI["jobs"]["test"]
    assert {name.partition("-")[0] for name in job["strategy"]["matrix"]["os"]} == {"ubuntu", "macos", "windows"}
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert job["runs-on"] == "${{ matrix.os }}"
    assert {step.get("run") for step in job["steps"]} >= {"python scripts/test"}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_what_a_workflow_runs_is_there_and_what_it_uses_is_pinned(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    for name in re.findall(r"python scripts/([\w-]+)", text):
        assert ROOT / "scripts" / name in SCRIPTS
    uses = re.findall(r"uses: (.*)", text)
    assert uses
    for used in uses:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used)


def test_every_pin_in_a_script_is_one_that_is_renewed() -> None:
    renewed = [
        re.compile(pattern.replace("(?<", "(?P<"))
        for manager in json.loads((ROOT / "renovate.json").read_text(encoding="utf-8"))["customManagers"]
        for pattern in manager["matchStrings"]
    ]
    pins = [
        line
        for path in (ROOT / "scripts").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r'"@?[\w/-]+(@|==)\d', line)
    ]
    assert len(pins) >= 3
    for pin in pins:
        assert any(pattern.search(pin) for pattern in renewed), pin


def test_bare_scripts_show_each_script_with_what_it_does() -> None:
    shown = subprocess.run(
        [sys.executable, "scripts"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    listed = re.findall(r"^scripts/([\w-]+) +(\w+)", shown.stdout, re.MULTILINE)
    assert [name for name, _ in listed] == [path.name for path in SCRIPTS]


def test_a_new_script_is_in_the_list(tmp_path: Path) -> None:
    for name in ("__main__.py", "_tasks.py"):
        (tmp_path / name).write_bytes((ROOT / "scripts" / name).read_bytes())
    (tmp_path / "shine").write_text('"""Polish what\nis dull. Takes long."""\n')
    shown = subprocess.run([sys.executable, tmp_path], capture_output=True, text=True, timeout=60, check=True)
    assert shown.stdout.splitlines()[0] == "scripts/shine  Polish what is dull."


def test_a_command_runs_in_the_project_s_environment() -> None:
    run = [sys.executable, "scripts/run", "python", "-c", "import sys; print(sys.prefix); sys.exit(3)"]
    result = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (result.returncode, result.stdout.strip()) == (3, sys.prefix)


def test_ending_scripts_run_ends_the_command() -> None:
    command = [sys.executable, str(ROOT / "scripts/run"), "python", "-c", "import os; print(os.getpid())"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        said, _ = run.communicate(timeout=60)
    assert os.name == "nt" or said == f"{run.pid}\n"


@pytest.mark.parametrize(("argument", "code", "said"), [("--help", 0, "COMMAND"), ("no-such-program", 1, "cannot run")])
def test_scripts_run_says_in_words_what_it_is_for_and_what_it_cannot_run(argument: str, code: int, said: str) -> None:
    run = subprocess.run([sys.executable, ROOT / "scripts/run", argument], capture_output=True, text=True, timeout=60)
    assert run.returncode == code
    assert said in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def test_the_licence_is_the_text_of_the_apache_licence() -> None:
    text = (ROOT / "LICENSE").read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(text).hexdigest() == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


@pytest.fixture
def suite(monkeypatch: pytest.MonkeyPatch) -> Suite:
    """scripts/test on Python 3.11 of a Debian with everything installed, and what it ran on another Python."""
    test, ran = script("test"), list[tuple[str, ...]]()

    def run(*command: str) -> int:
        ran.append(command)
        return 3

    monkeypatch.setattr(test, "_install_system", lambda: None)
    monkeypatch.setattr(test, "subprocess", SimpleNamespace(call=lambda command: 0))
    monkeypatch.setattr(test, "PYTHON", "3.11")
    monkeypatch.setattr(test._debian, "obstacle_to", lambda version: None)
    monkeypatch.setattr(test._debian, "run", run)
    return test, ran


def test_the_last_part_of_the_system_s_tests_is_the_suite_on_a_newer_python_and_fails_them(suite: Suite) -> None:
    test, ran = suite
    assert test.system([]) == 3
    ((version, command, *arguments),) = ran
    assert (version, command) == ("3.13", "scripts/test")
    ignored = [argument.removeprefix("--ignore=") for argument in arguments if argument.startswith("--ignore=")]
    assert ignored
    assert all((ROOT / path).exists() for path in ignored)


def test_a_chosen_test_of_the_system_s_is_not_followed_by_the_suite(suite: Suite) -> None:
    test, ran = suite
    assert test.system(["tests/system/test_store.py"]) == 0
    assert ran == []


def test_where_no_newer_python_can_be_set_up_its_tests_are_skipped_with_what_they_need(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    test, ran = suite
    monkeypatch.setattr(test._debian, "obstacle_to", lambda version: f"{version} takes Debian and root.")
    assert test.system([]) == 0
    assert "The tests on Python 3.13 are skipped. 3.13 takes Debian and root." in capsys.readouterr().err
    assert ran == []


def test_the_newer_python_itself_does_not_set_up_another_of_it(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    test, ran = suite
    monkeypatch.setattr(test, "PYTHON", "3.13")
    assert test.system([]) == 0
    assert "The tests on Python 3.13 are skipped. This is that Python." in capsys.readouterr().err
    assert ran == []


def test_a_root_folder_that_cannot_be_made_fails_and_is_made_anew_the_next_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    debian = script("test")._debian
    monkeypatch.setattr(debian, "subprocess", SimpleNamespace(call=lambda *_, **__: 7))
    monkeypatch.setattr(debian, "install", lambda programs: None)
    monkeypatch.setattr(debian, "_ROOTS", tmp_path)
    monkeypatch.setattr(debian, "obstacle_to", lambda version: None)
    monkeypatch.setattr(debian, "mirror", lambda: "http://127.0.0.1:1")
    with pytest.raises(SystemExit, match=r"debootstrap failed \(exit 7\)"):
        debian.run("3.13", "scripts/test")
    assert not (tmp_path / "3.13" / "made").exists()


def test_the_page_has_the_coverage_of_one_run_into_which_no_suite_that_a_test_runs_writes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cover, page = script("cover"), tmp_path / "page.md"
    page.write_text("<!-- coverage: made by scripts/cover -->\nold\n<!-- end of coverage -->\n")
    summary = {"percent_covered": 87.65, "num_statements": 8}
    found = {"totals": summary, "files": {"a.py": {"summary": summary | {"percent_covered": 12.3}}}}

    def run(command: list[str], env: Mapping[str, str] = os.environ) -> int:
        # pytest-cov would write there for them, too.
        assert "COVERAGE_FILE" not in env
        (report,) = (each.partition("json:")[2] for each in command if each.startswith("--cov-report="))
        Path(report).write_text(json.dumps(found))
        return 0

    monkeypatch.delenv("COVERAGE_FILE", raising=False)
    monkeypatch.setattr(cover, "PAGE", page)
    monkeypatch.setattr(cover, "subprocess", SimpleNamespace(call=run))
    assert cover.main() == 0
    assert "the suite took 87.7 % of all lines and branches" in page.read_text()
    assert "| `a.py` | 12 % |" in page.read_text()
    assert "old" not in page.read_text()
