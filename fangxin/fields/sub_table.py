"""Sub-tables: lines inside a record whose columns an administrator shapes.

A stored line is {"id", code of a column: its packed storage}: a column keeps its code through new
words, and what it held stays while it rests in the bin. Formulas over a line are reckoned when it
is read. A value is that of Lines, each line with its "id" and, under KEPT, what it holds of columns
that are not there now.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from fangxin.fields.base import Environment, Field, Storage
from fangxin.fields.computed import gives
from fangxin.fields.lines import LIMIT, Lines, shown, unpacked
from fangxin.formula.expression import names, parse
from fangxin.formula.value import Value, final, in_order, reckon
from fangxin.kernel.errors import FieldError

ID: Final = "id"
KEPT: Final = "_kept"
# bytes of all lines as JSON
SIZE: Final = 256_000
_ID: Final = re.compile(r"[a-z0-9]{1,20}")


class SubTable(Lines):
    """Lines with columns of an administrator's own; each line has an `id` that stays with it.

    Where there are lines, there are between `min` and `max` of them.
    """

    name = "sub_table"

    def __init__(self, columns: Sequence[Field] = ()) -> None:
        own = {each.key: each for each in columns if each.computed}
        trees = {key: parse(each.formula or "") for key, each in own.items()}
        self.formulas = [(own[key], trees[key]) for key in in_order(trees)]
        read = set[str]().union(*map(names, trees.values()))
        plain = [each for each in columns if each.key in read and not each.computed]
        # what formulas read of a line: column, kind, part of its storage, scale
        self.sources = [(each, *(gives(each) or (None, 0, 0))) for each in plain]

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        given = wire if isinstance(wire, list) else ()
        bare = [_without_id(line) for line in given] if given else wire
        lines = super().read(field, bare, env)
        if len(msgspec.json.encode(wire)) > SIZE:
            raise FieldError("too_long", "At most {limit} bytes are allowed.", limit=SIZE)
        least, most = int(field.min or 0), int(field.max or LIMIT)
        if lines and not least <= len(lines) <= most:
            message = "From {min} to {max} lines are allowed."
            raise FieldError("too_many", message, min=least, max=most)
        taken: set[str | None] = set()
        for place, (line, sent) in enumerate(zip(lines, given, strict=False)):
            id_ = _read_id(sent.get(ID), f"/{place}/{ID}")
            # a line that was copied with its id is a new one
            line[ID] = None if id_ in taken else id_
            taken.add(id_)
        return lines or None

    def store(self, field: Field, value: Any) -> Storage:
        packed = super().store(field, value)[0]
        lines = [
            {ID: line.get(ID), **(line.get(KEPT) or {}), **cells}
            for line, cells in zip(value, packed, strict=True)
        ]
        return (lines or None,)

    def load(self, field: Field, storage: Storage) -> Any:
        lines = super().load(field, storage)
        known = {ID, *(each.custom_id for each in field.line)}
        for line, stored in zip(lines or (), storage[0] or (), strict=True):
            line[ID] = stored.get(ID)
            if kept := {code: cell for code, cell in stored.items() if code not in known}:
                line[KEPT] = kept
        return lines

    def write(self, field: Field, storage: Storage) -> Any:
        return [self._shown(field, line) for line in storage[0] or ()]

    def _shown(self, field: Field, line: Mapping[str, Any]) -> dict[str, Any]:
        cells = {each.key: unpacked(each, line) for each in field.line if not each.computed}
        values = {
            each.key: Value(kind, cells[each.key][part], scale)
            for each, kind, part, scale in self.sources
        }
        for each, tree in self.formulas:
            found = reckon(tree, values)
            cells[each.key] = (final(found, each.scale),)
            values[each.key] = Value(found.kind, cells[each.key][0], each.scale)
        return {ID: line.get(ID), **{each.key: shown(each, cells[each.key]) for each in field.line}}

    def mask(self, wire: Any) -> Any:
        return []


def _without_id(line: Any) -> Any:
    if not isinstance(line, Mapping):
        return line
    return {key: cell for key, cell in line.items() if key != ID}


def _read_id(wire: Any, place: str) -> str | None:
    if wire is None or (isinstance(wire, str) and _ID.fullmatch(wire)):
        return wire
    raise FieldError("bad_id", "A line's id is what it was read with, or left out.", place)
