"""What is published says the same everywhere, and what is checked elsewhere passes here."""

import ast
import email
import importlib.resources
import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from do_nfs_mcp.cli.options import SERVER_OPTIONS

from ..support.contracts import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, BUILD_SYSTEM = PYPROJECT["project"], PYPROJECT["build-system"]
SERVER: dict[str, Any] = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))
MANIFEST: dict[str, Any] = json.loads((ROOT / "packaging/mcpb/manifest.json").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SANDBOX_DOCKERFILE = (ROOT / "sandbox.Dockerfile").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
ALONE = {
    folder: tomllib.loads((ROOT / f"packaging/{folder}/pyproject.toml").read_text(encoding="utf-8"))["project"]
    for folder in ("sandbox", "client")
}
TOOL = Path(sys.executable).parent


def test_every_file_with_the_version_has_that_of_pyproject() -> None:
    labels = re.findall(r'org\.opencontainers\.image\.version="(.*?)"', DOCKERFILE + SANDBOX_DOCKERFILE)
    assert len(labels) == 2
    alone = [project["version"] for project in ALONE.values()]
    versions = [*alone, SERVER["version"], *(p["version"] for p in SERVER["packages"]), MANIFEST["version"], *labels]
    assert set(versions) == {PROJECT["version"]}


@pytest.mark.parametrize("folder", ALONE)
def test_a_package_that_comes_alone_needs_what_the_server_needs_of_the_same(folder: str) -> None:
    needed = {*PROJECT["dependencies"], "pydantic-core>=2.41"}
    assert set(ALONE[folder]["dependencies"]) < needed
    for name in ("requires-python", "license", "license-files"):
        assert ALONE[folder][name] == PROJECT[name]
    assert ALONE[folder].get("entry-points", PROJECT["entry-points"]) == PROJECT["entry-points"]


def test_every_file_with_the_licence_has_that_of_pyproject() -> None:
    assert MANIFEST["license"] == PROJECT["license"]
    assert f'org.opencontainers.image.licenses="{PROJECT["license"]}"' in DOCKERFILE


def test_the_registry_entry_is_valid_by_the_newest_schema() -> None:
    releases = importlib.resources.files("skillsaw.schemas.mcp_registry")
    newest = max(
        (folder for folder in releases.iterdir() if folder.name.startswith("v")), key=lambda folder: folder.name
    )
    schema = json.loads((newest / "server.schema.json").read_text(encoding="utf-8"))
    assert SERVER["$schema"] == schema["$id"]
    jsonschema_rs.validator_for(schema).validate(SERVER)


def test_the_registrys_linter_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text(json.dumps(SERVER))
    linted = subprocess.run(
        [TOOL / "skillsaw", "lint", "--strict", "--no-plugins", "--type", "mcp-registry", tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert linted.returncode == 0, linted.stdout


def test_the_packages_prove_whose_they_are() -> None:
    """The registry looks for the server's name in PyPI's description and in the image's label."""
    assert f"mcp-name: {SERVER['name']}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f'io.modelcontextprotocol.server.name="{SERVER["name"]}"' in DOCKERFILE
    assert [package["identifier"] for package in SERVER["packages"]] == [PROJECT["name"]]


@pytest.mark.parametrize("name", ["Dockerfile", "sandbox.Dockerfile"])
def test_hadolint_finds_nothing_in_a_dockerfile(name: str) -> None:
    linted = subprocess.run([TOOL / "hadolint", ROOT / name], capture_output=True, text=True, timeout=60)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("dockerfile", "ignored"),
    [(DOCKERFILE, ".dockerignore"), (SANDBOX_DOCKERFILE, "sandbox.Dockerfile.dockerignore")],
    ids=["server", "sandbox"],
)
def test_what_an_image_is_made_from_is_there_and_reaches_the_builder(dockerfile: str, ignored: str) -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    allowed = {line[1:] for line in (ROOT / ignored).read_text().splitlines() if line.startswith("!")}
    assert sources == allowed
    assert all((ROOT / source).exists() for source in sources)


@pytest.mark.parametrize(
    ("dockerfile", "health"),
    [(DOCKERFILE, "/healthz"), (SANDBOX_DOCKERFILE, "/_sandbox/health")],
    ids=["server", "sandbox"],
)
def test_an_image_does_not_run_as_root_and_says_whether_it_lives(dockerfile: str, health: str) -> None:
    _, final = re.split(r"^FROM \S+$", dockerfile.split("\n", 1)[1], flags=re.MULTILINE)
    (user,) = re.findall(r"^USER (\d+):\d+$", final, re.MULTILINE)
    assert int(user) > 0
    assert f"{health}'" in final[final.index("HEALTHCHECK") :]


def test_what_the_image_starts_is_what_its_health_check_finds(tmp_path: Path) -> None:
    check, entry, arguments = (
        json.loads(found) for found in re.findall(r"^\s*(?:CMD|ENTRYPOINT) (\[.*\])$", DOCKERFILE, re.MULTILINE)
    )
    tokens = tmp_path / "tokens"
    made = subprocess.run([TOOL / entry[0], "token", "ann"], check=True, capture_output=True, timeout=60)
    tokens.write_bytes(made.stdout)
    tokens.chmod(0o600)
    arguments = [{"0.0.0.0": "127.0.0.1", arguments[-1]: str(tokens)}.get(word, word) for word in arguments]
    server = subprocess.Popen([TOOL / entry[0], *arguments, "--port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        port = next(found[1] for line in server.stderr if (found := re.search(r"listening on .*:(\d+)/mcp", line)))
        check = [sys.executable, *(word.replace(":8000/", f":{port}/") for word in check[1:])]
        assert subprocess.run(check, capture_output=True, timeout=60).returncode == 0
    finally:
        server.terminate()
        server.communicate(timeout=60)
    assert subprocess.run(check, capture_output=True, timeout=60).returncode != 0


def test_what_the_sandbox_s_image_starts_is_what_its_health_check_finds() -> None:
    check, entry = (
        json.loads(found) for found in re.findall(r"^\s*(?:CMD|ENTRYPOINT) (\[.*\])$", SANDBOX_DOCKERFILE, re.MULTILINE)
    )
    command = [TOOL / entry[0], *("127.0.0.1" if word == "0.0.0.0" else word for word in entry[1:]), "--port", "0"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        port = next(found[1] for line in server.stderr if (found := re.search(r"listening on .*:(\d+);", line)))
        check = [sys.executable, *(word.replace(":8181/", f":{port}/") for word in check[1:])]
        assert subprocess.run(check, capture_output=True, timeout=60).returncode == 0
    finally:
        server.terminate()
        server.communicate(timeout=60)
    assert subprocess.run(check, capture_output=True, timeout=60).returncode != 0


def test_the_changelog_is_in_the_form_of_keep_a_changelog() -> None:
    headings = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    for heading in headings[1:]:
        assert re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading)
    assert set(re.findall(r"^### (.*)$", CHANGELOG, re.MULTILINE)) <= {
        *("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
    }


def pins(name: str) -> set[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {f"{package}{version}" for package, version in re.findall(r"^([a-z][\w.-]*).*?(==\S+)", text, re.MULTILINE)}


def names_of(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[><=]", requirement)[0] for requirement in requirements}


def test_the_pins_to_run_and_to_build_are_those_of_the_development_environment() -> None:
    run, build = pins("requirements.run.lock"), pins("requirements.build.lock")
    assert run | build <= pins("requirements.lock")
    assert names_of(PROJECT["dependencies"]) <= names_of(run)
    assert names_of(BUILD_SYSTEM["requires"]) <= names_of(build)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def test_the_wheel_has_the_four_packages_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    packages = {"do_nfs_client", "do_nfs_client_helpers", "do_nfs_mcp", "do_nfs_sandbox"}
    assert {name.split("/")[0] for name in names} == {*packages, f"do_nfs_mcp-{PROJECT['version']}.dist-info"}
    assert {f"{package}/py.typed" for package in packages} | {"do_nfs_sandbox/contract/contract.json"} <= set(names)
    (metadata,) = (name for name in names if name.endswith("/METADATA"))
    said = email.message_from_bytes(zipfile.ZipFile(wheel).read(metadata))
    assert said["Version"] == PROJECT["version"]
    assert said["License-Expression"] == PROJECT["license"]


def test_pypi_is_told_where_the_readme_s_links_and_pictures_are(built: Path) -> None:
    (wheel,) = map(zipfile.ZipFile, built.glob("*.whl"))
    (metadata,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    told = email.message_from_bytes(wheel.read(metadata)).get_payload()
    at_home = f"{PROJECT['urls']['Repository']}/"
    targets = re.findall(r'(?:src|srcset)="([^"]+)"|\]\(([^)]+)\)', str(told))
    addresses = [address for address, _ in targets] + [address for _, address in targets]
    assert {address for address in addresses if address and not address.startswith(("https://", "#"))} == set()
    linked = [address.removeprefix(at_home) for address in addresses if address.startswith(at_home)]
    files = {re.sub(r"^(blob|raw)/main/|#.*$", "", address) for address in linked if re.match("blob/|raw/", address)}
    assert len(files) > 10
    assert {name for name in files if not (ROOT / name).exists()} == set()
    pictures = {address for address in linked if address.endswith((".png", ".svg"))}
    assert pictures
    assert all(address.startswith("raw/main/") for address in pictures)


def test_the_source_distribution_can_be_tested_and_has_no_leftovers(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = {name.split("/", 1)[-1] for name in files.getnames()}
    needed = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "requirements.lock", "scripts/test"}
    assert needed | {"openapi/nfs.yaml", "tests/conftest.py"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith((".venv", "dist", ".ci"))]


NOT_FOR_A_FORM = {
    "--sandbox",
    "--api-url",
    "--read-only",
    "--connect-seconds",
    "--read-seconds",
    "--max-in-flight",
    "--max-answer-mb",
    "--state",
    "--state-password-file",
    "--state-prefix",
}
NOT_FOR_A_FORM |= {"--wait-seconds", "--audit-file", "--audit", "--audit-chain", "--log-level"}
# The registry's form knows no option without a value.
NOT_FOR_THE_REGISTRY = {"--allow-no-squash"}


def test_the_bundle_and_the_registry_entry_ask_for_all_that_decides_what_an_assistant_may_do() -> None:
    decides = [option.name for option in SERVER_OPTIONS if option.name not in NOT_FOR_A_FORM]
    arguments = MANIFEST["server"]["mcp_config"]["args"]
    begin = arguments.index("server.py") + 1
    assert arguments[begin::2] == decides
    asked = [f"${{user_config.{name}}}" for name in MANIFEST["user_config"] if name != "token"]
    assert arguments[begin + 1 :: 2] == asked
    registered = [argument["name"] for argument in SERVER["packages"][0]["packageArguments"]]
    assert registered == [name for name in decides if name not in NOT_FOR_THE_REGISTRY]


@pytest.mark.parametrize(
    ("filled_in", "more"),
    [
        ({}, []),
        ({"allow_no_squash": True}, ["--allow-no-squash"]),
        ({"doctl_context": "work"}, ["--doctl-context=work"]),
        ({"protect": "-x, prod-*", "tools": " "}, ["--protect=-x, prod-*"]),
    ],
)
def test_the_bundle_gives_what_a_person_fills_in_and_nothing_else(filled_in: dict[str, Any], more: list[str]) -> None:
    begin = MANIFEST["server"]["mcp_config"]["args"].index("server.py") + 1
    options = MANIFEST["server"]["mcp_config"]["args"][begin:]
    settings = {name: about.get("default", "") for name, about in MANIFEST["user_config"].items()} | filled_in
    # A host writes a tick as "true" or "false".
    words = {
        f"${{user_config.{name}}}": json.dumps(value) if isinstance(value, bool) else value
        for name, value in settings.items()
    }
    shell = "import runpy, sys; from do_nfs_mcp.cli import main; main.main = print; sys.argv[:] = sys.argv[1:]; "
    shell += "runpy.run_path(sys.argv[0], run_name='__main__')"
    started = [sys.executable, "-c", shell, str(ROOT / "packaging/mcpb/server.py")]
    started += [words.get(option, option) for option in options]
    done = subprocess.run(started, capture_output=True, text=True, timeout=60)
    given = [*("--destructive=ask", "--ask=auto", "--allowance-gib=1000"), *more]
    assert sorted(ast.literal_eval(done.stdout)) == sorted(given), done.stderr


def test_every_image_that_a_release_pushes_is_attested() -> None:
    release = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    named = dict(re.findall(r"^ +(\w+): \$\{\{ vars\.IMAGE_REGISTRY \}\}/(\S+)$", release, re.MULTILINE))
    pushed = {named[variable] for variable in re.findall(r'docker push "\$(\w+):', release)}
    attested = set(re.findall(r"subject-name: \$\{\{ vars\.IMAGE_REGISTRY \}\}/(\S+)$", release, re.MULTILINE))
    assert pushed == attested != set()
