"""The two ways in which the API writes a performance tier: `high` in requests, PERFORMANCE_TIER_HIGH in answers."""

__all__ = ["tier_name"]


def tier_name(tier: object) -> str:
    """Return a tier as requests and people write it.

    Args:
        tier: The tier as an answer of the API has it, a text or an enum's member.
    """
    return str(tier).upper().removeprefix("PERFORMANCE_TIER_").lower()
