"""What a status means is the same for a view as for a model of the client, and an unknown status means nothing."""

from dataclasses import dataclass

import pytest
from do_nfs_client.models import AccessPointStatus, ShareStatus
from do_nfs_mcp.api.statuses import existing, is_deleted, is_failed, is_ready


@dataclass(frozen=True)
class Thing:
    """What has a status."""

    status: str


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("ACTIVE", (True, False, False)),
        ("ACCESS_POINT_ACTIVE", (True, False, False)),
        ("COMPLETED", (True, False, False)),
        ("completed", (True, False, False)),
        ("FAILED", (False, True, False)),
        ("ACCESS_POINT_FAILED", (False, True, False)),
        ("ACTION_FAILED", (False, True, False)),
        ("errored", (False, True, False)),
        ("DELETED", (False, False, True)),
        ("ACCESS_POINT_DELETED", (False, False, True)),
        ("INACTIVE", (False, False, False)),
        ("CREATING", (False, False, False)),
        ("HIBERNATING", (False, False, False)),
        (ShareStatus("FAILED"), (False, True, False)),
        (ShareStatus("HIBERNATING"), (False, False, False)),
        (AccessPointStatus("ACCESS_POINT_DELETED"), (False, False, True)),
    ],
    ids=repr,
)
def test_a_status_means_ready_failed_deleted_or_none_of_these(status: str, meaning: tuple[bool, bool, bool]) -> None:
    thing = Thing(status)
    assert (is_ready(thing), is_failed(thing), is_deleted(thing)) == meaning


def test_only_what_is_not_deleted_exists_in_the_order_given() -> None:
    statuses = ["FAILED", "DELETED", "ACTIVE", "ACCESS_POINT_DELETED", "HIBERNATING"]
    assert [thing.status for thing in existing(map(Thing, statuses))] == ["FAILED", "ACTIVE", "HIBERNATING"]
