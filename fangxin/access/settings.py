"""What the company decides once: its name, base currency, time zone, cascades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import Field
from fangxin.fields.codes import currency_code
from fangxin.kernel import epoch
from fangxin.kernel.clock import zone_of
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import Conflict, FieldError, FieldProblem, Forbidden, Invalid
from fangxin.kernel.prepared import Prepared, put_row
from fangxin.kernel.sql import Json, compile_statement, metadata
from fangxin.objects.registry import Registry

NAME_LENGTH: Final = 100
# whether somebody hears that his new record looks like one that he may not see (docs/adr/0006)
TELL_UNSEEN: Final = "tell_unseen"

setting: Final = sa.Table(
    "setting",
    metadata,
    sa.Column("key", sa.Text(), primary_key=True),
    sa.Column("value", Json(), nullable=False),
)

_settings: Final = Prepared(lambda: sa.select(setting.c.key, setting.c.value))
_put: Final = Prepared(lambda: put_row(setting))


@dataclass(frozen=True, slots=True)
class Company:
    """The company's settings. `cascades` holds only what differs from the declaration
    ("file.about": false).
    """

    company_name: str = ""
    base_currency: str = "CNY"
    duplicates: Mapping[str, bool] = field(default_factory=lambda: {TELL_UNSEEN: True})
    timezone: str = "Asia/Shanghai"
    cascades: Mapping[str, bool] = field(default_factory=dict)
    demo: bool = False
    # the head of what is printed
    company_address: str = ""
    company_phone: str = ""
    company_tax_number: str = ""
    company_bank: str = ""
    # as English prints have them, where they are not the same
    company_name_en: str = ""
    company_address_en: str = ""
    company_bank_en: str = ""

    def printed(self, part: str, locale: str) -> str:
        """Return name, address or bank as they stand on what is printed in a language."""
        own: str = getattr(self, f"company_{part}")
        return (locale == "en" and getattr(self, f"company_{part}_en")) or own


KEYS: Final = tuple(each.name for each in fields(Company))
# `demo` is set by what makes and clears demo data
WRITABLE: Final = tuple(key for key in KEYS if key != "demo")


def cascades_of(company: Company, registry: Registry) -> dict[str, bool]:
    """Return every link that may lend sight of its record, and whether it does."""
    declared = [
        f"{definition.name}.{each.key}"
        for definition in registry.objects.values()
        for each in definition.fields.values()
        if each.cascade
    ]
    return {name: company.cascades.get(name, True) for name in declared}


def wire_settings(company: Company, registry: Registry) -> dict[str, Any]:
    """Return the settings as JSON, with all cascades."""
    return {**asdict(company), "cascades": cascades_of(company, registry)}


def _company(rows: Sequence[Any]) -> Company:
    stored = {key: value for key, (value,) in rows}
    return Company(**{key: value for key, value in stored.items() if key in KEYS})


async def read_company(source: Database | Tx) -> Company:
    """Read the settings, inside a unit or not; what was never set has its default."""
    read = source.fetch if hasattr(source, "fetch") else source.read
    return _company(await read(_settings(source.dialect), {}))


def _switches(value: Any, known: Mapping[str, bool]) -> Any:
    if not isinstance(value, Mapping) or not all(isinstance(on, bool) for on in value.values()):
        raise FieldError("wrong_type", "Each of these is true or false.")
    unknown = sorted(set(value) - set(known))
    if unknown:
        raise FieldError("unknown_field", "There is no field {name}.", name=unknown[0])
    return dict(value)


def _checked(key: str, value: Any, registry: Registry) -> Any:
    if key == "cascades":
        return _switches(value, cascades_of(Company(), registry))
    if key == "duplicates":
        return _switches(value, Company().duplicates)
    if key not in WRITABLE:
        raise FieldError("unknown_field", "There is no field {name}.", name=key)
    if not isinstance(value, str) or len(value) > NAME_LENGTH:
        raise FieldError("wrong_type", "Text is needed here.")
    if key == "base_currency":
        currency_code(value)
    if key == "timezone":
        zone_of(value)
    return value


async def change_settings(ctx: Ctx, tx: Tx, patch: Mapping[str, Any]) -> None:
    """Change settings inside a unit; raise Forbidden without the permission, Invalid with a problem
    for each wrong key, Conflict for another base currency than stored amounts are reckoned in.
    """
    if not ctx.rights.allows("admin.settings"):
        raise Forbidden
    values, problems = {}, []
    for key, value in patch.items():
        try:
            values[key] = _checked(key, value, ctx.registry)
        except FieldError as error:
            problems.append(error.at(f"/{key}"))
    if problems:
        raise Invalid(errors=problems)
    before = await read_company(tx)
    if "cascades" in values:
        values["cascades"] = {**before.cascades, **values["cascades"]}
    await _check_reckoning(ctx, tx, before.base_currency, values)
    await put_settings(tx, values)


def _amounts(fields: Iterable[Field], table: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """Return what holds amounts in the base currency, of lines too, where it is not empty."""
    found = []
    for each in fields:
        suffixes = [suffix for suffix, _ in each.type.storage(each)]
        lined = any("_base" in dict(column.type.storage(column)) for column in each.line)
        if lined or "_base" in suffixes:
            found.append(each.columns(table)[0 if lined else suffixes.index("_base")])
    return found


async def _check_reckoning(ctx: Ctx, tx: Tx, base: str, values: Mapping[str, Any]) -> None:
    """Refuse another base currency where amounts are stored: no sum would mean anything."""
    if values.get("base_currency", base) == base:
        return
    for definition in ctx.registry.objects.values():
        table = definition.table
        amounts = [each.is_not(None) for each in _amounts(definition.stored, table)]
        if not amounts:
            continue
        # skip one-door: whether there is any, whoever sees it, in the recycle bin as well
        query = sa.select(table.c.id).where(*definition.where(table), sa.or_(*amounts)).limit(1)
        if await tx.fetch(compile_statement(query, tx.dialect), {}):
            message = (
                "There are amounts in {currency} already: {object}. For another base currency "
                "clear the demo data first, or begin with an empty installation."
            )
            facts = {"currency": base, "object": definition.plural(ctx.locale)}
            problem = FieldProblem("/base_currency", "amounts_stored", message, facts)
            raise Conflict(message, code="amounts_stored", values=facts, errors=[problem])


async def put_settings(tx: Tx, values: Mapping[str, Any]) -> None:
    """Store checked settings inside a unit (first run, demo data)."""
    # in a list, for the driver takes a bare text as JSON that is written already
    rows = [{"key": key, "value": [value]} for key, value in values.items()]
    await tx.execute_many(_put(tx.dialect), rows)
    await epoch.bump(tx, epoch.ACCESS)
