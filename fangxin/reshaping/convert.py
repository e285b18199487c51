"""Another type for a custom field: seen before it is done, done by a job in slices.

The field with the old type goes to the recycle bin with all its values, under another key; a new
one takes its key, and the values are written into it as anybody would write them, in one change
set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from fangxin.access.contexts import system_context
from fangxin.customizing import customize
from fangxin.customizing.definition import BROKEN, Faults, check_readers
from fangxin.customizing.extend import make_field
from fangxin.fields.base import Environment, Field
from fangxin.fields.catalogue import TYPES
from fangxin.fields.cells import cell
from fangxin.history.noting import noted
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import Conflict, FieldError, FieldProblem, Invalid, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.ids import new_id
from fangxin.kernel.leases import Run
from fangxin.objects.custom import FieldRow, load
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef, Registry
from fangxin.records.engine import write_many
from fangxin.records.keys import unique_texts
from fangxin.records.reading import environment
from fangxin.records.sources import read_fixed
from fangxin.reshaping.values import FIRST, held, slice_statement, values_of
from fangxin.sealing.bound import bound

KIND: Final = "fields.convert"
# what becomes of values, by Trial.key
Seen: TypeAlias = Mapping[str, dict[str, Any]]
EXAMPLES: Final = 20
# what is computed, or holds more than a cell says
_FIXED: Final = frozenset(
    (
        *("auto_number", "formula", "roll_up", "record", "link", "user", "link_to_many", "file"),
        *("image", "sub_table"),
    )
)
CONVERTIBLE: Final = tuple(name for name in TYPES if name not in _FIXED)


def converted(old: Field, new: Field, storage: Any, ctx: Ctx, env: Environment) -> Any:
    """Return a value in the new type by way of what people would read, or raise FieldError."""
    text = cell(old, old.type.write(old, storage), ctx.locale, ctx.timezone)
    value = new.type.read_text(new, text, env)
    if value is not None:
        new.type.store(new, value)
    return value


async def preview(ctx: Ctx, definition: ObjectDef, old: Field, new: Field) -> dict[str, Any]:
    """Return how many values there are, how many fit, and examples of those that do not."""
    env, total, unfit = environment(ctx), 0, 0
    examples: list[dict[str, Any]] = []
    samples: list[dict[str, str]] = []
    taken: set[str] = set()
    async for rows in values_of(ctx.database, definition, old):
        for row in rows:
            total += 1
            text = cell(old, old.type.write(old, row.storage), ctx.locale, ctx.timezone)
            try:
                value = converted(old, new, row.storage, ctx, env)
                _claim(new, value, taken)
            except FieldError as error:
                unfit += 1
                why = translate(ctx.locale, error.message, error.values)
                told = {"id": row.id, "name": row.name, "value": text[:200], "message": why}
                examples += [told] if len(examples) < EXAMPLES else []
                continue
            if len(samples) < EXAMPLES // 4:
                wire = (
                    new.type.write(new, new.type.store(new, value)) if value is not None else None
                )
                samples.append(
                    {"from": text[:200], "to": cell(new, wire, ctx.locale, ctx.timezone)}
                )
    return {"total": total, "fit": total - unfit, "unfit": unfit, "examples": examples} | {
        "samples": samples
    }


def _claim(new: Field, value: Any, taken: set[str]) -> None:
    """Raise FieldError where the new field is unique and an earlier record comes to hold the
    value.
    """
    if new.unique and value is not None:
        text = unique_texts(new, value)[0]
        if text in taken:
            raise FieldError("not_unique", "Another record has this value already.")
        taken.add(text)


def without(registry: Registry, definition: ObjectDef, field: Field) -> Registry:
    """Return the registry as it would be without a field."""
    fields = {key: each for key, each in definition.fields.items() if each is not field}
    bare = replace(definition, fields=fields)
    return replace(registry, objects={**registry.objects, definition.name: bare})


async def convert(ctx: Ctx, id_: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Give a field another type: {"preview": …} where that is asked, else {"field", "job"}.

    Raises Conflict `unfit` with the preview where values do not fit, unless `empty_unfit` says that
    they may be left empty.
    """
    row = next(
        (r for r in (await load(ctx.database)).fields if r.id == id_ and not r.deleted_at), None
    )
    if row is None:
        raise NotFound
    trial = await _tried(ctx, ctx.database, row, body)
    plan = _Plan(trial, await trial.seen(ctx))
    if body.get("preview"):
        return {"preview": plan.seen, "field": None, "job": None}
    plan.refuse_unfit(body)

    async def change(tx: Tx) -> dict[str, Any]:
        return await plan.make(ctx, tx)

    done: dict[str, Any] = await ctx.database.write(lambda tx: noted(ctx, tx, change))
    return done


class Uncounted(Exception):
    """Nobody has looked yet what would become of the values. That is done outside of any unit, or
    all writers would wait; then the unit begins again.
    """

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        super().__init__("uncounted")


async def convert_inside(
    ctx: Ctx, tx: Tx, row: FieldRow, body: Mapping[str, Any], seen: Seen, *, empty_unfit: bool
) -> dict[str, Any]:
    """Give a field another type inside a unit that notes it, and return the preview out of `seen`;
    raise Uncounted where that has none. See `convert`.
    """
    trial = await _tried(ctx, tx, row, body)
    if trial.key not in seen:
        raise Uncounted(trial)
    plan = _Plan(trial, seen[trial.key])
    plan.refuse_unfit({"empty_unfit": empty_unfit})
    await plan.make(ctx, tx)
    return plan.seen


@dataclass(frozen=True, slots=True)
class Trial:
    """A conversion that could be: what is asked for in place of a row, the objects without the old
    field, and both fields.
    """

    row: FieldRow
    asked: Mapping[str, Any]
    rest: Registry
    definition: ObjectDef
    old: Field
    new: Field

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.row.id} {sorted(self.asked.items())!r}"

    async def seen(self, ctx: Ctx) -> dict[str, Any]:
        """Look through all values: what would become of them."""
        return await preview(ctx, self.definition, self.old, self.new)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A conversion that was looked at, and what becomes of the values."""

    trial: Trial
    seen: dict[str, Any]

    def refuse_unfit(self, body: Mapping[str, Any]) -> None:
        """Raise Conflict `unfit` where values do not fit that nobody said may be left empty."""
        if self.seen["unfit"] and not body.get("empty_unfit"):
            message = "{count} values would not fit. Look at them, or let them be left empty."
            values = {"count": self.seen["unfit"]}
            raise Conflict(message, code="unfit", values=values, extra=self.seen)

    async def make(self, ctx: Ctx, tx: Tx) -> dict[str, Any]:
        """Put the new field in the place of the old one, and its job in the queue."""
        at, jobs, row = ctx.clock(), ctx.services.jobs, self.trial.row
        await customize.set_aside(tx, row, at)
        made = await customize.create_field(tx, self.trial.rest, self.trial.asked, at, jobs)
        job = await jobs.enqueue(tx, KIND, {"from": row.id, "to": made["id"]})
        return {"preview": self.seen, "field": made, "job": job}


async def _tried(ctx: Ctx, source: Database | Tx, row: FieldRow, body: Mapping[str, Any]) -> Trial:
    """Return a conversion that works, or raise Invalid naming every fault."""
    definition = ctx.registry.get(row.object)
    old = definition.fields.get(row.key) if definition is not None else None
    if definition is None or old is None:
        raise NotFound
    asked, rest = _asked(row, body), without(ctx.registry, definition, old)
    new = await _made(ctx, source, rest, asked)
    return Trial(row, asked, rest, definition, old, new)


def _asked(row: FieldRow, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the definition that is asked for in place of a row, or raise Invalid."""
    settings = {k: v for k, v in body.items() if k not in {"preview", "empty_unfit"}}
    if row.type not in CONVERTIBLE or settings.get("type") not in CONVERTIBLE:
        values = {"allowed": ", ".join(CONVERTIBLE)}
        message = "One of these is needed here: {allowed}."
        raise Invalid(errors=[FieldProblem("/type", "not_an_option", message, values)])
    kept = {"object": row.object, "key": row.key}
    moved = [key for key, value in kept.items() if settings.get(key, value) != value]
    if moved:
        message = "This cannot be changed once the field is made."
        raise Invalid(errors=[FieldProblem(f"/{key}", "fixed", message) for key in moved])
    return {"labels": row.labels, **_still_encrypted(row, settings), **kept}


def _still_encrypted(row: FieldRow, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings that keep a field encrypted unless they say that it shall not be."""
    was = bool(row.settings.get("encrypted"))
    wanted = settings.get("encrypted", was)
    if wanted is True and not was:
        # the old field would rest in the bin with all its plain values
        message = "Encrypt the field first, then change its type."
        raise Invalid(errors=[FieldProblem("/encrypted", "not_encrypted", message)])
    plain = {key: value for key, value in settings.items() if key != "encrypted"}
    return {**plain, "encrypted": wanted} if wanted else plain


async def _made(
    ctx: Ctx, source: Database | Tx, registry: Registry, asked: Mapping[str, Any]
) -> Field:
    """Return the field that would be made, or raise Invalid naming every fault."""
    row = await customize.read_row(source, registry, asked, ctx.clock(), renewed=True)
    made = bound(make_field(row), row.object, ctx.services.keys)
    faults = Faults()
    definition = registry[row.object]
    check_readers(made, definition, registry, "type", faults)
    faults.check()
    check_filters(made, definition, registry)
    return made


def check_filters(made: Field, definition: ObjectDef, registry: Registry) -> None:
    """Raise Invalid where a roll-up asks for what the field could not be asked any more."""
    changed = replace(definition, fields={**definition.fields, made.key: made})
    registry = replace(registry, objects={**registry.objects, definition.name: changed})
    own = (definition.name, made.key)
    fields = (each for other in registry.objects.values() for each in other.fields.values())
    for field in fields:
        if field.over is None or field.over.filter is None or own not in field.reads:
            continue
        try:
            read_fixed(registry, registry[field.over.object], field.over.filter)
        except Invalid as error:
            values = {"field": field.key}
            raise Invalid(errors=[FieldProblem("/type", "in_use", BROKEN, values)]) from error


async def run_convert(installation: Any, run: Run) -> Mapping[str, Any]:
    """Write the values of the old field into the new one; running it again goes on."""
    registry = await installation.refresh_registry()
    ctx = replace(await system_context(installation), registry=registry)
    rows = {row.id: row for row in (await load(installation.database)).fields}
    source, target = rows.get(run.args["from"]), rows.get(run.args["to"])
    definition = registry.get(target.object) if target is not None else None
    if source is None or target is None or definition is None or target.deleted_at is not None:
        return {"written": 0}
    old = bound(make_field(source), definition.name, ctx.services.keys)
    new = definition.fields[target.key]
    group = ChangeSet(new_id(), "update", definition.name)
    ctx, after, written = ctx.within(group), FIRST, 0
    statement, env = slice_statement(definition, ctx.database.dialect), environment(ctx)
    while True:

        async def unit(tx: Tx, after: str = after) -> tuple[str | None, int]:
            found = await tx.fetch(statement, {"after": after})
            filled = {each.id for each in held(new, found)}
            changes = []
            for row in held(old, found):
                try:
                    value = converted(old, new, row.storage, ctx, env)
                except FieldError:
                    continue
                if row.id not in filled and value is not None:
                    changes.append(Change(definition.name, row.id, "update", {new.key: value}))
            skip = lambda _change, _error: None  # noqa: E731 - what a rule refuses stays empty
            done = await write_many(ctx, tx, definition.name, "update", changes, refuse=skip)
            return (found[-1][0] if found else None), len(done)

        last, count = await ctx.database.write(unit)
        written += count
        if last is None:
            return {"written": written}
        after = last


JOBS: Final = {KIND: run_convert}
