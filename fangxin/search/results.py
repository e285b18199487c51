"""What a search result says beside its title: a line about it, where the query was met, and the
words around that place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from fangxin.fields.base import Field
from fangxin.fields.searched import read_aloud
from fangxin.fields.spoken import Speech, spoken
from fangxin.kernel.context import Ctx
from fangxin.kernel.tokens import Term, fold, met_by, title_tokens, tokens_of
from fangxin.objects.registry import ObjectDef

PARTS: Final = 2
# a text that is longer is not shown whole: so many characters before what was met, and in all
BEFORE, AROUND = 30, 120
# characters of a text that are folded to find what is not there as it was typed
FOLDED: Final = 20_000


def subtitle_fields(definition: ObjectDef, readable: Mapping[str, str]) -> list[Field]:
    """Return the first fields of the object's card that the reader may see."""
    layout = definition.facts.layout
    keys = dict.fromkeys([*layout.card, *layout.list])
    fields = [definition.fields[key] for key in keys if key in definition.fields]
    shown = [each for each in fields if readable.get(each.key) == "full"]
    return [each for each in shown if each.key != "name" and each.type.groups][:PARTS]


def subtitle(ctx: Ctx, fields: Sequence[Field], item: Mapping[str, Any]) -> str:
    """Return the record's values of `fields` as one line in the reader's language."""
    speech = Speech(ctx.locale, ctx.timezone)
    parts = []
    for field in fields:
        wire = item.get(field.key)
        # the drivers read days and moments as such or as their JSON text
        plain = wire.isoformat() if isinstance(wire, date) else wire
        parts.append(spoken(field, plain, speech))
    return " · ".join(part for part in parts if part)


def texts_of(fields: Sequence[Field], item: Mapping[str, Any]) -> dict[str, str]:
    """Return what a record that was read is searched by, as texts by key: the title first."""
    texts = {"name": item["name"] or ""}
    for field in fields:
        wire = item.get(field.key)
        if wire is not None:
            texts[field.key] = read_aloud(field, wire)
    return texts


def matched_on(texts: Mapping[str, str], terms: Sequence[Term]) -> list[str]:
    """Return the keys of the texts that meet a term, the title as `name`."""
    tokens = {key: tokens_of(text) for key, text in texts.items() if key != "name"}
    tokens = {"name": title_tokens(texts["name"]), **tokens}
    return [key for key, each in tokens.items() if any(met_by(term, each) for term in terms)]


def snippet(text: str, words: Iterable[str]) -> str | None:
    """Return the words of a text around the first of `words` (folded) that stands in it, None when
    none does.
    """
    for word in words:
        at = _place(text, word)
        if at is None:
            continue
        start = max(0, at - BEFORE)
        # not in the middle of a word of letters
        while (
            start
            and at - start < BEFORE + 10
            and text[start - 1].isascii()
            and (text[start - 1].isalnum())
        ):
            start -= 1
        part = " ".join(text[start : start + AROUND].split())
        return f"{'…' if start else ''}{part}{'…' if start + AROUND < len(text) else ''}"
    return None


def _place(text: str, word: str) -> int | None:
    found = re.search(re.escape(word), text, re.IGNORECASE)
    if found:
        return found.start()
    at = fold(text[:FOLDED]).find(word)
    # folding hardly moves anything: near enough for what stands around
    return None if at < 0 else min(at, max(0, len(text) - 1))
