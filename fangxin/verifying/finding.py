"""Finding, bringing in and taking out: search, import, export."""

from __future__ import annotations

import json
import random
from typing import Any, Final

from fangxin.kernel.pinyin import syllable
from fangxin.verifying.check import Check, Seen, expect
from fangxin.verifying.visit import Visit, ids_of

# seldom together, each with one reading
CHARACTERS: Final = "澜岚珞璟琰瑄蔚霁骁翊"
SYLLABLES: Final = ("bro", "val", "tin", "qua", "mer", "zor", "lek", "dun", "pha", "gri")
FORMULAS: Final = ("=1+1", "+1+1", "@SUM(A1)", "-2+3")
ROWS: Final = 3


def _finds(visit: Visit) -> Seen:
    drawn = random.SystemRandom()
    chinese = "".join(drawn.sample(CHARACTERS, 4))
    english = "".join(drawn.sample(SYLLABLES, 4)).capitalize()
    wanted = visit.make("account", {"name": f"{chinese}贸易 {visit.mark}"})["id"]
    foreign = visit.make("account", {"name": f"{english} Ltd {visit.mark}"})["id"]
    spelled = "".join(syllable(each) or "" for each in chinese)
    initials = "".join((syllable(each) or "")[:1] for each in chinese)
    mistyped = english[:4] + english[5:]
    for question, id_ in (
        (chinese[1:3], wanted),
        (spelled, wanted),
        (initials, wanted),
        (english, foreign),
        (english[2:8].lower(), foreign),
        (mistyped, foreign),
    ):
        hits = visit.admin.ask("GET", "/search", 200, params={"q": question})["items"]
        expect(id_ in ids_of(hits), "The search does not find {question}.", question=question)
    values = {"pinyin": spelled, "typo": mistyped}
    return Seen("Found by characters, by pinyin ({pinyin}) and mistyped ({typo}).", values)


def _imports(visit: Visit) -> Seen:
    names = [f"{visit.mark} row {number}" for number in range(ROWS)]
    lines = ["Name,Employees", *(f"{name},{n}" for n, name in enumerate(names)), f"{visit.mark},x"]
    columns = {"Name": "name", "Employees": "employees"}
    options = json.dumps({"map": {"columns": columns}, "mode": "create"})
    begun = visit.admin.ask(
        *("POST", "/imports", 202),
        files={"file": ("verify.csv", "\n".join(lines).encode(), "text/csv")},
        data={"object": "account", "options": options},
    )
    tree = {"field": "name", "op": "starts_with", "value": f"{visit.mark} row"}
    try:
        done = _ended(visit, f"/imports/{begun['id']}")
    finally:
        # who goes away early leaves no import behind that brings in more; one that has ended stays
        job = f"/jobs/{begun['job']}"
        visit.admin.send("POST", f"{job}/cancel", json={})
        visit.until(lambda: _over(visit, job), "{path} does not end: does a worker run?", path=job)
        there = visit.admin.ask("POST", "/accounts/query", json={"filter": tree})["items"]
        visit.made += [("account", each["id"]) for each in there]
    told = {"created": done["created"], "failed": done["failed"]}
    expect(len(there) == done["created"] == ROWS, "{created} rows were brought in.", **told)
    expect(done["failed"] == 1, "{failed} rows were refused in place of one.", **told)
    visit.admin.ask("POST", f"/change_sets/{done['change_set']}/undo", 200, json={})
    left = visit.admin.ask("POST", "/accounts/query", json={"filter": tree})["items"]
    expect(not left, "After its undo an import left records.")
    return Seen("{created} rows in, {failed} refused with its reason, all undone as one.", told)


def _exports(visit: Visit) -> Seen:
    for formula in FORMULAS:
        visit.make("account", {"name": f"{formula} {visit.mark}"})
    tree = {"field": "name", "op": "contains", "value": visit.mark}
    starts = {"all": [tree, {"not": {"field": "name", "op": "starts_with", "value": visit.mark}}]}
    order = {"object": "account", "format": "csv", "filter": starts, "fields": ["name"]}
    begun = visit.admin.ask("POST", "/exports", 202, json=order)
    _ended(visit, f"/exports/{begun['id']}")
    text = visit.admin.send("GET", f"/exports/{begun['id']}/content").content.decode("utf-8-sig")
    cells = [line.strip('"') for line in text.splitlines()[1:] if line]
    guarded = [each for each in cells if each.startswith("'")]
    wanted = [each for each in cells if each.lstrip("'").startswith(FORMULAS)]
    expect(len(wanted) == len(FORMULAS), "The export lacks records.")
    expect(set(wanted) <= set(guarded), "A cell of the export would run as a formula.")
    return Seen("What a spreadsheet would run stands as text in the export.")


def _over(visit: Visit, path: str) -> dict[str, Any] | None:
    state: dict[str, Any] = visit.admin.ask("GET", path, 200)
    return state if state["state"] not in {"waiting", "running"} else None


def _ended(visit: Visit, path: str) -> dict[str, Any]:
    text = "{path} does not end: does a worker run?"
    done: dict[str, Any] = visit.until(lambda: _over(visit, path), text, path=path)
    expect(done["state"] == "done", "{path} failed: {fault}", path=path, fault=done["error"])
    return done


FINDING: Final = (
    Check("search", "One search over all: characters, pinyin, mistyped words", _finds),
    Check("import", "Migration: imported with cleaning, undone as a whole, nothing lost", _imports),
    Check("export", "What is taken out harms nobody: formulas defused", _exports),
)
