"""Whether a text is an id or a name, and when a moment is, is told in one way everywhere; so is what a request made."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from do_nfs_client.types import UnreadableItem
from do_nfs_mcp.api.changes import made_by
from do_nfs_mcp.api.ids import as_uuid, meant_by
from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.api.unreadable import in_words

ID = "4d9d8375-3c56-4f0a-9b1e-0a1b2c3d4e5f"
BARE = ID.replace("-", "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ID, ID),
        (ID.upper(), ID),
        *((text, None) for text in ("", "data", ID[:-1], f"{ID}0", f"{{{ID}}}", f"urn:uuid:{ID}", f" {ID}")),
        # Python takes hyphens anywhere: these come before the same text as the API writes it, and after.
        *((text, None) for text in (BARE, f"4-{BARE[1:]}", f"{ID[:13]}{ID[14:]}")),
    ],
)
def test_only_what_the_api_writes_as_an_id_is_one_by_its_form(text: str, found: str | None) -> None:
    assert as_uuid(text) == found


@dataclass
class Thing:
    """What has an id and a name."""

    id: str
    name: str


THINGS = [Thing("a", "data"), Thing("b", "data"), Thing("c", "datb"), Thing("d", "dat"), Thing("data-2", "x")]


@pytest.mark.parametrize(
    ("text", "ids"), [("data", "ab"), ("a", "a"), ("dat", "d"), ("none", ""), (ID, ""), (ID.upper(), "")]
)
def test_a_text_means_what_has_it_as_its_id_or_else_all_that_have_just_that_name(text: str, ids: str) -> None:
    named_like_an_id = Thing("e", ID)
    assert [thing.id for thing in meant_by(text, [*THINGS, named_like_an_id])] == list(ids)


def test_an_id_is_found_however_it_is_written_and_before_any_name() -> None:
    things = [Thing(ID, "x"), Thing("x", "y"), Thing("z", "x")]
    assert meant_by(ID.upper(), things) == things[:1]
    assert meant_by("x", things) == things[1:2]


PLUS_2, MINUS_2 = timezone(timedelta(hours=2)), timezone(timedelta(hours=-2))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)),
        (datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 12, tzinfo=UTC)),
        (datetime(2026, 1, 1, 12, tzinfo=PLUS_2), datetime(2026, 1, 1, 10, tzinfo=UTC)),
        # The calendar has no such moment in UTC.
        (datetime.max.replace(tzinfo=MINUS_2), datetime.max.replace(tzinfo=UTC)),
        (datetime.min.replace(tzinfo=PLUS_2), datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_a_moment_is_told_in_utc_whatever_its_offset(moment: datetime, expected: datetime) -> None:
    assert (utc(moment), utc(moment).tzinfo) == (expected, UTC)


@pytest.mark.parametrize(
    ("kind", "made"), [("SNAPSHOT", {"id": "a"}), ("SHARE", {}), ("VOLUME", {}), ("network_file_share", {})]
)
def test_of_actions_only_one_that_takes_a_snapshot_says_what_was_made(kind: str, made: dict[str, str]) -> None:
    assert made_by(SimpleNamespace(action=SimpleNamespace(resource_id="a", resource_type=kind))) == made
    assert made_by(SimpleNamespace(share=SimpleNamespace(id="b"))) == {"id": "b"}
    assert made_by(SimpleNamespace()) == {}


@pytest.mark.parametrize(
    ("name", "thing_id", "shown"),
    [
        ("n" * 60, "i" * 64, f'share "{"n" * 60}" ({"i" * 64})'),
        ("n" * 61, "i" * 65, f'share "{"n" * 57}..." ({"i" * 61}...)'),
        ("n", "", 'share "n"'),
        ("", "i", "share (i)"),
        (7, 7, "share"),
    ],
)
def test_what_cannot_be_read_is_named_as_far_as_it_can_be(name: object, thing_id: object, shown: str) -> None:
    assert in_words(UnreadableItem("shares", {"name": name, "id": thing_id}, "")) == shown
