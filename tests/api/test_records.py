"""Records over HTTP: the contract of DESIGN 7, and that a refusal changes nothing."""

from __future__ import annotations

import asyncio
import json
import uuid


async def _names(client, path="accounts"):
    page = (await client.get(f"/{path}", params={"fields": "name", "sort": "name"})).json()
    return [item["name"] for item in page["items"]]


async def test_a_record_goes_round(house):
    lin = await house.browser("lin")
    made = await lin.post("/accounts", json={"name": "Acme 上海", "phone": "13800138000"})
    record = made.json()
    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'
    assert made.headers["location"] == f"/api/v1/accounts/{record['id']}"
    assert record["phone"] == "+8613800138000"
    assert record["owner"] == {"id": house.ids["lin"], "name": "Lin", "object": "user"}
    address = f"/accounts/{record['id']}"
    changed = await lin.patch(address, json={"name": "Acme"}, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (await lin.get(address)).json()["name"] == "Acme"
    assert (await lin.delete(address)).status_code == 204
    assert (await lin.get(address)).status_code == 404
    back = await lin.post(f"{address}/restore")
    assert (back.status_code, back.json()["name"]) == (200, "Acme")


async def test_a_stale_write_is_refused_with_the_other_side(house):
    lin = await house.browser("lin")
    id_ = (await lin.post("/accounts", json={"name": "A"})).json()["id"]
    await lin.patch(f"/accounts/{id_}", json={"name": "B"})
    stale = await lin.patch(f"/accounts/{id_}", json={"name": "C"}, headers={"if-match": '"1"'})
    problem = stale.json()
    assert (stale.status_code, problem["code"]) == (409, "stale")
    assert problem["current"]["name"] == "B"
    assert problem["changed"] == ["name"]
    assert (await lin.get(f"/accounts/{id_}")).json()["name"] == "B"


async def test_pages_follow_each_other_and_counts_are_told(house):
    lin = await house.browser("lin")
    body = {"create": [{"name": f"N{number:02}"} for number in range(7)]}
    done = (await lin.post("/accounts/batch", json=body)).json()
    assert [item["status"] for item in done["results"]] == [201] * 7
    seen, cursor = [], None
    while True:
        asked = {"sort": "name", "limit": 3, "fields": ["name"], "cursor": cursor}
        page = (await lin.post("/accounts/query", json=asked)).json()
        seen += [item["name"] for item in page["items"]]
        assert page["count"] == {"value": 7, "capped": False}
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"N{number:02}" for number in range(7)]


async def test_a_batch_tells_each_result_and_an_atomic_one_is_whole(house):
    lin = await house.browser("lin")
    body = {"create": [{"name": "Good"}, {"name": "Bad", "phone": "x"}]}
    each = (await lin.post("/accounts/batch", json=body)).json()["results"]
    assert [item["status"] for item in each] == [201, 422]
    assert each[1]["problem"]["errors"][0]["pointer"] == "/phone"
    body = {"create": [{"name": "Good 2"}, {"name": "Bad", "phone": "x"}], "atomic": True}
    whole = await lin.post("/accounts/batch", json=body)
    assert whole.status_code == 422
    assert whole.json()["errors"][0]["pointer"] == "/create/1/phone"
    assert await _names(lin) == ["Good"]


async def test_bulk_takes_ids_or_a_filter_and_minds_the_expected_count(house):
    lin = await house.browser("lin")
    for name in ("x1", "x2", "y1"):
        await lin.post("/accounts", json={"name": name})
    tree = {"field": "name", "op": "starts_with", "value": "x"}
    off = await lin.post(
        "/accounts/bulk", json={"filter": tree, "set": {"status": "active"}, "expected_count": 3}
    )
    assert (off.status_code, off.json()["code"], off.json()["count"]) == (409, "count_changed", 2)
    done = await lin.post("/accounts/bulk", json={"filter": tree, "set": {"status": "active"}})
    assert done.json()["changed"] == 2
    boss = await house.browser("admin")
    undone = await boss.post(f"/change_sets/{done.json()['change_set']}/undo")
    assert (undone.status_code, undone.json()["undone"]) == (200, 2)
    for body in ({}, {"ids": []}, {"ids": [], "set": {}, "delete": True}, {"set": {"name": "z"}}):
        assert (await lin.post("/accounts/bulk", json=body)).status_code == 422


async def test_what_one_may_not_see_does_not_exist(house):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    id_ = (await lin.post("/accounts", json={"name": "Mine"})).json()["id"]
    address = f"/accounts/{id_}"
    answers = [
        await zhao.get(address),
        await zhao.patch(address, json={"name": "Stolen"}),
        await zhao.patch(address, json={"nonsense": 1}),
        await zhao.delete(address),
        await zhao.get(f"{address}/explain"),
        await zhao.get(f"{address}/timeline"),
        await zhao.post("/tasks", json={"subject": "t", "about": {"object": "account", "id": id_}}),
    ]
    assert [each.status_code for each in answers] == [404] * 6 + [422]
    assert await _names(zhao) == []
    assert (await lin.get(address)).json()["name"] == "Mine"


BAD = (
    ("GET", "/accounts?nonsense=1", {}, 400, "/nonsense"),
    ("GET", "/accounts?limit=1000000", {}, 422, "/limit"),
    ("GET", "/accounts?limit=0", {}, 422, "/limit"),
    ("GET", "/accounts?limit=1&limit=2", {}, 400, None),
    ("GET", "/accounts?sort=nonsense", {}, 422, "/sort"),
    ("GET", "/accounts?fields=nonsense", {}, 422, "/fields"),
    ("GET", "/accounts?cursor=nonsense", {}, 422, "/cursor"),
    ("GET", "/accounts?filter=%7B", {}, 400, None),
    ("GET", "/accounts?q=%00", {}, 422, "/q"),
    ("GET", "/accounts?q=%FF", {}, 400, None),
    ("GET", "/nonsense", {}, 404, None),
    ("GET", "/accounts/not-an-id", {}, 404, None),
    ("GET", "/accounts/a/b/c/d", {}, 404, None),
    ("PUT", "/accounts", {}, 405, None),
    ("POST", "/accounts", {"content": b"{"}, 400, None),
    ("POST", "/accounts", {"content": b'{"name": "\\ud800"}'}, 400, None),
    ("POST", "/accounts", {"content": b'{"name": "\xff"}'}, 400, None),
    ("POST", "/accounts", {"content": b"[" * 100_000}, 400, None),
    ("POST", "/accounts", {"content": b"[]"}, 422, ""),
    ("POST", "/accounts", {"json": {"name": "a\x00"}}, 422, "/name"),
    ("POST", "/accounts", {"json": {"name": "x" * 256}}, 422, "/name"),
    ("POST", "/accounts", {"json": {"name": 1}}, 422, "/name"),
    ("POST", "/accounts", {"json": {}}, 422, "/name"),
    ("POST", "/accounts", {"json": {"name": "n", "nonsense": 1}}, 422, "/nonsense"),
    ("POST", "/accounts", {"json": {"name": "n", "status": "nonsense"}}, 422, "/status"),
    ("POST", "/accounts", {"json": {"name": "n", "owner": str(uuid.uuid4())}}, 422, "/owner"),
    ("POST", "/accounts", {"json": {"name": "n", "employees": 1.5}}, 422, "/employees"),
    ("POST", "/accounts?allow_duplicates=1", {"json": {"name": "n"}}, 422, "/allow_duplicates"),
    ("POST", "/accounts/query", {"json": {"limit": True}}, 422, "/limit"),
    ("POST", "/accounts/query", {"json": {"nonsense": 1}}, 422, "/nonsense"),
    ("POST", "/accounts/aggregate", {"json": {"measures": [{"op": "no"}]}}, 422, "/measures/0"),
    ("POST", "/accounts/batch", {"json": {"delete": [1]}}, 422, "/delete"),
    ("POST", "/accounts/batch", {"json": {"delete": ["x"] * 1001}}, 422, ""),
)


async def test_bad_input_is_refused_by_name(house):
    lin = await house.browser("lin")
    for method, address, options, status, pointer in BAD:
        given = dict(options)
        if "content" in given:
            given["headers"] = {"content-type": "application/json"}
        answer = await lin.request(method, address, **given)
        problem, case = answer.json(), (method, address, str(options)[:80], answer.text)
        assert (answer.status_code, problem["status"]) == (status, status), case
        assert answer.headers["content-type"] == "application/problem+json", case
        assert {"type", "title", "code", "detail"} <= set(problem), case
        if pointer is not None:
            assert problem["errors"][0]["pointer"] == pointer, case
        assert "Traceback" not in answer.text, case
        assert await _names(lin) == [], case


async def test_a_deep_filter_and_a_large_one_are_refused(house):
    lin = await house.browser("lin")
    deep = {"field": "name", "op": "is", "value": "x"}
    for _ in range(9):
        deep = {"not": deep}
    many = {"any": [{"field": "name", "op": "is", "value": "x"}] * 201}
    long = {"field": "status", "op": "in", "value": ["active"] * 1001}
    for tree in (deep, many, long, "text", {"field": "nonsense", "op": "is"}, {"field": []}):
        answer = await lin.post("/accounts/query", json={"filter": tree})
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["pointer"].startswith("/filter")


async def test_the_same_key_does_a_thing_once(house):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    key = {"idempotency-key": "key-1"}
    first = await lin.post("/accounts", json={"name": "Once"}, headers=key)
    again = await lin.post("/accounts", json={"name": "Once"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
    other = await lin.post("/accounts", json={"name": "Other"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert await _names(lin) == ["Once"]
    # the key is the actor's own
    assert (await zhao.post("/accounts", json={"name": "Zhao's"}, headers=key)).status_code == 201
    refused = await lin.post("/accounts", json={}, headers={"idempotency-key": "key-2"})
    mended = await lin.post("/accounts", json={"name": "M"}, headers={"idempotency-key": "key-2"})
    assert (refused.status_code, mended.status_code) == (422, 201)
    assert (
        await lin.post("/accounts", json={}, headers={"idempotency-key": " "})
    ).status_code == 400


async def test_the_same_key_at_once_creates_one(house):
    lin = await house.browser("lin")
    answers = await asyncio.gather(
        *(
            lin.post("/accounts", json={"name": "Race"}, headers={"idempotency-key": "race"})
            for _ in range(8)
        )
    )
    assert {each.status_code for each in answers} <= {201, 409}
    assert len({each.json()["id"] for each in answers if each.status_code == 201}) == 1
    running = [each.json()["code"] for each in answers if each.status_code == 409]
    assert set(running) <= {"idempotency_running"}
    assert await _names(lin) == ["Race"]


async def test_a_key_holds_for_a_batch_of_several_transactions(house):
    lin = await house.browser("lin")
    body = {"create": [{"name": f"B{number}"} for number in range(3)]}
    key = {"idempotency-key": "batch"}
    first = await lin.post("/accounts/batch", json=body, headers=key)
    again = await lin.post("/accounts/batch", json=body, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    assert await _names(lin) == ["B0", "B1", "B2"]


async def test_duplicates_are_told_and_may_be_allowed(house):
    lin = await house.browser("lin")
    one = (await lin.post("/accounts", json={"name": "Same"})).json()
    refused = await lin.post("/accounts", json={"name": "same"})
    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate")
    found = refused.json()["duplicates"]
    assert [(each["id"], each["matched_on"]) for each in found] == [(one["id"], ["name"])]
    allowed = await lin.post("/accounts?allow_duplicates=true", json={"name": "same"})
    assert allowed.status_code == 201


async def test_metadata_speaks_the_readers_language_and_is_cached(house):
    lin = await house.browser("lin")
    answer = await lin.get("/objects")
    found = {each["object"]: each for each in answer.json()["objects"]}
    account = found["account"]
    assert (account["label_plural"], account["path"]) == ("Accounts", "accounts")
    assert {"name", "owner", "status"} <= {each["key"] for each in account["fields"]}
    again = await lin.get("/objects", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await lin.get("/objects/accounts")).json() == account
    await lin.patch("/auth/me", json={"locale": "zh-CN"})
    chinese = (await lin.get("/objects/account")).json()
    assert chinese["label"] == "客户"
    assert (
        (await lin.get("/accounts?limit=0")).json()["errors"][0]["message"].startswith("limit 须")
    )


async def test_the_filter_of_an_address_is_that_of_a_body(house):
    lin = await house.browser("lin")
    for name in ("a", "b"):
        await lin.post("/accounts", json={"name": name})
    tree = {"field": "name", "op": "is", "value": "b"}
    by_address = await lin.get("/accounts", params={"filter": json.dumps(tree)})
    by_body = await lin.post("/accounts/query", json={"filter": tree})
    assert by_address.json() == by_body.json()
    assert [item["name"] for item in by_body.json()["items"]] == ["b"]
