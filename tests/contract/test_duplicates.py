"""Pairs of likely duplicates and merging, by every reader, against the oracle: who sees both sees
the pair and the reasons he may read; who may change both and delete one may merge them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from fangxin.merging.features import liken, likenings
from fangxin.merging.merge import preview
from fangxin.merging.pairs import get_pair, list_pairs, pair_row, put_pairs
from fangxin.records.act import act
from tests.contract.oracle import Oracle
from tests.contract.questions import refusal
from tests.contract.seeds import READERS, Row
from tests.contract.test_writing import take_back
from tests.contract.world import World

EVERY = pytest.mark.parametrize("object_", ["account", "contact", "project"])


async def _paired(world: World, object_: str) -> list[dict[str, Any]]:
    """Pairs of neighbours, each with a reason in every field that is compared."""
    definition = world.registry[object_]
    likening = liken(definition, definition)
    many = len(likening.traits)
    ids = sorted(row.id for row in world.rows[object_] if not row.deleted)[:12]
    at = world.reader("root").clock()
    found = [[a, b, 0.9, [4] * many, [1.0] * many, False] for a, b in pairwise(ids)]
    rows = [pair_row(likening, each, at) for each in found]
    await world.installation.database.write(lambda tx: put_pairs(tx, rows))
    return rows


@EVERY
async def test_a_pair_is_shown_to_who_sees_both(writable: Any, object_: str) -> None:
    for world in writable:
        rows = await _paired(world, object_)
        oracle = Oracle(world.rows)
        assert any(each.left.name == object_ for each in likenings(world.registry, object_))
        for person in READERS:
            ctx = world.reader(person)
            if oracle.grant(person, object_, "read") == "none":
                assert (await refusal(list_pairs(ctx, object_)))[0] == 403
                continue
            visible = {row.id for row in oracle.visible(person, object_)}
            keys = {each[0] for each in rows[0]["evidence"]}
            full = {
                key
                for key in keys
                if oracle.sight(person, object_, key.partition(".")[0]) == "full"
            }
            shown = {row["record_a"]: row for row in rows}
            wanted = {
                row["record_a"]
                for row in rows
                if full and {row["record_a"], row["record_b"]} <= visible
            }
            page = await list_pairs(ctx, object_, limit=200)
            told = {each["records"][0]["id"]: each for each in page["items"]}
            assert set(told) == wanted, person
            for pair in told.values():
                assert {each["field"] for each in pair["evidence"]} == full, person
                assert (pair["probability"] is None) == (full != keys)
            for id_ in set(shown) - wanted:
                assert (await refusal(get_pair(ctx, shown[id_]["id"])))[0] == 404, person


def _may(oracle: Oracle, person: str, kept: Row, gone: Row) -> bool:
    return all(
        "none" not in [oracle.grant(person, row.object, each) for each in ("read", action)]
        and oracle.may(person, "read", row)
        and (oracle.within(person, action, row) or oracle.shared(person, action, row))
        for row, action in ((kept, "update"), (gone, "update"), (gone, "delete"))
    )


def _pointing(world: World, aimed: Row) -> int:
    """In how many fields of live records a record stands, whosever they are."""

    def stands(value: Any) -> bool:
        held = value if isinstance(value, list) else [value]
        return any(each == aimed.id for each in held) or (
            isinstance(value, dict) and value.get("id") == aimed.id
        )

    rows = [row for group in world.rows.values() for row in group if not row.deleted]
    return sum(stands(value) for row in rows for value in row.values.values())


@EVERY
async def test_who_may_change_both_and_delete_one_merges(writable: Any, object_: str) -> None:
    for world in writable:
        oracle = Oracle(world.rows)
        rows = [row for row in world.rows[object_] if not row.deleted][:6]
        before = await world.digest()
        for person in READERS:
            ctx = world.reader(person)
            for kept, gone in pairwise(rows):
                if _may(oracle, person, kept, gone):
                    told = await preview(ctx, object_, kept.id, gone.id)
                    assert (told["allowed"], told["total"]) == (True, _pointing(world, gone))
                    continue
                shown = preview(ctx, object_, kept.id, gone.id)
                if oracle.grant(person, object_, "read") == "none":
                    assert (await refusal(shown))[0] == 403
                elif all(oracle.may(person, "read", row) for row in (kept, gone)):
                    told = await shown
                    # what hangs on them may be other people's
                    assert (told["allowed"], told["references"], told["total"]) == (False, [], 0)
                else:
                    assert (await refusal(shown))[0] == 404
                told = await refusal(act(ctx, object_, kept.id, "merge", {"other": gone.id}))
                assert told[0] in {403, 404}, (person, told)
        assert await world.digest() == before, "a refusal changes nothing"
        root = world.reader("root")
        await act(root, object_, rows[0].id, "merge", {"other": rows[1].id})
        assert await world.digest() != before
        await take_back(world)
