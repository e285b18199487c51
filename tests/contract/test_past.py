"""The past of records, a field's history, a record as of a moment, what has changed since, keeps to
scope and field rights as the present does.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fangxin.history.as_of import as_of
from fangxin.history.field_history import field_history
from fangxin.history.since import changed_since, list_changed
from tests.contract.oracle import FORMULAS, ROLLED, Oracle
from tests.contract.questions import EVERY, expected, refusal, same
from tests.contract.seeds import NOW, READERS, Row
from tests.contract.world import World, wire

BEFORE, AFTER = NOW - timedelta(hours=1), NOW + timedelta(minutes=1)
# fields of all types, masked and hidden ones among them
RICH = pytest.mark.parametrize("object_", ["account", "contact", "opportunity"])


def _status(oracle: Oracle, person: str, row: Row) -> int:
    if oracle.grant(person, row.object, "read") == "none":
        return 403
    return 0 if not row.deleted and oracle.may(person, "read", row) else 404


async def _refused(ctx: Any, row: Row, status: int) -> None:
    for asked in (
        as_of(ctx, row.object, row.id, AFTER),
        field_history(ctx, row.object, row.id, "name"),
        changed_since(ctx, row.object, row.id, BEFORE),
    ):
        assert (await refusal(asked, row))[0] == status


def _few(oracle: Oracle, person: str, object_: str) -> list[Row]:
    """One row for each way it may go: seen, unseen, deleted."""
    found = {(_status(oracle, person, row), row.deleted): row for row in oracle.rows[object_]}
    return list(found.values())


def _known(world: World, object_: str, record: dict[str, Any]) -> dict[str, Any]:
    """What a record has that is kept: computed values are none of it, nor what nobody names."""
    fields = world.registry[object_].fields
    kept = {
        key: value
        for key, value in record.items()
        if not fields[key].computed and key not in {"created_by", "updated_by"}
    }
    assert not {*FORMULAS, *ROLLED} & kept.keys()
    return kept


@EVERY
async def test_a_record_stood_as_it_stands_for_whoever_sees_it(worlds, object_):
    for person in READERS:
        answers = []
        for world in worlds:
            oracle, ctx, found = Oracle(world.rows), world.reader(person), []
            for row in _few(oracle, person, object_):
                status = _status(oracle, person, row)
                if status:
                    await _refused(ctx, row, status)
                    continue
                past = wire(await as_of(ctx, object_, row.id, AFTER))
                wanted = expected(world, oracle, person, row)
                record = _known(world, object_, past["record"])
                assert record == _known(world, object_, wanted), (person, row)
                assert (past["changed"], past["deleted"]) == ([], False)
                early = await refusal(as_of(ctx, object_, row.id, BEFORE))
                assert early == (404, "not_there_yet")
                since = wire(await changed_since(ctx, object_, row.id, BEFORE))
                assert since["created"]
                assert since["facts"] == []
                assert (await changed_since(ctx, object_, row.id, AFTER))["people"] == []
                found.append((past, since))
            answers.append(found)
        same(answers)


@RICH
async def test_a_history_tells_what_the_field_tells(worlds, object_):
    for person in READERS:
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            if oracle.grant(person, object_, "read") == "none":
                continue
            row = next(iter(oracle.visible(person, object_)), None)
            if row is None:
                continue
            wanted = expected(world, oracle, person, row)
            for key, field in world.registry[object_].fields.items():
                asked = field_history(ctx, object_, row.id, key)
                sight = oracle.sight(person, object_, key)
                if sight == "none" or field.system or field.computed:
                    assert (await refusal(asked, person, key))[0] == 422
                    continue
                values = [each["after"] for each in wire(await asked)["items"]]
                empty = wanted[key] in (None, [])
                assert values == ([] if empty else [wanted[key]]), (person, key)


@RICH
async def test_a_list_tells_of_changes_of_visible_records_alone(worlds, object_):
    for person in READERS:
        for world in worlds:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            asked = list_changed(ctx, object_, BEFORE, limit=200)
            if oracle.grant(person, object_, "read") == "none":
                assert (await refusal(asked))[0] == 403
                continue
            items = wire(await asked)["items"]
            seen = {row.id for row in oracle.visible(person, object_)}
            assert {each["record"]["id"] for each in items} == seen
            assert (await list_changed(ctx, object_, AFTER))["items"] == []
