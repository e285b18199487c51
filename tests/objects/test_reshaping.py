"""Custom fields that hold values: made unique, given another type, and what uses them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fangxin.app import Installation
from fangxin.customizing import customize
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, FangxinError, Invalid, NotFound
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
    for body in ({"type": "link", "target": "account"}, {}, {"type": "rating", "scale": 2}):
        with pytest.raises(FangxinError):
            await convert.convert(ctx, old, body)
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
    assert (
        "nothing"
        in customize.check_formula(registry, {"object": "account", "formula": "nothing"}, "zh-CN")[
            "message"
        ]
    )
