from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from fangxin.access.contexts import system_context
from fangxin.app import Installation, build_installation
from fangxin.customizing import customize
from fangxin.fields.catalogue import TYPES
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, FangxinError, Invalid, NotFound
from fangxin.kernel.settings import read_settings
from fangxin.kernel.sql import Statement
from fangxin.objects.custom import load
from fangxin.records import engine
from fangxin.records.reading import find, get
from fangxin.worker import Worker

NEEDED: dict[str, dict[str, Any]] = {
    "choice": {
        "options": [{"key": "a", "labels": {"en": "A", "zh-CN": "甲"}, "color": "red"}, "b"]
    },
    "multi_choice": {"options": ["x", "y"]},
    "link": {"target": "accounts"},
    "link_to_many": {"target": "accounts"},
    "formula": {"formula": "employees * 2", "scale": 0},
    "roll_up": {"over": "opportunity.account", "function": "count"},
    "auto_number": {"default": "Q-{year}-{number:04}"},
    "decimal": {"scale": 3},
    "sub_table": {"columns": [{"key": "what", "type": "text", "labels": "What"}]},
}
VALUES: dict[str, Any] = {
    "text": "张三",
    "long_text": "two\nlines",
    "integer": 7,
    "decimal": "1.125",
    "percent": "12.5",
    "money": {"amount": "10.00", "currency": "CNY"},
    "date": "2026-11-21",
    "datetime": "2026-11-21T08:00:00Z",
    "boolean": True,
    "choice": "a",
    "multi_choice": ["x", "y"],
    "email": "a@example.com",
    "phone": "+8613800138000",
    "url": "https://example.com",
    "tags": ["t"],
    "address": {"city": "上海"},
}


@pytest.fixture
async def installation(database_url: str, tmp_path: Any) -> AsyncIterator[Installation]:
    environment = {
        **os.environ,
        "FANGXIN_DATABASE_URL": database_url,
        "FANGXIN_FILES_URL": str(tmp_path / "files"),
        "FANGXIN_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    }
    made = build_installation(read_settings(environment))
    await made.start()
    yield made
    await made.stop()


async def context(installation: Installation) -> Ctx:
    await installation.refresh_registry()
    return await system_context(installation)


async def make(installation: Installation, **body: Any) -> dict[str, Any]:
    registry, jobs = installation.registry, installation.jobs
    row: dict[str, Any] = await installation.database.write(
        lambda tx: customize.create_field(tx, registry, body, now(), jobs)
    )
    await installation.refresh_registry()
    return row


async def faults(installation: Installation, **body: Any) -> list[tuple[str, str]]:
    before = await load(installation.database)
    with pytest.raises(Invalid) as caught:
        await make(installation, **body)
    assert await load(installation.database) == before
    return [(each.pointer, each.code) for each in caught.value.errors]


async def plan(installation: Installation, code: str) -> str:
    """How the database would look for one value of a custom field."""
    query = "SELECT id FROM account WHERE deleted_at IS NULL AND"
    if installation.database.dialect == "sqlite":
        text = f"EXPLAIN QUERY PLAN {query} json_extract(account.custom, '$.{code}') = 7"
        path = installation.settings.database_url.removeprefix("sqlite:///")
        # a connection of its own: EXPLAIN does not look whether the schema has moved
        with closing(sqlite3.connect(path)) as connection:
            return str(connection.execute(text).fetchall())
    await installation.database.read(Statement("ANALYZE account", (), {}, (), ()), {})
    text = f"EXPLAIN {query} ((account.custom #>> '{{{code}}}')::bigint) = 7"
    rows = await installation.database.read(Statement(text, (), {}, (), ()), {})
    return str([list(row) for row in rows])


async def test_a_field_of_each_type_works_like_a_shipped_one(installation: Installation) -> None:
    for name in TYPES:
        await make(
            installation,
            object="accounts",
            key=f"my_{name}",
            type=name,
            label=name,
            **NEEDED.get(name, {}),
        )
    ctx = await context(installation)
    body = {f"my_{name}": value for name, value in VALUES.items()}
    made = await engine.create(ctx, "account", {"name": "甲公司", "employees": 21, **body})
    read = (await find(ctx, "account", fields=[f"my_{name}" for name in TYPES])).items[0]
    for name, value in VALUES.items():
        if name == "date":
            assert str(read["my_date"]) == value
        elif name not in {"datetime", "address"}:
            assert read[f"my_{name}"] == value, name
    assert (read["my_address"]["city"], read["my_formula"]) == ("上海", "42")
    assert str(read["my_datetime"]) in {"2026-11-21T08:00:00Z", "2026-11-21 08:00:00+00:00"}
    assert read["my_auto_number"] == f"Q-{now().year}-0001"
    changed = await engine.update(
        ctx, "account", made["id"], {"my_link": made["id"], "my_integer": 8}
    )
    assert changed["my_link"]["name"] == "甲公司"
    for tree in (
        {"field": "my_integer", "op": ">=", "value": 8},
        {"field": "my_decimal", "op": "is", "value": "1.125"},
        {"field": "my_choice", "op": "in", "value": ["a"]},
        {"field": "my_tags", "op": "has_any", "value": ["t"]},
        {"field": "my_date", "op": "is", "value": "2026-11-21"},
        {"field": "my_money", "op": ">", "value": "9.99"},
        {"field": "my_formula", "op": ">", "value": "41"},
        {"field": "my_text", "op": "starts_with", "value": "张"},
        {"field": "my_link.name", "op": "is", "value": "甲公司"},
        {"field": "my_boolean", "op": "is", "value": True},
    ):
        assert len((await find(ctx, "account", filter=tree)).items) == 1, tree
        assert not (await find(ctx, "account", filter={"not": tree})).items, tree


async def test_an_object_with_fields_is_one_like_any_other(installation: Installation) -> None:
    registry = installation.registry
    row = await installation.database.write(
        lambda tx: customize.create_object(
            tx, registry, {"name": "vehicle", "labels": {"en": "Vehicle", "zh-CN": "车辆"}}, now()
        )
    )
    await installation.refresh_registry()
    await make(
        installation, object="vehicle", key="seats", type="integer", label="Seats", indexed=True
    )
    await make(
        installation, object="vehicles", key="keeper", type="link", target="account", label="K"
    )
    ctx = await context(installation)
    account = await engine.create(ctx, "account", {"name": "Rental"})
    for seats in (5, 2, 7):
        await engine.create(
            ctx, "vehicles", {"name": f"Car {seats}", "seats": seats, "keeper": account["id"]}
        )
    page = await find(ctx, "vehicle", sort="-seats", fields=["seats", "keeper.name"])
    assert [item["seats"] for item in page.items] == [7, 5, 2]
    assert page.items[0]["keeper"]["name"] == "Rental"
    await installation.database.write(lambda tx: customize.delete_object(tx, row["id"], now()))
    with pytest.raises(NotFound):
        await find(await context(installation), "vehicle")
    await installation.database.write(lambda tx: customize.restore_object(tx, row["id"], now()))
    assert len((await find(await context(installation), "vehicle")).items) == 3


async def test_an_indexed_field_gets_an_index_that_queries_use(installation: Installation) -> None:
    field = await make(
        installation, object="account", key="score", type="integer", label="Score", indexed=True
    )
    ctx = await context(installation)
    for score in range(300):
        await engine.create(ctx, "account", {"name": f"A {score}", "score": score})
    await Worker(installation).drain()
    name = f"ix_custom_{field['custom_id']}"
    assert name in await plan(installation, field["custom_id"])
    jobs, registry = installation.jobs, installation.registry
    await installation.database.write(
        lambda tx: customize.update_field(tx, registry, field["id"], {"indexed": False}, jobs)
    )
    await Worker(installation).drain()
    assert name not in await plan(installation, field["custom_id"])


async def test_a_key_is_made_of_the_label_where_none_is_given(installation: Installation) -> None:
    for labels, expected in (
        ({"zh-CN": "客户等级"}, "ke_hu_deng_ji"),
        ({"en": "客户等级", "zh-CN": "客户等级"}, "ke_hu_deng_ji_2"),
        ({"en": "Größe (m²)", "zh-CN": "面积"}, "groe_m2"),
        ({"en": "2026 目标"}, "field_2026_mu_biao"),
        # a shipped field, and a word that is taken
        ({"en": "Industry"}, "industry_2"),
        ({"en": "Deleted at"}, "deleted_at_2"),
        ({"zh-CN": "☂"}, "field_2"),
        ({"en": "x" * 90}, "x" * 36),
    ):
        made = await make(installation, object="account", type="text", labels=labels)
        assert made["key"] == expected
    registry = installation.registry
    made = await installation.database.write(
        lambda tx: customize.create_object(tx, registry, {"labels": {"zh-CN": "车辆"}}, now())
    )
    assert (made["name"], made["path"]) == ("che_liang", "che_liangs")


async def test_every_fault_of_a_definition_is_named(installation: Installation) -> None:
    good = {"object": "account", "key": "extra_note", "type": "text", "label": "Note"}
    for change, expected in (
        ({"object": "nothing"}, ("/object", "unknown_object")),
        ({"key": "Größe"}, ("/key", "bad_key")),
        ({"key": "deleted_at"}, ("/key", "reserved")),
        ({"key": "industry"}, ("/key", "taken")),
        ({"type": "blob"}, ("/type", "not_an_option")),
        ({"label": ""}, ("/labels", "required")),
        ({"label": "x" * 101}, ("/labels/en", "too_long")),
        ({"color": "red"}, ("/color", "unknown_field")),
        ({"scale": 2}, ("/scale", "unknown_field")),
        ({"required": "yes"}, ("/required", "wrong_type")),
        ({"max_length": 0}, ("/max_length", "out_of_range")),
        ({"type": "choice"}, ("/options", "required")),
        ({"type": "choice", "options": []}, ("/options", "out_of_range")),
        ({"type": "choice", "options": ["a", "a"]}, ("/options", "taken")),
        ({"type": "choice", "options": ["a"], "default": "b"}, ("/default", "not_an_option")),
        (
            {"type": "choice", "options": [{"key": "a", "color": "puce"}]},
            ("/options/0/color", "not_an_option"),
        ),
        ({"type": "link"}, ("/target", "required")),
        ({"type": "link", "target": "moon"}, ("/target", "unknown_object")),
        ({"type": "integer", "min": "x"}, ("/min", "wrong_type")),
        ({"type": "integer", "min": 5, "max": 1}, ("/min", "out_of_range")),
        ({"type": "rating", "max": 11}, ("/max", "out_of_range")),
        ({"type": "decimal", "scale": 9}, ("/scale", "out_of_range")),
        ({"type": "formula"}, ("/formula", "required")),
        ({"type": "formula", "formula": "name * 2"}, ("/formula", "bad_formula")),
        ({"type": "auto_number"}, ("/default", "required")),
        ({"type": "auto_number", "default": "{number.__class__}"}, ("/default", "bad_pattern")),
    ):
        assert expected in await faults(installation, **{**good, **change}), change


async def test_what_is_in_use_stays_and_what_is_deleted_comes_back(
    installation: Installation,
) -> None:
    base = {"object": "account", "label": "L"}
    number = await make(installation, key="points", type="integer", **base)
    await make(installation, key="twice", type="formula", formula="points * 2", **base)
    pick = await make(installation, key="pick", type="choice", options=["a", "b"], **base)
    ctx = await context(installation)
    made = await engine.create(ctx, "account", {"name": "X", "pick": "b", "points": 4})
    jobs, registry, write = installation.jobs, installation.registry, installation.database.write
    with pytest.raises(Conflict, match="reads this field"):
        await write(lambda tx: customize.delete_field(tx, registry, number["id"], now()))
    for body, pointer in (
        ({"options": ["a"]}, "/options"),
        ({"key": "other"}, "/key"),
        ({"type": "text"}, "/type"),
    ):
        with pytest.raises(Invalid) as caught:
            await write(
                lambda tx, b=body: customize.update_field(tx, registry, pick["id"], b, jobs)
            )
        assert caught.value.errors[0].pointer == pointer
    await write(lambda tx: customize.delete_field(tx, registry, pick["id"], now()))
    ctx = await context(installation)
    with pytest.raises(FangxinError):
        await find(ctx, "account", fields=["pick"])
    with pytest.raises(Invalid):
        await make(installation, key="pick", type="text", **base)
    registry = installation.registry
    await write(lambda tx: customize.restore_field(tx, registry, pick["id"], now(), jobs))
    ctx = await context(installation)
    assert (await get(ctx, "account", made["id"]))["pick"] == "b"
    await write(lambda tx: customize.delete_field(tx, registry, pick["id"], now()))
    late = now() + timedelta(days=31)
    with pytest.raises(NotFound):
        await write(lambda tx: customize.restore_field(tx, registry, pick["id"], late, jobs))
    assert len(await write(lambda tx: customize.forget_fields(tx, late))) == 1
