"""Custom fields that hold values: made unique, given another type, and what uses them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fangxin.app import Installation
from fangxin.customizing import customize
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, Invalid, NotFound
from fangxin.records import engine
from fangxin.records.reading import find, get
from fangxin.reshaping import convert, unique, uses
from fangxin.worker import Worker
from tests.objects.test_custom import context, installation, make

__all__ = ["installation"]


async def dressed(installation: Installation) -> Ctx:
    return replace(await context(installation), services=installation.services)


async def test_unique_is_refused_with_the_repeated_values_and_holds_afterwards(
    installation: Installation,
) -> None:
    row = await make(installation, object="account", key="mark", type="text", label="M")
    ctx = await dressed(installation)
    texts = ("Same", " ｓame", "other", "third", None)
    made = [
        await engine.create(ctx, "account", {"name": f"A{i}", "mark": t})
        for i, t in enumerate(texts)
    ]

    async def mark_unique(wanted: bool) -> Any:
        ctx = await dressed(installation)
        definition = ctx.registry["account"]
        field = definition.fields["mark"]
        done = await unique.update_field(ctx, row["id"], {"unique": wanted}, definition, field)
        await installation.refresh_registry()
        return done

    with pytest.raises(Conflict) as caught:
        await mark_unique(True)
    [told] = caught.value.extra["duplicates"]
    assert [each["name"] for each in told["records"]] == ["A0", "A1"]
    assert caught.value.errors[0].pointer == "/unique"
    assert not installation.registry["account"].fields["mark"].unique
    await engine.update(ctx, "account", made[1]["id"], {"mark": "second"})
    assert (await mark_unique(True))["unique"] is True
    ctx = await dressed(installation)
    for text in ("SAME", "third"):
        with pytest.raises(Conflict):
            await engine.create(ctx, "account", {"name": "B", "mark": text})
    await engine.update(ctx, "account", made[0]["id"], {"mark": "gone"})
    await engine.create(ctx, "account", {"name": "B", "mark": "same"})
    await mark_unique(False)
    await engine.create(await dressed(installation), "account", {"name": "C", "mark": "third"})


async def test_unique_forgets_what_another_type_claimed(installation: Installation) -> None:
    row = await make(
        installation, object="account", key="mark", type="text", label="M", unique=True
    )
    ctx = await dressed(installation)
    first = await engine.create(ctx, "account", {"name": "A", "mark": "a@x.cn"})
    made = await convert.convert(ctx, str(row["id"]), {"type": "email"})
    await Worker(installation).drain()
    ctx = await dressed(installation)
    await engine.update(ctx, "account", first["id"], {"mark": "b@x.cn"})
    await engine.create(ctx, "account", {"name": "B", "mark": "a@x.cn"})
    definition = ctx.registry["account"]
    field = definition.fields["mark"]
    await unique.update_field(ctx, made["field"]["id"], {"unique": True}, definition, field)
    ctx = await dressed(installation)
    await engine.update(ctx, "account", first["id"], {"mark": "c@x.cn"})
    with pytest.raises(Conflict):
        await engine.create(ctx, "account", {"name": "C", "mark": "a@x.cn"})


async def test_values_that_a_unique_type_would_repeat_do_not_fit(
    installation: Installation,
) -> None:
    row = await make(installation, object="account", key="mark", type="text", label="M")
    ctx = await dressed(installation)
    for name, text in (("A", "1000"), ("B", "1,000"), ("C", "1 000"), ("D", "8")):
        await engine.create(ctx, "account", {"name": name, "mark": text})
    body = {"type": "integer", "unique": True, "preview": True}
    seen = (await convert.convert(ctx, str(row["id"]), body))["preview"]
    assert (seen["total"], seen["fit"]) == (4, 2)
    assert [each["name"] for each in seen["examples"]] == ["B", "C"]


async def test_what_other_objects_compute_keeps_the_type(installation: Installation) -> None:
    money = {"object": "contact", "key": "spend", "type": "money", "label": "S"}
    row = await make(installation, **money)
    roll = {"object": "account", "type": "roll_up", "label": "R", "over": "contact.account"}
    large = {"field": "spend", "op": ">", "value": "150"}
    for more in (
        {"key": "many", "function": "count", "filter": large},
        {"key": "worth", "function": "sum", "of": "spend"},
    ):
        await make(installation, **roll, **more)
        with pytest.raises(Invalid) as broken:
            await convert.convert(
                await dressed(installation), str(row["id"]), {"type": "boolean", "preview": True}
            )
        assert [(e.pointer, e.code) for e in broken.value.errors] == [("/type", "in_use")]
    await convert.convert(
        await dressed(installation), str(row["id"]), {"type": "decimal", "preview": True}
    )


TEXTS = ("90", "1小时30分", "soon", None, "2h")


async def spent(installation: Installation) -> tuple[Ctx, str]:
    made = await make(installation, object="account", key="spent", type="text", label="T")
    ctx = await dressed(installation)
    for text in TEXTS:
        await engine.create(ctx, "account", {"name": str(text), "spent": text})
    return ctx, str(made["id"])


async def test_another_type_is_seen_before_it_is_done(installation: Installation) -> None:
    ctx, old = await spent(installation)
    asked: dict[str, Any] = {"type": "duration", "preview": True}
    seen = (await convert.convert(ctx, old, asked))["preview"]
    assert (seen["total"], seen["fit"], seen["unfit"]) == (4, 3, 1)
    assert [(each["name"], each["value"]) for each in seen["examples"]] == [("soon", "soon")]
    with pytest.raises(Conflict) as unfit:
        await convert.convert(ctx, old, {"type": "duration"})
    assert unfit.value.code == "unfit"
    for body, pointer in (
        ({"type": "link", "target": "account"}, "/type"),
        ({}, "/type"),
        ({"type": "rating", "scale": 2}, "/scale"),
        ({"type": "duration", "key": "other", "empty_unfit": True}, "/key"),
        ({"type": "duration", "object": "contact", "empty_unfit": True}, "/object"),
    ):
        with pytest.raises(Invalid) as refused:
            await convert.convert(ctx, old, body)
        assert refused.value.errors[0].pointer == pointer
    with pytest.raises(NotFound):
        await convert.convert(ctx, ctx.actor.id, asked)
    await installation.refresh_registry()
    assert installation.registry["account"].fields["spent"].type.name == "text"


async def test_a_formula_that_would_break_keeps_the_type(installation: Installation) -> None:
    ctx, old = await spent(installation)
    body = {"object": "account", "key": "long", "type": "formula", "label": "O"}
    await make(installation, **body, formula="length(spent)", scale=0)
    ctx = await dressed(installation)
    with pytest.raises(Invalid) as broken:
        await convert.convert(ctx, old, {"type": "duration", "preview": True})
    assert broken.value.errors[0].code == "in_use"
    field = ctx.registry["account"].fields["spent"]
    told = await uses.uses_of(ctx, ctx.registry["account"], field)
    assert told == [{"kind": "formula", "name": "O"}]


async def test_values_are_written_into_the_new_type_and_the_old_rest(
    installation: Installation,
) -> None:
    ctx, old = await spent(installation)
    jobs, write = installation.jobs, installation.database.write
    done = await convert.convert(ctx, old, {"type": "duration", "empty_unfit": True})
    await Worker(installation).drain()
    ctx = await dressed(installation)
    items = (await find(ctx, "account", sort="-spent", fields=["name", "spent"])).items
    assert sorted((each["name"], each["spent"] or 0) for each in items) == [
        *(("1小时30分", 90), ("2h", 120), ("90", 90), ("None", 0), ("soon", 0)),
    ]
    # running the job again changes nothing
    await engine.update(ctx, "account", items[0]["id"], {"spent": 7})
    args = {"from": old, "to": done["field"]["id"]}
    await write(lambda tx: jobs.enqueue(tx, convert.KIND, args))
    await Worker(installation).drain()
    assert (await get(ctx, "account", items[0]["id"]))["spent"] == 7
    back = await write(lambda tx: customize.restore_field(tx, ctx.registry, old, ctx.clock(), jobs))
    rows = (await find(await dressed(installation), "account", fields=["name", back["key"]])).items
    assert {each["name"]: each[back["key"]] for each in rows}["soon"] == "soon"


async def test_a_formula_is_checked_while_it_is_written(installation: Installation) -> None:
    await make(
        installation,
        object="account",
        key="half",
        type="formula",
        label="H",
        formula="employees / 2",
    )
    registry = installation.registry

    def check(text: str, **more: Any) -> tuple[Any, ...]:
        body = {"object": "accounts", "formula": text, **more}
        told = customize.check_formula(registry, body, "zh-CN")
        return (told["valid"], told["result_type"], told["position"])

    assert check("employees * 2") == (True, "decimal", None)
    assert check('parent.name + "x"') == (True, "text", None)
    assert check("half > 1") == (True, "boolean", None)
    assert check("employees + nothing") == (False, None, 13)
    assert check("employees +") == (False, None, 12)
    assert check("half + 1", key="half")[0] is False
    for bad in ({"scale": 10**9}, {"scale": "2"}, {"formula": None}):
        with pytest.raises(Invalid) as caught:
            check(**{"text": "employees", **bad})
        assert caught.value.errors[0].pointer == f"/{next(iter(bad))}"
    assert (
        "nothing"
        in customize.check_formula(registry, {"object": "account", "formula": "nothing"}, "zh-CN")[
            "message"
        ]
    )
