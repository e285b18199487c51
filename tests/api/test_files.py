"""Uploads: who may, what is kept, and how strangers' content is given out."""

from __future__ import annotations

import os
import uuid

import pytest

from fangxin.api.files import safe_name
from fangxin.kernel.storage import INCOMING


async def test_a_file_hangs_on_a_record_and_is_seen_with_it(house):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    account = (await lin.post("/accounts", json={"name": "A"})).json()["id"]
    about = {"about_object": "accounts", "about_id": account}
    page = b"<script>alert(1)</script>"
    made = await lin.post("/files", data=about, files={"file": ("报价 1.html", page, "text/html")})
    record = made.json()
    assert (made.status_code, record["name"], record["size"]) == (201, "报价 1.html", len(page))
    assert record["about"] == {"id": account, "name": "A", "object": "account"}
    content = await lin.get(f"/files/{record['id']}/content")
    assert content.content == page
    assert content.headers["content-disposition"].startswith("attachment;")
    assert content.headers["content-security-policy"].startswith("sandbox;")
    again = {"if-none-match": content.headers["etag"]}
    assert (await lin.get(f"/files/{record['id']}/content", headers=again)).status_code == 304
    for address in (f"/files/{record['id']}", f"/files/{record['id']}/content"):
        assert (await zhao.get(address)).status_code == 404


async def test_bad_uploads_leave_nothing_behind(house, installation):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    account = (await lin.post("/accounts", json={"name": "A"})).json()["id"]
    good = {"file": ("a.txt", b"x", "text/plain")}
    bad = [
        await lin.post("/files", json={"name": "x"}),
        await lin.post("/files", data={"about_id": account}, files=good),
        await lin.post("/files", data={"about_object": "x", "about_id": account}, files=good),
        await lin.post(
            "/files", data={"about_object": "account", "about_id": str(uuid.uuid4())}, files=good
        ),
        await zhao.post(
            "/files", data={"about_object": "account", "about_id": account}, files=good
        ),
        await lin.post("/files", files={"file": ("x.exe", b"MZ")}),
        await lin.post("/files", files={"other": ("x", b"x")}),
        await lin.post("/files", data={"nonsense": "1"}, files=good),
        await lin.post(
            "/files", content=b"x", headers={"content-type": "multipart/form-data; boundary=b"}
        ),
    ]
    assert [each.status_code for each in bad] == [415, 422, 422, 422, 422, 422, 422, 422, 400]
    assert (await lin.get("/files")).json()["items"] == []
    stored = [each for each in installation.services.storage.folder.rglob("*") if each.is_file()]
    assert stored == []


async def test_the_same_key_keeps_one_file(house, installation):
    lin = await house.browser("lin")
    key = {"idempotency-key": "upload"}
    answers = [
        await lin.post("/files", files={"file": ("a.txt", content)}, headers=key)
        for content in (b"one", b"one", b"two")
    ]
    assert [each.status_code for each in answers] == [201, 201, 422]
    assert answers[0].json() == answers[1].json()
    stored = [each for each in installation.services.storage.folder.rglob("*") if each.is_file()]
    assert len(stored) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("some.one@example.com", "some.one@example.com"),
        ("a\x00b\n.txt", "a_b_.txt"),
        ("  .. ", "file"),
        ("\ud800.txt", "_.txt"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_are_bare_and_short(given, kept):
    assert safe_name(given) == kept


async def test_an_import_is_looked_at_first_and_then_queued(house):
    lin = await house.browser("lin")
    table = {"file": ("accounts.csv", b"name,phone\nA,13800138000\n")}
    seen = (await lin.post("/imports/preview", files=table, data={"object": "accounts"})).json()
    assert (seen["encoding"], seen["delimiter"], seen["rows"]) == ("utf-8", ",", 1)
    assert [each["suggested"] for each in seen["columns"]] == ["name", "phone"]
    begun = await lin.post("/imports", files=table, data={"object": "accounts"})
    assert begun.status_code == 202
    state = (await lin.get(f"/imports/{begun.json()['id']}")).json()
    assert (state["state"], state["object"]) == ("waiting", "account")
    job = (await lin.get(f"/jobs/{begun.json()['job']}")).json()
    assert (job["kind"], job["state"]) == ("import", "waiting")
    zhao = await house.browser("zhao")
    assert (await zhao.get(f"/jobs/{begun.json()['job']}")).status_code == 404
    assert (await zhao.get(f"/imports/{begun.json()['id']}")).status_code == 404
    wrong = await lin.post("/imports", files=table, data={"object": "accounts", "options": "{"})
    assert wrong.status_code == 400
    several = {"options": '{"object": ["accounts"]}'}
    for path in ("/imports/preview", "/imports"):
        wrong = await lin.post(path, files=table, data=several)
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/object")


async def test_a_file_is_sent_once_for_preview_and_import(house):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    table = {"file": ("accounts.csv", b"name,phone\nA,13800138000\n")}
    seen = await lin.post("/imports/preview", files=table, data={"object": "accounts"})
    assert seen.json()["upload"] is None
    storage = house.installation.services.storage
    assert list(storage.ids()) == []
    data = {"object": "accounts", "keep": "true"}
    upload = (await lin.post("/imports/preview", files=table, data=data)).json()["upload"]
    again = {"object": "accounts", "upload": upload}
    # a form of several parts without a file
    bare = {"files": {key: (None, value) for key, value in again.items()}}
    seen = (await lin.post("/imports/preview", **bare)).json()
    assert (seen["rows"], bool(seen["upload"])) == (1, True)
    # it is no one else's, and a refused import does not lose it
    refused = await zhao.post("/imports", **bare)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "expired")
    wrong = {"files": {**bare["files"], "options": (None, '{"map": {"columns": {"x": "name"}}}')}}
    assert (await lin.post("/imports", **wrong)).status_code == 422
    assert len(list(storage.ids())) == 1
    begun = await lin.post("/imports", **bare)
    assert begun.status_code == 202
    state = (await lin.get(f"/imports/{begun.json()['id']}")).json()
    assert (state["file_name"], state["state"]) == ("accounts.csv", "waiting")
    # nor does another import of it, refused afterwards, take it from the first
    assert (await lin.post("/imports", **wrong)).status_code == 422
    assert list((storage.folder / INCOMING).iterdir()) == []
    # what an import holds stays; what none took goes after a day
    unused = (await lin.post("/imports/preview", files=table, data=data)).json()["upload"]
    assert len(list(storage.ids())) == 2
    for mark in (storage.folder / INCOMING).iterdir():
        os.utime(mark, (0, 0))
    await storage.sweep()
    assert len(list(storage.ids())) == 1
    gone = {"files": {"object": (None, "accounts"), "upload": (None, unused)}}
    refused = await lin.post("/imports", **gone)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/upload")
    assert (await lin.post("/imports", files={"object": (None, "x")})).status_code == 422


async def test_a_file_is_neither_renamed_to_a_program_nor_made_without_content(house):
    lin, admin = await house.browser("lin"), await house.browser("admin")
    made = (await lin.post("/files", files={"file": ("a.txt", b"x")})).json()
    for name in ("x.exe", "x.EXE. "):
        renamed = await lin.patch(f"/files/{made['id']}", json={"name": name})
        assert (renamed.status_code, renamed.json()["errors"][0]["code"]) == (422, "file_type")
    assert (await lin.patch(f"/files/{made['id']}", json={"name": "b.txt"})).status_code == 200
    batch = (await lin.post("/files/batch", json={"create": [{"name": "empty.txt"}]})).json()
    assert batch["results"][0]["problem"]["errors"][0]["code"] == "no_content"
    assert len((await lin.get("/files")).json()["items"]) == 1
    for who in (lin, admin):
        assert "storage_key" not in (await who.get(f"/files/{made['id']}")).json()
        asked = {"filter": '{"field":"storage_key","op":"not_empty"}'}
        assert (await who.get("/files", params=asked)).status_code == 422
        assert (await who.get(f"/files/{made['id']}/content")).content == b"x"


async def test_an_import_is_told_from_another_by_its_content(house, installation):
    lin = await house.browser("lin")
    key = {"idempotency-key": "import"}
    begun = [
        await lin.post(
            "/imports",
            files={"file": ("a.csv", b"name\n" + row)},
            data={"object": "accounts"},
            headers=key,
        )
        for row in (b"A\n", b"A\n", b"B\n")
    ]
    assert [each.status_code for each in begun] == [202, 202, 422]
    assert begun[0].json() == begun[1].json()
    stored = [each for each in installation.services.storage.folder.rglob("*") if each.is_file()]
    assert len(stored) == 1


@pytest.mark.parametrize("start", ["importing", "exporting"])
async def test_a_start_that_broke_leaves_its_key_free(house, monkeypatch, start):
    lin = await house.browser("lin")

    async def ask():
        key = {"idempotency-key": "again"}
        if start == "exporting":
            return await lin.post("/exports", json={"object": "accounts"}, headers=key)
        table = {"file": ("a.csv", b"name\nA\n")}
        return await lin.post("/imports", files=table, data={"object": "accounts"}, headers=key)

    async def broken(*_args, **_more):
        message = "something nobody thought of"
        raise RuntimeError(message)

    with monkeypatch.context() as patched:
        patched.setattr(f"fangxin.transfer.{start}.start", broken)
        assert (await ask()).status_code == 500
    assert (await ask()).status_code == 202
