"""One slice of an import: links found, records matched, and all of it written in one transaction.

A slice that is refused as a whole is halved until the row that is meant stands alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import ConstraintViolated, Tx
from fangxin.kernel.errors import Conflict, FangxinError, FieldError
from fangxin.kernel.ids import new_id
from fangxin.objects.declare import Change
from fangxin.records.engine import write_many
from fangxin.records.keys import MADE, NOTHING
from fangxin.records.numbering import numbered_anew, reserve_numbers
from fangxin.transfer import ledger
from fangxin.transfer.casting import Caster, Draft, Issue, issues_of, way_of
from fangxin.transfer.doubles import KIND as DUPLICATE
from fangxin.transfer.doubles import Doubles
from fangxin.transfer.ledger import Book
from fangxin.transfer.linking import (
    Answer,
    Linker,
    Several,
    Way,
    ambiguous_link,
    linked,
    unknown_link,
)
from fangxin.transfer.making import Making
from fangxin.transfer.mapping import CHANGED, Column, ImportMap

Save: TypeAlias = Callable[[Tx, Book], Awaitable[None]]
# of a dry run, which leaves nothing behind: how later rows may call what it would have made
Promised: TypeAlias = dict[str, set[str]]
# automatic numbers drawn at a time
NUMBERS: Final = 5_000
# kinds of issues that keep a row out
OUT: Final = frozenset({"failed", DUPLICATE})


class Rehearsed(Exception):
    """Raised at the end of a dry run's transaction, so that nothing of it stays."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


@dataclass(slots=True)
class Outcome:
    """What became of a slice."""

    book: Book
    issues: list[tuple[Draft, Issue]] = field(default_factory=list)
    made: dict[Way, dict[str, str]] = field(default_factory=dict)


def likely(draft: Draft) -> bool:
    """Tell whether a row looks like a record that the actor sees, or like a row above."""
    return draft.likely is not None and bool(draft.likely.told)


def _only_awaits(draft: Draft, error: FangxinError) -> bool:
    """Tell whether a row lacks only what a dry run would have made."""
    lacking = {each.pointer.strip("/") for each in error.errors}
    required = all(each.code == "required" for each in error.errors)
    return bool(lacking) and required and lacking <= draft.promised


class Slices:
    """Writes slices of one import, one after another."""

    def __init__(
        self, ctx: Ctx, caster: Caster, doubles: Doubles, save: Save, promised: Promised
    ) -> None:
        plan = doubles.plan
        self.ctx = ctx
        self.plan = plan
        self.caster = caster
        self.linker = Linker(ctx, caster.env)
        self.making = Making(ctx, plan, caster, self.linker)
        self.doubles = doubles
        self.save = save
        # a slice makes records of the object itself and those that its links lack
        made = {c.target for c in plan.columns if c.missing == "create" and c.target}
        self.numbered = [plan.definition, *map(ctx.registry.__getitem__, made)]
        self.match: Way | None = None
        self._made: Mapping[Any, Any] = NOTHING
        self.promised = promised
        if plan.match is not None:
            self.match = (plan.definition.name, plan.match.key)

    def independent(self, book: Book) -> bool:
        """Tell whether what a row comes to does not hang on rows of the slice before, but for what
        a unit reads itself.
        """
        columns = (*self.plan.columns, *self.plan.defaults)
        own = any(each.missing == "create" or self.making.is_own(each) for each in columns)
        return not (book.dry_run or self.match or self.doubles.active or own)

    async def write_ahead(
        self,
        book: Book,
        drafts: Sequence[Draft],
        made: Mapping[Any, Any],
        before: asyncio.Future[None] | None,
    ) -> tuple[Book, asyncio.Future[None]]:
        """Make a slice of an independent plan while the one before is on its way, and return the
        book behind it with what is done when it is durable. Both raise NotWritten where `write`
        is to be asked.
        """
        await self.look_up(drafts)
        await self._reserve(book, drafts)

        async def unit(tx: Tx) -> Book:
            tx.memory[MADE] = made
            outcome = await self._unit(tx, book, drafts)
            await self._settle(tx, outcome)
            return outcome.book

        return await self.ctx.database.write_ahead(unit, before)

    async def write(
        self, book: Book, drafts: Sequence[Draft], made: Mapping[Any, Any] = NOTHING
    ) -> Book:
        """Write a slice and return the book as it stands then. `made` is what has been made of its
        values already (see drafting).
        """
        self._made = made
        await self._prepare(drafts)
        left = drafts
        while left:
            part, left = await self.doubles.split(left)
            book = await self._write(book, part)
        return book

    async def _write(self, book: Book, drafts: Sequence[Draft]) -> Book:
        good = await self._reserve(book, drafts)
        try:
            outcome = await numbered_anew(self.ctx, self.numbered, lambda: self._run(book, drafts))
        except (FangxinError, ConstraintViolated) as error:
            known = error if isinstance(error, FangxinError) else _constraint(error)
            if len(drafts) == 1:
                drafts[0].issues = issues_of(drafts[0], self.plan, known)
                return await self._write(book, drafts) if good else _give_up(known)
            middle = len(drafts) // 2
            book = await self._write(book, drafts[:middle])
            return await self._write(book, drafts[middle:])
        if book.dry_run:
            self._promise(good)
        else:
            for way, found in outcome.made.items():
                self.linker.learn(way, found)
        return outcome.book

    def _promise(self, drafts: Sequence[Draft]) -> None:
        definition = self.plan.definition
        names = self.promised.setdefault(definition.name, set())
        keys = [each.key for each in self.linker.keys(definition)]
        for draft in drafts:
            names.update(str(draft.values[key]) for key in keys if key in draft.values)

    def is_promised(self, column: Column, text: str) -> bool:
        """Tell whether a record that a dry run would have made answers to a text."""
        return self.doubles.dry_run and text in self.promised.get(str(column.target), ())

    async def _reserve(self, book: Book, drafts: Sequence[Draft]) -> list[Draft]:
        """Return the drafts that are good so far; for new ones automatic numbers are drawn."""
        good = [draft for draft in drafts if not draft.issues]
        if fresh := sum(not draft.found for draft in good):
            # for the slices that follow too: each drawing is a transaction
            block = min((book.total or 0) - book.processed, NUMBERS)
            await reserve_numbers(self.ctx, self.plan.definition, fresh, block)
        return good

    async def _run(self, book: Book, drafts: Sequence[Draft]) -> Outcome:
        async def unit(tx: Tx) -> Outcome:
            tx.memory[MADE] = self._made
            outcome = await self._unit(tx, book, drafts)
            if book.dry_run:
                raise Rehearsed(outcome)
            await self._settle(tx, outcome)
            return outcome

        try:
            return await self.ctx.database.write(unit)
        except Rehearsed as rehearsed:
            outcome = rehearsed.outcome
            await self.ctx.database.write(lambda tx: self._settle(tx, outcome))
            return outcome

    async def _settle(self, tx: Tx, outcome: Outcome) -> None:
        await ledger.add_issues(tx, outcome.book.id, outcome.issues)
        await self.save(tx, outcome.book)

    # --- before the transaction: what cells name, what rows match ---

    async def look_up(self, drafts: Sequence[Draft]) -> None:
        wanted: dict[Way, list[str]] = {}
        for draft in drafts:
            for column, text in (*draft.links, *draft.default_links):
                wanted.setdefault(way_of(column), []).append(text)
                for other, value in self._others(draft, column):
                    wanted.setdefault((other, None), []).append(value)
        await self.linker.load(wanted)

    async def _prepare(self, drafts: Sequence[Draft]) -> None:
        await self.look_up(drafts)
        if self.match is not None:
            keys = {str(draft.key): draft for draft in drafts if draft.key is not None}
            await self.linker.load({self.match: keys})
            # a record may be gone or new by the next slice: matches are not remembered
            found = self.linker.known.pop(self.match, {})
            for draft in drafts:
                self._match(draft, found.get(str(draft.key)))

    def _others(self, draft: Draft, column: Column) -> list[tuple[str, str]]:
        """Return (target, text) of the links that a record made for this cell would have."""
        if column.missing != "create":
            return []
        there = self.ctx.registry[str(column.target)].fields
        return [
            (str(there[key].target), self.caster.filled(draft.cells, template))
            for key, template in column.others.items()
            if there[key].target is not None
        ]

    def _match(self, draft: Draft, found: Answer) -> None:
        if draft.key is None or draft.issues:
            return
        if isinstance(found, Several):
            message = "More than one record has this {field}."
            draft.refuse("", _keyed("ambiguous_match", message, self.plan), str(draft.key))
        elif found is not None and self.plan.mode == "create":
            message = "There is a record with this {field} already."
            draft.refuse("", _keyed("already_there", message, self.plan), str(draft.key))
        elif found is None and self.plan.mode == "update":
            message = "There is no record with this {field}, or you may not see it."
            draft.refuse("", _keyed("no_match", message, self.plan), str(draft.key))
        else:
            draft.id, draft.found = found, found is not None

    # --- inside the transaction ---

    async def _unit(self, tx: Tx, book: Book, drafts: Sequence[Draft]) -> Outcome:
        made = await self.making.make(tx, drafts)
        creates: list[tuple[Draft, Change]] = []
        updates: list[tuple[Draft, Change]] = []
        issues: list[tuple[Draft, Issue]] = []
        for draft in drafts:
            change, faults = self._change(draft, made)
            issues += [(draft, each) for each in faults]
            if change is not None:
                (updates if draft.found else creates).append((draft, change))
        refused: list[tuple[Draft, Issue]] = []
        written = [
            await self._write_verb(tx, verb, pairs, refused)
            for verb, pairs in (("create", creates), ("update", updates))
        ]
        failed = {draft.number for draft, issue in (*issues, *refused) if issue.kind == "failed"}
        kept = [pair for pair in issues if pair[1].kind in OUT or pair[0].number not in failed]
        await self.doubles.queue(tx, [draft for draft, _ in creates], failed)
        changed = {draft.number for draft, _ in updates} - failed
        late = [d for d, _ in creates if d.number not in failed and self.doubles.changes_above(d)]
        updated = written[1] + len(late)
        after = book.counted(
            processed=len(drafts),
            failed=len(failed),
            duplicates=sum(map(likely, (d for d in drafts if d.number not in failed))),
            created=written[0] - len(late),
            updated=updated,
            unchanged=len(changed) - written[1],
        )
        after = replace(after, cursor=drafts[-1].number)
        return Outcome(after, [*kept, *refused], made)

    async def _write_verb(
        self,
        tx: Tx,
        verb: str,
        pairs: Sequence[tuple[Draft, Change]],
        refused: list[tuple[Draft, Issue]],
    ) -> int:
        if not pairs:
            return 0
        draft_of = {id(change): draft for draft, change in pairs}
        forgiven = 0

        def refuse(change: Change, error: FangxinError) -> None:
            nonlocal forgiven
            draft = draft_of[id(change)]
            if _only_awaits(draft, error):
                forgiven += 1
                return
            refused.extend((draft, each) for each in issues_of(draft, self.plan, error))

        changes = [change for _, change in pairs]
        name = self.plan.definition.name
        return forgiven + len(await write_many(self.ctx, tx, name, verb, changes, refuse=refuse))

    def _change(
        self, draft: Draft, made: dict[Way, dict[str, str]]
    ) -> tuple[Change | None, list[Issue]]:
        """Return what a draft writes, and the issues of the row; with a failed one nothing."""
        values = dict(draft.values)
        issues = list(draft.issues)
        links = draft.links
        if not draft.found:
            values = {**draft.defaults, **values}
            links = [*draft.default_links, *draft.links]
        id_ = draft.id or values.get("id") or new_id()
        for column, text in links:
            answer = made.get(way_of(column), {}).get(text) or self.making.answer(column, text)
            if isinstance(answer, str):
                values[column.field.key] = linked(column.field, values, answer)
            elif answer is None or isinstance(answer, Several):
                issues += self._unlinked(draft, column, text, id_, answer)
        values.pop("id", None)
        if draft.found:
            # a record that is there was changed by this import, whenever the file's was
            for key in CHANGED:
                values.pop(key, None)
        if out := [issue for issue in issues if issue.kind in OUT]:
            return None, out
        verb = "update" if draft.found else "create"
        issues += [replace(each, record_id=id_) for each in draft.notes]
        return Change(self.plan.definition.name, id_, verb, values), issues

    def _unlinked(
        self, draft: Draft, column: Column, text: str, id_: str, answer: Answer
    ) -> list[Issue]:
        """Return what a link that leads nowhere means for its row."""
        if column.missing == "skip" and answer is None:
            return []
        if answer is None and self.is_promised(column, text):
            draft.promised.add(column.field.key)
            return []
        name = column.name or column.field.key
        if isinstance(answer, Several):
            error = ambiguous_link(self.ctx, column, text)
            return [Issue(draft.number, name, error.code, error.message, error.values, text)]
        error = unknown_link(self.ctx, column, text)
        kind = "later" if self.making.is_own(column) else "failed"
        told = (error.code, error.message, error.values)
        return [Issue(draft.number, name, *told, text, kind, id_)]


def _keyed(code: str, message: str, plan: ImportMap) -> FieldError:
    return FieldError(code, message, field=plan.match.key if plan.match else "")


def _constraint(error: ConstraintViolated) -> FangxinError:
    message = "The row repeats a value that must be unique, or points to nothing."
    return Conflict(message, code="not_unique" if error.kind == "unique" else "in_use")


def _give_up(error: FangxinError) -> Book:
    """A row that is only reported cannot be refused again: the fault is not in the file."""
    raise error
