"""A token that doctl has been given."""

import os
import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from do_nfs_mcp.account_token.doctl import configurations, doctl_source, tokens_in
from do_nfs_mcp.account_token.source import NoTokenError
from hypothesis import given
from hypothesis import strategies as st

from ..support.properties import examples

# As Go's yaml package writes it.
WRITTEN = """\
access-token: dop_v1_00000000
api-url: "https://api.digitalocean.com"
apps:
    create:
        access-token: not-this-one
        alert-destinations: ""
auth-contexts:
    "123": dop_v1_33333333
    'it''s': dop_v1_44444444
    my team: dop_v1_55555555
    work: doo_v1_11111111
context: work
droplets:
- auth-contexts
- work: not-this-one
http-retry-max: 5
oauth-tokens:
    work:
        refresh-token: dor_v1_22222222
output: text
"""
TOKENS = {
    "default": "dop_v1_00000000",
    "123": "dop_v1_33333333",
    "it's": "dop_v1_44444444",
    "my team": "dop_v1_55555555",
    "work": "doo_v1_11111111",
}


def test_the_tokens_are_found_where_doctl_writes_them() -> None:
    assert tokens_in(WRITTEN) == TOKENS
    assert yaml.safe_load(WRITTEN)["auth-contexts"].items() < TOKENS.items()


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + WRITTEN,
        "---\n# mine\n\n" + WRITTEN,
        WRITTEN.replace("\n", "\r\n"),
        WRITTEN.replace("    ", "  "),
        WRITTEN.replace("dop_v1_00000000", "'dop_v1_00000000'  # mine"),
        WRITTEN.replace("doo_v1_11111111", '"doo_v1_11111111"'),
        WRITTEN.replace("access-token: dop", "Access-Token: dop").replace("work: doo", "Work: doo"),
        WRITTEN + "more: |-\n    access-token: not-this-one\n    auth-contexts:\n",
    ],
)
def test_the_tokens_are_found_however_a_person_has_edited_the_file(text: str) -> None:
    assert tokens_in(text) == TOKENS


@pytest.mark.parametrize(
    "text", ["", "auth-contexts: {}\n", "auth-contexts:\n", 'access-token: ""\n', "context: work\n"]
)
def test_a_file_without_a_token_has_none(text: str) -> None:
    assert tokens_in(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "access-token: [dop_v1_1]\n",
        "access-token: &a dop_v1_1\n",
        "access-token: *a\n",
        "access-token: !!str dop_v1_1\n",
        "access-token: |-\n    dop_v1_1\n",
        "access-token:\n    dop_v1_1\n",
        "access-token: dop_v1_1\n  and more\n",
        'access-token: "dop\\u005fv1_1"\n',
        "access-token: dop_v1_1\naccess-token: dop_v1_2\n",
        "access-token: dop_v1_1\n---\naccess-token: dop_v1_2\n",
        "access-token:\n- dop_v1_1\n",
        "auth-contexts: {work: dop_v1_1}\n",
        "auth-contexts:\n    work:\n        token: dop_v1_1\n",
        "auth-contexts:\n    work: dop_v1_1\n    work: dop_v1_2\n",
        "auth-contexts:\n    work: dop_v1_1\n  other: dop_v1_2\n",
        "auth-contexts:\n- work\n",
        "auth-contexts:\n\twork: dop_v1_1\n",
        "{access-token: dop_v1_1}\n",
        "dop_v1_1\n",
        "? access-token\n: dop_v1_1\n",
    ],
)
def test_what_doctl_does_not_write_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        tokens_in(text)


CONTEXTS = st.dictionaries(
    st.text(string.ascii_lowercase + string.digits + " _.@'\"#:-/", min_size=1, max_size=20).filter(
        lambda name: name != "default"
    ),
    st.text("0123456789abcdef", min_size=8, max_size=64).map("dop_v1_{}".format),
    max_size=5,
)


@examples(300)
@given(contexts=CONTEXTS, indent=st.sampled_from([2, 4]), others=st.dictionaries(st.text("abc-"), st.text()))
def test_the_tokens_are_those_that_a_parser_of_yaml_finds_or_none(
    contexts: dict[str, str], indent: int, others: dict[str, Any]
) -> None:
    settings = {**others, "access-token": "dop_v1_0", "auth-contexts": contexts}
    text = yaml.safe_dump(settings, indent=indent, width=10_000)
    try:
        found = tokens_in(text)
    except ValueError:
        # A key or a text that YAML has to write in a way of its own.
        return
    assert found == {"default": "dop_v1_0", **contexts}


@examples(100)
@given(
    contexts=st.dictionaries(
        st.text(string.ascii_lowercase + string.digits + "_-. ", min_size=1).filter(
            lambda name: name != "default" and name == name.strip() and name.strip("-. ?")
        ),
        st.just("dop_v1_1"),
    )
)
def test_the_names_that_people_give_are_all_understood(contexts: dict[str, str]) -> None:
    text = yaml.safe_dump({"auth-contexts": contexts}, width=10_000)
    assert tokens_in(text) == dict.fromkeys(contexts, "dop_v1_1")


HOME = Path("/home/ann")


@pytest.mark.parametrize(
    ("platform", "environment", "paths"),
    [
        ("linux", {}, [".config/doctl/config.yaml", "snap/doctl/current/.config/doctl/config.yaml"]),
        ("linux", {"XDG_CONFIG_HOME": "/x"}, ["/x/doctl/config.yaml", "snap/doctl/current/.config/doctl/config.yaml"]),
        ("darwin", {"XDG_CONFIG_HOME": "/x"}, ["Library/Application Support/doctl/config.yaml"]),
        ("win32", {}, ["AppData/Roaming/doctl/config.yaml"]),
        ("win32", {"APPDATA": "/data"}, ["/data/doctl/config.yaml"]),
    ],
)
def test_the_file_is_where_doctl_keeps_it(platform: str, environment: dict[str, str], paths: list[str]) -> None:
    assert configurations(environment, platform, HOME) == [HOME / path for path in paths]


def keep(home: Path, text: str, folder: str = ".config", mode: int = 0o600) -> Path:
    path = home / folder / "doctl" / "config.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


async def token_of(context: str, home: Path) -> str:
    return await doctl_source(context, {}, "linux", home).read()


@pytest.mark.anyio
async def test_the_token_of_a_context_is_read_whatever_the_case_of_its_name(tmp_path: Path) -> None:
    keep(tmp_path, WRITTEN.replace("work: doo_v1_11111111", "work: of-the-snap"), "snap/doctl/current/.config")
    assert await token_of("work", tmp_path) == "of-the-snap"
    keep(tmp_path, WRITTEN)
    assert [await token_of(name, tmp_path) for name in ("default", "Work")] == [TOKENS["default"], TOKENS["work"]]


@pytest.mark.parametrize(
    ("context", "login"),
    [
        ("default", "doctl auth init"),
        ("Default", "doctl auth init"),
        ("acme", "doctl auth init --context acme"),
        ("Work", "doctl auth init --context work"),
        ("my team", "doctl auth init --context 'my team'"),
    ],
)
def test_another_token_comes_from_a_login_that_names_every_context_but_the_first(context: str, login: str) -> None:
    source = doctl_source(context, {}, "linux", HOME)
    assert (source.replace, source.needs_restart, source.pause) == (f"run {login}", False, 0)


@pytest.mark.anyio
async def test_a_token_that_cannot_be_had_is_told_with_what_to_do(tmp_path: Path) -> None:
    async def refusal(context: str) -> str:
        with pytest.raises(NoTokenError) as refused:
            await token_of(context, tmp_path)
        assert "dop_v1_" not in str(refused.value)
        return str(refused.value)

    path = tmp_path / ".config/doctl/config.yaml"
    assert f"--doctl-context: {path} cannot be read: No such file" in await refusal("default")
    keep(tmp_path, WRITTEN)
    assert (
        f"{path} has no token for play ground, only for: 123, default, it's, my team, work. To add one, run "
        "doctl auth init --context 'play ground'."
    ) in await refusal("Play Ground")
    keep(tmp_path, "access-token: *a\n")
    assert f"{path} is not as doctl writes it. To ask doctl itself, give --token-command" in await refusal("default")
    keep(tmp_path, "access-token: dop_v1_1 2\n")
    assert "is not as doctl writes it" in await refusal("default")
    if os.name != "nt":
        keep(tmp_path, WRITTEN, mode=0o644)
        assert f"{path} is open to others, who may neither read nor write it: chmod 640 {path}" in await refusal("work")
