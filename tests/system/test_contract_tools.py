"""Tools that nobody here wrote read the contract, and what they make of it works on the sandbox."""

import importlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from do_nfs_sandbox import Sandbox, serve

from ..contract.test_portability import example_requests
from ..support.constants import TOKEN
from ..support.contracts import ROOT, operations

pytestmark = pytest.mark.system

CONTRACT = str(ROOT / "openapi/nfs.yaml")
SOURCES = Path(__file__).with_name("contract_tools")
BIN = ROOT / ".artefacts/contract-tools/node_modules/.bin"
VPC = "796c6fe3-2a1d-4da2-9f3e-38239827dc91"


def run(*command: str | Path, cwd: Path) -> str:
    """What a command says, on stdout and stderr."""
    environment = os.environ | {"NO_PROXY": "127.0.0.1", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def examples() -> Iterator[Sandbox]:
    with Sandbox(seed="examples", ready_after=0) as sandbox:
        yield sandbox


@pytest.fixture
def empty() -> Iterator[Sandbox]:
    with Sandbox(ready_after=0) as sandbox:
        yield sandbox


def outcomes(sandbox: Sandbox) -> list[tuple[str, bool]]:
    """What each request asked for, and whether it succeeded."""
    return [(each.operation or each.path, (each.status or 0) < 300) for each in sandbox.requests]


def test_newman_runs_the_contract_s_examples_and_all_succeed(examples: Sandbox, tmp_path: Path) -> None:
    collection = tmp_path / "collection.json"
    options = "parametersResolution=Example"
    run(BIN / "openapi2postmanv2", "-s", CONTRACT, "-o", collection, "-O", options, cwd=tmp_path)
    with serve(examples) as url:
        variables = ["--env-var", f"baseUrl={url}", "--env-var", f"bearerToken={TOKEN}"]
        run(BIN / "newman", "run", collection, *variables, cwd=tmp_path)
    assert sorted(outcomes(examples)) == sorted((name, True) for name in operations())


def test_dredd_finds_the_answers_to_the_contract_s_examples_as_the_contract_has_them(
    examples: Sandbox, tmp_path: Path
) -> None:
    with serve(examples) as url:
        header = f"--header=Authorization: Bearer {TOKEN}"
        hooks = f"--hookfiles={SOURCES / 'skip_errors.js'}"
        said = run(BIN / "dredd", CONTRACT, url, header, hooks, "--no-color", "--loglevel=error", cwd=tmp_path)
    assert f"{len(operations())} passing, 0 failing, 0 errors" in said
    assert outcomes(examples) == [(name, True) for name in operations()]


@contextmanager
def prism(url: str, log: Path) -> Iterator[str]:
    """A proxy before a sandbox that refuses what the contract does not allow, of requests and of answers."""
    command = [str(BIN / "prism"), "proxy", CONTRACT, url, "--errors", "--port", "0"]
    with log.open("w") as written:
        process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT)
    try:
        while not (found := re.search(r"listening on (http://\S+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        yield found[1]
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_prism_between_a_client_and_the_sandbox_finds_no_violation(examples: Sandbox, tmp_path: Path) -> None:
    with serve(examples) as url, prism(url, tmp_path / "log") as proxy:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=proxy, headers=headers, trust_env=False, timeout=30) as client:
            for name, method, path, query, body in example_requests():
                answer = client.request(method, path, params=query, json=body)
                assert (answer.is_success, "sl-violations" in answer.headers) == (True, False), f"{name}: {answer.text}"
            # What is no answer of the contract's is noticed.
            examples.add_fault("status", status=200, operation="list_shares", body={"shares": [{}]})
            broken = client.get("/v2/nfs")
            assert (broken.status_code, "VIOLATIONS" in broken.text) == (500, True)


def compile_strictly(folder: Path, program: str) -> Path:
    """Compile a TypeScript program with all that it imports. Returns what Node.js runs."""
    options = ["--strict", "--skipLibCheck"]
    target = ["--target", "es2022", "--lib", "es2022,dom", "--module", "commonjs", "--moduleResolution", "node10"]
    shutil.copy(SOURCES / program, folder)
    run(BIN / "tsc", *options, *target, "--outDir", folder / "out", folder / program, cwd=folder)
    return folder / "out" / program.replace(".ts", ".js")


def test_the_types_by_openapi_typescript_are_strict_and_tell_a_share_s_life(empty: Sandbox, tmp_path: Path) -> None:
    run(BIN / "openapi-typescript", CONTRACT, "--output", tmp_path / "api.ts", cwd=tmp_path)
    program = compile_strictly(tmp_path, "typed_fetch.ts")
    with serve(empty) as url:
        run("node", program, url, TOKEN, cwd=tmp_path)
    assert all(succeeded for _, succeeded in outcomes(empty))
    assert empty.requests.to("delete_share").count == 1


def generate(language: str, into: Path) -> None:
    """Make a client by openapi-generator."""
    generator = Path(sys.executable).with_name("openapi-generator-cli")
    run(generator, "generate", "-g", language, "-i", CONTRACT, "-o", into, cwd=into.parent)


LIFE = {
    *("create_share", "get_share", "create_share_action", "list_snapshots", "create_access_point"),
    *("delete_access_point", "delete_snapshot", "delete_share", "list_shares"),
}


def test_openapi_generator_s_typescript_client_tells_a_share_s_life(empty: Sandbox, tmp_path: Path) -> None:
    generate("typescript-fetch", tmp_path / "client")
    program = compile_strictly(tmp_path, "generated_client.ts")
    with serve(empty) as url:
        run("node", program, url, TOKEN, cwd=tmp_path)
    assert set(outcomes(empty)) == {(name, True) for name in LIFE}


def test_openapi_generator_s_python_client_tells_a_share_s_life(
    empty: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate("python", tmp_path / "client")
    monkeypatch.syspath_prepend(tmp_path / "client")
    made: Any = importlib.import_module("openapi_client")
    with serve(empty) as url, made.ApiClient(made.Configuration(host=url, access_token=TOKEN)) as client:
        shares, snapshots, points = made.SharesApi(client), made.SnapshotsApi(client), made.AccessPointsApi(client)
        order = made.CreateShareRequest(name="data", region="atl1", size_gib=50, vpc_ids=[VPC])
        # Not read, this answer would have its caller order a second share.
        share = shares.create_share(order).share
        # Every kind of change, which a discriminator tells apart.
        for kind, params in (("ResizeShare", {"size_gib": 60}), ("SnapshotShare", {"name": "daily"})):
            change = getattr(made, kind).from_dict({"type": kind.removesuffix("Share").lower(), "params": params})
            assert shares.create_share_action(share.id, made.ShareActionRequest(change)).action.status == "IN_PROGRESS"
        assert shares.get_share(share.id).share.size_gib == 60
        [snapshot] = snapshots.list_snapshots(share_id=share.id).snapshots
        policy = made.AccessPolicy(
            anonuid=65534,
            anongid=65534,
            protocols=["NFS4"],
            squash_config="ROOT_SQUASH",
            identity_enforcement_enabled=False,
        )
        wanted = made.CreateAccessPointRequest(name="team-a", path="/exports/team-a", vpc_id=VPC, access_policy=policy)
        # The answer has the empty `updated_at` that a constant without a type made unreadable.
        point = points.create_access_point(share.id, wanted).access_point
        assert point.updated_at.actual_instance == ""
        points.delete_access_point(point.id)
        snapshots.delete_snapshot(snapshot.id)
        shares.delete_share(share.id)
        assert shares.list_shares().shares == []
    assert set(outcomes(empty)) == {(name, True) for name in LIFE}


def test_the_page_s_test_for_node_passes(tmp_path: Path) -> None:
    page = (ROOT / "docs/sandbox.md").read_text(encoding="utf-8")
    [block] = (
        block for block in re.findall(r"^```js\n(.+?)^```", page, re.MULTILINE | re.DOTALL) if "node:test" in block
    )
    (tmp_path / "shares.test.mjs").write_text(block, encoding="utf-8")
    said = run("node", "--test", "shares.test.mjs", cwd=tmp_path)
    assert "# pass 1" in said
    assert "# fail 0" in said
