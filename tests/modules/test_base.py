from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from fangxin.access.contexts import context_for_user
from fangxin.app import Installation
from fangxin.data.notifications import notification
from fangxin.kernel.clock import now
from fangxin.kernel.context import Ctx
from fangxin.kernel.ids import named_id
from fangxin.kernel.sql import compile_statement
from fangxin.modules.base.first_run import FIRST_USER
from fangxin.modules.base.mention import mentioned, plain_text
from fangxin.modules.base.reminders import remind
from fangxin.records.act import act
from fangxin.records.engine import create, update


async def told(ctx: Ctx) -> list[tuple[Any, ...]]:
    columns = (notification.c.user_id, notification.c.kind, notification.c.text)
    query = notification.select().with_only_columns(*columns).order_by(notification.c.id)
    return [
        tuple(row)
        for row in await ctx.database.read(compile_statement(query, ctx.database.dialect), {})
    ]


async def colleague(begun: Installation, ctx: Ctx, name: str = "Li") -> Ctx:
    body = {
        "name": name,
        "email": f"{name.lower()}@example.com",
        "role": named_id("role", "manager"),
        "department": named_id("department", "root"),
    }
    made = await create(ctx, "user", body)
    return await context_for_user(begun, made["id"], "web")


async def test_who_is_mentioned_is_told_once(begun: Installation, ctx: Ctx) -> None:
    li = await colleague(begun, ctx)
    me = await context_for_user(begun, FIRST_USER, "web")
    account = await create(me, "account", {"name": "Acme"})
    body = f"Ask @[Li](user:{li.actor.id}) and @[me](user:{FIRST_USER})\nplease"
    about = {"object": "account", "id": account["id"]}
    note = await create(me, "activity", {"body": body, "about": about})
    assert note["name"] == note["subject"] == "Ask @Li and @me"
    assert note["kind"] == "note"
    assert await told(me) == [(li.actor.id, "mention", "Ask @Li and @me")]
    await update(me, "activity", note["id"], {"body": body + " today"})
    assert len(await told(me)) == 1


def test_mentions_in_text() -> None:
    id_ = "0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"
    assert mentioned(f"@[A](user:{id_}) @[B](user:nobody) @C") == {id_}
    assert mentioned(None) == set()
    assert plain_text(f"hi @[A B](user:{id_})!") == "hi @A B!"


async def test_a_task_goes_to_its_assignee(begun: Installation, ctx: Ctx) -> None:
    li = await colleague(begun, ctx)
    me = await context_for_user(begun, FIRST_USER, "web")
    own = await create(me, "task", {"subject": "Mine"})
    assert own["assignee"]["id"] == own["owner"]["id"] == FIRST_USER
    assert await told(me) == []
    given = await create(me, "task", {"subject": "Yours", "assignee": li.actor.id})
    assert given["owner"]["id"] == li.actor.id
    assert await told(me) == [(li.actor.id, "assigned", "Yours")]
    done = await act(li, "task", given["id"], "complete", {})
    assert done["done_at"] is not None
    assert (await act(li, "task", given["id"], "reopen", {}))["done_at"] is None


async def test_due_tasks_are_told_once(ctx: Ctx) -> None:
    start = now()
    base = {"assignee": FIRST_USER}
    for subject, hours, done in (
        ("Late", -2, None),
        ("Old", -48, None),
        ("Soon", 2, None),
        ("Done", -2, start),
    ):
        due = (start + timedelta(hours=hours)).isoformat()
        more = {"done_at": done.isoformat()} if done else {}
        await create(ctx, "task", {"subject": subject, "due_at": due, **base, **more})
    due = (start + timedelta(days=3)).isoformat()
    reminder = (start - timedelta(minutes=1)).isoformat()
    await create(ctx, "task", {"subject": "Think", "due_at": due, "reminder_at": reminder, **base})
    await remind(ctx)
    await remind(ctx)
    found = [text for _, kind, text in await told(ctx) if kind == "due"]
    assert sorted(found) == ["Late", "Think"]
    later = replace(ctx, clock=lambda: start + timedelta(hours=3))
    await remind(later)
    assert "Soon" in [text for _, _, text in await told(ctx)]
