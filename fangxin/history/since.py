"""What has changed since a moment: of one record, or of the records of a list, fact by fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from fangxin.history.entries import name_actors, name_links, readable_changes
from fangxin.history.record_log import LoggedRow, log_since
from fangxin.kernel.clock import to_stored
from fangxin.kernel.context import Ctx
from fangxin.objects.registry import ObjectDef
from fangxin.records.query import Narrow
from fangxin.records.reading import find, get, readable_object

# changes that are looked through: of one record, and of all records of a page
ROWS: Final = 1000
PAGE: Final = 50


async def changed_since(ctx: Ctx, object: str, id: str, since: datetime) -> dict[str, Any]:
    """Return {"since", "created", "facts", "people", "more"} of a record that the actor sees.

    `facts` are the fields that are otherwise now than they were at the moment, each with `before`
    (then), `after` (now), `times`, and who changed it last and when. What the actor changed himself
    is among them: `people` says who did.
    """
    definition = readable_object(ctx, object)
    await get(ctx, object, id, ["id"])
    rows = await log_since(ctx, [id], since, ROWS + 1)
    found = _gathered(ctx, definition, rows[:ROWS])
    await _name(ctx, [found])
    return {"since": since, **found, "more": len(rows) > ROWS}


async def list_changed(
    ctx: Ctx,
    object: str,
    since: datetime,
    *,
    filter: Any = None,
    narrow: Narrow | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> dict[str, Any]:
    """Return {"since", "items", "next", "more"}: the records of a list that were changed after a
    moment, the latest first, each {"record", "at", "created", "facts", "people"}.

    `more` tells that not all changes of the page could be looked through.
    """
    definition = readable_object(ctx, object)
    after = {"field": "updated_at", "op": ">", "value": to_stored(since)}
    tree = {"all": [filter, after]} if filter else after
    page = await find(
        ctx,
        object,
        filter=tree,
        sort="-updated_at",
        fields=["name", "updated_at"],
        narrow=narrow,
        cursor=cursor,
        limit=limit,
    )
    ids = [item["id"] for item in page.items]
    rows = await log_since(ctx, ids, since, ROWS + 1) if ids else []
    items = _items(ctx, definition, page.items, rows[:ROWS])
    await _name(ctx, items)
    return {"since": since, "items": items, "next": page.next, "more": len(rows) > ROWS}


def _items(
    ctx: Ctx, definition: ObjectDef, records: Sequence[Any], rows: Sequence[LoggedRow]
) -> list[dict[str, Any]]:
    by_record: dict[str, list[LoggedRow]] = {item["id"]: [] for item in records}
    for row in rows:
        by_record[row.record].append(row)
    return [
        {
            "record": {"id": item["id"], "name": item["name"], "object": definition.name},
            "at": item["updated_at"],
            **_gathered(ctx, definition, by_record[item["id"]]),
        }
        for item in records
    ]


def _gathered(ctx: Ctx, definition: ObjectDef, rows: Sequence[LoggedRow]) -> dict[str, Any]:
    """Put a record's changes together, the latest first."""
    facts: dict[str, dict[str, Any]] = {}
    people: dict[str, datetime] = {}
    created = False
    for row in rows:
        told = readable_changes(ctx, definition, row.record, row.payload or {})
        if told or row.verb != "update":
            people.setdefault(row.actor, row.at)
        if row.verb == "create":
            created = True
            continue
        for each in told:
            fact = facts.get(each["field"])
            if fact is None:
                actor = {"id": row.actor, "name": None, "object": "user"}
                facts[each["field"]] = {**each, "times": 1, "at": row.at, "actor": actor}
            else:
                fact["before"] = each["before"]
                fact["times"] += 1
    order = {key: place for place, key in enumerate(definition.fields)}
    kept = [fact for fact in facts.values() if fact["before"] != fact["after"]]
    named = [
        {"actor": {"id": id_, "name": None, "object": "user"}, "at": at}
        for id_, at in people.items()
    ]
    return {
        "created": created,
        # what a record was made with is no change
        "facts": [] if created else sorted(kept, key=lambda each: order.get(each["field"], 0)),
        "people": named,
    }


async def _name(ctx: Ctx, items: Sequence[Mapping[str, Any]]) -> None:
    await name_links(ctx, [{"changes": item["facts"]} for item in items])
    await name_actors(ctx, [fact for item in items for fact in item["facts"]])
    people = [person for item in items for person in item["people"]]
    await name_actors(ctx, people)
