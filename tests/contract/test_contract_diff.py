"""scripts/contract-diff tells what breaks a client from what does not."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ..support.contracts import CONTRACT, ROOT
from ..support.scripting import script

compare = script("contract-diff").compare

Edit = Callable[[dict[str, Any]], Any]


def schema(name: str, edit: Edit) -> Edit:
    return lambda contract: edit(contract["components"]["schemas"][name])


def field(name: str, edit: Edit) -> Edit:
    owner, _, key = name.partition(".")
    return schema(owner, lambda found: edit(found["properties"][key]))


def operation(method: str, path: str, edit: Edit) -> Edit:
    return lambda contract: edit(contract["paths"][path][method])


def parameter(name: str, edit: Edit) -> Edit:
    return lambda contract: edit(contract["components"]["parameters"][name])


def new_field(name: str, required: bool) -> Edit:
    def edit(found: dict[str, Any]) -> None:
        found["properties"]["owner"] = {"type": "string"}
        found["required"] += ["owner"] if required else []

    return schema(name, edit)


def renamed(*, old: str, new: str) -> Edit:
    return lambda found: found.update({new: found.pop(old)})


QUERY = {"name": "q", "in": "query", "schema": {"type": "string"}}

BREAKING: dict[str, Edit] = {
    "DELETE /v2/nfs/{}: operation removed": lambda c: c["paths"]["/v2/nfs/{nfs_id}"].pop("delete"),
    "POST /v2/nfs/{}/actions: operation removed": lambda c: renamed(
        old="/v2/nfs/{nfs_id}/actions", new="/v2/nfs/{nfs_id}/operations"
    )(c["paths"]),
    "security schemes: changed": lambda c: c["components"]["securitySchemes"]["bearer_auth"].update(scheme="basic"),
    "GET /v2/nfs: operationId changed": operation("get", "/v2/nfs", lambda o: o.update(operationId="shares")),
    "GET /v2/nfs: security changed": operation(
        "get", "/v2/nfs", lambda o: o.update(security=[{"bearer_auth": ["nfs:read"]}])
    ),
    "GET /v2/nfs: query parameter region removed": operation("get", "/v2/nfs", lambda o: o["parameters"].clear()),
    "GET /v2/nfs: required query parameter q added": operation(
        "get", "/v2/nfs", lambda o: o["parameters"].append({**QUERY, "required": True})
    ),
    "GET /v2/vpcs query parameter per_page: maximum 200 -> 100": parameter(
        "PerPage", lambda p: p["schema"].update(maximum=100)
    ),
    "GET /v2/vpcs query parameter page: required now": parameter("Page", lambda p: p.update(required=True)),
    "DELETE /v2/nfs/{} body: added": operation(
        "delete", "/v2/nfs/{nfs_id}", lambda o: o.update(requestBody={"required": True, "content": {}})
    ),
    "POST /v2/nfs: status 202 added": operation(
        "post", "/v2/nfs", lambda o: renamed(old="201", new="202")(o["responses"])
    ),
    "GET /v2/nfs 200: header ratelimit-limit removed": operation(
        "get", "/v2/nfs", lambda o: o["responses"]["200"]["headers"].pop("ratelimit-limit")
    ),
    "GET /v2/nfs 200: application/json removed": operation(
        "get", "/v2/nfs", lambda o: renamed(old="application/json", new="text/csv")(o["responses"]["200"]["content"])
    ),
    "CreateShareRequest.owner: required field added to the request": new_field("CreateShareRequest", required=True),
    "CreateShareRequest.performance_tier: removed from the request": schema(
        "CreateShareRequest", lambda s: s["properties"].pop("performance_tier")
    ),
    "CreateShareRequest.performance_tier: required in the request now": schema(
        "CreateShareRequest", lambda s: s["required"].append("performance_tier")
    ),
    "VpcParams.owner: required field added to the request": new_field("VpcParams", required=True),
    "PerformanceTier: enum": schema("PerformanceTier", lambda s: s["enum"].remove("high")),
    "SizeGib: maximum none -> 16000 in the request": schema("SizeGib", lambda s: s.update(maximum=16000)),
    "CreateShareRequest.region: pattern": field("CreateShareRequest.region", lambda s: s.update(pattern="^[a-z]+$")),
    'SnapshotParams.name: format none -> "uuid"': field("SnapshotParams.name", lambda s: s.update(format="uuid")),
    "ShareActionRequest: ResizeShare no longer in the request": schema(
        "ShareActionRequest", lambda s: s["oneOf"].pop(0)
    ),
    'ResizeShare.type: const "resize" -> "grow"': field("ResizeShare.type", lambda s: s.update(const="grow")),
    "Share.host: removed from the answer": schema("Share", lambda s: s["properties"].pop("host")),
    "Share.status: optional in the answer now": schema("Share", lambda s: s["required"].remove("status")),
    'Share.host: type "string" -> ["string", "null"] in the answer': field(
        "Share.host", lambda s: s.update(type=["string", "null"])
    ),
    "Share.vpc_ids: items": field("Share.vpc_ids", lambda s: s.pop("items")),
    "Share.size_gib: minimum 50 -> none in the answer": field("Share.size_gib", lambda s: s.pop("minimum")),
}

COMPATIBLE: dict[str, Edit] = {
    "GET /v2/nfs/new: operation added": lambda c: c["paths"].update({"/v2/nfs/new": {"get": {"responses": {}}}}),
    "GET /v2/nfs: optional query parameter q added": operation(
        "get", "/v2/nfs", lambda o: o["parameters"].append(QUERY)
    ),
    "GET /v2/nfs: status 409 added": operation(
        "get", "/v2/nfs", lambda o: o["responses"].update({"409": {"description": "No."}})
    ),
    "GET /v2/nfs: status 404 removed": operation("get", "/v2/nfs", lambda o: o["responses"].pop("404")),
    "POST /v2/nfs body: optional now": operation("post", "/v2/nfs", lambda o: o["requestBody"].update(required=False)),
    "CreateShareRequest.owner: optional field added to the request": new_field("CreateShareRequest", required=False),
    "CreateShareRequest.name: optional in the request now": schema(
        "CreateShareRequest", lambda s: s["required"].remove("name")
    ),
    "PerformanceTier: enum": schema("PerformanceTier", lambda s: s["enum"].append("extreme")),
    "SnapshotParams.name: maxLength 64 -> 100 in the request": field(
        "SnapshotParams.name", lambda s: s.update(maxLength=100)
    ),
    "Share.owner: optional field added to the answer": new_field("Share", required=False),
    "Share.host: required in the answer now": schema("Share", lambda s: s["required"].append("host")),
    "ShareStatus: enum": schema("ShareStatus", lambda s: s["enum"].append("MIGRATING")),
    "Share.size_gib: minimum 50 -> 100 in the answer": field("Share.size_gib", lambda s: s.update(minimum=100)),
}


def changed(edit: Edit) -> Any:
    contract = json.loads(json.dumps(CONTRACT))
    edit(contract)
    return compare(json.loads(json.dumps(CONTRACT)), contract)


@pytest.mark.parametrize(("said", "edit"), BREAKING.items(), ids=BREAKING)
def test_a_change_that_breaks_clients_is_told(said: str, edit: Edit) -> None:
    assert any(str(change).startswith(f"breaking    {said}") for change in changed(edit))


@pytest.mark.parametrize(("said", "edit"), COMPATIBLE.items(), ids=COMPATIBLE)
def test_a_change_that_breaks_no_client_is_told_as_that(said: str, edit: Edit) -> None:
    (change,) = changed(edit)
    assert str(change).startswith(f"compatible  {said}")


@pytest.mark.parametrize(
    "edit",
    [
        lambda c: None,
        field("Share.host", lambda s: s.update(description="Words.")),
        lambda c: renamed(old="/v2/nfs/{nfs_id}", new="/v2/nfs/{share_id}")(c["paths"]),
    ],
    ids=["nothing", "words", "a place in a path"],
)
def test_what_changes_nothing_is_not_told(edit: Edit) -> None:
    assert changed(edit) == []


@pytest.mark.skipif(os.name == "nt", reason="makes symbolic links")
class TestTheCommand:
    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        """A repository with the contract in it, and the environment of the project."""
        for folder in ("openapi", "scripts"):
            shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
        (tmp_path / ".venv").symlink_to(sys.prefix)
        for command in (["init", "-q"], ["add", "openapi"], ["commit", "-q", "-m", "The contract"]):
            git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", *command]
            subprocess.run(git, cwd=tmp_path, check=True)
        return tmp_path

    @pytest.mark.parametrize(
        ("minimum", "status", "said"),
        [
            (50, 0, "0 breaking, 0 compatible\n"),
            (10, 0, "compatible  SizeGib: minimum 50 -> 10 in the request\n0 breaking, 1 compatible\n"),
            (99, 1, "breaking    SizeGib: minimum 50 -> 99 in the request\n1 breaking, 0 compatible\n"),
        ],
        ids=["unchanged", "compatible", "breaking"],
    )
    def test_the_exit_status_says_whether_something_breaks(
        self, repository: Path, minimum: int, status: int, said: str
    ) -> None:
        before, size, after = (ROOT / "openapi/nfs.yaml").read_text(encoding="utf-8").partition("    SizeGib:\n")
        edited = before + size + after.replace("minimum: 50", f"minimum: {minimum}", 1)
        (repository / "openapi/nfs.yaml").write_text(edited, encoding="utf-8")
        result = run(repository, "HEAD")
        assert (result.returncode, result.stdout) == (status, said)

    @pytest.mark.parametrize("revision", ["nowhere", "--output=file"])
    def test_a_revision_that_is_not_there_is_told(self, repository: Path, revision: str) -> None:
        result = run(repository, "--", revision)
        assert result.returncode == 2
        assert f"There is no openapi/nfs.yaml at {revision}" in result.stderr
        assert not (repository / "file").exists()


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/contract-diff", *arguments]
    return subprocess.run(command, cwd=root, text=True, capture_output=True, timeout=60)
