"""Rows that look like a record that is there, or like a row above: found by the keys by which a
form refuses them, and what is chosen to become of them.

Told, counted and acted on is only what the actor may see; whether there is anything else nobody
learns by sending a file (docs/adr/0006). The review queue gets those too, for whoever sees both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.ids import new_id
from fangxin.merging.features import likenings
from fangxin.merging.pairs import matched_pair, put_pairs
from fangxin.records.keys import Duplicate, duplicate_rows, find_duplicates
from fangxin.records.reading import get_many
from fangxin.transfer.casting import Draft, Issue
from fangxin.transfer.mapping import ImportMap

CREATE, SKIP, UPDATE, REVIEW = "create", "skip", "update", "review"
LOOKUP: Final = 200
# keys of rows above that a dry run remembers, since it writes none of them
REMEMBERED: Final = 1_000_000
KIND: Final = "duplicate"


@dataclass(slots=True)
class Likely:
    """What a row looks like: visible records by id as (object, name, the row's field), records that
    the actor may not see, and a row above.
    """

    records: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    unseen: dict[str, tuple[str, str]] = field(default_factory=dict)
    row: tuple[int, str, str | None] | None = None

    @property
    def told(self) -> bool:
        """Whether the actor is told of it."""
        return bool(self.records) or self.row is not None


class Doubles:
    """Looks for likely duplicates of the rows of one import."""

    def __init__(self, ctx: Ctx, plan: ImportMap, choice: str, *, dry_run: bool) -> None:
        self.ctx = ctx
        self.plan = plan
        self.definition = plan.definition
        self.choice = choice
        self.dry_run = dry_run
        self.active = (choice != CREATE or dry_run) and plan.mode != UPDATE
        # whether pairs are put into the review queue
        self.queues = choice == REVIEW and not dry_run
        self._above: dict[tuple[str, str], tuple[int, str | None]] = {}

    async def split(self, drafts: Sequence[Draft]) -> tuple[Sequence[Draft], Sequence[Draft]]:
        """Look at a slice and mark its drafts; return those to be written now and the rest: a row
        that is to change the one above waits for that one.
        """
        fresh = [draft for draft in drafts if not (draft.issues or draft.found)]
        if not self.active or not fresh:
            return drafts, ()
        found = await self._stored(fresh)
        if not self.dry_run or len(self._above) > REMEMBERED:
            self._above.clear()
        for at, draft in enumerate(drafts):
            if draft.issues or draft.found:
                continue
            likely = found.get(draft.number) or Likely()
            keys = self._keys(draft)
            above = next(((self._above[key], key) for key in keys if key in self._above), None)
            if above is not None:
                (row, id_), (likeness, _) = above
                if self.choice == UPDATE and not self.dry_run:
                    return drafts[:at], drafts[at:]
                likely.row = (row, likeness, id_)
            self._settle(draft, likely)
            if not draft.issues and not draft.found:
                self._above.update(dict.fromkeys(keys, (draft.number, draft.id)))
        return drafts, ()

    def _keys(self, draft: Draft) -> list[tuple[str, str]]:
        values = {**draft.defaults, **draft.values}
        return duplicate_rows(self.definition, values)

    async def _stored(self, drafts: Sequence[Draft]) -> dict[int, Likely]:
        """Return what the drafts look like among stored records, by row."""
        names = self.definition.facts.duplicates_among
        others = [self.ctx.registry[name] for name in names]
        found: dict[int, Likely] = {}
        for start in range(0, len(drafts), LOOKUP):
            part = drafts[start : start + LOOKUP]
            entries = [("", {**draft.defaults, **draft.values}) for draft in part]
            database = self.ctx.database
            same = await find_duplicates(
                database.read, database.dialect, self.definition, entries, others
            )
            seen = await self._names(same)
            for each in same:
                likely = found.setdefault(part[each.position].number, Likely())
                if each.record_id in seen:
                    place = (each.object, seen[each.record_id], each.field)
                    likely.records.setdefault(each.record_id, place)
                else:
                    likely.unseen.setdefault(each.record_id, (each.object, each.field))
        return found

    async def _names(self, found: Sequence[Duplicate]) -> dict[str, str]:
        names: dict[str, str] = {}
        for name in dict.fromkeys(each.object for each in found):
            definition = self.ctx.registry[name]
            if self.ctx.rights.scope(name, "read").kind == "none":
                continue
            ids = {each.record_id for each in found if each.object == name}
            items = await get_many(self.ctx, definition, sorted(ids), ["id", "name"])
            names |= {item["id"]: item["name"] for item in items}
        return names

    def _settle(self, draft: Draft, likely: Likely) -> None:
        """Mark a draft by the choice that was made."""
        if self.choice == REVIEW:
            draft.id = draft.id or draft.values.get("id") or new_id()
            draft.likely = likely if likely.told or likely.unseen else None
            return
        if not likely.told:
            return
        draft.likely = likely
        own = [id_ for id_, each in likely.records.items() if each[0] == self.definition.name]
        if self.choice == UPDATE and len(own) == 1 and likely.row is None:
            draft.id, draft.found = own[0], True
        elif self.choice in {SKIP, UPDATE} and not self.changes_above(draft):
            draft.issues.append(self._issue(draft, likely))

    def changes_above(self, draft: Draft) -> bool:
        """Tell whether a row of a dry run would change what a row above has made."""
        likely = draft.likely
        above = likely is not None and likely.row is not None and not likely.records
        return self.dry_run and self.choice == UPDATE and above

    def _issue(self, draft: Draft, likely: Likely) -> Issue:
        """Return why a row is kept out."""
        if likely.records:
            name, key = next((each[1], each[2]) for each in likely.records.values())
            message = "This looks like {name}: the same {field}."
            values: dict[str, Any] = {"name": name, "field": self._label(key)}
        else:
            row, key, _ = likely.row or (0, "", None)
            message = "This looks like row {first}: the same {field}."
            values = {"first": row, "field": self._label(key)}
        columns = [each for each in self.plan.columns if each.field.key == key]
        name = columns[0].name if columns else ""
        value = draft.cells[columns[0].position] if columns else ""
        return Issue(draft.number, name, KIND, message, values, value, kind=KIND)

    def _label(self, key: str) -> str:
        return self.definition.fields[key].spoken(self.ctx.locale)

    async def queue(self, tx: Tx, drafts: Sequence[Draft], refused: set[int]) -> None:
        """Put rows that were made although they look like something into the review queue."""
        if self.choice != REVIEW:
            return
        known = {each.name: each for each in likenings(self.ctx.registry, self.definition.name)}
        pairs = [
            pair
            for draft in drafts
            if draft.likely is not None and draft.number not in refused
            for pair in self._pairs(draft, draft.likely, known)
        ]
        if pairs:
            await put_pairs(tx, pairs)

    def _pairs(
        self, draft: Draft, likely: Likely, known: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        own = self.definition.name
        others = [(id_, each[0], each[2]) for id_, each in likely.records.items()]
        others += [(id_, name, key) for id_, (name, key) in likely.unseen.items()]
        if likely.row is not None and likely.row[2] is not None:
            others.append((likely.row[2], own, likely.row[1]))
        found = []
        for id_, name, key in others:
            likening = known.get(":".join(sorted((own, name))))
            if likening is not None and draft.id is not None:
                record, other = (own, draft.id), (name, id_)
                found.append(matched_pair(likening, record, other, key, self.ctx.clock()))
        return found
