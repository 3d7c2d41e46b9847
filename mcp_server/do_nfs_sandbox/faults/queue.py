"""The faults that are still to come, and which of them a request meets."""

from __future__ import annotations

import dataclasses
import random
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from do_nfs_sandbox.api.requests import Request
    from do_nfs_sandbox.faults.definition import Fault

__all__ = ["FaultQueue"]


class FaultQueue:
    """Faults in the order in which they were added. One that is used up is gone."""

    def __init__(self) -> None:
        # A test adds faults in its own thread while a server takes them in another.
        self._lock = threading.Lock()
        self._queued: list[_Queued] = []

    def add(self, fault: Fault) -> None:
        """Append a fault."""
        with self._lock:
            self._queued = [*self._queued, _Queued(fault)]

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._queued = []

    def remaining(self) -> list[Fault]:
        """Return the faults that can still apply, `times` and `skip` being what is left of each."""
        with self._lock:
            return [queued.remaining() for queued in self._queued]

    def never_hit(self) -> list[Fault]:
        """Return the faults that have hit no request yet."""
        with self._lock:
            return [queued.fault for queued in self._queued if not queued.has_hit]

    def take(self, request: Request) -> Fault | None:
        """Return the first fault that applies to a request, and count it as used; None if none does."""
        if not self._queued:
            return None
        with self._lock:
            for queued in self._queued:
                if queued.hits(request):
                    self._queued = [each for each in self._queued if each.left != 0]
                    return queued.fault
        return None


class _Queued:
    def __init__(self, fault: Fault) -> None:
        self.fault, self.left, self.has_hit = fault, fault.times, False
        self._skip = fault.skip or 0
        self._rate = fault.rate or 0.0
        self._random = random.Random(fault.seed or 0)

    def remaining(self) -> Fault:
        return dataclasses.replace(self.fault, times=self.left, skip=self._skip or None)

    def hits(self, request: Request) -> bool:
        if not self.fault.matches(request):
            return False
        if self._skip:
            self._skip -= 1
            return False
        if self.left is None:
            hit = self._random.random() < self._rate
        else:
            hit, self.left = True, self.left - 1
        self.has_hit = self.has_hit or hit
        return hit
