"""Layouts over HTTP: made by administrators, served with the metadata, cut to each reader."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


def body(*columns: list[str], **more: Any) -> dict[str, Any]:
    """A body of one tab with one section."""
    return {"tabs": [{"sections": [{"columns": list(columns)}]}], **more}


async def page(client: Any, place: str = "record", object_: str = "account") -> list[Any]:
    answer = await client.get(f"/objects/{object_}")
    assert answer.status_code == 200, answer.text
    return answer.json()["layout"]["pages"][place]


async def made(client: Any, **given: Any) -> dict[str, Any]:
    whole = {"name": "Ours", "applies_to": "account", "place": "record", **given}
    answer = await client.post("/page_layouts", json=whole)
    assert answer.status_code == 201, answer.text
    return answer.json()


def placed(seen: dict[str, Any]) -> list[str]:
    sections = [each for tab in seen["tabs"] for each in tab["sections"]]
    return [key for each in sections for column in each["columns"] for key in column]


async def until(client: Any, met: Callable[[list[Any]], bool]) -> None:
    """Wait until a role's new rules are known."""
    for _ in range(600):
        if met(await page(client)):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the role's new rules are not known")


async def field(client: Any, key: str, object_: str = "account", **more: Any) -> str:
    whole = {"object": object_, "key": key, "type": "text", "labels": {"en": key}, **more}
    answer = await client.post("/custom_fields", json=whole)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


TITLES = {"en": "Money", "zh-CN": "钱"}
TYPED: dict[str, Any] = {
    "tabs": [
        {
            "key": "facts",
            "aside": True,
            "sections": [
                {"labels": TITLES, "columns": [["annual_revenue"], ["employees", "phone"]]},
                {"labels": {"en": "Folded"}, "collapsed": True, "columns": [["email"]]},
            ],
        },
        {"key": "more", "labels": {"zh-CN": "更多"}, "sections": []},
    ],
    "related": [
        {"object": "opportunity", "field": "account", "columns": ["amount"], "tab": "more"},
        {"object": "contact", "field": "account", "hidden": True},
    ],
    "others": True,
}
CHAIN = ("quote", "contract", "order", "payment")
ACTIVE = {"field": "status", "values": ["active"]}


async def _two(house: Any) -> tuple[Any, Any, list[Any]]:
    """A layout for one role and type before one for all, with who made them and who reads them."""
    admin, lin = await house.browser("admin"), await house.browser("lin")
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    typed = await made(admin, body=TYPED, roles=[role], record_type=ACTIVE, order=1)
    general = await made(admin, name="All", body=body(["name", "code"]), order=2)
    return admin, lin, [typed, general]


async def test_a_layout_is_served_by_role_and_type_in_the_readers_language(house):
    lin, boss = await house.browser("lin"), await house.browser("boss")
    # nobody made one: the declared Layout, whole, and no condition
    for place in ("record", "form", "panel"):
        (plain,) = await page(lin, place)
        assert (plain["id"], plain["when"]) == (None, None)
        assert "name" in placed(plain)
    before = (await lin.get("/objects")).headers["etag"]
    _, _, (typed, general) = await _two(house)
    # his role has both in order, another the second alone; the second ends the search
    first, second = await page(lin)
    assert [first["id"], second["id"]] == [typed["id"], general["id"]]
    assert [each["id"] for each in await page(boss)] == [general["id"]]
    assert first["when"] == ACTIVE
    money, folded = first["tabs"][0]["sections"]
    assert (money["label"], money["columns"]) == (
        "Money",
        [["annual_revenue"], ["employees", "phone"]],
    )
    assert folded["collapsed"] is True
    assert first["tabs"][1]["label"] == "更多"
    # a list stands in its tab, a hidden one nowhere, one that nobody named at the end
    (inside,) = first["tabs"][1]["related"]
    assert (inside["object"], inside["columns"]) == ("opportunity", ["amount"])
    assert [each["object"] for each in first["related"]] == [*CHAIN, "account"]
    assert {"industry", "owner"} <= set(first["others"])
    assert not {"annual_revenue", "created_at", "id"} & set(first["others"])
    assert second["others"] == []
    changed = (await lin.get("/objects")).headers["etag"]
    assert changed != before
    known = await lin.get("/objects", headers={"if-none-match": changed})
    assert known.status_code == 304
    # titles in the reader's language, and in the other where his is missing
    assert (await lin.patch("/auth/me", json={"locale": "zh-CN"})).status_code == 200
    money, folded = (await page(lin))[0]["tabs"][0]["sections"]
    assert (money["label"], folded["label"]) == ("钱", "Folded")


async def test_each_change_of_a_layout_is_seen_by_the_next_request(house):
    admin, lin, (typed, general) = await _two(house)

    async def shown() -> list[str | None]:
        return [each["id"] for each in await page(lin)]

    head = {"if-match": f'"{general["version"]}"'}
    moved = await admin.patch(f"/page_layouts/{general['id']}", json={"order": 0}, headers=head)
    assert moved.status_code == 200
    assert await shown() == [general["id"]]
    stale = await admin.patch(f"/page_layouts/{general['id']}", json={"order": 9}, headers=head)
    assert stale.status_code == 409
    await admin.patch(f"/page_layouts/{general['id']}", json={"active": False})
    assert await shown() == [typed["id"], None]
    assert (await admin.delete(f"/page_layouts/{typed['id']}")).status_code == 204
    assert await shown() == [None]
    sets = (await admin.get("/change_sets", params={"object": "page_layout"})).json()["items"]
    undone = await admin.post(f"/change_sets/{sets[0]['id']}/undo", json={})
    assert undone.status_code == 200, undone.text
    assert await shown() == [typed["id"], None]


SERVICE = '{"field": "key", "op": "is", "value": "service"}'
LAID = body(["name", "employees"], ["phone", "industry"], others=False)
RULES = {
    "employees": {"read": "none", "edit": False},
    "phone": {"read": "full", "edit": False},
}


async def _rule(house: Any, admin: Any, **rules: Any) -> tuple[Any, str]:
    """Cut the salesman's role to these rules of accounts; he, and his role's id."""
    lin = await house.browser("lin")
    role = (await lin.get("/auth/me")).json()["role"]["id"]
    changed = await admin.patch(f"/roles/{role}", json={"field_rules": {"account": rules}})
    assert changed.status_code == 200, changed.text
    return lin, role


async def test_a_layout_is_no_right_and_skips_what_one_may_not_read(house):
    admin = await house.browser("admin")
    await made(admin, body=LAID)
    await made(admin, place="form", body=LAID)
    assert placed((await page(admin))[0]) == ["name", "employees", "phone", "industry"]
    lin, role = await _rule(house, admin, **RULES)
    await until(lin, lambda pages: placed(pages[0]) == ["name", "phone", "industry"])
    assert placed((await page(lin, "form"))[0]) == ["name", "industry"]
    # what is shown nowhere is read and written as before
    account = (await lin.post("/accounts", json={"name": "A", "website": "https://a.cn"})).json()
    assert account["website"] == "https://a.cn"
    # a preview sees what the role itself sees
    asked = {"body": LAID, "role": role, "locale": "zh-CN"}
    for place, keys in (("record", ["name", "phone", "industry"]), ("form", ["name", "industry"])):
        shown = await admin.post("/objects/account/preview_layout", json={**asked, "place": place})
        assert shown.status_code == 200, shown.text
        assert placed(shown.json()["page"]) == keys
        assert "employees" not in {each["key"] for each in shown.json()["fields"]}
    assert {each["key"]: each["label"] for each in shown.json()["fields"]}["industry"] == "行业"
    # nothing of an object that the role may not read
    (service,) = (await admin.get("/roles", params={"filter": SERVICE})).json()["items"]
    asked = {"place": "record", "role": service["id"]}
    answer = (await admin.post("/objects/lead/preview_layout", json=asked)).json()
    assert (answer["fields"], placed(answer["page"]), answer["page"]["others"]) == ([], [], [])
    # nor does a layout tell of a field by which it is chosen
    by_field = {"field": "industry", "values": ["finance"]}
    await made(admin, body=body(["website"]), record_type=by_field, order=-1)
    assert len(await page(lin)) == 2
    await _rule(house, admin, **RULES, industry={"read": "none", "edit": False})
    await until(lin, lambda pages: len(pages) == 1)


async def test_layouts_are_made_tried_and_read_by_administrators_alone(house):
    admin, lin = await house.browser("admin"), await house.browser("lin")
    whole = {"name": "X", "applies_to": "account", "place": "record", "body": LAID}
    one = await made(admin, body=LAID)
    for answer in (
        await lin.post("/page_layouts", json=whole),
        await lin.patch(f"/page_layouts/{one['id']}", json={"name": "Mine"}),
        await lin.delete(f"/page_layouts/{one['id']}"),
        await lin.get("/page_layouts"),
        await lin.post("/objects/account/preview_layout", json={"place": "record", "body": LAID}),
    ):
        assert answer.status_code in {403, 404}, answer.text
    (kept,) = (await admin.get("/page_layouts")).json()["items"]
    assert (kept["id"], kept["name"], kept["version"]) == (one["id"], "Ours", 1)


BAD: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("unknown field", {"body": body(["name", "nothing"])}, "0/columns/0/1", "unknown_field"),
    ("hidden field", {"body": body(["shared_with"])}, "0/columns/0/0", "unknown_field"),
    ("field twice", {"body": body(["name"], ["phone", "name"])}, "0/columns/1/1", "twice"),
    ("three columns", {"body": body([], [], [])}, "0/columns", "too_many"),
    ("no tab", {"body": {"tabs": []}}, "/body/tabs", "required"),
    ("21 tabs", {"body": {"tabs": [{"sections": []}] * 21}}, "/body/tabs", "too_many"),
    (
        "51 sections",
        {"body": {"tabs": [{"sections": [{}] * 26}, {"sections": [{}] * 25}]}},
        "/body/tabs",
        "too_many",
    ),
    ("301 fields", {"body": body([f"f{i}" for i in range(301)])}, "0/columns/0", "too_many"),
    ("a word as body", {"body": "name"}, "/body", "wrong_type"),
    ("a number as field", {"body": body([7])}, "0/columns/0/0", "wrong_type"),
    ("unknown setting", {"body": {"tabs": [{"color": 1}]}}, "/body/tabs/0", "unknown_key"),
    ("bad key", {"body": {"tabs": [{"key": "A b"}]}}, "/body/tabs/0/key", "bad_key"),
    ("key twice", {"body": {"tabs": [{"key": "a"}] * 2}}, "/body/tabs/1/key", "twice"),
    ("two beside", {"body": {"tabs": [{"aside": True}] * 2}}, "/body/tabs/1/aside", "twice"),
    (
        "a title of three languages",
        {"body": {"tabs": [{"labels": {"fr": "Un"}}]}},
        "/body/tabs/0/labels",
        "unknown_key",
    ),
    (
        "a long title",
        {"body": {"tabs": [{"labels": {"en": "x" * 81}}]}},
        "/body/tabs/0/labels/en",
        "too_long",
    ),
    (
        "unknown list",
        {"body": body(related=[{"object": "lead", "field": "parent"}])},
        "/body/related/0",
        "unknown_list",
    ),
    (
        "unknown column",
        {"body": body(related=[{"object": "contact", "field": "account", "columns": ["x"]}])},
        "/body/related/0/columns/0",
        "unknown_field",
    ),
    (
        "unknown tab",
        {"body": body(related=[{"object": "contact", "field": "account", "tab": "x"}])},
        "/body/related/0/tab",
        "unknown_tab",
    ),
    ("unknown object", {"applies_to": "nothing"}, "/applies_to", "unknown_object"),
    ("unknown place", {"place": "wall"}, "/place", "not_an_option"),
    ("no role", {"roles": ["x"]}, "/roles/0", "not_an_id"),
    (
        "unknown role",
        {"roles": ["0198c0de-0000-7000-8000-000000000000"]},
        "/roles/0",
        "unknown_role",
    ),
    (
        "type of text",
        {"record_type": {"field": "phone", "values": ["1"]}},
        "/record_type/field",
        "wrong_type",
    ),
    (
        "unknown option",
        {"record_type": {"field": "status", "values": ["active", "gone"]}},
        "/record_type/values/1",
        "not_an_option",
    ),
    (
        "no value",
        {"record_type": {"field": "status", "values": []}},
        "/record_type/values",
        "required",
    ),
    ("form without the name", {"place": "form", "body": body(["phone"])}, "/body/tabs", "required"),
    (
        "form with a number",
        {"place": "form", "body": body(["name", "code"])},
        "0/columns/0/1",
        "read_only",
    ),
    (
        "lists on a form",
        {"place": "form", "body": body(["name"], related=[{"object": "lead", "field": "x"}])},
        "/body/related/0",
        "not_here",
    ),
)


async def test_bad_layouts_are_refused_by_name_and_nothing_is_made(house):
    admin = await house.browser("admin")
    good = {"name": "Ours", "applies_to": "account", "place": "record", "body": body(["name"])}
    for name, change, pointer, code in BAD:
        answer = await admin.post("/page_layouts", json={**good, **change})
        assert answer.status_code == 422, (name, answer.text)
        (told,) = answer.json()["errors"]
        whole = pointer if pointer.startswith("/") else f"/body/tabs/0/sections/{pointer}"
        assert (told["pointer"], told["code"]) == (whole, code), name
        assert told["message"], name
        if "body" in change:
            asked = {"place": "record", **change}
            tried = await admin.post("/objects/account/preview_layout", json=asked)
            assert (tried.status_code, tried.json()["errors"]) == (422, [told]), name
    assert (await admin.get("/page_layouts")).json()["items"] == []


async def test_a_form_asks_for_what_is_required(house):
    admin = await house.browser("admin")
    await field(admin, "must", required=True)
    await field(admin, "may", required=True, default="x")
    form = {"name": "Ours", "applies_to": "account", "place": "form", "body": body(["name"])}
    answer = await admin.post("/page_layouts", json=form)
    assert [each["message"] for each in answer.json()["errors"]] == [
        "must is required and has no default: the form must ask for it."
    ]
    laid = await admin.post("/page_layouts", json={**form, "body": body(["name", "must"])})
    assert laid.status_code == 201
    # one that became required later is asked for all the same
    await field(admin, "later", required=True)
    (seen,) = await page(admin, "form")
    assert placed(seen) == ["name", "must", "later"]


async def test_a_deleted_field_and_a_custom_object_are_laid_out_like_any(house):
    admin, lin = await house.browser("admin"), await house.browser("lin")
    words = {"labels": {"en": "Boat"}, "labels_plural": {"en": "Boats"}, "icon": "box"}
    answer = await admin.post("/custom_objects", json={"name": "boat", "path": "boats", **words})
    assert answer.status_code == 201, answer.text
    mast = await field(admin, "mast", "boat")
    harbour = await field(admin, "harbour", "boat", type="link", target="account")
    laid = await made(admin, applies_to="boats", body=body(["mast", "name"], ["harbour"]))
    assert laid["applies_to"] == "boat"
    lists = [{"object": "boat", "field": "harbour", "columns": ["mast"]}]
    await made(admin, name="Port", body=body(["name"], related=lists))
    assert placed((await page(admin, object_="boat"))[0]) == ["mast", "name", "harbour"]
    assert (await page(admin))[0]["related"][0]["columns"] == ["mast"]
    used = (await admin.get(f"/custom_fields/{mast}/uses")).json()["items"]
    assert used == [{"kind": "layout", "name": "Ours"}, {"kind": "layout", "name": "Port"}]
    assert (await admin.delete(f"/custom_fields/{mast}")).status_code == 204
    assert placed((await page(admin, object_="boat"))[0]) == ["name", "harbour"]
    assert (await page(admin))[0]["related"][0]["columns"] == []
    assert (await admin.delete(f"/custom_fields/{harbour}")).status_code == 204
    assert [each["object"] for each in (await page(admin))[0]["related"]] == [
        *("contact", "opportunity", *CHAIN, "account")
    ]
    # the layout itself is renamed, rests and comes back as it is
    renamed = await admin.patch(f"/page_layouts/{laid['id']}", json={"name": "Boats"})
    assert renamed.status_code == 200, renamed.text
    assert (await admin.post(f"/custom_fields/{mast}/restore", json={})).status_code == 200
    assert placed((await page(admin, object_="boat"))[0]) == ["mast", "name"]
    # who may not see the object hears nothing of it
    assert (await lin.get("/objects/boat")).status_code == 404
