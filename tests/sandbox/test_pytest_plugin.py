"""The pytest plugin, in a test suite of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text(encoding="utf-8")
(EXAMPLE,) = (code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "ordered_twice" in code)
MORE = """
import asyncio, logging, threading
import pytest
from do_nfs_sandbox import SandboxTransport

def test_each_test_gets_a_new_sandbox(nfs_sandbox):
    assert nfs_sandbox.state()["shares"] == []

def test_changes_are_done_at_once(nfs_sandbox, nfs_sandbox_url):
    order_a_share(f"{nfs_sandbox_url}/v2/nfs")
    assert [share["status"] for share in nfs_sandbox.state()["shares"]] == ["ACTIVE"]
    with httpx.Client(transport=SandboxTransport(nfs_sandbox), headers=TOKEN) as client:
        assert client.get("http://x/v2/nfs").json()["shares"]

def test_the_server_stops_although_a_client_is_still_waiting(nfs_sandbox, nfs_sandbox_url):
    nfs_sandbox.add_fault("delay", seconds=3600)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{nfs_sandbox_url}/v2/nfs", headers=TOKEN, timeout=0.1, trust_env=False)

client = httpx.Client(trust_env=False)

def test_the_server_stops_although_a_connection_is_open(nfs_sandbox_url):
    assert client.get(nfs_sandbox_url).status_code == 401
    test_the_server_stops_although_a_connection_is_open.url = nfs_sandbox_url

def test_nothing_is_left_of_a_server_that_has_stopped(caplog):
    with pytest.raises(httpx.ConnectError):
        client.get(test_the_server_stops_although_a_connection_is_open.url)
    client.close()
    assert not [thread for thread in threading.enumerate() if "sandbox" in thread.name]
    logging.getLogger("uvicorn.error").warning("still heard")
    assert "still heard" in caplog.text

async def inside(request):
    url = request.getfixturevalue("nfs_sandbox_url")
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{url}/v2/nfs", headers=TOKEN)).status_code

def test_the_url_can_be_asked_for_inside_an_event_loop(request):
    assert asyncio.run(inside(request)) == 200
"""


SEVERAL = """
import pytest, httpx
from do_nfs_sandbox import Sandbox, SandboxTransport, serve

A, B = ("dop_v1_" + digit * 64 for digit in "ab")
LIST = "http://sandbox/v2/nfs"

def client(sandbox, token=A):
    return httpx.Client(transport=SandboxTransport(sandbox), headers={"authorization": f"Bearer {token}"})

def create(sandbox, token=A):
    order = {"name": "n", "region": "atl1", "size_gib": 50, "vpc_ids": ["796c6fe3-2a1d-4da2-9f3e-38239827dc91"]}
    with client(sandbox, token) as http:
        return http.post(LIST, json=order).json()["share"]

@pytest.mark.nfs_sandbox(seed="examples", ready_after=60, limits=(10, 2), admin=True, tokens={"t": ["nfs:list"]})
def test_the_mark_says_how_the_sandbox_is_made(nfs_sandbox):
    with client(nfs_sandbox) as http:
        assert http.get(LIST).json()["shares"]
        assert http.get("http://sandbox/_sandbox/state").status_code == 200
        assert create(nfs_sandbox)["status"] == "CREATING"
        assert http.get(LIST).status_code == 429
    with client(nfs_sandbox, "t") as http:
        assert (http.get(LIST).status_code, http.get("http://sandbox/v2/vpcs").status_code) == (200, 403)

@pytest.mark.nfs_sandbox(seed="team", regions=["nyc2", "fra1"], vpcs=[{"name": "mine", "region": "fra1"}])
def test_the_mark_says_which_regions_and_vpcs_there_are(nfs_sandbox):
    with client(nfs_sandbox) as http:
        regions = http.get("http://sandbox/v2/regions").json()["regions"]
        assert [region["slug"] for region in regions] == ["nyc2", "fra1"]
        assert [vpc["name"] for vpc in http.get("http://sandbox/v2/vpcs").json()["vpcs"]] == ["mine"]

@pytest.mark.nfs_sandbox(seed="team", ready_after=60)
class TestMarks:
    @pytest.mark.nfs_sandbox(seed="empty")
    def test_the_nearer_one_counts(self, nfs_sandbox):
        assert nfs_sandbox.state()["shares"] == []
        assert create(nfs_sandbox)["status"] == "CREATING"

@pytest.fixture(scope="module")
def whole_module(nfs_sandbox_factory):
    return nfs_sandbox_factory(seed="examples")

def test_the_factory_makes_one_for_a_module(whole_module):
    create(whole_module)
    assert {share["status"] for share in whole_module.state()["shares"]} == {"ACTIVE"}

def test_which_is_the_same_in_the_next_test(whole_module):
    assert len(whole_module.state()["shares"]) == 3

def test_the_factory_makes_several_whose_ids_differ(nfs_sandbox_factory):
    one, two = nfs_sandbox_factory(), nfs_sandbox_factory()
    assert create(one)["id"] != create(two)["id"]
    assert len(one.state()["shares"]) == 1

ids = []

@pytest.mark.parametrize("_", range(2))
def test_ids_are_the_same_in_every_run(nfs_sandbox, _):
    ids.append(create(nfs_sandbox)["id"])
    assert len(set(ids)) == 1

def test_a_token_has_an_account_of_its_own(nfs_sandbox_factory):
    other = nfs_sandbox_factory()
    first = nfs_sandbox_factory(accounts={B: other})
    create(first, B)
    assert (len(first.state()["shares"]), len(other.state()["shares"])) == (0, 1)
    with serve(first) as url, httpx.Client(trust_env=False, headers={"authorization": f"Bearer {B}"}) as http:
        assert len(http.get(f"{url}/v2/nfs").json()["shares"]) == 1
    assert (first.requests.count, other.requests.count) == (0, 2)
"""
STRICT = """
import httpx, pytest
from do_nfs_sandbox import Sandbox, SandboxTransport

def get(sandbox):
    with httpx.Client(transport=SandboxTransport(sandbox)) as http:
        http.get("http://sandbox/v2/nfs")

def test_met(nfs_sandbox):
    nfs_sandbox.add_fault("html", times=5)
    get(nfs_sandbox)

def test_missed(nfs_sandbox):
    nfs_sandbox.add_fault("html", operation="create_share")
    get(nfs_sandbox)

def test_impossible(nfs_sandbox):
    nfs_sandbox.add_fault("html", path="/v2/nfs/shares/all")
    nfs_sandbox.add_fault("html", operation="list_shares", method="POST")
    nfs_sandbox.add_fault("html", operation="list_shares", path="/v2/vpcs*")
    nfs_sandbox.add_fault("html", method="OPTIONS")

def test_taken_back(nfs_sandbox):
    nfs_sandbox.add_fault("html")
    nfs_sandbox.clear_faults()

@pytest.mark.nfs_sandbox(strict=False)
def test_meant(nfs_sandbox, nfs_sandbox_factory):
    nfs_sandbox.add_fault("html")
    nfs_sandbox_factory().add_fault("html")

def test_missed_by_one_of_the_factory(nfs_sandbox_factory):
    nfs_sandbox_factory().add_fault("html")

@pytest.fixture
def made(nfs_sandbox_factory):
    return nfs_sandbox_factory()

def test_missed_by_one_of_a_fixture(made):
    made.add_fault("html")

def test_missed_by_an_account(nfs_sandbox_factory):
    with Sandbox() as account:
        nfs_sandbox_factory(accounts={"one": account, "two": account})
        account.add_fault("truncate")

@pytest.fixture(scope="module")
def shared(nfs_sandbox_factory):
    return nfs_sandbox_factory()

def test_on_a_sandbox_of_the_module(shared):
    shared.add_fault("html")

@pytest.mark.xfail(strict=True)
def test_that_fails_anyway(nfs_sandbox):
    nfs_sandbox.add_fault("html")
    raise ValueError("of its own")
"""


def run(folder: Path, tests: str, ini: str = "") -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(tests)
    (folder / "pytest.ini").write_text(f"[pytest]\nfilterwarnings = error\n{ini}")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "do_nfs_sandbox.pytest_plugin", "test_it.py"]
    # No other plugin: it needs none, and installed as an entry point it would be loaded twice.
    env = {**os.environ, "NO_PROXY": "127.0.0.1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def test_the_example_of_the_page_passes_and_so_do_tests_of_the_fixtures(tmp_path: Path) -> None:
    result = run(tmp_path, EXAMPLE + MORE)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "7 passed" in result.stdout


def test_the_example_of_the_page_fails_for_code_that_orders_twice(tmp_path: Path) -> None:
    blind = EXAMPLE.replace("while not", "for _ in range(2) or")
    result = run(tmp_path, blind)
    assert result.returncode == 1
    assert "2 == 1" in result.stdout


def test_a_mark_and_a_factory_make_sandboxes_of_every_kind(tmp_path: Path) -> None:
    result = run(tmp_path, SEVERAL)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "9 passed" in result.stdout


def test_the_configuration_says_it_for_all_tests(tmp_path: Path) -> None:
    tests = """
def test_it(nfs_sandbox, nfs_sandbox_factory):
    for sandbox in (nfs_sandbox, nfs_sandbox_factory()):
        assert len(sandbox.state()["shares"]) == 2
        assert sandbox.add_fault("html")
        assert [(vpc["name"], vpc["region"]) for vpc in sandbox.state()["vpcs"]] == [("a", "fra1"), ("b", "ams3")]
"""
    ini = "nfs_sandbox_seed = examples\nnfs_sandbox_strict = false\nnfs_sandbox_limits = 10/2\n"
    ini += "nfs_sandbox_regions = fra1 ams3\nnfs_sandbox_vpcs =\n  a=fra1\n  b=ams3\n"
    assert run(tmp_path, tests, ini + "nfs_sandbox_tokens =\n  a=nfs:list\n  b=\n").returncode == 0
    refused = run(tmp_path, tests, "nfs_sandbox_seed = exmaples\n")
    assert "nfs_sandbox_seed must be one of empty, examples" in refused.stdout + refused.stderr
    refused = run(tmp_path, tests, "nfs_sandbox_vpcs = storage\n")
    assert "nfs_sandbox_vpcs must be NAME=REGION" in refused.stdout + refused.stderr


def test_a_fault_that_no_request_met_fails_its_test(tmp_path: Path) -> None:
    result = run(tmp_path, STRICT)
    assert re.findall("FAILED test_it.py::([a-z_]+)", result.stdout) == [
        "test_missed",
        "test_impossible",
        "test_missed_by_one_of_the_factory",
        "test_missed_by_one_of_a_fixture",
        "test_missed_by_an_account",
    ]
    # In CI, pytest says all of it once more in its summary.
    told, _, _ = result.stdout.partition("short test summary info")
    assert told.count("{'kind': 'truncate', 'times': 1}") == 1
    told = " ".join(result.stdout.split())
    assert "met this fault of the sandbox: {'kind': 'html', 'operation': 'create_share', 'times': 1}." in told
    assert "Requests came to: list_shares." in told
    assert "(no operation has this path)" in told
    assert "(list_shares takes only GET, HEAD)" in told
    assert "(the API takes only DELETE," in told
    assert "(list_shares has another path)" in told
    assert "Requests came to: nothing." in told


NUMBERED = """
import pytest
from pathlib import Path

def made(factory):
    return [factory()._ids.make("shares", 1) for _ in range(2)]

@pytest.fixture(scope="session")
def of_session(nfs_sandbox_factory):
    return made(nfs_sandbox_factory)

@pytest.fixture(scope="module", params=["a", "b"])
def of_module(nfs_sandbox_factory, of_session):
    return made(nfs_sandbox_factory)

@pytest.fixture
def of_test(nfs_sandbox_factory):
    return made(nfs_sandbox_factory)

def write(name, *ids):
    ids = [each for some in ids for each in some]
    assert len(set(ids)) == len(ids)
    Path(name).write_text(str(ids))

def test_other(of_module, of_test, nfs_sandbox_factory):
    write("other", of_module, of_test, made(nfs_sandbox_factory))

@pytest.mark.parametrize("number", [1, 2])
def test_one(number, of_module, of_session, of_test, nfs_sandbox_factory):
    write(f"one{number}", of_module, of_session, of_test, made(nfs_sandbox_factory))
"""


def test_ids_of_the_factory_are_the_same_whichever_tests_run(tmp_path: Path) -> None:
    written = []
    for chosen in ("test_", "test_one"):
        result = run(tmp_path, NUMBERED, f"addopts = -k {chosen}\n")
        assert result.returncode == 0, result.stdout + result.stderr
        written.append([(tmp_path / name).read_text() for name in ("one1", "one2")])
    assert written[0] == written[1]
    assert written[0][0] != written[0][1]
    assert (tmp_path / "other").read_text() not in written[0]


def test_a_mark_without_names_is_refused(tmp_path: Path) -> None:
    tests = """
import pytest

@pytest.mark.nfs_sandbox("team")
def test_it(nfs_sandbox):
    pass
"""
    result = run(tmp_path, tests)
    assert result.returncode == 1
    assert """the mark nfs_sandbox takes named arguments only, such as seed="team": ('team',)""" in result.stdout


WRONG = [
    (
        'limits="5000/250"',
        "limits must be two numbers, the requests of an hour and of a minute, such as (5000, 250)",
    ),
    ("limits=(1, 2, 3)", "limits must be two numbers"),
    ("limits=(0, 1)", "limits must be at least 1 request an hour"),
    ('ready_after="2"', "ready_after must be a number of seconds"),
    ("ready_after=None", "ready_after must be a number of seconds"),
    ('tokens={"mine": "nfs:list"}', "tokens must be lists of scopes by token"),
    ('tokens=["mine=nfs:list"]', "tokens must be lists of scopes by token"),
    ('accounts={"mine": "team"}', "accounts must be sandboxes by token"),
    ('keep_requests="5"', "keep_requests must be a whole number, 0 or more"),
    ("keep_requests=-1", "keep_requests must be a whole number, 0 or more"),
    ("keep_requests=10**30", "keep_requests must be a whole number, 0 or more"),
    ('admin="no"', "admin must be true or false"),
    ('admin_token=b"a"', "admin_token must be a text"),
    ('strict="no"', "strict must be true or false"),
    ('strict_names="no"', "strict_names must be true or false"),
    ('regions="nyc2"', 'regions must be slugs in a list, such as ["nyc2", "ams3"]'),
    ('vpcs="storage=atl1"', "vpcs must be an array"),
    ('seed="tema"', "scenario must be one of empty, examples, team, many"),
    ("seed=7", "seed takes the name of a scenario or a state"),
    ("clock=1_800_000_000", "clock must be a function"),
    ('on_request="print"', "on_request must be a function"),
    ("sleep=None", "sleep must be a function"),
    ("db=None", 'db must be a file, or ":memory:"'),
    ('db="/nowhere/nfs.db"', "/nowhere/nfs.db cannot be used as a sandbox database"),
    ('sed="team"', "the mark nfs_sandbox takes no sed; it takes accounts, admin,"),
]
"""Arguments of the mark, and what is wrong with them."""


def test_a_mark_with_a_wrong_argument_fails_its_test_in_one_sentence(tmp_path: Path) -> None:
    tests = "import pytest\n" + "".join(
        f"@pytest.mark.nfs_sandbox({options})\ndef test_{number}(nfs_sandbox): pass\n"
        for number, (options, _) in enumerate(WRONG)
    )
    told, _, _ = run(tmp_path, tests).stdout.partition("short test summary info")
    _, *errors = re.split("_+ ERROR at setup of .*\n", told)
    for error, (options, says) in zip(errors, WRONG, strict=True):
        assert error.startswith("the mark nfs_sandbox"), options
        assert says in error
        assert "\n" not in error.strip().rstrip("=").strip()


def test_a_configuration_that_is_wrong_fails_tests_in_one_sentence(tmp_path: Path) -> None:
    tests = "def test_it(nfs_sandbox):\n    pass\n"
    for ini, says in {
        "nfs_sandbox_limits = 5000": "nfs_sandbox_limits must be requests an hour and a minute",
        "nfs_sandbox_tokens =\n  a=nfs:list\n  a=nfs:read": "nfs_sandbox_tokens must not name a token twice",
    }.items():
        told = run(tmp_path, tests, f"{ini}\n").stdout
        assert says in told
        assert "pytest_plugin.py" not in told
