"""Making rules over HTTP: what makes no sense is refused, and what a rule uses stays."""

from __future__ import annotations

from typing import Any

from tests.api.ruling import RICH, Client, admin, errors, made

__all__ = ["admin"]

ACCOUNT = {"name": "X", "of_object": "account", "kind": "display"}
VALID = {"name": "X", "of_object": "account", "kind": "validation", "messages": {"en": "No."}}
DOOR = {"name": "X", "of_object": "opportunity", "kind": "gate"}
NOWHERE = "00000000-0000-7000-8000-000000000000"
FAULTY: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({**VALID, "of_object": "nothing", "condition": RICH}, "/of_object", "unknown_object"),
    ({**VALID, "of_object": "role", "condition": RICH}, "/of_object", "not_ruled"),
    ({**VALID, "of_object": "rule", "condition": RICH}, "/of_object", "not_ruled"),
    ({**VALID, "condition": None}, "/condition", "required"),
    (
        {**VALID, "condition": {"field": "gone", "op": "is", "value": 1}},
        "/condition/field",
        "unknown_field",
    ),
    (
        {**VALID, "condition": {"all": [{"field": "name", "op": "<", "value": "1"}]}},
        "/condition/all/0/op",
        "bad_operator",
    ),
    ({**VALID, "condition": RICH, "messages": {}}, "/messages", "required"),
    ({**VALID, "condition": RICH, "messages": {"fr": "Non"}}, "/messages", "not_an_option"),
    ({**VALID, "condition": RICH, "field": "gone"}, "/field", "unknown_field"),
    ({**VALID, "condition": RICH, "effects": {"hide": ["phone"]}}, "/effects", "not_for_kind"),
    ({**ACCOUNT, "effects": {}}, "/effects", "required"),
    ({**ACCOUNT, "effects": {"colour": ["phone"]}}, "/effects/colour", "unknown_setting"),
    ({**ACCOUNT, "effects": {"hide": ["gone"]}}, "/effects/hide/0", "unknown_field"),
    ({**ACCOUNT, "effects": {"hide": ["name"]}}, "/effects/hide/0", "always_shown"),
    ({**ACCOUNT, "effects": {"require": ["created_at"]}}, "/effects/require/0", "not_fillable"),
    ({**ACCOUNT, "effects": {"options": {"phone": ["x"]}}}, "/effects/options/phone", "no_options"),
    (
        {**ACCOUNT, "effects": {"options": {"status": ["x"]}}},
        "/effects/options/status/0",
        "unknown_state",
    ),
    (
        {**ACCOUNT, "condition": RICH, "effects": {"hide": ["annual_revenue"]}},
        "/effects/hide/0",
        "circle",
    ),
    ({**DOOR, "effects": {"require": ["amount"]}}, "/state", "required"),
    (
        {**DOOR, "state": {"field": "amount", "values": ["1"]}, "effects": {"require": ["amount"]}},
        "/state/field",
        "no_state",
    ),
    (
        {
            **DOOR,
            "state": {"field": "stage", "values": [NOWHERE]},
            "effects": {"require": ["amount"]},
        },
        "/state/values/0",
        "unknown_state",
    ),
    (
        {
            **DOOR,
            "state": {"field": "stage", "values": ["nowhere"]},
            "effects": {"require": ["amount"]},
        },
        "/state/values/0",
        "unknown_state",
    ),
    ({**DOOR, "state": {"field": "stage", "values": [NOWHERE]}}, "/effects", "required"),
)


async def test_what_makes_no_sense_is_refused_by_name(house: Any, admin: Client) -> None:
    for body, pointer, code in FAULTY:
        for path in ("/rules", "/rules/try"):
            answer = await admin.post(path, json=body)
            found = {key: code for key, (code, _) in errors(answer).items()}
            assert found.get(pointer) == code, (body, found)
    assert (await admin.get("/rules")).json()["items"] == []
    # a circle over two rules: neither field could be brought back
    first = {**ACCOUNT, "condition": {"field": "phone", "op": "empty"}}
    await made(admin, "rules", **first, effects={"hide": ["website"]})
    second = {**ACCOUNT, "condition": {"field": "website", "op": "empty"}}
    answer = await admin.post("/rules", json={**second, "effects": {"hide": ["phone"]}})
    assert errors(answer)["/effects/hide/0"][0] == "circle"
    pipeline = await made(admin, "pipelines", name="P")
    stages = [
        await made(admin, "stages", name=name, key=name, pipeline=pipeline["id"], order=order)
        for order, name in enumerate(("one", "two"))
    ]
    state = {"field": "stage", "values": ["two"]}
    gate = await made(admin, "rules", **DOOR, state=state, effects={"require": ["next_step"]})
    assert gate["state"]["values"] == [stages[1]["id"]]
    deal = await made(admin, "opportunities", name="D")
    moved = await admin.patch(f"/opportunities/{deal['id']}", json={"stage": "two"})
    assert errors(moved) == {"/next_step": ("stage_requirement", "X: this field is needed.")}
    assert (await admin.get(f"/opportunities/{deal['id']}")).json()["stage"]["name"] == "one"


async def test_a_field_that_rules_use_stays_and_a_changed_one_stops_no_write(
    house: Any, admin: Client
) -> None:
    field = {"object": "account", "key": "grade", "type": "choice", "label": "Grade"}
    grade = await made(admin, "custom_fields", **field, options=["a", "b"])
    over = {"field": "account.grade", "op": "is", "value": "a"}
    rules = [
        await made(admin, "rules", **{**VALID, "name": name, "of_object": of}, condition=condition)
        for name, of, condition in (
            ("Own", "account", {"field": "grade", "op": "is", "value": "b"}),
            ("Across", "contact", over),
        )
    ]
    uses = (await admin.get(f"/custom_fields/{grade['id']}/uses")).json()["items"]
    assert [each for each in uses if each["kind"] == "rule"] == [
        {"kind": "rule", "name": "Own"},
        {"kind": "rule", "name": "Across"},
    ]
    refused = await admin.delete(f"/custom_fields/{grade['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert "Own, Across" in refused.json()["detail"]
    errors(await admin.post("/accounts", json={"name": "A", "grade": "b"}))
    # a field that is another type by then: the rule rests, and is told of
    converted = await admin.post(f"/custom_fields/{grade['id']}/convert", json={"type": "integer"})
    assert converted.status_code == 200, converted.text
    grade = converted.json()["field"]
    await made(admin, "accounts", name="B", grade=7)
    faults = (await admin.get("/rules/faults")).json()["items"]
    assert [each["id"] for each in faults] == [each["id"] for each in rules]
    assert (await admin.delete(f"/rules/{rules[0]['id']}")).status_code == 204
    assert (await admin.delete(f"/rules/{rules[1]['id']}")).status_code == 204
    assert (await admin.delete(f"/custom_fields/{grade['id']}")).status_code == 204
    # what comes back from the bin is looked at again
    errors(await admin.post(f"/rules/{rules[1]['id']}/restore"))
