"""What is in the .mcpb bundle is what the pins say."""

import json
import os
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from ..support.contracts import ROOT
from ..support.scripting import script

PINS = (ROOT / "requirements.run.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MANIFEST: dict[str, Any] = json.loads((ROOT / "packaging/mcpb/manifest.json").read_text(encoding="utf-8"))
ONE, OTHER = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
REGISTRY = {"registry": "https://registry.test/simple"}


def test_the_bundle_needs_the_wheel_in_it_and_every_pin_as_it_is() -> None:
    made = tomllib.loads(script("package").bundle_project("the.whl", PROJECT, PINS))
    assert made["project"]["dependencies"] == [PROJECT["name"]]
    assert made["project"]["requires-python"] == PROJECT["requires-python"]
    assert made["tool"]["uv"]["sources"] == {PROJECT["name"]: {"path": "the.whl"}}
    # Nothing is built where it is used.
    assert made["tool"]["uv"]["package"] is False
    constraints = made["tool"]["uv"]["constraint-dependencies"]
    assert len(constraints) == len(re.findall(r"^\S+==", PINS, re.MULTILINE)) > 20
    assert any(constraint.endswith(" ; sys_platform == 'win32'") for constraint in constraints)


def test_the_manifest_is_one() -> None:
    schema = json.loads((Path(__file__).parent / "mcpb-manifest-v0.4.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for(schema)
    validator.validate(MANIFEST)
    assert not validator.is_valid({**MANIFEST, "server": {**MANIFEST["server"], "type": "none"}})
    assert not validator.is_valid({key: value for key, value in MANIFEST.items() if key != "version"})


def test_the_bundle_s_lock_is_used_as_it_is() -> None:
    arguments = MANIFEST["server"]["mcp_config"]["args"]
    assert "--frozen" in arguments[: arguments.index("server.py")]


def test_the_bundle_is_the_same_byte_for_byte_whenever_it_is_packed_and_whoever_packs_it(tmp_path: Path) -> None:
    for name, moment, mode in (("one", 1_000_000_000, 0o600), ("other", 1_800_000_001, 0o664)):
        folder = tmp_path / name
        (folder / "icons").mkdir(parents=True)
        for file in (folder / "manifest.json", folder / "icons" / "light.svg"):
            file.write_text("the same")
            file.chmod(mode)
            os.utime(file, (moment, moment))
        script("package").pack(folder, tmp_path / f"{name}.mcpb")
    with zipfile.ZipFile(tmp_path / "one.mcpb") as packed:
        assert packed.namelist() == ["icons/light.svg", "manifest.json"]
        assert packed.read("icons/light.svg") == b"the same"
    assert (tmp_path / "one.mcpb").read_bytes() == (tmp_path / "other.mcpb").read_bytes()


@pytest.mark.parametrize(
    ("package", "found"),
    [
        ({"source": REGISTRY, "wheels": [{"hash": ONE}], "sdist": {"hash": ONE}}, False),
        ({"source": REGISTRY, "wheels": [{"hash": ONE}]}, False),
        ({"source": REGISTRY, "sdist": {"hash": ONE}}, False),
        ({"source": {"virtual": "."}}, False),
        ({"source": {"path": "the.whl"}, "wheels": [{"filename": "the.whl", "hash": OTHER}]}, False),
        ({"source": REGISTRY, "wheels": [{"hash": ONE}, {"hash": OTHER}]}, True),
        ({"source": REGISTRY, "wheels": [{"hash": ONE}], "sdist": {"hash": OTHER}}, True),
        ({"source": REGISTRY, "wheels": [{"url": "x"}]}, True),
        ({"source": {"git": "https://git.test/x"}, "sdist": {"url": "x"}}, True),
        ({"source": {"url": "https://files.test/x.whl"}, "wheels": [{"hash": OTHER}]}, True),
    ],
)
def test_what_is_not_among_the_pins_is_found(package: dict[str, Any], found: bool) -> None:
    lock = {"package": [{"name": "x", **package}]}
    assert script("package").unpinned(lock, f"x==1 \\\n    --hash={ONE}\n") == (["x"] if found else [])
