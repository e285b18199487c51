from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import pytest
import sqlalchemy as sa

from fangxin.fields.base import Field, Option
from fangxin.fields.choice import Choice, Tags
from fangxin.fields.computed import Formula, Surroundings, bind_formula
from fangxin.fields.dates import DateTimeType, DateType
from fangxin.fields.money import MoneyType
from fangxin.fields.number import Boolean, DecimalNumber, Integer, Percent
from fangxin.fields.text import Text
from fangxin.formula.expression import parse
from fangxin.kernel.db import Database, Tx, open_database
from fangxin.kernel.errors import FieldError
from fangxin.kernel.sql import Id, Json, compile_statement
from fangxin.objects.declare import formula
from fangxin.objects.registry import BootError, definition_of

KINDS: dict[str, Field] = {
    key: Field(key=key, label=key, **options)
    for key, options in {
        "amount": {"type": MoneyType()},
        "rate": {"type": Percent(), "scale": 2},
        "count": {"type": Integer()},
        "price": {"type": DecimalNumber(), "scale": 3},
        "start": {"type": DateType()},
        "end": {"type": DateType()},
        "seen": {"type": DateTimeType()},
        "first": {"type": Text()},
        "last": {"type": Text()},
        "state": {"type": Choice(), "options": (Option("open", "Open"), Option("won", "Won"))},
        "active": {"type": Boolean()},
        "labels": {"type": Tags()},
    }.items()
}
CUSTOM = {
    key: Field(key=key, label=key, type=field.type, scale=field.scale, custom_id=f"f{key}0000")
    for key, field in KINDS.items()
}
TABLE = sa.Table("formula_probe", sa.MetaData())
TABLE.append_column(sa.Column("id", Id(), primary_key=True))
for _field in KINDS.values():
    for _suffix, _type in _field.type.storage(_field):
        TABLE.append_column(sa.Column(f"{_field.key}{_suffix}", _type))
TABLE.append_column(sa.Column("custom", Json()))


def row(**values: Any) -> dict[str, Any]:
    """Storage by column, twice: in columns and packed into `custom`."""
    made: dict[str, Any] = {column.name: None for column in TABLE.columns}
    made["id"] = f"00000000-0000-0000-0000-{values.pop('number', 1):012d}"
    made["custom"] = {}
    for key, value in values.items():
        if value is None:
            continue
        field = KINDS[key]
        storage = (
            (value, "CNY", value)
            if isinstance(field.type, MoneyType)
            else field.type.store(field, value)
        )
        for (suffix, _), part in zip(field.type.storage(field), storage, strict=True):
            made[f"{key}{suffix}"] = part
        if not isinstance(field.type, MoneyType):
            storage = CUSTOM[key].type.store(CUSTOM[key], value)
        made["custom"][f"f{key}0000"] = CUSTOM[key].pack(storage)
    return made


@pytest.fixture
async def probe(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    await database.start()
    from sqlalchemy.dialects import postgresql, sqlite
    from sqlalchemy.schema import CreateTable

    from fangxin.kernel.sql import Statement

    dialect = (postgresql if database.dialect == "postgresql" else sqlite).dialect()
    create = Statement(str(CreateTable(TABLE).compile(dialect=dialect)), (), {}, (), ())

    async def unit(tx: Tx) -> None:
        await tx.execute(create, {})

    await database.write(unit)
    yield database
    await database.stop()


async def fill(database: Database, rows: list[dict[str, Any]]) -> None:
    names = {column.name: sa.bindparam(column.name) for column in TABLE.columns}
    statement = compile_statement(sa.insert(TABLE).values(names), database.dialect)

    async def unit(tx: Tx) -> None:
        await tx.execute_many(statement, rows)

    await database.write(unit)


def bound(text: str, fields: dict[str, Field], scale: int = 2) -> Field:
    made = Field(type=Formula(), key="made", label="Made", formula=text, scale=scale)
    return bind_formula(made, Surroundings("made", fields, TABLE))


async def results(database: Database, text: str, scale: int = 2) -> list[Any]:
    """The wire values of a formula for every row, over columns; over custom fields they are
    equal.
    """
    found = []
    for fields in (KINDS, CUSTOM):
        field = bound(text, fields, scale)
        query = sa.select(*field.columns(TABLE)).select_from(TABLE).order_by(TABLE.c.id)
        rows = await database.read(compile_statement(query, database.dialect), {})
        found.append([field.type.write(field, tuple(each)) for each in rows])
    assert found[0] == found[1]
    return found[0]


CASES: list[tuple[str, Any]] = [
    ("amount * rate / 100", "617.25"),
    ("amount + 1", "2469.99"),
    ("-count", "-7"),
    ("count / 0", None),
    ("count / 2", "3.5"),
    ("round(count / 3)", "2"),
    ("round(2.5)", "3"),
    ("round(-2.5)", "-3"),
    ("abs(1 - count)", "6"),
    ("price - 1.5", "10.85"),
    ("if(count > 5, 1, 0)", "1"),
    ("if(count > 5, 1)", "1"),
    ("if(empty(labels), 1)", None),
    ("if(empty(labels), 1, 0)", "0"),
    ("if(not active or count >= 8, 1, 0)", "0"),
    ('if(state = "won", "yes", "no")', "no"),
    ("start + 30", date(2026, 1, 30)),
    ("end - start", "59"),
    ("days(start, end)", "59"),
    ("days(seen, seen)", "0"),
    ("start - 800000", None),
    ("start + 9999999999", None),
    ('concat(first, " ", last)', "Li Na"),
    ("first + last", "LiNa"),
    ("length(first)", "2"),
    ("active and count = 7", True),
    ("amount * amount * amount * amount", None),
    ("if(start < end, start, end)", date(2025, 12, 31)),
    ("seen", datetime(2026, 3, 1, 8, tzinfo=UTC)),
]


async def test_every_kind_of_value(probe: Database) -> None:
    await fill(
        probe,
        [
            row(
                amount=24_689_900,
                rate=Decimal(25),
                count=7,
                price=Decimal("12.35"),
                start=date(2025, 12, 31),
                end=date(2026, 2, 28),
                seen=datetime(2026, 3, 1, 8, tzinfo=UTC),
                first="Li",
                last="Na",
                state="open",
                active=True,
                labels=["a"],
            )
        ],
    )
    for text, expected in CASES:
        assert await results(probe, text) == [expected], text


async def test_empty_makes_empty(probe: Database) -> None:
    await fill(probe, [row()])
    for text, expected in {
        "amount * 2": None,
        "count + 1": None,
        "start + 1": None,
        "days(start, end)": None,
        "concat(first, last)": None,
        'concat(first, "x")': "x",
        "if(active, 1, 2)": "2",
        "empty(amount)": True,
        "empty(labels) and empty(count + 1)": True,
        "round(count / 3)": None,
        "abs(count)": None,
        "-count": None,
    }.items():
        assert await results(probe, text) == [expected], text


def oracle(amount: int, count: int, price: Decimal) -> str | None:
    """round(amount * price / count, 2) by decimal arithmetic of another kind."""
    with localcontext() as context:
        context.prec = 60
        whole = Decimal(amount).scaleb(-4) * price
        if abs(whole.scaleb(7)) >= 2**63 - 1 or count == 0:
            return None
        quotient = (whole / count).quantize(Decimal("1e-8"), ROUND_HALF_UP)
        if abs(quotient.scaleb(8)) >= 2**63 - 1:
            return None
        rounded = quotient.quantize(Decimal("0.01"), ROUND_HALF_UP)
        text = f"{rounded:f}"
        return (
            (text.rstrip("0").rstrip(".") if "." in text else text).replace("-0", "0", 1)
            if (rounded == 0)
            else text.rstrip("0").rstrip(".")
        )


async def test_digits_agree_with_decimal_arithmetic(probe: Database) -> None:
    dice = random.Random(20261121)
    rows, expected = [], []
    for number in range(400):
        size = 10 ** dice.randint(1, 15)
        amount = dice.randint(-size, size)
        count = dice.choice([0, 1, 3, 7, -6, dice.randint(-(10**6), 10**6)])
        price = Decimal(dice.randint(-(10**6), 10**6)).scaleb(-3)
        rows.append(row(number=number, amount=amount, count=count, price=price))
        expected.append(oracle(amount, count, price))
    await fill(probe, rows)
    assert await results(probe, "round(amount * price / count, 2)") == expected
    assert None in expected


async def test_a_formula_filters_sorts_and_sums(probe: Database) -> None:
    start = date(2026, 1, 1)
    await fill(
        probe,
        [
            row(number=n, count=n, amount=n * 10_000, start=start, end=start + timedelta(n))
            for n in range(1, 6)
        ],
    )
    field = bound("amount / count * days(start, end)", KINDS)
    column = field.columns(TABLE)[0]
    query = sa.select(TABLE.c.count).where(column >= 300).order_by(column.desc())
    rows = await probe.read(compile_statement(query, probe.dialect), {})
    assert [each[0] for each in rows] == [5, 4, 3]
    total = (
        sa.select(column, sa.func.sum(column))
        .select_from(TABLE)
        .group_by(column)
        .order_by(column)
        .limit(1)
    )
    assert list((await probe.read(compile_statement(total, probe.dialect), {}))[0]) == [100, 100]


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("", 1, "ends too early"),
        ("1 +", 4, "ends too early"),
        ("(1", 3, "missing"),
        ("1 2", 3, "does not fit"),
        ("count ? 2", 7, "cannot be read"),
        ("nothing + 1", 1, "no field"),
        ("made + 1", 1, "no field"),
        ("sqrt(count)", 1, "no function"),
        ("round()", 1, "number of arguments"),
        ("round(count, rate)", 1, "plain number"),
        ("round(count, 9)", 1, "from 0 to"),
        ("first * 2", 7, "does not work"),
        ("first < last", 7, "does not work"),
        ("start = seen", 7, "does not work"),
        ("if(count, 1, 2)", 1, "does not work"),
        ('if(active, 1, "a")', 1, "does not work"),
        ("labels", 1, "only be asked"),
        ("not count", 1, "does not work"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, position: int, part: str) -> None:
    with pytest.raises(FieldError) as caught:
        bound(text, KINDS)
    assert caught.value.code == "bad_formula"
    assert caught.value.values["position"] == position
    assert part in caught.value.message


def test_limits() -> None:
    for text in ("1" + "+1" * 200, "(" * 40 + "1" + ")" * 40, "1" * 2000):
        with pytest.raises(FieldError):
            parse(text)


def test_a_declared_formula_is_checked_at_boot() -> None:
    from fangxin.modules.sales.opportunity import Opportunity

    weighted = definition_of(Opportunity).fields["weighted_amount"]
    assert weighted.read_only
    assert weighted.type.aggregates == ("sum", "avg", "min", "max")
    previous = Opportunity.weighted_amount
    try:
        Opportunity.weighted_amount = formula("Weighted amount", "amount * name")
        with pytest.raises(BootError, match="weighted_amount"):
            definition_of(Opportunity)
    finally:
        Opportunity.weighted_amount = previous
