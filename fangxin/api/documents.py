"""Printed documents of records: HTML to read and print, PDF to send."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.params import FromPath

from fangxin.api import door, reading
from fangxin.kernel.i18n import LOCALES
from fangxin.printing.html import write_html
from fangxin.printing.sheet import Sheet, read_sheet
from fangxin.records.engine import check_id

FORMATS: Final = ("html", "pdf")
PDF: Final = "application/pdf"
# a page of ours without scripts; nothing is loaded from anywhere
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_HEADERS: Final = {"cache-control": "private, no-store", "vary": "accept"}

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


def _file_name(sheet: Sheet, ending: str) -> str:
    plain = sheet.number or "document"
    full = quote(f"{sheet.title} {plain}.{ending}")
    return f"inline; filename=\"{plain}.{ending}\"; filename*=UTF-8''{full}"


@get("/{path:str}/{id:str}/document")
async def print_record(request: Incoming, path: Word, id: Word) -> Response[Any]:
    """Print one record, in the language of `locale` or of the reader."""
    ctx = await door.reader(request)
    asked = reading.query_of(request, ("format", "locale"))
    locale = reading.choice_of(asked.get("locale"), "locale", tuple(LOCALES), ctx.locale)
    wanted = "pdf" if PDF in request.headers.get("accept", "") else "html"
    format_ = reading.choice_of(asked.get("format"), "format", FORMATS, wanted)
    check_id(id)
    sheet = await read_sheet(ctx, path, id, locale)
    headers = {**_HEADERS, "content-disposition": _file_name(sheet, format_)}
    if format_ == "html":
        headers["content-security-policy"] = _POLICY
        return Response(write_html(sheet), headers=headers, media_type="text/html")
    made = await request.app.state.printer.write(sheet)
    return Response(made, headers=headers, media_type=PDF)


ROUTES: Final = (print_record,)
