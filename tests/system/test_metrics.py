"""Every panel of the dashboard shows something when a real Prometheus reads three replicas under load."""

from pathlib import Path

import pytest

from ..support.prometheus import panels
from ..support.watched_load import watched_load

pytestmark = pytest.mark.system


def test_every_panel_of_the_dashboard_has_something_to_show(tmp_path: Path) -> None:
    with watched_load(tmp_path, 12) as watched:
        shown = {panel["title"]: watched.series(panel) for panel in panels()}
        assert [title for title, series in shown.items() if not series] == []
        assert len(watched.prometheus.series("up == 1", watched.start, watched.end)) == 3
