"""Printed documents: what stands on them, in which language, and who may print."""

from __future__ import annotations

import io
import uuid
from typing import Any

from pypdf import PdfReader

LINES = [
    {"description": "Router <b>X</b> & 交换机 龘", "quantity": "3", "unit_price": "999.99"},
    {"description": "*Care* #let $x$", "unit_price": "0.05", "discount_percent": "10"},
]


async def _quote(client: Any) -> dict[str, Any]:
    account = (await client.post("/accounts", json={"name": "远景 <i>能源</i>"})).json()
    lines = [{**line, "tax_percent": "13"} for line in LINES]
    body = {"name": "Offer", "account": account["id"], "lines": lines, "terms": "30 天\nnet"}
    made = await client.post("/quotes", json=body)
    assert made.status_code == 201, made.text
    return dict(made.json())


def _text(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join(page.extract_text() for page in pages).replace(" ", "")


async def test_a_quote_prints_in_both_languages_and_forms(house):
    lin = await house.browser("lin")
    quote = await _quote(lin)
    # 2999.97 + 0.05 (0.045 rounded up), tax 390.00 + 0.01
    assert [quote[key]["amount"] for key in ("subtotal", "tax", "total")] == [
        "3000.02",
        "390.01",
        "3390.03",
    ]
    address = f"/quotes/{quote['id']}/document"
    page = await lin.get(address, params={"locale": "zh-CN"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for text in ("报价单", quote["code"], "草稿", "¥3,390.03", "人民币叁仟叁佰玖拾元零叁分"):
        assert text in page.text
    assert "Router &lt;b&gt;X&lt;/b&gt; &amp; 交换机" in page.text
    assert "<i>" not in page.text
    english = await lin.get(address, params={"locale": "en"})
    assert "Quotation" in english.text
    assert "CN¥3,390.03" in english.text
    assert "人民币" not in english.text
    pdf = await lin.get(address, headers={"accept": "application/pdf"})
    assert pdf.headers["content-type"] == "application/pdf"
    assert b"NotoSansSC" in pdf.content
    for text in (
        "Quotation",
        quote["code"],
        "Router<b>X</b>&交换机龘",
        "*Care*#let$x$",
        "3,390.03",
    ):
        assert text in _text(pdf.content)
    chinese = await lin.get(address, params={"format": "pdf", "locale": "zh-CN"})
    assert "人民币叁仟叁佰玖拾元零叁分" in _text(chinese.content)


async def test_a_print_bears_the_day_it_was_signed_and_the_seller_who_has_a_name(house):
    lin, chief = await house.browser("lin"), await house.browser("admin")
    account = (await lin.post("/accounts", json={"name": "Orchid"})).json()["id"]
    body = {"name": "Frame", "account": account, "total": "12.50"}
    made = (await lin.post("/contracts", json=body)).json()
    address = f"/contracts/{made['id']}/document?locale=en"
    draft = (await lin.get(address)).text
    head = '<div class="soft">From</div>'
    assert (head in draft, "<dt>Date</dt>" in draft) == (False, True)
    assert (await chief.patch("/settings", json={"company_name": "Vista & Co"})).status_code == 200
    signed = {"signed_on": "2020-02-03"}
    await lin.post(f"/contracts/{made['id']}/actions/sign", json=signed)
    text = (await lin.get(address)).text
    assert (head in text, "<dt>Date</dt>" in text) == (True, False)
    assert "Vista &amp; Co" in text
    abroad = {"company_name_en": "Vista Abroad", "company_address": "望江路 1 号"}
    assert (await chief.patch("/settings", json=abroad)).status_code == 200
    chinese = (await lin.get(address.replace("=en", "=zh-CN"))).text
    assert ("Vista &amp; Co" in chinese, "Vista Abroad" in chinese) == (True, False)
    english = (await lin.get(address)).text
    assert ("Vista &amp; Co" in english, "Vista Abroad" in english) == (False, True)
    # what has no English form is printed as it is
    assert "望江路 1 号" in english
    assert "<dd>February 3, 2020</dd>" in text or "<dd>2020-02-03</dd>" in text


async def test_a_print_shows_no_more_than_its_reader_may_see(house):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    quote = await _quote(lin)
    for path, id_ in (("quotes", quote["id"]), ("quotes", uuid.uuid4()), ("quotes", "x")):
        assert (await zhao.get(f"/{path}/{id_}/document")).status_code == 404
    account = quote["account"]["id"]
    assert (await lin.get(f"/accounts/{account}/document")).status_code == 404
    address = f"/quotes/{quote['id']}/document"
    for wrong in ({"format": "doc"}, {"locale": "fr"}, {"x": "1"}):
        assert (await lin.get(address, params=wrong)).status_code in {400, 422}
    assert (await house.stranger().get(address)).status_code == 401


async def test_all_faults_of_all_lines_are_told_at_once(house):
    lin = await house.browser("lin")
    account = (await lin.post("/accounts", json={"name": "Lines"})).json()["id"]
    unknown = str(uuid.uuid4())
    faulty = [
        {"description": "Good", "quantity": "1", "unit_price": "2"},
        {"quantity": "many", "unit_price": "-1", "discount_percent": "130"},
        {"description": "No price"},
        "no line",
    ]
    body = {"account": account, "name": "Faults", "valid_until": "soon", "lines": faulty}
    before = (await lin.get("/quotes?count=exact")).json()["count"]
    answer = await lin.post("/quotes", json=body)
    assert answer.status_code == 422, answer.text
    assert {each["pointer"] for each in answer.json()["errors"]} == {
        *("/valid_until", "/lines/1/quantity", "/lines/1/unit_price", "/lines/1/discount_percent"),
        *("/lines/2/unit_price", "/lines/3"),
    }
    assert all(each["message"] for each in answer.json()["errors"])
    priced = {"quantity": "1", "unit_price": "2"}
    body |= {"valid_until": "2030-01-01"}
    body["lines"] = [{**priced, "product": unknown}, priced, {**priced, "product": unknown}]
    answer = await lin.post("/quotes", json=body)
    assert {each["pointer"] for each in answer.json()["errors"]} == {
        *("/lines/0/product", "/lines/2/product"),
    }
    assert (await lin.get("/quotes?count=exact")).json()["count"] == before
