"""Options as they are written on a command line and in pytest's configuration."""

from __future__ import annotations

import argparse
import math
import re
from typing import TYPE_CHECKING, TypeVar

from do_nfs_sandbox.contract.routes import SCOPES
from do_nfs_sandbox.state.scenarios import SCENARIOS

__all__ = ["account", "by_token", "count", "limits", "scenario_name", "seconds", "seed", "token_scopes", "vpc"]

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")


def scenario_name(text: str) -> str:
    """Return the name of a scenario.

    Raises:
        argparse.ArgumentTypeError: If there is none of this name. The others raise it likewise.
    """
    if text not in SCENARIOS:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(SCENARIOS)}")
    return text


def seed(text: str) -> str | int:
    """Return the name of a scenario, or the number that ids are made from."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else scenario_name(text)


def account(text: str) -> tuple[str, str]:
    """Return the token and the scenario of `TOKEN` or `TOKEN=team`."""
    token, _, name = text.partition("=")
    # White space around a header's value is no part of it.
    if not token.strip() or token != token.strip():
        raise argparse.ArgumentTypeError("must be TOKEN or TOKEN=NAME, NAME being a scenario")
    return token, scenario_name(name or "empty")


def vpc(text: str) -> dict[str, str]:
    """Return the VPC of `NAME=REGION`."""
    name, _, region = text.partition("=")
    if not (name and re.fullmatch("[a-z0-9-]+", region)):
        raise argparse.ArgumentTypeError("must be NAME=REGION, such as storage=atl1")
    return {"name": name, "region": region}


def seconds(text: str) -> float:
    """Return a number of seconds, 0 or more."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError("must be a number of seconds, 0 or more")
    return number


def count(text: str) -> int:
    """Return a whole number, 0 or more."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise argparse.ArgumentTypeError("must be a number, 0 or more")
    return int(text)


def limits(text: str) -> tuple[int, int]:
    """Return how many requests an hour and a minute `5000/250` allows."""
    hour, _, minute = text.partition("/")
    if not all(n.isascii() and n.isdigit() and len(n) <= 9 and int(n) for n in (hour, minute)):
        raise argparse.ArgumentTypeError("must be requests an hour and a minute, such as 5000/250")
    return int(hour), int(minute)


def token_scopes(text: str) -> tuple[str, list[str]]:
    """Return the token and the scopes of `TOKEN=nfs:list,nfs:read`."""
    token, equals, names = text.rpartition("=")
    scopes = names.split(",") if names else []
    if not (token and equals):
        raise argparse.ArgumentTypeError("must be TOKEN=SCOPES, such as mine=nfs:list,nfs:read")
    if not SCOPES.issuperset(scopes):
        raise argparse.ArgumentTypeError(f"the scopes are {', '.join(sorted(SCOPES))}")
    return token, scopes


def by_token(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Return what an option that may be repeated says of each token."""
    said: dict[str, T] = {}
    for token, what in pairs:
        if token in said:
            # Not the token: it may be a real one.
            raise argparse.ArgumentTypeError("must not name a token twice")
        said[token] = what
    return said
