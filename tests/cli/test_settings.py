"""What the environment and the command line may say."""

import pytest
from do_nfs_mcp.settings import Settings, checked_url, token_from

from ..support.constants import TOKEN


@pytest.mark.parametrize(
    "url", ["https://api.digitalocean.com", "http://127.0.0.1:8181", "http://localhost:80", "http://[::1]:9"]
)
def test_a_token_may_go_to_https_and_to_this_machine(url: str) -> None:
    assert checked_url(url + "/") == url


@pytest.mark.parametrize("reference", ["${env:DIGITALOCEAN_TOKEN}", "${DIGITALOCEAN_TOKEN:-}"])
def test_a_reference_that_a_host_left_as_it_is_is_not_a_token(reference: str) -> None:
    token, said = token_from({"DIGITALOCEAN_TOKEN": reference})
    assert token is None
    assert said.startswith("What DIGITALOCEAN_TOKEN holds is a reference that the host of this server did not fill in.")


def test_settings_do_not_show_the_token() -> None:
    token, _ = token_from({"DIGITALOCEAN_TOKEN": TOKEN})
    assert token == TOKEN
    assert TOKEN not in repr(Settings(token=token))
