"""What is built and renewed is made of what is pinned, and nothing foreign runs where anything can be written."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..support.contracts import ROOT
from ..support.scripting import script

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
DOCKERFILES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("Dockerfile", "sandbox.Dockerfile")}
RENOVATE: dict[str, Any] = json.loads((ROOT / "renovate.json").read_text(encoding="utf-8"))
Permissions = dict[str, str] | str


def jobs() -> Iterator[tuple[str, dict[str, Any], Permissions]]:
    """Each job of each workflow, with what it may do."""
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, job in workflow["jobs"].items():
            yield f"{path.stem}: {name}", job, job.get("permissions", workflow.get("permissions", "write-all"))


def can_write(permissions: Permissions) -> bool:
    """Whether it may write anything. Without a word on it GitHub may allow all."""
    return permissions == "write-all" or (isinstance(permissions, dict) and "write" in permissions.values())


READING = [pytest.param(job, id=name) for name, job, permissions in jobs() if not can_write(permissions)]
WRITING = [pytest.param(job, id=name) for name, job, permissions in jobs() if can_write(permissions)]


# GitHub's own, and the one by which PyPI has packages published without a secret.
_TRUSTED = re.compile(r"(actions/[\w-]+|pypa/gh-action-pypi-publish)@[0-9a-f]{40}")
_PROGRAMS = {"cp", "curl", "docker", "echo", "exit", "gh", "git", "jq", "mkdir", "mv"}


def foreign_steps(job: dict[str, Any]) -> list[str]:
    """The steps that run anything but the runner's programs and trusted, pinned actions; and what is no step."""
    found: list[str] = [word for word in ("uses", "container", "services") if word in job]
    for step in job.get("steps", []):
        if "uses" in step and not _TRUSTED.fullmatch(step["uses"]):
            found.append(step["uses"])
        # GitHub puts a value into the script as it is, which then may be a command.
        if "${{" in step.get("run", "") or "shell" in step:
            found.append(step["run"])
        for line in step.get("run", "").replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            first = [words[0], *(words[at + 1] for at, word in enumerate(words) if word in {"&&", "||", "|", ";"})]
            if not set(first) <= _PROGRAMS or re.search(r"[`;]|\$\(", line):
                found.append(line)
    return found


def test_every_image_that_is_pushed_is_attested() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    (steps,) = (job["steps"] for job in workflow["jobs"].values() if "docker push" in str(job))
    (names,) = (step["env"] for step in steps if "docker push" in step.get("run", ""))
    pushed = [name for name in names.values() if "IMAGE_REGISTRY" in name]
    attested = [step["with"] for step in steps if "attest-build-provenance" in step.get("uses", "")]
    assert len(pushed) == 2
    assert [each["subject-name"] for each in attested] == pushed
    assert len({each["subject-digest"] for each in attested}) == 2


@pytest.mark.parametrize("job", WRITING)
def test_a_job_that_can_write_runs_nothing_that_is_installed_or_in_the_repository(job: dict[str, Any]) -> None:
    assert foreign_steps(job) == []


def test_what_is_released_is_made_by_nothing_that_npm_resolves() -> None:
    workflow = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    scripts = set(re.findall(r"scripts/[\w-]+", workflow))
    assert "scripts/package" in scripts
    for text in (workflow, *((ROOT / name).read_text(encoding="utf-8") for name in scripts - {"scripts/test"})):
        assert not re.search(r"\bnp[mx]\b", text)


def test_what_is_tried_beside_what_is_released_is_pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package, ran = script("package"), list[tuple[str, ...]]()
    monkeypatch.setattr(package, "_run", lambda *command: ran.append(command))
    (wheel := tmp_path / "some_package-1.0-py3-none-any.whl").write_bytes(b"")
    package._try(wheel, [])
    (installing,) = (command for command in ran if "install" in command)
    assert "--require-hashes" in installing
    assert installing[installing.index("--constraint") + 1] == str(ROOT / "requirements.run.lock")
    assert str(wheel) not in installing


def test_no_program_of_npm_s_is_run_with_parts_younger_than_a_week() -> None:
    _, _, before, program = script("site")._env.npx("x@1")
    age = datetime.now(UTC).date() - date.fromisoformat(before.removeprefix("--before="))
    assert (age.days, program) == (7, "x@1")
    own = [path for path in (ROOT / "scripts").glob("*") if path.is_file() and path.name != "_env.py"]
    assert [path.name for path in own if '"npx"' in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    "step",
    [
        {"run": "python scripts/test"},
        {"run": "git status && scripts/test"},
        {"run": "gh pr create\nnpx --yes x"},
        {"run": "git switch $(./name)"},
        {"run": "git switch ${{ github.head_ref }}"},
        {"run": "git status", "shell": "python"},
        {"run": "git -c x=y \\\n commit; pip install x"},
        {"uses": "actions/checkout@v6"},
        {"uses": "someone/else@de0fac2e4500dabe0009e67214ff5f5447ce83dd"},
        {"uses": "./.github/actions/own"},
    ],
    ids=str,
)
def test_a_foreign_step_is_found(step: dict[str, str]) -> None:
    assert foreign_steps({"steps": [{"run": "git status"}, step]}) != []


def test_what_is_proposed_was_tested_where_nothing_can_be_written() -> None:
    found = {name: job for name, job, _ in jobs()}
    assert found["pins: propose"]["needs"] == "renew"
    steps = found["pins: renew"]["steps"]
    (kept,) = (at for at, step in enumerate(steps) if step.get("uses", "").startswith("actions/upload-artifact@"))
    (tested,) = (at for at, step in enumerate(steps) if step.get("run") == "python scripts/test")
    assert kept < tested


def test_what_is_released_was_tested_and_built_where_nothing_can_be_written() -> None:
    found = {name.removeprefix("release: "): job for name, job, _ in jobs() if name.startswith("release: ")}
    assert [step["run"] for step in found["test"]["steps"][-2:]] == [
        "python scripts/test",
        "python scripts/test --system",
    ]
    needs = {name: job.get("needs") for name, job in found.items()}
    assert needs == {
        "test": None,
        "build": "test",
        "pypi": "build",
        "image": "pypi",
        "mcp-registry": "pypi",
        "github": ["image", "mcp-registry"],
    }
    assert not {"test", "build"} & {name.removeprefix("release: ") for name, _, allowed in jobs() if can_write(allowed)}


@pytest.mark.parametrize("job", READING)
def test_a_job_that_runs_anything_else_is_not_left_with_credentials(job: dict[str, Any]) -> None:
    (checkout,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"]["persist-credentials"] is False
    assert "secrets." not in json.dumps(job)
    assert "github.token" not in json.dumps(job)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_workflow_runs_a_stranger_s_code_with_this_repository_s_rights(path: Path) -> None:
    # YAML 1.1 reads "on" as true.
    triggers = yaml.safe_load(path.read_text(encoding="utf-8"))[True]
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(triggers)


def test_the_image_s_base_is_named_by_its_digest_and_is_one() -> None:
    froms = re.findall(r"^FROM (.+)$", "".join(DOCKERFILES.values()), re.MULTILINE)
    bases = {re.sub(r" AS \w+$", "", base) for base in froms}
    (base,) = bases
    assert re.fullmatch(r"python:3\.\d+-slim@sha256:[0-9a-f]{64}", base)
    assert [re.findall(r"--from=(\S+)", text) for text in DOCKERFILES.values()] == [["build"], ["build"]]


def test_a_cluster_runs_images_that_are_named_by_their_digests_besides_the_one_to_be_named() -> None:
    images = re.findall(r"^ +image: (.+)$", (ROOT / "deploy/kubernetes.yaml").read_text("utf-8"), re.MULTILINE)
    own = [image for image in images if image.startswith("registry.example.com/")]
    assert len(own) == 1
    assert len(images) > 1
    for image in set(images) - set(own):
        assert re.fullmatch(r"[\w./-]+:[\w.]+@sha256:[0-9a-f]{64}", image)


def test_the_bot_keeps_the_digests_and_takes_no_release_younger_than_a_week() -> None:
    assert {"docker:pinDigests", "helpers:pinGitHubActionDigests"} <= set(RENOVATE["extends"])
    assert {"dockerfile", "github-actions", "kubernetes"} <= set(RENOVATE["enabledManagers"])
    (pattern,) = RENOVATE["kubernetes"]["managerFilePatterns"]
    assert re.search(pattern.strip("/"), "deploy/kubernetes.yaml")
    assert RENOVATE["minimumReleaseAge"] == "7 days"
    # Digests of images have no age, and would never be renewed.
    (rule,) = (rule for rule in RENOVATE["packageRules"] if "minimumReleaseAge" in rule)
    assert (rule["minimumReleaseAge"], rule["matchDatasources"]) == (None, ["docker"])
    assert set(rule["matchUpdateTypes"]) == {"digest", "pinDigest"}


@pytest.mark.parametrize(
    ("name", "lock"), [("Dockerfile", "requirements.run.lock"), ("sandbox.Dockerfile", "requirements.sandbox.lock")]
)
def test_the_image_installs_what_has_hashes_and_builds_with_nothing_else(name: str, lock: str) -> None:
    commands = [
        shlex.split(command)
        for run in re.findall(r"^RUN (.+)$", DOCKERFILES[name].replace("\\\n", " "), re.MULTILINE)
        for command in run.split("&&")
    ]
    installing = [command for command in commands if command[0].endswith("pip")]
    locks = [command[-1] for command in installing if "--require-hashes" in command]
    assert locks == ["requirements.build.lock", lock]
    for command in installing:
        hashed = {"--require-hashes", "--only-binary"} <= set(command)
        fetches_nothing = "--no-deps" in command and {"--no-build-isolation", "--no-index"} & set(command)
        assert hashed or fetches_nothing
    assert [command[:3] for command in commands if command not in installing] == [["python", "-m", "venv"]]
