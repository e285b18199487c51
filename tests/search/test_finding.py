"""Search answers what one may see, by Chinese, English, pinyin and digits, on both databases."""

from __future__ import annotations

import pytest

from fangxin.access.contexts import context_for_user, system_context
from fangxin.data.preferences import read_preferences, recent_ids, write_preferences
from fangxin.kernel.errors import Invalid, NotFound
from fangxin.kernel.ids import named_id
from fangxin.records import engine, reading
from fangxin.search import candidates, finding
from fangxin.search.finding import search, search_ids
from fangxin.search.matching import narrow


@pytest.fixture
async def team(begun):
    """Two salespeople of one department, each with an account; contacts hang on the accounts."""
    system = await system_context(begun)

    async def make(object_, **values):
        made = await engine.create(system, object_, values, allow_duplicates=True)
        return str(made["id"])

    office = await make("department", name="East")
    people = {
        name: await make(
            "user", name=name, email=f"{name}@x.example", role="sales", department=office
        )
        for name in ("lin", "wang")
    }
    begun.directory._memory = None
    contexts = {name: await context_for_user(begun, id_, "api") for name, id_ in people.items()}
    return make, people, contexts


def names(items):
    return [each["name"] for each in items]


async def test_each_finds_what_he_sees(team, admin):
    make, people, contexts = team
    await make("account", name="华为技术有限公司", owner=people["lin"], phone="13800138000")
    await make("account", name="华为数字能源", owner=people["wang"])
    for query in ("华为", "hw", "huawei"):
        assert names(await search(contexts["lin"], query)) == ["华为技术有限公司"]
        assert names(await search(contexts["wang"], query)) == ["华为数字能源"]
        assert set(names(await search(admin, query))) == {"华为技术有限公司", "华为数字能源"}
    found = (await search(contexts["lin"], "138 0013"))[0]
    assert (found["object"], found["matched_on"]) == ("account", ["phone"])
    assert await search(contexts["wang"], "13800138000") == []
    assert names(await search(admin, "华为 shuzi")) == ["华为数字能源"]


async def test_the_best_answer_comes_first(team, admin):
    make, _, _ = team
    for name in ("New Acme Holding", "Acme Corporation", "Acme", "Acmeville Foods"):
        await make("account", name=name)
    assert names(await search(admin, "acme")) == [
        "Acme",
        "Acmeville Foods",
        "Acme Corporation",
        "New Acme Holding",
    ]
    assert names(await search(admin, "acme", limit=2)) == ["Acme", "Acmeville Foods"]


async def test_a_search_within_objects(team, admin):
    make, _, _ = team
    account = await make("account", name="Globex")
    await make("product", name="Globex Box")
    assert await search_ids(admin, "account", "glob") == [account]
    assert names(await search(admin, "glob", ["products"])) == ["Globex Box"]
    with pytest.raises(NotFound):
        await search(admin, "glob", ["nothing"])
    with pytest.raises(Invalid):
        await search(admin, "glob", limit=1000)
    assert await search(admin, "  ") == []


async def test_children_are_found_by_who_sees_the_parent(team):
    make, people, contexts = team
    account = await make("account", name="Initech", owner=people["lin"])
    await make("contact", name="Milton Waddams", account=account, owner=people["wang"])
    lin, wang = contexts["lin"], contexts["wang"]
    seen = {item["id"] for item in (await reading.find(lin, "contact")).items}
    assert {each["id"] for each in await search(lin, "waddams", ["contact"])} == seen
    assert names(await search(wang, "waddams")) == ["Milton Waddams"]


async def test_a_hidden_field_is_not_found_by(team, begun, admin):
    make, people, _ = team
    account = await make("account", name="Umbrella", owner=people["lin"], phone="13900139000")
    rules = {"account": {"phone": {"read": "masked", "edit": False}}}
    await engine.update(admin, "role", named_id("role", "sales"), {"field_rules": rules})
    begun.directory._memory = None
    lin = await context_for_user(begun, people["lin"], "api")
    assert await search(lin, "13900139000") == []
    assert names(await search(lin, "umbrella")) == ["Umbrella"]
    definition = lin.registry["account"]
    page = await reading.find(lin, "account", narrow=narrow(lin, definition, "13900139000"))
    assert page.items == []
    page = await reading.find(admin, "account", narrow=narrow(admin, definition, "13900139000"))
    assert [item["id"] for item in page.items] == [account]


async def test_what_is_deleted_is_not_found(team, admin):
    make, _, _ = team
    account = await make("account", name="Vanished")
    await engine.delete(admin, "account", account)
    assert await search(admin, "vanished") == []
    await engine.restore(admin, "account", account)
    assert names(await search(admin, "vanished")) == ["Vanished"]


async def test_many_parents_lend_sight(team):
    make, people, contexts = team
    accounts = [await make("account", name=f"House {n}", owner=people["lin"]) for n in range(130)]
    await make("contact", name="Far Friend", account=accounts[-1], owner=people["wang"])
    lin = contexts["lin"]
    seen = {item["id"] for item in (await reading.find(lin, "contact")).items}
    assert {each["id"] for each in await search(lin, "far friend", ["contact"])} == seen


async def test_what_is_asked_for_by_name_comes_first_among_very_many(team, admin, monkeypatch):
    make, people, contexts = team
    # more than are put in order, so that a title in the middle may be left out but not this one
    monkeypatch.setattr(finding, "LEAST", 30)
    for number in range(60):
        await make("account", name=f"The {number} Common Company", owner=people["wang"])
    mine = await make("account", name="Common Company", owner=people["lin"])
    begun_so = await make("account", name="Common Company Holding", owner=people["lin"])
    for limit in (2, 5):
        found = await search(admin, "common company", limit=limit)
        assert [each["id"] for each in found[:2]] == [mine, begun_so]
        assert len(found) == limit
    # who sees two of them has these looked through; who sees much has the words asked for
    for much in (candidates.MUCH, 0):
        monkeypatch.setattr(candidates, "MUCH", much)
        for query in ("common company", "comm comp", "ommo", "company common"):
            seen = await search(contexts["lin"], query)
            assert {each["id"] for each in seen} == {mine, begun_so}, (much, query)


async def test_beginnings_and_parts_of_frequent_words_are_found(team, admin, monkeypatch):
    make, _, _ = team
    await make("account", name="Northern Lights Trading")
    for query in ("north ligh", "orther", "lights tra", "northern trading", "ights north"):
        # as if every word were in thousands of records
        for frequent in (candidates.FREQUENT, 0):
            monkeypatch.setattr(candidates, "FREQUENT", frequent)
            assert names(await search(admin, query)) == ["Northern Lights Trading"], query


async def test_traditional_and_simplified_writing_are_one(team, admin):
    make, _, _ = team
    await make("account", name="臺灣積體電路製造")
    await make("account", name="华为技术")
    assert names(await search(admin, "台湾积体")) == ["臺灣積體電路製造"]
    assert names(await search(admin, "華為")) == ["华为技术"]
    assert names(await search(admin, "jtdl")) == ["臺灣積體電路製造"]


async def test_what_was_opened_lately_comes_first(team, admin, begun):
    make, people, contexts = team
    names_ = ("Acme", "Acmeville Foods", "Acme Corporation", "New Acme Holding")
    made = {name: await make("account", name=name, owner=people["lin"]) for name in names_}
    others = await make("account", name="Acme Secret", owner=people["wang"])
    recent = [others, made["New Acme Holding"], await make("account", name="Globex")]
    found = await search(contexts["lin"], "acme", recent=recent)
    assert names(found) == ["Acme", "New Acme Holding", "Acmeville Foods", "Acme Corporation"]
    # also where more answer than are put in order, and only what is asked for and met
    for limit in (1, 2):
        found = await search(contexts["lin"], "holding", limit=limit, recent=recent)
        assert names(found) == ["New Acme Holding"]
    assert await search(contexts["lin"], "acme", ["contact"], recent=recent) == []
    await write_preferences(
        contexts["lin"],
        {"recents": [{"id": each, "name": "x", "object": "account"} for each in recent] + [1, {}]},
    )
    assert recent_ids(await read_preferences(contexts["lin"])) == recent
    for odd in (None, {}, "x", [None, {"id": 3}, {"id": "no id"}]):
        assert recent_ids({"recents": odd}) == []
