"""Convert: a lead becomes account, contact and opportunity, each made, chosen or left out, in one
change set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from fangxin.fields.base import Field
from fangxin.fields.number import Boolean
from fangxin.fields.settings import Settings
from fangxin.kernel.errors import (
    Conflict,
    FangxinError,
    FieldError,
    FieldProblem,
    Invalid,
    NotFound,
)
from fangxin.kernel.ids import is_id, new_id
from fangxin.modules.sales.lead_carriage import carried, move_what_is_about
from fangxin.modules.sales.lead_course import CONVERTED, CONVERTING, names_nobody
from fangxin.objects.declare import Action, Change
from fangxin.objects.registry import ObjectDef
from fangxin.records import change as store
from fangxin.records.duplicates import listed, looks_alike
from fangxin.records.engine import read_back, require, write_many
from fangxin.records.keys import find_duplicates
from fangxin.records.reading import environment, get_many
from fangxin.records.validate import accept

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

Values = dict[str, Any]
# in the order in which they are made: each may point to those before it
MADE: Final = ("account", "contact", "opportunity")
# the first of these that there is takes over what was about the lead
_HEIRS: Final = ("opportunity", "account", "contact")
_RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "account": {"name": "company"},
    "contact": {"name": "name"},
    "opportunity": {"name": "name"},
}


def check_choice(wire: Any) -> Values:
    """Read {"id": …} or {"create": {…}}, or raise FieldError."""
    if isinstance(wire, Mapping) and len(wire) == 1:
        if is_id(str(wire.get("id", "")).lower()):
            return {"id": str(wire["id"]).lower()}
        if isinstance(wire.get("create"), Mapping):
            return {"create": dict(wire["create"])}
    raise FieldError("wrong_type", "Give the id of a record, or the fields of a new one.")


@dataclass(slots=True)
class _Part:
    """One of what a lead becomes: a record made with `values`, or an existing one whose empty
    fields take them.
    """

    definition: ObjectDef
    id: str
    values: Values
    made: bool
    given: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Conversion:
    """The lead at hand and what it becomes so far."""

    ctx: Ctx
    tx: Tx
    lead: ObjectDef
    record: Values
    params: Values
    parts: dict[str, _Part] = field(default_factory=dict)

    async def plan(self) -> None:
        """Settle what is made and what is filled, before anything is written."""
        implied = await self._implied_account()
        for name in MADE:
            choice = self.params.get(name, {"create": {}})
            if name == "account" and name not in self.params and implied is not None:
                choice = {"id": implied}
            if choice is not None and not (name not in self.params and self._nothing_known(name)):
                self._add(name, choice)
        heir = next((self.parts[name] for name in _HEIRS if name in self.parts), None)
        text = self.record.get("description")
        if heir is not None and text and "description" not in heir.given:
            may = self.ctx.rights.readable(self.lead).get("description") == "full"
            if may and "description" in self.ctx.rights.editable(heir.definition):
                heir.values["description"] = text

    def _nothing_known(self, name: str) -> bool:
        """Tell whether a lead says nothing of what it would become."""
        if name == "account":
            return not self.record.get("company")
        return name == "contact" and bool(self.record.get("company")) and names_nobody(self.record)

    async def _implied_account(self) -> str | None:
        """Return the account of the contact or opportunity that was chosen."""
        for name in ("opportunity", "contact"):
            chosen = (self.params.get(name) or {}).get("id")
            if chosen is not None:
                row = (await self._load(name, [chosen])).get(chosen)
                if row is not None and row.seen and row.values.get("account"):
                    return str(row.values["account"])
        return None

    async def _load(self, name: str, ids: list[str]) -> dict[str, store.Loaded]:
        return await store.load(self.ctx, self.tx, self.ctx.registry[name], ids, "update")

    def _add(self, name: str, choice: Values) -> None:
        made = "create" in choice
        definition = require(self.ctx, name, "create" if made else "update")
        renamed = dict(_RENAMED[name])
        if name == "opportunity" and self.record.get("company"):
            renamed["name"] = "company"
        values = carried(self.ctx, self.lead, definition, self.record, renamed)
        links = {key: self.parts[key].id for key in MADE if key in self.parts}
        editable = self.ctx.rights.editable(definition)
        values |= {
            key: id_ for key, id_ in links.items() if key in definition.fields and key in editable
        }
        given: Values = {}
        if made:
            owner = {key: self.record.get(key) for key in ("owner", "department")}
            if owner["owner"] is not None:
                values |= owner
            pointer = f"/{name}/create"
            env = environment(self.ctx)
            given = accept(self.ctx, definition, choice["create"], env, pointer=pointer)
            if "owner" in given:
                values.pop("department", None)
        id_ = new_id() if made else choice["id"]
        self.parts[name] = _Part(definition, id_, values | given, made, frozenset(given))

    async def refuse_duplicates(self) -> None:
        """Raise Conflict `duplicate` when what would be made looks like what is there."""
        found = []
        for part in self.parts.values():
            if part.made:
                here = self.tx.fetch, self.tx.dialect, part.definition
                found += await find_duplicates(*here, [(part.id, part.values)])
        if found:
            raise looks_alike(await listed(self.ctx, found, self.tx.fetch))

    async def write(self) -> None:
        """Make what is made, fill what is empty, hand over what was about the lead."""
        for name, part in self.parts.items():
            try:
                await self._write(part)
            except FangxinError as error:
                raise _at(error, f"/{name}/create" if part.made else f"/{name}/id") from error
        heir = next((name for name in _HEIRS if name in self.parts), None)
        if heir is not None:
            target = (heir, self.parts[heir].id)
            await move_what_is_about(self.ctx, self.tx, self.lead, self.record["id"], target)
        values: Values = {name: part.id for name, part in self.parts.items()}
        values |= {"status": CONVERTED, "converted_at": self.ctx.clock()}
        change = Change(self.lead.name, self.record["id"], "update", values)
        change.extra[CONVERTING] = True
        await write_many(self.ctx, self.tx, self.lead.name, "update", [change])

    async def _write(self, part: _Part) -> None:
        verb, values = "create", part.values
        if not part.made:
            row = (await self._load(part.definition.name, [part.id])).get(part.id)
            if row is None or not row.seen or row.deleted:
                raise NotFound
            verb = "update"
            # only what is empty is filled
            values = {k: v for k, v in values.items() if row.values.get(k) in (None, [], {})}
        change = Change(part.definition.name, part.id, verb, dict(values))
        await write_many(self.ctx, self.tx, part.definition.name, verb, [change])


def _at(error: FangxinError, pointer: str) -> FangxinError:
    """Say in a refusal which of the three it is about; not found is a fault of the request."""
    if isinstance(error, NotFound):
        message = "This does not exist, or you may not see it."
        return Invalid(errors=[FieldProblem(pointer, "unknown_link", message)])
    error.errors = [
        each if each.pointer.startswith(pointer) else replace(each, pointer=pointer + each.pointer)
        for each in error.errors
    ]
    return error


async def convert(
    ctx: Ctx, tx: Tx, definition: ObjectDef, record: Values, params: Values
) -> Values:
    """Convert a lead; returns it with the links to account, contact and opportunity."""
    allowed = params.pop("allow_duplicates", False)
    conversion = _Conversion(ctx, tx, definition, record, params)
    await conversion.plan()
    if not conversion.parts:
        message = "A lead becomes at least one of account, contact and opportunity."
        raise Invalid(errors=[FieldProblem("/account", "required", message)])
    if not allowed:
        await conversion.refuse_duplicates()
    await conversion.write()
    ids = {name: part.id for name, part in conversion.parts.items()}
    lead = await read_back(ctx, tx, definition, record["id"], record["version"] + 1)
    link = {"id": record["id"], "name": record["name"], "object": definition.name}
    return {**lead, **await _links(ctx, tx, ids), definition.name: link}


async def _links(ctx: Ctx, tx: Tx, ids: Mapping[str, str | None]) -> Values:
    """Return links by name, with the record's name as far as the actor may see it."""
    found: Values = {}
    for name in MADE:
        id_ = ids.get(name)
        found[name] = None
        if id_ is not None:
            seen = ctx.rights.scope(name, "read").kind != "none"
            rows = (
                await get_many(ctx, ctx.registry[name], [id_], ["name"], tx.fetch) if seen else []
            )
            found[name] = {"id": id_, "name": rows[0]["name"] if rows else None, "object": name}
    return found


async def refuse_again(ctx: Ctx, tx: Tx, _definition: ObjectDef, record: Values) -> Conflict:
    """Return why a lead cannot be converted once more: what it has become."""
    return Conflict(
        "This lead is converted already. Open what it became, or undo the conversion.",
        code="already_converted",
        extra=await _links(ctx, tx, {name: record.get(name) for name in MADE}),
    )


def _choice(key: str, label: str) -> Field:
    text = "What it becomes: the id of one that is there, or fields of a new one; null for none."
    return Field(type=Settings(check_choice), key=key, label=label, help=text)


CONVERT: Final = Action(
    key="convert",
    label="Convert",
    icon="arrows-right",
    run=convert,
    params=(
        _choice("account", "Account"),
        _choice("contact", "Contact"),
        _choice("opportunity", "Opportunity"),
        Field(type=Boolean(), key="allow_duplicates", label="Allow duplicates"),
    ),
    primary=True,
    when={"field": "status", "op": "is_not", "value": CONVERTED},
    refuse=refuse_again,
)
