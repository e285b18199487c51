"""From cells to values: each row becomes a draft of a record, with what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from fangxin.fields.base import Environment, Field
from fangxin.fields.choice import split_words
from fangxin.fields.number import read_decimal
from fangxin.kernel.defusing import restore
from fangxin.kernel.errors import FangxinError, FieldError
from fangxin.kernel.figures import has_unit, plain_figure
from fangxin.kernel.footers import Row
from fangxin.kernel.sheet_marks import fault_of
from fangxin.kernel.telephones import country_of
from fangxin.transfer.mapping import Column, ImportMap, fill

if TYPE_CHECKING:
    from fangxin.transfer.linking import Way

# texts of one column whose values are known
REMEMBERED: Final = 5000
# what stands in cells that say nothing, where it is no text that is kept, nor an option
EMPTY: Final = frozenset(
    ["-", "--", "—", "–", "/", "\\", "无", "無", "暂无", "n/a", "null", "(null)"]
)
NOTHING: Final = EMPTY | {
    *("na", "none", "nil", "(blank)", "unknown", "空", "未知", "不详", "不詳", "未填写", "没有"),
    *("#n/a", "http://", "https://", "0000-00-00", "0000-00-00 00:00:00", "0/0/00", "00/00/0000"),
}
_SEVERAL: Final = re.compile(r"\s*(?::::|[;；、,，|/\n])\s*|\s{2,}")


@dataclass(frozen=True, slots=True)
class Noted:
    """A value that was read all the same, and what is to be told of it."""

    value: Any
    note: FieldError


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a row, or a link of it, did not arrive. `column` is "" for the whole row."""

    row: int
    column: str
    code: str
    message: str
    values: Mapping[str, Any]
    value: str = ""
    kind: str = "failed"
    record_id: str | None = None


@dataclass(slots=True)
class Draft:
    """What a row will be. `links` holds cells that name other records; `id` is set once known."""

    number: int
    cells: Sequence[str]
    values: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    links: list[tuple[Column, str]] = field(default_factory=list)
    default_links: list[tuple[Column, str]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    later: list[Issue] = field(default_factory=list)
    # what is told of a row that comes in
    notes: list[Issue] = field(default_factory=list)
    key: Any = None
    id: str | None = None
    found: bool = False
    # what it looks like (transfer/doubles.py)
    likely: Any = None
    # links to what a dry run would have made: fields that cannot be filled yet
    promised: set[str] = field(default_factory=set)

    def refuse(self, column: str, error: FieldError, value: str = "") -> None:
        """Note why the row cannot come in."""
        known = dict(error.values)
        self.issues.append(Issue(self.number, column, error.code, error.message, known, value))

    def note(self, column: str, note: FieldError, value: str) -> None:
        """Note what is told of the row although it comes in."""
        told = (note.code, note.message, dict(note.values))
        self.notes.append(Issue(self.number, column, *told, value, "noted"))


def way_of(column: Column) -> Way:
    """Return how the record that a link's cell names is looked up."""
    return (str(column.target), column.by)


class Casting(Protocol):
    """The part of a map that casting needs."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What fills fields."""

    @property
    def defaults(self) -> tuple[Column, ...]:
        """What fills fields of new records that no column filled."""

    @property
    def match(self) -> Field | None:
        """The field by which rows find their records."""


class Caster:
    """Casts rows by a map. Equal cells of a column are cast once."""

    def __init__(self, plan: Casting, header: Sequence[str], env: Environment) -> None:
        self.plan = plan
        self.env = replace(env, doubts=[])
        self._abroad: dict[str | None, Environment] = {None: self.env}
        self._columns = {column.name: column for column in reversed(plan.columns)}
        self._positions = {name: position for position, name in enumerate(header)}
        self._memory: dict[tuple[str | None, ...], dict[str, Any]] = {}

    def text(self, row: Sequence[str], column: Column) -> str:
        """Return a column's cell after its value map, or its template where it is empty. Raises
        FieldError for one whose value is lost: #REF!, 1.39E+10.
        """
        cell = self._cell(row[column.position], column.values) if column.position >= 0 else ""
        cleaning = column.cleaning
        if cleaning is not None and cleaning.join:
            cell = cleaning.joined([cell, *(self._cell(row[at]) for at in cleaning.join)])
        cell = column.text(cell, self.country(row, column))
        return cell if cell or column.template is None else self.filled(row, column.template)

    def country(self, row: Sequence[str], column: Column) -> str | None:
        """Return of which country a row says that its phone numbers are, None for none."""
        if column.cleaning is None or column.cleaning.country < 0:
            return None
        return country_of(row[column.cleaning.country])

    def _cell(self, raw: str, values: Mapping[str, str] | None = None) -> str:
        """Return what stands in a cell; a map of values may say what a lost one is."""
        cell = restore(raw.strip())
        fault = fault_of(cell)
        if fault is not None and cell.casefold() not in (values or ()):
            raise fault
        return cell

    def filled(self, row: Sequence[str], template: str) -> str:
        """Fill a template from a row."""

        def cell(name: str) -> str:
            column = self._columns.get(name)
            if column is not None and (column.template is None or name not in column.template):
                return self.text(row, column)
            return self._cell(row[self._positions[name]])

        return fill(template, cell)

    def cast(self, row: Row) -> Draft:
        """Turn a row into a draft; its links are texts still."""
        draft = Draft(row.number, row.cells)
        if row.fault is not None:
            draft.refuse("", row.fault)
            return draft
        for column in self.plan.columns:
            self._put(draft, column, draft.values, draft.links)
        # a default stands in for a list that a column fills, it does not go with it
        lists = {column.field.key for column, _ in draft.links if column.field.type.many}
        for column in self.plan.defaults:
            if column.field.key not in {*draft.values, *lists}:
                self._put(draft, column, draft.defaults, draft.default_links)
        match = self.plan.match
        if match is not None and not draft.issues:
            value = draft.values.get(match.key)
            if value is None:
                message = "The match key {field} is empty."
                draft.refuse("", FieldError("no_key", message, field=match.key))
            else:
                draft.key = match.type.write(match, match.type.store(match, value))
        return draft

    def _put(
        self,
        draft: Draft,
        column: Column,
        values: dict[str, Any],
        links: list[tuple[Column, str]],
    ) -> None:
        try:
            text = self.text(draft.cells, column)
        except FieldError as fault:
            place = column.position
            draft.refuse(
                column.name or column.field.key, fault, draft.cells[place] if place >= 0 else ""
            )
            return
        if not text:
            return
        if column.target is not None:
            named = split_words(text) if column.field.type.many else [text]
            links += [(column, each) for each in named if each.casefold() not in EMPTY]
            return
        key = column.field.key
        found = self.read(column, text, self.country(draft.cells, column))
        if isinstance(found, Noted):
            draft.note(column.name or key, found.note, text)
            found = found.value
        if isinstance(found, FieldError):
            draft.refuse(column.name or key, found, text)
        elif column.field.type.parts:
            # a street in one column, its town in another
            values[key] = {**values.get(key, {}), **(found or {})}
        elif found is not None:
            values[key] = found

    def read(self, column: Column, text: str, country: str | None = None) -> Any:
        """Return a text as the column's value, as Noted, or the FieldError that refuses it."""
        region = country or (column.cleaning.region if column.cleaning else None)
        known = self._memory.setdefault((column.field.key, column.part, region), {})
        found = known.get(text, known)
        if found is known:
            if len(known) >= REMEMBERED:
                known.clear()
            env = self._abroad.get(region)
            if env is None:
                env = self._abroad[region] = replace(self.env, region=region)
            found = known[text] = self._meant(column, text, env)
        return found

    def _meant(self, column: Column, text: str, env: Environment) -> Any:
        """Return what a text is read as; a sign for nothing is nothing, and of several addresses or
        numbers the first is taken.
        """
        doubts = env.doubts if env.doubts is not None else []
        doubts.clear()
        value = self._read(column, text, env)
        if not isinstance(value, FieldError):
            return Noted(value, doubts[0]) if doubts else value
        if text.casefold() in NOTHING:
            return None
        parts = [each for each in _SEVERAL.split(text) if each]
        if column.field.type.likeness != "code" or len(parts) == 1:
            return value
        several = [self._read(column, each, env) for each in parts]
        if any(isinstance(each, FieldError) for each in several):
            return value
        message = "The field holds one of them: {first}. Left out: {others}."
        values = {"first": parts[0], "others": ", ".join(parts[1:])[:200]}
        return Noted(several[0], FieldError("more_than_one", message, **values))

    def _read(self, column: Column, text: str, env: Environment) -> Any:
        target = column.field
        try:
            if column.part is not None:
                return target.type.read(target, {column.part: text}, env)
            if column.times is not None and not has_unit(text):
                text = f"{read_decimal(plain_figure(text)) * column.times:f}"
            value = target.type.read_text(target, text, env)
            if value is not None:
                target.type.store(target, value)
        except FieldError as error:
            return error
        return value


def issues_of(draft: Draft, plan: ImportMap, error: FangxinError) -> list[Issue]:
    """Return a refusal of the engine as issues of the row, at the columns that fill the fields."""
    names = {column.field.key: column.name for column in plan.columns}
    found: dict[str, Issue] = {}
    for fault in error.errors:
        key = fault.pointer.strip("/").partition("/")[0]
        name = names.get(key, key)
        position = next((c.position for c in plan.columns if c.field.key == key), -1)
        value = draft.cells[position] if position >= 0 else ""
        values = dict(fault.values)
        found[name] = Issue(draft.number, name, fault.code, fault.message, values, value)
    if found:
        return list(found.values())
    return [Issue(draft.number, "", error.code, error.detail, dict(error.values))]
