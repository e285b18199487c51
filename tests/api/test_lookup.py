"""Is a customer known already? Told half hidden where one may not see it, and written down."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fangxin.merging import known

ACCOUNT = {
    "name": "上海星辰科技有限公司",
    "phone": "13800138000",
    "email": "info@stars.example",
    "website": "https://stars.example",
    "credit_code": "91310000MA1FL00000",
    "description": "secret plans",
}
# what is asked, whether it is just that
FOUND = (
    ("上海星辰科技有限公司", True),
    ("上海星辰科技", True),
    ("13800138000", True),
    ("+86 138 0013 8000", True),
    ("INFO@stars.example", True),
    ("stars.example", True),
    ("91310000MA1FL00000", True),
    ("上海星晨科技有限公司", False),
    ("星辰科技", False),
)


async def account_of_lin(house: Any) -> dict[str, Any]:
    """The account, made by an administrator: credit codes are not for everybody to write."""
    admin = await house.browser("admin")
    body = {**ACCOUNT, "owner": house.ids["lin"], "department": house.ids["east"]}
    answer = await admin.post("/accounts", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def ask(client: Any, text: str) -> dict[str, Any]:
    answer = await client.post("/lookup", json={"text": text})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def day_at_home(moment: str) -> str:
    """The day of a moment where the company is."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()


async def test_a_customer_of_another_is_told_half_hidden(house):
    admin, lin, zhao = [await house.browser(name) for name in ("admin", "lin", "zhao")]
    made = await account_of_lin(house)
    for text, exact in FOUND:
        (item,) = (await ask(zhao, text))["items"]
        assert (item["exact"], item["object"]) == (exact, "account"), text
        assert (item["id"], item["owner"], item["department"]) == (None, "Lin", "east")
        assert (item["name"], item["state"]) == ("上海******公司", "Prospect")
        assert item["since"] == day_at_home(made["created_at"])
        # nothing else of it, wherever it stands
        told = json.dumps(item, ensure_ascii=False)
        for value in (made["id"], "星辰", "138", "stars", "9131", "secret", made["code"]):
            assert value not in told, (text, value)
    # whoever sees it has it in full, and leaves no line behind
    (item,) = (await ask(lin, "13800138000"))["items"]
    assert (item["id"], item["name"], item["ask"]) == (made["id"], ACCOUNT["name"], None)
    looks = (await admin.get("/read_log", params={"limit": 200})).json()["items"]
    assert len(looks) == len(FOUND)
    assert {(each["user"]["name"], each["field"]) for each in looks} == {("Zhao", "look_up")}
    for text in ("北京", "13900139000", "有限公司"):
        assert (await ask(zhao, text))["items"] == [], text


async def test_leads_and_people_are_known_too_and_common_words_tell_nobody(house):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    lead = {"name": "王小明", "company": "华东光电", "phone": "13700137000", "status": "working"}
    await lin.post("/leads", json=lead)
    await lin.post("/contacts", json={"name": "Milton Waddams", "email": "milton@x.example"})
    (item,) = (await ask(zhao, "华东光电股份有限公司"))["items"]
    assert (item["object"], item["name"], item["state"]) == ("lead", "华**电", "Working")
    assert item["matched_on"] == ["Company"]
    (item,) = (await ask(zhao, "13700137000"))["items"]
    assert item["name"] == "王**"
    (item,) = (await ask(zhao, "milton@x.example"))["items"]
    assert (item["object"], item["name"]) == ("contact", "Mil*********ms")
    # people are not looked up by their names
    assert (await ask(zhao, "Milton Waddams"))["items"] == []
    for number in range(known.HAVING + 1):
        await lin.post("/accounts", json={"name": f"苏州园林{number}号设计院"})
    told = await ask(zhao, "苏州园林")
    assert told == {"items": [], "more": True}


async def test_it_takes_the_permission_and_is_counted(house, monkeypatch):
    admin, lin, zhao = [await house.browser(name) for name in ("admin", "lin", "zhao")]
    await account_of_lin(house)
    for body in ({}, {"text": ""}, {"text": "a"}, {"text": "x" * 121}, {"text": 1}, {"q": "x"}):
        refused = await zhao.post("/lookup", json=body)
        assert refused.status_code in {400, 422}, body
    reader = await house.program("zhao", "read")
    codes = [(await zhao.post("/lookup", json={"text": "星辰"})).status_code for _ in range(21)]
    assert (set(codes[:20]), codes[20]) == ({200}, 429)
    # the company may decide that nothing is told of what one does not see
    changed = await admin.patch("/settings", json={"duplicates": {"tell_unseen": False}})
    assert changed.status_code == 200
    role = (await zhao.get("/auth/me")).json()["role"]["id"]
    monkeypatch.setattr(known, "QUOTAS", ())
    await asyncio.sleep(0.3)
    assert (await ask(zhao, "13800138000"))["items"] == []
    assert len((await ask(lin, "13800138000"))["items"]) == 1
    assert (await reader.post("/lookup", json={"text": "13800138000"})).status_code == 403
    await admin.patch(f"/roles/{role}", json={"permissions": ["share"]})
    await asyncio.sleep(0.3)
    for path, body in (("/lookup", {"text": "星辰"}), ("/lookup/ask", {"ask": "x"})):
        assert (await zhao.post(path, json=body)).status_code == 403


async def test_the_owner_is_asked_once_a_day(house, monkeypatch):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    made = await account_of_lin(house)
    (item,) = (await ask(zhao, "13800138000"))["items"]
    body = {"ask": item["ask"], "message": "May I call them?"}
    assert (await zhao.post("/lookup/ask", json=body)).status_code == 204
    assert (await zhao.post("/lookup/ask", json={"ask": item["ask"]})).status_code == 204
    (notice,) = (await lin.get("/notifications")).json()["items"]
    assert (notice["kind"], notice["text"]) == ("asked", "Zhao: May I call them?")
    assert notice["record"]["id"] == made["id"]
    # another's answer, a made-up one, an old one, a long message
    boss = await house.browser("boss")
    bad = [
        await boss.post("/lookup/ask", json={"ask": item["ask"]}),
        await zhao.post("/lookup/ask", json={"ask": "AAAA" * 20}),
        await zhao.post("/lookup/ask", json={"ask": item["ask"], "message": "x" * 301}),
    ]
    monkeypatch.setattr(known, "VALID", -known.VALID)
    bad.append(await zhao.post("/lookup/ask", json={"ask": item["ask"]}))
    assert [each.status_code for each in bad] == [422] * 4, [each.text for each in bad]
    assert len((await lin.get("/notifications")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王", "*"), ("王芳", "王*"), ("王小明", "王**"), ("华为技术", "华**术"), ("", "*")],
)
def test_names_are_half_hidden(name, shown):
    assert known.half_hidden(name) == shown
