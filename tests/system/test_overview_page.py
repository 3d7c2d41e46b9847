"""The page of the storage overview in a real browser: in a host of MCP Apps, and as the sandbox serves it."""

import os
import re
import shlex
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox
from do_nfs_sandbox.http.serving import serve
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from ..support.clock import Clock
from ..support.constants import TOKEN
from .browsing import Page, browser
from .hosting import Host

pytestmark = pytest.mark.system

DAY = 86_400
NOW = Clock().now
HOSTILE = [
    "<script>document.title = 'caught'</script>",
    "<img src=/caught onerror=\"document.title = 'caught'\">",
    "</style></script><iframe src=/caught>",
    "\u202egnp.exe\u2066",
    "a\x00b\nc\td",
    "x" * 255,
    "${7*7} {{7*7}} '\"`",
    "Z\u0310\u0311\u0312\u0313\u0314" * 40,
    "שלום",
    "",
]
# What the pages are made of, as they are in this machine's ports.
OWN = re.compile(r"http://127\.0\.0\.1:\d+/(app|call|_sandbox/(inventory)?)?(\?.*)?$")
# By selector: what it is and what it is called, as Chromium tells those who do not see.
ROLES = {
    "main": ("main", ""),
    "h1": ("heading", "NFS storage"),
    "#refresh": ("button", "Refresh"),
    "#problems": ("region", "Needs attention (7)"),
    "#problems button": ("button", "ml-scratch mem1 FAILED"),
    "#shares": ("region", "Shares by region"),
    ".filter": ("search", "Shares"),
    "#words": ("searchbox", "Show only shares with this in their name, region or id"),
    "#state": ("combobox", "Show only shares in this state"),
    "#regions ul": ("list", ""),
    ".share": ("button", "ml-scratch FAILED standard 16,000 GiB no snapshot"),
    "#snapshots": ("region", "Snapshots by age"),
}
Open = Callable[..., None]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(chromium: Page) -> Iterator[Page]:
    """The browser, which must have nothing to complain about in the end and must have asked nobody but this machine."""
    chromium.complaints(), chromium.requests()
    yield chromium
    assert chromium.complaints() == []
    assert [url for url in chromium.requests() if not OWN.match(url)] == []


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=Clock(), admin=True) as sandbox:
        yield sandbox


@pytest.fixture
def host(sandbox: Sandbox) -> Iterator[Host]:
    host = Host(sandbox)
    with host.serve():
        yield host


@pytest.fixture(params=["host", "sandbox"])
def place(request: pytest.FixtureRequest) -> str:
    """Where the page is shown."""
    return str(request.param)


@pytest.fixture
def show(place: str, page: Page, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open the page there, as wide and as bright as asked, and wait until it shows what there is."""
    if place == "host":
        host: Host = request.getfixturevalue("host")
        url, frame = host.url, "app"
        yield lambda **options: opened(page, url, frame=frame, **options)
    else:
        with serve(request.getfixturevalue("sandbox")) as url:
            yield lambda **options: opened(page, f"{url}/_sandbox/", **options)


def opened(page: Page, url: str, **options: Any) -> None:
    page.open(url, **options)
    page.wait_for("return document.getElementById('total').textContent")


def of(name: str, number: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid.UUID(int=number)), "name": name, "region": "atl1", "created_at": NOW - 40 * DAY, **more}


THREE = {
    "shares": [
        of("small", 1, size_gib=500, performance_tier="high"),
        of("large", 2, size_gib=1000, status="INACTIVE", vpc_ids=[]),
        of("broken", 3, size_gib=100, region="nyc2", status="FAILED"),
    ],
    "snapshots": [
        {"share_id": of("", 1)["id"], "name": "old", "created_at": NOW - 30 * DAY},
        {"share_id": of("", 1)["id"], "name": "new", "created_at": NOW - 1 * DAY},
        {"share_id": of("", 2)["id"], "name": "bad", "created_at": NOW - 2 * DAY, "status": "FAILED"},
    ],
}


def test_an_empty_account_is_said_to_be_empty(show: Open, page: Page, place: str) -> None:
    show()
    assert page.find("#status").text.startswith("There are no shares.")
    assert page.find("#total").text == "0 shares · 0 GiB · 0 snapshots · 0 regions"
    assert page.all("section") == []
    assert page.violations() == []
    page.picture(f"{place}-0-shares")


def test_shares_are_bars_by_region_and_tier_and_what_is_wrong_is_first(
    sandbox: Sandbox, show: Open, page: Page, place: str
) -> None:
    sandbox.seed(THREE)
    show()
    assert page.find("#total").text == "3 shares · 1,600 GiB · 3 snapshots · 2 regions"
    assert page.texts("h2") == ["Needs attention (4)", "Shares by region", "Snapshots by age"]
    assert page.texts(".problem h3") == [
        "Failed shares (1)",
        "Failed snapshots (1)",
        "Shares attached to no VPC (1)",
        "Shares without a recent snapshot (1)",
    ]
    assert page.texts("#problems .name") == ["broken", "bad of large", "large", "large"]
    # The larger region first; in it the higher tier, then the larger share.
    assert page.texts(".region h3") == ["atl1", "nyc2"]
    assert page.texts(".key") == ["high 500 GiB", "standard 1,000 GiB", "standard 100 GiB"]
    assert page.texts(".share .name") == ["small", "large", "broken"]
    assert page.texts(".share .size") == ["500 GiB", "1,000 GiB", "100 GiB"]
    widths = [bar.size["width"] for bar in page.all(".share .bar span")]
    assert [round(width / max(widths), 1) for width in widths] == [0.5, 1, 0.1]
    colours = {bar.value_of_css_property("background-color") for bar in page.all(".share .bar span")}
    assert len(colours) == 3
    page.picture(f"{place}-3-shares")


def test_snapshots_are_on_a_line_from_old_to_now(sandbox: Sandbox, show: Open, page: Page) -> None:
    sandbox.seed(THREE)
    show()
    assert page.texts("li.lane .name .cut") == ["small", "large"]
    assert page.texts("li.lane .summary") == ["2 snapshots, last 1 day ago", "1 snapshot, 1 failed"]
    dots = page.all(".dot")
    assert [str(dot.get_attribute("title")).split(",")[0] for dot in dots] == ["new", "old", "bad"]
    new, old, bad = (dot.rect["x"] + dot.rect["width"] / 2 for dot in dots)
    assert old < bad < new
    ticks = {label.text: label.rect["x"] + label.rect["width"] / 2 for label in page.all(".label")}
    assert (round(ticks["1 d"] - new), round(ticks["1 mo"] - old)) == (0, 0)


def test_a_thousand_shares_are_found_by_name_and_state(sandbox: Sandbox, show: Open, page: Page, place: str) -> None:
    sandbox.seed({"scenario": "many", "shares": 1000})
    show()
    assert page.find("#total").text.startswith("1,000 shares · ")
    assert len(page.all(".share")) == 30
    page.picture(f"{place}-1000-shares")

    page.find(".region .more").click()
    assert len(page.all(".share")) == 192
    assert page.run("return document.activeElement.matches('.share')")

    page.find("#words").send_keys("share-000777")
    page.wait_for("return document.querySelectorAll('.share').length === 1")
    assert page.find("#found").text == "1 of 1,000 shares"
    page.find("#words").clear()
    page.find("#words").send_keys("nothing has this")
    page.wait_for("return !document.querySelector('.share')")
    assert page.find("#found").text == "0 of 1,000 shares"


def test_a_state_can_be_picked(sandbox: Sandbox, show: Open, page: Page) -> None:
    sandbox.seed(THREE)
    show()
    Select(page.find("#state")).select_by_visible_text("FAILED")
    assert page.texts(".share .name") == ["broken"]
    assert page.texts(".region h3") == ["nyc2"]


@pytest.mark.parametrize("width", [400, 1000])
def test_hostile_names_stay_texts_and_in_their_place(
    sandbox: Sandbox, show: Open, page: Page, place: str, width: int
) -> None:
    shares = [of(name, number, size_gib=1000 - number) for number, name in enumerate(HOSTILE, 1)]
    sandbox.seed(
        {"shares": shares, "snapshots": [{"share_id": s["id"], "name": s["name"], "created_at": NOW} for s in shares]}
    )
    show(width=width)
    page.find(".region .more").click()
    shown = [*HOSTILE]
    shown[3], shown[4], shown[-1] = r"\u{202e}gnp.exe\u{2066}", r"a\u{0}b\u{a}c\u{9}d", "(no name)"
    assert page.texts(".share .name") == shown
    assert page.run("return document.querySelectorAll('script, img, iframe').length") == 1
    for number, name in enumerate(shown, 1):
        page.run("document.querySelector(arguments[0]).click()", f".share[data-share='{uuid.UUID(int=number)}']")
        assert page.find("#share h1").get_property("textContent") == name
        page.find("#mount :is(pre, [role=alert])")
        assert_nothing_sticks_out(page)
        page.find("#back").click()
    assert_nothing_sticks_out(page)
    assert page.driver.title != "caught"
    page.picture(f"{place}-hostile-{width}")


def assert_nothing_sticks_out(page: Page) -> None:
    wide = page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.run("return document.body.innerText")
    # A row's parts lie side by side: none lies over another.
    over = page.run("""
        const rows = [...document.querySelectorAll(".row, .lane, .taken")].filter(row => row.offsetParent);
        return rows.filter(row => [...row.children].some((one, i, all) => all.slice(i + 1).some(other => {
            const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
            return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
        }))).map(row => row.textContent);
    """)
    assert over == []


def test_the_keyboard_alone_reaches_how_to_mount_a_share_and_comes_back(
    sandbox: Sandbox, show: Open, page: Page, place: str
) -> None:
    sandbox.seed(THREE)
    show()
    row = page.tab_to(f".share[data-share='{of('', 1)['id']}']")
    assert page.run("return getComputedStyle(arguments[0]).outlineStyle", row) == "solid"
    page.press(Keys.ENTER)
    assert "sudo mount -t nfs" in page.find("#mount pre").text
    assert page.run("return document.activeElement.textContent") == "small"
    page.tab_to("#mount .code button")
    page.press(Keys.SPACE)
    assert page.run("return document.activeElement.textContent") == "Copied"
    assert page.run("return getSelection().toString()") == page.find("#mount pre").text
    page.press(Keys.ESCAPE)
    assert page.run("return document.activeElement === arguments[0]", row)


def test_the_host_s_server_says_how_to_mount_in_every_style_on_every_system(
    sandbox: Sandbox, host: Host, page: Page
) -> None:
    sandbox.seed(THREE)
    opened(page, host.url, frame="app")
    page.find(".share").click()
    assert "apt-get install" in page.find("#mount pre").text
    choose = [
        Select(page.find(f"[aria-label='{label}']")) for label in ("How to mount it", "The system of the machine")
    ]
    choose[1].select_by_visible_text("fedora")
    page.wait_for("return document.querySelector('#mount pre')?.textContent.includes('dnf install')")
    choose[0].select_by_visible_text("kubernetes")
    page.wait_for("return document.querySelector('#mount pre')?.textContent.includes('kind: PersistentVolume')")
    assert page.texts("#mount p")[0].startswith("Into small-")
    assert page.texts("#mount .points li")[0] == 'Only machines in VPC "default-atl1" reach it.'
    assert [call["arguments"] for call in host.calls if call["name"] == "get_mount_instructions"] == [
        {"share": of("", 1)["id"], "style": [style], "os": os}
        for style, os in [("command", "ubuntu"), ("command", "fedora"), ("kubernetes", "fedora")]
    ]
    page.picture("host-share")


def test_a_share_that_cannot_be_mounted_says_why(sandbox: Sandbox, show: Open, page: Page) -> None:
    sandbox.seed(THREE)
    show()
    page.find(f".share[data-share='{of('', 3)['id']}']").click()
    assert "FAILED" in page.find("#mount [role=alert]").text


def test_a_host_and_the_sandbox_show_the_same_page(sandbox: Sandbox, host: Host, page: Page) -> None:
    sandbox.seed("team")
    # In reading order: all of the texts, and where bars end and dots are.
    script = """
        return [...document.querySelectorAll('#overview *')].filter(e => e.offsetParent && !e.children.length)
            .map(e => [e.textContent, e.title, e.getAttribute('style')])
    """
    opened(page, host.url, frame="app")
    hosted = page.run(script)
    with serve(sandbox) as url:
        opened(page, f"{url}/_sandbox/")
        assert page.run(script) == hosted
    assert len(hosted) > 100


@pytest.mark.parametrize("name", ["small", "-- My Data_1 --", "...", "x" * 39 + "_yz"])
def test_the_sandbox_shows_the_commands_of_the_server(sandbox: Sandbox, host: Host, page: Page, name: str) -> None:
    sandbox.seed({"shares": [{"name": name, "region": "atl1"}]})
    opened(page, host.url, frame="app")
    page.find(".share").click()
    hosted = page.find("#mount pre").text
    with serve(sandbox) as url:
        opened(page, f"{url}/_sandbox/")
        page.find(".share").click()
        assert page.find("#mount pre").text == hosted
    assert hosted.count("/mnt/") == 2


def test_an_empty_sandbox_says_how_to_fill_it(sandbox: Sandbox, page: Page) -> None:
    sandbox.seed("empty")
    with serve(sandbox) as url:
        opened(page, f"{url}/_sandbox/")
        command = page.find("#status").text.rpartition(" run: ")[2]
        subprocess.run(shlex.split(command.replace("curl", "curl --noproxy '*' -sf")), check=True, timeout=60)
    assert len(sandbox.state()["shares"]) > 3


def test_do_nfs_mcp_ui_shows_the_account(sandbox: Sandbox, page: Page) -> None:
    sandbox.seed("team")
    with serve(sandbox) as url:
        command = [sys.executable, "-m", "do_nfs_mcp", "ui", "--api-url", url]
        variables = {**os.environ, "DIGITALOCEAN_ACCESS_TOKEN": TOKEN, "CI": "1"}
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=variables) as ui:
            assert ui.stderr
            address = next(word for word in ui.stderr.readline().split() if word.startswith("http"))
            opened(page, address)
            assert len(page.all(".share")) == len(sandbox.state()["shares"])
            page.run("[...document.querySelectorAll('.share')].find(s => s.dataset.state === 'ACTIVE').click()")
            assert "sudo mount -t nfs" in page.find("#mount pre").text
            page.find("#back").click()
            sandbox.seed("empty")
            page.find("#refresh").click()
            page.wait_for("return document.getElementById('status').textContent === 'There are no shares.'")
            ui.send_signal(signal.SIGINT)
            assert ui.wait(60) == 0
            page.find("#refresh").click()
            page.wait_for("return document.getElementById('alert').textContent.startsWith('The server has ended.')")
    assert all(asked.startswith(address) for asked in page.requests())
    # What the browser says of an address where nobody listens any more.
    assert all("ERR_CONNECTION_REFUSED" in complaint for complaint in page.complaints())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_fault_in_the_page(sandbox: Sandbox, show: Open, page: Page, place: str, theme: str) -> None:
    sandbox.seed("team")
    show(theme=theme)
    assert page.violations() == []
    page.picture(f"{place}-team-{theme}")
    page.run("document.querySelectorAll('.share')[2].click()")
    page.find("#mount pre")
    assert page.violations() == []
    page.picture(f"{place}-share-{theme}")


def test_the_page_is_read_out_as_words(sandbox: Sandbox, page: Page) -> None:
    sandbox.seed("team")
    with serve(sandbox) as url:
        opened(page, f"{url}/_sandbox/")
        read = {css: (found.aria_role, found.accessible_name) for css in ROLES if (found := page.find(css))}
    assert read == ROLES


def test_narrow_pictures_are_kept(sandbox: Sandbox, show: Open, page: Page, place: str) -> None:
    sandbox.seed("team")
    show(width=400)
    assert_nothing_sticks_out(page)
    page.picture(f"{place}-team-400")


@pytest.mark.parametrize(("host_s", "person_s"), [("dark", "light"), ("light", "dark")])
def test_the_host_s_theme_outranks_the_person_s(host: Host, page: Page, host_s: str, person_s: str) -> None:
    opened(page, f"{host.url}?theme={host_s}", frame="app", theme=person_s)
    script = "return getComputedStyle(document.documentElement).backgroundColor"
    background = {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 25, 30)"}
    assert page.run(script) == background[host_s]
    assert page.run("return getComputedStyle(document.body).fontFamily").startswith('"DejaVu Sans"')
    page.leave_frame()
    page.run("tell({method: 'ui/notifications/host-context-changed', params: {theme: arguments[0]}})", person_s)
    page.enter_frame()
    page.wait_for(f"{script} === arguments[0]", background[person_s])


def test_the_host_is_told_how_much_room_the_page_takes(sandbox: Sandbox, host: Host, page: Page) -> None:
    sandbox.seed("team")
    opened(page, host.url, frame="app")
    page.wait_for("return document.documentElement.scrollHeight === innerHeight")
    page.leave_frame()
    heard = page.run("return heard.map(message => message.method)")
    assert heard[:2] == ["ui/initialize", "ui/notifications/initialized"]
    assert set(heard[2:]) == {"ui/notifications/size-changed"}


def test_a_host_s_requests_are_answered(host: Host, page: Page) -> None:
    opened(page, host.url, frame="app")
    page.leave_frame()
    page.run("tell({id: 'p', method: 'ping'}); tell({id: 't', method: 'ui/resource-teardown', params: {reason: 'x'}});")
    page.run("tell({id: 'n', method: 'no/such'}); tell({method: 'no/such/notification'});")
    answers = page.wait_for("const found = heard.filter(m => !m.method); return found.length === 3 && found")
    assert [(answer["id"], answer.get("result"), answer.get("error", {}).get("code")) for answer in answers] == [
        ("p", {}, None),
        ("t", {}, None),
        ("n", None, -32601),
    ]


def test_a_refresh_shows_what_is_new(sandbox: Sandbox, show: Open, page: Page) -> None:
    sandbox.seed({"shares": [of("first", 1)]})
    show()
    sandbox.seed({"shares": [of("first", 1), of("second", 2)]})
    page.find("#refresh").click()
    page.wait_for("return document.querySelectorAll('.share').length === 2")
    assert page.all("#status, #alert") == []


def test_a_refresh_asks_for_what_was_asked_for(sandbox: Sandbox, host: Host, page: Page) -> None:
    sandbox.seed("team")
    opened(page, f'{host.url}?arguments={{"region": "nyc2", "snapshot_days": 30}}', frame="app")
    assert page.texts(".region h3") == ["nyc2"]
    page.find("#refresh").click()
    page.wait_for("return document.getElementById('status').hidden")
    assert host.calls == [
        {"name": "get_storage_overview", "arguments": {"region": "nyc2", "snapshot_days": 30}},
        {"name": "get_storage_overview", "arguments": {"region": "nyc2", "snapshot_days": 30}},
    ]


def test_what_the_api_refuses_is_said(sandbox: Sandbox, host: Host, page: Page) -> None:
    sandbox.add_fault("status", status=403, times=1)
    page.open(host.url, frame="app")
    assert "lacks the scope" in page.find("#alert").text
    page.find("#refresh").click()
    page.wait_for("return document.getElementById('status').textContent.startsWith('There are no shares.')")
    assert page.all("#alert") == []


def test_a_host_that_passes_on_less_shows_less(sandbox: Sandbox, host: Host, page: Page) -> None:
    sandbox.seed(THREE)
    opened(page, host.url, frame="app")
    tell = """
        call({ name: 'get_storage_overview', arguments: {} }).then(result => {
            delete result[arguments[0]];
            tell({ method: 'ui/notifications/tool-result', params: result });
        });
    """
    page.leave_frame()
    page.run(tell, "_meta")
    page.enter_frame()
    assert page.find("#status").text.startswith("The host passed on the sums alone")
    assert page.texts("#problems .name") == ["broken", "bad of a share that is not listed", "large", "large"]
    assert page.texts(".region header .quiet") == ["2 shares, 1,500 GiB", "1 share, 100 GiB"]
    assert page.texts(".share") == []
    page.leave_frame()
    page.run(tell, "structuredContent")
    page.enter_frame()
    assert page.find("#alert").text.startswith("In all: 3 shares, 500 GiB usable, 100 GiB FAILED, 1000 GiB INACTIVE;")


def test_a_host_that_lets_no_page_call_tools_is_not_a_fault(sandbox: Sandbox, host: Host, page: Page) -> None:
    sandbox.seed(THREE)
    opened(page, f"{host.url}?refuses", frame="app")
    page.find(".share").click()
    assert page.find("#mount [role=alert]").text == "This host lets no page call tools."
    page.find("#back").click()
    page.find("#refresh").click()
    assert page.find("#alert").text == "This host lets no page call tools."
    assert len(page.all(".share")) == 3
