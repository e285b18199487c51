"""What the ring's keys are needed for, counted: for `fangxin keys list` and `fangxin doctor`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from fangxin.data.doctor import Examination, Finding
from fangxin.kernel.clock import now
from fangxin.kernel.crypto import KeyRing
from fangxin.kernel.db import Database, open_database
from fangxin.kernel.idempotency import KEEP, idempotency_key
from fangxin.kernel.jobs import job
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sealed_text import MARK, Seal
from fangxin.kernel.settings import Settings
from fangxin.kernel.sql import Timestamp
from fangxin.kernel.terminal import say
from fangxin.records.tables import change, change_payload
from fangxin.sealing.places import FIRST, Place, find_places, is_sealed, packed_in

_SLICE: Final = 500


def _lines() -> Any:
    payload = change_payload.c
    marked = sa.cast(payload.payload, sa.Text()).like(f'%"{MARK}%')
    return (
        sa.select(payload.seq, payload.payload, change.c.object, change.c.record_id)
        .join(change, change.c.seq == payload.seq)
        .where(payload.seq > sa.bindparam("after", type_=sa.BigInteger()), marked)
        .order_by(payload.seq)
        .limit(sa.literal_column(str(_SLICE)))
    )


def _kept() -> Any:
    marked = f'%"{MARK}%'
    args = sa.cast(job.c.args, sa.Text())
    open_ = sa.or_(job.c.state == "waiting", job.c.state == "running")
    orders = sa.select(args).where(open_, args.like(marked))
    body = idempotency_key.c.body
    fresh = idempotency_key.c.at > sa.bindparam("since", type_=Timestamp())
    return orders.union_all(sa.select(body).where(body.like(f"{MARK}%"), fresh))


_lines_after: Final = Prepared(_lines)
_kept_since: Final = Prepared(_kept)
# a ciphertext among the JSON of a job, or alone
_CIPHER: Final = re.compile(f'(?:^|"){MARK}([^"]+)')


@dataclass(slots=True)
class Census:
    """Encrypted values by the number of the key that they need; which do not open (`first` tells
    where), and how many are plain yet. `passing` are orders of waiting jobs and kept answers, which
    nobody seals anew: they are gone when the jobs are done, or after a day.
    """

    ring: KeyRing
    needed: Counter[int] = field(default_factory=Counter)
    passing: Counter[int] = field(default_factory=Counter)
    unreadable: int = 0
    first: str = ""
    plain: int = 0

    def look(self, packed: Any, name: str, code: str, record: str) -> None:
        """Count one packed value."""
        if packed is None:
            return
        if not is_sealed(packed):
            self.plain += 1
            return
        seal = Seal(self.ring, name, code)
        if seal.open(packed[0] or "", packed[1], record).cipher.broken:
            self.unreadable += 1
            self.first = self.first or f"{name} {record}"
        else:
            self.needed[KeyRing.number_of(packed[1].removeprefix(MARK))] += 1


async def _count_rows(database: Database, place: Place, found: Census) -> None:
    statement, after = place.statement(database.dialect, lock=False), FIRST
    while rows := await database.read(statement, {"after": after}):
        for row in rows:
            for code, packed in packed_in(place, row):
                if is_sealed(packed) or place.codes.get(code, True):
                    found.look(packed, place.object, code, row[0])
        after = rows[-1][0]


def _sides(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    sides = (payload.get(side) for side in ("before", "after"))
    return [side for side in sides if isinstance(side, Mapping)]


async def census(database: Database, ring: KeyRing) -> Census:
    """Count every encrypted value, in records and in the log."""
    found, after = Census(ring), 0
    for place in await find_places(database):
        await _count_rows(database, place, found)
    while rows := await database.read(_lines_after(database.dialect), {"after": after}):
        for _, payload, name, record in rows:
            for side in _sides(payload):
                for code, packed in side.items():
                    if is_sealed(packed):
                        found.look(packed, name, code, record)
        after = rows[-1][0]
    for (text,) in await database.read(_kept_since(database.dialect), {"since": now() - KEEP}):
        found.passing.update(map(KeyRing.number_of, _CIPHER.findall(text)))
    return found


async def examine_seals(settings: Settings, database: Database) -> Finding:
    """See that everything encrypted opens, and that no key but the newest is needed."""
    found = await census(database, KeyRing(settings.encryption_keys))
    count, newest = found.needed.total(), found.ring.numbers[0]
    if found.unreadable:
        text = "{count} values do not open, the first of {first}: is a key missing?"
        return _ill("Encryption", text, count=found.unreadable, first=found.first)
    if found.plain:
        text = "{count} values are not encrypted yet: run `fangxin keys rotate`."
        return _ill("Encryption", text, count=found.plain)
    older = sorted(number for number in found.needed if number != newest)
    if older:
        text = "All {count} values open; some need the keys {older}: run `fangxin keys rotate`."
        return _well("Encryption", text, count=count, older=", ".join(map(str, older)))
    text = "All {count} values open, by key {newest} alone."
    return _well("Encryption", text, count=count, newest=newest)


def _well(subject: str, text: str, **values: Any) -> Finding:
    return Finding(subject, good=True, text=text, values=values)


def _ill(subject: str, text: str, **values: Any) -> Finding:
    return Finding(subject, good=False, text=text, values=values)


async def list_keys(settings: Settings) -> None:
    """Print each key and how many values need it, the one that seals first."""
    database = open_database(settings.database_url)
    await database.start()
    try:
        found = await census(database, KeyRing(settings.encryption_keys))
    finally:
        await database.stop()
    for place, number in enumerate(found.ring.numbers):
        values = {"number": number, "count": found.needed[number]}
        if place == 0:
            say("Key {number} seals, and {count} values need it.", **values)
        elif found.needed[number]:
            say("Key {number}: {count} values need it still.", **values)
        elif not found.passing[number]:
            say("Key {number}: nothing needs it, it may be taken away.", **values)
        if place and (count := found.passing[number]):
            text = "Key {number}: {count} waiting jobs or answers kept for a day need it still."
            say(text, number=number, count=count)
    if found.unreadable:
        lost = {"count": found.unreadable, "first": found.first}
        say("{count} values do not open, the first of {first}: is a key missing?", **lost)
    if found.plain:
        say("{count} values are not encrypted yet: run `fangxin keys rotate`.", count=found.plain)


EXAMINATIONS: Final[tuple[Examination, ...]] = (examine_seals,)
