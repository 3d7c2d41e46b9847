"""Pyright finds in the client the types that mypy does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ..client.test_client_page import NATURAL, SNIPPETS
from .test_contract_tools import BIN

pytestmark = pytest.mark.system


def pyright(folder: Path, *programs: str) -> list[str]:
    """What pyright says of programs at its strictest: the message of each error."""
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    for number, program in enumerate(programs):
        (folder / f"program_{number}.py").write_text(program)
    command = [str(BIN / "pyright"), "--pythonpath", sys.executable, "--outputjson", str(folder)]
    said = json.loads(subprocess.run(command, cwd=folder, text=True, capture_output=True, timeout=240).stdout)
    assert said["summary"]["filesAnalyzed"] == len(programs)
    return [found["message"] for found in said["generalDiagnostics"]]


def test_the_snippets_of_the_page_and_a_script_that_takes_the_api_s_word_have_types(tmp_path: Path) -> None:
    assert pyright(tmp_path, *SNIPPETS, NATURAL) == []


def test_a_mistake_in_a_script_is_found(tmp_path: Path) -> None:
    messages = pyright(tmp_path, NATURAL.replace("share.size_gib * 2", "share.size_gib.upper()"))
    assert any(message.startswith('Cannot access attribute "upper" for class "int"') for message in messages)
