"""Field rules, the six roles, and the words that explain rights."""

from __future__ import annotations

import pytest

from fangxin.access.fieldrules import FieldRule
from fangxin.access.scope import build_rights
from fangxin.fields.base import Field
from fangxin.fields.computed import Formula, Surroundings, bind_formulas
from fangxin.kernel.errors import FangxinError, NotFound
from fangxin.modules.base.default_roles import ROLES
from fangxin.records import engine, reading
from fangxin.sharing.explain import explain


def rights(**rules):
    return build_rights("r", admin=False, grants={}, field_rules={"opportunity": rules})


async def test_readable_and_editable_follow_the_rules(company):
    definition = company.installation.registry["opportunity"]
    made = rights(
        amount={"read": "masked", "edit": True},
        next_step={"read": "none"},
        probability={"read": "full", "edit": False},
        name={"read": "none"},
    )
    readable, editable = made.readable(definition), made.editable(definition)
    assert readable["amount"] == "masked"
    assert "next_step" not in readable
    assert readable["name"] == readable["id"] == readable["version"] == "full"
    assert "amount" not in editable, "what is masked is not edited blindly"
    assert "next_step" not in editable
    assert "probability" not in editable
    assert "description" in editable
    assert not {"id", "version", "created_at", "code"} & editable


async def test_a_formula_is_seen_no_better_than_its_parts(company):
    from dataclasses import replace

    plain = company.installation.registry["opportunity"]
    weighted = Field(
        type=Formula(), label="W", key="weighted", formula="amount * probability / 100"
    )
    twice = replace(weighted, key="twice", formula="weighted * 2")
    given = {**plain.fields, "weighted": weighted, "twice": twice}
    fields = bind_formulas(Surroundings("opportunity", given, plain.table))
    definition = replace(plain, fields=fields)
    masked = rights(amount={"read": "masked"})
    hidden = rights(probability={"read": "none"}, amount={"read": "masked"})
    assert masked.readable(definition)["twice"] == "masked"
    assert not {"weighted", "twice"} & set(hidden.readable(definition))


@pytest.mark.parametrize("wire", [None, "full", {"read": "all"}, {"read": None}])
def test_a_rule_that_is_not_understood_hides(wire):
    assert FieldRule.parse(wire).read == "none"


async def test_an_administrator_reads_all(company):
    definition = company.installation.registry["role"]
    ctx = await company.ctx("admin")
    told = {key for key, each in definition.fields.items() if not each.internal}
    assert set(ctx.rights.readable(definition)) == told
    assert "grants" not in (await company.ctx("lin")).rights.readable(definition)


async def test_the_roles_name_what_exists(company):
    registry = company.installation.registry
    for role in ROLES:
        for name in (*role["grants"], *role["field_rules"]):
            assert registry.get(name) is not None, name
        for name, rules in role["field_rules"].items():
            assert set(rules) <= set(registry[name].fields), (role["key"], name)


ALL = {"administrator", "executive", "service", "marketing"}


async def test_each_role_sees_more_than_none_and_less_than_all(company):
    """As declared: the objects of daily work, each owned by another."""
    people = {"sales": "lin", "manager": "boss", "service": "help", "marketing": "ads"}
    people |= {"executive": "chief", "administrator": "admin"}
    places = {"lin": "shanghai", "boss": "east", "zhao": "west", "help": "west", "ads": "hq"}
    total = 0
    for name, place in places.items():
        await company.account(f"{name}'s", name, place)
        total += 1
    for role, person in people.items():
        page = await reading.find(await company.ctx(person), "account", limit=100)
        assert 0 < len(page.items) <= total
        assert (len(page.items) == total) == (role in ALL), role


async def test_field_rules_reach_the_answers(company):
    pipeline = await company.make("pipeline", name="p", order=1)
    stage = await company.make("stage", name="s", key="s", pipeline=pipeline, order=1, kind="open")
    deal = await company.make(
        "opportunity", name="deal", pipeline=pipeline, stage=stage, amount="100.00"
    )
    masked = await reading.get(await company.ctx("help"), "opportunity", deal)
    assert "100" not in str(masked["amount"])
    hidden = await reading.get(await company.ctx("ads"), "opportunity", deal)
    assert "amount" not in hidden
    for person, body in (("lin", {"credit_code": "X"}),):
        account = await company.account("x", person, "shanghai")
        with pytest.raises(FangxinError) as refused:
            await engine.update(await company.ctx(person), "account", account, body)
        assert refused.value.status in {403, 422}


def texts(answer, action):
    return [(each["kind"], each["text"]) for each in answer[action]["reasons"]]


async def in_english(company, person):
    from dataclasses import replace

    return replace(await company.ctx(person), locale="en")


async def test_explain_names_role_department_and_owner(company):
    id_ = await company.account("lin's", "lin", "shanghai")
    answer = await explain(await in_english(company, "boss"), "accounts", id_)
    assert texts(answer, "read") == [
        ("scope", "It lies below your department, in shanghai: manager may see it.")
    ]
    assert answer["update"]["allowed"]
    mine = await explain(await in_english(company, "lin"), "account", id_)
    assert texts(mine, "update") == [
        ("scope", "It is yours: the role sales may change its own Accounts.")
    ]
    seen = await explain(await in_english(company, "help"), "account", id_)
    assert texts(seen, "read") == [("scope", "The role service may see all Accounts.")]
    assert texts(seen, "update") == [
        ("scope", "service may change Accounts of its department only; this is in shanghai.")
    ]
    assert texts(seen, "delete") == [("scope", "The role service may not delete any Accounts.")]
    admin = await explain(await in_english(company, "admin"), "account", id_)
    assert texts(admin, "read")[0][0] == "admin"


async def test_explain_names_the_parent(company):
    account = await company.account("Northwind", "lin", "shanghai")
    contact = await company.make(
        "contact", name="Li", account=account, owner=company.people["zhao"]
    )
    answer = await explain(await in_english(company, "lin"), "contact", contact)
    assert texts(answer, "read") == [
        ("cascade", "It belongs to Northwind by the field Account, and you may see that.")
    ]
    assert not answer["update"]["allowed"]
    assert "zhao" in texts(answer, "update")[0][1]
    by_key = {each["key"]: each for each in answer["fields"]}
    assert by_key["title"]["reason"] == "You may not change this record."


async def test_explain_tells_no_name_that_the_record_hides(company):
    masked = {"read": "masked", "edit": False}
    grants = {"account": {"read": "all"}, "contact": {"read": "own", "update": "own"}}
    rules = {"contact": dict.fromkeys(("owner", "account"), masked)}
    await company.role("less", grants=grants, field_rules=rules)
    await company.person("less", "less", "shanghai")
    await company.forget()
    account = await company.account("Northwind", "lin", "shanghai")
    contact = await company.make(
        "contact", name="Li", account=account, owner=company.people["zhao"]
    )
    answer = await explain(await in_english(company, "less"), "contact", contact)
    assert texts(answer, "read") == [
        ("cascade", "It belongs to ••• by the field Account, and you may see that.")
    ]
    assert "this one belongs to •••" in texts(answer, "update")[0][1]
    assert not {"Northwind", "zhao"} & set(str(answer).replace(".", " ").split())
    assert "shared_with" not in {each["key"] for each in answer["fields"]}


async def test_explain_tells_each_field(company):
    id_ = await company.account("lin's", "lin", "shanghai")
    answer = await explain(await in_english(company, "lin"), "account", id_)
    by_key = {each["key"]: each for each in answer["fields"]}
    assert by_key["name"]["edit"]
    assert by_key["credit_code"] == {
        "key": "credit_code",
        "label": "Credit code",
        "read": True,
        "edit": False,
        "masked": False,
        "reason": "The role sales may read this field, but not edit it.",
    }
    assert by_key["created_at"]["reason"] == "The system keeps this field."
    service = await explain(await in_english(company, "help"), "account", id_)
    hidden = next(each for each in service["fields"] if each["key"] == "annual_revenue")
    assert not hidden["read"]


async def test_explain_is_translated(company):
    id_ = await company.account("lin's", "lin", "shanghai")
    answer = await explain(await company.ctx("lin"), "account", id_)
    for action in ("read", "update", "delete"):
        text = texts(answer, action)[0][1]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text), text
        assert "{" not in text
        assert "may" not in text


async def test_explain_hides_what_is_not_seen(company):
    id_ = await company.account("wang's", "wang", "east")
    for person, asked in (("lin", id_), ("lin", "nonsense"), ("admin", company.roles["sales"])):
        with pytest.raises(NotFound):
            await explain(await company.ctx(person), "account", asked)
