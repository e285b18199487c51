"""Pairs of records that look like one thing: kept with the reasons, shown to whoever sees both,
and decided upon.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.scope import predicate, scope_values
from fangxin.history.merged import merges_of
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid, NotFound
from fangxin.kernel.ids import is_id, new_id
from fangxin.kernel.prepared import Prepared, upsert
from fangxin.kernel.sql import Id, Json, Statement, Timestamp, compile_statement, metadata
from fangxin.merging.features import Likening, likenings
from fangxin.merging.likeness import EQUAL
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember
from fangxin.records.reading import get_many, readable_object, visible_ids

OPEN, DISTINCT, MERGED = "open", "distinct", "merged"
STATES: Final = (OPEN, DISTINCT, MERGED)
PAGE: Final = 50
COUNTED: Final = 1000
# how likely two records with one duplicate key in common are told to be the same, until a scan
MATCHED: Final = 0.9

duplicate_pair: Final = sa.Table(
    "duplicate_pair",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("object_a", sa.Text(), nullable=False),
    sa.Column("record_a", Id(), nullable=False),
    sa.Column("object_b", sa.Text(), nullable=False),
    sa.Column("record_b", Id(), nullable=False),
    sa.Column("probability", sa.Float(), nullable=False),
    # [key of a, key of b, level, weight in bits] for each field that both have
    sa.Column("evidence", Json(), nullable=False),
    # a third record brought them together
    sa.Column("by_others", sa.Boolean(), nullable=False),
    # open, distinct (somebody looked), merged
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("found_at", Timestamp(), nullable=False),
    sa.Column("decided_at", Timestamp(), nullable=True),
    sa.Column("decided_by_id", Id(), nullable=True),
    sa.UniqueConstraint("record_a", "record_b"),
    sa.Index("ix_duplicate_pair_likely", "object_a", "object_b", "probability", "id"),
)
_pair: Final = duplicate_pair.c


def _put() -> Any:
    made = upsert(duplicate_pair)
    new = ("probability", "evidence", "by_others", "found_at")
    return made.on_conflict_do_update(
        index_elements=["record_a", "record_b"],
        set_={name: made.excluded[name] for name in new},
    )


_put_pair: Final = Prepared(_put)
_drop_old: Final = Prepared(
    lambda: sa.delete(duplicate_pair).where(
        _pair.object_a == sa.bindparam("left", type_=sa.Text()),
        _pair.object_b == sa.bindparam("right", type_=sa.Text()),
        _pair.state == OPEN,
        _pair.found_at < sa.bindparam("before", type_=Timestamp()),
    )
)
_decide: Final = Prepared(
    lambda: (
        sa.update(duplicate_pair)
        .values(
            state=sa.bindparam("new_state", type_=sa.Text()),
            decided_at=sa.bindparam("at", type_=Timestamp()),
            decided_by_id=sa.bindparam("actor", type_=Id()),
        )
        .where(_pair.id == sa.bindparam("pair", type_=Id()))
    )
)
_settle: Final = Prepared(
    lambda: (
        sa.update(duplicate_pair)
        .values(
            state=MERGED,
            decided_at=sa.bindparam("at", type_=Timestamp()),
            decided_by_id=sa.bindparam("actor", type_=Id()),
        )
        .where(
            _pair.record_a == sa.bindparam("first", type_=Id()),
            _pair.record_b == sa.bindparam("second", type_=Id()),
        )
    )
)
_one: Final = Prepared(
    lambda: sa.select(*_pair).where(_pair.id == sa.bindparam("pair", type_=Id()))
)


def pair_row(likening: Likening, found: Sequence[Any], at: datetime) -> dict[str, Any]:
    """Return the row of a pair as merging/crunch.py tells it."""
    first, second, probability, levels, weights, by_others = found
    evidence = [
        [left.key, right.key, level, weight]
        for (left, right), level, weight in zip(likening.traits, levels, weights, strict=True)
        if level >= 0
    ]
    return {
        "id": new_id(),
        "object_a": likening.left.name,
        "record_a": first,
        "object_b": likening.right.name,
        "record_b": second,
        "probability": probability,
        "evidence": evidence,
        "by_others": by_others,
        "state": OPEN,
        "found_at": at,
        "decided_at": None,
        "decided_by_id": None,
    }


def matched_pair(
    likening: Likening, first: tuple[str, str], second: tuple[str, str], key: str, at: datetime
) -> dict[str, Any]:
    """Return the row of two records (object, id) with one duplicate key in common, which `key` of
    the first holds. A scan weighs them later.
    """
    turned = first[0] != second[0] and first[0] != likening.left.name
    left, right = (second, first) if turned else (first, second)
    if first[0] == second[0]:
        left, right = sorted((first, second))
    levels = [EQUAL if pair[turned].key == key else -1 for pair in likening.traits]
    found = (left[1], right[1], MATCHED, levels, [0.0] * len(levels), False)
    return pair_row(likening, found, at)


async def put_pairs(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep pairs; what somebody has decided about them stays."""
    await tx.execute_many(_put_pair(tx.dialect), rows)


async def drop_old(tx: Tx, likening: Likening, before: datetime) -> None:
    """Forget open pairs that were not found again since."""
    values = {"left": likening.left.name, "right": likening.right.name, "before": before}
    await tx.execute(_drop_old(tx.dialect), values)


async def settle_merged(ctx: Ctx, tx: Tx, first: str, second: str) -> None:
    """Note on the pair of two records, if there is one, that they were merged."""
    low, high = sorted((first, second))
    values = {"first": low, "second": high, "at": ctx.clock(), "actor": ctx.actor.id}
    await tx.execute(_settle(tx.dialect), values)


# ---------------------------------------------------------------- reading


def _seen(
    ctx: Ctx, definition: ObjectDef, column: sa.ColumnElement[Any], alias: str
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return that the reader may see the record, and that it is not in the recycle bin."""
    table = definition.table.alias(alias)
    allowed = predicate(ctx.rights, ctx.registry, definition, table, "read")
    where = [table.c.id == column, *definition.where(table)]
    where += [] if allowed is None else [allowed]
    # skip one-door: whether the record is there; the reader's own predicate is part of it
    seen = sa.select(table.c.id).where(*where)
    return seen.exists(), seen.where(table.c.deleted_at.is_(None)).exists()


def _settled(
    definition: ObjectDef, column: sa.ColumnElement[Any], alias: str
) -> sa.ColumnElement[bool]:
    """Return that a record has become another since (a lead that was converted)."""
    until = definition.facts.duplicate_until
    if until is None:
        return sa.false()
    table = definition.table.alias(alias)
    done = definition.fields[until].columns(table)[0].is_not(None)
    # skip one-door: of a record that the other conditions let the reader see
    return sa.select(table.c.id).where(table.c.id == column, done).exists()


def _conditions(ctx: Ctx, likening: Likening, state: str) -> list[sa.ColumnElement[bool]]:
    first, first_lives = _seen(ctx, likening.left, _pair.record_a, "first_record")
    second, second_lives = _seen(ctx, likening.right, _pair.record_b, "second_record")
    kinds = [_pair.object_a == likening.left.name, _pair.object_b == likening.right.name]
    if state == OPEN:
        # what was merged and taken apart again is open
        settled = [
            sa.not_(_settled(likening.left, _pair.record_a, "first_settled")),
            sa.not_(_settled(likening.right, _pair.record_b, "second_settled")),
        ]
        return [*kinds, _pair.state != DISTINCT, first_lives, second_lives, *settled]
    if state == DISTINCT:
        return [*kinds, _pair.state == DISTINCT, first_lives, second_lives]
    gone = sa.not_(sa.and_(first_lives, second_lives))
    return [*kinds, _pair.state == MERGED, first, second, gone]


def _page_statement(ctx: Ctx, likening: Likening, state: str, *, after: bool) -> Statement:
    conditions = _conditions(ctx, likening, state)
    if after:
        last = sa.bindparam("last", type_=sa.Float())
        later = sa.and_(_pair.probability == last, _pair.id > sa.bindparam("last_id", type_=Id()))
        conditions.append(sa.or_(_pair.probability < last, later))
    page = sa.select(*_pair).where(*conditions)
    ordered = page.order_by(_pair.probability.desc(), _pair.id)
    return compile_statement(
        ordered.limit(sa.bindparam("limit", type_=sa.BigInteger())), ctx.database.dialect
    )


def _count_statement(ctx: Ctx, likening: Likening, state: str) -> Statement:
    capped = sa.select(_pair.id).where(*_conditions(ctx, likening, state)).limit(COUNTED + 1)
    # skip one-door: the page's own conditions, counted
    counted = sa.select(sa.func.count()).select_from(capped.subquery())
    return compile_statement(counted, ctx.database.dialect)


def _readable_likenings(ctx: Ctx, definition: ObjectDef) -> list[Likening]:
    """Return the comparisons of an object whose other object the reader may see as well."""
    return [
        each
        for each in likenings(ctx.registry, definition.name)
        if all(ctx.rights.scope(o.name, "read").kind != "none" for o in (each.left, each.right))
    ]


async def list_pairs(
    ctx: Ctx, object: str, *, state: str = OPEN, cursor: str | None = None, limit: int = PAGE
) -> dict[str, Any]:
    """Return {"items", "next", "count"}: pairs of an object's records (or one of them) both of
    which the reader may see, the likeliest first.
    """
    definition = readable_object(ctx, object)
    if state not in STATES:
        problem = FieldProblem(
            "/state", "not_an_option", "One of {allowed}.", {"allowed": ", ".join(STATES)}
        )
        raise Invalid(errors=[problem])
    bound = binding("pairs", definition.name, state, ctx.actor.id)
    values: dict[str, Any] = {**scope_values(ctx), "limit": limit + 1}
    if cursor:
        _, keys = unseal(ctx.services.secret, bound, cursor)
        values |= {"last": keys[0], "last_id": keys[1]}
    rows: list[dict[str, Any]] = []
    count = 0
    for likening in _readable_likenings(ctx, definition):
        found, many = await _part(ctx, likening, state, values)
        rows += found
        count += many
    rows.sort(key=lambda row: (-row["probability"], row["id"]))
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = seal(ctx.services.secret, bound, "pairs", [last["probability"], last["id"]])
    items = await _told(ctx, rows[:limit])
    counted = {"value": min(count, COUNTED), "capped": count > COUNTED}
    return {"items": items, "next": following, "count": counted}


async def _part(
    ctx: Ctx, likening: Likening, state: str, values: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], int]:
    """Return a page of the pairs of one comparison, and how many there are up to COUNTED."""
    key, after = (likening.name, state, ctx.rights.read_shape), "last" in values
    page = remember(
        ctx.registry,
        ("pairs", *key, after),
        lambda: _page_statement(ctx, likening, state, after=after),
    )
    many = remember(
        ctx.registry, ("pair count", *key), lambda: _count_statement(ctx, likening, state)
    )
    rows = await ctx.database.read(page, values)
    counted = await ctx.database.read(many, values)
    return [dict(zip(_pair.keys(), row, strict=True)) for row in rows], counted[0][0]


async def get_pair(ctx: Ctx, id: str) -> dict[str, Any]:
    """Return one pair, or raise NotFound unless the reader may see both records."""
    found = await _told(ctx, [await _row(ctx, id)])
    if not found:
        raise NotFound
    return found[0]


async def _row(ctx: Ctx, id: str) -> dict[str, Any]:
    rows = await ctx.database.read(_one(ctx.database.dialect), {"pair": id}) if is_id(id) else []
    if not rows:
        raise NotFound
    return dict(zip(_pair.keys(), rows[0], strict=True))


async def _told(ctx: Ctx, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return pairs as they are told; those are left out whose records, or all of whose reasons,
    the reader may not see.
    """
    seen: dict[str, dict[str, Any]] = {}
    for name in {row[key] for row in rows for key in ("object_a", "object_b")}:
        definition = ctx.registry.get(name)
        if definition is None or ctx.rights.scope(name, "read").kind == "none":
            continue
        ids = {
            row[f"record_{side}"] for row in rows for side in "ab" if row[f"object_{side}"] == name
        }
        for deleted in (True, False):
            found = await get_many(ctx, definition, sorted(ids), ["id", "name"], deleted=deleted)
            seen |= {item["id"]: {**item, "object": name, "deleted": deleted} for item in found}
    merges = await merges_of(ctx, [id_ for id_, each in seen.items() if each["deleted"]])
    items = []
    for row in rows:
        if row["record_a"] in seen and row["record_b"] in seen:
            item = _item(ctx, row, seen[row["record_a"]], seen[row["record_b"]], merges)
            items += [item] if item["evidence"] or row["by_others"] else []
    return items


def _item(
    ctx: Ctx,
    row: Mapping[str, Any],
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    merges: Mapping[str, str],
) -> dict[str, Any]:
    evidence = list(_evidence(ctx, row))
    state = row["state"]
    if state == MERGED and not (first["deleted"] or second["deleted"]):
        state = OPEN
    records = [
        {"id": each["id"], "name": each.get("name"), "object": each["object"]}
        for each in (first, second)
    ]
    return {
        "id": row["id"],
        "records": records,
        # what rests on fields that the reader may not see would tell of them
        "probability": round(row["probability"], 4)
        if len(evidence) == len(row["evidence"])
        else None,
        "by_others": row["by_others"],
        "evidence": evidence,
        "state": state,
        "found_at": row["found_at"],
        "decided_at": row["decided_at"],
        "change_set": next((merges.get(e["id"]) for e in (first, second) if e["deleted"]), None),
    }


def _evidence(ctx: Ctx, row: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield what each field says that the reader may read in both records."""
    left, right = ctx.registry[row["object_a"]], ctx.registry[row["object_b"]]
    for key, other, level, weight in row["evidence"]:
        base, over = key.partition(".")[0], other.partition(".")[0]
        readable = ctx.rights.readable(left).get(base), ctx.rights.readable(right).get(over)
        if readable == ("full", "full"):
            yield {
                "field": key,
                "other_field": other,
                "label": left.fields[base].spoken(ctx.locale),
                "level": level,
                "weight": weight,
            }


async def decide(ctx: Ctx, id: str, state: str) -> dict[str, Any]:
    """Say that two records are not one thing (`distinct`), or take that back (`open`); needs the
    right to change both.
    """
    if state not in {OPEN, DISTINCT}:
        problem = FieldProblem(
            "/state", "not_an_option", "One of {allowed}.", {"allowed": f"{OPEN}, {DISTINCT}"}
        )
        raise Invalid(errors=[problem])
    pair = await get_pair(ctx, id)
    for record in pair["records"]:
        allowed = ctx.rights.scope(record["object"], "update").kind != "none"
        ids = [record["id"]]
        if not (allowed and await visible_ids(ctx, record["object"], ids, "update")):
            raise Forbidden("You may see this record, but not change it.")
    values = {"pair": id, "new_state": state, "at": ctx.clock(), "actor": ctx.actor.id}

    async def unit(tx: Tx) -> None:
        await tx.execute(_decide(tx.dialect), values)

    await ctx.database.write(unit)
    return await get_pair(ctx, id)
