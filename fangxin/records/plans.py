"""Compiled query shapes, remembered per registry snapshot: a change of metadata forgets them
all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, TypeVar

from fangxin.objects.registry import Registry

T = TypeVar("T")
SHAPES: Final = 1000


def remember(registry: Registry, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` gave for `key`, making it once; the least recently used of SHAPES entries
    goes first.
    """
    memory = registry.memory
    found: T | None = memory.get(key)
    if found is not None:
        memory.move_to_end(key)
        return found
    made = memory[key] = make()
    if len(memory) > SHAPES:
        memory.popitem(last=False)
    return made
