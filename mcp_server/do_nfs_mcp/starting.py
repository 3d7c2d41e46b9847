"""How the process starts: what is made then stays to the end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def made_to_stay() -> Iterator[None]:
    """Keeps the collector of garbage from looking at what is made in the block, then and ever after.

    Importing makes hundreds of thousands of objects. To look at them again and again takes a tenth of the start, and
    a part of every later collection.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
