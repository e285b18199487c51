"""Public forms: what strangers see and send, in the way browsers do."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from fangxin.access.contexts import system_context
from fangxin.api.forms import BY_ADDRESS, LATEST
from fangxin.kernel.clock import now
from fangxin.kernel.cursor import binding, seal
from fangxin.records.engine import create, update
from fangxin.records.reading import count, find, get

QUESTIONS = [
    {"field": "name", "required": True},
    {"field": "company"},
    {"field": "email", "required": True, "label": "Your e-mail"},
    {"field": "phone"},
    {"field": "industry"},
    {"field": "description"},
]
FORM = {
    "name": "Website contact",
    "title": "Talk <to> us",
    "intro": "We answer & call.",
    "questions": QUESTIONS,
    "source": "website",
}
ANSWERS = {"name": "李雷", "email": "li@x.example", "company": "晨光", "industry": "software"}
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


class Desk:
    """Strangers before the house, each at an address of his own."""

    def __init__(self, house: Any, ctx: Any, form: dict[str, Any]) -> None:
        self.house, self.ctx, self.form = house, ctx, form
        self.places = 0

    def stranger(self, host: str = "", **headers: str) -> httpx.AsyncClient:
        self.places += 1
        place = (host or f"10.0.0.{self.places}", 1)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.house.app, client=place),
            base_url="http://fangxin.test",
            headers={"accept-language": "en", **headers},
        )
        self.house.clients.append(client)
        return client

    def stamp(self, ago: timedelta = timedelta(seconds=30)) -> str:
        """A page's stamp from `ago`."""
        bound = binding("public form", self.form["id"])
        secret = self.house.installation.services.secret
        return seal(secret, bound, "form", [(now() - ago).isoformat()])

    @property
    def address(self) -> str:
        return f"/forms/{self.form['key']}"

    async def send(self, client: httpx.AsyncClient | None = None, **body: Any) -> httpx.Response:
        """Send as a page does; `stamp` may be given."""
        data = {"_stamp": self.stamp(), **ANSWERS, **body}
        data = {key: value for key, value in data.items() if value is not None}
        return await (client or self.stranger()).post(self.address, data=data)

    async def leads(self) -> list[dict[str, Any]]:
        fields = ["name", "tags", "owner", "department", "source", "form", "consent_at", "status"]
        traces = ["landing_page", "referrer", "utm_source", "utm_campaign", "description"]
        page = await find(self.ctx, "lead", fields=[*fields, *traces], sort="created_at")
        return page.items


@pytest.fixture
async def desk(house: Any) -> Desk:
    ctx = await system_context(house.installation)
    form = await create(ctx, "lead_form", {**FORM, "owner": house.ids["lin"]})
    return Desk(house, ctx, form)


async def test_a_page_and_its_answer(desk: Desk) -> None:
    assert desk.form["key"] == "website-contact"
    assert desk.form["page_url"].endswith("/forms/website-contact")
    client = desk.stranger()
    place = f"{desk.address}?utm_source=baidu&utm_campaign=spring&gclid=1"
    shown = await client.get(place, headers={"referer": "https://www.baidu.com/"})
    assert shown.status_code == 200
    assert shown.headers["content-type"].startswith("text/html")
    text = shown.text
    assert "<script" not in text
    assert "Talk &lt;to&gt; us" in text
    assert "We answer &amp; call." in text
    for word in ('lang="en"', 'type="email"', 'type="tel"', "<textarea", "Your e-mail", "Software"):
        assert word in text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    assert hidden["utm_source"] == "baidu"
    data = {key: html.unescape(value) for key, value in hidden.items()} | ANSWERS
    data["_stamp"] = desk.stamp()
    sent = await client.post(desk.address, data=data)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{desk.address}?sent=1")
    thanks = await client.get(sent.headers["location"])
    assert "Thank you" in thanks.text
    assert "<form" not in thanks.text
    (lead,) = await desk.leads()
    assert (lead["name"], lead["source"], lead["status"]) == ("李雷", "website", "new")
    assert lead["owner"]["id"] == desk.house.ids["lin"]
    assert lead["department"]["id"] == desk.house.ids["east"]
    assert lead["form"]["id"] == desk.form["id"]
    assert (lead["utm_source"], lead["utm_campaign"]) == ("baidu", "spring")
    assert lead["landing_page"].startswith("http://fangxin.test/forms/website-contact?utm")
    assert lead["referrer"] == "https://www.baidu.com/"
    assert lead["consent_at"] is None
    lin = await desk.house.browser("lin")
    told = (await lin.get("/notifications")).json()["items"]
    assert [each["text"] for each in told] == ["李雷"]


async def test_both_languages(desk: Desk) -> None:
    chinese = desk.stranger(**{"accept-language": "zh-CN,zh;q=0.9"})
    text = (await chinese.get(desk.address)).text
    assert 'lang="zh-CN"' in text
    assert "公司" in text
    assert "姓名" in text
    await update(desk.ctx, "lead_form", desk.form["id"], {"language": "en"})
    assert 'lang="en"' in (await chinese.get(desk.address)).text
    bad = await desk.send(desk.stranger(**{"accept-language": "zh"}), email="nobody")
    assert "This is not an e-mail address." in bad.text


async def test_faults_stand_beside_the_fields_and_nothing_is_lost(desk: Desk) -> None:
    answer = await desk.send(
        name="", email="nobody", industry="piracy", description=EVIL, utm_source=EVIL
    )
    assert answer.status_code == 422
    text = answer.text
    for key in ("name", "email", "industry"):
        assert f'id="f-{key}-problem"' in text
    assert 'aria-invalid="true"' in text
    assert 'value="nobody"' in text
    assert 'value="晨光"' in text
    assert html.escape(EVIL, quote=False).split("&gt;")[0] in text.replace("&#34;", '"')
    assert "<script" not in text
    assert "<img" not in text
    assert "{{7*7}}" in text
    assert await desk.leads() == []
    stamp = re.search(r'name="_stamp" value="([^"]+)"', text)
    assert stamp is not None
    # mended and sent at once
    assert (await desk.send(_stamp=stamp[1])).status_code == 303
    assert len(await desk.leads()) == 1
    long = await desk.send(name="x" * 300)
    assert (long.status_code, len(await desk.leads())) == (422, 1)


async def test_what_is_typed_is_text(desk: Desk) -> None:
    assert (await desk.send(name=EVIL, description=EVIL)).status_code == 303
    (lead,) = await desk.leads()
    assert (lead["name"], lead["description"]) == (EVIL, EVIL)
    form = {**FORM, "name": EVIL, "title": EVIL, "intro": EVIL, "consent_text": EVIL, "key": "evil"}
    form["questions"] = [{"field": "name", "label": EVIL[:120]}]
    made = await create(desk.ctx, "lead_form", form)
    text = (await desk.stranger().get("/forms/evil?utm_source=" + EVIL)).text
    assert "<script" not in text
    assert "<img" not in text
    assert "<script" not in made["embed"]


async def test_programs_are_thanked_and_forgotten(desk: Desk) -> None:
    fast = await desk.send(_stamp=desk.stamp(timedelta(seconds=1)))
    sweet = await desk.send(_homepage="https://spam.example")
    good = await desk.send(name="Human")
    assert [each.status_code for each in (fast, sweet, good)] == [303] * 3
    assert fast.headers["location"] == sweet.headers["location"] == good.headers["location"]
    assert [lead["name"] for lead in await desk.leads()] == ["Human"]
    assert await count(desk.ctx, "activity") == 0


async def test_a_page_without_a_stamp_of_ours_is_shown_again(desk: Desk) -> None:
    for stamp in (None, "", "forged", "AAAA", desk.stamp(LATEST + timedelta(minutes=1))):
        answer = await desk.send(_stamp=stamp)
        assert answer.status_code == 422, stamp
        assert "open for too long" in answer.text, stamp
        assert await desk.leads() == [], stamp
    other = await create(desk.ctx, "lead_form", {**FORM, "key": "other"})
    assert other["key"] == "other"


async def test_the_same_page_twice_is_one_lead(desk: Desk) -> None:
    stamp = desk.stamp()
    sent = await asyncio.gather(*(desk.send(_stamp=stamp) for _ in range(6)))
    assert {each.status_code for each in sent} == {303}
    assert len(await desk.leads()) == 1
    # other content is neither taken on the same stamp nor lost: the page comes back with a new one
    again = await desk.send(_stamp=stamp, name="Another")
    assert (again.status_code, "was sent already" in again.text) == (422, True)
    assert len(await desk.leads()) == 1
    fresh = re.search(r'name="_stamp" value="([^"]+)"', again.text)
    assert fresh is not None
    assert (await desk.send(_stamp=fresh[1], name="Another")).status_code == 303
    assert len(await desk.leads()) == 2
    body = {**ANSWERS, "name": "Third", "_stamp": stamp}
    told = await desk.stranger().post(desk.address, json=body)
    assert [(each["pointer"], each["code"]) for each in told.json()["errors"]] == [
        ("/_stamp", "used_page")
    ]


async def test_consent(desk: Desk) -> None:
    body = {"consent_text": "我同意被联系", "redirect_url": "https://www.example.com/danke"}
    await update(desk.ctx, "lead_form", desk.form["id"], body)
    page = await desk.stranger().get(desk.address)
    assert "我同意被联系" in page.text
    policy = page.headers["content-security-policy"]
    assert "form-action 'self' https://www.example.com;" in policy
    refused = await desk.send()
    assert (refused.status_code, await desk.leads()) == (422, [])
    assert 'id="f-_consent-problem"' in refused.text
    sent = await desk.send(_consent="true")
    assert sent.headers["location"] == "https://www.example.com/danke"
    (lead,) = await desk.leads()
    assert lead["consent_at"] is not None


async def test_twins_are_told_to_the_owner_alone(desk: Desk) -> None:
    seen = {"name": "晨光科技", "email": "li@x.example", "owner": desk.house.ids["lin"]}
    await create(desk.ctx, "account", seen)
    await create(desk.ctx, "contact", {"name": "Hidden One", "phone": "13800138000"})
    plain = await desk.send(name="New", email="new@x.example")
    known = await desk.send(phone="13800138000")
    assert (plain.status_code, plain.headers["location"], plain.text) == (
        known.status_code,
        known.headers["location"],
        known.text,
    )
    first, second = await desk.leads()
    assert (first["tags"] or [], second["tags"]) == ([], ["Possible duplicate"])
    page = await find(desk.ctx, "activity", fields=["subject", "body", "about", "owner"])
    (note,) = page.items
    assert note["about"]["id"] == second["id"]
    assert note["owner"]["id"] == desk.house.ids["lin"]
    assert "晨光科技 (" in note["body"]
    assert "Hidden" not in note["body"]
    assert "a record you may not see" in note["body"]


async def test_who_has_left_gets_nothing_more(desk: Desk) -> None:
    ids = desk.house.ids
    body = {"department": ids["west"]}
    await update(desk.ctx, "lead_form", desk.form["id"], body)
    await update(desk.ctx, "user", ids["lin"], {"active": False})
    await asyncio.sleep(0.3)
    assert (await desk.send()).status_code == 303
    (lead,) = await desk.leads()
    assert (lead["owner"], lead["department"]["id"]) == (None, ids["west"])


async def test_programs_speak_json(desk: Desk) -> None:
    site = "https://www.example.com"
    await update(desk.ctx, "lead_form", desk.form["id"], {"allowed_sites": [site]})
    client = desk.stranger(origin=site, accept="application/json")
    asked = await client.get(desk.address)
    assert asked.headers["access-control-allow-origin"] == site
    assert [each["key"] for each in asked.json()["questions"]] == [q["field"] for q in QUESTIONS]
    may = await client.options(desk.address)
    assert may.status_code == 204
    assert may.headers["access-control-allow-methods"] == "GET, POST"
    soon = await client.post(desk.address, json={**ANSWERS, "_stamp": asked.json()["_stamp"]})
    assert (soon.status_code, await desk.leads()) == (201, [])
    body = {**ANSWERS, "_stamp": desk.stamp(), "utm_source": "api"}
    sent = await client.post(desk.address, json=body)
    assert sent.status_code == 201
    assert sent.headers["access-control-allow-origin"] == site
    assert set(sent.json()) == {"thanks", "redirect_url"}
    bad = await client.post(desk.address, json={**body, "email": 5, "shoe": 1, "status": "new"})
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid")
    pointers = {each["pointer"] for each in bad.json()["errors"]}
    assert pointers == {"/email", "/shoe", "/status"}
    lacking = await client.post(desk.address, json=ANSWERS)
    assert [each["pointer"] for each in lacking.json()["errors"]] == ["/_stamp"]
    stranger = desk.stranger(origin="https://evil.example")
    assert (await stranger.post(desk.address, json=body)).status_code == 403
    assert (await stranger.post(desk.address, data=ANSWERS)).status_code == 403
    refused = await stranger.options(desk.address)
    assert "access-control-allow-origin" not in refused.headers
    own = desk.stranger(origin="http://fangxin.test")
    assert (await desk.send(own, name="Own")).status_code == 303
    assert [lead["name"] for lead in await desk.leads()] == ["李雷", "Own"]


async def test_who_may_embed(desk: Desk) -> None:
    page = await desk.stranger().get(desk.address)
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert page.headers["cross-origin-resource-policy"] == "same-origin"
    assert page.headers["x-content-type-options"] == "nosniff"
    sites = ["https://www.example.com", "http://localhost:3000"]
    await update(desk.ctx, "lead_form", desk.form["id"], {"allowed_sites": sites})
    around = "https://www.example.com/kontakt?utm_source=bing"
    headers = {"referer": around, "sec-fetch-dest": "iframe"}
    page = await desk.stranger().get(desk.address, headers=headers)
    policy = page.headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {' '.join(sites)}")
    assert page.headers["cross-origin-resource-policy"] == "cross-origin"
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    assert (hidden["utm_source"], hidden["landing_page"]) == ("bing", around)
    embed = (await get(desk.ctx, "lead_form", desk.form["id"]))["embed"]
    assert embed.startswith('<iframe src="http')


async def test_what_is_not_there(desk: Desk) -> None:
    client = desk.stranger()
    for key in ("nothing", "..%2f..", "%00", "x" * 500, "'--"):
        answer = await client.get(f"/forms/{key}")
        assert answer.status_code in {404, 422, 400}, key
        assert "<script" not in answer.text
    await update(desk.ctx, "lead_form", desk.form["id"], {"active": False})
    assert (await client.get(desk.address)).status_code == 404
    assert (await desk.send(client)).status_code == 404
    await update(desk.ctx, "lead_form", desk.form["id"], {"active": True})
    kinds = {"content-type": "text/plain"}
    assert (await client.post(desk.address, content=b"x", headers=kinds)).status_code == 415
    assert (await desk.send(client, description="x" * 70_000)).status_code == 413
    kinds = {"content-type": "application/x-www-form-urlencoded"}
    broken = await client.post(desk.address, content=b"name=%ff%fe\xff", headers=kinds)
    assert broken.status_code == 422
    many = "&".join(f"a{n}=1" for n in range(500)).encode()
    assert (await client.post(desk.address, content=many, headers=kinds)).status_code == 422
    assert (await desk.send(client, name="a\x00b")).status_code == 422
    assert await desk.leads() == []


@pytest.mark.parametrize("posts", [200, pytest.param(1000, marks=pytest.mark.long)])
async def test_hundreds_of_posts_from_one_place(desk: Desk, posts: int) -> None:
    client = desk.stranger("10.1.1.1")
    most = BY_ADDRESS[0].most
    codes: list[int] = []
    for start in range(0, posts, 50):
        part = [desk.send(client, name=f"N{start + n}") for n in range(50)]
        answers = await asyncio.gather(*part)
        codes += [each.status_code for each in answers]
    assert sorted(set(codes)) == [303, 429]
    assert codes.count(303) == most
    assert len(await desk.leads()) == most
    refused = await desk.send(client)
    assert 0 < int(refused.headers["retry-after"]) <= BY_ADDRESS[0].window.total_seconds() + 1
    assert refused.headers["content-type"].startswith("text/html")
    told = await client.post(desk.address, json={})
    assert (told.status_code, told.json()["code"]) == (429, "too_many_requests")
    # nobody else is kept waiting
    assert (await client.get(desk.address)).status_code == 200
    assert (await desk.send(name="Elsewhere")).status_code == 303


IMPOSSIBLE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"questions": []}, "/questions"),
    ({"questions": [{"field": "industry"}]}, "/questions"),
    ({"questions": [{"field": "name"}, {"field": "status"}]}, "/questions/1/field"),
    ({"questions": [{"field": "name"}, {"field": "name"}]}, "/questions/1/field"),
    ({"questions": [{"field": "owner"}]}, "/questions/0/field"),
    ({"key": "Not A Key"}, "/key"),
    ({"allowed_sites": ["https://a.example", "a.example"]}, "/allowed_sites/1"),
    ({"allowed_sites": ["https://a.example/path"]}, "/allowed_sites/0"),
    ({"allowed_sites": ["https://*;script-src"]}, "/allowed_sites/0"),
    ({"redirect_url": "javascript:alert(1)"}, "/redirect_url"),
    ({"page_url": "https://x.example"}, "/page_url"),
)


async def test_forms_that_cannot_be(desk: Desk) -> None:
    boss = await desk.house.browser("admin")
    for body, pointer in IMPOSSIBLE:
        answer = await boss.post("/lead_forms", json={**FORM, "name": "Second", **body})
        assert answer.status_code == 422, body
        assert pointer in [each["pointer"] for each in answer.json()["errors"]], body


async def test_keys_and_who_may(desk: Desk) -> None:
    admin = await desk.house.browser("admin")
    lin = await desk.house.browser("lin")
    keys = []
    for name in ("官网咨询表", "Website contact", "Website contact", "！！"):
        made = await admin.post("/lead_forms", json={**FORM, "name": name})
        assert made.status_code == 201, made.text
        keys.append(made.json()["key"])
        assert made.json()["owner"]["id"] == desk.house.ids["admin"]
    assert keys[:3] == ["guan-wang-zi-xun-biao", "website-contact-2", "website-contact-3"]
    taken = await admin.post("/lead_forms", json={**FORM, "key": "website-contact"})
    assert (taken.status_code, taken.json()["code"]) == (409, "not_unique")
    assert (await lin.post("/lead_forms", json=FORM)).status_code == 403
    assert (await lin.get("/lead_forms")).status_code == 403
