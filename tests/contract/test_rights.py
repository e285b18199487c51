"""The log, paths over links and questions about fields tell nobody more than he may read."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from fangxin.history.entries import feed
from fangxin.history.timeline import timeline
from fangxin.kernel.errors import Invalid
from fangxin.records import reading
from fangxin.records.aggregate import aggregate
from tests.contract.oracle import Oracle
from tests.contract.questions import EVERY, OBJECTS, expected, ids, refusal, same
from tests.contract.seeds import READERS, Row
from tests.contract.world import World, wire


@EVERY
async def test_timelines_hold_what_one_may_see(worlds, object_):
    hanging = ("task", "activity", "file")
    for person in READERS:
        answers = []
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            if oracle.grant(person, object_, "read") == "none":
                continue
            visible = {row.id for row in oracle.visible(person, object_)}
            about = {
                row.id: _about(world, row)
                for name in (*hanging, "contact", "project")
                for row in oracle.visible(person, name)
                if oracle.grant(person, name, "read") != "none"
            }
            lines = {}
            for row in world.rows[object_][::3]:
                if row.id not in visible:
                    assert await refusal(timeline(ctx, object_, row.id)) == (404, "not_found")
                    continue
                found = wire(await timeline(ctx, object_, row.id, limit=100))
                hung = {each["record"]["id"] for each in found["items"] if "record" in each}
                direct = {id_ for id_, targets in about.items() if row.id in targets.values()}
                direct -= _hidden_links(oracle, person, about, world, row)
                assert direct <= hung, (person, object_)
                # a record also shows what was said about those that tell here
                assert all(oracle.may(person, "read", oracle.by_id[id_]) for id_ in hung)
                for each in found["items"]:
                    if "record" in each:
                        _as_read(world, oracle, person, each["record"])
                lines[row.id] = [
                    {**each, "id": None, "change_set": None} for each in found["items"]
                ]
            answers.append({key: sorted(map(str, each)) for key, each in lines.items()})
        if answers:
            same(answers)


def _as_read(world: World, oracle: Oracle, person: str, record: dict[str, Any]) -> None:
    wanted = expected(world, oracle, person, oracle.by_id[record["id"]])
    # the log may name the product itself, where a record names nobody
    for key in ("created_by", "updated_by"):
        record[key].pop("name")
        wanted[key].pop("name")
    assert record == wanted


def _about(world: World, row: Row) -> dict[str, str]:
    """The records that a row hangs on, by the key of the link."""
    fields = world.registry[row.object].fields
    return {
        key: row.values[key]["id"]
        for key, field in fields.items()
        if field.type.references and key in row.values
    }


def _hidden_links(
    oracle: Oracle, person: str, about: Mapping[str, Mapping[str, str]], world: World, row: Row
) -> set[str]:
    """Rows that hang here by a link that the reader may not read."""
    return {
        id_
        for id_, targets in about.items()
        for key, target in targets.items()
        if target == row.id and oracle.sight(person, oracle.by_id[id_].object, key) != "full"
    }


async def test_the_feed_tells_of_visible_records_alone(worlds):
    for person in READERS:
        answers = []
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            items, since = [], None
            while True:
                page = wire(await feed(ctx, since))
                since = page["next"]
                if not page["items"]:
                    break
                items += page["items"]
            wanted = [
                row.id
                for object_ in OBJECTS
                for row in oracle.rows[object_]
                if oracle.grant(person, object_, "read") != "none"
                and oracle.may(person, "read", row)
            ]
            assert {each["record"] for each in items} == set(wanted), (person, world.kind)
            for each in items:
                _only_readable(world, oracle, person, each["object"], each["changes"])
            answers.append(sorted(str({**e, "id": 0, "change_set": 0}) for e in items))
        same(answers)


def _only_readable(
    world: World, oracle: Oracle, person: str, object_: str, changes: list[dict[str, Any]]
) -> None:
    for change in changes:
        kind = world.registry[object_].fields[change["field"]].type.name
        sight = oracle.sight(person, object_, change["field"])
        assert sight != "none", (person, object_, change)
        if sight == "masked" and kind not in {"email", "phone", "address", "credit_code"}:
            assert change["after"] in ("•••", [], None), (person, object_, change)


HAS = (
    ("account", "contacts", "contact", "account"),
    ("account", "opportunities", "opportunity", "account"),
    ("account", "projects.x_link", "project", "x_link"),
    ("contact", "opportunities", "opportunity", "contact"),
    ("product", "opportunities", "opportunity", "product"),
    ("user", "tasks.assignee", "task", "assignee"),
    ("account", "projects.x_link_to_many", "project", "x_link_to_many"),
    ("product", "contacts.x_link_to_many", "contact", "x_link_to_many"),
)


@pytest.mark.parametrize(("object_", "path", "child", "key"), HAS)
async def test_has_counts_only_children_that_one_sees(worlds, object_, path, child, key):
    for person in READERS:
        answers = []
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            tree: dict[str, Any] = {"has": path}
            if oracle.sight(person, child, key) != "full":
                assert (await refusal(reading.find(ctx, object_, filter=tree)))[0] == 422
                continue
            if oracle.grant(person, child, "read") == "none":
                continue
            held = [row.values.get(key) for row in oracle.visible(person, child)]
            targets = {id_ for each in held for id_ in (each if isinstance(each, list) else [each])}
            for word in ("has", "has_not"):
                page = await reading.find(ctx, object_, filter={word: path}, limit=100)
                wanted = [
                    row
                    for row in oracle.visible(person, object_)
                    if (row.id in targets) == (word == "has")
                ]
                assert sorted(each["id"] for each in page.items) == ids(wanted), (person, word)
                answers.append((word, sorted(each["id"] for each in page.items)))
        assert answers[: len(answers) // 2] == answers[len(answers) // 2 :]


async def test_a_dotted_path_reaches_only_what_one_sees(worlds):
    """A salesman sees names of accounts that are not his, never another field of theirs."""
    for world, person in itertools.product(worlds, READERS):
        oracle, ctx = Oracle(world.rows), world.reader(person)
        if oracle.sight(person, "contact", "account") != "full":
            continue
        fields = ["id", "account.industry", "account.name"]
        page = await reading.find(ctx, "contact", fields=fields, limit=100)
        accounts = {row.id for row in oracle.visible(person, "account")}
        for item in wire(page.items):
            row = oracle.by_id[item["id"]]
            target = row.values.get("account")
            if target is None:
                assert item["account"] is None
                continue
            seen = target in accounts
            industry = oracle.by_id[target].values.get("industry") if seen else None
            assert item["account"]["industry"] == industry, person
        tree = {"field": "account.industry", "op": "empty"}
        page = await reading.find(ctx, "contact", filter=tree, fields=["id"], limit=100)
        wanted = [
            row
            for row in oracle.visible(person, "contact")
            if row.values.get("account") not in accounts
            or "industry" not in oracle.by_id[row.values["account"]].values
        ]
        assert sorted(item["id"] for item in page.items) == ids(wanted), person


async def test_what_is_masked_is_not_guessed_by_lists(worlds):
    """A mask leaves little open: who may ask for a thousand values at once soon knows the one."""
    guesses = [f"guess{number}@example.com" for number in range(21)]
    equal = [{"field": "email", "op": "is", "value": each} for each in guesses]
    halves = [
        {"field": "email", "op": "in", "value": half} for half in (guesses[:10], guesses[10:])
    ]
    told = 0
    for world, person in itertools.product(worlds, READERS):
        oracle, ctx = Oracle(world.rows), world.reader(person)
        if oracle.sight(person, "account", "email") != "masked":
            continue
        if oracle.grant(person, "account", "read") == "none":
            continue
        told += 1
        for tree in (
            {"field": "email", "op": "in", "value": guesses},
            {"any": equal},
            {"any": halves},
        ):
            for asked in (reading.find(ctx, "account", filter=tree), _counted(ctx, tree)):
                assert (await refusal(asked, person, tree))[0] == 422
        await reading.find(ctx, "account", filter={"any": equal[1:]})
        with pytest.raises(Invalid) as refused:
            await reading.find(
                ctx, "account", filter={"field": "email", "op": "contains", "value": "a"}
            )
        # what helps is told, and nothing that does not
        known = [each.key for each in refused.value.errors[0].values["operators"]]
        assert known == ["is", "in", "empty", "not_empty"]
    assert told


async def _counted(ctx, tree):
    return await aggregate(ctx, "account", filter=tree, measures=[{"op": "count"}])


@EVERY
async def test_what_one_may_not_read_cannot_be_asked(worlds, object_):
    """Unreadable fields are unknown to filter, sort, fields, group and measure; masked ones take
    equality alone.
    """
    for world, person in itertools.product(worlds, READERS):
        oracle, ctx = Oracle(world.rows), world.reader(person)
        if oracle.grant(person, object_, "read") == "none":
            continue
        for key, field in world.registry[object_].fields.items():
            sight = oracle.sight(person, object_, key)
            if sight == "full":
                continue
            asked: list[dict[str, Any]] = [
                {"sort": key},
                {"sort": f"-{key}"},
                *(
                    {"filter": {"field": key, "op": op, "value": "x"}}
                    for op in field.type.operators(field)
                    if sight == "none" or op not in {"is", "in"}
                ),
            ]
            asked += (
                [{"fields": [key]}, {"filter": {"field": key, "op": "empty"}}]
                if sight == "none"
                else []
            )
            asked += [{"fields": [f"{key}.name"]}, {"sort": f"{key}.name"}] if field.target else []
            asked += (
                [{"filter": {"field": f"{key}.name", "op": "contains", "value": "a"}}]
                if field.target
                else []
            )
            for each in asked:
                assert (await refusal(reading.find(ctx, object_, **each), person, each))[0] == 422
            for more in ({"group": [key]}, {"measures": [{"op": "max", "field": key}]}):
                assert (await refusal(aggregate(ctx, object_, **more)))[0] == 422
