"""What is in files is found by whoever may see them; a file that cannot be read costs one job."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import xlsxwriter

from fangxin.access.contexts import context_for_user, system_context
from fangxin.kernel.errors import NotFound
from fangxin.kernel.ids import new_id
from fangxin.objects.declare import Change
from fangxin.records import engine, reading
from fangxin.search import extract
from fangxin.search.finding import answer, search
from fangxin.search.reading import extracted, kind_of
from fangxin.search.reindexing import start_reindex
from fangxin.worker import Worker

LARGE = b"0" * (extract.UNPACKED // 8)


def packed(**parts: bytes) -> bytes:
    """An archive of these parts; `__` stands for a slash."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return made.getvalue()


def docx(*paragraphs: str) -> bytes:
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    said = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    text = f"<w:document {word}><w:body>{said}</w:body></w:document>"
    return packed(word__document=text.encode())


def pptx(text: str) -> bytes:
    draw = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    return packed(ppt__slides__slide1=f"<s {draw}><a:p><a:t>{text}</a:t></a:p></s>".encode())


def xlsx(*cells: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("Prices").write_row(0, 0, cells)
    return made.getvalue()


def pdf(text: str) -> bytes:
    """A page of text, written by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
    parts = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += f"{number} 0 obj{part}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    made += f"xref\n0 6\n0000000000 65535 f \n{table}"
    start = made.index("xref\n0 6")
    return (made + f"trailer<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF").encode()


# name, content: what it is found by
READ = {
    "offer.pdf": (pdf("Offer for a turbine of Quibblewood"), "quibblewood"),
    "合同.docx": (docx("甲方委托乙方供应光伏逆变器", "第二条 付款方式"), "光伏逆变器"),
    "slides.pptx": (pptx("Roadmap Zanzibarium"), "zanzibarium"),
    "prices.xlsx": (xlsx("Article", "Flangeometer"), "flangeometer"),
    "说明.txt": ("交货地点在张家港码头".encode("gb18030"), "张家港"),
    "list.csv": (b"a,b\r\nOxenfree,1\r\n", "oxenfree"),
    "notes.md": (b"# Notes\nabout the **Yarborough** deal", "yarborough"),
    "page.html": (b"<style>.hid{}</style><p>See <b>Whistledown</b></p>", "whistledown"),
}
REFUSED = {
    "broken.pdf": (b"%PDF-1.4 nothing more", "broken"),
    "bomb.docx": (packed(**{f"word__document{n}": LARGE for n in range(9)}), "too_large"),
    "bomb.xlsx": (packed(**{f"xl__sheet{n}": LARGE for n in range(9)}), "too_large"),
    "laughs.docx": (
        packed(
            word__document=b'<!DOCTYPE d [<!ENTITY a "'
            + b"ha" * 5000
            + b'"><!ENTITY b "'
            + b"&a;" * 5000
            + b'"><!ENTITY c "'
            + b"&b;" * 5000
            + b'">]><d><t>&c;</t></d>'
        ),
        "broken",
    ),
    "picture.docx": (b"\x89PNG", "broken"),
    "picture.png": (b"\x89PNG", "no_text"),
}


async def uploaded(ctx: Any, name: str, content: bytes, about: Any = None, **more: Any) -> str:
    """A file as an upload makes it."""

    async def chunks():
        yield content

    kept = await ctx.services.storage.write(chunks(), limit=10**9)
    id_ = new_id()
    values = {"name": name, "size": kept.size, "storage_key": kept.id, **more}
    values |= {"about": about} if about else {}

    async def unit(tx):
        await engine.write_many(ctx, tx, "file", "create", [Change("file", id_, "create", values)])

    await ctx.database.write(unit)
    return id_


def named(items: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in items]


async def test_files_are_found_by_what_is_in_them(begun, admin):
    people, ids = await _all_uploaded(begun, admin)
    await Worker(begun).drain()
    begun.directory._memory = None
    lin, wang = [await context_for_user(begun, people[each], "api") for each in ("lin", "wang")]
    for name, (_, words) in READ.items():
        (hit,) = await search(lin, words)
        assert (hit["name"], hit["matched_on"]) == (name, ["contents"])
        assert words in hit["snippet"].lower(), hit
        assert await search(wang, words) == []
        assert (await answer(wang, words[:-1] + "x"))["items"] == []
    assert await search(lin, "hid") == []
    assert (await answer(lin, "quiblewood"))["instead"] == "quibblewood"
    # bad ones say why, and no job has failed
    rows = await begun.database.read(*_states(begun))
    states = {row[0]: row[1] for row in rows}
    assert {name: states[ids[name]] for name in REFUSED} == {
        name: state for name, (_, state) in REFUSED.items()
    }
    assert await begun.jobs.dead_letters() == []
    await _lives_on(begun, admin, (lin, wang), (people["wang"], ids["offer.pdf"], ids["list.csv"]))


async def _all_uploaded(begun, admin):
    system = await system_context(begun)
    people = {}
    for name in ("lin", "wang"):
        body = {"name": name, "email": f"{name}@x.example", "role": "sales"}
        people[name] = str((await engine.create(system, "user", body))["id"])
    ids = {
        name: await uploaded(admin, name, content, owner=people["lin"])
        for name, (content, _) in {**READ, **REFUSED}.items()
    }
    return people, ids


async def _lives_on(begun, admin, readers, named_ids):
    """Whatever else happens to the record, its contents are found with it."""
    (lin, wang), (other, pdf_file, table) = readers, named_ids
    await engine.update(admin, "file", pdf_file, {"name": "renamed.pdf"})
    assert named(await search(lin, "quibblewood")) == ["renamed.pdf"]
    await engine.update(admin, "file", pdf_file, {"owner": other})
    assert await search(lin, "quibblewood") == []
    assert named(await search(wang, "quibblewood")) == ["renamed.pdf"]
    await engine.delete(admin, "file", pdf_file)
    assert await search(wang, "quibblewood") == []
    await engine.restore(admin, "file", pdf_file)
    assert named(await search(wang, "quibblewood")) == ["renamed.pdf"]
    # indexed anew it is found as before, and so is a file whose text was never read
    await begun.database.write(lambda tx: tx.execute(*_forget(tx.dialect, table)))
    await start_reindex(begun.database, begun.jobs)
    await Worker(begun).drain()
    assert named(await search(wang, "quibblewood")) == ["renamed.pdf"]
    assert named(await search(lin, "oxenfree")) == ["list.csv"]
    await engine.delete(admin, "file", pdf_file)
    await engine.purge(admin, "file", pdf_file)
    with pytest.raises(NotFound):
        await reading.get(admin, "file", pdf_file)
    rows = await begun.database.read(*_states(begun))
    assert pdf_file not in {row[0] for row in rows}


def _states(installation):
    import sqlalchemy as sa

    from fangxin.kernel.sql import compile_statement
    from fangxin.search.contents import file_text

    query = sa.select(file_text.c.record_id, file_text.c.state)
    return compile_statement(query, installation.database.dialect), {}


def _forget(dialect, id_):
    import sqlalchemy as sa

    from fangxin.kernel.sql import Id, compile_statement
    from fangxin.search.contents import file_text

    mine = file_text.c.record_id == sa.bindparam("id", type_=Id())
    return compile_statement(sa.delete(file_text).where(mine), dialect), {"id": id_}


async def test_a_reader_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("hello")
    assert await extracted("text", path) == ("read", "hello")
    monkeypatch.setattr("fangxin.search.reading.PATIENCE", 0.0)
    assert await extracted("text", path) == ("too_slow", "")
    assert kind_of("A.PDF", None) == "pdf"
    assert kind_of("offer", "text/plain") == "text"
    assert kind_of("x.zip", "application/zip") is None
