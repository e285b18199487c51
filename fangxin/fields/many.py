"""Links to several records of one object, kept in order inside their record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.sql import ColumnElement

from fangxin.fields.base import Binder, Environment, Field, Operator, Storage
from fangxin.fields.choice import list_operators, split_words
from fangxin.fields.lines import Lines
from fangxin.fields.link import Link, read_id, read_reference
from fangxin.kernel.errors import FieldError
from fangxin.linking.links import RECORD, linked

MANY: Final = 200


def many_of(target: str) -> tuple[Field, ...]:
    """Return the one column of such a field: the link itself."""
    return (Field(type=Link(), key=RECORD, label="Record", target=target, required=True),)


def target_of(field: Field) -> str | None:
    """Return the object that a field links to, with one link or many; None for other fields."""
    return field.line[0].target if field.type.many else field.target


def _by_rows(field: Field, op: str, plain: Operator) -> Operator:
    """Return an operator on lists that asks the rows of links, where there are such."""

    def build(columns: Sequence[ColumnElement[Any]], bind: Binder) -> ColumnElement[bool]:
        found = linked(field, columns[0], op, bind.array(0))
        return plain.build(columns, bind) if found is None else found

    return Operator(plain.read, build)


class LinkMany(Lines):
    """A list of records, each once. A value is that of lines with the single column `record`, so
    that links are resolved and named as those of lines; storage and JSON hold the bare list.
    """

    name = "link_to_many"
    listed = True
    many = True

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if not isinstance(wire, list):
            raise FieldError("not_a_list", "A list of records is needed here.")
        if len(wire) > MANY:
            raise FieldError("too_many", "At most {limit} values are allowed.", limit=MANY)
        found = dict.fromkeys(read_reference(field, each, env) for each in wire)
        return [{RECORD: each} for each in found] or None

    def store(self, field: Field, value: Any) -> Storage:
        return ([line[RECORD] for line in value] or None,)

    def load(self, field: Field, storage: Storage) -> Any:
        return [{RECORD: each} for each in storage[0]] if storage[0] else None

    def write(self, field: Field, storage: Storage) -> Any:
        target = field.line[0].target
        return [{"id": each, "name": None, "object": target} for each in storage[0] or ()]

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return {op: _by_rows(field, op, each) for op, each in list_operators(read_id).items()}

    def read_text(self, field: Field, text: str, env: Environment) -> Any:
        return self.read(field, split_words(text), env)

    def write_text(self, field: Field, wire: Any) -> str:
        return ", ".join(str(each.get("name") or each["id"]) for each in wire or ())

    def mask(self, wire: Any) -> Any:
        return []
