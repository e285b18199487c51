"""What is likely the same as something that is not saved yet: exact keys, and names that are close.

Exact matches are told as docs/adr/0006 says. What is merely close is told only of records that the
actor sees, and found by search among a bounded number of candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fangxin.data.alike import alike
from fangxin.kernel.context import Ctx
from fangxin.merging.features import Likening, liken, mergeable
from fangxin.merging.likeness import NEAR, level, plain
from fangxin.objects.registry import ObjectDef
from fangxin.records.reading import find
from fangxin.search.matching import narrow

# questions to the search index, and candidates of each
WORDS: Final = 3
EACH: Final = 20
MOST: Final = 5
_PIECE: Final = 2


async def likely(
    ctx: Ctx, word: str, typed: Mapping[str, Any], id: str | None = None
) -> list[dict[str, Any]]:
    """Return what `data/alike.alike` tells of typed values, then visible records that are close in
    name and differ in no key, with `likely` true. Raises what `alike` raises.
    """
    exact = [{**each, "likely": False} for each in await alike(ctx, word, typed, id)]
    definition = ctx.registry[word]
    known = {id, *(each["id"] for each in exact)}
    found: list[dict[str, Any]] = []
    if mergeable(definition):
        for name in (definition.name, *definition.facts.duplicates_among):
            if ctx.rights.scope(name, "read").kind != "none":
                found += await _close(ctx, definition, ctx.registry[name], typed)
    return exact + [each for each in found if each["id"] not in known][:MOST]


def pieces(text: str) -> list[str]:
    """Return what a name is looked for by: its words, or pairs of characters."""
    if text.isascii():
        return text.split()[:WORDS]
    bare = text.replace(" ", "")
    return [bare[at : at + _PIECE] for at in range(0, len(bare) - 1, _PIECE)][:WORDS]


async def _close(
    ctx: Ctx, definition: ObjectDef, other: ObjectDef, typed: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return visible records of `other` whose key name is close to the typed one."""
    pair = _names(liken(definition, other), other, mirrored=False)
    if pair is None:
        pair = _names(liken(other, definition), other, mirrored=True)
    if pair is None:
        return []
    key, title = pair
    if ctx.rights.readable(other).get(title) != "full" or not isinstance(typed.get(key), str):
        return []
    name = plain("name", typed[key])
    close: dict[str, dict[str, Any]] = {}
    for piece in pieces(name):
        # whoever merely speaks of a name must not crowd out who has it
        condition = narrow(ctx, other, piece, titles=True)
        page = await find(ctx, other.name, fields=["name", title], limit=EACH, narrow=condition)
        for item in page.items:
            if level("name", name, plain("name", item[title] or "")) >= NEAR:
                close[item["id"]] = item
    return [
        {
            "id": item["id"],
            "name": item["name"],
            "object": other.name,
            "matched_on": [key],
            "likely": True,
        }
        for item in close.values()
    ]


def _names(likening: Likening, other: ObjectDef, *, mirrored: bool) -> tuple[str, str] | None:
    """Return the keys of the typed name and of the other's title, where both tell duplicates."""
    for left, right in likening.traits:
        mine, theirs = (right, left) if mirrored else (left, right)
        title = theirs.field.key == other.facts.title
        if title and mine.field.duplicate_key and theirs.field.duplicate_key:
            return mine.key, theirs.key
    return None
