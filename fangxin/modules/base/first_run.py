"""The records that a new installation starts with: a department, the roles, the administrator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fangxin.access.login import store_hash
from fangxin.access.roles import ADMINISTRATOR
from fangxin.access.settings import put_settings
from fangxin.kernel.context import ChangeSet, Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.i18n import LOCALES, translate
from fangxin.kernel.ids import named_id, new_id
from fangxin.kernel.passwords import hash_password
from fangxin.modules.base.default_roles import CLOSED_CASCADES, ROLES
from fangxin.modules.base.new_grants import OFFERED, offered_roles
from fangxin.objects.declare import Change
from fangxin.records import engine
from fangxin.records.reading import count, environment
from fangxin.records.validate import accept
from fangxin.search.reindexing import mark_indexed

# named ids: two processes that start at once on an empty database meet at the primary key
ROOT: Final = named_id("department", "root")
FIRST_USER: Final = named_id("user", "administrator")

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FirstUser:
    """Who administers the new installation. `locale` is the language of all that is named now."""

    email: str
    password: str
    name: str = "Administrator"
    locale: str = "zh-CN"


async def is_empty(ctx: Ctx) -> bool:
    """Tell whether nobody has an account yet, so that the first records are to be made."""
    return await count(ctx, "user") == 0


async def make_first_records(
    ctx: Ctx, user: FirstUser, further: Sequence[tuple[str, Body]] = ()
) -> None:
    """Make all first records in one transaction; `further` are (object, body with id) of modules.

    The names in bodies are msgids and are stored in the user's language; where an object has names
    by language, in each.
    """
    within = ctx.within(ChangeSet(new_id(), "create", "First start"))
    records = [*_own_records(user), *further]
    hashed = await hash_password(user.password)

    async def unit(tx: Tx) -> None:
        for name, body in records:
            await _make(within, tx, name, body, user.locale)
        await store_hash(tx, FIRST_USER, hashed, ctx.clock())
        closed = dict.fromkeys(CLOSED_CASCADES, False)
        await put_settings(tx, {"cascades": closed, OFFERED: offered_roles()})
        await mark_indexed(tx, ctx.registry)

    await engine.run_unit(within, unit)


def _own_records(user: FirstUser) -> list[tuple[str, Body]]:
    administrator = {
        "id": FIRST_USER,
        "name": user.name,
        "email": user.email,
        "role": named_id("role", ADMINISTRATOR),
        "department": ROOT,
        "locale": user.locale,
    }
    return [
        ("department", {"id": ROOT, "name": "Headquarters"}),
        *(("role", role) for role in ROLES),
        ("user", administrator),
    ]


async def _make(ctx: Ctx, tx: Tx, name: str, body: Body, locale: str) -> None:
    definition = ctx.registry[name]
    wire = {key: value for key, value in body.items() if key != "id"}
    names = {each: translate(each, wire["name"]) for each in LOCALES}
    wire["name"] = names[locale]
    if definition.facts.names:
        wire[definition.facts.names] = names
    values = accept(ctx, definition, wire, environment(ctx))
    await engine.write_many(ctx, tx, name, "create", [Change(name, body["id"], "create", values)])
