"""The report as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fangxin.kernel.i18n import translate
from fangxin.verifying.check import Finding, Seen
from fangxin.verifying.visit import Visit

MARKS: Final = {
    "holds": Seen("ok"),
    "broken": Seen("BROKEN"),
    "told": Seen("figures"),
    "skipped": Seen("not asked"),
}


def passed(findings: Sequence[Finding]) -> bool:
    """Tell whether no promise is broken."""
    return all(each.state != "broken" for each in findings)


def as_json(visit: Visit, findings: Sequence[Finding]) -> str:
    """Return {"url", "passed", "checks": [{"key", "sentence", "state", "detail", "seconds"}]}."""
    checks: list[Mapping[str, Any]] = [
        {
            "key": each.check.key,
            "sentence": translate(visit.language, each.check.label),
            "state": each.state,
            "detail": translate(visit.language, each.seen.message, each.seen.values),
            "values": dict(each.seen.values),
            "seconds": round(each.seconds, 3),
        }
        for each in findings
    ]
    told = {"url": visit.url, "passed": passed(findings), "checks": checks}
    return json.dumps(told, ensure_ascii=False, indent=2, default=str)


def as_text(visit: Visit, findings: Sequence[Finding]) -> str:
    """Return the report for people, a sentence of the mission with what was seen below it."""
    lines = [translate(visit.language, "Acceptance report of {url}", {"url": visit.url}), ""]
    for each in findings:
        mark = translate(visit.language, MARKS[each.state].message)
        lines.append(f"[{mark}] {translate(visit.language, each.check.label)}")
        seen = translate(visit.language, each.seen.message, each.seen.values)
        lines.append(f"    {seen}")
    counted = {state: sum(each.state == state for each in findings) for state in MARKS}
    text = "{holds} promises hold, {broken} are broken, {skipped} were not asked."
    return "\n".join([*lines, "", translate(visit.language, text, counted)])
