"""Fields that link to several records: the rows beside their lists, and whatever asks them."""

from __future__ import annotations

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.customizing import customize
from fangxin.history.change_sets import change_sets
from fangxin.history.undo import undo
from fangxin.kernel.clock import now
from fangxin.kernel.errors import Invalid
from fangxin.kernel.ids import named_id
from fangxin.kernel.sql import Statement
from fangxin.merging.merge import preview
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.objects.custom import load
from fangxin.records import engine, reading
from fangxin.records.act import act
from fangxin.records.bulk import Selection, batch, bulk
from fangxin.records.filters import Parser
from fangxin.records.query import ListRequest, compile_page
from fangxin.records.reading import environment, output_paths, sort_paths
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order


async def make_field(installation, **body):
    await installation.database.write(
        lambda tx: customize.create_field(
            tx, installation.registry, {"label": body["key"], **body}, now(), installation.jobs
        )
    )
    await installation.refresh_registry()


async def rows_agree(installation):
    """Check that there is one row for each link in each list, in the bin or not, and no other."""
    ctx = await context_for_user(installation, FIRST_USER, "api")
    wanted = set()
    for definition in installation.registry.objects.values():
        for field in (each for each in definition.fields.values() if each.type.many):
            for deleted in (False, True):
                page = await reading.find(
                    ctx, definition.name, fields=[field.key], limit=200, deleted=deleted
                )
                for item in page.items:
                    for each in item[field.key]:
                        wanted.add((field.custom_id, each["id"], item["id"]))
    question = Statement("SELECT field, target_id, record_id FROM record_link", (), {}, (), ())
    found = [tuple(map(str, row)) for row in await installation.database.read(question, {})]
    assert sorted(found) == sorted(wanted)
    return found


@pytest.fixture
async def firms(begun):
    """Four companies by name, and a field of contacts that links to several."""
    await make_field(
        begun, object="contacts", key="partners", type="link_to_many", target="accounts"
    )
    await make_field(begun, object="contacts", key="boss", type="link", target="contacts")
    ctx = await context_for_user(begun, FIRST_USER, "api")
    made = {}
    for name in ("Acme", "Globex", "Initech", "Umbrella"):
        record = await engine.create(ctx, "account", {"name": name}, allow_duplicates=True)
        made[name] = record["id"]
    return made


@pytest.fixture
async def reader(begun, firms):
    return await context_for_user(begun, FIRST_USER, "api")


async def people(ctx, firms, **held):
    """Make contacts by name, each linked to some companies."""
    made = {}
    for name, partners in held.items():
        body = {"name": name, "partners": [firms[each] for each in partners]}
        made[name] = (await engine.create(ctx, "contact", body, allow_duplicates=True))["id"]
    return made


async def names(ctx, object_, tree):
    page = await reading.find(ctx, object_, filter=tree, fields=["name"], sort="name")
    assert await reading.count(ctx, object_, filter=tree) == len(page.items)
    return [item["name"] for item in page.items]


async def test_rows_follow_every_write(begun, reader, firms, tmp_path):
    made = await people(reader, firms, A=["Acme", "Globex"], B=["Acme"], C=[])
    assert len(await rows_agree(begun)) == 3
    changed = {"partners": [firms["Initech"], firms["Acme"]]}
    await engine.update(reader, "contact", made["A"], changed)
    await engine.update(reader, "contact", made["B"], {"partners": None, "name": "B"})
    await engine.update(reader, "contact", made["C"], {"title": "nothing of links"})
    assert len(await rows_agree(begun)) == 2
    filled = Selection(ids=[made["B"], made["C"]])
    done = await bulk(reader, "contact", filled, body={"partners": [firms["Umbrella"]]})
    assert len(await rows_agree(begun)) == 4
    await undo(reader, done["change_set"])
    assert len(await rows_agree(begun)) == 2
    batched = await batch(
        reader, "contact", create=[{"name": "D", "partners": [firms["Globex"]]}, {"name": "E"}]
    )
    assert len(await rows_agree(begun)) == 3
    await undo(reader, batched["change_set"])
    path = tmp_path / "people.csv"
    path.write_text("Name,With\nF,Acme; Globex\nG,Initech\n", "utf-8")
    columns = {"Name": "name", "With": {"field": "partners", "by": "name"}}
    report = await import_file(reader, path, Order("contact", map={"columns": columns}))
    assert report["errors"] == []
    assert len(await rows_agree(begun)) == 5
    await engine.delete(reader, "contact", made["A"])
    assert len(await rows_agree(begun)) == 5
    assert await names(reader, "contact", any_of(firms, "Initech")) == ["G"]
    await engine.restore(reader, "contact", made["A"])
    assert await names(reader, "contact", any_of(firms, "Initech")) == ["A", "G"]
    await engine.delete(reader, "contact", made["A"])
    await engine.purge(reader, "contact", made["A"])
    assert len(await rows_agree(begun)) == 3
    with pytest.raises(Invalid):
        await engine.update(reader, "contact", made["B"], {"partners": [made["C"]]})
    assert len(await rows_agree(begun)) == 3


async def test_rows_follow_a_merge_and_its_undoing(begun, reader, firms):
    made = await people(reader, firms, A=["Globex", "Acme"], B=["Globex"], C=["Globex"], D=["Acme"])
    await engine.delete(reader, "contact", made["C"])
    before = await rows_agree(begun)
    shown = await preview(reader, "account", firms["Acme"], firms["Globex"])
    assert [(each["object"], each["count"]) for each in shown["references"]] == [("contact", 2)]
    merged = await act(reader, "account", firms["Acme"], "merge", {"other": firms["Globex"]})
    after = await rows_agree(begun)
    assert {row[1] for row in after} == {firms["Acme"]}
    assert len(after) == 4
    assert await names(reader, "contact", any_of(firms, "Acme")) == ["A", "B", "D"]
    await undo(reader, merged["change_set"])
    assert sorted(await rows_agree(begun)) == sorted(before)


async def test_a_field_in_the_bin_keeps_its_rows(begun, reader, firms):
    made = await people(reader, firms, A=["Acme"], B=["Globex", "Acme"])
    row = next(row for row in (await load(begun.database)).fields if row.key == "partners")
    await begun.database.write(lambda tx: customize.delete_field(tx, begun.registry, row.id, now()))
    await begun.refresh_registry()
    ctx = await context_for_user(begun, FIRST_USER, "api")
    await engine.update(ctx, "contact", made["A"], {"title": "Meanwhile"})
    # one that is removed for good meanwhile, and comes back, brings its links along
    await engine.delete(ctx, "contact", made["B"])
    await engine.purge(ctx, "contact", made["B"])
    [purged, *_] = (await change_sets(ctx))["items"]
    await undo(ctx, purged["id"])
    await begun.database.write(
        lambda tx: customize.restore_field(tx, begun.registry, row.id, now(), begun.jobs)
    )
    await begun.refresh_registry()
    ctx = await context_for_user(begun, FIRST_USER, "api")
    assert len(await rows_agree(begun)) == 3
    assert await names(ctx, "contact", any_of(firms, "Acme")) == ["A", "B"]


def any_of(firms, *wanted, op="has_any"):
    return {"field": "partners", "op": op, "value": [firms[each] for each in wanted]}


async def test_filters_from_both_sides(begun, reader, firms):
    held = {"A": ["Acme", "Globex"], "B": ["Acme"], "C": [], "D": ["Initech"]}
    made = await people(reader, firms, **held)
    for op, wanted, found in (
        ("has_any", ["Acme", "Initech"], "ABD"),
        ("has_any", ["Umbrella"], ""),
        ("has_any", [], ""),
        ("has_all", ["Acme", "Globex"], "A"),
        ("has_all", ["Acme", "Acme"], "AB"),
        ("has_all", [], "ABCD"),
        ("has_none", ["Acme"], "CD"),
        ("has_none", [], "ABCD"),
    ):
        tree = any_of(firms, *wanted, op=op)
        assert await names(reader, "contact", tree) == list(found), (op, wanted)
        opposite = [each for each in "ABCD" if each not in found]
        assert await names(reader, "contact", {"not": tree}) == opposite, (op, wanted)
    named = {"field": "name", "op": "is", "value": "B"}
    assert await names(reader, "account", {"has": "contacts.partners"}) == [
        *("Acme", "Globex", "Initech")
    ]
    assert await names(reader, "account", {"has": "contacts.partners", "where": named}) == ["Acme"]
    assert await names(reader, "account", {"has_not": "contact.partners", "where": named}) == [
        *("Globex", "Initech", "Umbrella")
    ]
    # over a link
    await engine.update(reader, "contact", made["C"], {"boss": made["B"]})
    over = {**any_of(firms, "Acme"), "field": "boss.partners"}
    assert await names(reader, "contact", over) == ["C"]
    await engine.delete(reader, "contact", made["B"])
    assert await names(reader, "account", {"has": "contacts.partners", "where": named}) == []


async def test_a_roll_up_over_links_to_several(begun, reader, firms):
    await people(reader, firms, A=["Acme", "Globex"], B=["Acme"], C=[])
    await make_field(
        begun,
        object="accounts",
        key="friends",
        type="roll_up",
        over="contact.partners",
        function="count",
    )
    ctx = await context_for_user(begun, FIRST_USER, "api")
    page = await reading.find(ctx, "account", fields=["name", "friends"], sort="-friends")
    assert [(item["name"], item["friends"]) for item in page.items][:2] == [
        ("Acme", 2),
        ("Globex", 1),
    ]
    busy = {"field": "friends", "op": ">", "value": 1}
    assert await names(ctx, "account", busy) == ["Acme"]


async def test_lists_of_links_are_asked_by_their_rights_and_their_index(begun, reader, firms):
    await people(reader, firms, A=["Acme"], B=["Acme"])
    body = {"name": "Lin", "email": "lin@demo.local", "role": named_id("role", "sales")}
    made = await engine.create(reader, "user", body)
    begun.directory._memory = None
    lin = await context_for_user(begun, made["id"], "api")
    assert await names(lin, "contact", any_of(firms, "Acme")) == []
    own = {"name": "Own", "partners": [firms["Acme"]]}
    ours = await engine.create(reader, "account", {"name": "Ours", "owner": made["id"]})
    await engine.create(lin, "contact", {**own, "partners": [ours["id"]]})
    assert await names(lin, "account", {"has": "contacts.partners"}) == ["Ours"]
    tree = any_of(firms, "Acme")
    plan = await plan_of(reader, tree)
    assert "record_link" in plan
    assert "custom" not in plan


async def plan_of(ctx, tree):
    """Return how the database means to find a page."""
    database, definition = ctx.database, ctx.registry["contact"]
    parsed = Parser(ctx.registry, ctx.rights, environment(ctx)).parse(definition, tree)
    sorts = sort_paths(ctx, definition, None)
    outputs = output_paths(ctx, definition, ["name", "email"], all_fields=False)
    request = ListRequest(definition, outputs, parsed.node, sorts)
    page = compile_page(
        ctx.registry, ctx.rights, database.dialect, request, phase="full", after=False, limit=50
    )
    words = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    found = page.statement
    asked = Statement(words + found.sql, found.names, found.constants, (), ())
    return str([list(row) for row in await database.read(asked, parsed.values)])
