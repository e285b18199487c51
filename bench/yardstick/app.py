"""Six endpoints by hand on the product's own tables: constant SQL on raw asyncpg, the same JSON,
the same rows written.

Everything generic is gone: one salesperson's scope is in the SQL, fields are named, nothing is
looked up by metadata. Who calls is known from a token, remembered for a second. Run by Granian:
`bench.yardstick.app:application`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import time
import uuid
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from litestar import Litestar, Request, Response, get, patch, post

from bench.yardstick import sql
from bench.yardstick.hits import hit, place
from fangxin.kernel.pinyin import sort_key
from fangxin.kernel.token_forms import rough_tsquery, tsquery
from fangxin.kernel.tokens import (
    SAMPLES,
    mark_of,
    parse_query,
    title_tokens,
    tokens_of,
    whole_token,
    whole_words,
)

URL = os.environ["FANGXIN_DATABASE_URL"]
POOL = 8
# rows of a page (the statements ask for one more), what is counted at most, hits of a search
PAGE = 50
COUNTED = 1000
SHOWN = 20
BOX = AESGCM(hashlib.sha256(b"yardstick").digest())
encode = msgspec.json.Encoder().encode
Incoming = Request[Any, Any, Any]


def money(value: int | None, currency: str | None) -> dict[str, str] | None:
    """Write ten-thousandths as the API does."""
    if value is None or currency is None:
        return None
    whole, rest = divmod(abs(value), 10_000)
    digits = f"{rest:04d}".rstrip("0").ljust(2, "0")
    return {"amount": f"{'-' if value < 0 else ''}{whole}.{digits}", "currency": currency}


def link(id_: str | None, name: str | None, kind: str) -> dict[str, Any] | None:
    """Write a link as the API does."""
    return None if id_ is None else {"id": id_, "name": name, "object": kind}


def percent(value: int | None) -> str | None:
    """Write hundredths as the API does."""
    if value is None:
        return None
    whole, rest = divmod(value, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


class Numbers:
    """Running numbers drawn fifty at a time."""

    def __init__(self) -> None:
        self.held: list[int] = []

    async def next(self, pool: Any, year: int) -> int:
        """Return the next number."""
        if not self.held:
            last = await pool.fetchval(sql.NUMBERS, f"opportunity.code.{year}", 50)
            self.held = list(range(last - 49, last + 1))
        return self.held.pop(0)


class State:
    """The pool and what is remembered for a second."""

    def __init__(self) -> None:
        self.pool: Any = None
        self.callers: dict[str, tuple[float, Any]] = {}
        self.numbers = Numbers()

    async def caller(self, request: Incoming) -> Any:
        """Return (user id, department id) of the bearer token."""
        token = request.headers["authorization"][7:]
        held = self.callers.get(token)
        if held is not None and held[0] > time.monotonic():
            return held[1]
        row = await self.pool.fetchrow(sql.CALLER, hashlib.sha256(token.encode()).hexdigest())
        self.callers[token] = (time.monotonic() + 1, row)
        return row


async def prepare(connection: Any) -> None:
    """Ids as text, JSON as data."""
    await connection.set_type_codec(
        "uuid", schema="pg_catalog", encoder=str, decoder=str, format="text"
    )
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: encode(value).decode(),
        decoder=msgspec.json.decode,
        format="text",
    )


def answer(value: Any, status: int = 200) -> Response[bytes]:
    """Send JSON."""
    return Response(encode(value), status_code=status, media_type="application/json")


def seal(keys: list[Any], bound: bytes) -> str:
    """Seal a cursor."""
    nonce = os.urandom(12)
    sealed = BOX.encrypt(nonce, encode(keys), bound)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


@get("/opportunities")
async def list_opportunities(request: Incoming, stage: str) -> Response[bytes]:
    """A page of 50 of my opportunities in a stage, largest first."""
    state: State = request.app.state.yardstick
    me, _ = await state.caller(request)
    rows = await state.pool.fetch(sql.LIST, me, stage)
    counted = await state.pool.fetchval(sql.COUNT, me, stage)
    items = [
        {
            "id": r[0],
            "version": r[1],
            "name": r[2],
            "amount": money(r[3], r[4]),
            "expected_close_date": r[5],
            "stage": link(r[6], r[7], "stage"),
            "account": link(r[8], r[9], "account"),
            "owner": link(r[10], r[11], "user"),
        }
        for r in rows[:PAGE]
    ]
    following = None
    if len(rows) > PAGE:
        bound = hashlib.blake2b(f"{stage}{me}".encode(), digest_size=16).digest()
        following = seal([rows[PAGE - 1][12], rows[PAGE - 1][0]], bound)
    count = {"value": min(counted, COUNTED), "capped": counted > COUNTED}
    return answer({"items": items, "next": following, "count": count})


ADDRESS = ("country", "region", "city", "district", "street", "postcode")


@get("/accounts/{id:str}")
async def get_account(request: Incoming, id: str) -> Response[bytes]:
    """One of my accounts."""
    state: State = request.app.state.yardstick
    me, _ = await state.caller(request)
    r = await state.pool.fetchrow(sql.GET, id, me)
    if r is None:
        return answer({"code": "not_found"}, 404)
    address = dict(zip(ADDRESS, r[16:22], strict=True)) if any(r[16:22]) else None
    return answer(
        {
            "id": r[0],
            "version": r[1],
            "name": r[2],
            "code": r[3],
            "industry": r[4],
            "phone": r[5],
            "email": r[6],
            "website": r[7],
            "employees": r[8],
            "annual_revenue": money(r[9], r[10]),
            "status": r[11],
            "source": r[12],
            "credit_code": r[13],
            "description": r[14],
            "tags": r[15] or [],
            "address": address,
            "parent": link(r[22], r[23], "account"),
            "owner": link(r[24], r[25], "user"),
            "department": link(r[26], r[27], "department"),
            "created_at": r[28],
            "created_by": link(r[29], r[30], "user"),
            "updated_at": r[31],
            "updated_by": link(r[32], r[33], "user"),
        }
    )


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """What a new opportunity is made of."""

    name: str
    account: str
    amount: str
    stage: str
    expected_close_date: date


def scaled(text: str) -> int:
    """Read a decimal text as ten-thousandths."""
    whole, _, rest = text.partition(".")
    return int(whole) * 10_000 + int(rest.ljust(4, "0")[:4])


def vector(id_: str, title: str, code: str, me: str, department: str | None, account: str) -> str:
    """Write the tsvector literal of an opportunity."""
    head = [*title_tokens(title), whole_token(title)]
    scope = ["=kopportunity", f"=o{me.replace('-', '')}", f"=p{account.replace('-', '')}"]
    if department:
        scope.append(f"=d{department.replace('-', '')}")
    body = tokens_of(code)
    placed = [f"{token}':{at}A" for at, token in enumerate(head, 1)]
    placed += [f"{token}':{at}B" for at, token in enumerate(body, len(head) + 3)]
    placed += [f"{token}':{at}D" for at, token in enumerate(scope, len(head) + len(body) + 5)]
    plain = " ".join(f"'{each}" for each in placed)
    mark = mark_of(id_)
    marked = " ".join(f"'{mark}{each}" for each in placed)
    return f"{plain} {marked}" if mark else plain


@post("/opportunities")
async def create_opportunity(request: Incoming) -> Response[bytes]:
    """A new opportunity of mine."""
    state: State = request.app.state.yardstick
    me, department = await state.caller(request)
    body = msgspec.json.decode(await request.body(), type=Body)
    amount = scaled(body.amount)
    moment = datetime.now(UTC)
    number = await state.numbers.next(state.pool, moment.year)
    code, id_ = f"OP-{moment.year}-{number:05}", _uuid7()
    async with state.pool.acquire() as connection, connection.transaction():
        stage = await connection.fetchrow(sql.STAGE, body.stage)
        if not await connection.fetchval(sql.ACCOUNT_SEEN, body.account, me):
            return answer({"code": "unknown_link"}, 422)
        await connection.execute(
            sql.INSERT,
            *(id_, body.name, sort_key(body.name), code, body.account, stage[1], stage[0], amount),
            *(stage[2], stage[3], body.expected_close_date, me, department, moment),
        )
        await connection.execute(sql.KEY, code.lower(), id_)
        tokens = vector(id_, body.name, code, me, department, body.account)
        await connection.execute(sql.TOKENS, id_, me, department, body.name, tokens)
        after = {"after": _logged(body, (code, amount, me, department), stage, moment)}
        logged = (_uuid7(), moment, me, "create", id_, 1, secrets.token_urlsafe(12), after)
        await connection.execute(sql.LOG, *logged)
        r = await connection.fetchrow(sql.CREATED, id_)
    return answer(_created(r), 201)


def _logged(body: Body, own: tuple[Any, ...], stage: Any, moment: datetime) -> dict[str, Any]:
    code, amount, me, department = own
    return {
        "name": [body.name, sort_key(body.name)],
        "code": code,
        "account": body.account,
        "pipeline": stage[1],
        "stage": stage[0],
        "amount": [amount, "CNY", amount],
        "probability": stage[2],
        "forecast_category": stage[3],
        "expected_close_date": body.expected_close_date,
        "owner": me,
        "department": department,
        "stage_entered_at": moment,
        "created_at": moment,
        "created_by": me,
    }


LINKS = ("account", "contact", "product", "pipeline", "stage", "owner", "department")
PLAIN = (
    *("id", "version", "name", "code", "tags", "engaged_on", "expected_close_date", "closed_on"),
    *("lost_reason", "next_step", "forecast_category", "description", "created_at", "updated_at"),
    "stage_entered_at",
)


MOVED = ("stage", "probability", "forecast_category", "stage_entered_at")


def _created(r: Any) -> dict[str, Any]:
    """Write a whole opportunity: PLAIN, then money, percent and formula, then LINKS and who wrote
    it.
    """
    found: dict[str, Any] = dict(zip(PLAIN, r, strict=False))
    found["tags"] = found["tags"] or []
    at = len(PLAIN)
    found["amount"] = money(r[at], r[at + 1])
    found["probability"] = percent(r[at + 2])
    found["weighted_amount"] = percent(r[at + 3])
    at += 4
    for key in LINKS:
        found[key] = link(r[at], r[at + 1], "user" if key == "owner" else key)
        at += 2
    for key in ("created_by", "updated_by"):
        found[key] = link(r[at], r[at + 1], "user")
        at += 2
    return found


@patch("/opportunities/{id:str}")
async def move_opportunity(request: Incoming, id: str) -> Response[bytes]:
    """Move an opportunity of mine to another stage."""
    state: State = request.app.state.yardstick
    me, _ = await state.caller(request)
    wanted = msgspec.json.decode(await request.body())["stage"]
    moment = datetime.now(UTC)
    async with state.pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(sql.LOCK, id, me)
        stage = await connection.fetchrow(sql.STAGE, wanted)
        if row is None or row[2] != "open":
            return answer({"code": "not_found"}, 404)
        await connection.execute(sql.MOVE, id, stage[0], stage[2], stage[3], moment, me, row[0])
        payload = {
            "before": dict(zip(MOVED, (row[1], row[3], row[4], row[5]), strict=True)),
            "after": dict(zip(MOVED, (stage[0], stage[2], stage[3], moment), strict=True)),
        }
        salt = secrets.token_urlsafe(12)
        await connection.execute(
            sql.LOG, _uuid7(), moment, me, "update", id, row[0] + 1, salt, payload
        )
        r = await connection.fetchrow(sql.CREATED, id)
    return answer(_created(r))


@post("/opportunities/aggregate", status_code=200)
async def sums(request: Incoming) -> Response[bytes]:
    """Amount and number by stage."""
    state: State = request.app.state.yardstick
    await state.caller(request)
    rows = await state.pool.fetch(sql.SUMS)
    return answer(
        {
            "rows": [
                {"group": [link(r[0], r[1], "stage")], "values": [money(r[2], "CNY"), r[3]]}
                for r in rows
            ]
        }
    )


@get("/search")
async def search(request: Incoming, q: str) -> Response[bytes]:
    """Twenty hits over everything, each with a line about it and where the query was met."""
    state: State = request.app.state.yardstick
    await state.caller(request)
    terms = parse_query(q)
    words, token = whole_words(terms), whole_token(q)
    marks = (*SAMPLES, "")
    rough = [rough_tsquery(words, mark) for mark in marks]
    titles = (f"'{SAMPLES[0]}{token}':* | '{token}'", f"'{token}':*")
    rows = await state.pool.fetch(sql.FOUND, *titles, *rough, tsquery(words))
    if len({row[1] for row in rows}) < SHOWN and words != terms:
        rough = [rough_tsquery(terms, mark) for mark in marks]
        rows += await state.pool.fetch(sql.PARTS, *rough, tsquery(terms))
    rows = sorted({row[1]: row for row in rows}.values(), key=place(q))[:SHOWN]
    details = await state.pool.fetch(sql.DETAILS, [r[1] for r in rows])
    by_id = {each[0]: each for each in details}
    return answer({"items": [hit(r, by_id[r[1]], terms) for r in rows if r[1] in by_id]})


def _uuid7() -> str:
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (0b10 << 62) | int.from_bytes(os.urandom(8)) >> 2
    return str(uuid.UUID(int=value))


async def start(app: Litestar) -> None:
    """Open the pool."""
    app.state.yardstick = State()
    app.state.yardstick.pool = await asyncpg.create_pool(
        URL, min_size=2, max_size=POOL, init=prepare, server_settings={"jit": "off"}
    )


application = Litestar(
    [
        list_opportunities,
        get_account,
        create_opportunity,
        move_opportunity,
        sums,
        search,
    ],
    openapi_config=None,
    logging_config=None,
    on_startup=[start],
)
