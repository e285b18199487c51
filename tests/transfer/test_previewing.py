"""What a preview tells of a file's values: as an import by the same map would read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.kernel.errors import Forbidden, Invalid
from fangxin.kernel.ids import named_id
from fangxin.modules.sales.first_records import stage_id
from fangxin.records import engine
from fangxin.transfer import previewing
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order

TABLE = """Deal,Step,Client,Forecast
A,Won,Acme,Commit
B,won,Acme,best
C,Nothing,Unknown,
D,赢单,Twin,Commit
"""


@pytest.fixture
def deals(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(TABLE, "utf-8")
    return path


@pytest.fixture
async def clients(admin):
    made = [
        await engine.create(admin, "account", {"name": name}, allow_duplicates=True)
        for name in ("Acme", "Twin", "Twin")
    ]
    return [each["id"] for each in made]


MAP = {
    "columns": {
        "Deal": "name",
        "Step": {"field": "stage", "values": {"Nothing": "lost"}},
        "Client": {"field": "account", "by": "name"},
        "Forecast": {"field": "forecast_category", "values": {"best": "best_case"}},
    }
}


def read_of(column):
    return {
        each["value"]: (each["read"], each["problem"] and each["problem"]["code"])
        for each in column["values"]["items"]
    }


async def test_values_are_told_as_an_import_would_read_them(admin, clients, deals):
    shown = await previewing.preview(admin, deals, {"object": "opportunity", "map": MAP})
    by_name = {each["name"]: each for each in shown["columns"]}
    assert by_name["Deal"]["values"] is None
    assert by_name["Step"]["field"] == "stage"
    won = {"id": stage_id("won"), "name": "Won", "object": "stage"}
    lost = {"id": stage_id("lost"), "name": "Lost", "object": "stage"}
    assert read_of(by_name["Step"]) == {
        "Won": (won, None),
        "won": (won, None),
        "Nothing": (lost, None),
        "赢单": (won, None),
    }
    assert {"key": "won", "label": "Won"} in by_name["Step"]["values"]["options"]
    acme = {"id": clients[0], "name": "Acme", "object": "account"}
    assert read_of(by_name["Client"]) == {
        "Acme": (acme, None),
        "Twin": (None, "ambiguous_link"),
        "Unknown": (None, "unknown_link"),
    }
    first = by_name["Client"]["values"]["items"][0]
    assert (first["value"], first["count"], first["mapped"]) == ("Acme", 2, None)
    assert {"name", "code"} <= set(by_name["Client"]["values"]["by"])
    assert read_of(by_name["Forecast"]) == {"Commit": ("commit", None), "best": ("best_case", None)}
    done = await import_file(
        admin, deals, Order("opportunity", map=MAP | {"defaults": {"amount": "1"}}, dry_run=True)
    )
    assert (done["created"], done["failed"]) == (2, 2)
    assert {each["code"] for each in done["errors"]} == {"unknown_link", "ambiguous_link"}


async def test_labels_and_complaints_are_in_the_readers_language(admin, clients, deals):
    chinese = replace(admin, locale="zh-CN")
    plan = {"columns": {**MAP["columns"], "Forecast": "forecast_category"}}
    shown = await previewing.preview(chinese, deals, {"object": "opportunity", "map": plan})
    by_name = {each["name"]: each for each in shown["columns"]}
    labels = {each["value"]: each["label"] for each in by_name["Step"]["values"]["items"]}
    assert labels["Won"] == "赢单"
    (bad,) = [each for each in by_name["Forecast"]["values"]["items"] if each["problem"]]
    assert (bad["value"], bad["label"]) == ("best", "")
    assert not bad["problem"]["message"].isascii()


async def test_missing_records_are_told_with_what_will_become_of_them(admin, deals):
    for word in ("skip", "create"):
        plan = {"columns": {"Client": {"field": "account", "missing": word}}}
        shown = await previewing.preview(admin, deals, {"object": "opportunity", "map": plan})
        items = shown["columns"][2]["values"]["items"]
        assert {(each["missing"], each["problem"]) for each in items} == {(word, None)}


async def test_only_fifty_values_are_shown(admin, tmp_path):
    path = tmp_path / "many.csv"
    lines = [f"Deal {n},Client {n % 60}" for n in range(120)] + ["Deal,Client 7"]
    path.write_text("\n".join(["Deal,Client", *lines]), "utf-8")
    plan = {"columns": {"Deal": "name", "Client": "account"}}
    shown = await previewing.preview(admin, path, {"object": "opportunity", "map": plan})
    values = shown["columns"][1]["values"]
    assert (len(values["items"]), values["more"], shown["rows"]) == (50, True, 121)
    assert (values["items"][0]["value"], values["items"][0]["count"]) == ("Client 7", 3)


async def test_a_preview_tells_nothing_that_its_reader_may_not_see(begun, admin, clients, deals):
    body = {"name": "Lin", "email": "lin@demo.local", "role": named_id("role", "sales")}
    made = await engine.create(admin, "user", body)
    lin = await context_for_user(begun, made["id"], "api")
    shown = await previewing.preview(lin, deals, {"object": "opportunity", "map": MAP})
    client = shown["columns"][2]
    assert read_of(client)["Acme"] == (None, "unknown_link")
    assert client["values"]["options"] == []
    by_id = deals.with_name("ids.csv")
    by_id.write_text(f"Deal,Client\nA,{clients[0]}\n", "utf-8")
    plan = {"columns": {"Deal": "name", "Client": "account"}}
    shown = await previewing.preview(lin, by_id, {"object": "opportunity", "map": plan})
    assert read_of(shown["columns"][1]) == {clients[0]: (None, "unknown_link")}
    rules = {"account": {"code": {"read": "none", "edit": False}}}
    await engine.update(admin, "role", named_id("role", "sales"), {"field_rules": rules})
    begun.directory._memory = None
    lin = await context_for_user(begun, made["id"], "api")
    hidden = {"columns": {"Client": {"field": "account", "by": "code"}}}
    with pytest.raises(Invalid) as refused:
        await previewing.preview(lin, deals, {"object": "opportunity", "map": hidden})
    assert [each.code for each in refused.value.errors] == ["bad_key"]
    with pytest.raises(Forbidden):
        await previewing.preview(lin, deals, {"object": "product", "map": MAP})
