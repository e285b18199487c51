"""Custom objects and fields as a file wants them, made and changed inside one unit."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fangxin.access.settings import change_settings
from fangxin.configuring.compare import Difference, off
from fangxin.customizing import customize
from fangxin.customizing.extend import extend
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, FangxinError, FieldError, FieldProblem, Invalid
from fangxin.merging.merge import with_merge
from fangxin.objects.custom import Custom, FieldRow, ObjectRow, load
from fangxin.objects.registry import ObjectDef, Registry, build
from fangxin.reshaping import encrypting, fixed, unique, uses
from fangxin.reshaping.convert import Seen, check_filters, convert_inside
from fangxin.sealing.bound import with_seals

if TYPE_CHECKING:
    from collections.abc import Iterator

Properties = Mapping[str, Any]


@dataclass(slots=True)
class Faults:
    """What a file asks for and cannot have, each with its place in the file."""

    problems: list[FieldProblem] = field(default_factory=list)

    @contextmanager
    def at(self, pointer: str) -> Iterator[None]:
        """Note at `pointer` what is refused inside."""
        try:
            yield
        except FieldError as error:
            self.problems.append(error.at(pointer))
        except FangxinError as error:
            self.problems += problems_of(error, pointer)


def problems_of(error: FangxinError, pointer: str) -> list[FieldProblem]:
    """Return an error as faults of an item of the file."""
    if not error.errors:
        return [FieldProblem(pointer, error.code, error.detail, error.values)]
    return [
        replace(each, pointer=pointer if each.pointer == "/" else pointer + each.pointer)
        for each in error.errors
    ]


async def current(ctx: Ctx, tx: Tx) -> Ctx:
    """Return the context with the definitions as they stand in this transaction: as a rule those
    that it has, with what was compiled for them.
    """
    registry = rebuilt(ctx, ctx.registry, await load(tx))
    here, known = (each.version.partition(".")[0] for each in (registry, ctx.registry))
    return ctx if here == known else replace(ctx, registry=registry)


def rebuilt(ctx: Ctx, registry: Registry, custom: Custom) -> Registry:
    """Return the registry as it is with other custom fields and objects."""
    shipped = [_shipped(each) for each in registry.objects.values() if each.custom_id is None]
    return build(with_merge(with_seals(extend(shipped, custom), ctx.services.keys)))


def _shipped(definition: ObjectDef) -> ObjectDef:
    own = {key: each for key, each in definition.fields.items() if not each.custom}
    return replace(definition, fields=own)


def wanted(difference: Difference) -> dict[str, Any]:
    """Return what the file has of an item, as far as it differs."""
    return {key: new for key, (_, new) in difference.properties.items()}


def _given(item: Properties) -> dict[str, Any]:
    """Return what a file says of a field that is made: what is off or empty is left to the type,
    which may know better.
    """
    return {
        key: value
        for key, value in item.items()
        if value is not None and (key == "default" or not off(value))
    }


async def change_field(
    ctx: Ctx, tx: Tx, registry: Registry, row: FieldRow, body: Properties
) -> None:
    """Change a custom field inside a unit; where it becomes unique, with all its values."""
    definition = registry.get(row.object)
    own = definition.fields.get(row.key) if definition is not None else None
    fixed.judge(registry, own, body)
    made = encrypting.sealed_from_now(ctx, definition, own, body)
    if made is not None and definition is not None:
        await uses.refuse_asked(replace(ctx, registry=registry), tx, definition, made)
        check_filters(made, definition, registry)
    held = made or own
    await customize.update_field(tx, registry, row.id, body, ctx.services.jobs)
    if definition is None or own is None or held is None:
        return
    wanted = bool(body.get("unique", own.unique))
    if wanted != own.unique or (wanted and held is not own):
        await unique.switch(tx, definition, held, wanted=wanted)


class Designer:
    """Brings definitions to what a file wants; refusals are gathered in `faults`, and what becomes
    of the values of fields that get another type in `conversions`: it is looked up in `seen`, and
    Uncounted (reshaping/convert.py) raised where it is not there.
    """

    def __init__(
        self, ctx: Ctx, tx: Tx, faults: Faults, seen: Seen, *, empty_unfit: bool = False
    ) -> None:
        self.ctx = ctx
        self.tx = tx
        self.faults = faults
        self.seen = seen
        self.empty_unfit = empty_unfit
        self.conversions: list[dict[str, Any]] = []
        self.registry: Registry = ctx.registry
        self.at = ctx.clock()

    async def refresh(self) -> Registry:
        """Read the definitions again, as this unit has left them."""
        self.registry = rebuilt(self.ctx, self.registry, await load(self.tx))
        return self.registry

    async def objects(self, differences: list[Difference]) -> None:
        """Make and change custom objects; one that lies in the bin comes back."""
        if not differences:
            return
        custom = await load(self.tx)
        rows = {row.name: row for row in custom.objects}
        for each in differences:
            with self.faults.at(each.pointer):
                await self._object(each, rows.get(each.address[-1]))
        await self.refresh()

    async def _object(self, each: Difference, row: ObjectRow | None) -> None:
        body, tx = wanted(each), self.tx
        if row is None:
            made = {**body, "name": each.address[-1]}
            await customize.create_object(tx, self.registry, made, self.at)
            return
        if row.deleted_at is not None:
            await customize.restore_object(tx, row.id, self.at)
        await customize.update_object(tx, row.id, body)

    async def fields(self, differences: list[Difference]) -> None:
        """Make and change custom fields; one that computes waits for what it reads."""
        left, gained = list(enumerate(differences)), True
        errors: dict[int, list[FieldProblem]] = {}
        while left and gained:
            custom = await load(self.tx)
            rows = {(row.object, row.key): row for row in custom.fields}
            waiting = []
            for place, each in left:
                row = rows.get((each.address[1], each.address[2]))
                try:
                    await self._field(each, row, self.at + timedelta(microseconds=place))
                except FangxinError as error:
                    errors[place] = problems_of(error, each.pointer)
                    waiting.append((place, each))
            gained, left = len(waiting) < len(left), waiting
            if gained:
                await self.refresh()
        for place, _ in left:
            self.faults.problems += errors[place]

    async def _field(self, each: Difference, row: FieldRow | None, at: datetime) -> None:
        body, tx, jobs = wanted(each), self.tx, self.ctx.services.jobs
        _, name, key = each.address
        if row is None:
            made = _given(body)
            fixed.judge(self.registry, None, made)
            asked = {**made, "object": name, "key": key}
            await customize.create_field(tx, self.registry, asked, at, jobs)
            return
        if row.deleted_at is not None:
            await unique.restore_field(self.ctx, tx, self.registry, row.id, at)
            await self.refresh()
        if body.get("type", row.type) == row.type:
            await change_field(self.ctx, tx, self.registry, row, body)
        else:
            await self._convert(each, replace(row, deleted_at=None))

    async def _convert(self, each: Difference, row: FieldRow) -> None:
        """Give a field another type by the checked converter, with all its values."""
        ctx, sealed = replace(self.ctx, registry=self.registry), bool(row.settings.get("encrypted"))
        # what is encrypted stays so unless the file says otherwise
        asked = {"encrypted": each.item.get("encrypted", sealed), **_given(each.item)}
        try:
            seen = await convert_inside(
                ctx, self.tx, row, asked, self.seen, empty_unfit=self.empty_unfit
            )
        except Conflict as error:
            if error.code != "unfit":
                raise
            first = error.extra["examples"][0]
            shown = {"value": "…" if sealed else first["value"], "name": first["name"]}
            values = {"count": error.extra["unfit"], "of": error.extra["total"], **shown}
            message = (
                "{count} of {of} values would not fit the new type, such as {value} of {name}."
                " Change them first, or apply the file with what does not fit left empty."
            )
            raise Invalid(errors=[FieldProblem("/type", "unfit", message, values)]) from error
        self.conversions.append({"pointer": each.pointer, **seen})

    async def remove(self, differences: list[Difference]) -> None:
        """Move objects and fields into the recycle bin, those that compute first."""
        if not differences:
            return
        custom = await load(self.tx)
        objects = {row.name: row.id for row in custom.objects if row.deleted_at is None}
        fields = {(row.object, row.key): row.id for row in custom.fields if not row.deleted_at}
        gone = {each.address[1] for each in differences if each.address[0] == "custom_objects"}
        own = [each for each in differences if each.address[0] == "custom_fields"]
        own.sort(key=lambda each: not {"formula", "over"} & each.properties.keys())
        for each in own:
            place = (each.address[1], each.address[2])
            if place[0] not in gone and place in fields:
                with self.faults.at(each.pointer):
                    definition = self.registry[place[0]]
                    field_ = definition.fields.get(place[1])
                    if field_ is not None:
                        ctx = replace(self.ctx, registry=self.registry)
                        await uses.refuse_removal(ctx, self.tx, definition, field_)
                    await customize.delete_field(self.tx, self.registry, fields[place], self.at)
                    await self.refresh()
        for name in sorted(gone):
            await customize.delete_object(self.tx, objects[name], self.at)
        await self.refresh()

    async def company(self, differences: list[Difference]) -> None:
        """Change the company's settings."""
        for each in differences:
            with self.faults.at(each.pointer):
                ctx = replace(self.ctx, registry=self.registry)
                await change_settings(ctx, self.tx, wanted(each))
