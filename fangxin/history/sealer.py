"""The seal of the change log: a chain of digests in the log's order, so that no entry can be bent
or dropped unseen.

Each link is SHA-256(previous chain ‖ digest), the digest SHA-256(salt ‖ facts ‖ payload). Payload
and salt stand apart and may be erased (a person's right): the digest stays, and the chain still
verifies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from fangxin.history.tail import ORDER, Position, behind, settled
from fangxin.kernel.clock import to_stored
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Handler, Run
from fangxin.kernel.sql import DialectName, Statement, compile_statement
from fangxin.records.tables import change, change_payload, change_seal

SLICE: Final = 500
START: Final = "0" * 64
# the name, of no object, under which the log says that payloads were rewritten: encrypted, or under
# another key (sealing/seal_anew.py). Its own payload holds their digests since, by number
REWRITTEN: Final = "field_encryption"
# all that a line of the log says, but for its place in the order, which is that of the chain
FACTS: Final = (
    *(change.c.at, change.c.object, change.c.record_id, change.c.verb, change.c.version),
    *(change.c.change_set_id, change.c.actor_id, change.c.source),
)
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def digest_of(salt: str, facts: Sequence[Any], payload: Any) -> str:
    """Return the digest of one change: `facts` are the columns FACTS."""
    moment, *rest = facts
    return hashlib.sha256(_encode([salt, [to_stored(moment), *rest], payload])).hexdigest()


def link_of(chain: str, seq: int, digest: str) -> str:
    """Return the next link of the chain."""
    return hashlib.sha256(f"{chain}:{seq}:{digest}".encode()).hexdigest()


@lru_cache(maxsize=2)
def _unsealed(dialect: DialectName) -> Statement:
    joined = change.join(change_payload, change_payload.c.seq == change.c.seq).outerjoin(
        change_seal, change_seal.c.seq == change.c.seq
    )
    return compile_statement(
        sa.select(change.c.seq, change_payload.c.salt, change_payload.c.payload, *FACTS)
        .select_from(joined)
        .where(
            change_seal.c.seq.is_(None),
            behind(),
            *settled(dialect),
        )
        .order_by(*ORDER)
        .limit(SLICE),
        dialect,
    )


@lru_cache(maxsize=2)
def _last(dialect: DialectName) -> Statement:
    """Select the last seal with its place in the log's order."""
    return compile_statement(
        sa.select(change_seal.c.position, change_seal.c.chain, *ORDER)
        .join(change, change.c.seq == change_seal.c.seq)
        .order_by(change_seal.c.position.desc())
        .limit(1),
        dialect,
    )


@lru_cache(maxsize=2)
def _insert(dialect: DialectName) -> Statement:
    columns = {c.name: sa.bindparam(c.name, type_=c.type) for c in change_seal.c}
    return compile_statement(sa.insert(change_seal).values(columns), dialect)


async def seal(database: Database) -> int:
    """Seal what is settled and not sealed yet, and return how many changes that were.

    `position` is unique, so of two sealers at once one is refused and nothing is sealed twice.
    """
    sealed = 0
    while True:
        done = await database.write(_seal_slice)
        sealed += done
        if done < SLICE:
            return sealed


async def _seal_slice(tx: Tx) -> int:
    last = await tx.fetch_one(_last(tx.dialect), {})
    position, chain, *place = last or (0, START, *astuple(Position()))
    rows = await tx.fetch(_unsealed(tx.dialect), asdict(Position(*place)))
    made: list[Mapping[str, Any]] = []
    for row in rows:
        digest = digest_of(row[1], row[3:], row[2])
        chain = link_of(chain, row[0], digest)
        position += 1
        made.append({"seq": row[0], "position": position, "digest": digest, "chain": chain})
    await tx.execute_many(_insert(tx.dialect), made)
    return len(made)


@lru_cache(maxsize=2)
def _sealed(dialect: DialectName) -> Statement:
    joined = change_seal.outerjoin(change, change.c.seq == change_seal.c.seq).outerjoin(
        change_payload, change_payload.c.seq == change_seal.c.seq
    )
    return compile_statement(
        sa.select(change_seal, change_payload.c.salt, change_payload.c.payload, *FACTS)
        .select_from(joined)
        .where(change_seal.c.position > sa.bindparam("position", type_=sa.BigInteger()))
        .order_by(change_seal.c.position)
        .limit(SLICE),
        dialect,
    )


@lru_cache(maxsize=2)
def _slipped_in(dialect: DialectName) -> Statement:
    """Select what has no seal though it lies before the last that has one."""
    joined = change.outerjoin(change_seal, change_seal.c.seq == change.c.seq)
    found = sa.select(change.c.seq, change.c.object, change.c.record_id).select_from(joined)
    unsealed = (change_seal.c.seq.is_(None), sa.not_(behind()))
    return compile_statement(found.where(*unsealed).order_by(*ORDER).limit(SLICE), dialect)


@lru_cache(maxsize=2)
def _notes(dialect: DialectName) -> Statement:
    """Select what says of payloads that they were rewritten and has no seal yet."""
    joined = change_payload.join(change, change.c.seq == change_payload.c.seq).outerjoin(
        change_seal, change_seal.c.seq == change_payload.c.seq
    )
    found = sa.select(change_payload.c.payload).select_from(joined)
    wanted = (change.c.object == sa.literal(REWRITTEN), change_seal.c.seq.is_(None))
    return compile_statement(found.where(*wanted).order_by(change_payload.c.seq), dialect)


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the log that is not as it was sealed; without the line its record is not known."""

    seq: int
    fault: str
    object: str | None = None
    record: str | None = None


async def sealed_until(database: Database) -> tuple[int, str]:
    """Return how many changes are sealed and the last link of the chain. Noted elsewhere, it shows
    later that nothing was cut off the end.
    """
    rows = await database.read(_last(database.dialect), {})
    return (rows[0][0], rows[0][1]) if rows else (0, START)


class _Walk:
    """What of the log is not as it was sealed, and what the log says of having been rewritten."""

    def __init__(self) -> None:
        self._bent: dict[int, tuple[str, Fault]] = {}
        self._rewritten: dict[str, str] = {}

    def look(
        self, seq: int, digest: str, found: str, payload: Mapping[str, Any], whose: tuple[str, str]
    ) -> None:
        """Compare a line with its digest; the latest note of a rewriting counts."""
        if found != digest:
            fault = Fault(seq, "the change is not what was sealed", *whose)
            self._bent[seq] = (found, fault)
        elif whose[0] == REWRITTEN:
            self.note(payload)

    def note(self, payload: Mapping[str, Any]) -> None:
        """Take in what was rewritten."""
        self._rewritten |= payload["digests"]

    def faults(self) -> list[Fault]:
        """Return what nothing in the log explains."""
        bent = self._bent.items()
        return [fault for seq, (found, fault) in bent if self._rewritten.get(str(seq)) != found]


async def broken_seals(database: Database) -> list[Fault]:
    """Verify the chain from its start; empty when all is as it was sealed.

    An erased payload (null) is no fault: its digest still stands in the chain. Nor is one that was
    rewritten since, as a line of the chain itself says.
    """
    faults: list[Fault] = []
    walk = _Walk()
    position, chain = 0, START
    while rows := await database.read(_sealed(database.dialect), {"position": position}):
        for row in rows:
            seq, place, digest, link, salt, payload, *facts = row
            whose = (facts[1], facts[2])
            if place != position + 1:
                faults.append(Fault(seq, "a link is missing before this one", *whose))
            if facts[0] is None:
                faults.append(Fault(seq, "the change is gone"))
            elif payload is not None:
                walk.look(seq, digest, digest_of(salt, facts, payload), payload, whose)
            position, chain = place, link_of(chain, seq, digest)
            if chain != link:
                faults.append(Fault(seq, "the chain breaks here", *whose))
                chain = link
    # what was rewritten just now is noted, and the note waits for its own seal
    for (payload,) in await database.read(_notes(database.dialect), {}):
        walk.note(payload)
    faults += walk.faults()
    last = await database.read(_last(database.dialect), {})
    if last:
        values = asdict(Position(*last[0][2:]))
        for seq, name, record in await database.read(_slipped_in(database.dialect), values):
            faults.append(Fault(seq, "the change was slipped in", name, record))
    return faults


async def _seal_job(installation: Any, run: Run) -> Mapping[str, Any] | None:
    return {"sealed": await seal(installation.database)}


JOBS: Final[Mapping[str, Handler]] = {"seal_log": _seal_job}
CRON: Final = (Cron("seal_log", "seal_log", every=timedelta(minutes=1)),)
