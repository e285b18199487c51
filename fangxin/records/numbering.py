"""Automatic numbers in a write: given where none is brought, and kept clear of those that are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.numbers import BLOCK, number_in
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef

T = TypeVar("T")


def _numbered(definition: ObjectDef) -> list[tuple[str, Field]]:
    return [
        (f"{definition.name}.{field.key}", field)
        for field in definition.fields.values()
        if field.type.numbered
    ]


async def give_numbers(
    ctx: Ctx, tx: Tx, definition: ObjectDef, changes: Sequence[Change], *, fresh: bool
) -> None:
    """Give records that are `fresh` their numbers, drawn in blocks so that no two writers wait for
    each other. A number that an import brings lifts the counter first: it is not given again.
    """
    year = ctx.clock().year
    for name, field in _numbered(definition):
        given = [change.values.get(field.key) for change in changes]
        brought = [number_in(str(field.default), str(text), year) for text in given if text]
        highest = max((number for number in brought if number is not None), default=0)
        if highest:
            await ctx.services.numbers.raise_to(tx, name, highest, year)
        lacking = [change for change, text in zip(changes, given, strict=True) if text is None]
        if fresh and lacking:
            numbers = await ctx.services.numbers.take(tx, name, len(lacking), year)
            for change, number in zip(lacking, numbers, strict=True):
                change.values[field.key] = str(field.default).format(year=year, number=number)


async def reserve_numbers(ctx: Ctx, definition: ObjectDef, count: int, block: int = BLOCK) -> None:
    """Draw automatic numbers, `block` at a time, ahead of the unit that will use them."""
    for name, _ in _numbered(definition):
        await ctx.services.numbers.reserve(ctx.database, name, count, ctx.clock().year, block)


async def numbered_anew(
    ctx: Ctx, definitions: Sequence[ObjectDef], write: Callable[[], Awaitable[T]]
) -> T:
    """Run a write of records of these objects; run it once more when it was refused for a number
    it was given, because another process has let one be brought that this one held.
    """
    try:
        return await write()
    except FangxinError as error:
        dropped = [_outrun(ctx, each, error) for each in definitions]
        if not any(dropped):
            raise
    return await write()


def _outrun(ctx: Ctx, definition: ObjectDef, error: FangxinError) -> bool:
    """Drop the numbers that are held where one was in use; tell whether there were any."""
    if error.code != "not_unique":
        return False
    taken = {problem.pointer.removeprefix("/") for problem in error.errors}
    dropped = [
        ctx.services.numbers.forget(name, ctx.clock().year)
        for name, field in _numbered(definition)
        if field.key in taken
    ]
    return any(dropped)
