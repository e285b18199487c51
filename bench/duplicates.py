"""How well duplicates are found, with the product's own settings, and what a look through many
records costs: the reckoning of a scan (fangxin/merging/crunch.py) in a process of its own.
"""

from __future__ import annotations

import csv
import json
import random
import re
import resource
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.companies import write_companies
from fangxin.fields.catalogue import TYPES

# what the figures must reach (pairwise F1)
WANTED = {"febrl_dataset1.csv": 0.97, "fake_1000.csv": 0.80}
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "dedupe"
SEED = 7
# one in so many is another once more; of these a share has the name turned round, and a phone
ONE_IN = 20
TURNED = 0.3
WITH_PHONE = 0.5
# what share has a Latin name, and how many work for one company
LATIN = 0.3
COLLEAGUES = 20
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_MOST = 0.9
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文斌宇"
_TITLES = (
    *("销售经理", "采购经理", "总经理", "财务总监", "工程师", "技术总监", "市场经理", "客户经理"),
    *("行政主管", "人事经理", "产品经理", "项目经理", "运营总监", "副总经理", "董事长", "助理"),
    *("Sales Manager", "Buyer", "CEO", "Engineer", "Director", "Assistant", "Head of IT", ""),
)
_LATIN = ("anna", "peter", "maria", "john", "laura", "david", "julia", "mark", "sofia", "paul")


def type_of(values: Sequence[str]) -> str:
    """Return the field type that a person would choose for a column: by its values alone."""
    filled = [value for value in values if value]
    for name, shape in (("email", re.compile(r"\S+@\S+")), ("date", _DAY)):
        if filled and sum(bool(shape.fullmatch(each)) for each in filled) >= _MOST * len(filled):
            return name
    return "text"


def _value(kind: str, text: str) -> str:
    found = _DAY.fullmatch(text) if kind == "date" else None
    return "-".join(found.groups()) if found else text


def _truth(row: dict[str, str]) -> str:
    return row["cluster"] if "cluster" in row else row["rec_id"].split("-")[1]


def _reckon(folder: Path, plan: dict[str, Any], rows: Iterator[tuple[str, list[str]]]) -> None:
    with (folder / "records").open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    (folder / "plan.json").write_text(json.dumps([plan]), "utf-8")
    command = [sys.executable, "-m", "fangxin.merging.crunch", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _plan(types: dict[str, str]) -> dict[str, Any]:
    features = [[key, TYPES[kind].likeness] for key, kind in types.items()]
    return {
        "features": features,
        "sides": [{"file": "records", "columns": list(range(len(features)))}],
    }


def quality(path: Path, folder: Path) -> dict[str, Any]:
    """Return precision, recall and F1 over the pairs of a file whose truth is known: a column
    `cluster`, or a number in `rec_id`.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    keys = [key for key in rows[0] if key not in {"unique_id", "rec_id", "cluster"}]
    types = {key: type_of([row[key].strip() for row in rows]) for key in keys}
    ids = [str(uuid.UUID(int=number + 1)) for number in range(len(rows))]
    values = ([_value(types[key], row[key].strip()) for key in keys] for row in rows)
    _reckon(folder, _plan(types), zip(ids, values, strict=True))
    truth = dict(zip(ids, map(_truth, rows), strict=True))
    lines = (folder / "pairs-0.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    right = sum(truth[a] == truth[b] for a, b, *_ in found)
    there = sum(many * (many - 1) // 2 for many in Counter(truth.values()).values())
    precision, recall = right / max(len(found), 1), right / max(there, 1)
    figure = 2 * precision * recall / max(precision + recall, 1e-9)
    return {
        "records": len(rows),
        "pairs": len(found),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "F1": round(figure, 4),
        "wanted": WANTED.get(path.name),
    }


def people(many: int) -> Iterator[tuple[str, list[str]]]:
    """Yield ids and values (name, job title, e-mail, phone, birthday) of contacts; one in twenty is
    another once more, written otherwise.
    """
    chance = random.Random(SEED)
    last: list[str] = []
    for number in range(many):
        if last and number % ONE_IN == 0:
            name, title, mail, phone, born = last
            name = name[::-1] if chance.random() < TURNED else name
            phone = phone if chance.random() < WITH_PHONE else ""
            row = [name, title, mail.replace("1", "2", 1), phone, born]
        else:
            name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2))))
            if chance.random() < LATIN:
                name = f"{chance.choice(_LATIN)} {chance.choice(_LATIN)}son"
            digits = f"{chance.randrange(10**8):08}"
            mail = f"p{digits}@firm{chance.randrange(many // COLLEAGUES + 1)}.example.com"
            day = f"19{chance.randrange(50, 99)}-{chance.randrange(1, 13):02}"
            born = f"{day}-{chance.randrange(1, 29):02}"
            row = [name, chance.choice(_TITLES), mail, f"+861{digits}88", born]
            last = row
        yield str(uuid.UUID(int=number + 1)), row


def speed(many: int, folder: Path) -> dict[str, Any]:
    """Return seconds, CPU seconds and the largest memory of reckoning over `many` contacts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    types = {
        "name": "text",
        "title": "text",
        "email": "email",
        "phone": "phone",
        "birthday": "date",
    }
    _reckon(folder, _plan(types), people(many))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    with (folder / "pairs-0.jsonl").open("rb") as lines:
        pairs = sum(1 for _ in lines)
    return {
        "pairs": pairs,
        "seconds": round(time.monotonic() - started, 1),
        "CPU seconds": round(after.ru_utime - before.ru_utime, 1),
        "memory, MB": round(after.ru_maxrss / 1024),
    }


def measure(folder: Path, files: Sequence[Path], many: int) -> dict[str, Any]:
    """Return what was found in each file, and the cost of `many` records."""
    found: dict[str, Any] = {}
    companies = folder / "companies.csv"
    write_companies(companies)
    for path in files or [*sorted(FOLDER.glob("f*[!s].csv")), companies]:
        found[path.name] = quality(path, folder)
        print(f"  {path.name}: {found[path.name]}", flush=True)
    found[f"{many} contacts"] = speed(many, folder)
    return found
