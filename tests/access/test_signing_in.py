"""Passwords, lock-out, sessions, tokens and invitations."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from fangxin.access import login, sessions
from fangxin.access.callers import context_for_session, context_for_token
from fangxin.access.contexts import Directory
from fangxin.access.login import Visitor
from fangxin.kernel import attempts, clock, passwords
from fangxin.kernel.errors import Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from fangxin.records import engine, reading

GOOD = "correct horse battery"
HERE = Visitor(ip="10.0.0.1", user_agent="test")


@pytest.fixture
async def lin(company):
    """Lin has a password."""
    hashed = await passwords.hash_password(GOOD)

    async def unit(tx):
        await login.store_hash(tx, company.people["lin"], hashed, clock.now())

    await company.installation.database.write(unit)
    return company


async def raw(company, table, *columns):
    import sqlalchemy as sa

    from fangxin.kernel.sql import compile_statement

    database = company.installation.database
    made = sa.select(*(table.c[name] for name in columns))
    return [
        tuple(row) for row in await database.read(compile_statement(made, database.dialect), {})
    ]


async def enter(company, visitor=HERE, password=GOOD, email="lin@example.com"):
    return await login.sign_in(company.installation.database, email, password, visitor)


async def test_a_session_opens_and_its_secret_is_not_stored(lin):
    secret = await enter(lin, email=" LIN@example.com ")
    caller = await context_for_session(lin.installation, secret)
    assert caller.ctx.actor.id == lin.people["lin"]
    assert caller.ctx.source == "web"
    assert caller.ctx.department == lin.departments["shanghai"]
    assert caller.ctx.departments == (lin.departments["shanghai"],)
    stored = await raw(lin, sessions.session, "secret_hash", "ip", "user_agent")
    assert [row[1:] for row in stored] == [("10.0.0.1", "test")]
    assert secret not in stored[0][0]
    assert await context_for_session(lin.installation, secret + "x") is None


async def test_signing_in_anew_rotates_the_session(lin):
    first = await enter(lin)
    assert await context_for_session(lin.installation, first)
    second = await enter(lin, Visitor(ip="10.0.0.1", secret=first))
    await lin.forget()
    assert await context_for_session(lin.installation, first) is None
    assert await context_for_session(lin.installation, second)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("lin@example.com", "wrong password"),
        ("nobody@example.com", GOOD),
        ("wang@example.com", GOOD),
        ("lin@example.com\x00", GOOD),
        ("\ud800", "\ud800"),
        ("", ""),
    ],
)
async def test_a_refusal_tells_nothing(lin, email, password):
    with pytest.raises(Unauthenticated) as refused:
        await enter(lin, email=email, password=password)
    assert refused.value.code == "invalid_credentials"
    assert await raw(lin, sessions.session, "id") == []


async def test_the_work_is_the_same_for_an_unknown_address(lin, monkeypatch):
    seen = []
    verify = passwords._hasher.verify
    monkeypatch.setattr(
        passwords,
        "_hasher",
        type("H", (), {"verify": lambda _, h, p: seen.append(h) or verify(h, p)})(),
    )
    for email in ("lin@example.com", "nobody@example.com", "wang@example.com"):
        with pytest.raises(Unauthenticated):
            await enter(lin, email=email, password="wrong password")
    parameters = {each.split("$")[3] for each in seen}
    assert len(seen) == 3
    assert parameters == {"m=19456,t=2,p=1"}


async def test_five_failures_lock_account_and_address(lin):
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await enter(lin, password="wrong password")
    with pytest.raises(TooMany) as locked:
        await enter(lin)
    assert locked.value.code == "locked_out"
    assert 50 <= int(locked.value.headers["Retry-After"]) <= 61
    assert await enter(lin, Visitor(ip="10.0.0.2")), "another address is not locked"
    keys = await raw(lin, attempts.login_attempt, "key")
    assert "lin" not in str(keys)


async def test_the_delay_grows_and_success_forgives(lin, monkeypatch):
    moment = clock.now()
    monkeypatch.setattr(login, "now", lambda: moment)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await enter(lin, password="wrong password")
    for minutes in (1, 2, 4, 8, 16, 32, 64, 64):
        with pytest.raises(TooMany) as locked:
            await enter(lin)
        assert int(locked.value.headers["Retry-After"]) == minutes * 60 + 1
        moment += timedelta(minutes=minutes, seconds=1)
        if minutes == 64:
            break
        with pytest.raises(Unauthenticated):
            await enter(lin, password="wrong password")
    assert await enter(lin)
    assert await raw(lin, attempts.login_attempt, "key") == []


async def test_many_at_once_get_no_more_than_five(lin):
    answers = await asyncio.gather(
        *(enter(lin, password="wrong password") for _ in range(20)), return_exceptions=True
    )
    kinds = [type(each) for each in answers]
    assert kinds.count(Unauthenticated) == 5
    assert kinds.count(TooMany) == 15


async def test_idle_and_old_sessions_end(lin, monkeypatch):
    from fangxin.access import contexts

    secret = await enter(lin)
    assert await context_for_session(lin.installation, secret)
    start = clock.now()
    for days, alive in ((13, True), (26, True), (29, True), (31, False)):
        monkeypatch.setattr(contexts, "now", lambda days=days: start + timedelta(days=days))
        assert bool(await context_for_session(lin.installation, secret)) is alive, days
    monkeypatch.setattr(contexts, "now", clock.now)
    idle = await enter(lin)
    monkeypatch.setattr(contexts, "now", lambda: start + timedelta(days=15))
    assert await context_for_session(lin.installation, idle) is None


async def test_last_seen_is_written_at_times(lin, monkeypatch):
    from fangxin.access import contexts

    secret = await enter(lin)
    start = clock.now()
    await context_for_session(lin.installation, secret)
    first = await raw(lin, sessions.session, "last_seen_at")
    monkeypatch.setattr(contexts, "now", lambda: start + timedelta(minutes=4))
    await context_for_session(lin.installation, secret)
    assert await raw(lin, sessions.session, "last_seen_at") == first
    monkeypatch.setattr(contexts, "now", lambda: start + timedelta(minutes=6))
    await context_for_session(lin.installation, secret)
    assert await raw(lin, sessions.session, "last_seen_at") != first


async def test_revoking_reaches_another_worker(lin):
    secret, other = await enter(lin), await enter(lin)
    elsewhere = Directory(lin.installation.database, lin.installation.directory.key)

    class Worker:
        database, registry = lin.installation.database, lin.installation.registry
        directory, services = elsewhere, lin.installation.services

    caller = await context_for_session(Worker, secret)
    assert await context_for_session(lin.installation, secret)
    listed = await sessions.list_held(caller.ctx, sessions.SESSIONS)
    assert {"id", "created_at", "last_seen_at", "expires_at", "ip", "user_agent"} == set(listed[0])
    mine = await context_for_session(lin.installation, other)
    with pytest.raises(NotFound):
        await sessions.revoke(await lin.ctx("wang"), sessions.SESSIONS, caller.key_id)
    with pytest.raises(NotFound):
        await sessions.revoke(mine.ctx, sessions.SESSIONS, "nonsense")
    await sessions.revoke(mine.ctx, sessions.SESSIONS, caller.key_id)
    await asyncio.sleep(0.25)
    assert await context_for_session(Worker, secret) is None
    assert await context_for_session(Worker, other)


async def test_a_deactivated_user_loses_access_at_once(lin):
    secret = await enter(lin)
    token = (await sessions.create_token(await lin.ctx("lin"), "script"))["token"]
    assert await context_for_session(lin.installation, secret)
    assert await context_for_token(lin.installation, token)
    await engine.update(lin.system, "user", lin.people["lin"], {"active": False})
    await asyncio.sleep(0.25)
    assert await context_for_session(lin.installation, secret) is None
    assert await context_for_token(lin.installation, token) is None
    with pytest.raises(Unauthenticated):
        await enter(lin)


async def test_csrf_is_bound_to_the_session(lin):
    one = await context_for_session(lin.installation, await enter(lin))
    two = await context_for_session(lin.installation, await enter(lin))
    one.check_csrf(one.csrf)
    for header in (None, "", two.csrf, "\ud800"):
        with pytest.raises(Forbidden) as refused:
            one.check_csrf(header)
        assert refused.value.code == "csrf"
    token = await sessions.create_token(one.ctx, "script")
    (await context_for_token(lin.installation, token["token"])).check_csrf(None)


async def test_a_session_is_no_token_and_the_other_way_round(lin):
    secret = await enter(lin)
    assert await context_for_session(lin.installation, secret)
    assert await context_for_token(lin.installation, secret) is None
    token = (await sessions.create_token(await lin.ctx("lin"), "script"))["token"]
    assert await context_for_token(lin.installation, token)
    assert await context_for_session(lin.installation, token) is None


async def test_tokens_are_scoped_and_expire(lin, monkeypatch):
    ctx = await lin.ctx("lin")
    with pytest.raises(Invalid):
        await sessions.create_token(ctx, "", ["read"])
    with pytest.raises(Invalid):
        await sessions.create_token(ctx, "x", ["admin"])
    with pytest.raises(Invalid):
        await sessions.create_token(ctx, "x", ["read"], clock.now() - timedelta(seconds=1))
    soon = clock.now() + timedelta(hours=1)
    made = await sessions.create_token(ctx, "report", ["read"], soon)
    assert made["token"].startswith("fx_")
    caller = await context_for_token(lin.installation, made["token"])
    assert caller.ctx.source == "api"
    assert caller.ctx.rights.read_only
    await reading.find(caller.ctx, "account")
    with pytest.raises(Forbidden):
        await engine.create(caller.ctx, "account", {"name": "x"})
    (listed,) = await sessions.list_held(ctx, sessions.TOKENS)
    assert (listed["name"], listed["scopes"]) == ("report", ["read"])
    assert listed["last_seen_at"] is not None
    from fangxin.access import contexts

    monkeypatch.setattr(contexts, "now", lambda: soon + timedelta(seconds=1))
    assert await context_for_token(lin.installation, made["token"]) is None


async def test_changing_the_password_ends_the_other_sessions(lin):
    here, there = await enter(lin), await enter(lin)
    caller = await context_for_session(lin.installation, here)
    made = await sessions.create_token(caller.ctx, "robot")
    person = (caller.person.email, caller.person.name)

    async def change(current, new):
        await login.change_password(caller.ctx, person, current, new, HERE, caller.key_id)

    with pytest.raises(Invalid):
        await change("wrong password", "another good phrase")
    for weak in ("short", "lin@example.com", "password123", "aaaaaaaaaaaa", "x" * 200, None):
        with pytest.raises(Invalid) as refused:
            await change(GOOD, weak)
        assert refused.value.errors[0].pointer == "/new"
    await change(GOOD, "another good phrase")
    await lin.forget()
    assert await context_for_session(lin.installation, here)
    assert await context_for_session(lin.installation, there) is None
    assert await context_for_token(lin.installation, made["token"]) is None
    assert await enter(lin, password="another good phrase")


@pytest.mark.parametrize(
    "weak",
    ["short", "Lin@Example.com", "password123", "aaaaaaaaaaaa", "1234567890", "x" * 200, None, 7],
)
def test_weak_passwords_are_refused(weak):
    with pytest.raises(Invalid):
        passwords.check_password(weak, email="lin@example.com", name="lin wei ming")


def test_good_passwords_are_taken():
    for good in (GOOD, "放心的密码要长一点才好", "kT9#vv2!qLm0"):
        assert passwords.check_password(good, email="lin@example.com", name="lin") == good


async def test_an_invitation_works_once(company):
    database = company.installation.database
    at = clock.now()
    old, first = login.new_invitation(company.people["wang"], company.people["admin"], at)
    secret, row = login.new_invitation(company.people["wang"], company.people["admin"], at)

    async def unit(tx):
        await login.put_invitation(tx, first)
        await login.put_invitation(tx, row)

    await database.write(unit)
    with pytest.raises(NotFound):
        await login.find_invitation(database, old)
    assert (await login.find_invitation(database, secret))[1] == "wang@example.com"
    with pytest.raises(Invalid):
        await login.accept_invitation(database, secret, "weak", HERE)
    session = await login.accept_invitation(database, secret, GOOD, HERE)
    assert await context_for_session(company.installation, session)
    with pytest.raises(NotFound):
        await login.accept_invitation(database, secret, GOOD, HERE)
    assert await enter(company, email="wang@example.com")


async def test_an_invitation_lasts_seven_days(company, monkeypatch):
    database, at = company.installation.database, clock.now()
    secret, row = login.new_invitation(company.people["wang"], company.people["admin"], at)

    async def unit(tx):
        await login.put_invitation(tx, row)

    await database.write(unit)
    monkeypatch.setattr(login, "now", lambda: at + timedelta(days=7, seconds=1))
    with pytest.raises(NotFound):
        await login.accept_invitation(database, secret, GOOD, HERE)
