"""The collector of garbage is told at the start what stays to the end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# After how many new objects the collector looks for garbage. A list of 10,000 shares makes half a million, none of them
# garbage: to look after every 700, as Python does, takes a sixth of such a call.
_THRESHOLD = 20_000


@contextmanager
def frozen_gc() -> Iterator[None]:
    """Keep the collector of garbage from looking at what is made in the block, then and ever after.

    Importing makes hundreds of thousands of objects. To look at them again and again takes a tenth of the start, and
    a part of every later collection.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_THRESHOLD)
        gc.enable()
