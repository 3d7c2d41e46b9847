"""The options of the server, and the settings that they make."""

from dataclasses import fields

from do_nfs_mcp.cli.options import HTTP_OPTIONS, SERVER_OPTIONS
from do_nfs_mcp.settings import HttpSettings, Settings


def test_every_setting_but_the_token_is_an_option() -> None:
    settings = {field.name for field in fields(Settings)} - {"token", "no_token", "http"}
    assert {option.attribute for option in SERVER_OPTIONS} == settings
    assert [option.attribute for option in HTTP_OPTIONS] == [field.name for field in fields(HttpSettings)]


def test_an_option_of_the_server_has_the_default_of_its_setting() -> None:
    settings = Settings()
    assert {o.attribute: o.default for o in SERVER_OPTIONS} == {
        o.attribute: getattr(settings, o.attribute) for o in SERVER_OPTIONS
    }
