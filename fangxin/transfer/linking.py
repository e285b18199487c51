"""Finding the records that cells name: set-wise, by id, key or name, among what may be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from fangxin.fields.base import Environment, Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldError
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import is_id
from fangxin.linking.links import RECORD
from fangxin.objects.registry import ObjectDef
from fangxin.records import reading
from fangxin.transfer.mapping import Column

KNOWN: Final = 100_000
PAGE: Final = 1000
LOOKUP: Final = 200
_ADDRESSED: Final = re.compile(r".+\s*[(<（]\s*([^\s()<>@]+@[^\s()<>@]+)\s*[)>）]")
# the target's name, and the field it is found by (None: whatever fits)
Way: TypeAlias = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Several:
    """More than one record answers to a text; `natural` says that by its natural key it does."""

    natural: bool


Answer: TypeAlias = str | Several | None


def wire_of(found: Field, text: str, env: Environment) -> Any:
    """Return a cell as an operand of the filter `in`, None when the field cannot hold it."""
    try:
        value = found.type.read_text(found, text, env)
        return None if value is None else found.type.write(found, found.type.store(found, value))
    except FieldError:
        return None


@dataclass(slots=True)
class Linker:
    """What texts stand for. Found records are remembered; what is not found is asked for again."""

    ctx: Ctx
    env: Environment
    known: dict[Way, dict[str, Answer]] = field(default_factory=dict)

    async def load(self, wanted: Mapping[Way, Iterable[str]]) -> None:
        """Look up the texts that are not known yet."""
        for way, texts in wanted.items():
            known = self.known.setdefault(way, {})
            if len(known) > KNOWN:
                known.clear()
            lacking = [each for each in dict.fromkeys(texts) if known.get(each) is None]
            for start in range(0, len(lacking), LOOKUP):
                await self._look_up(way, lacking[start : start + LOOKUP])

    def find(self, way: Way, text: str) -> Answer:
        """Return the id that a text stands for, Several, or None."""
        return self.known.get(way, {}).get(text)

    def learn(self, way: Way, found: Mapping[str, str]) -> None:
        """Remember records that were just made."""
        self.known.setdefault(way, {}).update(found)

    def keys(self, target: ObjectDef, by: str | None = None) -> list[Field]:
        """Return the fields by which records of an object are found, in the order of asking."""
        if by is not None:
            return [target.fields[by]]
        natural = target.facts.natural_key
        unique = [each.key for each in target.fields.values() if each.unique]
        keys = dict.fromkeys([*([natural] if natural else []), *unique, "name"])
        readable = self.ctx.rights.readable(target)
        return [target.fields[key] for key in keys if readable.get(key) == "full"]

    async def _look_up(self, way: Way, texts: list[str]) -> None:
        target = self.ctx.registry[way[0]]
        known = self.known[way]
        # of what nobody lets him read he finds nothing, which says so cell by cell
        seen = self.ctx.rights.scope(target.name, "read").kind != "none"
        for key in self.keys(target, way[1]) if seen else ():
            wires = {text: wire_of(key, text, self.env) for text in texts if not known.get(text)}
            operand = [each for each in dict.fromkeys(wires.values()) if each is not None]
            if not operand:
                continue
            found = await self._by(target, key, operand)
            natural = key.key == target.facts.natural_key
            for text, wire in wires.items():
                ids = found.get(wire, []) if wire is not None else []
                if ids:
                    known[text] = ids[0] if len(ids) == 1 else Several(natural)
        if way[1] is None:
            await self._by_address(way, texts)
            known.update({each: each.lower() for each in texts if is_id(each.lower())})

    async def _by_address(self, way: Way, texts: list[str]) -> None:
        """Find those who are named with their address: "Ann Lee (ann@example.com)"."""
        known = self.known[way]
        named = {text: found[1] for text in texts if (found := _ADDRESSED.fullmatch(text))}
        lacking = {text: address for text, address in named.items() if not known.get(text)}
        if lacking:
            await self.load({way: lacking.values()})
            known.update({text: self.find(way, address) for text, address in lacking.items()})

    async def _by(self, target: ObjectDef, key: Field, operand: list[Any]) -> dict[Any, list[str]]:
        tree = {"field": key.key, "op": "in", "value": operand}
        # a name may be met in another language than the reader's
        words = target.facts.names if key.key == "name" else None
        fields = dict.fromkeys(["id", key.key, *([words] if words else [])])
        page = await reading.find(
            self.ctx, target.name, filter=tree, fields=list(fields), sort="id", limit=PAGE
        )
        found: dict[Any, list[str]] = {}
        for item in page.items:
            for text in {item[key.key], *((words and item.get(words)) or {}).values()}:
                found.setdefault(text, []).append(item["id"])
        return found


def linked(field: Field, values: Mapping[str, Any], id_: str) -> Any:
    """Return what a field that links holds once it links to one record more."""
    if not field.type.many:
        return id_
    rest = [line for line in values.get(field.key) or () if line[RECORD] != id_]
    return [*rest, {RECORD: id_}]


def ambiguous_link(ctx: Ctx, column: Column, text: str) -> FieldError:
    """Return the refusal of a text that several records answer to."""
    message = "More than one {object} is called {reference}."
    return FieldError("ambiguous_link", message, **_reference(ctx, column, text))


def unknown_link(ctx: Ctx, column: Column, text: str) -> FieldError:
    """Return the refusal of a text that no visible record answers to."""
    message = "There is no {object} {reference}, or you may not see it."
    return FieldError("unknown_link", message, **_reference(ctx, column, text))


def _reference(ctx: Ctx, column: Column, text: str) -> dict[str, str]:
    target = ctx.registry[str(column.target)]
    label = target.labels.get(ctx.locale) or translate(ctx.locale, target.facts.label)
    return {"object": label, "reference": text[:80]}
