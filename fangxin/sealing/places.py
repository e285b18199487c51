"""Where ciphertext lies: columns of shipped fields, the JSON of custom ones, the change log.

Found from what is declared and what administrators have made, also from what rests in the recycle
bin: whatever may come back must open then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from fangxin.kernel.db import Database, Tx
from fangxin.kernel.sealed_text import MARK
from fangxin.kernel.sql import DialectName, Id, Statement, compile_statement, metadata
from fangxin.objects.custom import Custom, custom_record, load
from fangxin.sealing.shipped import Named, encrypted, read_named

FIRST: Final = "00000000-0000-0000-0000-000000000000"
# records or lines of the log in one transaction: SQLite's writer is held for some ten milliseconds
SLICE: Final = 50


@dataclass(frozen=True, slots=True)
class Place:
    """The rows of one object that may hold ciphertext: its shipped columns (field, column of the
    blind index, column of the ciphertext), and the codes of custom fields with whether the field
    is encrypted today and in use.
    """

    object: str
    table: sa.Table
    columns: tuple[tuple[str, str, str], ...]
    codes: Mapping[str, bool]
    object_id: str | None = None

    def statement(self, dialect: DialectName, *, lock: bool) -> Statement:
        """Return the statement of the next rows after the parameter `after`: id, custom, then two
        columns for each shipped field.
        """
        table = self.table
        names = [name for _, *both in self.columns for name in both]
        # skip one-door: ciphertext is made anew for every row, and shown to nobody
        rows = sa.select(table.c.id, table.c.custom, *(table.c[name] for name in names))
        rows = rows.where(table.c.id > sa.bindparam("after", type_=Id()))
        if self.object_id is not None:
            rows = rows.where(table.c.object_id == sa.literal(self.object_id))
        ordered = rows.order_by(table.c.id).limit(sa.literal_column(str(SLICE)))
        return compile_statement(ordered.with_for_update() if lock else ordered, dialect)

    def update(self, dialect: DialectName) -> Statement:
        """Return the statement that writes one row's ciphertexts by its parameter `row_id`."""
        table = self.table
        names = ["custom", *(name for _, *both in self.columns for name in both)]
        values = {name: sa.bindparam(f"set_{name}", type_=table.c[name].type) for name in names}
        # skip one-door: the same text under another key is no change of the record
        made = sa.update(table).values(values)
        return compile_statement(
            made.where(table.c.id == sa.bindparam("row_id", type_=Id())), dialect
        )


def _shipped(table: sa.Table, chosen: frozenset[str]) -> tuple[tuple[str, str, str], ...]:
    fields = [column.info["field"] for column in table.columns if "field" in column.info]
    made = [encrypted(each) if each.key in chosen else each for each in fields]
    return tuple((each.key, *each.column_names) for each in made if each.encrypted)


async def find_places(source: Database | Tx) -> list[Place]:
    """Return every place where ciphertext may lie in records, inside a unit or not; LookupError
    before all objects are declared (app.load_parts), since what is not looked at would seem to need
    no key.
    """
    return places(await load(source), await read_named(source))


def places(custom: Custom, named: Named) -> list[Place]:
    """Return every place where ciphertext may lie, from what is defined."""
    codes: dict[str, dict[str, bool]] = {}
    for row in custom.fields:
        if row.settings.get("encrypted"):
            codes.setdefault(row.object, {})[row.code] = row.deleted_at is None
    own = {each.name: each.code for each in custom.objects}
    found = [
        Place(name, custom_record, (), held, own[name])
        for name, held in codes.items()
        if name in own
    ]
    for table in metadata.tables.values():
        # a plain text: SQLAlchemy's own kind is no JSON
        name = str(table.name)
        columns = _shipped(table, named.get(name, frozenset()))
        held = codes.get(name, {})
        if (columns or held) and name not in own and "custom" in table.c:
            found.append(Place(name, table, columns, held))
    if lost := codes.keys() - {each.object for each in found}:
        message = f"the tables of {', '.join(sorted(lost))} are not declared"
        raise LookupError(message)
    return sorted(found, key=lambda each: each.object)


def is_sealed(packed: Any) -> bool:
    """Tell whether a packed value (custom column, log) is a blind index and a ciphertext."""
    return isinstance(packed, list) and len(packed) > 1 and str(packed[1]).startswith(MARK)


def packed_in(place: Place, row: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Return (code, packed value) of the encrypted fields of a row of Place.statement."""
    _, custom, *columns = row
    for code, value in (custom or {}).items():
        if code in place.codes or is_sealed(value):
            yield code, value
    for index, (key, *_) in enumerate(place.columns):
        blind, sealed = columns[2 * index : 2 * index + 2]
        yield key, blind if sealed is None else [blind, sealed]


def plain_codes(places_: Sequence[Place]) -> dict[str, frozenset[str]]:
    """Return the log keys of fields that are encrypted today, by object."""
    return {
        each.object: frozenset(
            (
                *(key for key, *_ in each.columns),
                *(code for code, live in each.codes.items() if live),
            )
        )
        for each in places_
    }
