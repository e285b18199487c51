"""The command `fangxin demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fangxin.access.contexts import system_context
from fangxin.demo.clear import clear_demo
from fangxin.demo.make import make_demo

if TYPE_CHECKING:
    from fangxin.app import Installation


def _progress(done: int, of: int) -> None:
    print(f"\r{100 * done // of:3d} %", end="", flush=True)


async def fill_or_clear(
    installation: Installation, size: str, password: str, *, clear: bool
) -> tuple[str, dict[str, int]]:
    """Make demonstration data or clear it, and return a sentence with its values."""
    if clear:
        return "{removed} demo records are gone, {kept} had to stay.", await clear_demo(
            await system_context(installation)
        )
    count = await make_demo(installation, size, password, _progress)
    return "\rDemo data with {count} companies is there.", {"count": count}
