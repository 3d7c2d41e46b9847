"""The ids of what is made: drawn at random, or the same in every run."""

from __future__ import annotations

import os
import random
import uuid

__all__ = ["Ids"]

_NAMESPACE = uuid.UUID("5f1c3d8e-64f0-4f0b-9a55-0d6f6f3a7c21")
# The bits of a random UUID that are not random: its version and its variant.
_FIXED = uuid.UUID("00000000-0000-4000-8000-000000000000").int
_NOT_FIXED = ~uuid.UUID("00000000-0000-f000-c000-000000000000").int
# Ids are not secret, and asking the system for each takes long. Its own, since tests seed the common one.
_random = random.Random()
if hasattr(os, "register_at_fork"):
    # Two children of one process would draw the same.
    os.register_at_fork(after_in_child=_random.seed)


class Ids:
    """Makes ids.

    Args:
        seed: What they are made from, so that they are the same in every run; None draws them.
    """

    def __init__(self, seed: int | str | None) -> None:
        self._seed = seed

    @property
    def are_drawn(self) -> bool:
        """Whether they differ from run to run."""
        return self._seed is None

    def make(self, *parts: object) -> str:
        """Return a new id, unless ids have a seed: then the same for the same parts.

        Args:
            parts: What it is for.
        """
        if self._seed is None:
            # As str(uuid.uuid4()) has it, in half the time: each error has one.
            digits = f"{_random.getrandbits(128) & _NOT_FIXED | _FIXED:032x}"
            return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
        return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, (self._seed, *parts)))))
