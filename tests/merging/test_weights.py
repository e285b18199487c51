"""What is learned from the records alone: strangers of one city stay strangers, and files of known
truth are read nearly right with nothing set for them.
"""

from __future__ import annotations

import random

import msgspec
import pytest

from bench.duplicates import WANTED, people, quality
from fangxin.fields.divisions import Industry, Region
from fangxin.kernel.ids import new_id
from fangxin.merging import crunch
from fangxin.merging.crunch import Comparison, compare
from fangxin.merging.likeness import DIFFERENT, EQUAL, NEAR, level

PLACES = [("浙江", "杭州"), ("江苏", "南京"), ("四川", "成都"), ("VIC", "Melbourne")]
FEATURES = [
    *(["name", "name"], ["phone", "code"], ["address.region", "name"], ["address.city", "name"]),
    *(["campaign", "name"], ["page", "code"]),
]


def found(folder, rows):
    lines = [msgspec.json.encode((new_id(), row)) for row in rows]
    (folder / "records").write_bytes(b"\n".join(lines) + b"\n")
    side = {"file": "records", "columns": list(range(len(FEATURES)))}
    compare(folder, {"features": FEATURES, "sides": [side]}, folder / "out", lambda _: None)
    return (folder / "out").read_bytes().splitlines()


def test_codes_of_a_tree_are_compared_by_where_they_lie():
    assert Region.likeness == Industry.likeness == "tree"
    pairs = [("310000", "310115"), ("310115", "310104"), ("110105", "510105"), ("c", "c13")]
    assert [level("tree", a, b) for a, b in pairs] == [NEAR, DIFFERENT, DIFFERENT, NEAR]
    assert level("tree", "c13", "c13") == EQUAL


def test_who_lives_in_one_city_is_not_one(tmp_path):
    chance = random.Random(3)
    rows = []
    for _ in range(300):
        name = "".join(chance.choices("北南金锦联启天海远弘华润达泰智和景川峰图", k=4))
        campaign = chance.choice(["", "spring", "autumn"])
        page = campaign and f"https://example.com/{campaign}"
        phone = f"+8613{chance.randrange(10**9):09}"
        rows.append([f"{name}有限公司", phone, *chance.choice(PLACES), campaign, page])
    assert found(tmp_path, rows) == []
    twins = [[row[0][:4], row[1], "", "", "", ""] for row in rows[:10]]
    assert len(found(tmp_path, rows + twins)) == 10
    assert found(tmp_path, rows[:1]) == [], "nothing is left of the comparison before"


def test_two_processes_find_what_one_finds(tmp_path, monkeypatch):
    lines = [msgspec.json.encode(row) for row in people(800)]
    (tmp_path / "records").write_bytes(b"\n".join(lines) + b"\n")
    features = [[key, "name"] for key in ("name", "title")]
    features += [["email", "code"], ["phone", "code"], ["birthday", "day"]]
    plan = {"features": features, "sides": [{"file": "records", "columns": list(range(5))}]}

    monkeypatch.setattr(crunch, "RANDOM_PAIRS", 5000)

    def pairs():
        compare(tmp_path, plan, tmp_path / "out", lambda _: None)
        return sorted((tmp_path / "out").read_bytes().splitlines())

    alone = pairs()
    assert len(alone) > 20
    monkeypatch.setattr(crunch, "WORTH_TWO", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    asked = []
    promising = Comparison.promising

    def told(self, model, part):
        asked.append(part)
        return promising(self, model, part)

    monkeypatch.setattr(Comparison, "promising", told)
    assert pairs() == alone
    assert asked == list(range(0, crunch.PARTS, 2)), "the others are another process's"
    monkeypatch.setattr(
        Comparison, "promising", lambda self, model, part: (part % 2 and 1 / 0) or ()
    )
    with pytest.raises(RuntimeError, match="second process"):
        pairs()


def test_two_objects_of_which_one_has_no_records_have_no_pair(tmp_path):
    row = ["张伟", "+8613800000001", "", "", "", ""]
    lines = [msgspec.json.encode((new_id(), row)) for _ in range(2)]
    (tmp_path / "leads").write_bytes(b"\n".join(lines) + b"\n")
    (tmp_path / "contacts").write_bytes(b"")
    sides = [{"file": each, "columns": list(range(6))} for each in ("contacts", "leads")]
    plan = {"features": FEATURES, "sides": sides}
    compare(tmp_path, plan, tmp_path / "out", lambda _: None)
    assert (tmp_path / "out").read_bytes() == b""


@pytest.mark.shared
@pytest.mark.parametrize("name", WANTED)
def test_files_of_known_truth(name, shared_folder, tmp_path):
    assert quality(shared_folder / "data" / "dedupe" / name, tmp_path)["F1"] >= WANTED[name]
