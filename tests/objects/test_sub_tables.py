"""Sub-tables: lines with columns that an administrator shapes, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from fangxin.access.fieldrules import FieldRule, readable
from fangxin.customizing.columns import LIMIT
from fangxin.kernel.errors import Invalid
from fangxin.records import engine
from fangxin.records.reading import find
from fangxin.rules.conditions import named_fields, needed_keys, parse
from tests.objects.shop import Shop, formula, sent_over


def bare(lines: Any, *keys: str) -> list[Any]:
    return [tuple(line[key] for key in keys) for line in lines]


async def test_lines_are_written_read_searched_changed_and_undone(shop: Shop) -> None:
    ctx = shop.ctx
    other = await engine.create(ctx, "account", {"name": "Other"})
    sent = [
        {"item": "螺丝 M4", "quantity": "2.5", "price": "3.30", "grade": "a", "off": "10"},
        {"item": "nut", "price": {"amount": "1", "currency": "CNY"}, "who": other["id"]},
    ]
    made = await engine.create(ctx, "account", {"name": "Lined", "items": sent})
    first, second = made["items"]
    assert first["price"] == {"amount": "3.30", "currency": "CNY"}
    assert (first["amount"], second["amount"], second["quantity"]) == ("7.43", "1", "1")
    assert second["who"] == {"id": other["id"], "name": "Other", "object": "account"}
    assert first["due"] is None
    assert first["id"]
    assert first["id"] != second["id"]
    # a line keeps its id, wherever it goes and whatever changes in it
    turned = [{**second, "quantity": "4"}, first, {"item": "washer", "due": "2026-02-03"}]
    changed = await engine.update(ctx, "account", made["id"], {"items": turned})
    assert [each["id"] for each in changed["items"][:2]] == [second["id"], first["id"]]
    assert bare(changed["items"], "item", "amount") == [
        *(("nut", "4"), ("螺丝 M4", "7.43"), ("washer", None))
    ]
    # lines without ids that say the same are no change
    again = [{k: v for k, v in line.items() if k != "id"} for line in sent_over(changed["items"])]
    assert await engine.update(ctx, "account", made["id"], {"items": again}) == changed
    gone = await engine.update(ctx, "account", made["id"], {"items": []})
    assert gone["items"] == []
    page = await find(ctx, "account", filter={"field": "items", "op": "not_empty"})
    assert page.items == []


async def test_columns_come_and_go_without_loss(shop: Shop) -> None:
    lines = [{"item": "a", "due": "2026-01-02"}, {"item": "b", "due": "2026-02-03"}]
    made = await engine.create(shop.ctx, "account", {"name": "Lined", "items": lines})
    stay = [each for each in shop.rows["items"]["columns"] if each["key"] != "due"]
    renamed = [
        {**each, "labels": {"en": "Part"}} if each["key"] == "item" else each for each in stay
    ]
    row = await shop.change(
        "items", columns=[*renamed, {"key": "n", "type": "integer", "labels": "N"}]
    )
    (rests,) = [each for each in row["columns"] if each["deleted_at"]]
    assert rests["key"] == "due"
    (one, two) = await shop.lines(made["id"])
    assert "due" not in one
    assert one["n"] is None
    # what rests in the bin stays with its line, whatever is done to the line
    body = {"items": [{**two, "n": 5}, {"item": "c"}, {**one, "item": "A"}]}
    await engine.update(shop.ctx, "account", made["id"], body)
    await shop.change("items", columns=[{**each, "deleted_at": None} for each in row["columns"]])
    back = await shop.lines(made["id"])
    assert bare(back, "item", "due", "n") == [
        ("b", "2026-02-03", 5),
        ("c", None, None),
        ("A", "2026-01-02", None),
    ]
    # neither key nor type of a column that is there changes
    other = [{**each, "type": "text"} if each["key"] == "n" else each for each in row["columns"]]
    assert ("/columns/9/type", "fixed") in await shop.faults(shop.change("items", columns=other))


BAD_LINES: list[tuple[Any, list[tuple[str, str]]]] = [
    ({}, [("/items", "not_a_list")]),
    ([1], [("/items/0", "wrong_type")]),
    (
        [{"item": "x"}, {"item": "x"}, {"item": "x", "price": "no"}],
        [("/items/2/price", "wrong_type")],
    ),
    ([{"price": "1"}], [("/items/0/item", "required")]),
    ([{"item": "x", "grade": "z"}], [("/items/0/grade", "not_an_option")]),
    ([{"item": "x", "due": "31.02.2026"}], [("/items/0/due", "wrong_type")]),
    ([{"item": "x", "quantity": "1.2345"}], [("/items/0/quantity", "too_precise")]),
    ([{"item": "x", "colour": "red"}], [("/items/0", "unknown_field")]),
    ([{"item": "x", "id": {"a": 1}}], [("/items/0/id", "bad_id")]),
    ([{"item": "x", "who": "nobody"}], [("/items/0/who", "unknown_link")]),
    ([{"item": "x" * 300}], [("/items/0/item", "too_long")]),
    ([{"item": "x"}] * 501, [("/items", "too_many")]),
]


async def test_bad_lines_are_refused_by_place(shop: Shop) -> None:
    for lines, wanted in BAD_LINES:
        with pytest.raises(Invalid) as caught:
            await engine.create(shop.ctx, "account", {"name": "Bad", "items": lines})
        assert [(each.pointer, each.code) for each in caught.value.errors] == wanted
    named = {"field": "name", "op": "is", "value": "Bad"}
    assert (await find(shop.ctx, "account", filter=named)).items == []


BAD_COLUMNS: list[tuple[Any, tuple[str, str]]] = [
    ([], ("/columns", "out_of_range")),
    ([{"key": "id", "type": "text", "labels": "x"}], ("/columns/0/key", "reserved")),
    ([{"key": "a", "type": "sub_table", "labels": "x"}], ("/columns/0/type", "not_an_option")),
    ([{"key": "a", "type": "text"}], ("/columns/0/labels", "required")),
    (
        [{"key": "a", "type": "text", "labels": "x", "unique": True}],
        ("/columns/0/unique", "unknown_field"),
    ),
    (
        [{"key": "a", "type": "integer", "labels": "x", "min": 3, "max": 2}],
        ("/columns/0/min", "out_of_range"),
    ),
    (
        [{"key": "a", "type": "integer", "labels": "x", "default": "y"}],
        ("/columns/0/default", "wrong_type"),
    ),
    ([{"key": "a", "type": "text", "labels": "x"}] * 2, ("/columns", "taken")),
    (
        [{"key": "a", "type": "choice", "labels": "x", "options": []}],
        ("/columns/0/options", "out_of_range"),
    ),
    ([formula("a", "b + 1"), formula("b", "a + 1")], ("/columns/0/formula", "circle")),
    ([formula("a", "a")], ("/columns/0/formula", "circle")),
    ([formula("a", "name")], ("/columns/0/formula", "bad_formula")),
    ([formula("a", "1 +")], ("/columns/0/formula", "bad_formula")),
    (
        [{"key": f"k{n}", "type": "text", "labels": "x"} for n in range(LIMIT + 1)],
        ("/columns", "out_of_range"),
    ),
    ([7], ("/columns/0/", "wrong_type")),
    ("x", ("/columns", "out_of_range")),
    (None, ("/columns", "out_of_range")),
]


async def test_bad_columns_are_refused_by_place(shop: Shop) -> None:
    for columns, wanted in BAD_COLUMNS:
        made = shop.make(key="bad", type="sub_table", columns=columns)
        assert wanted in await shop.faults(made), columns


async def test_totals_of_lines_serve_lists_filters_sorts_and_formulas(shop: Shop) -> None:
    wanted = {"field": "grade", "op": "is", "value": "a"}
    for key, settings in {
        "total": {"function": "sum", "of": "amount"},
        "dear": {"function": "max", "of": "price", "filter": wanted},
        "number": {"function": "count"},
        "graded": {"function": "count", "filter": wanted},
        "mean": {"function": "avg", "of": "quantity"},
        "next_due": {"function": "min", "of": "due"},
    }.items():
        await shop.make(key=key, type="roll_up", over="account.items", **settings)
    await shop.make(key="gross", type="formula", formula="round(total * 1.13, 2)", scale=2)
    full = [
        {"item": "a", "quantity": "2", "price": "10.10", "grade": "a", "due": "2026-05-01"},
        {"item": "b", "quantity": "1", "price": "99", "grade": "b", "due": "2026-04-01"},
        {"item": "c", "off": "50", "quantity": "3"},
    ]
    made = await engine.create(shop.ctx, "account", {"name": "Full", "items": full})
    await engine.create(shop.ctx, "account", {"name": "One", "items": full[1:2]})
    await engine.create(shop.ctx, "account", {"name": "None"})
    keys = ["total", "dear", "number", "graded", "mean", "next_due", "gross"]
    assert sent_over([made[key] for key in keys]) == [
        *("119.2", "10.1", 3, 1, "2", "2026-04-01", "134.7"),
    ]
    filter_ = {"field": "total", "op": ">", "value": "0"}
    page = await find(shop.ctx, "account", filter=filter_, sort="-total", fields=["name", *keys])
    assert [(each["name"], each["total"]) for each in page.items] == [
        *(("Full", "119.2"), ("One", "99")),
    ]
    # what a total reads does not go from under it
    stay = [each for each in shop.rows["items"]["columns"] if each["key"] != "grade"]
    assert ("/columns", "in_use") in await shop.faults(shop.change("items", columns=stay))
    for bad in ({"function": "sum", "of": "item"}, {"function": "sum", "of": "none"}):
        made_ = shop.make(key="bad", type="roll_up", over="account.items", **bad)
        assert ("/over", "bad_roll_up") in await shop.faults(made_)


async def test_what_lines_link_to_is_read_by_a_total_over_them(shop: Shop) -> None:
    """Who may not see it sees no total either, and no total reads itself through a line."""
    made = {"key": "called", "type": "roll_up", "over": "account.items", "function": "count"}
    itself = {"field": "who.called", "op": ">", "value": 1}
    assert await shop.faults(shop.make(**made, filter=itself)) == [("/over", "circle")]
    await shop.make(**made, filter={"field": "who.phone", "op": "not_empty"})
    account = shop.installation.registry["account"]
    assert account.fields["called"].reads == (("account", "items"), ("account", "phone"))
    blind = {"account": {"phone": FieldRule("none", edit=False)}}
    assert "called" not in readable(blind, account)
    assert "called" in readable({}, account)


async def test_records_are_found_by_any_of_their_lines(shop: Shop) -> None:
    full = [{"item": "a", "price": "10.10", "grade": "a"}, {"item": "b", "price": "99"}]
    none = await engine.create(shop.ctx, "account", {"name": "None"})
    for body in ({"name": "Full", "items": full}, {"name": "One", "items": full[1:]}):
        await engine.create(shop.ctx, "account", body)
    await engine.create(shop.ctx, "account", {"name": "Bare"})
    line = {"item": "x", "who": none["id"]}
    await engine.update(shop.ctx, "account", none["id"], {"items": [line]})
    wanted = {"field": "grade", "op": "is", "value": "a"}
    for where, names in (
        ({"field": "grade", "op": "is", "value": "a"}, ["Full"]),
        ({"field": "price", "op": ">", "value": "50"}, ["Full", "One"]),
        ({"all": [wanted, {"field": "price", "op": ">", "value": "50"}]}, []),
        ({"field": "who.name", "op": "is", "value": "None"}, ["None"]),
        ({"field": "amount", "op": "<", "value": "20"}, ["Full"]),
        (None, ["Full", "None", "One"]),
    ):
        tree = {"has": "items", **tree_of(where)}
        page = await find(shop.ctx, "account", filter=tree, sort="name")
        assert [each["name"] for each in page.items] == names, where
        rest = await find(shop.ctx, "account", filter={"has_not": "items", **tree_of(where)})
        assert {each["name"] for each in rest.items} == {"Full", "None", "One", "Bare"} - set(names)
    # a rule is asked with what lies in the record, and the sub-table is told to be used by it
    definition = shop.installation.registry["account"]
    node = parse(shop.ctx, definition, {"has": "items", "where": wanted}).node
    assert needed_keys(node) == {"items"}
    assert ("account", "items") in named_fields(node)


def tree_of(where: Any) -> dict[str, Any]:
    return {"where": where} if where else {}
