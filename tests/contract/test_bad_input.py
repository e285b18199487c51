"""Bad input, each kind by name: a clear 4xx that names the field, and not a row changed by it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from fangxin.kernel.ids import named_id
from fangxin.modules.sales.first_records import stage_id
from tests.contract.http import client_of
from tests.contract.naughty import naughty, words_of
from tests.contract.oracle import Oracle
from tests.contract.seeds import id_of
from tests.contract.world import World

ACCOUNT, CONTACT = id_of("account", 0), id_of("contact", 0)
NOBODY = named_id("nobody")


def deep(levels: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"field": "name", "op": "is", "value": "x"}
    for _ in range(levels):
        tree = {"not": tree}
    return tree


# name: (method, path, JSON or raw body, status, code or code of the first error, pointer)
CASES: dict[str, tuple[str, str, Any, int, str, str | None]] = {
    "unknown field": ("PATCH", f"/accounts/{ACCOUNT}", {"nope": 1}, 422, "unknown_field", "/nope"),
    "wrong type": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"employees": "many"}),
        *(422, "wrong_type", "/employees"),
    ),
    "a number for a text": (
        *("POST", "/accounts", {"name": 5}),
        *(422, "wrong_type", "/name"),
    ),
    "too long": ("PATCH", f"/accounts/{ACCOUNT}", {"name": "x" * 256}, 422, "too_long", "/name"),
    "bad enum": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"status": "nope"}),
        *(422, "not_an_option", "/status"),
    ),
    "required is missing": ("POST", "/accounts", {}, 422, "required", "/name"),
    "nothing where something must be": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"name": None}),
        *(422, "required", "/name"),
    ),
    "id of nobody": ("GET", f"/accounts/{NOBODY}", None, 404, "not_found", None),
    "id that is none": ("GET", "/accounts/what", None, 404, "not_found", None),
    "link to nobody": (
        *("PATCH", f"/contacts/{CONTACT}", {"account": NOBODY}),
        *(422, "unknown_link", "/account"),
    ),
    "stale version in the body": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"name": "x", "version": 0}),
        *(409, "stale", None),
    ),
    "a version that is no number": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"name": "x", "version": "new"}),
        *(422, "wrong_type", "/version"),
    ),
    "a version that is no number in a batch": (
        *("POST", "/accounts/batch"),
        {"update": [{"id": ACCOUNT, "name": "x", "version": "new"}], "atomic": True},
        *(422, "wrong_type", "/update/0/version"),
    ),
    "deep filter": (
        *("POST", "/accounts/query", {"filter": deep(9)}),
        *(422, "filter_too_deep", None),
    ),
    "very deep JSON": ("POST", "/accounts", "[" * 100_000, 400, "invalid_json", None),
    "wide filter": (
        *("POST", "/accounts/query", {"filter": {"any": [deep(0)] * 201}}),
        *(422, "filter_too_deep", None),
    ),
    "too many values": (
        *("POST", "/accounts/query"),
        {"filter": {"field": "name", "op": "in", "value": ["x"] * 1001}},
        *(422, "too_many", "/filter/value"),
    ),
    "bad operator": (
        *("POST", "/accounts/query", {"filter": {"field": "name", "op": "<", "value": "x"}}),
        *(422, "bad_operator", "/filter/op"),
    ),
    "a body of 10 MB": (
        *("POST", "/accounts", json.dumps({"description": "x" * (10 * 1024 * 1024)})),
        *(413, "too_large", None),
    ),
    "no JSON": ("POST", "/accounts", '{"name": ', 400, "invalid_json", None),
    "a list for an object": ("POST", "/accounts", "[]", 422, "wrong_type", ""),
    "not UTF-8": ("POST", "/accounts", b'{"name": "\xff"}', 400, "invalid_json", None),
    "page of 1,000,000": ("GET", "/accounts?limit=1000000", None, 422, "out_of_range", "/limit"),
    "page of nothing": ("GET", "/accounts?limit=0", None, 422, "out_of_range", "/limit"),
    "unknown parameter": ("GET", "/accounts?offset=5", None, 400, "unknown_parameter", "/offset"),
    "broken cursor": ("GET", "/accounts?cursor=abc", None, 422, "bad_cursor", "/cursor"),
    "NUL in a text": ("PATCH", f"/accounts/{ACCOUNT}", {"name": "a\x00b"}, 422, "nul", "/name"),
    "NUL in a key": ("PATCH", f"/accounts/{ACCOUNT}", {"na\x00me": "a"}, 422, "nul", None),
    "NUL in a filter": (
        *("POST", "/accounts/query", {"filter": {"field": "name", "op": "is", "value": "\x00"}}),
        *(422, "nul", "/filter/value"),
    ),
    "a lone surrogate": ("POST", "/accounts", r'{"name": "\ud800"}', 400, "invalid_json", None),
    "sort by nothing": ("GET", "/accounts?sort=nope", None, 422, "unknown_field", "/sort"),
    "sort by what has no order": ("GET", "/accounts?sort=tags", None, 422, "not_sortable", "/sort"),
    "number too large": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"employees": 2**63}),
        *(422, "too_large", "/employees"),
    ),
    "money too large": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"annual_revenue": "9" * 25}),
        *(422, "too_large", "/annual_revenue"),
    ),
    "money of 40 digits, as a number": (
        *("PATCH", f"/accounts/{ACCOUNT}", '{"annual_revenue": %s}' % ("9" * 40)),
        *(422, "too_large", "/annual_revenue"),
    ),
    "unknown currency": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"annual_revenue": {"amount": "1", "currency": "XAU"}}),
        *(422, "bad_currency", "/annual_revenue"),
    ),
    "a currency without a rate": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"annual_revenue": {"amount": "1", "currency": "GBP"}}),
        *(422, "no_rate", "/annual_revenue"),
    ),
    "a script as an address": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"website": "javascript:alert(1)"}),
        *(422, "bad_url", "/website"),
    ),
    "a script behind a tab as an address": (
        *("PATCH", f"/accounts/{ACCOUNT}", {"website": "java\tscript:alert(1)"}),
        *(422, "bad_url", "/website"),
    ),
    "a day that is none": (
        *("PATCH", f"/contacts/{CONTACT}", {"birthday": "2026-02-30"}),
        *(422, "wrong_type", "/birthday"),
    ),
    "a birthday that lies ahead": (
        *("PATCH", f"/contacts/{CONTACT}", {"birthday": "2199-01-01"}),
        *(422, "too_late", "/birthday"),
    ),
    "a day before all": (
        *("PATCH", f"/contacts/{CONTACT}", {"birthday": "0226-11-21"}),
        *(422, "too_early", "/birthday"),
    ),
    "a moment after all": (
        *("POST", "/tasks", {"subject": "Call", "due_at": "9999-12-31T00:00:00Z"}),
        *(422, "too_late", "/due_at"),
    ),
    "a stage removed while in use": (
        *("DELETE", f"/stages/{stage_id('engaging')}", None),
        *(409, "in_use", None),
    ),
    "a role removed while in use": (
        *("DELETE", f"/roles/{named_id('role', 'sales')}", None),
        *(409, "role_in_use", None),
    ),
    "batch of 1,001": ("POST", "/accounts/batch", {"delete": [NOBODY] * 1001}, 422, "too_many", ""),
    "batch of no objects": ("POST", "/accounts/batch", {"update": [5]}, 422, "wrong_type", None),
    "bulk of everything": ("POST", "/accounts/bulk", {"set": {"name": "x"}}, 422, "required", None),
    "bulk without an act": ("POST", "/accounts/bulk", {"ids": [ACCOUNT]}, 422, "required", None),
    "unknown action": ("POST", f"/accounts/{ACCOUNT}/actions/fly", {}, 404, "", None),
    "unknown object": ("POST", "/unicorns", {"name": "x"}, 404, "unknown_object", None),
    "unknown address": ("GET", "/accounts/a/b/c/d", None, 404, "unknown_address", None),
    "a method that is none": ("PUT", "/accounts", {}, 405, "method_not_allowed", None),
    "undo of nothing": ("POST", f"/change_sets/{NOBODY}/undo", {}, 404, "not_found", None),
    "a field type that is none": (
        *(
            "POST",
            "/custom_fields",
            {"object": "account", "key": "k", "type": "nope"},
        ),
        *(422, "", "/type"),
    ),
    "settings that are none": ("PATCH", "/settings", {"nope": 1}, 422, "unknown_field", "/nope"),
}


@pytest.fixture(scope="module")
async def houses(writable) -> AsyncIterator[list[tuple[World, httpx.AsyncClient]]]:
    """Both worlds, each with a client of the administrator."""
    async with client_of(writable[0], "root") as one, client_of(writable[1], "root") as two:
        yield list(zip(writable, (one, two), strict=True))


def content_of(body: Any) -> dict[str, Any]:
    if body is None:
        return {}
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return {"content": content, "headers": {"content-type": "application/json"}}


def check_problem(answer: httpx.Response, status: int, code: str, pointer: str | None) -> None:
    """A problem of RFC 9457 with the code, on the whole or on the first field."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    errors = problem.get("errors", [])
    assert problem["status"] == status
    assert problem["detail"]
    assert not code or code in {problem["code"], *(each["code"] for each in errors)}, problem
    assert pointer is None or pointer in [each["pointer"] for each in errors], problem
    assert all(each["message"] for each in errors)
    assert "Traceback" not in answer.text


async def test_refusals_name_things_as_people_do_with_the_keys_behind(houses):
    asked = {
        "op": ({"field": "owner.name", "op": "<", "value": "x"}, "(owner.name) ", " (is_not), "),
        "value": ({"field": "status", "op": "is", "value": "x"}, "Prospect, ", "Churned (lost)"),
        "field": ({"field": "nothing", "op": "is", "value": "x"}, "Account ", "nothing"),
    }
    for _, client in houses:
        for place, (condition, *words) in asked.items():
            answer = await client.post("/accounts/query", json={"filter": condition})
            (fault,) = answer.json()["errors"]
            assert fault["pointer"] == f"/filter/{place}"
            assert all(word in fault["message"] for word in words), fault
        body = {"annual_revenue": "9" * 40}
        answer = await client.patch(f"/accounts/{ACCOUNT}", json=body)
        assert "922,337,203,685,477.5807" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("name", CASES)
async def test_bad_input_is_refused_by_name_and_changes_nothing(houses, name):
    method, path, body, status, code, pointer = CASES[name]
    said = []
    for world, client in houses:
        before = await world.digest()
        answer = await client.request(method, path, **content_of(body))
        check_problem(answer, status, code, pointer)
        assert await world.digest() == before
        said.append(answer.json())
    assert said[0] == said[1]


async def test_what_one_may_not_see_or_read_is_refused_over_http(writable):
    for world in writable:
        oracle = Oracle(world.rows)
        hidden = next(r for r in world.rows["account"] if not oracle.may("lin", "read", r))
        seen = next(r for r in world.rows["account"] if oracle.may("ads", "read", r))
        async with client_of(world, "lin") as lin, client_of(world, "help") as service:
            before = await world.digest()
            for method, path in (
                ("GET", ""),
                ("PATCH", ""),
                ("DELETE", ""),
                ("GET", "/timeline"),
                ("GET", "/explain"),
                ("POST", "/restore"),
            ):
                body = {"name": "x"} if method == "PATCH" else None
                answer = await lin.request(
                    method, f"/accounts/{hidden.id}{path}", **content_of(body)
                )
                check_problem(answer, 404, "not_found", None)
            for query in (
                {"sort": "website"},
                {"filter": '{"field":"website","op":"is","value":"x"}'},
                {"filter": '{"field":"phone","op":"contains","value":"138"}'},
                {"fields": "website"},
                {"sort": "phone"},
            ):
                check_problem(await service.get("/accounts", params=query), 422, "", None)
            listed = await service.get(f"/accounts/{seen.id}")
            assert "website" not in listed.json()
            check_problem(await lin.patch("/settings", json={}), 403, "", None)
            made = {"object": "account", "key": "zz", "type": "text", "label": "Z"}
            check_problem(await lin.post("/custom_fields", json=made), 403, "", None)
            check_problem(await lin.post("/roles", json={"name": "x"}), 403, "", None)
            check_problem(await lin.post("/demo/clear", json={}), 403, "", None)
            check_problem(await lin.delete(f"/recycle_bin/account/{hidden.id}"), 403, "", None)
            assert await world.digest() == before


async def test_a_stage_move_that_is_not_allowed(houses):
    for world, client in houses:
        won = next(r for r in world.rows["opportunity"] if r.values["stage"] == stage_id("won"))
        before = await world.digest()
        answer = await client.patch(f"/opportunities/{won.id}", json={"stage": "lost"})
        check_problem(answer, 422, "transition_not_allowed", "/stage")
        assert await world.digest() == before
        bare = next(
            r
            for r in world.rows["opportunity"]
            if "amount" not in r.values
            and not r.deleted
            and r.values["stage"] in {stage_id("prospecting"), stage_id("engaging")}
        )
        answer = await client.patch(f"/opportunities/{bare.id}", json={"stage": "proposal"})
        check_problem(answer, 422, "stage_requirements", "/amount")
        assert await world.digest() == before


async def test_two_edits_at_once(houses):
    for _, client in houses:
        record = (await client.get(f"/accounts/{ACCOUNT}")).json()
        match = {"if-match": f'"{record["version"]}"'}
        first = await client.patch(
            f"/accounts/{ACCOUNT}", json={"credit_code": "one"}, headers=match
        )
        assert first.status_code == 200
        second = await client.patch(
            f"/accounts/{ACCOUNT}", json={"credit_code": "two"}, headers=match
        )
        check_problem(second, 409, "stale", None)
        assert second.json()["current"]["credit_code"] == "one"
        assert second.json()["changed"] == ["credit_code"]
        assert (await client.get(f"/accounts/{ACCOUNT}")).json() == first.json()


async def test_the_same_key_with_another_body(houses):
    for world, client in houses:
        headers = {"idempotency-key": "contract-1"}
        first = await client.post("/accounts", json={"name": "Keyed"}, headers=headers)
        assert first.status_code == 201
        before = await world.digest()
        again = await client.post("/accounts", json={"name": "Keyed"}, headers=headers)
        assert (again.status_code, again.json()) == (201, first.json())
        other = await client.post("/accounts", json={"name": "Other"}, headers=headers)
        check_problem(other, 422, "idempotency_mismatch", None)
        assert await world.digest() == before


async def test_a_batch_of_all_or_nothing_keeps_its_key(houses):
    for world, client in houses:
        headers = {"idempotency-key": "contract-2"}
        body = {"create": [{"name": "Once"}, {"name": "Twice"}], "atomic": True}
        first = await client.post("/accounts/batch", json=body, headers=headers)
        assert first.status_code == 200, first.text
        before = await world.digest()
        again = await client.post("/accounts/batch", json=body, headers=headers)
        assert again.json() == first.json()
        assert await world.digest() == before


@pytest.mark.parametrize(
    "name", ["someone@example.com", "../../etc/passwd", "a\nb.txt", "猫" * 300 + ".txt", "con"]
)
async def test_a_file_name_is_only_a_name(houses, name):
    for world, client in houses:
        answer = await client.post("/files", files={"file": (name, b"content", "text/plain")})
        assert answer.status_code in {201, 422}, answer.text
        if answer.status_code == 201:
            kept = answer.json()
            assert "/" not in kept["name"]
            assert "\n" not in kept["name"]
            content = await client.get(f"/files/{kept['id']}/content")
            assert content.content == b"content"
            assert content.headers["content-disposition"].startswith("attachment")
            assert not list(world.installation.settings.data_folder.glob("**/passwd"))


async def test_an_upload_of_2_gb_is_refused_before_it_is_stored(houses):
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
    kind = {"content-type": "multipart/form-data; boundary=b"}

    async def endless() -> AsyncIterator[bytes]:
        yield head
        for _ in range(2048):
            yield bytes(1024 * 1024)

    for world, client in houses:
        before = await world.digest()
        stored = world.installation.settings.files_url
        declared = await client.post(
            "/files", content=b"", headers={**kind, "content-length": str(2 * 1024**3)}
        )
        check_problem(declared, 413, "too_large", None)
        streamed = await client.post("/files", content=endless(), headers=kind)
        check_problem(streamed, 413, "too_large", None)
        assert await world.digest() == before
        assert stored


@pytest.mark.shared
async def test_naughty_strings_are_stored_and_shown_back_unchanged(houses, shared_folder):
    strings = json.loads((shared_folder / "data/security/blns.json").read_text("utf-8"))
    pairs = [naughty(number, text) for number, text in enumerate(strings)]
    for _, client in houses:
        answer = await client.post(
            "/contacts/batch",
            content=json.dumps({"create": [sent for sent, _ in pairs]}),
            headers={"content-type": "application/json"},
        )
        assert answer.status_code == 200, answer.text
        kept = 0
        for (sent, expected), result in zip(pairs, answer.json()["results"], strict=True):
            assert result["status"] == 201, (sent, result)
            record = words_of((await client.get(f"/contacts/{result['id']}")).json())
            assert {key: record[key] for key in expected} == expected
            kept += 1
        assert kept == len(strings)
        one = await client.get("/contacts", params={"q": strings[20] or "x", "limit": 5})
        assert one.status_code == 200
