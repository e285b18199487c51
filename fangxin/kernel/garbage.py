"""Python's search for garbage in processes that live long or make much."""

from __future__ import annotations

import gc
from typing import Final

# new things until it looks among them; the usual 700 has it look hundreds of times a second
THRESHOLD: Final = 20_000


def settle() -> None:
    """Leave what was loaded so far, which stays until the end, out of every search, and search
    less often. For the main program of a process alone.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(THRESHOLD, 20, 20)
