"""Why can I see this, and why can I not edit it: the predicate's own terms, asked of one record and
put into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access.scope import Rights, Term, effective_scope, scope_values, terms
from fangxin.fields.base import Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import is_id
from fangxin.kernel.sql import Id, compile_statement
from fangxin.objects.registry import ObjectDef

_VERBS: Final = {"read": "see", "update": "change", "delete": "delete"}
# by kind of term or scope: what is said where it lets one in
_ALLOWED: Final = {
    "admin": "You are an administrator: you may {verb} everything.",
    "open": "Whoever has a role that may {verb} {objects} may do so with all of them.",
    "all": "The role {role} may {verb} all {objects}.",
    "own": "It is yours: the role {role} may {verb} its own {objects}.",
    "department": "It lies in your department, {department}: the role {role} may {verb} it.",
    "department_below": "It lies below your department, in {department}: {role} may {verb} it.",
    "chosen": "It lies in {department}, a department whose {objects} {role} may {verb}.",
    "shared": "It was shared with you, your role or your department.",
    "rule": "The sharing rule {rule} lets you {verb} it.",
    "cascade": "It belongs to {parent} by the field {field}, and you may see that.",
}
# by kind of scope: what is said where it keeps one out
_REFUSED: Final = {
    "none": "The role {role} may not {verb} any {objects}.",
    "own": "The role {role} may {verb} its own {objects} only; this one belongs to {owner}.",
    "department": "{role} may {verb} {objects} of its department only; this is in {department}.",
    "department_below": "{role} may {verb} {objects} of its department and those below only;"
    " this is in {department}.",
    "chosen": "{role} may {verb} {objects} of chosen departments only; this is in {department}.",
}
_FIELD: Final = {
    "unread": "The role {role} may not read this field.",
    "masked": "The role {role} may see only that this field is filled.",
    "system": "The system keeps this field.",
    "computed": "This field is computed.",
    "rule": "The role {role} may read this field, but not edit it.",
    "record": "You may not change this record.",
    "free": "You may read and edit this field.",
}


@dataclass(frozen=True)
class _Asked:
    """The ways of one action and where their answers stand in the row."""

    ways: Sequence[Term] | None
    start: int


def _name_of(definition: ObjectDef, id_: ColumnElement[Any]) -> ColumnElement[Any]:
    named = definition.table.alias()
    # skip one-door: a name may be shown wherever the link may
    made = sa.select(definition.fields["name"].columns(named)[0]).where(named.c.id == id_)
    return made.correlate_except(named).scalar_subquery()


def _columns(ctx: Ctx, definition: ObjectDef) -> tuple[list[ColumnElement[Any]], dict[str, _Asked]]:
    """Return owner's, department's and role's name, then for each action whether each way holds,
    and the parent's name.
    """
    table, role_id = definition.table, sa.bindparam("role_id", type_=Id())
    columns = [
        _name_of(ctx.registry["user"], table.c.owner_id),
        _name_of(ctx.registry["department"], table.c.department_id),
        _name_of(ctx.registry["role"], role_id),
    ]
    asked = {}
    for action in _VERBS:
        ways = terms(ctx.rights, ctx.registry, definition, table, action)
        asked[action] = _Asked(ways, len(columns))
        for way in ways or ():
            columns.append(sa.func.coalesce(way.condition, sa.false()))
            parent: ColumnElement[Any] = sa.null()
            if way.link is not None and way.parent is not None:
                parent = _name_of(way.parent, way.link.columns(table)[-1])
            columns.append(parent)
    return [column.label(f"c{index}") for index, column in enumerate(columns)], asked


async def explain(ctx: Ctx, word: str, id_: str) -> dict[str, Any]:
    """Return why the actor may read, update and delete a record, and what he may do with its
    fields.

    {"read" | "update" | "delete": {"allowed", "reasons": [{"kind", "text"}]}, "fields": [{"key",
    "label", "read", "edit", "masked", "reason"}]}, in the actor's language. Raises NotFound for
    what he may not see.
    """
    definition = ctx.registry[word]
    if not is_id(id_):
        raise NotFound
    columns, asked = _columns(ctx, definition)
    table = definition.table
    # skip one-door: the predicate's terms are what is asked for
    made = sa.select(*columns).where(
        table.c.id == sa.bindparam("id", type_=Id()),
        table.c.deleted_at.is_(None),
        *definition.where(table),
    )
    statement = compile_statement(made, ctx.database.dialect)
    role_id = ctx.rights.role_id or id_
    values = {**scope_values(ctx), "id": id_, "role_id": role_id}
    rows = await ctx.database.read(statement, values)
    if not rows:
        raise NotFound
    teller = _Teller(ctx, definition, rows[0])
    answer: dict[str, Any] = {name: teller.action(name, each) for name, each in asked.items()}
    if not answer["read"]["allowed"]:
        raise NotFound
    fields = [
        teller.field(each, allowed=answer["update"]["allowed"])
        for each in definition.fields.values()
        if not each.internal
    ]
    return {**answer, "fields": fields}


class _Teller:
    """Puts one row of answers into words."""

    def __init__(self, ctx: Ctx, definition: ObjectDef, row: Sequence[Any]) -> None:
        self.ctx = ctx
        self.rights: Rights = ctx.rights
        self.definition = definition
        self.row = row
        facts = definition.facts
        nobody = translate(ctx.locale, "nobody")
        self.words = {
            "owner": self._shown("owner", row[0] or nobody),
            "department": self._shown(
                "department", row[1] or translate(ctx.locale, "no department")
            ),
            "role": row[2] or nobody,
            "objects": self._label(definition.labels, facts.label_plural),
        }

    def _shown(self, key: str, name: str) -> str:
        """Return what a link's field shows of a name: a reason tells no more than the record."""
        sight = self.rights.readable(self.definition).get(key)
        return name if sight == "full" else str(self.definition.fields[key].type.mask(name))

    def _label(self, labels: Mapping[str, str], label: str) -> str:
        return labels.get(self.ctx.locale) or translate(self.ctx.locale, label)

    def _say(self, text: str, **more: str) -> str:
        return translate(self.ctx.locale, text, {**self.words, **more})

    def action(self, name: str, asked: _Asked) -> dict[str, Any]:
        """Tell which ways let the actor in, or what keeps him out."""
        verb = translate(self.ctx.locale, _VERBS[name])
        scope = effective_scope(self.rights, self.definition, name)
        if asked.ways is None:
            kind = "open" if self.definition.facts.open_to_all else "all"
            kind = "admin" if self.rights.admin else kind
            return _reasons([(kind, self._say(_ALLOWED[kind], verb=verb))], allowed=True)
        found = []
        for index, way in enumerate(asked.ways):
            holds, parent = self.row[asked.start + 2 * index :][:2]
            if holds:
                more = {} if way.link is None else self._link(way.link, parent or "")
                more |= {} if way.rule is None else {"rule": way.rule.name}
                found.append((way.kind, self._say(_ALLOWED[way.kind], verb=verb, **more)))
        if found:
            return _reasons(found, allowed=True)
        return _reasons([(scope.kind, self._say(_REFUSED[scope.kind], verb=verb))], allowed=False)

    def _link(self, link: Field, parent: str) -> dict[str, str]:
        return {
            "field": self._label(link.labels, link.label),
            "parent": self._shown(link.key, parent),
        }

    def field(self, field: Field, *, allowed: bool) -> dict[str, Any]:
        """Tell what the actor may do with one field, and why no more."""
        sight = self.rights.readable(self.definition).get(field.key)
        editable = field.key in self.rights.editable(self.definition)
        if sight != "full":
            reason = "unread" if sight is None else "masked"
        elif field.expression is not None:
            reason = "computed"
        elif field.read_only or field.system:
            reason = "system"
        elif not editable:
            reason = "rule"
        else:
            reason = "free" if allowed else "record"
        return {
            "key": field.key,
            "label": self._label(field.labels, field.label),
            "read": sight is not None,
            "edit": editable and allowed,
            "masked": sight == "masked",
            "reason": self._say(_FIELD[reason]),
        }


def _reasons(found: Sequence[tuple[str, str]], *, allowed: bool) -> dict[str, Any]:
    told = [
        {"kind": kind if kind in {"admin", "cascade", "shared", "rule"} else "scope", "text": text}
        for kind, text in found
    ]
    return {"allowed": allowed, "reasons": told}
