"""What is waited for is looked at often at first, and never so often that it uses up the rate limit."""

from do_nfs_client_helpers.retry_rules import polling_pauses


def test_looks_are_quick_at_first_and_a_tenth_of_the_rate_limit_at_most() -> None:
    times: list[float] = []
    for pause in polling_pauses():
        times.append((times[-1] if times else 0) + pause)
        if times[-1] > 300:
            break
    assert times[0] < 0.5
    per_minute = [sum(start <= time < start + 60 for time in times) for start in times]
    assert max(per_minute) <= 25
    # Three calls before the wait: a name that is looked up, what is there, and the change.
    assert sum(time < 60 for time in times) + 3 <= 25
