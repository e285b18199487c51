"""What is mistyped is found all the same, within what one sees, and only if nothing else is."""

from __future__ import annotations

from typing import Final

import pytest

from fangxin.access.contexts import context_for_user, system_context
from fangxin.kernel.ids import named_id
from fangxin.kernel.token_forms import rough_tsquery
from fangxin.records import engine
from fangxin.search import candidates, finding
from fangxin.search.finding import answer
from fangxin.search.near import edits, guesses

NAMES: Final = (
    "华为技术有限公司",
    "Microsoft Deutschland GmbH",
    "Acme Foods",
    "International Instruments",
    "比亚迪汽车工业",
    "Globex Systems",
)
# typed: the name it should find, and the words it was answered by
TYPED: Final = {
    "Mircosoft": ("Microsoft Deutschland GmbH", "microsoft"),
    "microsfot deutschland": ("Microsoft Deutschland GmbH", "microsoft deutschland"),
    "deutchland microsoft": ("Microsoft Deutschland GmbH", "deutschland microsoft"),
    "acne foods": ("Acme Foods", "acme foods"),
    "acmee": ("Acme Foods", "acme"),
    # two edits of a long word
    "internatoinol": ("International Instruments", "international"),
    "instrumants internationel": ("International Instruments", "instruments international"),
    # the same sound, another character, one too few, two changed about
    "华威技术": ("华为技术有限公司", "华为技术"),
    "比亚迪气车": ("比亚迪汽车工业", "比亚迪汽车"),
    "比亚迪卡车": ("比亚迪汽车工业", "比亚迪汽车"),
    "比迪汽车": ("比亚迪汽车工业", "比亚迪汽车"),
    # pinyin
    "huawie": ("华为技术有限公司", "华为"),
    "biyadii": ("比亚迪汽车工业", "比亚迪"),
    # a letter in the e-mail address
    "info@globx.example": ("Globex Systems", "info globex example"),
}
NOTHING: Final = ("zzzzz", "acm3 x", "13800138009", "xyz", "not there at all")


@pytest.fixture
async def filled(begun, admin):
    for name in NAMES:
        values = {"email": "info@globex.example"} if name.startswith("Globex") else {}
        phone = {"phone": "13800138000"} if name == "Acme Foods" else {}
        await engine.create(admin, "account", {"name": name, **values, **phone})


async def test_what_was_meant_is_found_and_told(admin, filled):
    wrong = {}
    for typed, wanted in TYPED.items():
        told = await answer(admin, typed)
        found = [each["name"] for each in told["items"]], told["instead"]
        if found != ([wanted[0]], wanted[1]):
            wrong[typed] = found
    assert wrong == {}
    for typed in NOTHING:
        assert await answer(admin, typed) == {"items": [], "instead": None}, typed
    # within an object, and asked for as it stands
    assert (await answer(admin, "mircosoft", ["contacts"]))["items"] == []
    plain = await answer(admin, "microsoft")
    assert (plain["instead"], plain["items"][0]["matched_on"]) == (None, ["name"])
    # as it is written, and as it is read aloud
    await engine.create(admin, "account", {"name": "Huawei Devices"})
    both = {each["name"] for each in (await answer(admin, "huawie"))["items"]}
    assert both == {"Huawei Devices", "华为技术有限公司"}


async def test_near_words_are_not_looked_for_where_something_answers(admin, filled, monkeypatch):
    monkeypatch.setattr(finding, "guesses", pytest.fail)
    assert (await answer(admin, "acme"))["items"]


async def test_near_words_tell_nothing_of_what_one_may_not_see(begun, admin, filled, monkeypatch):
    system = await system_context(begun)
    people = []
    for name in ("lin", "wang"):
        body = {"name": name, "email": f"{name}@x.example", "role": "sales"}
        people.append(str((await engine.create(system, "user", body))["id"]))
    lin, wang = people
    mine = await engine.create(system, "account", {"name": "Mikrosoft Handel", "owner": lin})
    await engine.create(
        system, "account", {"name": "Gloober", "email": "secret@umbrella.example", "owner": lin}
    )
    for number in range(12):
        await engine.create(system, "account", {"name": f"Mircosaft {number}", "owner": wang})
    await engine.create(
        system, "contact", {"name": "Waddams", "account": mine["id"], "owner": wang}
    )
    rules = {"account": {"email": {"read": "none", "edit": False}}}
    await engine.update(admin, "role", named_id("role", "sales"), {"field_rules": rules})
    begun.directory._memory = None
    reader = await context_for_user(begun, lin, "api")
    # as many as are put in order would be others' records, were the rights not asked first
    monkeypatch.setattr(finding, "LEAST", 3)
    monkeypatch.setattr(finding, "LOOKED_AT", 3)
    for much in (candidates.MUCH, 0):
        monkeypatch.setattr(candidates, "MUCH", much)
        for typed, wanted in (("mikrosofd", "mikrosoft"), ("mikrsooft", "mikrosoft")):
            told = await answer(reader, typed, limit=1)
            assert [each["name"] for each in told["items"]] == ["Mikrosoft Handel"], typed
            assert told["instead"] == wanted
        assert (await answer(reader, "wadams"))["items"][0]["name"] == "Waddams"
        # the words of others' records, and of fields that are hidden
        for typed in ("deutchland", "internatoinal", "huawie", "secrat", "umbrela"):
            assert await answer(reader, typed) == {"items": [], "instead": None}, typed
    assert (await answer(admin, "umbrela"))["instead"] == "umbrella"


def test_hundreds_of_words_are_not_looked_for_where_a_frequent_sound_is():
    """An index compares each row that has a syllable with all that is asked beside it."""
    spelt, heard = next(guesses("hontong")).ways
    assert len(spelt[0]) > 100
    assert not any("!hong" in phrase.tokens for phrase in spelt[0])
    assert ("!hong", "!tong") in [phrase.tokens for phrase in heard[0]]
    assert len(heard[0]) < 20
    assert "'^ht' & '!hong' & '!tong'" in rough_tsquery(heard), "few rows have the pair"
    # of two edits a part is left, which stands for what one edit makes
    nearest, wide = guesses("comunicatoins")
    assert wide.compared
    assert len(wide.terms[0]) < 20 < len(nearest.terms[0])


def test_edits_are_all_there_are():
    assert set(edits("ab")) >= {"a", "b", "ba", "xab", "axb", "abx", "xb", "ax"}
    assert all(abs(len(each) - 2) <= 1 for each in edits("ab"))
    assert list(guesses("a bc 138")) == []
    # a long question is cut: it costs what three words cost
    guess = next(guesses(" ".join(f"wordwo{each}rd" for each in "abcdefgh")))
    assert sum(len(term) > 100 for term in guess.terms) == 3
