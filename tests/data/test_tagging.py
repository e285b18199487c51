"""Tags of many records: added and taken off beside whatever others each has."""

from __future__ import annotations

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.data import mass
from fangxin.history.undo import undo
from fangxin.kernel.errors import Forbidden, Invalid
from fangxin.kernel.ids import named_id
from fangxin.records import engine, reading


async def tagged(ctx, *lists):
    made = [
        await engine.create(ctx, "account", {"name": f"A{n}", "tags": tags})
        for n, tags in enumerate(lists)
    ]
    return [each["id"] for each in made]


async def tags_of(ctx, ids):
    found = {each["id"]: each for each in await reading.get_many(ctx, ctx.registry["account"], ids)}
    return [found[id_]["tags"] for id_ in ids]


async def test_tags_come_and_go_in_one_change_set_that_can_be_undone(admin):
    before = [["a", "b"], ["b"], [], ["c"]]
    ids = await tagged(admin, *before)
    asked = {"ids": ids, "add_tags": ["c", "d"], "remove_tags": ["b"]}
    report = await mass.write(admin, "account", asked)
    assert (report["changed"], report["skipped"]) == (4, [])
    after = [["a", "c", "d"], ["c", "d"], ["c", "d"], ["c", "d"]]
    assert await tags_of(admin, ids) == after
    again = await mass.write(admin, "account", asked)
    assert again["changed"] == 0, "what is as asked is not written"
    await undo(admin, report["change_set"])
    assert await tags_of(admin, ids) == before


async def test_values_may_be_set_beside(admin):
    ids = await tagged(admin, ["a"])
    await mass.write(
        admin, "account", {"ids": ids, "set": {"status": "dormant"}, "add_tags": ["b"]}
    )
    account = await reading.get(admin, "account", ids[0])
    assert (account["status"], account["tags"]) == ("dormant", ["a", "b"])


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"add_tags": ["a"], "remove_tags": ["a"]}, "/remove_tags"),
        ({"add_tags": ["a"], "set": {"tags": []}}, "/set/tags"),
        ({"add_tags": ["x" * 61]}, "/add_tags"),
        ({"remove_tags": [1]}, "/remove_tags"),
    ],
)
async def test_what_makes_no_sense_is_refused(admin, asked, pointer):
    ids = await tagged(admin, ["a"])
    with pytest.raises(Invalid) as refused:
        await mass.write(admin, "account", {"ids": ids, **asked})
    assert [each.pointer for each in refused.value.errors] == [pointer]
    assert await tags_of(admin, ids) == [["a"]]


async def test_a_record_with_too_many_tags_is_left_out(admin):
    full = [f"t{n}" for n in range(50)]
    ids = await tagged(admin, full, ["a"])
    report = await mass.write(admin, "account", {"ids": ids, "add_tags": ["one more"]})
    assert report["changed"] == 1
    assert [(each["id"], each["code"]) for each in report["skipped"]] == [(ids[0], "invalid")]
    assert await tags_of(admin, ids) == [full, ["a", "one more"]]


async def test_scope_and_field_rights_hold(begun, admin):
    ids = await tagged(admin, [f"t{n}" for n in range(50)])
    body = {"name": "Lin", "email": "lin@demo.local", "role": named_id("role", "sales")}
    made = await engine.create(admin, "user", body)
    lin = await context_for_user(begun, made["id"], "api")
    report = await mass.write(lin, "account", {"ids": ids, "add_tags": ["x"]})
    assert (report["changed"], report["skipped"][0]["code"]) == (0, "not_found")
    rules = {"account": {"tags": {"read": "full", "edit": False}}}
    await engine.update(admin, "role", named_id("role", "sales"), {"field_rules": rules})
    begun.directory._memory = None
    lin = await context_for_user(begun, made["id"], "api")
    with pytest.raises(Forbidden):
        await mass.write(lin, "account", {"ids": ids, "add_tags": ["x"]})
