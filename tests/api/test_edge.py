"""What every answer has, what every request keeps to, and the pages outside the API."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from fangxin.api import web
from fangxin.api.edge import JSON_BYTES


def _raw(house) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(house.app)
    client = httpx.AsyncClient(transport=transport, base_url="http://fangxin.test")
    house.clients.append(client)
    return client


async def test_every_answer_is_guarded(house):
    client = _raw(house)
    for address in (
        "/healthz",
        "/api/v1/nonsense",
        "/api/v1/accounts",
        "/nonsense.txt",
        "/api/docs",
    ):
        answer = await client.get(address)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_a_large_body_is_refused_unread(house):
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(64):
            read += 1
            yield b"x" * 1024 * 1024

    lin = await house.browser("lin")
    kind = {"content-type": "application/json"}
    announced = {**kind, "content-length": str(JSON_BYTES + 1)}
    told = await lin.post("/accounts", content=body(), headers=announced)
    assert (told.status_code, told.json()["code"], read) == (413, "too_large", 0)
    streamed = await lin.post("/accounts", content=body(), headers=kind)
    assert streamed.status_code == 413
    assert read <= 12
    form = {"content-type": "multipart/form-data; boundary=x", "content-length": str(2 * 1024**3)}
    read = 0
    upload = await lin.post("/files", content=body(), headers=form)
    assert (upload.status_code, read) == (413, 0)


async def test_head_is_get_without_a_body(house):
    client = _raw(house)
    answer = await client.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len((await client.get("/healthz")).content))


async def test_health_and_figures(house):
    client = _raw(house)
    assert (await client.get("/readyz")).json() == {"status": "ok"}
    await client.get("/api/v1/accounts")
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].count("charset") == 1
    text = answer.text
    counted = [line for line in text.splitlines() if line.startswith("fangxin_requests_total{")]
    assert any('route="/api/v1/{path}"' in line and 'status="401"' in line for line in counted)


async def test_an_unexpected_error_tells_nothing_but_a_number(house, monkeypatch):
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    lin = await house.browser("lin")
    monkeypatch.setattr("fangxin.api.records.door_to_read.find", broken)
    answer = await lin.get("/accounts")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert uuid.UUID(answer.json()["incident"])
    assert "secret" not in answer.text


async def test_the_web_app_is_served_with_its_caching(house, tmp_path):
    page, script = b"<!doctype html><title>app</title>", b"console.log(1)" * 100
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(page)
    (folder / "assets" / "index-Ab12Cd34.js").write_bytes(script)
    (folder / "assets" / "index-Ab12Cd34.js.gz").write_bytes(gzip.compress(script))
    (folder / ".sources").write_text("hidden", "utf-8")
    house.app._app.state["web_folder"] = folder
    client = _raw(house)
    # custom objects may be called assets, or begin as the API does
    for address in ("/", "/opportunities", "/opportunities/01a2/edit", "/assets/01a2", "/apiaries"):
        answer = await client.get(address)
        assert (answer.content, answer.headers["cache-control"]) == (page, "no-cache")
    asset = await client.get("/assets/index-Ab12Cd34.js", headers={"accept-encoding": "gzip"})
    assert (asset.content, asset.headers["content-encoding"]) == (script, "gzip")
    assert "immutable" in asset.headers["cache-control"]
    etag = {"if-none-match": asset.headers["etag"]}
    assert (await client.get("/assets/index-Ab12Cd34.js", headers=etag)).status_code == 304
    for address in ("/assets/none.js", "/.sources", "/../pyproject.toml", "/api/none", "/api"):
        assert (await client.get(address)).status_code == 404
    assert web.assets(folder).keys() == {"/index.html", "/assets/index-Ab12Cd34.js"}


async def test_the_document_is_whole_and_promises_no_failure(house):
    client = _raw(house)
    document = (await client.get("/api/v1/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    operations = [each for item in document["paths"].values() for each in item.values()]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names))
    statuses = {status for each in operations for status in each["responses"]}
    assert not [each for each in statuses if each == "default" or each.startswith("5")]
    assert all({"400", "401"} & set(each["responses"]) for each in operations)
    text = msgspec.json.encode(document).decode()
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= set(document["components"]["schemas"])
    for object_ in ("Account", "Opportunity", "Task"):
        kinds = ("", "Create", "Update", "Filter", "Page", "Query")
        assert {object_ + kind for kind in kinds} <= set(document["components"]["schemas"])


async def test_the_document_of_a_reader_shows_what_he_may(house):
    lin = await house.browser("lin")
    admin = await house.browser("admin")
    mine = (await lin.get("/openapi.json")).json()["paths"]
    whole = (await admin.get("/openapi.json")).json()["paths"]
    assert "/custom_fields" in whole
    field = {"object": "account", "key": "zz_tier", "type": "text", "labels": {"en": "Hush"}}
    assert (await admin.post("/custom_fields", json=field)).status_code == 201
    assert "zz_tier" in (await admin.get("/openapi.json")).text
    # what an administrator has made is nothing to strangers
    assert "zz_tier" not in (await _raw(house).get("/api/v1/openapi.json")).text
    assert "/custom_fields" not in mine
    assert "post" not in mine["/users"]


@pytest.mark.parametrize("name", ["docs.js", "docs.css"])
async def test_the_page_of_the_document_has_its_own_parts(house, name):
    client = _raw(house)
    answer = await client.get("/api/docs")
    assert answer.headers["content-type"].replace(" ", "") == "text/html;charset=utf-8"
    page = answer.text
    assert f'"/api/docs/{name}"' in page
    assert "http" not in page.replace("/api/v1/openapi.json", "")
    assert (await client.get(f"/api/docs/{name}")).status_code == 200
    assert (await client.get("/api/docs/other.js")).status_code == 404


async def test_no_custom_object_takes_an_address_of_the_product(house):
    """Its records would be hidden behind what answers there."""
    admin = await house.browser("admin")
    document = (await admin.get("/openapi.json")).json()
    words = {path.removeprefix("/api/v1").split("/")[1] for path in document["paths"]}
    assert {"duplicates", "lookup"} <= words
    for path in sorted({*words, "dashboard", "forms", "help", "login"}):
        body = {"name": "boat", "labels": {"en": "Boat"}, "path": path}
        answer = await admin.post("/custom_objects", json=body)
        assert answer.status_code == 422, (path, answer.text)
        assert answer.json()["errors"][0]["pointer"] == "/path"
