"""The options of the server, and the settings that they make."""

import itertools
from dataclasses import fields
from typing import Any

import pytest
from do_nfs_mcp.cli.options import HTTP_OPTIONS, SERVER_OPTIONS, settings_from
from do_nfs_mcp.cli.parser import Command, make_parser
from do_nfs_mcp.settings import STATE_VARIABLE, HttpSettings, Settings

from ..support.constants import VPC


def test_every_setting_but_the_token_is_an_option() -> None:
    settings = {field.name for field in fields(Settings)} - {"token", "no_token", "http"}
    assert {option.attribute for option in SERVER_OPTIONS} == settings
    assert [option.attribute for option in HTTP_OPTIONS] == [field.name for field in fields(HttpSettings)]


def test_a_token_is_taken_from_one_place(capsys: pytest.CaptureFixture[str]) -> None:
    sources = [("--token-file", "a"), ("--token-command", "a"), ("--doctl-context", "a")]
    for one, other in itertools.combinations(sources, 2):
        with pytest.raises(SystemExit):
            settings(*one, *other)
        assert f"the token is taken from one place: give either {one[0]} or {other[0]}" in capsys.readouterr().err
    for source in sources:
        assert settings(*source).token_is_elsewhere
    assert not settings().token_is_elsewhere


def test_an_option_of_the_server_has_the_default_of_its_setting() -> None:
    settings = Settings()
    assert {o.attribute: o.default for o in SERVER_OPTIONS} == {
        o.attribute: getattr(settings, o.attribute) for o in SERVER_OPTIONS
    }


def settings(*arguments: str) -> Settings:
    parser = make_parser(Command("server", arguments=SERVER_OPTIONS))
    return settings_from(parser, parser.parse_args(arguments))


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        (["--max-size-gib", "500"], "max_size_gib", 500),
        (["--max-size-gib", "unlimited"], "max_size_gib", None),
        (["--max-shares", "0"], "max_shares", 0),
        (["--regions", "nyc2, ams3", "--regions", "at*"], "regions", ("nyc2", "ams3", "at*")),
        (["--tiers", "standard,high"], "tiers", ("standard", "high")),
        (["--vpcs", "prod-*,796c6fe3-2a1d-4da2-9f3e-38239827dc91"], "vpcs", ("prod-*", VPC)),
        (["--allowance-gib", "0"], "allowance_gib", 0),
        (["--allowance-gib", "unlimited"], "allowance_gib", None),
        (["--price", "standard=0.10,high=0.2"], "price", ("standard=0.10", "high=0.2")),
        (["--protect", "prod-*", "--protect", "a,b"], "protect", ("prod-*", "a,b")),
        (["--tools", "list_*,get_share"], "tools", ("list_*", "get_share")),
        (
            ["--exclude-tools", "delete_share", "--exclude-tools", "prune_*"],
            "exclude_tools",
            ("delete_share", "prune_*"),
        ),
    ],
)
def test_a_limit_is_what_was_given(arguments: list[str], field: str, value: Any) -> None:
    assert getattr(settings(*arguments), field) == value


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--max-size-gib", "0"], "a whole number from 1"),
        (["--max-shares", "-1"], "--max-shares"),
        (["--regions", ""], "a region's slug such as nyc2"),
        (["--regions", "NYC2"], "a region's slug such as nyc2"),
        (["--regions", "nyc2,,ams3"], "a region's slug such as nyc2"),
        (["--allowance-gib", "many"], "--allowance-gib"),
        (["--price", "0.10"], "standard=0.10"),
        (["--price", "gold=1"], "standard=0.10"),
        (["--price", "high=-1"], "standard=0.10"),
        (["--price", "high=nan"], "standard=0.10"),
        (["--tiers", "gold"], "standard or high"),
        (["--vpcs", " "], "a VPC's id or name"),
        (["--protect", ""], "a share's name"),
        (["--tools", "lst_shares"], 'no tool matches "lst_shares": did you mean "list_shares"?'),
        (["--exclude-tools", "delete_share,drop_*"], 'no tool matches "drop_*"'),
        (["--tools", ""], "a tool's name"),
        (["--token-file", ""], "--token-file: has to be the path of a file"),
        (["--token-command", ""], "--token-command: has to be a program and its arguments"),
        (["--token-command", "op read 'a"], "--token-command: has to be a program and its arguments"),
        (["--doctl-context", " "], "--doctl-context: has to be the name of a context, such as default"),
        (["--state", "127.0.0.1:6379"], "--state: has to be a URL such as redis://127.0.0.1:6379/0"),
        (["--state", "http://127.0.0.1:6379/0"], "--state: has to be a URL such as redis://"),
        (["--state", "redis:///0"], "--state: has to be a URL such as redis://"),
        (["--state", "redis://store:port/0"], "--state: has to be a URL such as redis://"),
        (["--state", "redis://store/main"], "--state: has to be a URL such as redis://"),
        # What the client would take from there could switch TLS's checks off.
        (["--state", "rediss://store/0?ssl_cert_reqs=none"], "--state: has to be a URL such as redis://"),
        (["--state", "redis://:secret@store/0"], "--state: takes no password"),
        (["--state-prefix", ""], "--state-prefix: has to be 1 to 64 letters"),
        (["--state-prefix", "a*"], "--state-prefix: has to be 1 to 64 letters"),
        (["--state-password-file", "file"], "--state-password-file is for --state, which was not given"),
    ],
)
def test_a_value_that_would_mean_nothing_is_refused_at_the_start(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        settings(*arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("given", ["--audit required", "--audit-chain"])
def test_what_only_a_file_can_do_for_the_audit_needs_one(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        settings(*given.split())
    assert ended.value.code == 2
    assert f"{given} needs --audit-file" in capsys.readouterr().err
    assert settings(*given.split(), "--audit-file", "audit.jsonl").audit_file == "audit.jsonl"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("redis://127.0.0.1", "redis://127.0.0.1"),
        ("redis://store:6379/1", "redis://store:6379/1"),
        ("rediss://[::1]:6379/0", "rediss://[::1]:6379/0"),
        ("valkey://store:6379", "redis://store:6379"),
        ("VALKEYS://user@store/0", "rediss://user@store/0"),
    ],
)
def test_a_store_may_be_redis_or_valkey_with_tls_or_without(given: str, url: str) -> None:
    assert settings("--state", given).state == url


def test_a_store_with_its_password_may_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STATE_VARIABLE, "valkey://:secret@store/0")
    assert settings().state == "redis://:secret@store/0"
    assert settings("--state", "redis://another/0").state == "redis://another/0"
    assert "secret" not in repr(settings())


def test_a_store_in_the_environment_that_is_none_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(STATE_VARIABLE, "redis://:secret@store:port/0")
    with pytest.raises(SystemExit):
        settings()
    said = capsys.readouterr().err
    assert f"{STATE_VARIABLE} has to be a URL such as redis://" in said
    assert "secret" not in said
