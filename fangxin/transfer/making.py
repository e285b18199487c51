"""Records that an import's cells name: what a text stands for, and making those that lack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldError, Invalid
from fangxin.kernel.ids import new_id
from fangxin.objects.declare import Change
from fangxin.records.engine import write_many
from fangxin.transfer.casting import Caster, Draft, way_of
from fangxin.transfer.linking import Answer, Linker, Several, Way
from fangxin.transfer.mapping import Column, ImportMap


class Making:
    """Answers what texts stand for, and makes what lacks where the map says so."""

    def __init__(self, ctx: Ctx, plan: ImportMap, caster: Caster, linker: Linker) -> None:
        self.ctx = ctx
        self.plan = plan
        self.caster = caster
        self.linker = linker

    def is_own(self, column: Column) -> bool:
        """Tell whether a column's records may stand further down in the same file."""
        # only a single link waits for the end of the file: a list is not completed afterwards
        return column.field.target == self.plan.definition.name

    def answer(self, column: Column, text: str) -> Answer:
        """Return what a cell's text stands for."""
        found = self.linker.find(way_of(column), text)
        # the same key in several pipelines, say: the engine looks at what else the record links to
        return text if isinstance(found, Several) and found.natural else found

    async def make(
        self, tx: Tx, drafts: Sequence[Draft], *, own: bool = False
    ) -> dict[Way, dict[str, str]]:
        """Make the records that cells name and that are not there, column by column.

        Those of the imported object itself are made last (`own`): a later row may be meant.
        """
        made: dict[Way, dict[str, str]] = {}
        for column in (*self.plan.columns, *self.plan.defaults):
            if column.missing != "create" or own != self.is_own(column):
                continue
            lacking: dict[str, Draft] = {}
            for draft in drafts:
                for each, text in (*draft.links, *draft.default_links):
                    if each is column and not draft.issues and self.answer(column, text) is None:
                        lacking.setdefault(text, draft)
            found = made.setdefault(way_of(column), {})
            await self._make(tx, column, {t: d for t, d in lacking.items() if t not in found}, made)
        return made

    async def _make(
        self,
        tx: Tx,
        column: Column,
        lacking: dict[str, Draft],
        made: dict[Way, dict[str, str]],
    ) -> None:
        if not lacking:
            return
        target = self.ctx.registry[str(column.target)]
        changes = {
            text: Change(
                target.name, new_id(), "create", self._made_values(column, text, draft, made)
            )
            for text, draft in lacking.items()
        }
        await write_many(self.ctx, tx, target.name, "create", list(changes.values()))
        made[way_of(column)].update({text: change.id for text, change in changes.items()})

    def _made_values(
        self, column: Column, text: str, draft: Draft, made: dict[Way, dict[str, str]]
    ) -> dict[str, Any]:
        there = self.ctx.registry[str(column.target)].fields
        texts = {column.by or "name": text}
        texts |= {k: self.caster.filled(draft.cells, t) for k, t in column.others.items()}
        values: dict[str, Any] = {}
        for key, cell in texts.items():
            target = there[key].target
            if target is not None:
                by_name = {way: found for way, found in made.items() if way[0] == target}
                ids = [found[cell] for found in by_name.values() if cell in found]
                answer = ids[0] if ids else self.linker.find((target, None), cell)
                values[key] = answer if isinstance(answer, str) else cell
            elif cell:
                try:
                    values[key] = there[key].type.read_text(there[key], cell, self.caster.env)
                except FieldError as error:
                    raise Invalid(errors=[error.at(f"/{column.field.key}")]) from error
        return values
