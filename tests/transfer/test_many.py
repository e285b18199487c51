"""A cell that names several records: looked at, linked, made, and refused."""

from __future__ import annotations

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.customizing import customize
from fangxin.kernel.clock import now
from fangxin.kernel.errors import Forbidden, Invalid
from fangxin.kernel.ids import named_id
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.records import engine, reading
from fangxin.transfer import previewing
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order


@pytest.fixture
async def many(begun):
    """The administrator, with contacts that link to partners (accounts) and to friends."""
    for key, target in (("partners", "accounts"), ("friends", "contacts")):
        body = {"object": "contacts", "key": key, "type": "link_to_many", "label": key}
        await begun.database.write(
            lambda tx, body=body, target=target: customize.create_field(
                tx, begun.registry, {**body, "target": target}, now(), begun.jobs
            )
        )
        await begun.refresh_registry()
    admin = await context_for_user(begun, FIRST_USER, "api")
    for name in ("Acme", "Globex", "Twin", "Twin"):
        await engine.create(admin, "account", {"name": name}, allow_duplicates=True)
    return admin


def order(missing="error", *, dry_run=False, field="partners", **more):
    columns = {"Name": "name", "With": {"field": field, "missing": missing, **more}}
    return Order("contact", map={"columns": columns}, dry_run=dry_run)


async def partners(ctx, field="partners"):
    page = await reading.find(ctx, "contact", fields=["name", field], sort="name")
    return {item["name"]: [each["name"] for each in item[field]] for item in page.items}


async def test_a_preview_reads_each_name_of_a_cell(many, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,With\nA,Acme; Globex\nB,Acme、Nobody\nC,Twin\nD,Globex\n", "utf-8")
    shown = await previewing.preview(many, path, {"object": "contact", "map": order().map})
    values = shown["columns"][1]["values"]
    items = {each["value"]: each for each in values["items"]}
    read = {text: [link["name"] for link in each["read"] or ()] for text, each in items.items()}
    assert read == {
        "Acme; Globex": ["Acme", "Globex"],
        "Acme、Nobody": ["Acme"],
        "Twin": [],
        "Globex": ["Globex"],
    }
    assert items["Acme; Globex"]["read"][0]["object"] == "account"
    problems = {text: each["problem"] and each["problem"]["code"] for text, each in items.items()}
    assert problems == {
        "Acme; Globex": None,
        "Acme、Nobody": "unknown_link",
        "Twin": "ambiguous_link",
        "Globex": None,
    }
    assert items["Acme; Globex"]["label"] == "Acme, Globex"
    assert {"key", "label"} == set(values["options"][0])
    assert "name" in values["by"]


async def test_what_a_cell_of_several_lacks_is_made(many, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,With\nA,Acme; Newcomer\nB,Newcomer、Second\nC,\n", "utf-8")
    plan = order("create", **{"with": {"description": "With {Name}"}})
    rehearsed = await import_file(many, path, Order("contact", map=plan.map, dry_run=True))
    assert (rehearsed["created"], rehearsed["errors"], await partners(many)) == (3, [], {})
    done = await import_file(many, path, plan)
    assert (done["created"], done["errors"]) == (3, [])
    assert await partners(many) == {"A": ["Acme", "Newcomer"], "B": ["Newcomer", "Second"], "C": []}
    page = await reading.find(many, "account", fields=["name", "description"], sort="name")
    said = {item["name"]: item["description"] for item in page.items}
    assert said == {
        **dict.fromkeys(("Acme", "Globex", "Twin")),
        "Newcomer": "With A",
        "Second": "With B",
    }


async def test_a_link_by_a_field_of_its_target_and_a_default(many, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,With\nA,Globex\nB,\n", "utf-8")
    plan = order(by="name").map | {"defaults": {"partners": "Acme"}}
    done = await import_file(many, path, Order("contact", map=plan))
    assert done["errors"] == []
    assert await partners(many) == {"A": ["Globex"], "B": ["Acme"]}


async def test_who_may_not_make_them_is_refused(begun, many, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,With\nA,Newcomer\n", "utf-8")
    # what would be made may stand further down in the file, and a list is not completed later
    with pytest.raises(Invalid) as refused:
        await import_file(many, path, order("create", field="friends"))
    assert [each.pointer for each in refused.value.errors] == ["/map/columns/With/missing"]
    sees = {"account": {"read": "all"}}
    await engine.update(
        many,
        "role",
        named_id("role", "sales"),
        {"grants": {"contact": dict.fromkeys(("read", "create", "import"), "all")} | sees},
    )
    lin = {"name": "Lin", "email": "lin@demo.local", "role": named_id("role", "sales")}
    made = await engine.create(many, "user", lin)
    begun.directory._memory = None
    ctx = await context_for_user(begun, made["id"], "api")
    with pytest.raises(Forbidden):
        await import_file(ctx, path, order("create"))
    assert await partners(many) == {}
    assert (await import_file(ctx, path, order("skip")))["created"] == 1
