"""Formulas over links and other formulas, and roll-ups: right after every kind of write."""

from __future__ import annotations

from typing import Any

import pytest

from fangxin.app import Installation
from fangxin.customizing import customize
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import Conflict, Invalid
from fangxin.kernel.sql import Statement
from fangxin.records import engine
from fangxin.records.aggregate import aggregate
from fangxin.records.reading import find, get
from fangxin.worker import Worker
from tests.objects.test_custom import context, installation, make

__all__ = ["installation"]


async def refused(installation: Installation, **body: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        await make(installation, **body)
    each = caught.value.errors[0]
    return each.pointer, each.code


ROLL_UPS: tuple[tuple[str, str, str | None, dict[str, Any] | None], ...] = (
    ("deals", "count", None, None),
    ("worth", "sum", "spend", None),
    ("mean", "avg", "spend", None),
    ("least", "min", "spend", None),
    ("latest", "max", "birthday", None),
    ("stars", "avg", "stars", None),
    ("big", "sum", "spend", {"field": "spend", "op": ">", "value": "150"}),
    ("named", "count", None, {"field": "item.name", "op": "is", "value": "Anvil"}),
    ("some", "count", None, {"field": "name", "op": "in", "value": ["D0", "D2"]}),
)


async def dress(installation: Installation) -> Ctx:
    person = {"object": "contact", "label": "P"}
    await make(installation, **person, key="spend", type="money")
    await make(installation, **person, key="stars", type="rating")
    await make(installation, **person, key="item", type="link", target="product")
    roll_up = {"object": "account", "type": "roll_up", "label": "R", "over": "contacts.account"}
    for key, function, of, where in ROLL_UPS:
        given = {"key": key, "function": function, "of": of, "filter": where}
        body = {name: value for name, value in given.items() if value is not None}
        await make(installation, **roll_up, **body)
    each = {"object": "account", "type": "formula", "label": "E", "key": "each"}
    await make(installation, **each, formula="worth / deals + employees", scale=2)
    return await context(installation)


async def figures(ctx: Ctx, of: dict[str, Any], *keys: str) -> list[Any]:
    found = await get(ctx, "account", of["id"], list(keys))
    return [str(found[key]) if key == "latest" else found[key] for key in keys]


async def people(ctx: Ctx, account: dict[str, Any]) -> list[dict[str, Any]]:
    product = await engine.create(ctx, "product", {"name": "Anvil"})
    made = []
    for i in range(3):
        body = {"name": f"D{i}", "account": account["id"], "spend": f"{(i + 1) * 100}.01"}
        body |= {"birthday": f"2026-01-0{i + 1}"}
        body |= {"stars": i + 1, "item": product["id"]} if i else {}
        made.append(await engine.create(ctx, "contact", body))
    return made


async def test_roll_ups_are_right_after_any_write(installation: Installation) -> None:
    ctx = await dress(installation)
    one, two = [await engine.create(ctx, "account", {"name": n, "employees": 1}) for n in "AB"]
    nothing = [0, "0", None, None, None]
    assert await figures(ctx, one, "deals", "worth", "mean", "least", "each") == nothing
    deals = await people(ctx, one)
    keys = ("deals", "worth", "mean", "least", "big", "named", "some", "each", "latest", "stars")
    assert await figures(ctx, one, *keys) == [
        *(3, "600.03", "200.01", "100.01", "500.02", 2, 2, "201.01", "2026-01-03", "2.5"),
    ]
    await engine.update(ctx, "contact", deals[0]["id"], {"spend": "200"})
    assert await figures(ctx, one, "worth", "big") == ["700.02", "700.02"]
    await engine.delete(ctx, "contact", deals[2]["id"])
    assert await figures(ctx, one, "deals", "worth") == [2, "400.01"]
    await engine.restore(ctx, "contact", deals[2]["id"])
    await engine.update(ctx, "contact", deals[1]["id"], {"account": two["id"]})
    assert await figures(ctx, one, "deals", "worth") == [2, "500.01"]
    assert await figures(ctx, two, "deals", "worth") == [1, "200.01"]
    await _asked(ctx)


async def _asked(ctx: Ctx) -> None:
    """Filters, orders, pages and sums over a roll-up."""
    tree = {"field": "worth", "op": ">", "value": "300"}
    page = await find(ctx, "account", filter=tree, sort="-worth", fields=["name", "worth"])
    assert [item["name"] for item in page.items] == ["A"]
    order = await find(ctx, "account", sort="worth", limit=1, fields=["name"])
    rest = await find(ctx, "account", sort="worth", limit=1, fields=["name"], cursor=order.next)
    assert [order.items[0]["name"], rest.items[0]["name"]] == ["B", "A"]
    rows = await aggregate(ctx, "account", measures=[{"op": "sum", "field": "worth"}])
    assert rows[0]["values"] == ["700.02"]
    two = {"field": "account.deals", "op": "is", "value": 2}
    assert len((await find(ctx, "contact", filter=two)).items) == 2


async def test_the_index_of_a_roll_up_is_of_what_it_adds_up(installation: Installation) -> None:
    await make(installation, object="contact", label="P", key="spend", type="money")
    body = {"object": "account", "type": "roll_up", "label": "R", "over": "contacts.account"}
    where = {"field": "title", "op": "is", "value": "Boss"}
    total = {"function": "sum", "of": "spend", "filter": where, "indexed": True}
    made = await make(installation, **body, **total, key="worth")
    await Worker(installation).drain()
    ctx = await context(installation)
    for number in range(3):
        account = await engine.create(ctx, "account", {"name": f"A{number}"})
        for title in ("Boss", "Clerk"):
            person = {"name": f"{title} {number}", "account": account["id"], "title": title}
            await engine.create(ctx, "contact", {**person, "spend": str(10 + number)})
    page = await find(ctx, "account", sort="-worth", fields=["name", "worth"])
    assert [(item["name"], item["worth"]) for item in page.items] == [
        *(("A2", "12"), ("A1", "11"), ("A0", "10"))
    ]
    name = f"ix_custom_{made['custom_id']}"
    assert await index_text(installation, name) == ["account_id", "title", "deleted_at"]
    jobs, registry = installation.jobs, installation.registry
    await installation.database.write(
        lambda tx: customize.update_field(tx, registry, made["id"], {"function": "max"}, jobs)
    )
    await installation.refresh_registry()
    await Worker(installation).drain()
    assert await index_text(installation, name) == ["account_id", "title", "deleted_at"]
    lines = {"object": "account", "key": "lines", "type": "sub_table", "label": "L"}
    columns = [{"key": "number", "type": "integer", "label": "N"}]
    await make(installation, **lines, columns=columns)
    over = {**body, "over": "account.lines", "function": "count", "indexed": True}
    assert await refused(installation, **over, key="many") == ("/indexed", "not_indexable")


async def index_text(installation: Installation, name: str) -> list[str]:
    """Return which columns an index names; none where there is no such index."""
    text = f"SELECT sql FROM sqlite_master WHERE name = '{name}'"
    if installation.database.dialect == "postgresql":
        text = f"SELECT indexdef FROM pg_indexes WHERE indexname = '{name}'"
    rows = await installation.database.read(Statement(text, (), {}, (), ()), {})
    return [each for each in ("account_id", "title", "deleted_at") if rows and each in rows[0][0]]


async def test_formulas_read_over_links_and_each_other(installation: Installation) -> None:
    base = {"object": "contact", "type": "formula", "label": "F"}
    await make(
        installation, **base, key="place", formula='concat(account.name, "/", account.industry)'
    )
    await make(installation, **base, key="above", formula="account.parent.employees * 2", scale=0)
    await make(installation, **base, key="twice", formula="above * 2", scale=0)
    ctx = await context(installation)
    top = await engine.create(ctx, "account", {"name": "Top", "employees": 5})
    low = await engine.create(ctx, "account", {"name": "Low", "parent": top["id"]})
    person = await engine.create(ctx, "contact", {"name": "P", "account": low["id"]})
    assert (person["place"], person["above"], person["twice"]) == ("Low/", "10", "20")
    await engine.update(ctx, "account", top["id"], {"employees": 7})
    found = await find(ctx, "contact", filter={"field": "twice", "op": "is", "value": "28"})
    assert [item["twice"] for item in found.items] == ["28"]
    assert (await find(ctx, "contact", sort="-twice,place", fields=["place"])).items
    await engine.delete(ctx, "account", low["id"])
    assert (await get(ctx, "contact", person["id"]))["twice"] is None


async def test_formulas_of_other_objects_are_read_in_any_order(
    installation: Installation,
) -> None:
    far = {"object": "contact", "key": "far", "type": "formula", "label": "F", "scale": 0}
    half = {"object": "account", "key": "half", "type": "formula", "label": "H", "scale": 0}
    total = {"object": "account", "key": "total", "type": "roll_up", "label": "T"}
    first = await make(installation, **half, formula="employees / 2")
    await make(installation, **far, formula="account.half + 1")
    await make(installation, **total, over="contact.account", function="sum", of="far")
    ctx = await context(installation)
    one = await engine.create(ctx, "account", {"name": "A", "employees": 8})
    for name in "XY":
        await engine.create(ctx, "contact", {"name": name, "account": one["id"]})
    assert await figures(ctx, one, "half", "total") == ["4", "10"]
    assert ("account", "employees") in ctx.registry["account"].fields["total"].reads
    jobs, registry = installation.jobs, installation.registry
    for text, code in (("total * 2", "circle"), ("name", "in_use")):
        with pytest.raises(Invalid) as caught:
            await installation.database.write(
                lambda tx, text=text: customize.update_field(
                    tx, registry, first["id"], {"formula": text}, jobs
                )
            )
        assert {(e.pointer, e.code) for e in caught.value.errors} == {("/formula", code)}, text
    await installation.refresh_registry()
    assert await figures(await context(installation), one, "half", "total") == ["4", "10"]


async def test_a_circle_of_two_made_in_one_moment_rests(installation: Installation) -> None:
    """Each is right beside the other as it was: only together they read themselves."""
    far = {"object": "contact", "key": "far", "type": "formula", "label": "F", "scale": 0}
    total = {"object": "account", "key": "total", "type": "roll_up", "label": "T"}
    one = await make(installation, **far, formula="account.employees + 1")
    two = await make(installation, **total, over="contact.account", function="count")
    await make(installation, **{**far, "key": "own"}, formula="account.employees + 2")
    seen, jobs = installation.registry, installation.jobs

    async def change(id_: str, **body: Any) -> None:
        await installation.database.write(
            lambda tx: customize.update_field(tx, seen, id_, body, jobs)
        )

    await change(two["id"], filter={"field": "far", "op": ">", "value": "1"})
    await change(one["id"], formula="account.total + 1")
    await installation.refresh_registry()
    objects = installation.registry
    assert "total" not in objects["account"].fields
    assert {"far", "own"} & objects["contact"].fields.keys() == {"own"}
    # one of them made anew brings both back
    seen = objects
    await change(one["id"], formula="account.employees + 3")
    await installation.refresh_registry()
    ctx = await context(installation)
    made = await engine.create(ctx, "account", {"name": "A", "employees": 1})
    person = await engine.create(ctx, "contact", {"name": "P", "account": made["id"]})
    assert await figures(ctx, made, "total") == [1]
    assert (person["far"], person["own"]) == ("4", "3")


async def test_what_cannot_be_computed_is_refused_with_its_place(
    installation: Installation,
) -> None:
    base = {"object": "account", "type": "formula", "label": "F", "scale": 0}
    first = await make(installation, **base, key="first", formula="employees + 1")
    await make(installation, **base, key="second", formula="first + 1")
    jobs, registry = installation.jobs, installation.registry

    async def change(text: str) -> None:
        body = {"formula": text}
        await installation.database.write(
            lambda tx: customize.update_field(tx, registry, first["id"], body, jobs)
        )

    for text, code in (("second + 1", "circle"), ("first", "circle"), ('"a"', "in_use")):
        with pytest.raises(Invalid) as caught:
            await change(text)
        assert [(e.pointer, e.code) for e in caught.value.errors] == [("/formula", code)], text
    with pytest.raises(Conflict) as held:
        await installation.database.write(
            lambda tx: customize.delete_field(tx, registry, first["id"], now())
        )
    assert held.value.code == "in_use"
    assert await refused(installation, **base, key="x", formula="nothing.name") == (
        "/formula",
        "bad_formula",
    )
    found = [each.key for each in installation.registry["account"].fields.values() if each.custom]
    assert found == ["first", "second"]


async def test_what_cannot_be_rolled_up_is_refused(installation: Installation) -> None:
    roll = {"object": "account", "key": "r", "type": "roll_up", "label": "R"}
    for body, expected in (
        ({}, ("/over", "required")),
        ({"over": "contact.name"}, ("/over", "bad_roll_up")),
        ({"over": "opportunity.product"}, ("/over", "bad_roll_up")),
        (
            {"over": "opportunity.account", "function": "sum", "of": "name"},
            ("/over", "bad_roll_up"),
        ),
        ({"over": "opportunity.account", "function": "mode"}, ("/function", "not_an_option")),
        (
            {"over": "opportunity.account", "filter": {"field": "gone", "op": "empty"}},
            ("/over", "bad_roll_up"),
        ),
    ):
        assert await refused(installation, **roll, **body) == expected, body
    assert not [f for f in installation.registry["account"].fields.values() if f.custom]
