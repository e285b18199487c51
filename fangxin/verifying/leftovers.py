"""What an earlier visit has left because its process was killed: found by its mark, and removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fangxin.verifying.check import NotAsked, Unmet
from fangxin.verifying.visit import Visit

# what is younger may be of one that is under way somewhere else
OLD: Final = timedelta(minutes=15)
# the latest first, as a visit removes them: what points to others goes before these
OBJECTS: Final = ("contract", "quote", "opportunity", "contact", "account", "lead", "user")
MARK: Final = re.compile(r"(?<!\w)verify-[0-9a-f]{8}(?!\w)")
PAGE: Final = 200
# pages of the recycle bin of each object, its latest first
BIN_PAGES: Final = 5


def remove_leftovers(visit: Visit, *, older: timedelta = OLD) -> int:
    """Remove for good what earlier visits left, and return how much it was. Signed contracts, and
    whom they bind, stay as they do for every visit.
    """
    before = datetime.now(UTC) - older
    found: list[tuple[str, str]] = []
    for object_ in OBJECTS:
        try:
            found += [(object_, each) for each in _left(visit, object_, before)]
        except (NotAsked, Unmet):
            # one may not see such records here; then none are one's own
            continue
    own, visit.made = visit.made, list(reversed(found))
    stayed = visit.clean()
    visit.made = own
    return len(found) - len(stayed)


def _left(visit: Visit, object_: str, before: datetime) -> Iterator[str]:
    tree = {"field": "name", "op": "contains", "value": "verify-"}
    asked = {"filter": tree, "fields": ["name", "created_at"], "limit": PAGE}
    living = visit.admin.ask("POST", f"/{visit.path(object_)}/query", 200, json=asked)["items"]
    for each in living:
        if _of_a_visit(each["name"], each["created_at"], before):
            yield each["id"]
    where: dict[str, Any] = {"object": object_}
    for _ in range(BIN_PAGES):
        page = visit.admin.ask("GET", "/recycle_bin", 200, params=where)
        for each in page["items"]:
            if _of_a_visit(each["name"], each["deleted_at"], before):
                yield each["id"]
        if not page["next"]:
            return
        where = {"object": object_, "cursor": page["next"]}


def _of_a_visit(name: str, at: str, before: datetime) -> bool:
    return MARK.search(name) is not None and datetime.fromisoformat(at) <= before
