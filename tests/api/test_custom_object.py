"""An object made over HTTP has everything that a shipped one has, the moment it is saved."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from fangxin.fields.catalogue import TYPES
from fangxin.worker import Worker

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c626001000000050001a5f645400000000049454e44ae426082"
)
SETTINGS: dict[str, dict[str, Any]] = {
    "text": {"unique": True, "searchable": True, "indexed": True},
    "long_text": {"searchable": True},
    "rich_text": {"searchable": True},
    "choice": {"options": ["new", "used", "sold"]},
    "multi_choice": {"options": ["x", "y"]},
    "link": {"target": "accounts", "indexed": True},
    "link_to_many": {"target": "accounts"},
    "auto_number": {"default": "AS-{number:03}"},
    "formula": {"formula": "a_link.employees + a_integer", "scale": 0},
    "roll_up": {"over": "task.about", "function": "count"},
    "sub_table": {
        "searchable": True,
        "columns": [
            {"key": "part", "type": "text", "labels": "Part"},
            {"key": "price", "type": "money", "labels": "Price"},
            {"key": "due", "type": "date", "labels": "Due"},
            {"key": "tax", "type": "formula", "labels": "Tax", "formula": "price * 0.13"},
        ],
    },
}
VALUES: dict[str, Any] = {
    "text": "one",
    "long_text": "two\nlines",
    "rich_text": "<p>rich <strong>words</strong></p>",
    "integer": 3,
    "decimal": "1.25",
    "percent": "12.5",
    "money": {"amount": "10.50", "currency": "CNY"},
    "date": "2026-11-21",
    "datetime": "2026-11-21T08:00:00Z",
    "time": "09:30",
    "duration": 90,
    "rating": 4,
    "boolean": True,
    "choice": "used",
    "multi_choice": ["x", "y"],
    "email": "a@example.com",
    "phone": "+8613800138000",
    "url": "https://example.com",
    "tags": ["t"],
    "region": "310115",
    "geo_point": {"lat": 31.2304, "lon": 121.4737},
    "industry": "I65",
    "credit_code": "91350100M000100Y43",
    "currency": "USD",
    "sub_table": [
        {
            "id": "one",
            "part": "Bucket",
            "price": {"amount": "100.00", "currency": "CNY"},
            "due": "2026-11-30",
            "tax": "13",
        }
    ],
}
ASKED: tuple[tuple[str, str, Any], ...] = (
    ("text", "starts_with", "on"),
    ("rich_text", "contains", "rich words"),
    ("integer", ">=", 3),
    ("decimal", "between", ["1", "2"]),
    ("money", "is", "10.5"),
    ("date", "in_period", "this_year"),
    ("time", "<", "10:00"),
    ("duration", "is", "1h 30m"),
    ("rating", ">", 3),
    ("choice", "in", ["used"]),
    ("tags", "has_any", ["t"]),
    ("region", "under", "310000"),
    ("geo_point", "within", {"lat": 31.23, "lon": 121.47, "km": 1}),
    ("industry", "under", "I"),
    ("credit_code", "is", "91350100M000100Y43"),
    ("currency", "is", "USD"),
    ("formula", "is", "8"),
    ("roll_up", "is", 1),
)


async def made(client: Any, path: str, body: Any) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, (path, body, answer.text)
    return dict(answer.json())


async def make_object(house: Any, admin: Any) -> None:
    """The object with a field of every type, and the right to it for sales."""
    labels = {"en": "Asset", "zh-CN": "资产"}
    await made(admin, "/custom_objects", {"name": "asset", "labels": labels})
    last = ("roll_up", "formula")
    for name in (*(each for each in TYPES if each not in last), *last):
        body = {"object": "asset", "key": f"a_{name}", "type": name, "label": f"A {name}"}
        await made(admin, "/custom_fields", {**body, **SETTINGS.get(name, {})})
    work = dict.fromkeys(("read", "create", "update", "delete", "import", "export"), "own")
    roles = (await admin.get("/roles", params={"limit": 100})).json()["items"]
    sales = next(each for each in roles if each.get("key") == "sales")
    grants = (await admin.get(f"/roles/{sales['id']}")).json()["grants"]
    changed = await admin.patch(f"/roles/{sales['id']}", json={"grants": {**grants, "asset": work}})
    assert changed.status_code == 200, changed.text
    memory = house.installation.directory._memory
    if memory is not None:
        memory.checked = 0.0


@pytest.fixture
async def assets(house: Any) -> Any:
    admin = await house.browser("admin")
    await make_object(house, admin)
    return house, admin, await house.browser("lin"), await house.browser("zhao")


async def filled(house: Any, lin: Any) -> dict[str, Any]:
    """An asset of one's own with everything in it, and a task about it."""
    account = await made(lin, "/accounts", {"name": "甲公司", "employees": 5})
    files = {"file": ("a.png", PNG, "image/png")}
    pictures = [(await lin.post("/files", files=files)).json()["id"] for _ in range(2)]
    body = {f"a_{name}": value for name, value in VALUES.items()}
    body |= {"name": "Digger", "a_link": account["id"], "a_link_to_many": [account["id"]]}
    body |= {"a_image": pictures[0], "a_file": pictures[1], "a_address": {"city": "上海"}}
    body |= {"a_user": house.ids["lin"], "a_record": {"object": "account", "id": account["id"]}}
    asset = await made(lin, "/assets", body)
    about = {"object": "asset", "id": asset["id"]}
    await made(lin, "/tasks", {"subject": "Oil it", "about": about})
    return asset


async def test_it_is_read_written_asked_and_kept_from_others(assets: Any) -> None:
    house, admin, lin, zhao = assets
    asset = await filled(house, lin)
    path = f"/assets/{asset['id']}"
    read = (await lin.get(path)).json()
    for name, value in VALUES.items():
        assert read[f"a_{name}"] == value, name
    assert (read["a_auto_number"], read["a_formula"], read["a_roll_up"]) == ("AS-001", "8", 1)
    assert [each["name"] for each in read["a_link_to_many"]] == ["甲公司"]
    for name, op, value in ASKED:
        tree = {"field": f"a_{name}", "op": op, "value": value}
        for node, count in ((tree, 1), ({"not": tree}, 0)):
            answer = await lin.post("/assets/query", json={"filter": node, "fields": ["name"]})
            assert len(answer.json()["items"]) == count, (node, answer.text)
    many = {"field": "a_link_to_many", "op": "has_any", "value": [read["a_link"]["id"]]}
    assert len((await lin.post("/assets/query", json={"filter": many})).json()["items"]) == 1
    typed = {"lines": [{"part": "x", "price": "50"}, {"price": "no"}, 7]}
    answer = await lin.post("/assets/lines/a_sub_table", json=typed)
    assert answer.json() == {"lines": [{"tax": "6.5"}, {"tax": None}, {"tax": None}]}
    assert (await lin.post("/assets/lines/a_text", json=typed)).status_code == 404
    assert (await lin.post("/assets/lines/a_sub_table", json={"lines": 1})).status_code == 422
    laid = (await lin.get("/objects/account")).json()["layout"]["related"]
    lists = {(each["object"], each["field"], each["label"]) for each in laid}
    assert {
        ("asset", "a_link", "Asset · A link"),
        ("asset", "a_link_to_many", "Asset · A link_to_many"),
    } <= lists
    # nobody else sees it, nor the files that hang on it; who may see all sees them
    content = f"/files/{read['a_image']['id']}/content"
    assert (await lin.get(content)).content == PNG
    assert [(await zhao.get(each)).status_code for each in (path, content)] == [404, 404]
    assert (await zhao.get("/assets")).json()["items"] == []
    assert (await admin.get(content)).status_code == 200
    files = (await lin.get("/files")).json()["items"]
    assert [each["about"]["id"] for each in files] == [asset["id"]] * 2
    text = {"file": ("a.txt", b"x", "text/plain")}
    plain = (await lin.post("/files", files=text)).json()["id"]
    refused = await lin.patch(path, json={"a_image": plain})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_an_image")
    assert (await lin.get(path)).json()["version"] == read["version"]


async def test_it_has_boards_history_search_and_a_typed_document(assets: Any) -> None:
    house, _, lin, _ = assets
    asset = await filled(house, lin)
    path = f"/assets/{asset['id']}"
    for i, state in enumerate(("new", "used", "sold")):
        await made(lin, "/assets", {"name": f"N{i}", "a_choice": state, "a_text": f"T{i}"})
    group = {
        "group": ["a_choice"],
        "measures": [{"op": "count"}, {"op": "sum", "field": "a_money"}],
    }
    rows = (await lin.post("/assets/aggregate", json=group)).json()["rows"]
    assert [each["values"][0] for each in rows] == [1, 1, 2]
    moved = await lin.patch(path, json={"a_choice": "sold", "a_rating": 5})
    assert moved.json()["a_choice"] == "sold"
    told = (await lin.get(f"{path}/timeline")).json()["items"]
    assert any("a_rating" in str(each) for each in told)
    taken = await lin.post("/assets", json={"name": "Again", "a_text": "ONE"})
    assert (taken.status_code, taken.json()["code"]) == (409, "not_unique")
    for words in ("Digger", "rich words", "one", "Bucket"):
        found = (await lin.get("/search", params={"q": words})).json()["items"]
        assert asset["id"] in [each["id"] for each in found], words
    assert (await lin.delete(path)).status_code == 204
    assert (await lin.post(f"{path}/restore", json={})).json()["a_rating"] == 5
    document = (await lin.get("/openapi.json")).json()
    assert "/api/v1/assets" in str(document["paths"].keys()) or "/assets" in document["paths"]
    assert "a_geo_point" in json.dumps(document["components"]["schemas"])
    meta = (await lin.get("/objects/asset")).json()
    assert {f"a_{name}" for name in TYPES} <= {each["key"] for each in meta["fields"]}
    assert meta["rights"]["import"] is True


async def test_it_is_exported_and_imported_as_it_was(assets: Any) -> None:
    house, _, lin, _ = assets
    await filled(house, lin)
    plain = [name for name in VALUES if name != "text"]
    fields = ["name", *(f"a_{name}" for name in plain)]
    asked = {"object": "asset", "fields": fields, "headings": "keys"}
    begun = (await lin.post("/exports", json=asked)).json()
    await Worker(house.installation).drain()
    table = (await lin.get(f"/exports/{begun['id']}/content")).content
    [row] = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    assert (row["a_duration"], row["a_region"], row["a_rating"]) == (
        "1h 30m",
        "Shanghai / Pudong",
        "4",
    )
    columns = {key: key for key in fields}
    options = json.dumps({"map": {"object": "asset", "columns": columns}, "mode": "create"})
    sent = {"file": ("assets.csv", table, "text/csv")}
    answer = await lin.post("/imports", files=sent, data={"object": "asset", "options": options})
    assert answer.status_code == 202, answer.text
    await Worker(house.installation).drain()
    done = (await lin.get(f"/imports/{answer.json()['id']}")).json()
    assert done["state"] == "done", done
    items = (await lin.get("/assets", params={"fields": ",".join(fields)})).json()["items"]
    assert len(items) == 2, done
    for name in plain:
        assert items[0][f"a_{name}"] == items[1][f"a_{name}"] == VALUES[name], name


async def test_the_filter_of_a_roll_up_fits_what_it_is_over(house: Any) -> None:
    admin = await house.browser("admin")
    body = {"object": "account", "key": "open", "type": "roll_up", "label": "Open"}
    body |= {"over": "task.about", "function": "count"}
    moving = {"field": "due_at", "op": "in_period", "value": "today"}
    refused = await admin.post("/custom_fields", json={**body, "filter": moving})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_fixed")
    row = await made(
        admin, "/custom_fields", {**body, "filter": {"field": "done_at", "op": "empty"}}
    )
    moved = await admin.patch(f"/custom_fields/{row['id']}", json={"over": "activity.about"})
    assert moved.status_code == 422, moved.text
    assert moved.json()["errors"][0]["pointer"].startswith("/filter")
    page = await admin.get("/accounts", params={"fields": "name,open"})
    assert page.status_code == 200, page.text
    assert all(item["open"] == 0 for item in page.json()["items"])


async def test_what_a_field_in_the_bin_holds_outlives_changes_of_its_record(house):
    admin, lin = await house.browser("admin"), await house.browser("lin")
    made_ = []
    for key in ("tier", "note"):
        body = {"object": "account", "key": key, "type": "text", "labels": {"en": key}}
        body["unique"] = True
        made_.append((await admin.post("/custom_fields", json=body)).json()["id"])
    row = (await lin.post("/accounts", json={"name": "N", "tier": "gold", "note": "a"})).json()
    path = f"/accounts/{row['id']}"
    assert (await admin.delete(f"/custom_fields/{made_[0]}")).status_code == 204
    assert (await lin.patch(path, json={"note": "b"})).json()["note"] == "b"
    assert (await lin.delete(path)).status_code == 204
    assert (await lin.post(f"{path}/restore", json={})).status_code == 200
    assert (await admin.post(f"/custom_fields/{made_[0]}/restore", json={})).status_code == 200
    back = (await lin.get(path)).json()
    assert (back["tier"], back["note"]) == ("gold", "b")
    # and what it held alone, nobody else holds
    taken = await lin.post("/accounts", json={"name": "M", "tier": "gold"})
    assert (taken.status_code, taken.json()["code"]) == (409, "not_unique")
