"""What docs/sandbox.md says of the sandbox's own calls and of its scenarios."""

import re
from pathlib import Path

import httpx
import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport
from do_nfs_sandbox.state.scenarios import SCENARIOS

PAGE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text(encoding="utf-8")
CALLS = set(re.findall(r"^\| `([A-Z]+) (/_sandbox/\S*)`", PAGE, re.MULTILINE))


def test_each_path_has_the_methods_that_the_page_lists() -> None:
    listed: dict[str, set[str]] = {}
    for method, path in CALLS:
        listed.setdefault(path, set()).add(method)
    with Sandbox(admin=True) as sandbox, httpx.Client(transport=SandboxTransport(sandbox)) as http:
        unknown = http.get("http://sandbox/_sandbox/unknown").json()["message"]
        paths = {f"/_sandbox/{name}" for name in unknown.partition("it has ")[2].strip(".").split(", ")}
        assert listed.keys() == {"/_sandbox/", "/_sandbox/health", "/_sandbox/openapi.json", *paths}
        for path, methods in listed.items():
            allowed = http.put(f"http://sandbox{path}").headers["allow"].split(", ")
            assert {*allowed} - {"HEAD"} == methods


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_has_as_much_as_the_page_says(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}` \| (\d+) \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
    with Sandbox(seed=name) as sandbox:
        state = sandbox.state()
    points = [point for point in state["access_points"] if not point["is_default"]]
    assert tuple(map(int, row)) == (len(state["shares"]), len(state["snapshots"]), len(points))
