"""The company that the contract tests work on: the same rows, ids and values on every database.

A row's `values` are the JSON that the API should give back; what holds nothing is left out.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from fangxin.kernel.ids import named_id
from fangxin.modules.base.default_roles import ROLES
from fangxin.modules.sales.first_records import FIRST_RECORDS, PIPELINE
from tests.contract import money

# a fixed moment of this month: changes can be undone for 30 days, and the log has a partition
NOW = datetime.now(UTC).replace(day=15, hour=8, minute=0, second=0, microsecond=0)
ROWS = 24
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron")
TREE = {"hq": None, "east": "hq", "shanghai": "east", "west": "hq"}
# role, department
PEOPLE = {
    "root": ("administrator", "hq"),
    "lin": ("sales", "shanghai"),
    "boss": ("manager", "east"),
    "help": ("service", "west"),
    "ads": ("marketing", "shanghai"),
    "chief": ("executive", "hq"),
    "wang": ("sales", "east"),
    "zhao": ("sales", "west"),
}
# one for each role
READERS = ("root", "lin", "boss", "help", "ads", "chief")
OWNERS = ("lin", "wang", "zhao", "boss", "help", "ads", "chief", None)
PLACES = ("shanghai", "east", "west", "hq", None)
# objects of the generator, those pointed to first; the custom object is the last
MADE = (
    *("product", "account", "contact", "opportunity", "lead", "quote", "contract", "order"),
    *("payment_plan", "payment", "task", "activity", "file", "project"),
)
# moments that a module stamps
STAMPED = {"stage_entered_at": NOW.strftime("%Y-%m-%dT%H:%M:%SZ")}
# settings that a role of these tests may read
SETTINGS = ("rule", "page_layout")
KEPT_OPEN = frozenset({"product"})
# where nothing is shared a list asks one predicate, elsewhere each way to see (access/ways.py)
UNSHARED = KEPT_OPEN | {"order"}
PLACED = ("310000", "310115", "330106", "CN", "DE", "810000")
ABOUT = ("account", "contact", "opportunity")
# what a module fills where nothing is given
ALWAYS = {
    "opportunity": {"probability", "forecast_category", "closed_on", "owner"},
    "task": {"owner", "assignee"},
    "activity": {"kind", "subject", "at"},
    "file": {"storage_key"},
    "quote": {"currency", "lines", "subtotal", "tax", "total"},
    "contract": {"code", "received", "outstanding", "planned", "ordered"},
    "order": {"currency", "lines", "subtotal", "tax", "total", "contract"},
    "payment_plan": {"number", "received", "outstanding"},
}


@functools.cache
def id_of(object_: str, name: object) -> str:
    """The id of a seeded record, the same in every run."""
    return named_id("contract", object_, str(name))


def holder_of(object_: str, name: str) -> str:
    """The id of somebody with whom records are shared: a person, a department, a shipped role."""
    return named_id("role", name) if object_ == "role" else id_of(object_, name)


# what a stage of a kind has where its declaration says nothing
STAGES = {
    "open": {"kind": "open", "forecast_category": "pipeline"},
    "won": {"kind": "won", "forecast_category": "closed", "probability": "100"},
    "lost": {"kind": "lost", "forecast_category": "omitted", "probability": "0"},
}


@dataclass
class Row:
    """A seeded record as it should read: `values` by field key, links as (object, id)."""

    object: str
    id: str
    values: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    # whom it is shared with: (object, name) → (level, until or None)
    shares: dict[tuple[str, str], tuple[str, datetime | None]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.values["name"])


def _grants(role: dict[str, Any], project: Mapping[str, Any], **rules: Any) -> dict[str, Any]:
    made = copy.deepcopy(role)
    made["grants"]["project"] = dict(project)
    for name, more in rules.items():
        made["field_rules"].setdefault(name, {}).update(more)
    return made


def _all(scope: Any, *actions: str) -> dict[str, Any]:
    return dict.fromkeys(actions, scope)


HIDDEN = {"read": "none", "edit": False}
MASKED = {"read": "masked", "edit": False}
FIXED = {"read": "full", "edit": False}


def roles(custom_keys: list[str]) -> list[dict[str, Any]]:
    """The six shipped roles with grants on the custom object, and rules that hide, mask and close
    fields of every type.
    """
    work = ("read", "create", "update", "delete", "export", "import", "bulk", "undo")
    chosen = {"chosen": sorted([id_of("department", "west"), id_of("department", "east")])}
    half = {key: MASKED if index % 2 else HIDDEN for index, key in enumerate(sorted(custom_keys))}
    other = {key: HIDDEN if index % 2 else MASKED for index, key in enumerate(sorted(custom_keys))}
    by_key = {role["key"]: role for role in ROLES}
    return [
        copy.deepcopy(by_key["administrator"]),
        _grants(by_key["sales"], _all("own", *work), contact={"email": FIXED}),
        _grants(by_key["manager"], _all("department_below", *work), contact=half),
        _grants(
            by_key["service"],
            _all("department", *work),
            contact=other,
            account={"phone": MASKED, "email": MASKED, "website": HIDDEN, "tags": MASKED},
            opportunity={"account": HIDDEN, "probability": MASKED},
        ),
        _grants(
            by_key["marketing"],
            _all(chosen, *work),
            contact={"account": MASKED, "phone": HIDDEN, "owner": MASKED},
            task={"about": MASKED, "due_at": MASKED},
        ),
        _audits(
            _grants(by_key["executive"], _all("all", "read", "export"), account={"address": HIDDEN})
        ),
    ]


def _audits(role: dict[str, Any]) -> dict[str, Any]:
    """Let a role read settings, which no shipped one but the administrator's does."""
    role["grants"] |= {name: {"read": "all", "export": "all"} for name in SETTINGS}
    role["field_rules"]["rule"] = {"messages": HIDDEN}
    return role


def settings_rows() -> Iterator[Row]:
    """Rules and layouts that rest: nothing else changes by them."""
    for number, object_ in enumerate(("account", "contact", "lead")):
        tree = {"field": "name", "op": "is", "value": WORDS[number]}
        body = {"of_object": object_, "kind": "validation", "condition": tree}
        said = {"messages": {"en": "No.", "zh-CN": "不行。"}, "active": False, "order": number}
        yield Row("rule", id_of("rule", number), {"name": WORDS[number], **body, **said})
        section = {"key": "s", "labels": {}, "collapsed": False, "columns": [["name"]]}
        tab = {"key": "t", "labels": {}, "aside": False, "sections": [section]}
        page = {"tabs": [tab], "related": [], "others": True}
        laid = {"applies_to": object_, "place": "record", "body": page}
        more = {"active": False, "order": number}
        place = id_of("page_layout", number)
        yield Row("page_layout", place, {"name": WORDS[number], **laid, **more})


def organisation(custom_keys: list[str]) -> Iterator[Row]:
    """Departments, roles, people, pipelines and stages, and rates, which agree with each other."""
    for name, parent in TREE.items():
        above = id_of("department", parent) if parent else None
        yield Row("department", id_of("department", name), _plain(name=name, parent=above))
    for role in roles(custom_keys):
        yield Row("role", role["id"], _plain(**{k: v for k, v in role.items() if k != "id"}))
    for name, (role, place) in PEOPLE.items():
        yield Row(
            "user",
            id_of("user", name),
            _plain(
                name=name,
                email=f"{name}@contract.example",
                role=named_id("role", role),
                department=id_of("department", place),
                active=True,
                locale="en",
            ),
        )
    for object_, body in FIRST_RECORDS:
        implied = STAGES[body.get("kind", "open")] if object_ == "stage" else {}
        values = {key: value for key, value in body.items() if key != "id"}
        yield Row(object_, body["id"], _plain(**{**implied, **values}))
    yield Row("pipeline", id_of("pipeline", "side"), _plain(name="side", order=2))
    for day, rate in (("2020-01-01", "7.25"), ("2021-07-01", "8.125")):
        pair = {"currency": "CHF", "base_currency": "CNY"}
        body = {"name": f"CHF/CNY {day}", **pair, "valid_from": day, "rate": rate}
        yield Row("exchange_rate", id_of("exchange_rate", day), body)


def _plain(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def credit_code(i: int) -> str:
    """A code with the check digit of GB 32100, worked out by its definition."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"9131{i:04}MA1FL{i:03}7"
    total = sum(signs.index(each) * pow(3, place) for place, each in enumerate(body))
    return body + signs[(31 - total % 31) % 31]


def _text(key: str, i: int) -> str:
    return f"{WORDS[i % 8]} {key} {i:02}"


def _number(i: int, scale: int) -> str:
    text = f"{Decimal((i * 37) % 96 * 10 + 5).scaleb(-min(scale, 1)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(i: int) -> datetime:
    # below zero: long ago, where no day may lie ahead
    return NOW + timedelta(days=(i * 11) % 83 - (40 if i >= 0 else 4000), hours=i % 5)


def value_of(field_: Any, object_: str, i: int) -> Any:  # noqa: C901, PLR0911, PLR0912 - one answer a type
    """The JSON that row `i` holds in a field; None where the field's type has none to give."""
    options = [option.key for option in field_.options]
    match field_.type.name:
        case "text" | "auto_number":
            return _text(field_.key, i)
        case "long_text":
            return f"{_text(field_.key, i)}\n第{i}行"
        case "integer":
            return (i * 7) % 23 + 1
        case "decimal" | "percent":
            return _number(i, field_.scale)
        case "money":
            return {"amount": f"{(i * 41) % 97 * 100 + 10}.50", "currency": "CNY"}
        case "date":
            return _day(i - 10_000 * (field_.max == "today")).date().isoformat()
        case "datetime":
            return _day(i).strftime("%Y-%m-%dT%H:%M:%SZ")
        case "boolean":
            return i % 3 == 0
        case "choice" | "multi_choice" as kind:
            one, two = options[i % len(options)], options[(i + 1) % len(options)]
            return one if kind == "choice" else [one, two]
        case "tags":
            return [WORDS[i % 8], WORDS[(i * 3 + 1) % 8]] if i % 8 != 1 else [WORDS[1]]
        case "email":
            return f"{WORDS[i % 8]}.{i:02}@{object_}.example"
        case "phone":
            return f"+86138001{38000 + i:05}"
        case "url":
            return f"https://{WORDS[i % 8]}{i:02}.example/{object_}"
        case "address":
            return {"country": "China", "city": WORDS[i % 8], "street": f"Road {i}"}
        case "user":
            return id_of("user", OWNERS[(i * 3) % 7])
        case "link":
            return _target(field_.target, i)
        case "record":
            return _about("account" if object_ == "contact" else ABOUT[i % 3], i)
    return _lines(i) if field_.type.name == "lines" else _coded(field_, field_.key, i)


def _coded(field_: Any, key: str, i: int) -> Any:
    if field_.type.name == "link_to_many":
        target = field_.line[0].target
        return [_target(target, i), _target(target, i + 1)]
    made: dict[str, Any] = {
        "sub_table": [
            {"id": f"l{each}", "what": _text(key, i + each), "note": None, "number": each or None}
            for each in range(i % 3 + 1)
        ],
        "rich_text": f"<p>{_text(key, i)} <strong>第{i}行</strong> &amp; mehr</p>",
        "duration": (i * 35) % 400,
        "rating": i % 5 + 1,
        "time": f"{(i * 5) % 24:02}:{(i * 7) % 60:02}",
        "region": PLACED[i % len(PLACED)],
        "industry": ("C", "C13", "I65", "J66", "P")[i % 5],
        "currency": ("CNY", "USD", "EUR", "JPY")[i % 4],
        "credit_code": credit_code(i),
        "geo_point": {"lat": round(31 + i / 7, 6), "lon": round(121.5 - i / 3, 6)},
    }
    return made.get(field_.type.name)


def _lines(i: int) -> list[dict[str, Any]]:
    return money.lines(i, [_target("product", i + each) for each in range(i % 4)])


DAY = timedelta(days=1)
SHARES: dict[int, dict[tuple[str, str], tuple[str, datetime | None]]] = {
    1: {("user", "lin"): ("read", None), ("user", "help"): ("edit", NOW - DAY)},
    6: {("role", "service"): ("edit", NOW + DAY), ("user", "ads"): ("edit", None)},
    9: {("department", "east"): ("read", None)},
    13: {("user", "lin"): ("edit", NOW + DAY), ("role", "manager"): ("read", NOW - DAY)},
    # in the bin
    23: {("user", "lin"): ("edit", None)},
}


def _about(object_: str, i: int) -> dict[str, str]:
    return {"object": object_, "id": id_of(object_, (i * 5) % ROWS)}


def _target(target: str, i: int) -> str | None:
    if target == "pipeline":
        return PIPELINE
    if target == "stage":
        stages = [body["id"] for name, body in FIRST_RECORDS if name == "stage"]
        return str(stages[i % len(stages)])
    return id_of(target, (i * 5 + 2) % ROWS) if target in MADE else None


def _empty(object_: str, field_: Any, i: int, position: int) -> bool:
    kept = field_.required or field_.key in ALWAYS.get(object_, ()) or field_.default is not None
    return not kept and (i + position) % 4 == 3


def made_rows(registry: Any) -> Iterator[Row]:
    """The rows of the objects that people work with, in an order in which links lead back."""
    rows = {
        object_: [
            Row(
                object_,
                id_of(object_, i),
                _values(registry[object_], object_, i),
                i % 12 == 11,
                {} if object_ in UNSHARED else SHARES.get(i, {}),
            )
            for i in range(ROWS)
        ]
        for object_ in MADE
    }
    money.settle(rows, NOW.date())
    for group in rows.values():
        yield from group


def _values(definition: Any, object_: str, i: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for position, field_ in enumerate(definition.fields.values()):
        if field_.system or _empty(object_, field_, i, position):
            continue
        value = value_of(field_, object_, i)
        if value is not None:
            values[field_.key] = value
    values["name"] = f"{WORDS[i * 5 % 8]} kontor {object_} {i:02}"
    owner, place = OWNERS[i % 8] or ("zhao" if object_ in ALWAYS else None), PLACES[i % 5]
    values |= {"owner": owner and id_of("user", owner), "department": _place(place)}
    if object_ in KEPT_OPEN:
        values |= {"owner": None, "department": None}
    values |= {key: value for key, value in STAMPED.items() if key in definition.fields}
    if "assignee" in definition.fields:
        values["assignee"] = values["owner"]
    if definition.facts.title != "name":
        values[definition.facts.title] = values["name"]
    for key, field_ in definition.fields.items():
        if field_.target == object_ and i < ROWS // 2:
            values.pop(key, None)
        elif field_.target == object_:
            values[key] = id_of(object_, i - ROWS // 2)
    return _plain(**{**values, **money.amounts(object_, i, values)})


def _place(name: str | None) -> str | None:
    return id_of("department", name) if name else None
