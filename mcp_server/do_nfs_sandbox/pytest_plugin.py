"""A pytest plugin: the sandbox as fixtures. It loads nothing until one of them is used."""

from __future__ import annotations

from contextlib import ExitStack
from inspect import signature
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from do_nfs_sandbox import Sandbox

__all__ = ["nfs_sandbox", "nfs_sandbox_factory", "nfs_sandbox_url"]

_MARK = "nfs_sandbox"
_INI = {
    "ready_after": "for how many seconds a change is under way (0)",
    "seed": "the name of the scenario to start from",
    "limits": "requests allowed in an hour and in a minute, such as 5000/250",
    "tokens": "tokens with their scopes, such as mine=nfs:list,nfs:read, one on a line",
    "admin": "whether the calls under /_sandbox/ exist (false)",
    "regions": "slugs of the regions that the account sees, such as nyc2 ams3",
    "vpcs": "the account's VPCs, such as storage=atl1, one on a line; without them, two in each region",
    "strict": "whether a test fails if a fault that it added was met by no request (true)",
}
_KINDS = {"tokens": "linelist", "regions": "args", "vpcs": "linelist", "admin": "bool", "strict": "bool"}


class _Requester(NamedTuple):
    """What can ask the factory for sandboxes: a test, or a fixture that is being set up.

    Attributes:
        node: The test; or the node that the fixture lives as long as.
        name: What it is called in every run, whatever else runs.
        numbers: Counts its sandboxes.
    """

    node: pytest.Item | pytest.Collector
    name: str
    numbers: Iterator[int]


_REQUESTERS = pytest.StashKey[list[_Requester]]()
_MADE = pytest.StashKey[list["Sandbox"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of pytest's configuration file."""
    for name, text in _INI.items():
        # pytest types the kinds as literals.
        kind: Any = _KINDS.get(name, "string")
        parser.addini(f"{_MARK}_{name}", f"do-nfs-sandbox: {text}", type=kind, default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line(
        "markers",
        f"{_MARK}(strict=True, **options): how the fixture nfs_sandbox is made; options are the arguments of "
        "do_nfs_sandbox.Sandbox, such as seed, ready_after, limits, tokens, vpcs and admin.",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember which test asks for sandboxes."""
    item.config.stash[_REQUESTERS] = [_Requester(item, item.nodeid, count(1))]
    item.stash[_MADE] = []


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Remember which fixture asks for sandboxes."""
    requesters = request.config.stash.get(_REQUESTERS, [])
    name = f"{request.node.nodeid}/{fixturedef.baseid}/{fixturedef.argname}"
    requesters.append(_Requester(request.node, name, count(1)))
    try:
        return (yield)
    finally:
        requesters.pop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that passed although a fault that it added was met by no request."""
    result = yield
    if made := item.stash.get(_MADE, []):
        accounts = [account for sandbox in made for account in sandbox.accounts.values()]
        unmet = [sandbox for sandbox in dict.fromkeys([*made, *accounts]) if sandbox.unused_faults]
        if unmet and _options(item).get("strict", True):
            pytest.fail("\n".join(map(_complaint, unmet)), pytrace=False)
    return result


@pytest.fixture
def nfs_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """DigitalOcean's NFS API in this process: empty, every change done at once, and with the same ids in every run.

    The mark `nfs_sandbox` and pytest's configuration say otherwise.
    """
    from do_nfs_sandbox import Sandbox, StoreError

    options = {"id_seed": 0, **_options(request.node)}
    options.pop("strict", None)
    try:
        sandbox = Sandbox(**options)
    except (StoreError, ValueError) as error:
        raise _refusal(f"the mark {_MARK}: {error}") from None
    with sandbox:
        request.node.stash[_MADE].append(sandbox)
        yield sandbox


@pytest.fixture
def nfs_sandbox_url(nfs_sandbox: Sandbox) -> Iterator[str]:
    """The URL of `nfs_sandbox`, served on a free port of this machine."""
    from do_nfs_sandbox import serve

    with serve(nfs_sandbox) as url:
        yield url


@pytest.fixture(scope="session")
def nfs_sandbox_factory(pytestconfig: pytest.Config) -> Iterator[Callable[..., Sandbox]]:
    """Makes sandboxes: several for a test, or one for a module or a session. They are closed with the session.

    It takes the arguments of `do_nfs_sandbox.Sandbox`. What is not given is as `nfs_sandbox` has it.
    """
    from do_nfs_sandbox import Sandbox

    with ExitStack() as opened:

        def make(**options: Any) -> Sandbox:
            requester = pytestconfig.stash[_REQUESTERS][-1]
            configured = {"id_seed": f"{requester.name}/{next(requester.numbers)}", **_configured(pytestconfig)}
            configured.pop("strict", None)
            sandbox = opened.enter_context(Sandbox(**configured | options))
            # Of a module's it is not known which test is to fail.
            requester.node.stash.get(_MADE, []).append(sandbox)
            return sandbox

        yield make


def _options(node: pytest.Item) -> dict[str, Any]:
    """Return what configuration and marks say, the nearest mark last. What is not as it has to be fails the test."""
    from do_nfs_sandbox import Sandbox

    known = {"strict", *signature(Sandbox).parameters}
    options = _configured(node.config)
    for mark in reversed(list(node.iter_markers(_MARK))):
        if mark.args:
            raise _refusal(f'the mark {_MARK} takes named arguments only, such as seed="team": {mark.args}')
        if unknown := ", ".join(mark.kwargs.keys() - known):
            raise _refusal(f"the mark {_MARK} takes no {unknown}; it takes {', '.join(sorted(known))}")
        options |= mark.kwargs
    if not isinstance(options.get("strict", True), bool):
        raise _refusal(f"the mark {_MARK}: strict must be true or false")
    return options


def _refusal(text: str) -> BaseException:
    """Make what fails a test with this text and without a traceback."""
    return pytest.fail.Exception(text, pytrace=False)


def _configured(config: pytest.Config) -> dict[str, Any]:
    """Return the arguments of a sandbox that the configuration gives, and `strict`."""
    from argparse import ArgumentTypeError

    from do_nfs_sandbox.option_values import by_token, limits, scenario_name, seconds, token_scopes, vpc

    read: dict[str, Callable[[Any], Any]] = {
        "ready_after": seconds,
        "seed": scenario_name,
        "limits": limits,
        "tokens": lambda lines: by_token(map(token_scopes, lines)),
        "regions": list,
        "vpcs": lambda lines: list(map(vpc, lines)),
    }
    options: dict[str, Any] = {"ready_after": 0}
    for name in _INI:
        given = config.getini(f"{_MARK}_{name}")
        if given is None or given == []:
            continue
        try:
            options[name] = read.get(name, bool)(given)
        except ArgumentTypeError as error:
            raise _refusal(f"{_MARK}_{name} {error}") from None
    return options


def _complaint(sandbox: Sandbox) -> str:
    requests = ", ".join(dict.fromkeys(each.operation or f"{each.method} {each.path}" for each in sandbox.requests))
    lines = [
        f"{fault.to_json()}" + (f" ({reason})" if (reason := fault.why_never()) else "")
        for fault in sandbox.unused_faults
    ]
    return (
        f"No request met {'this fault' if len(lines) == 1 else 'these faults'} of the sandbox: {'; '.join(lines)}. "
        f"Requests came to: {requests or 'nothing'}. If that is meant, mark the test with "
        "@pytest.mark.nfs_sandbox(strict=False)."
    )
