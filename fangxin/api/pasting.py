"""A block of cells, as a spreadsheet copies it, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from fangxin.api import answers, door, reading
from fangxin.fields.schema import Schema
from fangxin.kernel.context import Ctx
from fangxin.kernel.i18n import translate
from fangxin.kernel.idempotency import Answer
from fangxin.records.bulk import BATCH
from fangxin.transfer import pasting

Incoming = Request[Any, Any, Any]
Word = FromPath[str]


class PastedRow(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One record of a block: a text for each field."""

    id: str
    texts: list[str]
    version: int | None = None


class Block(msgspec.Struct, forbid_unknown_fields=True):
    """Body of a block of cells."""

    fields: list[str]
    rows: list[PastedRow]


def _answer(ctx: Ctx) -> Callable[[Mapping[str, Any]], Answer]:
    def answer(done: Mapping[str, Any]) -> Answer:
        refused = [
            {
                "row": row,
                "id": id_,
                "field": fault.pointer.strip("/").partition("/")[0] or None,
                "code": fault.code,
                "message": translate(ctx.locale, fault.message, fault.values),
            }
            for row, id_, fault in done["refused"]
        ]
        return Answer(200, {}, answers.encode({**done, "refused": refused}))

    return answer


@post("/{path:str}/cells", status_code=200)
async def paste_cells(request: Incoming, path: Word) -> Response[Any]:
    """Write a block of texts into records, each cast by its field; refusals are told by cell."""
    ctx = await door.writer(request)
    reading.query_of(request, ())
    raw = await reading.raw_body(request)
    block = reading.struct_of(raw, Block)
    rows = [msgspec.structs.asdict(row) for row in block.rows]
    return await answers.once_over(
        request,
        ctx,
        raw,
        _answer(ctx),
        lambda ctx: pasting.paste(ctx, path, block.fields, rows),
        word=path,
    )


def block_schema(id_: Schema) -> Schema:
    """Return the form of a block."""
    text: Schema = {"type": "string", "pattern": "^[^\\u0000]*$"}
    row: Schema = {"type": "object", "required": ["id", "texts"], "additionalProperties": False}
    row["properties"] = {
        "id": id_,
        "texts": {"type": "array", "items": text},
        "version": {"type": ["integer", "null"]},
    }
    rows = {"type": "array", "items": row, "maxItems": BATCH}
    keys = {"type": "array", "items": text}
    block: Schema = {"type": "object", "required": ["fields", "rows"]}
    block["properties"] = {"fields": keys, "rows": rows}
    return {**block, "additionalProperties": False}


def answer_schema(record: Schema) -> Schema:
    """Return what a block answers: what was written, and the cells that were refused."""
    cell: dict[str, Schema] = {
        "row": {"type": "integer"},
        "id": {"type": "string"},
        "field": {"type": ["string", "null"]},
        "code": {"type": "string"},
        "message": {"type": "string"},
    }
    refused: Schema = {"type": "object", "required": list(cell), "properties": cell}
    properties: dict[str, Schema] = {
        "change_set": {"type": ["string", "null"]},
        "cells": {"type": "integer"},
        "records": {"type": "array", "items": record},
        "refused": {"type": "array", "items": refused},
    }
    return {"type": "object", "required": list(properties), "properties": properties}


ROUTES: Final = (paste_cells,)
