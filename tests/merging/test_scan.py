"""Looking through everything: pairs by the records' own likeness, shown to who sees both."""

from __future__ import annotations

import itertools

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.kernel.errors import Forbidden, Invalid, NotFound
from fangxin.kernel.ids import named_id, new_id
from fangxin.merging.pairs import decide, get_pair, list_pairs
from fangxin.merging.scan import last_scan, start_scan
from fangxin.records import bulk, engine, reading
from fangxin.records.act import act
from fangxin.worker import Worker

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def people():
    """Four hundred people, none of whom is another."""
    names = [a + b for a, b in itertools.product(SURNAMES, GIVEN)]
    return [
        {"name": name, "email": f"person{n}@firm{n % 37}.example.com", "phone": f"+86138{n:08}"}
        for n, name in enumerate(names)
    ]


async def look(begun, admin):
    folder = begun.settings.data_folder
    left = folder / f"duplicates-{(await start_scan(admin))['job']}-of-an-attempt-cut-off"
    left.mkdir(parents=True)
    assert await Worker(begun).drain() == 1
    assert not list(folder.glob("duplicates-*")), "no copy of the records stays"
    found = await last_scan(admin)
    assert found["state"] == "done", found


async def filled(admin, lin):
    """Everybody, some of them twice, and a lead of Lin's who is a contact of nobody's."""
    await bulk.batch(admin, "contact", create=people())
    mail, phone = "person5@firm5.example.com", "+8613800000007"
    twice = [
        {"name": "Zhang Wei", "email": "person40@firm3.example.com", "phone": "+8613800000040"},
        {"name": "李娜娜", "email": mail, "phone": "+8613800000005"},
        {"name": "王傑", "phone": "+8613900000001", "email": "wang.jie@far.example.com"},
        {"name": "王杰", "phone": "+8613900000001", "email": "wangjie@far.example.com"},
    ]
    await bulk.batch(admin, "contact", create=twice)
    lead = {"name": "王勇", "company": "Far Ltd", "email": "x@y.example.com", "phone": phone}
    await engine.create(admin, "lead", lead | {"owner": lin.actor.id}, allow_duplicates=True)


async def names(ctx, object_="contact", state="open"):
    page = await list_pairs(ctx, object_, state=state)
    assert page["count"]["value"] == len(page["items"])
    return {tuple(sorted(str(r["name"]) for r in each["records"])) for each in page["items"]}


async def test_the_same_twice_is_found_shown_and_settled(begun, admin):
    user = await engine.create(
        admin, "user", {"name": "Lin", "email": "lin@x.example", "role": named_id("role", "sales")}
    )
    lin = await context_for_user(begun, user["id"], "api")
    await filled(admin, lin)
    with pytest.raises(Forbidden):
        await start_scan(lin)
    await look(begun, admin)
    found = await names(admin)
    assert ("Zhang Wei", "张伟") in found, "read aloud they are one"
    assert ("王傑", "王杰") in found
    assert len(found) <= 5, found
    assert await names(lin) == set(), "who sees one record of a pair sees no pair"
    page = await list_pairs(admin, "contact")
    pair = next(p for p in page["items"] if {r["name"] for r in p["records"]} == {"王杰", "王傑"})
    assert {each["field"] for each in pair["evidence"]} == {"name", "email", "phone"}
    assert sum(each["weight"] for each in pair["evidence"]) > 0
    assert pair["probability"] > 0.5
    for who, id_ in ((lin, pair["id"]), (admin, new_id()), (admin, "x")):
        with pytest.raises(NotFound):
            await get_pair(who, id_)
    with pytest.raises(Invalid):
        await decide(admin, pair["id"], "merged")

    await settle(begun, admin, pair, page)
    await only_what_may_be_read(begun, admin, pair, lin)


async def settle(begun, admin, pair, page):
    await decide(admin, pair["id"], "distinct")
    assert ("王傑", "王杰") not in await names(admin)
    assert await names(admin, state="distinct") == {("王傑", "王杰")}
    await look(begun, admin)
    assert ("王傑", "王杰") not in await names(admin), "what somebody decided stays"
    other = next(
        p for p in page["items"] if {r["name"] for r in p["records"]} == {"Zhang Wei", "张伟"}
    )
    first, second = other["records"]
    await act(admin, "contact", first["id"], "merge", {"other": second["id"]})
    assert ("Zhang Wei", "张伟") not in await names(admin)
    assert await names(admin, state="merged") == {("Zhang Wei", "张伟")}
    assert (await get_pair(admin, other["id"]))["state"] == "merged"


async def only_what_may_be_read(begun, admin, pair, lin):
    rules = {"contact": {"email": {"read": "none"}, "phone": {"read": "masked"}}}
    await engine.update(admin, "role", named_id("role", "sales"), {"field_rules": rules})
    mine = [each["id"] for each in pair["records"]]
    for id_ in mine:
        await engine.update(admin, "contact", id_, {"owner": lin.actor.id})
    await decide(admin, pair["id"], "open")
    begun.directory._memory = None
    blind = await context_for_user(begun, lin.actor.id, "api")
    seen = (await list_pairs(blind, "contact"))["items"]
    assert [each["field"] for each in seen[0]["evidence"]] == ["name"]
    assert seen[0]["probability"] is None
    assert (await reading.get(admin, "contact", mine[0]))["owner"]["id"] == lin.actor.id
