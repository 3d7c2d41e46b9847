"""`do-nfs-mcp install` as a person types it."""

import codecs
import json
import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from do_nfs_mcp.account_token.command_line import join
from do_nfs_mcp.cli import main
from do_nfs_mcp.cli.install.hosts import HOSTS, Host, HostEnvironment

from ...support.constants import TOKEN

Install = Callable[..., str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, and no token."""
    hosts = ("CLAUDE_", "CLINE_", "CODEX_", "COPILOT_", "GEMINI_", "QWEN_")
    for variable in list(os.environ):
        if variable.startswith(("DIGITALOCEAN_", "XDG_", *hosts)):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable, folder in (("USERPROFILE", "."), ("APPDATA", "AppData/Roaming"), ("LOCALAPPDATA", "AppData/Local")):
        monkeypatch.setenv(variable, str(tmp_path / folder))
    return tmp_path


@pytest.fixture
def install(capsys: pytest.CaptureFixture[str]) -> Install:
    """Run the command; what it says on stdout."""

    def install(*arguments: str) -> str:
        main.main(["install", *arguments])
        return capsys.readouterr().out

    return install


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Install:
    """Run the command, which has to refuse; what it says, which has to be one line."""

    def refused(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main.main(["install", *arguments])
        said = capsys.readouterr()
        assert (ended.value.code, said.out) == (2, "")
        assert said.err.startswith("do-nfs-mcp install: error: ")
        assert said.err.count("\n") == 1
        return said.err

    return refused


def configuration(host: Host) -> Path:
    return host.configuration(HostEnvironment(sys.platform, os.environ, str(Path.home())))


def servers(host: Host, path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    found: dict[str, Any] = (tomllib.loads(text) if path.suffix == ".toml" else json.loads(text))[host.section]
    return found


def program(entry: dict[str, Any]) -> str:
    command = entry["command"]
    return str(command[0] if isinstance(command, list) else command)


def everything_below(folder: Path) -> dict[str, bytes | None]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


USUAL = {
    "claude-desktop": '{"globalShortcut": "", "mcpServers": {"files": {"command": "npx", "args": ["-y", "files"]}}}',
    "claude-code": json.dumps({"numStartups": 41, "projects": {"/w": {"mcpServers": {}}}, "mcpServers": {}}, indent=2),
    "cursor": '{\n\t"mcpServers": {\n\t\t"a": { "url": "https://a.test" }, // ours\n\t},\n}\n',
    "vscode": '// mine\r\n{\r\n    "servers": {},\r\n    "inputs": [],\r\n}\r\n',
    "codex": 'model = "x"\n\n[mcp_servers.a]\ncommand = "npx"\n\n# which\n[tui]\nnotifications = true\n',
    "gemini-cli": '{\n  // mine\n  "security": {"auth": {"selectedType": "oauth-personal"}},\n  "mcpServers": {}\n}\n',
    "copilot-cli": '{\n  "mcpServers": {\n    "a": {"type": "http", "url": "https://a.test", "tools": ["*"]}\n  }\n}\n',
    "opencode": '{\n  "$schema": "https://opencode.ai/config.json",\n  "mcp": {}, // none yet\n}\n',
    "qwen-code": '{"model": {"name": "x"}}',
    "cline": '{\n  "mcpServers": {\n    "a": {"command": "npx", "disabled": true}\n  }\n}',
    "zed": '// Zed settings\n{\n  "vim_mode": true,\n  "context_servers": {\n    "a": {"settings": {}},\n  },\n}\n',
    "windsurf": '{"mcpServers": {"a": {"serverUrl": "https://a.test/mcp"}}}',
}


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_a_host_gets_the_server_and_its_configuration_back(host: Host, install: Install, home: Path) -> None:
    path = configuration(host)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(USUAL[host.name].encode())
    path.chmod(0o640)
    before = everything_below(home)

    said = install(host.name, "--read-only")
    assert f'{host.title} now has "nfs" in {path}' in said
    added = everything_below(home)
    backup = path.with_name(f"{path.name}.do-nfs-mcp.bak")
    assert backup.read_bytes() == USUAL[host.name].encode()
    assert added.keys() == before.keys() | {str(backup.relative_to(home))}
    if os.name != "nt":
        assert [stat.S_IMODE(p.stat().st_mode) for p in (path, backup)] == [0o640, 0o640]

    assert "already" in install(host.name, "--read-only")
    assert everything_below(home) == added
    assert 'Updated "nfs"' in install(host.name, "--destructive", "deny")

    assert "no longer" in install(host.name, "--uninstall")
    assert everything_below(home) == before
    assert 'has no "nfs"' in install(host.name, "--uninstall")
    assert everything_below(home) == before


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_a_host_without_a_configuration_gets_one_that_others_cannot_read(
    host: Host, install: Install, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_API_TOKEN", TOKEN)
    assert "from DIGITALOCEAN_" in (said := install(host.name))
    path = configuration(host)
    assert not path.read_bytes().startswith(codecs.BOM_UTF8)
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Path(program(servers(host, path)["nfs"])).exists()
    assert TOKEN not in path.read_text() + said
    assert "which held nothing but" in install(host.name, "--uninstall")
    assert [name for name, content in everything_below(home).items() if content is not None] == []


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_the_token_is_written_down_only_on_request_and_goes_without_a_trace(
    host: Host, install: Install, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configuration(host)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(USUAL["codex"] if host.name == "codex" else "{}")
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    install(host.name)
    assert "in clear text" in install(host.name, "--token-in-clear")
    entry = servers(host, path)["nfs"]
    assert entry[host.variables] == {"DIGITALOCEAN_TOKEN": TOKEN}
    assert "env_vars" not in entry
    install(host.name, "--uninstall")
    assert not [name for name, content in everything_below(home).items() if content and TOKEN.encode() in content]


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("first_out", ["nfs", "other"])
def test_of_two_entries_the_backup_has_neither(
    host: Host, first_out: str, install: Install, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configuration(host)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(USUAL[host.name].encode())
    before = everything_below(home)
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    install(host.name, "--token-in-clear")
    install(host.name, "--name", "other", "--sandbox")
    assert TOKEN in path.read_text()
    assert TOKEN not in path.with_name(f"{path.name}.do-nfs-mcp.bak").read_text()
    install(host.name, "--uninstall", "--name", first_out)
    install(host.name, "--uninstall", "--name", "other" if first_out == "nfs" else "nfs")
    assert everything_below(home) == before


@pytest.mark.parametrize(("written", "left"), [("{}", ""), ("{}", ', "theme": "dark"'), ('{"mcpServers": {}}', "")])
def test_a_section_that_came_with_the_entry_goes_with_it_from_a_file_that_others_changed(
    written: str, left: str, install: Install
) -> None:
    path = configuration(HOSTS["claude-code"])
    before = {"startups": 1, **json.loads(written)}
    path.write_text(json.dumps(before, indent=2))
    install("claude-code")
    path.write_text(path.read_text().replace('"startups": 1', f'"startups": 2{left}'))
    install("claude-code", "--uninstall")
    assert json.loads(path.read_text()) == {**before, "startups": 2, **json.loads("{" + left[1:] + "}")}


def test_a_comment_in_a_section_that_came_with_the_entry_stays(install: Install) -> None:
    path = configuration(HOSTS["cursor"])
    path.parent.mkdir(parents=True)
    path.write_text('{\n  "a": 1\n}\n')
    install("cursor")
    path.write_text(path.read_text().replace('"mcpServers": {', '"mcpServers": { // mine'))
    install("cursor", "--uninstall")
    assert "// mine" in path.read_text()


def test_the_servers_options_go_into_the_entry(install: Install, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    options = [
        "--read-only",
        "--destructive",
        "deny",
        "--ask",
        "browser",
        "--wait-seconds",
        "30",
        "--log-level",
        "info",
    ]
    said = install("cursor", "--sandbox", "state.db", *options, "--api-url", "https://api.test", "--name", "nfs-test")
    assert f"The server uses the sandbox in {home / 'state.db'}, which needs no token." in said
    entry = servers(HOSTS["cursor"], configuration(HOSTS["cursor"]))["nfs-test"]
    assert sorted(entry) == ["args", "command"]
    # A host starts it somewhere else.
    expected = ["--sandbox", str(home / "state.db"), "--api-url", "https://api.test", "--read-only"]
    expected += ["--destructive", "deny", "--ask", "browser", "--wait-seconds", "30", "--log-level", "INFO"]
    assert entry["args"] == expected
    said = install("cursor", "--sandbox")
    assert "starts empty each time; --sandbox PATH keeps it" in said
    assert servers(HOSTS["cursor"], configuration(HOSTS["cursor"]))["nfs"]["args"] == ["--sandbox"]


def test_who_installs_for_gemini_cli_is_told_to_trust_the_folder(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    trust = "If it does not ask, type /permissions in it; until then `gemini mcp list` shows the server as Disabled."
    assert trust in install("gemini-cli", "--sandbox")
    main.main(["install", "gemini-cli", "--print"])
    assert trust in capsys.readouterr().err
    assert "trust" not in install("codex", "--sandbox")


def test_what_a_person_narrowed_in_an_entry_stays_when_it_is_brought_up_to_date(install: Install) -> None:
    path = configuration(HOSTS["copilot-cli"])
    install("copilot-cli")
    path.write_text(path.read_text().replace('"*"', '"list_shares"'))
    assert 'Updated "nfs"' in install("copilot-cli", "--read-only")
    assert servers(HOSTS["copilot-cli"], path)["nfs"]["tools"] == ["list_shares"]
    path.write_text(json.dumps({"mcpServers": {"nfs": {"type": "local", "command": "do-nfs-mcp"}}}))
    install("copilot-cli")
    assert servers(HOSTS["copilot-cli"], path)["nfs"]["tools"] == ["*"]


@pytest.mark.parametrize("there", ["opencode.json", "opencode.jsonc"])
def test_of_two_files_a_host_reads_the_one_that_is_there_gets_the_entry(there: str, install: Install) -> None:
    path = configuration(HOSTS["opencode"]).with_name(there)
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    install("opencode", "--sandbox")
    assert servers(HOSTS["opencode"], path)["nfs"]["command"][1:] == ["--sandbox"]


def test_what_is_printed_is_what_would_be_written(install: Install, home: Path) -> None:
    for host in HOSTS.values():
        shown = install(host.name, "--print")
        assert everything_below(home) == {}
        install(host.name)
        assert configuration(host).read_text(encoding="utf-8") == shown
        install(host.name, "--uninstall")
        for folder in sorted(home.rglob("*"), reverse=True):
            folder.rmdir()


@pytest.mark.parametrize("host", [(), ("emacs",)])
def test_print_shows_for_any_other_host_what_most_hosts_take(
    install: Install, home: Path, host: tuple[str, ...]
) -> None:
    entry = json.loads(install(*host, "--print", "--sandbox"))["mcpServers"]["nfs"]
    assert Path(entry["command"]).exists()
    assert entry["args"] == ["--sandbox"]
    assert everything_below(home) == {}


def test_install_writes_to_the_file_that_config_names(install: Install, home: Path) -> None:
    install("vscode", "--config", str(home / ".vscode/mcp.json"))
    assert [name for name, content in everything_below(home).items() if content] == [str(Path(".vscode/mcp.json"))]


def test_a_folder_with_letters_that_the_terminal_does_not_have_is_not_a_fault(home: Path) -> None:
    folder = home / "grün"
    folder.mkdir()
    variables = {**os.environ, "HOME": str(folder), "USERPROFILE": str(folder), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "do_nfs_mcp", "install", "cursor", "--sandbox"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=variables)
    assert r"gr\xfcn" in ended.stdout
    assert (folder / ".cursor" / "mcp.json").exists()


def test_a_byte_order_mark_goes_when_the_configuration_is_written(install: Install) -> None:
    path = configuration(HOSTS["claude-desktop"])
    path.parent.mkdir(parents=True)
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert "byte order mark" in install("claude-desktop")
    assert path.read_bytes().startswith(b'{"a": 1, "mcpServers"')
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    said = install("claude-desktop")
    assert 'Updated "nfs"' in said
    assert "byte order mark" in said
    assert "byte order mark" not in install("claude-desktop", "--read-only")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert "byte order mark" in install("claude-desktop", "--uninstall")
    assert everything_below(path.parent) == {path.name: b'{"a": 1}'}


@pytest.mark.skipif(os.name == "nt", reason="modes say nothing there")
@pytest.mark.parametrize("before", [(), ("--sandbox",), ("--token-in-clear",)])
def test_a_file_that_gets_the_token_is_for_its_owner_only_and_so_is_its_backup(
    before: tuple[str, ...], install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    path = configuration(HOSTS["cursor"])
    backup = path.with_name("mcp.json.do-nfs-mcp.bak")
    path.parent.mkdir()
    path.write_text('{"a": 1}')
    if before:
        install("cursor", *before)
        backup.chmod(0o644)
    path.chmod(0o644)
    assert "Only you can read the file." in install("cursor", "--token-in-clear")
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, backup)] == [0o600, 0o600]


def test_a_file_that_only_refers_to_the_token_keeps_its_permissions(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    path = configuration(HOSTS["cursor"])
    path.parent.mkdir()
    path.write_text('{"a": 1}')
    before = path.stat().st_mode
    assert "may read" not in install("cursor") + install("cursor", "--sandbox", "--token-in-clear")
    assert path.stat().st_mode == before


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_stays_a_link(install: Install, home: Path) -> None:
    kept = home / "dotfiles/config.toml"
    kept.parent.mkdir()
    kept.write_text("a = 1\n")
    path = configuration(HOSTS["codex"])
    path.parent.mkdir()
    path.symlink_to(kept)
    install("codex")
    assert path.is_symlink()
    assert "nfs" in servers(HOSTS["codex"], kept)
    install("codex", "--uninstall")
    assert path.is_symlink()
    assert kept.read_text() == "a = 1\n"


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"mcpServers": {}', b"a", b"\xff\xfe{\x00}\x00"])
@pytest.mark.parametrize("action", [(), ("--uninstall",)])
def test_a_configuration_that_is_broken_stays_as_it_is(
    content: bytes, action: tuple[str, ...], refused: Install, home: Path
) -> None:
    for host in HOSTS.values():
        path = configuration(host)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        before = everything_below(home)
        said = refused(host.name, *action)
        assert str(path) in said
        assert "nothing was written" in said
        assert everything_below(home) == before


def test_a_folder_in_place_of_the_configuration_is_refused(refused: Install, home: Path) -> None:
    (home / ".codex/config.toml").mkdir(parents=True)
    assert "cannot be changed: " in refused("codex")
    assert "cannot be changed: " in refused("codex", "--uninstall")


def test_a_file_in_place_of_a_folder_is_refused(refused: Install, home: Path) -> None:
    (home / ".cursor").write_text("not a folder")
    assert "cannot be changed: " in refused("cursor")
    assert everything_below(home) == {".cursor": b"not a folder"}


@pytest.mark.parametrize("more", [(), ("--uninstall",)])
def test_a_file_that_may_only_be_read_stays_as_it_is(
    more: tuple[str, ...], install: Install, refused: Install, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configuration(HOSTS["cursor"])
    path.parent.mkdir()
    path.write_text("{}")
    if more:
        install("cursor", "--sandbox")
    path.chmod(0o444)
    # Root may write to it, too.
    monkeypatch.setattr(os, "access", lambda file, mode: bool(Path(file).stat().st_mode & stat.S_IWUSR))
    before = everything_below(home)
    assert "cannot be changed: Permission denied; nothing was written" in refused("cursor", *more)
    assert everything_below(home) == before
    path.chmod(0o644)


def test_a_file_that_cannot_be_replaced_stays_as_it_is(
    refused: Install, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configuration(HOSTS["cursor"])
    path.parent.mkdir()
    path.write_text("{}")
    # Nobody may write there, as far as root can be told so.
    path.with_name("mcp.json.do-nfs-mcp.bak").mkdir()
    before = everything_below(home)
    assert "cannot be changed: " in refused("cursor")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    path.with_name("mcp.json.do-nfs-mcp.bak").rmdir()
    assert "cannot be changed: No space left on device; nothing was written" in refused("cursor")
    assert everything_below(home).items() <= before.items()


def test_no_backup_is_left_of_what_was_not_changed(
    refused: Install, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configuration(HOSTS["cursor"])
    path.parent.mkdir()
    path.write_text("{}")
    before = everything_below(home)
    replace = Path.replace

    def only_the_backup(self: Path, target: Path) -> Path:
        if target == path:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", only_the_backup)
    assert "No space left on device; nothing was written" in refused("cursor")
    assert everything_below(home) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "HOST is missing: choose one of claude-desktop, claude-code, cursor, vscode, codex, gemini-cli, "),
        (("vscoed",), 'unknown host "vscoed": did you mean "vscode"?'),
        (("Cursor",), 'unknown host "Cursor": did you mean "cursor"?'),
        (("emacs",), 'unknown host "emacs": known hosts are claude-desktop'),
        (("cursor", "vscode"), "unrecognized arguments: vscode"),
        (("cursor", "--readonly"), "unrecognized arguments: --readonly"),
        (("cursor", "--name", "my nfs"), "--name may have only letters"),
        (("cursor", "--name", ""), "--name may have only letters"),
        (("cursor", "--api-url", "http://api.test"), "--api-url has to be https"),
        (("cursor", "--sandbox="), "--sandbox takes the path of a file"),
        (("cursor", "--print", "--uninstall"), "not allowed with argument --print"),
        (("cursor", "--token-file="), "--token-file: has to be the path of a file"),
        (("cursor", "--token-command", "op 'read"), "--token-command: has to be a program and its arguments"),
        (("cursor", "--token-file", "a", "--doctl-context", "b"), "give either --token-file or --doctl-context"),
        (("cursor", "--token-in-clear", "--token-file", "a"), "--token-file from elsewhere: give only one"),
        (("cursor", "--token-in-clear"), "--token-in-clear takes the token from DIGITALOCEAN_ACCESS_TOKEN"),
    ],
)
def test_a_wrong_command_line_of_install_is_refused_in_one_line(
    arguments: tuple[str, ...], said: str, refused: Install, home: Path
) -> None:
    assert said in refused(*arguments)
    assert everything_below(home) == {}


def test_the_entry_of_another_server_is_not_touched(refused: Install, home: Path) -> None:
    path = configuration(HOSTS["cursor"])
    path.parent.mkdir()
    path.write_text('{"mcpServers": {"nfs": {"command": "nfs-server"}}}')
    before = everything_below(home)
    for action in ((), ("--uninstall",)):
        assert 'has an entry "nfs" that starts something else; choose another name with --name' in refused(
            "cursor", *action
        )
    assert everything_below(home) == before


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_any_host_can_be_told_where_else_the_token_is(
    host: Host, install: Install, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    install(host.name)
    monkeypatch.chdir(home)
    program = str(Path(sys.executable).absolute())
    monkeypatch.setenv("PATH", str(Path(program).parent))
    for given, entered in (
        (("--token-file", "token"), ("--token-file", str(home / "token"))),
        (("--doctl-context", "work"), ("--doctl-context", "work")),
        # A host may have another PATH.
        (
            ("--token-command", f"{Path(program).name} -c 'print(1)'"),
            ("--token-command", join([program, "-c", "print(1)"])),
        ),
        (("--token-command", "no-such-program x"), ("--token-command", "no-such-program x")),
    ):
        said = install(host.name, *given)
        assert f"The token is not in the entry: the server gets it as {given[0]} says." in said
        entry = servers(host, configuration(host))["nfs"]
        command = entry["command"] if isinstance(entry["command"], list) else [entry["command"], *entry["args"]]
        assert command[-2:] == list(entered)
        # What it had from before.
        assert not entry.get(host.variables)
        assert "env_vars" not in entry


def test_limits_go_into_the_entry_each_value_by_itself(install: Install) -> None:
    given = ["--regions", "nyc2,at*", "--protect", "prod-*", "--protect", "a,b", "--max-shares", "3"]
    given += ["--exclude-tools", "prune_*", "--tiers", "standard", "--allowance-gib", "unlimited", "--allow-no-squash"]
    given += ["--price", "standard=0.10,high=0.20"]
    entry = json.loads(install("other", "--print", "--sandbox", *given))["mcpServers"]["nfs"]
    assert entry["args"] == [
        *("--sandbox", "--exclude-tools", "prune_*", "--max-shares", "3", "--regions", "nyc2", "--regions", "at*"),
        *("--tiers", "standard", "--protect", "prod-*", "--protect", "a,b", "--allowance-gib", "unlimited"),
        *("--price", "standard=0.10", "--price", "high=0.20", "--allow-no-squash"),
    ]


def test_a_value_that_begins_like_an_option_is_one_word_with_its_option(install: Install) -> None:
    entry = json.loads(install("other", "--print", "--sandbox", "--protect=-x", "--vpcs=-y,z"))["mcpServers"]["nfs"]
    assert entry["args"] == ["--sandbox", "--vpcs=-y", "--vpcs", "z", "--protect=-x"]
    assert json.loads(install("other", "--print", *entry["args"]))["mcpServers"]["nfs"] == entry
