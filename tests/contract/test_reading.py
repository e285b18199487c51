"""Every object × every role on both databases: each way of reading gives what the oracle says."""

from __future__ import annotations

import csv
import itertools
from typing import Any

import pytest

from fangxin.arranging.arrange import pages
from fangxin.arranging.check import listable, placeable
from fangxin.arranging.remembered import Laid, Layouts
from fangxin.data import mass
from fangxin.fields.catalogue import TYPES
from fangxin.kernel.errors import Forbidden, NotFound
from fangxin.kernel.ids import named_id
from fangxin.records import reading
from fangxin.records.aggregate import aggregate
from fangxin.search.finding import answer, search, search_ids
from fangxin.search.matching import narrow
from fangxin.transfer import exporting
from tests.contract.oracle import OPEN_TO_ALL, Oracle
from tests.contract.portraits import mask
from tests.contract.questions import EVERY, OBJECTS, expected, ids, refusal, same
from tests.contract.seeds import MADE, READERS
from tests.contract.test_writing import outcome
from tests.contract.world import CASCADES, World, wire


def test_the_registry_holds_the_objects_of_these_tests(worlds):
    for world in worlds:
        # no role here sees them: tests/api/test_forms.py, tests/sealing/test_shipped.py
        unseen = {"lead_form", "encrypted_field"}
        assert set(world.registry.objects) == {*OBJECTS, *unseen}
        for object_ in ("contact", "project"):
            fields = [each for each in world.registry[object_].fields.values() if each.custom]
            # one of each type, and one that is encrypted
            assert len(fields) == len(TYPES) + 1
            assert sum(each.encrypted for each in fields) == 1


def laid(object_: str, fields: list[str], lists: list[Any]) -> Layouts:
    """One layout for all, at each place."""
    section = {"key": "s", "labels": {}, "collapsed": False, "columns": [fields]}
    tab = {"key": "t", "labels": {}, "aside": False, "sections": [section]}
    one = Laid("x", {"tabs": [tab], "related": lists, "others": True}, (), None)
    return Layouts(1, {(object_, place): (one,) for place in ("record", "panel", "form")})


@EVERY
def test_a_layout_names_what_each_role_sees_and_no_more(worlds, object_):
    world, oracle = worlds[0], Oracle(worlds[0].rows)
    definition = world.registry[object_]
    every = [key for key, each in definition.fields.items() if placeable(each)]
    columns = {
        name: [key for key, each in child.fields.items() if placeable(each)]
        for name, child in listable(world.registry, definition).items()
    }
    lists = [
        {"object": name, "field": key, "columns": shown, "hidden": False, "tab": None}
        for (name, key), shown in columns.items()
    ]
    layouts = laid(object_, every, lists)
    for person in READERS:

        def seen(keys: list[str], of: str = object_, person: str = person) -> list[str]:
            return [key for key in keys if oracle.sight(person, of, key) != "none"]

        found = pages(world.reader(person), definition, layouts)
        for place in ("record", "panel"):
            (page,) = found[place]
            assert page["tabs"][0]["sections"][0]["columns"] == [seen(every)], (person, place)
            assert page["others"] == []
        asked = [
            key for each in found["form"][0]["tabs"] for key in each["sections"][0]["columns"][0]
        ]
        assert all(
            oracle.sight(person, object_, key) == "full"
            and oracle.rule(person, object_, key)["edit"]
            for key in asked
        ), person
        assert {
            (each["object"], each["field"]): each["columns"]
            for each in found["record"][0]["related"]
        } == {
            (name, key): seen(shown, name)
            for (name, key), shown in columns.items()
            if oracle.grant(person, name, "read") != "none" and seen([key], name)
            if key != "x_link_to_many" or oracle.sight(person, name, key) == "full"
        }, person


@pytest.mark.parametrize("cascades", CASCADES)
@EVERY
async def test_each_role_lists_and_counts_its_rows(worlds, object_, cascades):
    for person in READERS:
        answers = []
        for world in worlds:
            oracle, ctx = Oracle(world.rows, cascades), world.reader(person, cascades)
            if oracle.grant(person, object_, "read") == "none":
                assert await refusal(reading.find(ctx, object_)) == (403, "forbidden")
                continue
            page = await reading.find(ctx, object_, limit=1000, fields=["id"], count="exact")
            found = sorted(item["id"] for item in page.items)
            assert found == ids(oracle.visible(person, object_)), (person, world.kind)
            assert page.count == {"value": len(found), "capped": False}
            assert await reading.count(ctx, object_) == len(found)
            assert await reading.visible_ids(
                ctx, object_, [row.id for row in world.rows[object_]]
            ) == set(found)
            answers.append(page.items)
        if answers:
            same([sorted(items, key=lambda item: item["id"]) for items in answers])


@EVERY
async def test_each_role_sees_some_and_not_all(worlds, object_):
    oracle = Oracle(worlds[0].rows)
    everything = [row for row in oracle.rows[object_] if not row.deleted]
    for person in READERS:
        grant = oracle.grant(person, object_, "read")
        seen = oracle.visible(person, object_)
        assert (len(seen) > 0) == (grant != "none"), person
        assert (len(seen) == len(everything)) == (grant == "all"), person


@EVERY
async def test_each_record_reads_field_by_field(worlds, object_):
    """Get and list: unreadable fields are absent, masked ones masked, unseen rows not found."""
    for person in READERS:
        answers = []
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            if oracle.grant(person, object_, "read") == "none":
                first = world.rows[object_][0].id
                assert await refusal(reading.get(ctx, object_, first)) == (403, "forbidden")
                continue
            visible = {row.id: row for row in oracle.visible(person, object_)}
            records = {}
            for row in world.rows[object_]:
                if row.id not in visible:
                    refused = await refusal(reading.get(ctx, object_, row.id))
                    assert refused == (404, "not_found")
                    continue
                records[row.id] = wire(await reading.get(ctx, object_, row.id))
                assert records[row.id] == expected(world, oracle, person, row), person
            listed = wire((await reading.find(ctx, object_, limit=1000)).items)
            for item in listed:
                whole = records[item["id"]]
                short = {
                    k: v for k, v in whole.items() if world.registry[object_].fields[k].type.listed
                }
                assert item == short
            answers.append((records, sorted(listed, key=lambda item: item["id"])))
        if answers:
            same(answers)


@EVERY
async def test_search_and_link_picker_find_the_visible(worlds, object_):
    if object_ not in MADE:
        pytest.skip("named without the common word")
    for person in READERS:
        answers = []
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            if oracle.grant(person, object_, "read") == "none":
                assert await search(ctx, "kontor", [object_]) == []
                continue
            wanted = ids(oracle.visible(person, object_))
            definition = world.registry[object_]
            assert sorted(await search_ids(ctx, object_, "kontor", 100)) == wanted, person
            page = await reading.find(
                ctx, object_, limit=100, narrow=narrow(ctx, definition, "kontor"), fields=["id"]
            )
            assert sorted(item["id"] for item in page.items) == wanted, person
            # mistyped, the same and no more
            near = await answer(ctx, "kontro", [object_], 100)
            assert sorted(each["id"] for each in near["items"]) == wanted, person
            assert near["instead"] == ("kontor" if wanted else None)
            for row in world.rows[object_][:6]:
                found = await search(ctx, row.name, [object_], 100)
                assert (row.id in {each["id"] for each in found}) == (row.id in wanted)
            answers.append(wire(await search(ctx, "kontor", [object_], 100)))
        for hits in answers:
            assert all(set(hit["matched_on"]) <= {"name", "subject"} for hit in hits)
        if answers:
            same([sorted(hits, key=lambda hit: hit["id"]) for hits in answers])


SEARCHED = {
    "account": ("code", "phone", "email", "website", "credit_code"),
    "contact": ("phone", "email", "x_text", "x_auto_number"),
}


async def test_no_search_finds_by_a_field_that_one_may_not_read(worlds):
    for world, person in itertools.product(worlds, READERS):
        oracle, ctx = Oracle(world.rows), world.reader(person)
        for object_, key in (("account", "email"), ("contact", "phone"), ("contact", "x_text")):
            sight = oracle.sight(person, object_, key)
            for row in oracle.visible(person, object_)[:8]:
                if key not in row.values:
                    continue
                found = await search(ctx, str(row.values[key]), [object_], 100)
                hit = next((each for each in found if each["id"] == row.id), None)
                assert hit is None or (key in hit["matched_on"] and sight == "full")
                # with one field hidden only names are searched: a hit could tell
                whole = {oracle.sight(person, object_, each) for each in SEARCHED[object_]}
                assert (hit is not None) == (whole == {"full"}), (person, object_, key)


@EVERY
async def test_aggregates_count_the_visible(worlds, object_):
    for person in READERS:
        answers = []
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            if oracle.grant(person, object_, "read") == "none":
                assert await refusal(aggregate(ctx, object_)) == (403, "forbidden")
                continue
            visible = oracle.visible(person, object_)
            (whole,) = await aggregate(ctx, object_)
            assert whole == {"group": [], "values": [len(visible)]}
            if oracle.sight(person, object_, "owner") != "full":
                assert (await refusal(aggregate(ctx, object_, group=["owner"])))[0] == 422
                continue
            rows = wire(await aggregate(ctx, object_, group=["owner"]))
            counted = {(r["group"][0] or {}).get("id"): r["values"][0] for r in rows}
            owners = [row.values.get("owner") for row in visible]
            assert counted == {owner: owners.count(owner) for owner in owners}, person
            answers.append(sorted(rows, key=str))
        if answers:
            same(answers)


def _cells(path: Any) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@EVERY
async def test_exports_hold_what_one_may_export(worlds, object_, tmp_path):
    for person in READERS:
        answers = []
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            path = tmp_path / f"{person}-{world.kind}.csv"
            order = {"object": object_}
            if "none" in [oracle.grant(person, object_, verb) for verb in ("read", "export")]:
                refused = await refusal(exporting.export_file(ctx, path, order))
                assert refused == (403, "forbidden")
                continue
            await exporting.export_file(ctx, path, order)
            visible = oracle.visible(person, object_)
            allowed = [row for row in visible if oracle.may(person, "export", row)]
            cells = _cells(path)
            assert sorted(row["Id"] for row in cells) == ids(allowed)
            _no_hidden_value(world, oracle, person, object_, cells)
            # PostgreSQL keeps no order of keys inside JSON
            plain = [{k: sorted(v) if "{" in v[:2] else v for k, v in row.items()} for row in cells]
            answers.append(sorted(plain, key=lambda row: row["Id"]))
        if answers:
            same(answers)


def _no_hidden_value(
    world: World, oracle: Oracle, person: str, object_: str, cells: list[dict[str, str]]
) -> None:
    labels = {key: f.label for key, f in world.registry[object_].fields.items()}
    by_id = {row["Id"]: row for row in cells}
    for key, label in labels.items():
        sight = oracle.sight(person, object_, key)
        if sight == "none":
            heads = {title.partition(" - ")[0] for row in cells for title in row}
            assert label not in heads
        kind = world.registry[object_].fields[key].type.name
        for row in world.rows[object_] if sight == "masked" else ():
            if row.id in by_id and kind in {"text", "email", "phone", "integer"}:
                shown = mask(kind, row.values.get(key))
                assert by_id[row.id][label].removeprefix("'") == (shown or "")


@EVERY
@pytest.mark.parametrize("verb", ["update", "delete"])
async def test_a_preview_counts_only_what_one_sees_and_may_write(worlds, object_, verb):
    for person in READERS:
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            every = [row.id for row in world.rows[object_]] + [named_id("nobody"), "no id"]
            asked = [{"ids": every}, {"filter": {"field": "id", "op": "not_empty"}}]
            asked = [{**each, "delete": verb == "delete"} for each in asked]
            before = await world.digest()
            if "none" in [oracle.grant(person, object_, each) for each in ("read", "bulk")]:
                for each in asked:
                    assert await refusal(mass.preview(ctx, object_, each)) == (403, "forbidden")
                continue
            visible = oracle.visible(person, object_)
            # what the object itself keeps is told when it is done
            mine = [row for row in visible if outcome(oracle, person, verb, row) in {0, 409}]
            told = [await mass.preview(ctx, object_, each) for each in asked]
            assert told == [
                {"total": total, "allowed": len(mine)} for total in (len(every), len(visible))
            ], person
            assert await world.digest() == before


def test_open_objects_are_those_of_the_declarations(worlds):
    assert {
        name for name, each in worlds[0].registry.objects.items() if each.facts.open_to_all
    } == OPEN_TO_ALL


async def test_nobody_reads_an_object_that_is_not_there(worlds):
    for world in worlds:
        with pytest.raises(NotFound):
            await reading.find(world.reader("root"), "nothing")
        with pytest.raises(NotFound):
            await reading.get(world.reader("root"), "account", named_id("nobody"))
        with pytest.raises(Forbidden):
            await exporting.start(world.reader("lin"), {"object": "user"})
