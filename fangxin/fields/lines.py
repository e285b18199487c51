"""Lines: a small table inside a record, such as the positions of a quote.

They live and are logged with their record, whole. The columns are fields themselves (`Field.line`),
each with storage of its own form inside the JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from fangxin.fields.base import Environment, Field, FieldType, Storage
from fangxin.kernel.errors import FieldError
from fangxin.kernel.sql import Json

LIMIT: Final = 500


class Lines(FieldType):
    """A list of lines. A value is a list of dicts with every column's key; read-only columns are
    filled by the object's own preparation, and what a client sends for them is passed over.
    """

    name = "lines"
    listed = False

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", Json()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if not isinstance(wire, list):
            raise FieldError("not_a_list", "A list of lines is needed here.")
        if len(wire) > LIMIT:
            raise FieldError("too_many", "At most {limit} lines are allowed.", limit=LIMIT)
        faults: list[FieldError] = []
        lines = [_read_line(field, line, env, f"/{at}", faults) for at, line in enumerate(wire)]
        FieldError.raise_all(faults)
        return lines

    def store(self, field: Field, value: Any) -> Storage:
        return ([_pack(field, line) for line in value],)

    def load(self, field: Field, storage: Storage) -> Any:
        if storage[0] is None:
            return None
        return [
            {
                each.key: None if each.computed else each.type.load(each, unpacked(each, line))
                for each in field.line
            }
            for line in storage[0]
        ]

    def write(self, field: Field, storage: Storage) -> Any:
        return [
            {each.key: shown(each, unpacked(each, line)) for each in field.line}
            for line in storage[0] or ()
        ]

    def sort_column(self, field: Field) -> int | None:
        return None

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        try:
            wire = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise FieldError("wrong_type", "This is not JSON.") from error
        return self.read(field, wire, env)

    def write_text(self, field: Field, wire: Any) -> str:
        return msgspec.json.encode(wire).decode() if wire else ""


def _read_line(
    field: Field, wire: Any, env: Environment, place: str, faults: list[FieldError]
) -> dict[str, Any]:
    """Return a line; what is wrong with it goes to `faults`."""
    line: dict[str, Any] = {each.key: None for each in field.line}
    if not isinstance(wire, Mapping) or wire.keys() - line.keys():
        code = "unknown_field" if isinstance(wire, Mapping) else "wrong_type"
        known = ", ".join(line)
        faults.append(FieldError(code, "A line has the keys {known}.", place, known=known))
        return line
    for each in (each for each in field.line if not each.read_only):
        cell, here = wire.get(each.key, each.default), f"{place}/{each.key}"
        if cell is None and each.required:
            faults.append(FieldError("required", "This field is required.", here))
        try:
            if cell is not None:
                line[each.key] = each.type.read(each, cell, env)
                each.type.store(each, line[each.key])
        except FieldError as error:
            faults.append(FieldError(error.code, error.message, here, **error.values))
    return line


def _pack(field: Field, line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        each.custom_id or each.key: each.pack(each.type.store(each, line[each.key]))
        for each in field.line
        if line.get(each.key) is not None
    }


def unpacked(column: Field, line: Mapping[str, Any]) -> Storage:
    """Return the storage of a cell of a stored line."""
    return column.unpack(line.get(column.custom_id or column.key))


def shown(column: Field, storage: Storage) -> Any:
    """Return a cell's storage as JSON; names of links are looked up after the query."""
    wire = column.type.write(column, storage)
    if column.target is None or wire is None:
        return wire
    return {"id": wire, "name": None, "object": column.target}


def inner_links(field: Field) -> list[Field]:
    """Return the columns of its lines that link to a record."""
    return [each for each in field.line if each.target is not None]


def columns_of(field: Field) -> dict[str, Field]:
    """Return the columns by key that an administrator gave a field, none where he gave none."""
    return {each.key: each for each in field.line if each.custom}
