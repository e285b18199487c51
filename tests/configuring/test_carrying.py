"""The configuration in a file: exported, compared, rehearsed, applied; all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fangxin import cli
from fangxin.access.contexts import system_context
from fangxin.access.roles import ADMINISTRATOR
from fangxin.app import build_installation
from fangxin.configuring import apply, whole
from fangxin.configuring.design import current
from fangxin.configuring.portray import written
from fangxin.history.turning import Wanted
from fangxin.kernel.errors import Conflict, Forbidden, Invalid
from fangxin.kernel.settings import read_settings
from fangxin.kernel.sql import Statement
from tests import servers
from tests.transfer.test_exporting import run_jobs

NAUGHTY = [
    *("<script>alert(1)</script>", "@role:sales", "Ω≈ç√∫˜µ≤≥÷"),
    *("ﷺ 社會科學院", "a/b~c", "'; --"),
]
FIELDS: list[dict[str, Any]] = [
    {"object": "account", "key": "double", "type": "formula", "formula": "units * 2", "scale": 0},
    {"object": "account", "key": "units", "type": "integer", "min": "1", "indexed": True},
    {"object": "account", "key": "no", "type": "text", "unique": True, "help": NAUGHTY[0]},
    {
        "object": "account",
        "key": "grade",
        "type": "choice",
        "default": "b",
        "options": [
            {"key": "b", "labels": {"en": NAUGHTY[1]}, "color": "red"},
            {"key": "a", "labels": {"zh-CN": NAUGHTY[3]}, "color": "gray"},
        ],
    },
    {"object": "machine", "key": "client", "type": "link", "target": "account", "indexed": True},
    {"object": "machine", "key": "number", "type": "auto_number", "default": "M-{number:04}"},
    {
        "object": "account",
        "key": "machines",
        "type": "roll_up",
        "over": "machine.client",
        "function": "count",
        "filter": {"field": "name", "op": "is", "value": NAUGHTY[1]},
    },
]


async def good(answer: Any) -> Any:
    found = await answer
    assert found.status_code < 300, found.text
    return found.json() if found.content else None


async def shape(admin: Any, house: Any) -> None:
    """Set something of every kind."""
    words = {"en": "Machine", "zh-CN": "设备"}
    await good(admin.post("/custom_objects", json={"name": "machine", "labels": words}))
    order = ["units", "double", "no", "grade", "client", "number", "machines"]
    for key in order:
        (body,) = [each for each in FIELDS if each["key"] == key]
        await good(admin.post("/custom_fields", json={**body, "labels": {"en": NAUGHTY[2]}}))
    line = await good(admin.post("/pipelines", json={"name": "Line/A", "order": 3}))
    await good(admin.patch(f"/pipelines/{line['id']}", json={"names": {"zh-CN": NAUGHTY[3]}}))
    stages = []
    for place, kind in enumerate(("open", "open", "won", "lost")):
        body = {"name": NAUGHTY[place], "key": f"s{place}", "kind": kind, "order": place}
        stages.append(await good(admin.post("/stages", json={**body, "pipeline": line["id"]})))
    needed = {"object": "opportunity", "key": "needed", "type": "text", "labels": {"en": "Needed"}}
    await good(admin.post("/custom_fields", json=needed))
    moves = {"allowed_moves": [stages[1]["id"], stages[2]["id"]], "required_fields": ["needed"]}
    await good(admin.patch(f"/stages/{stages[0]['id']}", json=moves))
    grants = {"account": {"read": {"chosen": [house.ids["east"]]}}, "machine": {"read": "own"}}
    rules = {"account": {"grade": {"read": "masked", "edit": False}}}
    role = await good(
        admin.post("/roles", json={"name": NAUGHTY[5], "grants": grants, "field_rules": rules})
    )
    await settle(admin, role)
    await good(admin.patch("/settings", json={"company_name": NAUGHTY[5]}))


async def settle(admin: Any, role: Any) -> None:
    """Set what names a role, and what strangers see."""
    questions = [{"field": "name", "required": True, "label": NAUGHTY[0]}]
    form = await good(
        admin.post("/lead_forms", json={"name": "Form", "key": "f", "questions": questions})
    )
    await good(admin.patch(f"/lead_forms/{form['id']}", json={"owner": None, "department": None}))
    section = {"key": "one", "labels": {"en": NAUGHTY[0]}, "columns": [["name", "grade"]]}
    tabs = [{"key": "main", "labels": {"en": "Main"}, "sections": [section]}]
    layout = {"name": NAUGHTY[1], "applies_to": "account", "place": "record"}
    arranged = {"body": {"tabs": tabs, "others": True}, "roles": [role["id"]]}
    await good(admin.post("/page_layouts", json=layout | arranged))
    stop = {"name": NAUGHTY[5], "of_object": "account", "kind": "validation"}
    stop["condition"] = {"field": "units", "op": ">", "value": 900}
    await good(admin.post("/rules", json={**stop, "messages": {"en": NAUGHTY[0]}}))
    rule = {"name": NAUGHTY[2], "applies_to": "account", "level": "edit"}
    rule["condition"] = {"field": "units", "op": ">", "value": 3}
    rule["holders"] = [{"object": "role", "id": role["id"]}]
    await good(admin.post("/sharing_rules", json=rule))
    view = {"object": "account", "name": NAUGHTY[4], "shared": True, "roles": [role["id"]]}
    tree = {"all": [{"field": "grade", "op": "is", "value": "@b"}]}
    for _ in range(2):
        await good(admin.post("/views", json={**view, "config": {"filter": tree}}))


@pytest.fixture(scope="module")
async def shaped(people: Any) -> Any:
    house, admin, _ = people
    await shape(admin, house)
    return people


@pytest.fixture
async def empty(database_url: str, tmp_path: Path) -> AsyncIterator[Any]:
    """The context of the product in an installation without anything."""
    installation = build_installation(read_settings(servers.environment(database_url, tmp_path)))
    await installation.start()
    yield await system_context(installation)
    await installation.stop()


async def test_a_file_goes_round_byte_by_byte(shaped: Any, empty: Any) -> None:
    _, admin, _ = shaped
    answer = await admin.get("/configuration", params={"include": "department"})
    assert answer.headers["content-disposition"].startswith("attachment")
    raw = answer.content
    document = json.loads(raw)
    assert not any(each in raw.decode() for each in shaped[0].ids.values())
    assert list(document["custom_fields"]["account"])[:3] == ["units", "double", "no"]
    assert list(document["records"]["stage"]) == [f"Line~1A/s{place}" for place in range(4)]
    stage = document["records"]["stage"]["Line~1A/s0"]
    assert stage["allowed_moves"] == ["@stage:Line~1A/s1", "@stage:Line~1A/s2"]
    role = document["records"]["role"][NAUGHTY[5]]
    assert role["grants"]["account"]["read"] == {"chosen": ["@department:hq/east"]}
    view = document["views"]["account"]
    assert list(view) == [NAUGHTY[4], f"{NAUGHTY[4]}~#2"]
    assert view[NAUGHTY[4]]["roles"] == [f"@role:{NAUGHTY[5]}"]

    # the administrators' role stays for good
    fixed = {
        key: each
        for key, each in document["records"]["role"].items()
        if each["key"] == ADMINISTRATOR
    }
    head = {key: document[key] for key in ("format", "version")}
    await apply.apply(empty, {**head, "records": {"role": fixed}})
    bare = written(await apply.export(empty))
    rehearsed = await apply.apply(empty, document, rehearse=True)
    assert list((await apply.export(empty))["records"]["role"]) == list(fixed)
    done = await apply.apply(empty, document)
    assert done["applied"]
    assert done["changes"] == rehearsed["changes"]
    assert written(await apply.export(empty, ["department"])) == raw
    again = await apply.apply(empty, document)
    assert (again["changes"], again["applied"], again["change_set"]) == ([], False, None)
    # it all stands in one change set
    sql = Statement("SELECT count(DISTINCT change_set_id) FROM change", (), {}, (), ())
    rows = await empty.database.read(sql, {})
    assert rows[0][0] == len(["the role", "the rest"])
    await goes_and_comes(empty, done, bare, raw)


async def goes_and_comes(empty: Any, done: Any, bare: bytes, raw: bytes) -> None:
    """Take an applied file back in one step, and bring it about once more in another."""
    seen = await whole.preview_undo(empty, done["change_set"], Wanted())
    assert (seen["conflicts"], seen["refused"], seen["whole"]) == ([], False, True)
    assert written(await apply.export(empty, ["department"])) == raw
    gone = await whole.undo(empty, done["change_set"], Wanted())
    assert gone["undone"] == seen["undone"] > len(done["changes"])
    assert written(await apply.export(empty)) == bare
    with pytest.raises(Conflict):
        await whole.undo(empty, done["change_set"], Wanted())
    await whole.undo(empty, gone["change_set"], Wanted())
    assert json.loads(written(await apply.export(empty, ["department"]))) == json.loads(raw)


async def test_what_was_compiled_is_not_compiled_again(shaped: Any) -> None:
    house, _, _ = shaped
    await house.installation.refresh_registry()
    ctx = await system_context(house.installation)
    assert await ctx.database.write(lambda tx: current(ctx, tx)) is ctx


async def exported(client: Any) -> bytes:
    answer = await client.get("/configuration", params={"include": "department"})
    assert answer.status_code == 200, answer.text
    return answer.content


def spoilt(wrong: dict[str, Any]) -> dict[str, Any]:
    """A document with a fault of each kind."""
    fields = wrong["custom_fields"]["account"]
    fields["grade"]["options"].pop()
    fields["units"]["type"] = "text"
    fields["new/one"] = {"type": "text", "labels": {"en": "X"}}
    fields["odd"] = {"type": "formula", "formula": "nothing + 1", "labels": {"en": "X"}}
    wrong["records"]["stage"]["Line~1A/s0"]["allowed_moves"] = ["@stage:gone"]
    wrong["records"]["role"]["sales"]["grants"]["account"] = {"fly": "all"}
    wrong["records"]["lead_form"]["f"]["owner"] = "nobody@example.com"
    wrong["records"]["pipeline"]["Line~1A"]["order"] = "x"
    wrong["records"]["account"] = {"x": {"name": "x"}}
    wrong["views"]["account"][NAUGHTY[4]]["kind"] = "heap"
    wrong["company"]["timezone"] = "Moon/Sea"
    return wrong


async def test_what_uses_a_field_is_told_before_it_goes(shaped: Any) -> None:
    _, admin, lin = shaped
    fields = (await good(admin.get("/custom_fields")))["items"]
    ids = {each["key"]: each["id"] for each in fields}
    used = {}
    for key in ("grade", "needed", "units"):
        place = f"/custom_fields/{ids[key]}/uses"
        items = (await good(admin.get(place)))["items"]
        used[key] = sorted((each["kind"], each["name"]) for each in items)
        assert (await lin.get(place)).status_code == 403
    assert used["grade"] == [
        ("layout", NAUGHTY[1]),
        ("role", NAUGHTY[5]),
        ("view", NAUGHTY[4]),
        ("view", NAUGHTY[4]),
    ]
    assert used["needed"] == [("stage", NAUGHTY[0])]
    assert used["units"] == [
        ("formula", NAUGHTY[2]),
        ("rule", NAUGHTY[5]),
        ("sharing_rule", NAUGHTY[2]),
    ]


async def test_what_does_not_fit_is_named_and_nothing_is_changed(shaped: Any) -> None:
    _, admin, _ = shaped
    before = await exported(admin)
    body = {"configuration": spoilt(json.loads(before)), "dry_run": False}
    answer = await admin.post("/configuration/apply", json=body)
    assert answer.status_code == 422, answer.text
    faults = {each["pointer"]: each["code"] for each in answer.json()["errors"]}
    assert faults.keys() >= {
        "/custom_fields/account/grade/options",
        # it would become a text, which has no smallest value
        "/custom_fields/account/units/min",
        "/custom_fields/account/new~1one/key",
        "/custom_fields/account/odd/formula",
        "/records/stage/Line~01A~1s0/allowed_moves",
        "/records/role/sales/grants",
        "/records/lead_form/f/owner",
        "/records/pipeline/Line~01A/order",
        "/records/account/x",
        "/views/account/a~1b~0c/kind",
        "/company/timezone",
    }
    assert faults["/records/lead_form/f/owner"] == "unknown_reference"
    assert await exported(admin) == before


async def test_what_is_no_configuration_is_refused(shaped: Any) -> None:
    _, admin, _ = shaped
    before = await exported(admin)
    good_one = json.loads(before)
    for bad in (
        {},
        {**good_one, "version": 9},
        {**good_one, "more": {}},
        {**good_one, "records": []},
        {**good_one, "custom_fields": {"account": {"x": 1}}},
    ):
        for path in ("diff", "apply"):
            sent = await admin.post(f"/configuration/{path}", json={"configuration": bad})
            assert sent.status_code == 422, sent.text
    assert await exported(admin) == before


async def test_a_difference_is_told_and_brought_about(shaped: Any) -> None:
    _, admin, _ = shaped
    before = json.loads(await exported(admin))
    part = {key: before[key] for key in ("format", "version")}
    part["custom_fields"] = {"account": {**before["custom_fields"]["account"]}}
    part["custom_fields"]["account"]["units"] = {"labels": {"en": "Units"}, "required": True}
    del part["custom_fields"]["account"]["machines"]
    part["records"] = {"role": {"sales": {"description": "New"}, "新": {"name": "新", "key": "新"}}}
    told = await good(admin.post("/configuration/diff", json={"configuration": part}))
    kinds = {(each["change"], each["section"], each["key"]) for each in told["changes"]}
    assert kinds >= {
        ("changed", "custom_fields", "units"),
        ("removed", "custom_fields", "machines"),
        ("changed", "records", "sales"),
        ("added", "records", "新"),
        ("removed", "records", "manager"),
    }
    body = {"configuration": part, "dry_run": True}
    await good(admin.post("/configuration/apply", json=body))
    assert json.loads(await exported(admin)) == before
    await good(admin.post("/configuration/apply", json={**body, "dry_run": False}))
    now = json.loads(await exported(admin))
    assert now["custom_fields"]["account"]["units"]["required"] is True
    # neither what is not named nor what others hold is lost
    assert now["custom_fields"]["account"]["machines"]
    assert now["records"]["role"]["sales"]["grants"] == before["records"]["role"]["sales"]["grants"]
    # removing is asked for, and what is in use stays: nothing is done then
    answer = await admin.post("/configuration/apply", json={"configuration": part, "prune": True})
    assert answer.status_code == 422
    assert "role_in_use" in {each["code"] for each in answer.json()["errors"]}
    assert json.loads(await exported(admin)) == now
    # back to how it was, the new role and nothing else removed
    whole = {"configuration": before, "prune": True}
    done = await good(admin.post("/configuration/apply", json=whole))
    assert ("removed", "新") in {(each["change"], each["key"]) for each in done["changes"]}
    assert json.loads(await exported(admin)) == before
    history = (await good(admin.get("/settings/history", params={"limit": 3})))["items"]
    assert {each["change_set"] for each in history} == {done["change_set"]}


async def test_another_type_goes_through_the_converter(shaped: Any) -> None:
    _, admin, _ = shaped
    body = {"object": "contact", "key": "floor", "type": "text", "labels": {"en": "Floor"}}
    await good(admin.post("/custom_fields", json=body))
    made = [
        await good(admin.post("/contacts", json={"name": f"On {value}", "floor": value}))
        for value in ("3", "12", "roof")
    ]
    file = {"format": "fangxin-configuration", "version": 1}
    file["custom_fields"] = {"contact": {"floor": {"type": "integer", "min": "1"}}}
    told = await good(admin.post("/configuration/diff", json={"configuration": file}))
    (change,) = [each for each in told["changes"] if each["change"] == "changed"]
    assert {"property": "type", "before": "text", "after": "integer"} in change["properties"]
    before = await exported(admin)
    answer = await admin.post("/configuration/apply", json={"configuration": file})
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["code"]) == (422, "unfit")
    assert fault["pointer"] == "/custom_fields/contact/floor/type"
    assert "1 of 3" in fault["message"]
    assert "roof" in fault["message"]
    rehearsal = {"configuration": file, "dry_run": True, "empty_unfit": True}
    (seen,) = (await good(admin.post("/configuration/apply", json=rehearsal)))["conversions"]
    assert (seen["total"], seen["fit"], seen["unfit"]) == (3, 2, 1)
    assert await exported(admin) == before
    await good(admin.post("/configuration/apply", json={**rehearsal, "dry_run": False}))
    await run_jobs(shaped[0].installation)
    floors = [(await good(admin.get(f"/contacts/{each['id']}")))["floor"] for each in made]
    assert floors == [3, 12, None]
    document = json.loads(await exported(admin))
    assert document["custom_fields"]["contact"]["floor"]["labels"] == {"en": "Floor"}
    assert document["custom_fields"]["contact"]["floor"]["min"] == "1"


async def test_only_administrators_carry_settings(shaped: Any) -> None:
    house, admin, lin = shaped
    before = await exported(admin)
    body = {"configuration": json.loads(before)}
    for client in (lin, await house.browser("boss")):
        assert (await client.get("/configuration")).status_code == 403
        for path in ("diff", "apply"):
            answer = await client.post(f"/configuration/{path}", json=body)
            assert answer.status_code == 403
    assert (await house.stranger().get("/configuration")).status_code == 401
    reader = await house.program("admin", "read")
    assert (await reader.get("/configuration")).status_code == 200
    assert (await reader.post("/configuration/apply", json=body)).status_code == 403
    assert await exported(admin) == before


async def test_the_command_line_does_the_same(
    empty: Any, database_url: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    with pytest.raises((Forbidden, Invalid)):
        await apply.apply(empty, {})
    document = {
        "format": "fangxin-configuration",
        "version": 1,
        "records": {"pipeline": {"P": {"name": "P", "order": 1}}},
    }
    file = tmp_path / "c.json"
    file.write_text(json.dumps(document))
    parser = cli.build_parser()
    settings = read_settings(servers.environment(database_url, tmp_path))
    words = (["diff", str(file)], ["apply", str(file), "--dry-run"], ["apply", str(file)])
    for each in (*words, ["apply", str(file)], ["export", str(tmp_path / "out")]):
        arguments = parser.parse_args(["config", *each])
        await arguments.command(settings, arguments)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "+ /records/pipeline/P"
    assert sum(line == "+ /records/pipeline/P" for line in printed) == 3
    made = json.loads((tmp_path / "out" / "configuration.json").read_text())
    assert list(made["records"]["pipeline"]) == ["P"]
