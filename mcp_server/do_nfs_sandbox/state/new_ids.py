"""The ids of what is made: drawn at random, or the same in every run."""

from __future__ import annotations

import os
import random
import uuid

__all__ = ["Ids"]

_NAMESPACE = uuid.UUID("5f1c3d8e-64f0-4f0b-9a55-0d6f6f3a7c21")
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
            return str(uuid.UUID(int=_random.getrandbits(128), version=4))
        return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, (self._seed, *parts)))))
