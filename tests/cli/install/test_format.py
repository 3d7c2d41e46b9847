"""What an entry looks like in a file a person wrote, and which files are refused."""

import json
from textwrap import dedent

import pytest
from do_nfs_mcp.cli.install.entries import add_entry, remove_entry
from do_nfs_mcp.cli.install.format import ConfigurationError, Format
from do_nfs_mcp.cli.install.jsonc import Json
from do_nfs_mcp.cli.install.toml import Toml

STRICT, LENIENT, TOML = Json(comments=False), Json(comments=True), Toml()
ENTRY = {"command": "/x/do-nfs-mcp", "args": []}
KEYS, TOML_KEYS = ("servers", "nfs"), ("mcp_servers", "nfs")

VSCODE = dedent("""\
    {
    \t// What the team uses.
    \t"servers": {
    \t\t"github": {
    \t\t\t"type": "http", "url": "https://api.github.test/mcp/",
    \t\t}, // with an account
    \t\t// "jira": {},
    \t},
    \t"inputs": [ /* none */ ],
    }
    """)
VSCODE_WITH_ENTRY = VSCODE.replace(
    '\t\t// "jira": {},\n',
    '\t\t// "jira": {},\n\t\t"nfs": {\n\t\t\t"command": "/x/do-nfs-mcp",\n\t\t\t"args": []\n\t\t},\n',
)
CODEX = dedent("""\
    model = "gpt-5.2-codex"   # the usual one

    [mcp_servers.github]
    command = "docker"
    args = [
      "run", # [mcp_servers.nfs]
    ]

    [projects."/home/ann/work"]
    trust_level = "trusted"
    """)
CODEX_WITH_ENTRY = CODEX + '\n[mcp_servers.nfs]\ncommand = "/x/do-nfs-mcp"\nargs = []\n'


@pytest.mark.parametrize(
    ("syntax", "keys", "without", "with_entry"),
    [
        (LENIENT, KEYS, VSCODE, VSCODE_WITH_ENTRY),
        (STRICT, KEYS, "{}", json.dumps({"servers": {"nfs": ENTRY}}, indent=2)),
        (STRICT, KEYS, '{"a":1}', f'{{"a":1, "servers": {{"nfs": {json.dumps(ENTRY)}}}}}'),
        (STRICT, KEYS, '{"servers":{"a":{}},"b":[]}', f'{{"servers":{{"a":{{}}, "nfs": {json.dumps(ENTRY)}}},"b":[]}}'),
        (TOML, TOML_KEYS, CODEX, CODEX_WITH_ENTRY),
        (TOML, TOML_KEYS, CODEX.replace("\n", "\r\n"), CODEX_WITH_ENTRY.replace("\n", "\r\n")),
        (TOML, TOML_KEYS, "a = 1", 'a = 1\n\n[mcp_servers.nfs]\ncommand = "/x/do-nfs-mcp"\nargs = []'),
    ],
)  # fmt: skip
def test_an_entry_is_written_in_the_style_that_is_there(
    syntax: Format, keys: tuple[str, str], without: str, with_entry: str
) -> None:
    assert add_entry(syntax, without, keys, ENTRY) == with_entry
    assert remove_entry(syntax, with_entry, keys, without) == without


@pytest.mark.parametrize(
    ("syntax", "keys", "text", "edited"),
    [
        (LENIENT, KEYS, VSCODE_WITH_ENTRY, VSCODE),
        (TOML, TOML_KEYS, CODEX_WITH_ENTRY + "\n# later\n[tui]\n", CODEX + "\n# later\n[tui]\n"),
        (
            LENIENT,
            KEYS,
            '{"servers": {"nfs": {"command": "do-nfs-mcp"}, // mine\n "b": {}}}',
            '{"servers": {// mine\n "b": {}}}',
        ),
        (
            LENIENT,
            KEYS,
            '{"servers": {\n  "b": {}, // about b\n  "nfs": {"command": "do-nfs-mcp"} }}',
            '{"servers": {\n  "b": {} // about b\n   }}',
        ),
        (
            TOML,
            TOML_KEYS,
            '[mcp_servers]\nnfs = { command = "do-nfs-mcp" }\n# b\nb = {}\n',
            "[mcp_servers]\n# b\nb = {}\n",
        ),
        (
            TOML,
            TOML_KEYS,
            '[mcp_servers.nfs]\ncommand = "do-nfs-mcp"\n[mcp_servers.nfs.tools]\n[z]\n[mcp_servers.nfs.env]\nA = ""\n',
            "[z]\n",
        ),
    ],
)  # fmt: skip
def test_an_entry_goes_from_a_configuration_that_has_changed_since(
    syntax: Format, keys: tuple[str, str], text: str, edited: str
) -> None:
    assert remove_entry(syntax, text, keys, "changed since") == edited


@pytest.mark.parametrize(
    ("syntax", "keys", "text", "edited"),
    [
        (
            LENIENT,
            KEYS,
            '{"servers": {"nfs": {"command": "do-nfs-mcp", /* 1 */ "args": ["--sandbox"], "cwd": "/w"}}}',
            '{"servers": {"nfs": {"command": "/x/do-nfs-mcp", /* 1 */ "args": [], "cwd": "/w"}}}',
        ),
        (
            LENIENT,
            KEYS,
            '{"servers": {"nfs": {"command": "do-nfs-mcp", "env": {"DIGITALOCEAN_TOKEN": "t", "A": "1"}}}}',
            '{"servers": {"nfs": {"command": "/x/do-nfs-mcp", "env": {"A": "1"}, "args": []}}}',
        ),
        (
            TOML,
            TOML_KEYS,
            '[mcp_servers.nfs]\ncommand = "do-nfs-mcp" # it\nenv_vars = ["A"]\nstartup_timeout_sec = 9\n\n[tui]\n',
            '[mcp_servers.nfs]\ncommand = "/x/do-nfs-mcp" # it\nstartup_timeout_sec = 9\nargs = []\n\n[tui]\n',
        ),
        (
            TOML,
            TOML_KEYS,
            '[mcp_servers.nfs]\ncommand = "do-nfs-mcp"\nargs = [\n  "--sandbox", # try\n]',
            '[mcp_servers.nfs]\ncommand = "/x/do-nfs-mcp"\nargs = []',
        ),
    ],
)  # fmt: skip
def test_what_a_person_added_to_the_entry_stays_when_it_is_brought_up_to_date(
    syntax: Format, keys: tuple[str, str], text: str, edited: str
) -> None:
    assert add_entry(syntax, text, keys, ENTRY) == edited


@pytest.mark.parametrize(
    ("syntax", "text", "said"),
    [
        (STRICT, '{"a": 1,}', "is not valid JSON (line 1, column 8: there is a comma before })"),
        (STRICT, '{\n  // c\n}', "is not valid JSON (line 2, column 3: expected a name in double quotes)"),
        (LENIENT, '{"a": 1 "b": 2}', "is not valid JSON (line 1, column 9: expected a comma or })"),
        (LENIENT, '{"servers": {', "is not valid JSON (line 1, column 14: expected a name in double quotes)"),
        (LENIENT, '{"a" 1}', "is not valid JSON (line 1, column 6: expected a colon)"),
        (LENIENT, '{"a": nul}', "is not valid JSON (line 1, column 7: expecting value)"),
        (LENIENT, '{"a": NaN}', "is not valid JSON (line 1, column 7: no such value)"),
        (LENIENT, '{"a": "\n"}', "is not valid JSON (line 1, column 8: invalid control character at)"),
        (LENIENT, "{'a': 1}", "is not valid JSON (line 1, column 2: expected a name in double quotes)"),
        (LENIENT, "{} {}", "is not valid JSON (line 1, column 4: there is more after its end)"),
        (LENIENT, "{ /* }", "is not valid JSON (line 1, column 3: expected a name in double quotes)"),
        (LENIENT, "[]", "is not a configuration: it is not a JSON object"),
        (LENIENT, "<<<<<<< HEAD\n{}\n", "is not valid JSON (line 1, column 1: expecting value)"),
        (LENIENT, "[" * 100_000, "is not a configuration: it is nested too deeply"),
        (LENIENT, '{"servers": []}', 'has something under "servers" that holds no servers'),
        (LENIENT, '{"servers": {}, "servers": {}}', 'has "servers" twice in one place; leave one of them'),
        (LENIENT, '{"servers": {"nfs": {"command": "other"}}}', 'has an entry "nfs" that starts something else'),
        (LENIENT, '{"servers": {"nfs": "do-nfs-mcp"}}', 'has an entry "nfs" that starts something else'),
        (TOML, "[servers\n", "is not valid TOML (Expected ']'"),
        (TOML, "a = 1\na = 2\n", "is not valid TOML (Cannot overwrite a value"),
        (TOML, "a = " + "[" * 100_000, "is not a configuration: it is nested too deeply"),
        (TOML, f"a = {'1' * 5000}\n", "is not valid TOML (Exceeds the limit"),
        (TOML, "[[servers]]\n", 'has something under "servers" that holds no servers'),
        (TOML, "servers = { a = {} }\n", "is written in a way that cannot be changed safely"),
        (TOML, 'servers.nfs = { command = "do-nfs-mcp" }\n', 'has "nfs" in no table of its own'),
    ],
)  # fmt: skip
def test_a_configuration_that_cannot_be_changed_is_refused(syntax: Format, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        add_entry(syntax, text, KEYS, ENTRY)
    assert caught.value.problem.startswith(said)
    assert str(caught.value) == f"The configuration {caught.value.problem}."
    assert "\n" not in str(caught.value)


def test_numbers_are_kept_whatever_they_are() -> None:
    text = '{"a": ' + "9" * 5000 + ', "b": 1e999}'
    added = add_entry(LENIENT, text, KEYS, ENTRY)
    assert remove_entry(LENIENT, added, KEYS, "changed since") == text[:-1] + ', "servers": {}}'
    dates = "a = nan\nb = -inf\nc = 1979-05-27T07:32:00Z\n"
    assert remove_entry(TOML, add_entry(TOML, dates, TOML_KEYS, ENTRY), TOML_KEYS, "changed since") == dates
