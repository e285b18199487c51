"""How the rows of a query become JSON: which columns are read, and the function from a row to a
dict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy.sql import ColumnElement

from fangxin.fields.base import Field, FieldType
from fangxin.fields.lines import inner_links
from fangxin.fields.link import link_id
from fangxin.records.filters import Path
from fangxin.records.sources import Sources

Extract: TypeAlias = Callable[[Any], Any]


@dataclass(slots=True)
class Output:
    """The columns of one answer and how a row becomes a dict. `references` are keys whose names are
    looked up afterwards.
    """

    columns: list[ColumnElement[Any]] = field(default_factory=list)
    plain: list[tuple[str, int]] = field(default_factory=list)
    made: list[tuple[str, Extract]] = field(default_factory=list)
    nested: list[tuple[tuple[str, ...], Extract]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)

    def add(self, *columns: ColumnElement[Any]) -> int:
        """Append columns and return the position of the first."""
        position = len(self.columns)
        self.columns.extend(columns)
        return position

    def reader(self) -> Callable[[Any], dict[str, Any]]:
        """Return the function from a row to its JSON."""
        keys = tuple(key for key, _ in self.plain)
        pick = itemgetter(*(index for _, index in self.plain))
        made, nested = tuple(self.made), tuple(self.nested)

        def read(row: Any) -> dict[str, Any]:
            item = dict(zip(keys, pick(row), strict=False))
            for key, extract in made:
                item[key] = extract(row)
            for path, extract in nested:
                inside = item.get(path[0])
                for key in path[1:-1]:
                    inside = None if inside is None else inside.setdefault(key, {})
                if inside is not None:
                    inside[path[-1]] = extract(row)
            return item

        return read


def _writes_plainly(type_: FieldType) -> bool:
    return type(type_).write is FieldType.write


def _span(field_: Field, start: int, width: int) -> Extract:
    write = field_.type.write
    if width == 1:
        return lambda row: write(field_, (row[start],))
    stop = start + width
    return lambda row: write(field_, tuple(row[start:stop]))


def _packed(field_: Field, position: int) -> Extract:
    write, unpack, key = field_.type.write, field_.unpack, field_.custom_id or ""
    # lists read as [] when nothing is there, custom or not
    always = write(field_, unpack(None)) is not None

    def extract(row: Any) -> Any:
        packed = row[position].get(key)
        return write(field_, unpack(packed)) if packed is not None or always else None

    return extract


def _sealed(field_: Field, position: int, record: int) -> Extract:
    write, unpack, key = field_.type.write, field_.unpack, field_.custom_id
    return lambda row: write(field_, unpack(row[position].get(key), row[record]))


def _linked(start: int, target: str) -> Extract:
    name = start + 1

    def extract(row: Any) -> Any:
        id_ = row[start]
        return None if id_ is None else {"id": id_, "name": row[name], "object": target}

    return extract


def _masked(field_: Field, extract: Extract) -> Extract:
    mask = field_.type.mask
    return lambda row: mask(extract(row))


class OutputBuilder:
    """Turns field keys into an Output."""

    def __init__(self, sources: Sources, paths: Sequence[Path]) -> None:
        self.sources = sources
        self.output = Output()
        self._custom: int | None = None
        for path in paths:
            self.add(path)

    def add(self, path: Path) -> None:
        """Add one field; a dotted one lands inside its link."""
        readable = self.sources.rights.readable(path.definition)
        masked = readable.get(path.field.key) == "masked"
        if path.links or path.part is not None:
            self._add_dotted(path, masked=masked)
            return
        field_ = path.field
        if (field_.type.references or inner_links(field_)) and not masked:
            self.output.references.append(field_.key)
        plain = _writes_plainly(field_.type) and not masked and field_.target is None
        if plain and not field_.custom:
            columns = field_.columns(self.sources.root, self.sources)
            self.output.plain.append((field_.key, self.output.add(columns[0])))
            return
        extract = self._extract(field_)
        self.output.made.append((field_.key, _masked(field_, extract) if masked else extract))

    def _extract(self, field_: Field) -> Extract:
        root = self.sources.root
        if field_.target is not None:
            start = self.output.add(link_id(field_, root), self.sources.name_of(field_))
            return _linked(start, field_.target)
        if field_.custom and field_.type.storage(field_):
            if self._custom is None:
                self._custom = self.output.add(root.c.custom)
            if field_.encrypted:
                return _sealed(field_, self._custom, self.output.add(root.c.id))
            return _packed(field_, self._custom)
        columns = self._columns(field_, root)
        return _span(field_, self.output.add(*columns), len(columns))

    def _columns(self, field_: Field, table: Any) -> tuple[ColumnElement[Any], ...]:
        """Return a field's columns; what is encrypted opens by the id of its record."""
        columns = field_.columns(table, self.sources)
        return (*columns, table.c.id) if field_.encrypted else columns

    def _add_dotted(self, path: Path, *, masked: bool) -> None:
        field_ = path.field
        columns = self._columns(field_, self.sources.reach(path))
        if path.part is not None:
            position = self.output.add(columns[path.part])
            extract: Extract = lambda row: row[position]  # noqa: E731 - one of several extractors
        else:
            extract = _span(field_, self.output.add(*columns), len(columns))
        if masked:
            extract = _masked(field_, extract)
        for depth in range(len(path.links)):
            head = Path(path.links[:depth], *path.links[depth])
            self._ensure_link(head)
        keys = tuple(path.key.split("."))
        if path.part is not None and not path.links:
            self.output.made.append((keys[0], lambda row, e=extract: {keys[1]: e(row)}))  # type: ignore[misc]
            return
        self.output.nested.append((keys, extract))

    def _ensure_link(self, path: Path) -> None:
        if not path.links and all(key != path.field.key for key, _ in self.output.made):
            self.add(path)
