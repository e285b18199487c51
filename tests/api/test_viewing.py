"""An administrator sees the app as somebody else: what that other sees, nothing of his secrets,
changing nothing, and on the record.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from fangxin.access.callers import Caller, context_for_session
from fangxin.access.sessions import session
from fangxin.api.app import VERSIONED
from fangxin.api.hub import watch_of
from fangxin.kernel.clock import now
from fangxin.kernel.sql import compile_statement
from tests.api.conftest import PASSWORD
from tests.contract.world import World
from tests.patience import PATIENCE_SECONDS

# paths of the API that take a body and only read
READS = {
    "/{path:str}/query",
    "/{path:str}/aggregate",
    "/{path:str}/duplicates",
    "/{path:str}/changed",
    "/{path:str}/bulk/preview",
    "/{path:str}/rules/evaluate",
    "/{path:str}/lines/{field:str}",
    "/rules/try",
    "/simulations",
    "/hand_overs/{id:str}/preview",
    "/live/watch",
}
# and those that are about the session itself
OWN = {"/auth/login", "/auth/logout", "/auth/invitations/{token:str}"}
WRITES = (
    ("post", "/accounts", {"name": "New"}),
    ("post", "/accounts/batch", {"create": [{"name": "New"}]}),
    ("patch", "/accounts/{id}", {"name": "Other"}),
    ("delete", "/accounts/{id}", None),
    ("post", "/accounts/{id}/actions/merge", {}),
    ("put", "/accounts/{id}/shares", {"shares": []}),
    ("post", "/accounts/{id}/reveal", {"fields": ["phone"]}),
    ("post", "/accounts/bulk", {"ids": ["{id}"], "set": {"status": "lost"}}),
    ("post", "/exports", {"object": "account"}),
    ("post", "/views", {"object": "account", "name": "Mine"}),
    ("post", "/notifications/read", {"all": True}),
    ("post", "/auth/tokens", {"name": "mine"}),
    ("post", "/auth/password", {"current": "x", "new": "a-much-better-one"}),
    ("patch", "/auth/me", {"locale": "zh-CN"}),
    ("post", "/auth/view_as", {"user": "x"}),
)


async def _look(admin: Any, house: Any, name: str) -> None:
    seen = await admin.post("/auth/view_as", json={"user": house.ids[name]})
    assert seen.status_code == 204, seen.text


async def test_an_administrator_sees_what_somebody_sees_and_changes_nothing(house):
    admin, lin = [await house.browser(name) for name in ("admin", "lin")]
    mine = (await lin.post("/accounts", json={"name": "Quartzite", "phone": "13800138000"})).json()
    other = (await admin.post("/accounts", json={"name": "Hidden"})).json()["id"]
    assert (await admin.get("/auth/me")).json()["viewing"] is None

    await _look(admin, house, "lin")
    me = (await admin.get("/auth/me")).json()
    assert (me["user"]["name"], me["viewing"]["by"]["name"]) == ("Lin", "Admin")
    assert me["permissions"] == (await lin.get("/auth/me")).json()["permissions"]
    listed = (await admin.get("/accounts")).json()["items"]
    assert [each["id"] for each in listed] == [mine["id"]]
    assert (await admin.get(f"/accounts/{other}")).status_code == 404
    assert (await admin.post("/accounts/query", json={})).json()["items"] == listed
    why = (await admin.get(f"/accounts/{mine['id']}/explain")).json()
    assert why["update"]["allowed"]

    world = World(house.installation.database.dialect, house.installation, None)
    before = await world.digest()
    for method, path, body in WRITES:
        url = path.replace("{id}", mine["id"])
        more = {} if body is None else {"json": body}
        refused = await admin.request(method.upper(), url, **more)
        assert (refused.status_code, refused.json()["code"]) == (403, "viewing"), (path, refused)
    for path in ("/auth/sessions", "/auth/tokens"):
        assert (await admin.get(path)).json()["code"] == "viewing"
    assert await world.digest() == before

    assert (await admin.delete("/auth/view_as")).status_code == 204
    assert (await admin.get("/auth/me")).json()["user"]["name"] == "Admin"
    assert (await admin.get(f"/accounts/{other}")).status_code == 200
    assert (await admin.patch(f"/accounts/{other}", json={"name": "Seen"})).status_code == 200


async def test_no_path_of_the_api_writes_for_who_only_looks(house):
    admin, lin = [await house.browser(name) for name in ("admin", "lin")]
    id_ = (await lin.post("/accounts", json={"name": "Quartzite"})).json()["id"]
    names = {"path": "accounts", "name": "account", "action": "merge", "id": id_}
    await _look(admin, house, "lin")
    world = World(house.installation.database.dialect, house.installation, None)
    before = await world.digest()
    refused = set()
    for handler in VERSIONED:
        for method in handler.http_methods - {"GET", "HEAD", "OPTIONS"}:
            for path in handler.paths - OWN:
                if (method, path) == ("DELETE", "/auth/view_as"):
                    continue
                answer = await admin.request(method, _filled(path, names), json={})
                if (answer.status_code, answer.json().get("code")) == (403, "viewing"):
                    refused.add(path)
                else:
                    assert path in READS, (method, path, answer.text)
    assert len(refused) > 30
    assert not refused & READS
    assert await world.digest() == before


def _filled(path: str, names: dict[str, str]) -> str:
    for key, value in names.items():
        path = path.replace(f"{{{key}:str}}", value)
    return path


async def test_what_is_typed_is_looked_up_and_not_counted(house):
    admin, lin = [await house.browser(name) for name in ("admin", "lin")]
    id_ = (await lin.post("/accounts", json={"name": "Quartzite"})).json()["id"]
    await _look(admin, house, "lin")
    world = World(house.installation.database.dialect, house.installation, None)
    before = await world.dump("quota_use")
    typed = await admin.post("/accounts/duplicates", json={"values": {"name": "Quartzite"}})
    assert typed.status_code == 200, typed.text
    assert [each["id"] for each in typed.json()["duplicates"]] == [id_]
    assert await world.dump("quota_use") == before


async def test_an_open_screen_ends_with_the_eyes_it_looks_through(house, hub):
    admin, lin = [await house.browser(name) for name in ("admin", "lin")]
    secret = admin.cookies["fangxin_session"]

    async def resolve() -> Caller | None:
        return await context_for_session(house.installation, secret)

    await _look(admin, house, "lin")
    caller = await resolve()
    assert caller is not None
    client = await hub.add(caller, resolve)
    assert hub.watch(client.id, house.ids["lin"], watch_of({"account": "*"}))
    assert await client.renew()
    await admin.delete("/auth/view_as")
    assert not await client.renew()
    await lin.post("/accounts", json={"name": "Quartzite"})
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not client.closed:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_who_saw_the_app_as_whom_is_kept_and_told(house):
    admin, lin = [await house.browser(name) for name in ("admin", "lin")]
    await _look(admin, house, "lin")
    (told,) = (await lin.get("/auth/viewings")).json()["items"]
    names = (told["viewer"]["name"], told["viewed"]["name"])
    assert (names, told["lasts"], told["ended_at"]) == (("Admin", "Lin"), True, None)
    await admin.delete("/auth/view_as")
    await _look(admin, house, "zhao")
    # who signs out sees nobody's any more
    await admin.post("/auth/logout")
    admin = await house.browser("admin")
    kept = (await admin.get("/viewings", params={"limit": 1})).json()
    rest = (await admin.get("/viewings", params={"cursor": kept["next"]})).json()
    all_ = [*kept["items"], *rest["items"]]
    assert [each["viewed"]["name"] for each in all_] == ["Zhao", "Lin"]
    assert all(each["ended_at"] and not each["lasts"] for each in all_)
    assert (await lin.get("/viewings")).status_code == 403
    assert len((await lin.get("/auth/viewings")).json()["items"]) == 1


async def _set_until(house: Any, moment: Any) -> None:
    database = house.installation.database
    made = session.update().where(session.c.as_user_id.is_not(None)).values(as_until=moment)

    async def unit(tx: Any) -> None:
        await tx.execute(compile_statement(made, tx.dialect), {})

    await database.write(unit)
    house.installation.directory._memory = None


async def test_it_ends_by_itself_and_with_the_right_to_it(house):
    admin = await house.browser("admin")
    await _look(admin, house, "lin")
    await _set_until(house, now() - timedelta(seconds=1))
    assert (await admin.get("/auth/me")).json()["user"]["name"] == "Admin"
    await _look(admin, house, "lin")
    assert (await admin.delete("/auth/view_as")).status_code == 204
    # nobody sees through the eyes of who changes his password, or leaves
    lin, other = [await house.browser(name) for name in ("lin", "admin")]
    await _look(admin, house, "lin")
    passwords = {"current": PASSWORD, "new": "another-horse-battery"}
    assert (await lin.post("/auth/password", json=passwords)).status_code == 204
    assert not (await lin.get("/auth/viewings")).json()["items"][0]["lasts"]
    await asyncio.sleep(0.3)
    assert (await admin.get("/auth/me")).json()["user"]["name"] == "Admin"
    await _look(admin, house, "lin")
    await other.post(f"/users/{house.ids['lin']}/actions/deactivate", json={})
    assert not (await other.get("/viewings")).json()["items"][0]["lasts"]
    # a user who is gone is nobody to look as
    await asyncio.sleep(0.3)
    gone = await admin.post("/auth/view_as", json={"user": house.ids["lin"]})
    assert (gone.status_code, gone.json()["errors"][0]["pointer"]) == (422, "/user")


async def test_nobody_else_may_and_no_token(house):
    admin, lin, boss = [await house.browser(name) for name in ("admin", "lin", "boss")]
    wanted = {"user": house.ids["zhao"]}
    for client in (lin, boss):
        assert (await client.post("/auth/view_as", json=wanted)).json()["code"] == "admin_only"
    program = await house.program("admin")
    assert (await program.post("/auth/view_as", json=wanted)).json()["code"] == "session_only"
    for bad in ("nobody", house.ids["admin"], house.ids["hq"]):
        assert (await admin.post("/auth/view_as", json={"user": bad})).status_code == 422
    bare = house.stranger()
    bare.cookies = admin.cookies
    assert (await bare.post("/auth/view_as", json=wanted)).json()["code"] == "csrf"
    assert (await admin.get("/viewings")).json()["items"] == []
