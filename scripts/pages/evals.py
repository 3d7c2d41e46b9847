"""The requests that models play, and what came of it."""

import asyncio

from benchmarks.peers import OURS
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from evals.attempt import hash_of, tools_of
from evals.results import KEPT, age_of, read_runs, tables
from evals.suite import EVERYDAY, load
from mcp import Client


def requests() -> str:
    """The table of the requests."""
    rows = "".join(f"| {request.name} | {request.text} |\n" for request in load(EVERYDAY).requests)
    return f"| request | what the person writes |\n| --- | --- |\n{rows}"


def results() -> str:
    """The tables of the runs that are kept in the checkout, after what has changed since."""
    runs = read_runs(KEPT)
    age = age_of([run for run in runs if run.server == OURS], todays_hash())
    return f"{age}\n{tables(runs)}" if age else tables(runs)


def todays_hash() -> str:
    """The hash of the tools that the server has now."""

    async def list_them() -> str:
        async with Client(build_server(lambda: NfsApi.unavailable(""))) as client:
            return hash_of(await tools_of(client))

    return asyncio.run(list_them())
