"""What of an answer cannot be read is told with why, in so many words that it fits into a sentence."""

from types import SimpleNamespace

from do_nfs_client.types import UnreadableItem
from do_nfs_mcp.api.unreadable import first_in_words, note_unreadable, noting_unreadable, unreadable


def test_of_the_reason_a_hundred_characters_are_told() -> None:
    found = [("data", "x" * 100), ("logs", "y" * 101)]
    answer = SimpleNamespace(unreadable=[UnreadableItem("shares", {"name": name}, reason) for name, reason in found])
    with noting_unreadable():
        note_unreadable(answer, str)
        assert unreadable("shares") == [f'share "data": {"x" * 100}', f'share "logs": {"y" * 97}...']
        assert unreadable("snapshots") == []


def test_ten_are_told_and_the_others_counted() -> None:
    found = [f"share {number}" for number in range(11)]
    assert first_in_words(found[:10]) == "; ".join(found[:10])
    assert first_in_words(found) == f"{'; '.join(found[:10])}; and 1 more"
