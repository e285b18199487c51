"""Signing in, cookies, tokens, and who may write."""

from __future__ import annotations

import asyncio

from tests.api.conftest import PASSWORD


async def test_a_session_from_begin_to_end(house):
    stranger = house.stranger()
    assert (await stranger.get("/auth/me")).status_code == 401
    wrong = await stranger.post(
        "/auth/login", json={"email": "lin@example.com", "password": "wrong"}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
    right = await stranger.post(
        "/auth/login", json={"email": "Lin@Example.com", "password": PASSWORD}
    )
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    me = (await stranger.get("/auth/me")).json()
    assert me["user"] == {
        "id": house.ids["lin"],
        "name": "Lin",
        "email": "lin@example.com",
        "object": "user",
    }
    assert (me["role"]["key"], me["home"], me["settings"]["base_currency"]) == (
        *("sales", "sales"),
        "CNY",
    )
    stranger.headers["x-csrf-token"] = me["csrf_token"]
    sessions = (await stranger.get("/auth/sessions")).json()["items"]
    assert [each["current"] for each in sessions] == [True]
    assert (await stranger.post("/auth/logout")).status_code == 204
    assert (await stranger.get("/auth/me")).status_code == 401


async def test_a_write_by_cookie_needs_the_sessions_token(house):
    lin, other = await house.browser("lin"), await house.browser("lin")
    del lin.headers["x-csrf-token"]
    bare = await lin.post("/accounts", json={"name": "Forged"})
    assert (bare.status_code, bare.json()["code"]) == (403, "csrf")
    theirs = {"x-csrf-token": other.headers["x-csrf-token"]}
    assert (await lin.post("/accounts", json={"name": "F"}, headers=theirs)).status_code == 403
    for method, address in (
        *(("PATCH", "/auth/me"), ("DELETE", "/accounts/x"), ("POST", "/views")),
        *(("POST", "/auth/tokens"), ("POST", "/accounts/bulk"), ("POST", "/files")),
        *(("POST", "/auth/logout"), ("POST", "/notifications/read"), ("POST", "/live/watch")),
    ):
        assert (await lin.request(method, address, json={})).status_code == 403, address
    assert (await other.get("/accounts")).json()["items"] == []


async def test_a_token_reads_or_writes_as_it_was_made(house):
    reader = await house.program("lin", "read")
    writer = await house.program("lin")
    refused = await reader.post("/accounts", json={"name": "A"})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")
    made = await writer.post("/accounts", json={"name": "A"})
    assert made.status_code == 201
    assert (await reader.get(f"/accounts/{made.json()['id']}")).status_code == 200
    asked = await reader.post("/accounts/query", json={})
    assert asked.json()["count"]["value"] == 1
    tokens = (await writer.get("/auth/tokens")).json()["items"]
    # a token that outlives the one it was made with would be a thief's
    for client in (reader, writer):
        for scopes in (["read"], ["read", "write"]):
            bred = await client.post("/auth/tokens", json={"name": "bred", "scopes": scopes})
            assert (bred.status_code, bred.json()["code"]) == (403, "scope")
    assert (await writer.get("/auth/tokens")).json()["items"] == tokens
    assert all("token" not in each and "secret_hash" not in each for each in tokens)
    for each in tokens:
        await writer.delete(f"/auth/tokens/{each['id']}")
    assert (
        await house.stranger(authorization="Bearer fx_none").get("/accounts")
    ).status_code == 401
    assert (await house.stranger(authorization="Basic x").get("/accounts")).status_code == 401


async def test_guessing_is_locked_out_and_says_for_how_long(house):
    stranger = house.stranger()
    body = {"email": "lin@example.com", "password": "wrong"}
    statuses = [(await stranger.post("/auth/login", json=body)).status_code for _ in range(7)]
    last = await stranger.post("/auth/login", json=body)
    assert statuses[0] == 401
    assert (last.status_code, last.json()["code"]) == (429, "locked_out")
    assert int(last.headers["retry-after"]) > 0


async def test_ones_profile_and_preferences(house):
    lin = await house.browser("lin")
    changed = await lin.patch(
        "/auth/me", json={"timezone": "Europe/Berlin", "preferences": {"theme": "dark"}}
    )
    me = changed.json()
    assert (me["timezone"], me["preferences"]) == ("Europe/Berlin", {"theme": "dark"})
    # another window sets something else; nothing of this one's is lost
    await lin.patch("/auth/me", json={"preferences": {"dense": True}})
    await lin.patch("/auth/me", json={"preferences": {"theme": None}})
    assert (await lin.get("/auth/me")).json()["preferences"] == {"dense": True}
    # two windows of somebody who has none yet, each setting others at the same time
    windows = [await house.browser("zhao") for _ in range(2)]
    sent = {f"key_{number}": number for number in range(12)}
    await asyncio.gather(
        *(
            windows[number % 2].patch("/auth/me", json={"preferences": {key: number}})
            for key, number in sent.items()
        )
    )
    for window in windows:
        assert (await window.get("/auth/me")).json()["preferences"] == sent
    for body, pointer in (
        ({"timezone": "Mars/Base"}, "/timezone"),
        ({"locale": "xx"}, "/locale"),
        ({"role": "x"}, "/role"),
        ({"preferences": {"x": "y" * 40_000}}, "/preferences"),
    ):
        answer = await lin.patch("/auth/me", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_administration_is_for_administrators(house):
    lin = await house.browser("lin")
    for method, address in (
        *(("GET", "/settings"), ("PATCH", "/settings"), ("GET", "/custom_fields")),
        *(("POST", "/custom_fields"), ("POST", "/custom_objects"), ("POST", "/demo/clear")),
    ):
        options = {} if method == "GET" else {"json": {}}
        assert (await lin.request(method, address, **options)).status_code == 403, address
    admin = await house.browser("admin")
    done = await admin.patch("/settings", json={"company_name": "放心"})
    assert done.json()["company_name"] == "放心"
    assert (await lin.get("/auth/me")).json()["settings"]["company_name"] == "放心"


async def test_a_custom_field_stands_beside_the_others_at_once(house):
    admin, lin = await house.browser("admin"), await house.browser("lin")
    labels = {"en": "Grade", "zh-CN": "等级"}
    options = [{"key": "a", "labels": {"en": "A"}}]
    body = {"object": "account", "key": "grade", "type": "choice"}
    made = await admin.post("/custom_fields", json={**body, "labels": labels, "options": options})
    assert made.status_code == 201, made.text
    created = await lin.post("/accounts", json={"name": "Graded", "grade": "a"})
    assert created.json()["grade"] == "a"
    wrong = await lin.post("/accounts", json={"name": "G2", "grade": "b"})
    assert wrong.json()["errors"][0]["pointer"] == "/grade"
    field = {each["key"]: each for each in (await lin.get("/objects/account")).json()["fields"]}[
        "grade"
    ]
    assert (field["label"], field["custom"]) == ("Grade", True)
    assert (await admin.delete(f"/custom_fields/{made.json()['id']}")).status_code == 204
    assert "grade" not in (await lin.get(f"/accounts/{created.json()['id']}")).json()


async def test_views_are_ones_own_unless_shared(house):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    view = {"object": "accounts", "name": "Mine", "config": {"sort": "-name"}}
    mine = (await lin.post("/views", json=view)).json()
    assert mine["object"] == "account"
    assert (await zhao.get("/views", params={"object": "account"})).json()["items"] == []
    assert (await zhao.patch(f"/views/{mine['id']}", json={"name": "x"})).status_code == 404
    await lin.patch(f"/views/{mine['id']}", json={"shared": True})
    shared = (await zhao.get("/views")).json()["items"]
    assert [(each["id"], each["owner"]["name"]) for each in shared] == [(mine["id"], "Lin")]
    assert (await zhao.delete(f"/views/{mine['id']}")).status_code == 403
    roles = {
        each["key"]: each["id"]
        for each in (await (await house.browser("admin")).get("/roles")).json()["items"]
    }
    own = (await zhao.get("/auth/me")).json()["role"]["id"]
    other = next(each for each in roles.values() if each != own)
    for ids, seen in (([other], False), ([other, own], True), ([], True)):
        kept = await lin.patch(f"/views/{mine['id']}", json={"roles": ids})
        assert kept.json()["roles"] == ids
        assert bool((await zhao.get("/views")).json()["items"]) == seen
        status = (await zhao.get(f"/views/{mine['id']}")).status_code
        assert status == (200 if seen else 404)
    for bad in ("x", mine["id"]):
        refused = await lin.patch(f"/views/{mine['id']}", json={"roles": [own, bad]})
        assert refused.json()["errors"][0]["pointer"] == "/roles/1"
    assert (await lin.get(f"/views/{mine['id']}")).json()["roles"] == []
    assert (await lin.delete(f"/views/{mine['id']}")).status_code == 204
    for body in ({}, {**view, "name": ""}, {**view, "kind": "x"}, {**view, "extra": 1}):
        assert (await lin.post("/views", json=body)).status_code == 422
