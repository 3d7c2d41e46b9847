"""The soak over HTTP as scripts/soak --http runs it, small: some misbehave, and the others' calls are all answered."""

from pathlib import Path

import pytest

from ..support.http_attacks import KINDS
from ..support.http_soaking import soak_http

pytestmark = [pytest.mark.system, pytest.mark.anyio]


async def test_those_who_behave_are_served_while_others_do_not(tmp_path: Path) -> None:
    report = await soak_http(tmp_path, callers=15, seconds=10, pace=1, seed=1)
    assert not report.wrong
    assert min(len(report.before), len(report.meanwhile)) >= 12
    assert {kind for kind, _ in report.misbehaved} == set(KINDS)
    # Slowed, so that most are not even looked at.
    assert report.misbehaved["bad tokens", "429"] > report.misbehaved["bad tokens", "401"]
