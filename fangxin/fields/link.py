"""Links: to a record of one object, to a user, to a record of any object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.fields.base import (
    Binder,
    Environment,
    Field,
    FieldType,
    Operator,
    Storage,
    equality,
)
from fangxin.kernel.errors import FieldError
from fangxin.kernel.ids import is_id
from fangxin.kernel.sql import Id, metadata
from fangxin.linking.links import linked_to


def link_id(link: Field, source: sa.FromClause) -> ColumnElement[Any]:
    """Return the id that a link to a known object holds, comparable with an id column."""
    column = link.columns(source)[0]
    return sa.cast(column, Id()) if link.custom else column


def points_at(
    link: Field, source: sa.FromClause, object_name: str, id_: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    """Return the conditions that a link (to a known object, to several of its records, or to any
    record) points at a record.
    """
    if link.type.many:
        return linked_to(link, source.c.id, id_)
    if not link.type.references:
        # inside JSON it is text, as in the index of the field
        wanted = sa.cast(id_, sa.Text()) if link.custom else id_
        return [link.columns(source)[0] == wanted]
    kind, held = link.columns(source)
    return [kind == sa.literal(object_name), (sa.cast(held, Id()) if link.custom else held) == id_]


def read_reference(field: Field, wire: Any, env: Environment) -> str:
    """Return an id in canonical form from an id or {"id": …}, or raise FieldError.

    A text that is no id is kept: it may be the natural key of the target, which records/validate
    resolves.
    """
    if isinstance(wire, Mapping):
        wire = wire.get("id")
    if isinstance(wire, str) and 0 < len(wire.strip()) <= 200:  # noqa: PLR2004 - longest natural key
        text = wire.strip()
        return text.lower() if is_id(text.lower()) else text
    raise FieldError("wrong_type", "The id of a record is needed here.")


def read_id(field: Field, wire: Any, env: Environment) -> str:
    """Return an id in canonical form, or raise FieldError."""
    reference = read_reference(field, wire, env)
    if not is_id(reference):
        raise FieldError("not_an_id", "The id of a record is needed here.")
    return reference


class Identifier(FieldType):
    """The id of the record itself."""

    name = "id"

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", Id()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return read_id(field, wire, env)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return equality(read_id)


class Link(FieldType):
    """A record of the object `target`; the column holds its id."""

    name = "link"
    groups = True

    def column_base(self, field: Field) -> str:
        return f"{field.key}_id"

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("", Id() if not field.custom else sa.Text()),)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return read_reference(field, wire, env)

    def operators(self, field: Field) -> Mapping[str, Operator]:
        return equality(read_id)

    def sort_column(self, field: Field) -> int | None:
        return None

    def write_text(self, field: Field, wire: Any) -> str:
        return "" if wire is None else str(wire.get("name") or wire["id"])


class UserLink(Link):
    """A user. Filters know "me", and for departments "my_department" and "my_departments"."""

    name = "user"

    def operators(self, field: Field) -> Mapping[str, Operator]:
        def read(field: Field, wire: Any, env: Environment) -> str:
            if wire == "me" and env.me is not None:
                return env.me
            return read_id(field, wire, env)

        return equality(read)

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        return env.me if wire == "me" and env.me is not None else read_reference(field, wire, env)


def _on_team(c: Sequence[ColumnElement[Any]], bind: Binder) -> ColumnElement[bool]:
    """Return "the record is shared with this person himself, and still is"."""
    source = cast("sa.Column[Any]", c[0]).table
    share = metadata.tables["record_share"].alias()
    still = sa.or_(share.c.until.is_(None), share.c.until > bind.value(1, share.c.until))
    mine = (share.c.record_id == source.c.id, share.c.holder_id == bind.value(0, c[0]), still)
    # skip one-door: it asks of a record that the reader's own predicate lets him see
    return sa.exists(sa.select(share.c.record_id).where(*mine).correlate_except(share))


class OwnerLink(UserLink):
    """Whose record it is; with him stand those with whom it is shared singly, its team."""

    def operators(self, field: Field) -> Mapping[str, Operator]:
        found = super().operators(field)

        def read(field: Field, wire: Any, env: Environment) -> Sequence[Any]:
            return (*found["is"].read(field, wire, env), env.now)

        return {**found, "team": Operator(read, _on_team)}


class FileLink(Link):
    """A file that was uploaded. Who may see the record may see it: it comes to be about the
    record when that is written.
    """

    name = "file"
    groups = False
    media = ""


class ImageLink(FileLink):
    """A picture that was uploaded."""

    name = "image"
    media = "image/"


class Reference(NamedTuple):
    """A record of any object."""

    object: str
    id: str


class RecordLink(FieldType):
    """A record of any object; two columns: the object's name and the id."""

    name = "record"
    references = True

    def storage(self, field: Field) -> tuple[tuple[str, Any], ...]:
        return (("_object", sa.Text()), ("_id", Id() if not field.custom else sa.Text()))

    def read(self, field: Field, wire: Any, env: Environment) -> Any:
        if not isinstance(wire, Mapping) or not isinstance(wire.get("object"), str):
            raise FieldError("wrong_type", "A record has the keys object and id.")
        return Reference(wire["object"], read_id(field, wire, env))

    def store(self, field: Field, value: Any) -> Storage:
        return (value.object, value.id)

    def load(self, field: Field, storage: Storage) -> Any:
        return None if storage[1] is None else Reference(storage[0], storage[1])

    def write(self, field: Field, storage: Storage) -> Any:
        if storage[1] is None:
            return None
        return {"id": storage[1], "name": None, "object": storage[0]}

    def operators(self, field: Field) -> Mapping[str, Operator]:
        plain = equality(read_id)
        return {
            name: Operator(op.read, lambda c, bind, op=op: op.build((c[1],), bind))  # type: ignore[misc]
            for name, op in plain.items()
        }

    def sort_column(self, field: Field) -> int | None:
        return None

    def write_text(self, field: Field, wire: Any) -> str:
        return "" if wire is None else str(wire.get("name") or wire["id"])


def own_word(field: Field, operand: Any) -> bool:
    """Tell whether the field itself understands a word: "me" of a user, which is no natural key."""
    return isinstance(field.type, UserLink) and operand == "me"


def indirect(field: Field, operand: Any, env: Environment) -> tuple[str, str, Any] | None:
    """Return (key at the target, operator, operand) when `operand` is a word that speaks of the
    target's own link.

    "my_department" and "my_departments" of a user are conditions on that user's department.
    """
    if not isinstance(field.type, UserLink) or not isinstance(operand, str):
        return None
    if operand == "my_department":
        return ("department", "in", [env.my_department] if env.my_department else [])
    if operand == "my_departments":
        return ("department", "in", list(env.my_departments))
    return None
