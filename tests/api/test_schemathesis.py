"""Every documented operation under generated requests, as administrator and as salesperson (in the
short run he takes what is done to each object alike with a third of the objects each).

No server error, only documented answers, each as its schema says, and most calls of each operation
get past 4xx.
"""

from __future__ import annotations

import collections
import uuid
from datetime import date
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fangxin.api import fixed
from tests import servers
from tests.api.desk import Desk
from tests.api.exercise import Supplies
from tests.api.prepared import PREPARED, closed
from tests.api.walk import AGREED, NEVER, READY

# requests of each operation; the long run makes four times as many, and so does this one where
# too few of the first ones got through to tell
EXAMPLES = (3, pytest.param(12, marks=pytest.mark.long))
MORE = 12
ENOUGH = 0.6
# of what each object can, the salesperson tries this part in the short run
PART = 3
PASSWORD = "a-sales-persons-words"
CHECKS = (status_code_conformance, content_type_conformance, response_schema_conformance)
# what a salesperson may not do at all, by right: each call must be refused with 403
CLOSED_TO_SALES = {
    "purge_record": "removing for good takes the permission purge",
    "start_scan": "looking through everybody's records takes the permission admin.data",
    **dict.fromkeys(
        ("get_holdings", "preview_hand_over", "start_hand_over"),
        "handing over takes the permission admin.users",
    ),
    "view_as": "administrators alone see the app as somebody else",
    "list_viewings": "who saw the app as whom is told to those who administer users",
    "simulate_role": "what a role gives is told to those who make roles",
    "list_exported": "exports of everybody are told to those who administer users",
    "list_read": "who looked at masked values is told to those who administer users",
}

# a record has no past before it was there
PAST = {"as_of_": {"at": "2100-01-01"}, "changed_": {"since": "2020-01-01"}}

# any day that may be stored, a birthday too
schemathesis.openapi.format("date", st.dates(date(1900, 1, 1), date(2025, 12, 31)).map(str))
schemathesis.openapi.format(
    "date-time", st.dates(date(1900, 1, 2), date(2200, 12, 30)).map(lambda day: f"{day}T09:30:00Z")
)
schemathesis.openapi.format("phone", st.just("+8613800138000"))
schemathesis.openapi.format("period", st.sampled_from(["today", "this_month", "last_30_days"]))
schemathesis.openapi.format("email", st.uuids().map(lambda each: f"{each.hex}@example.com"))
schemathesis.openapi.format("uri", st.uuids().map(lambda each: f"https://{each.hex}.example.com"))
schemathesis.openapi.format("timezone", st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"]))


def _invite(admin: httpx.Client, url: str) -> None:
    tree = '{"field": "key", "op": "is", "value": "sales"}'
    role = admin.get("/roles", params={"filter": tree}).json()["items"][0]["id"]
    body = {"name": "Sales", "email": "sales@example.com", "role": role}
    user = admin.post("/users", json=body).json()
    link = admin.post(f"/users/{user['id']}/actions/invite", json={}).json()["url"]
    token = link.rstrip("/").rsplit("/", 1)[-1].rsplit("=", 1)[-1]
    done = httpx.post(f"{url}/api/v1/auth/invitations/{token}", json={"password": PASSWORD})
    assert done.status_code == 200, done.text


@pytest.fixture
def desks(databases, tmp_path_factory):
    """The administrator's and a salesperson's, on one server."""
    server = servers.start(databases.new("sqlite"), tmp_path_factory.mktemp("generated"))
    server.wait()
    admin = Desk(server.url, "admin@demo.local", servers.PASSWORD, None)
    _invite(admin.client, server.url)
    paths = ("accounts", "contacts", "products", "opportunities", "tasks", "exchange_rates")
    for path in paths:
        Supplies(admin.client).fresh(path)
    sales = Desk(server.url, "sales@example.com", PASSWORD, admin.client)
    yield {"administrator": admin, "salesperson": sales}
    server.stop()


def _prepare(case: Any, name: str, desk: Desk, supplies: Supplies) -> None:
    """Put real ids into a generated request."""
    path = case.operation.path.strip("/").split("/")[0]
    for gone in ("cursor", "since"):
        (case.query or {}).pop(gone, None)
    case.query = next((PAST[verb] for verb in PAST if name.startswith(verb)), case.query)
    # a key repeats an answer, a version refuses: both are shown elsewhere
    for header in ("Idempotency-Key", "If-Match"):
        (case.headers or {}).pop(header, None)
    if name in PREPARED or path not in supplies.objects:
        if "object" in (case.query or {}):
            case.query["object"] = "accounts"
        return
    creates = name.startswith("create_") and "/actions/" not in case.operation.path
    if creates and case.query is not None:
        case.query["allow_duplicates"] = "true"
        supplies.fresh(path)
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = _id_for(name, path, supplies) or str(uuid.uuid4())
    if case.media_type == "multipart/form-data":
        case.body = {"file": b"content"}
    elif isinstance(case.body, dict):
        case.body = _fitting(case, name, desk, supplies)
        AGREED.get(name, lambda _body, _walk: None)(case.body, supplies.walk)


def _fitting(case: Any, name: str, desk: Desk, supplies: Supplies) -> dict[str, Any]:
    path = case.operation.path.strip("/").split("/")[0]
    if name.startswith("paste_"):
        return _pasted(case.body, path, supplies)
    if name.startswith("share_"):
        return _shared(case.body, desk)
    return _repaired(case.body, path, supplies, case.operation.path, name)


def _pasted(body: dict[str, Any], path: str, supplies: Supplies) -> dict[str, Any]:
    """Let a block be a block: fields once each, a text for each, records that are there."""
    keys = [each["key"] for each in supplies.objects[path]["fields"] if each["editable"]]
    fields = list(dict.fromkeys([*keys[:2], *body["fields"]]))
    rows = [
        {"id": supplies.fresh(path), "texts": [*row["texts"], *fields][: len(fields)]}
        for row in body["rows"][:2]
    ]
    return {"fields": fields, "rows": rows}


def _shared(body: dict[str, Any], desk: Desk) -> dict[str, Any]:
    """Let shares be with holders that are there, each once, and not over yet."""
    pairs = zip(body["shares"], desk.holders(), strict=False)
    shares = [{**share, "with": holder} for share, holder in pairs]
    for share in shares:
        if share.get("until") is not None:
            share["until"] = "2099-01-01T00:00:00Z"
    return {"shares": shares}


def _id_for(name: str, path: str, supplies: Supplies) -> str | None:
    """The id of a fresh record that is ready for this operation."""
    if name in READY:
        return READY[name](supplies.walk)
    verb = name.partition("_")[0]
    id_ = supplies.deleted(path) if verb == "restore" else supplies.fresh(path)
    if verb == "reopen" and id_:
        supplies.client.post(f"/{path}/{id_}/actions/complete", json={})
    return id_


def _batched(body: dict[str, Any], path: str, supplies: Supplies, word: str) -> None:
    """Let each line of a batch be one that could be sent alone."""
    agree = AGREED.get(f"create_{word}", lambda _body, _walk: None)
    if "create" in body:
        body["create"] = [supplies.complete(path, each) for each in body["create"][:2]]
        for each in body["create"]:
            agree(each, supplies.walk)
    if "delete" in body:
        kept = 0 if f"delete_{word}" in NEVER else 2
        body["delete"] = [supplies.fresh(path) for _ in body["delete"][:kept]]


def _repaired(
    body: dict[str, Any], path: str, supplies: Supplies, address: str, name: str
) -> dict[str, Any]:
    if "/actions/" in address:
        return supplies.parameters(path, address.rsplit("/", 1)[-1], body)
    found = dict(supplies.repair(path, body))
    if isinstance(body.get("update"), list):
        found["update"] = [{"id": supplies.fresh(path)} for _ in body["update"][:2]]
    if name.startswith("batch_"):
        _batched(found, path, supplies, name.removeprefix("batch_"))
    if "id" in body:
        found["id"] = supplies.fresh(path)
    if name.startswith("create_"):  # no action: those are above
        return supplies.complete(path, found)
    return found


class Tally:
    """What the calls of one operation were answered."""

    def __init__(self) -> None:
        self.statuses: collections.Counter[int] = collections.Counter()
        self.refusals: list[str] = []

    def note(self, answer: Any) -> None:
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 400:
            body = answer.request.body
            self.refusals.append(
                f"{answer.request.url[-200:]} {str(body)[:300]} {answer.text[-400:]}"
            )

    @property
    def past(self) -> float:
        good = sum(count for status, count in self.statuses.items() if status < 400)
        return good / max(1, sum(self.statuses.values()))


def _varied(operation: Any) -> bool:
    """Whether generated requests differ once `_prepare` has put in the real ids."""
    raw = operation.definition.raw
    if raw["operationId"].startswith(tuple(PAST)):
        return "requestBody" in raw
    asked = {each.get("name") for each in raw.get("parameters", ()) if each.get("in") != "path"}
    return "requestBody" in raw or not asked <= {"cursor", "since", "Idempotency-Key", "If-Match"}


def _left_to_the_long_run(operation: Any, paths: list[str], verbs: dict[str, int]) -> bool:
    """Whether this is what each object can, and another object's turn. What the administrator may
    he tries with all of them.
    """
    first, _, rest = operation.path.strip("/").partition("/")
    if first not in paths or "/actions/" in rest:
        return False
    verb = operation.definition.raw["operationId"].partition("_")[0]
    if verb not in verbs:
        # what few objects can is tried all the same
        verbs[verb] = len(verbs)
        return False
    return bool((verbs[verb] + paths.index(first)) % PART)


def _exercise(operation: Any, desk: Desk, supplies: Supplies, tally: Tally, examples: int) -> None:
    name = operation.definition.raw["operationId"]

    @settings(
        max_examples=examples if examples == MORE or _varied(operation) else 1,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def run(case: Any) -> None:
        _prepare(case, name, desk, supplies)
        way = PREPARED[name](case, desk) if name in PREPARED else None
        answer = case.call(timeout=60, **(way or {"headers": dict(desk.client.headers)}))
        tally.note(answer)
        assert answer.status_code < 500, (name, tally.refusals[-1:])
        case.validate_response(answer, checks=CHECKS)

    run()


def _schema_of(desk: Desk) -> Any:
    document = desk.client.get("/openapi.json").json()
    own = set(fixed.components()) & set(document["components"]["schemas"])
    # a reader of this installation learns of every key that is answered
    schema = schemathesis.openapi.from_dict(closed(document, own - {"Problem"}))
    schema.config.update(base_url=f"{desk.url}/api/v1")
    return schema


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize("who", ["administrator", "salesperson"])
def test_every_operation_holds_under_generated_requests(desks, who, examples):
    desk = desks[who]
    supplies = Supplies(desk.client)
    refused = dict.fromkeys(NEVER, 409)
    if who == "salesperson":
        refused |= dict.fromkeys(CLOSED_TO_SALES, 403)
    tallies: dict[str, Tally] = {}
    verbs: dict[str, int] = {}
    faults = []
    for each in _schema_of(desk).get_all_operations():
        operation = each.ok()
        name = operation.definition.raw["operationId"]
        short = who == "salesperson" and examples < MORE and name not in refused
        if short and _left_to_the_long_run(operation, [*supplies.objects], verbs):
            continue
        tallies[name] = Tally()
        try:
            _exercise(operation, desk, supplies, tallies[name], examples)
            if name not in refused and examples < MORE and tallies[name].past < ENOUGH:
                tallies[name] = Tally()
                _exercise(operation, desk, supplies, tallies[name], MORE)
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all are told together
            parts = getattr(error, "exceptions", [error])
            faults += [f"{name}: {each.__class__.__name__} {str(each)[:900]}" for each in parts]
    assert faults == [], "\n\n".join(faults)
    assert len(tallies) > 80
    poor = [
        f"{name} {dict(tally.statuses)}: {tally.refusals[:2]}"
        for name, tally in tallies.items()
        if tally.past < ENOUGH and name not in refused
    ]
    assert not poor, "\n".join(poor)
    for name, status in refused.items():
        if name in tallies or name not in NEVER:
            assert set(tallies[name].statuses) == {status}, name
