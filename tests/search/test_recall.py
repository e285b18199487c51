"""Search leaves out nothing that a look through all records finds: random words, both databases."""

from __future__ import annotations

import random
from typing import Final

from fangxin.kernel.tokens import GRAM, SAMPLES
from fangxin.records import bulk, engine, indexes
from fangxin.search import candidates
from fangxin.search.finding import LIMIT, search

RECORDS: Final = 240
ASKED: Final = 150
# in a good part of all names, and in hardly any
FREQUENT: Final = ("Shanghai", "Company", "Group", "上海", "科技", "有限公司")
_LETTERS: Final = "abcdefghknoprstuvwz"
_CHARACTERS: Final = "华为星光电绿城京东长安台积腾讯阿里巴宁德时代比亚迪"


def rare_word(chance: random.Random) -> str:
    latin = "".join(chance.choices(_LETTERS, k=chance.randint(5, 9)))
    return chance.choice((latin, "".join(chance.choices(_CHARACTERS, k=4))))


def made_names(chance: random.Random) -> list[str]:
    """Return names of a few frequent words and one or two that hardly another has."""
    names = []
    for _ in range(RECORDS):
        words = [rare_word(chance) for _ in range(chance.randint(1, 2))]
        words += chance.sample(FREQUENT, chance.randint(1, 3))
        chance.shuffle(words)
        names.append(" ".join(words))
    return names


def piece(chance: random.Random, word: str) -> str:
    """Return what somebody may type of a word: its beginning, an inner part, or all of it."""
    least = 3 if word.isascii() else 2
    match chance.randrange(3):
        case 0:
            return word
        case 1:
            return word[: chance.randint(2, len(word))]
    start = chance.randint(0, len(word) - least)
    return word[start : start + chance.randint(least, len(word) - start)]


def meets(name: str, pieces: list[str]) -> bool:
    """The plain look: each piece stands in a word; two letters only where one begins."""
    words = name.lower().split()

    def stands(piece: str, word: str) -> bool:
        inner = len(piece) >= GRAM or not piece.isascii()
        return word.startswith(piece) or (inner and piece in word)

    return all(any(stands(each.lower(), word) for word in words) for each in pieces)


def is_frequent(names: list[str], piece: str) -> bool:
    return sum(meets(name, [piece]) for name in names) > RECORDS // 10


async def test_no_record_is_left_out(admin, monkeypatch):
    # a quarter of all records is the sample: words that are frequent are so by it
    monkeypatch.setattr(
        indexes, "mark_of", lambda id_: SAMPLES[0] if id_[-1] in "0123" else SAMPLES[1]
    )
    chance = random.Random(11)
    names = made_names(chance)
    made = await bulk.batch(admin, "account", create=[{"name": name} for name in names])
    named = {each["record"]["id"]: name for each, name in zip(made["results"], names, strict=True)}
    assert len(named) == RECORDS
    missed, kinds = [], set()
    for _ in range(ASKED):
        words = chance.choice(names).split()
        pieces = [piece(chance, each) for each in chance.sample(words, chance.randint(1, 2))]
        wanted = {id_ for id_, name in named.items() if meets(name, pieces)}
        often = [is_frequent(names, each) for each in pieces]
        kinds.add((len(pieces), *sorted(often)))
        found = {each["id"] for each in await search(admin, " ".join(pieces), ["account"], LIMIT)}
        # of words that are all frequent, enough is what a page holds
        enough = len(found) == LIMIT or (all(often) and found and len(pieces) > 1)
        if not enough and wanted - found:
            missed.append((pieces, sorted(named[each] for each in wanted - found)))
    assert len(kinds) == 5, kinds
    assert missed == []


async def test_the_beginning_of_a_frequent_word_is_found_beside_a_rare_one(admin, monkeypatch):
    # no record is in the sample, and two words are as if they were in thousands
    monkeypatch.setattr(indexes, "mark_of", lambda _: "")
    await engine.create(admin, "account", {"name": "上海腾讯 Company"})

    async def frequent(_, terms):
        return [term[0].tokens[0] in {"shangh", "co"} for term in terms]

    monkeypatch.setattr(candidates, "_frequent", frequent)
    for query in ("腾讯 shangh", "shangh 腾讯", "tengxun co", "腾讯 co"):
        assert [each["name"] for each in await search(admin, query)] == ["上海腾讯 Company"], query


async def test_what_stands_twice_in_a_title_is_found(admin):
    for name in ("旺旺集团", "Banana Republic", "香港香港中旅", "新 科技 新科技园"):
        await engine.create(admin, "account", {"name": name})
    wanted = {
        "wangwang": "旺旺集团",
        "wwjt": "旺旺集团",
        "anana": "Banana Republic",
        "nana": "Banana Republic",
        "港香港中": "香港香港中旅",
        "新科技园": "新 科技 新科技园",
    }
    for query, name in wanted.items():
        assert [each["name"] for each in await search(admin, query)] == [name], query


async def test_what_was_written_without_marks_is_found(admin, monkeypatch):
    monkeypatch.setattr(indexes, "mark_of", lambda _: "")
    names = {f"Old Record {number}" for number in range(12)}
    await bulk.batch(admin, "account", create=[{"name": name} for name in names])
    for frequent in (candidates.FREQUENT, 0):
        monkeypatch.setattr(candidates, "FREQUENT", frequent)
        for query in ("old rec", "record", "ecord old"):
            assert {each["name"] for each in await search(admin, query)} == names, query
