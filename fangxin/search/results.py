"""What a search result says beside its title: a line about it, and where the query was met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from fangxin.fields.base import Field
from fangxin.fields.spoken import Speech, spoken
from fangxin.kernel.context import Ctx
from fangxin.kernel.tokens import Term, met_by, title_tokens, tokens_of
from fangxin.objects.registry import ObjectDef

PARTS: Final = 2


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


def matched_on(
    fields: Sequence[Field], item: Mapping[str, Any], terms: Sequence[Term]
) -> list[str]:
    """Return the keys of the fields that meet a term, the title first."""
    texts = {"name": title_tokens(item["name"] or "")}
    for field in fields:
        wire = item.get(field.key)
        if wire is not None:
            texts[field.key] = tokens_of(field.type.write_text(field, wire))
    return [key for key, tokens in texts.items() if any(met_by(term, tokens) for term in terms)]
