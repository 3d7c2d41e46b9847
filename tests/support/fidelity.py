"""What the sandbox has of the real API, gathered from its tests.

A test that shows a behaviour of the real API says so: `@pytest.mark.behaviour("what the API does", "source of the
claim")`. scripts/docs makes docs/fidelity.md of these marks and of what is listed here as missing.
"""

from pathlib import Path

import pytest

from .contracts import is_source

HEAD = """<!-- Made by scripts/docs from the tests; changes made here are lost. -->

# How closely the sandbox follows the real API

Each row is a behaviour of the real API, according to a source. Where the sandbox has it, a test of the sandbox shows
that. Where the source is `assumption`, no source says what the API does, and the sandbox does what seems likely.

The sources, each with the date of the edition that was read, are DigitalOcean's API `reference`, its `public spec`, its
`docs`, and a `client` it publishes, read or watched while it ran.

| behaviour | in the sandbox | source |
| --- | --- | --- |
"""

MISSING = [
    ("Shares can be mounted over NFS", "no: it is only the API", "docs, June 2026"),
    ("Share names are unique in the team", "no: the reference has no such rule", "docs, November 2026"),
    ("An account has quotas, which support raises", "no", "docs, November 2026"),
    ("A share has 16,000 GiB at most", "no: 32 TiB, which a newer page says", "docs, November 2026"),
    ("A snapshot's name has 20 characters at most", "no: 64, as the Terraform provider says", "docs, October 2025"),
    ("The product is only in some regions", "no: any region's slug is accepted", "docs, October 2026"),
    ("A share's VPC exists and is in its region", "no: any VPC id is accepted", "assumption, November 2026"),
    ("Refresh tokens (dor_v1_) can be exchanged", "no: they are refused", "reference, April 2026"),
    ("A share can be deleted with its snapshots", "no: no source names the option", "client, August 2026"),
    ("Sizes and regions can be asked for", "no: no source says where", "client, August 2026"),
    ("Shares can be listed by name", "no", "client, August 2026"),
    ("VPCs have subnets, each with members of its own", "no: NFS names VPCs alone", "client, October 2026"),
    ("VPCs and their subnets have routes", "no: a share is reached without", "client, October 2026"),
    ("VPCs have NAT gateways", "no: no share is reached through one", "client, October 2026"),
]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "behaviour(what, source): shows that the sandbox does what the real API does")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fidelity", help="write the table of behaviours to this file")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    path = config.getoption("--fidelity")
    if path is None:
        return
    shown = {mark.args for item in items for mark in item.iter_markers("behaviour")}
    undated = [
        source for _, source in [*shown, *((what, source) for what, _, source in MISSING)] if not is_source(source)
    ]
    if undated:
        raise pytest.UsageError(f"no sources with a date: {undated}")
    rows = [(what, "yes", source) for what, source in sorted(shown)] + MISSING
    table = "".join(f"| {what} | {there} | {source} |\n" for what, there, source in rows)
    Path(path).write_text(HEAD + table, encoding="utf-8")
