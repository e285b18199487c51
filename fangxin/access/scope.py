"""What a role may do, and the one SQL predicate that says which rows it may do it to.

`Rights` is what a role grants, parsed once and shared by all its users. `predicate` writes the
reader's scope as SQL whose text depends on the kinds of scope alone; the values (who, which
department) come from `scope_values` at run time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, cast, get_args
from weakref import WeakKeyDictionary

import msgspec
import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from fangxin.access import fieldrules
from fangxin.access.fieldrules import FieldRule, Sight
from fangxin.access.lending import LendingRule, rules_of
from fangxin.access.shares import PERMISSION, SHARED, share_condition, share_values
from fangxin.fields.base import Field
from fangxin.fields.named import LOCALE
from fangxin.kernel.context import Ctx
from fangxin.kernel.sql import Id, InArray, InSelect
from fangxin.objects.registry import ObjectDef, Registry

Kind: TypeAlias = Literal["none", "own", "department", "department_below", "chosen", "all"]
Action: TypeAlias = Literal[
    "read", "create", "update", "delete", "export", "import", "bulk", "undo"
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
READING: Final = frozenset({"read", "export"})
_NOBODY: Final = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows: `chosen` holds ids of departments where the kind is "chosen". Every kind but none
    includes one's own rows.
    """

    kind: Kind
    chosen: tuple[str, ...] = ()

    @classmethod
    def parse(cls, wire: Any) -> Scope:
        """Read a grant of a role: a kind, or {"chosen": [department ids]}. What is not understood
        grants nothing.
        """
        if isinstance(wire, Mapping) and isinstance(wire.get("chosen"), Sequence):
            return cls("chosen", tuple(str(each) for each in wire["chosen"]))
        if isinstance(wire, str) and wire in KINDS and wire != "chosen":
            return cls(cast(Kind, wire))
        return NONE


NONE: Final = Scope("none")
ALL: Final = Scope("all")


@dataclass(frozen=True, eq=False)
class Rights:
    """What one role grants, in the light of the company's settings, to a user whose departments lie
    in [scope_from, scope_to).

    `key` is equal for equal rights, whoever holds them; the path range is a value, not a part of
    it. `cascades` names the links ("opportunity.account") through which who sees the target sees
    the record.
    """

    role_id: str
    admin: bool
    permissions: frozenset[str]
    cascades: frozenset[str]
    grants: Mapping[str, Mapping[str, Scope]]
    field_rules: Mapping[str, Mapping[str, FieldRule]]
    key: str
    scope_from: str = ""
    scope_to: str = ""
    # a program's token may be for reading alone, whatever its owner's role grants
    read_only: bool = False
    # set apart where two rights are asked in one statement: begins the names of their parameters
    mark: str = ""
    # the server's own steps see what is internal; no person's role does
    system: bool = False
    # the objects of which something is shared with the user, and the ids under which it is
    shared: frozenset[str] = frozenset()
    holders: tuple[str, ...] = ()
    # the sharing rules that concern him
    rules: tuple[LendingRule, ...] = ()
    # whose they are where a step works with every right for somebody
    behind: Rights | None = None
    # shared by the copies that `dataclasses.replace` makes for each user
    readable_of: WeakKeyDictionary[ObjectDef, Mapping[str, Sight]] = field(
        default_factory=WeakKeyDictionary, repr=False
    )
    editable_of: WeakKeyDictionary[ObjectDef, frozenset[str]] = field(
        default_factory=WeakKeyDictionary, repr=False
    )

    def scope(self, object_name: str, action: str) -> Scope:
        """Return the rows of `object_name` (the singular name) that `action` may touch."""
        if self.read_only and action not in READING:
            return NONE
        if self.admin:
            return ALL
        return self.grants.get(object_name, {}).get(action, NONE)

    def lends(self, object_name: str) -> bool:
        """Tell whether anything of an object is shared with the user, singly or by a rule."""
        return object_name in self.shared or any(each.object == object_name for each in self.rules)

    @property
    def own(self) -> Rights:
        """Return what the person may do on whose behalf a step works."""
        return self.behind or self

    def allows(self, permission: str) -> bool:
        """Tell whether the role holds `permission`, such as "admin.users"."""
        return not self.read_only and (self.admin or permission in self.permissions)

    def readable(self, definition: ObjectDef) -> Mapping[str, Sight]:
        """Return the keys one may read, each with how: in full or masked. `id`, `version`, `name`
        always.
        """
        found = self.readable_of.get(definition)
        if found is None:
            sights = fieldrules.readable(self.field_rules, definition)
            if self.system:
                sights = dict.fromkeys(definition.fields, "full")
            found = MappingProxyType(sights)
            self.readable_of[definition] = found
        return found

    def editable(self, definition: ObjectDef) -> frozenset[str]:
        """Return the keys one may write."""
        if self.read_only:
            return frozenset()
        found = self.editable_of.get(definition)
        if found is None:
            found = fieldrules.editable(self.field_rules, definition)
            self.editable_of[definition] = found
        return found

    @cached_property
    def chosen(self) -> dict[str, list[str]]:
        """The parameters of all scopes of chosen departments."""
        return {
            self.mark + chosen_name(name, action): list(scope.chosen)
            for name, actions in self.grants.items()
            for action, scope in actions.items()
            if scope.kind == "chosen"
        }

    @cached_property
    def read_shape(self) -> str:
        """Name the kinds of all read scopes and the cascades: all that a cascading predicate's text
        depends on.
        """
        kinds = sorted((name, self.scope(name, "read").kind) for name in self.grants)
        rules = [(each.object, each.edits, each.key) for each in self.rules]
        parts = [kinds, sorted(self.cascades), sorted(self.shared), rules]
        return "all" if self.admin else _digest(parts)


def build_rights(
    role_id: str,
    *,
    admin: bool,
    grants: Mapping[str, Any] | None = None,
    field_rules: Mapping[str, Any] | None = None,
    permissions: Sequence[str] = (),
    cascades: Mapping[str, bool] | None = None,
) -> Rights:
    """Parse the JSON of a role and the settings' cascades ({"opportunity.account": true}) into
    rights.
    """
    plain = [role_id, admin, grants, field_rules, sorted(permissions), cascades]
    return Rights(
        role_id=role_id,
        admin=admin,
        permissions=frozenset(permissions),
        cascades=frozenset(name for name, on in (cascades or {}).items() if on),
        grants={
            name: {action: Scope.parse(wire) for action, wire in actions.items()}
            for name, actions in (grants or {}).items()
        },
        field_rules={
            name: {key: FieldRule.parse(wire) for key, wire in rules.items()}
            for name, rules in (field_rules or {}).items()
            if not admin
        },
        key=_digest(plain),
    )


def _digest(plain: Any) -> str:
    text = msgspec.json.encode(plain, order="deterministic")
    return hashlib.sha256(text).hexdigest()[:16]


def effective_scope(rights: Rights, definition: ObjectDef, action: str) -> Scope:
    """Return the scope of `action` on `definition`; on an object that is open to all any grant
    means every row.
    """
    scope = rights.scope(definition.name, action)
    return ALL if definition.facts.open_to_all and scope.kind != "none" else scope


def shares_any(rights: Rights, definition: ObjectDef) -> bool:
    """Tell whether a role may share some records: it may edit them, and holds the permission."""
    edits = rights.scope(definition.name, "update").kind != "none"
    return edits and rights.allows(PERMISSION) and not definition.facts.open_to_all


def cascade_links(rights: Rights, definition: ObjectDef) -> list[Field]:
    """Return the links through which records of `definition` are seen by who sees their target."""
    return [
        each
        for each in definition.fields.values()
        if each.cascade and not each.custom and f"{definition.name}.{each.key}" in rights.cascades
    ]


def predicate(
    rights: Rights, registry: Registry, definition: ObjectDef, source: sa.FromClause, action: str
) -> ColumnElement[bool] | None:
    """Return the rows of `source` (the table of `definition`, or an alias) that `action` may touch;
    None when all.

    The parameters that its text may name are the keys of `scope_values`. Cascades widen reading
    alone, and only where the role may read the object at all; a parent in the recycle bin lends
    nothing.
    """
    ways = terms(rights, registry, definition, source, action)
    if ways is None:
        return None
    return sa.or_(*(way.condition for way in ways)) if ways else sa.false()


@dataclass(frozen=True)
class Term:
    """One way in which a row lies in the scope: being one's own, in a department, shared, lent by a
    rule, or seen by a parent.

    `kind` is "own", a kind of scope, "shared", "rule" (then `rule` is it), or "cascade"; then
    `link` and `parent` name the way.
    """

    kind: str
    condition: ColumnElement[bool]
    link: Field | None = None
    parent: ObjectDef | None = None
    rule: LendingRule | None = None


def terms(
    rights: Rights, registry: Registry, definition: ObjectDef, source: sa.FromClause, action: str
) -> list[Term] | None:
    """Return the ways that `predicate` joins by OR: None when every row will do, empty when
    none.
    """
    return _terms(rights, registry, definition, source, action, ())


def _terms(
    rights: Rights,
    registry: Registry,
    definition: ObjectDef,
    source: sa.FromClause,
    action: str,
    above: tuple[str, ...],
) -> list[Term] | None:
    scope = effective_scope(rights, definition, action)
    if scope.kind == "all":
        return None
    if scope.kind == "none":
        return []
    own = source.c.owner_id == sa.bindparam("scope_me", type_=Id())
    found = [Term("own", own)]
    if scope.kind != "own":
        name = rights.mark + chosen_name(definition.name, action)
        found.append(Term(scope.kind, _department_term(registry, source, scope, name)))
    if definition.name in rights.shared and action in SHARED:
        found.append(Term("shared", share_condition(definition, source.c.id, action)))
    rules = rules_of(rights.rules, definition.name, action)
    found += [Term("rule", each.condition(source), rule=each) for each in rules]
    if action == "read":
        trail = (*above, definition.name)
        for link in cascade_links(rights, definition):
            found += _cascade_terms(rights, registry, source, link, trail)
    return found


def _department_term(
    registry: Registry, source: sa.FromClause, scope: Scope, chosen: str
) -> ColumnElement[bool]:
    column = source.c.department_id
    if scope.kind == "department":
        return column == sa.bindparam("scope_department", type_=Id())
    if scope.kind == "chosen":
        return InArray(column, chosen)
    below = registry["department"].table.alias()
    inside = sa.and_(
        below.c.path >= sa.bindparam("scope_from", type_=sa.Text()),
        below.c.path < sa.bindparam("scope_to", type_=sa.Text()),
    )
    # skip one-door: the predicate is the door itself
    return InSelect(column, sa.select(below.c.id).where(inside))


def _cascade_terms(
    rights: Rights, registry: Registry, source: sa.FromClause, link: Field, above: tuple[str, ...]
) -> list[Term]:
    """Return the ways in which `link` lends sight of its record; `above` are the objects passed.

    A link to any record lends it at the first step only: two of them in a row would multiply all
    objects with all objects.
    """
    *which, column = link.columns(source)
    if link.target is not None:
        parents = [registry[link.target]]
    else:
        parents = [] if above[1:] else list(registry.objects.values())
    found = []
    for parent in parents:
        # what everybody sees (a product, a colleague) lends nothing
        if parent.name in above or parent.facts.open_to_all:
            continue
        seen = _parent_seen(rights, registry, parent, column, above)
        if seen is not None:
            named = [kind == sa.literal(parent.name) for kind in which]
            found.append(Term("cascade", sa.and_(*named, seen), link, parent))
    return found


def _parent_seen(
    rights: Rights,
    registry: Registry,
    parent: ObjectDef,
    column: ColumnElement[Any],
    above: tuple[str, ...],
) -> ColumnElement[bool] | None:
    table = parent.table.alias()
    ways = _terms(rights, registry, parent, table, "read", above)
    if ways is not None and not ways:
        return None
    there = [table.c.deleted_at.is_(None), *parent.where(table)]
    there += [] if ways is None else [sa.or_(*(way.condition for way in ways))]
    # skip one-door: the predicate is the door itself
    found = sa.select(table.c.id).where(*there)
    few = not rules_of(rights.rules, parent.name, "read")
    if few and effective_scope(rights, parent, "read").kind == "own":
        return InSelect(column, found)
    # Where many parents are seen, looking up the one is cheaper than listing them all. OFFSET 0
    # keeps PostgreSQL from listing them after all: it does not know that a page needs 50 rows.
    one = found.where(table.c.id == column).offset(sa.literal_column("0"))
    return one.correlate_except(table).exists()


def chosen_name(object_name: str, action: str) -> str:
    """Return the name of the parameter that holds the chosen departments."""
    return f"scope_chosen_{object_name}_{action}"


def scope_shape(rights: Rights, definition: ObjectDef, action: str) -> str:
    """Return a text that is equal when `predicate` gives the same SQL: part of the key of cached
    statements.
    """
    kind = effective_scope(rights, definition, action).kind
    shared = bool(rights.shared or rights.rules) and action in SHARED
    lent = shared or (action == "read" and bool(cascade_links(rights, definition)))
    return f"{kind}+{rights.read_shape}" if lent and kind not in {"all", "none"} else kind


def scope_values(ctx: Ctx) -> dict[str, Any]:
    """Return every value that `predicate`, or a name by language, may ask of the reader."""
    rights: Rights = ctx.rights
    values: dict[str, Any] = {
        "scope_me": ctx.actor.id,
        "scope_department": ctx.department or _NOBODY,
        "scope_from": rights.scope_from,
        "scope_to": rights.scope_to,
        LOCALE: ctx.locale,
    }
    if rights.shared:
        values |= share_values(rights.holders, ctx.clock())
    return values | rights.chosen if rights.chosen else values
