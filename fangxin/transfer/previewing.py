"""A look at a file before it is imported: its columns, and how the values of choices and links
would be read, so that a map of values can be offered.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from fangxin.fields.cells import cell
from fangxin.fields.choice import split_words
from fangxin.kernel.context import Ctx
from fangxin.kernel.defusing import restore
from fangxin.kernel.errors import FieldError, Invalid
from fangxin.kernel.i18n import translate
from fangxin.kernel.sheet_marks import fault_of
from fangxin.kernel.spreadsheets import Table, rows
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import require
from fangxin.records.reading import environment, find, get_many
from fangxin.transfer.casting import Caster, Noted, way_of
from fangxin.transfer.guessing import SNIFFED, assumptions, guessed, said, told_by
from fangxin.transfer.linking import Answer, Linker, Several, ambiguous_link, unknown_link
from fangxin.transfer.mapping import Column, ImportMap, brought_fields, read_map
from fangxin.transfer.orders import Order, open_file
from fangxin.transfer.reporting import remembered
from fangxin.transfer.suggesting import joins, suggest, suggested_map, times_of

SAMPLES: Final = 5
SHOWN: Final = 50
# distinct texts of a column that are counted; those that first come later are not
COUNTED: Final = 1000
LONGEST: Final = 300


async def preview(ctx: Ctx, path: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a file is read, its columns with samples, and what a map makes of their values.

    Without a map what the headers suggest is taken as one. Raises Invalid `bad_map` for one that
    does not fit.
    """
    order = Order.read(options, for_object=False)
    definition = require(ctx, order.object, "import") if order.object else None
    table = await asyncio.to_thread(open_file, path, order.options())
    suggested: dict[str, str] = {}
    if definition is not None:
        suggested = await asyncio.to_thread(suggest, ctx, definition, table.columns)
    known = await remembered(ctx, definition.name, table.columns) if definition else None
    plan = None
    if definition is not None and order.map is None and known is not None:
        try:
            chosen = replace(order, map=known["map"])
            plan = await asyncio.to_thread(_plan, ctx, definition, chosen, table, suggested)
        except Invalid:
            # a field is gone since, or no longer his to fill
            known = None
    if definition is not None and plan is None:
        plan = await asyncio.to_thread(_plan, ctx, definition, order, table, suggested)
    columns, count = await _columns(ctx, plan, table, suggested)
    return {
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "quote": table.quote,
        "header_row": table.header if table.top else None,
        "top": [{"row": row, "cells": cells} for row, cells in table.top],
        "sheet": table.sheet,
        "sheets": list(table.sheets),
        "columns": columns,
        "rows": count,
        "remembered": known,
        "brought": brought_fields(ctx, definition) if definition else [],
    }


async def _columns(
    ctx: Ctx, plan: ImportMap | None, table: Table, suggested: Mapping[str, str]
) -> tuple[list[dict[str, Any]], int]:
    """Return the columns of a file as they are told, and how many rows it has."""
    looked = [each for each in plan.columns if _has_values(each)] if plan else []
    places = {column.position for column in looked}
    sample, count, found = await asyncio.to_thread(_scan, table, places)
    columns = await asyncio.to_thread(_bare_columns, ctx, plan, table, suggested, sample)
    if plan is None:
        return columns, count
    for name, note in await asyncio.to_thread(assumptions, ctx, plan, table):
        told = columns[table.columns.index(name)]
        told["assumed"] = said(ctx, note.message, note.values)
    reader = _Reader(ctx, plan, table)
    for column in reversed(plan.columns):
        told = columns[column.position]
        told["field"] = reader.place(column)
        told["reads"].insert(0, reader.read(column, sample[:SAMPLES]))
    for column in looked:
        told = columns[column.position]
        # of a column that fills several fields the first one's values are told
        if told["field"] == reader.place(column):
            told["values"] = await reader.values(column, found[column.position])
    return columns, count


def _bare_columns(
    ctx: Ctx,
    plan: ImportMap | None,
    table: Table,
    suggested: Mapping[str, str],
    sample: Sequence[tuple[str, ...]],
) -> list[dict[str, Any]]:
    """Return the columns of a file with what they tell by themselves."""
    known = told_by(ctx, table)
    fields = plan.definition.fields if plan else {}
    joined = joins(plan.definition, suggested, table.columns) if plan else {}
    columns = []
    for at, name in enumerate(table.columns):
        field = fields.get(suggested.get(name, ""))
        columns.append(
            {
                "name": name,
                "samples": [cells[at] for cells in sample[:SAMPLES]],
                "suggested": suggested.get(name),
                "join": joined.get(name),
                "field": None,
                "values": None,
                "reads": [],
                "times": times_of(plan.definition, suggested, name) if plan else None,
                "order_of_days": known.days(known.cells[name]),
                "phone_country": known.phones(name),
                "country": known.country,
                "clean": guessed(known, field, name).get("clean", []) if field else [],
                "assumed": None,
            }
        )
    return columns


def _plan(
    ctx: Ctx, definition: ObjectDef, order: Order, table: Table, suggested: Mapping[str, str]
) -> ImportMap | None:
    given = order.map
    if given is None:
        if not suggested:
            return None
        given = suggested_map(ctx, definition, suggested, table)
    return read_map(ctx, definition, given, table.columns, mode=order.mode, match=order.match)


def _has_values(column: Column) -> bool:
    """Tell whether a column holds a few known words rather than free text."""
    joined = column.cleaning is not None and bool(column.cleaning.join)
    return column.part is None and not joined and bool(column.field.options or column.target)


def _scan(
    table: Table, places: Iterable[int]
) -> tuple[list[tuple[str, ...]], int, dict[int, Counter[str]]]:
    """Read the file once: its first good rows, how many there are, the texts of some columns."""
    found: dict[int, Counter[str]] = {place: Counter() for place in places}
    reader = rows(table)
    first = list(islice(reader, SNIFFED))
    sample = [row.cells for row in first if row.fault is None]
    count = 0
    for row in chain(first, reader):
        count += 1
        if row.fault is not None:
            continue
        for place, texts in found.items():
            text = restore(row.cells[place].strip())
            if text and (text in texts or len(texts) < COUNTED):
                texts[text] += 1
    return sample, count, found


class _Reader:
    """Reads the texts of a file's columns as an import by the same map would."""

    def __init__(self, ctx: Ctx, plan: ImportMap, table: Table) -> None:
        self.ctx = ctx
        self.plan = plan
        env = replace(environment(ctx), currency=plan.currency)
        self.caster = Caster(plan, table.columns, env)
        self.linker = Linker(ctx, env)

    def place(self, column: Column) -> str:
        """Return the field, or the part of one, that a column fills."""
        return ".".join(filter(None, (column.field.key, column.part)))

    def read(self, column: Column, sample: Sequence[Sequence[str]]) -> dict[str, Any]:
        """Return the first cells of a column as they come out of its rules: {"field", "after": for
        each row the text, as the reader's screen shows it, and what is wrong with it}.
        """
        return {
            "field": self.place(column),
            "after": [self._after(column, cells) for cells in sample],
        }

    def _after(self, column: Column, cells: Sequence[str]) -> dict[str, Any]:
        try:
            text = self.caster.text(cells, column)
        except FieldError as error:
            reason = translate(self.ctx.locale, error.message, error.values)
            return {"text": cells[column.position][:LONGEST], "problem": reason}
        if not text or column.target is not None or column.part is not None:
            return {"text": text[:LONGEST], "problem": None}
        field = column.field
        value = self.caster.read(column, text, self.caster.country(cells, column))
        noted = None
        if isinstance(value, Noted):
            noted = said(self.ctx, value.note.message, value.note.values)
            value = value.value
        if isinstance(value, FieldError):
            reason = translate(self.ctx.locale, value.message, value.values)
            return {"text": text[:LONGEST], "problem": reason}
        if value is None:
            return {"text": "", "problem": None}
        wire = field.type.write(field, field.type.store(field, value))
        shown = cell(field, wire, self.ctx.locale, self.ctx.timezone)
        return {"text": shown[:LONGEST], "problem": noted}

    async def values(self, column: Column, found: Counter[str]) -> dict[str, Any]:
        """Return the column's commonest texts, each as it would be read, and what else there is to
        choose.
        """
        texts = [text for text, _ in found.most_common(SHOWN)]
        linked = column.target is not None
        items = await self._linked(column, texts) if linked else self._chosen(column, texts)
        return {
            "items": [
                {
                    "value": text[:LONGEST],
                    "count": found[text],
                    "mapped": column.values.get(column.plain(text).casefold()),
                    **item,
                }
                for text, item in zip(texts, items, strict=True)
            ],
            "more": len(found) > SHOWN,
            "options": await self._records(column) if linked else self._options(column),
            "by": self._ways(column),
        }

    def _mapped(self, column: Column, text: str) -> str:
        return column.text(text)

    def _lost(self, column: Column, text: str) -> FieldError | None:
        """Return why a cell says nothing, where the map does not say what it is."""
        return None if text.casefold() in column.values else fault_of(text)

    def _chosen(self, column: Column, texts: Sequence[str]) -> list[dict[str, Any]]:
        field = column.field
        labels = {each.key: each.spoken(self.ctx.locale) for each in field.options}
        items = []
        for text in texts:
            mapped = self._mapped(column, text)
            value: Any = self._lost(column, text)
            if value is None and mapped:
                value = self.caster.read(column, mapped)
            value = value.value if isinstance(value, Noted) else value
            if isinstance(value, FieldError):
                items.append(self._item(None, "", None, value))
                continue
            wire = value and field.type.write(field, field.type.store(field, value))
            keys = wire if isinstance(wire, list) else [str(wire)]
            items.append(self._item(wire, ", ".join(labels.get(key, "") for key in keys)))
        return items

    async def _linked(self, column: Column, texts: Sequence[str]) -> list[dict[str, Any]]:
        way = way_of(column)
        many = column.field.type.many
        mapped = [self._mapped(column, text) for text in texts]
        named = [split_words(text) if many else [text] for text in mapped]
        wanted = list(dict.fromkeys(text for each in named for text in each if text))
        await self.linker.load({way: wanted})
        answers = {text: self.linker.find(way, text) for text in wanted}
        target = self.ctx.registry[way[0]]
        ids = sorted({answer for answer in answers.values() if isinstance(answer, str)})
        # an id is taken at its word until it is written; here only what may be seen counts
        seen = {
            each["id"]: each["name"] for each in await get_many(self.ctx, target, ids, ["name"])
        }
        items = [
            [self._link(column, text, answers.get(text), seen) for text in each] for each in named
        ]
        told = [self._list(each) if many else each[0] for each in items]
        lost = [self._lost(column, text) for text in texts]
        return [
            self._item(None, "", None, fault) if fault else item
            for fault, item in zip(lost, told, strict=True)
        ]

    def _list(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return what a cell that names several records is read as; its first problem is told."""
        wires = [each["read"] for each in items if each["read"] is not None]
        return {
            "read": wires or None,
            "label": ", ".join(each["label"] for each in items if each["label"]),
            "missing": next((each["missing"] for each in items if each["missing"]), None),
            "problem": next((each["problem"] for each in items if each["problem"]), None),
        }

    def _link(
        self, column: Column, text: str, answer: Answer, seen: Mapping[str, str]
    ) -> dict[str, Any]:
        if isinstance(answer, Several):
            # the engine chooses among records with one natural key by what else the record links to
            error = None if answer.natural else ambiguous_link(self.ctx, column, text)
            return self._item(None, text if answer.natural else "", None, error)
        if answer is not None and answer in seen:
            wire = {"id": answer, "name": seen[answer], "object": column.target}
            return self._item(wire, seen[answer])
        if not text or column.field.target == self.plan.definition.name:
            # it may stand further down in the same file
            return self._item(None, "")
        error = unknown_link(self.ctx, column, text) if column.missing == "error" else None
        return self._item(None, "", column.missing, error)

    def _item(
        self, wire: Any, label: str, missing: str | None = None, error: FieldError | None = None
    ) -> dict[str, Any]:
        problem = None
        if error is not None:
            reason = translate(self.ctx.locale, error.message, error.values)
            problem = {"code": error.code, "message": reason}
        return {"read": wire, "label": label, "missing": missing, "problem": problem}

    def _options(self, column: Column) -> list[dict[str, str]]:
        locale = self.ctx.locale
        return [{"key": each.key, "label": each.spoken(locale)} for each in column.field.options]

    async def _records(self, column: Column) -> list[dict[str, str]]:
        """Return the records that a value map may name, where they are few."""
        target = self.ctx.registry[str(column.target)]
        natural = target.facts.natural_key
        if self.ctx.rights.readable(target).get(natural) != "full":
            natural = None
        fields = ["id", "name", *([natural] if natural else [])]
        page = await find(self.ctx, target.name, fields=fields, sort="name", limit=SHOWN + 1)
        if page.next is not None or len(page.items) > SHOWN:
            return []
        keys = Counter(item[natural] for item in page.items) if natural else Counter()
        return [
            {
                "key": item[natural] if natural and keys[item[natural]] == 1 else item["id"],
                "label": item["name"],
            }
            for item in page.items
        ]

    def _ways(self, column: Column) -> list[str]:
        if column.target is None:
            return []
        return [each.key for each in self.linker.keys(self.ctx.registry[column.target])]
