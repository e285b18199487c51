"""How quick the server is from here, and whether its log is as it was written."""

from __future__ import annotations

from typing import Final

from fangxin.verifying.check import Check, NotAsked, Seen, expect
from fangxin.verifying.visit import Visit

TIMES: Final = 40


def percentile(took: list[float], share: float) -> int:
    """Return in milliseconds how long `share` of the requests took at most (nearest rank)."""
    ordered = sorted(took)
    return round(ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)] * 1000)


def _quick(visit: Visit) -> Seen:
    asked = visit.caller(**dict(visit.admin.client.headers))
    asked.client.cookies = visit.admin.client.cookies
    for _ in range(TIMES):
        for path in ("/accounts?limit=50&sort=name", "/search?q=verify", "/auth/me"):
            asked.ask("GET", path, 200)
    took = [seconds for _, seconds in asked.took]
    values = {
        "count": len(took),
        "half": percentile(took, 0.5),
        "most": percentile(took, 0.95),
        "all": percentile(took, 0.99),
    }
    text = "{count} requests: half within {half} ms, 95 % within {most} ms, 99 % within {all} ms."
    return Seen(text, values)


def _sealed(visit: Visit) -> Seen:
    if visit.local is None:
        raise NotAsked("The database is not on this machine: run `fangxin doctor` there.")
    good, text = visit.local()
    expect(good, "{text}", text=text)
    return Seen("{text}", {"text": text})


FIGURES: Final = (
    Check(
        "speed", "Speed: 95 % of requests within 2 seconds (measured from here)", _quick, tells=True
    ),
    Check("log", "Audit: the change log is sealed by a chain, and every seal holds", _sealed),
)
