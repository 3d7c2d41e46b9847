"""What the generator makes of a second, tiny contract is on record, so that a change of a template, of the generator or
of ruff is seen in what it does to a client, also where nfs.yaml has no use for it."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from ..support.contracts import ROOT
from ..support.scripting import script

GOLDEN = Path(__file__).parent / "golden"
# Ruff leaves folders of this name alone.
RECORD = GOLDEN / "generated_client"
TEMPLATES = ROOT / "openapi/templates"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder like this project's, but with the tiny contract."""
    shutil.copytree(ROOT / "openapi", tmp_path / "openapi")
    shutil.copyfile(GOLDEN / "library.yaml", tmp_path / "openapi/nfs.yaml")
    return tmp_path


def generated(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run scripts/generate on a project, and return the client it makes."""
    module = script("generate")
    monkeypatch.setattr(module._env, "ROOT", project)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    module.generate_client(project / "made")
    client: Path = project / "made" / module.CLIENT
    return client


def texts(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_client_of_the_tiny_contract_is_as_recorded(
    project: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    made = generated(project, monkeypatch)
    if request.config.getoption("--snapshot-update"):
        shutil.rmtree(RECORD, ignore_errors=True)
        shutil.copytree(made, RECORD)
    new, old = texts(made), texts(RECORD)
    different = sorted(name for name in new.keys() | old.keys() if new.get(name) != old.get(name))
    assert not different, (
        f"{', '.join(different)} differ from the record in {RECORD.relative_to(ROOT)}. If that is meant, run "
        "scripts/test tests/contract/test_golden_client.py --snapshot-update and read what git diff shows."
    )


def test_every_template_has_a_part_in_the_record(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(path.name for path in TEMPLATES.iterdir())
    for name in names:
        with (project / "openapi/templates" / name).open("a", encoding="utf-8") as template:
            template.write(f"\n# made with {name}\n")
    made = b"".join(texts(generated(project, monkeypatch)).values()).decode()
    assert [name for name in names if f"# made with {name}\n" in made] == names
