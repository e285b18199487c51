"""Imports and exports for the OpenAPI document: what is sent, and the paths."""

from __future__ import annotations

from typing import Any, Final

from fangxin.api.operations import FORM, body
from fangxin.fields.schema import Schema

_FILE: Final[Schema] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "object": {"type": "string", "x-object-name": True},
        "options": {
            "type": "string",
            "x-json": True,
            "description": (
                "A JSON object: `map`, `match`, `mode`, `duplicates`, `corrects`, `dry_run`, or"
                " `sheets`, a list of such objects with `sheet` and `object`. How the file is"
                " written is told by its looks where it is not said: `encoding` (utf-8, gb18030,"
                " utf-16-le …), `delimiter` (`,` tab `;` `|`), `quote` (`\"`, `'`, or empty for"
                " none), `header_row` (the number of the row that names the columns, 0 for none),"
                " `sheet`."
            ),
        },
    },
    "additionalProperties": False,
}
# instead of the file: the one that a preview has kept (`keep`) for a day, as it answered
_UPLOAD: Final[Schema] = {"upload": {"type": "string"}}
_KEEP: Final[Schema] = {"keep": {"type": "string", "enum": ["true", "false"]}}
_SENT: Final = {**_FILE, "properties": {**_FILE["properties"], **_UPLOAD}, "required": ["object"]}
_READ: Final = {**_SENT, "properties": {**_SENT["properties"], **_KEEP}, "required": []}
_WAY: Final[Schema] = {
    "type": "string",
    "enum": ["labels", "keys"],
    "default": "labels",
    "description": "In the reader's words, or as programs name them.",
}
_EXPORT: Final[Schema] = {
    "type": "object",
    "required": ["object"],
    "properties": {
        "object": {"type": "string", "x-object-name": True},
        "format": {"type": "string", "enum": ["csv", "xlsx", "json"]},
        "q": {"type": "string", "maxLength": 200, "pattern": "^[^\\u0000]*$"},
        "filter": {"description": "A filter tree, as lists take it."},
        "fields": {"type": "array", "items": {"type": "string"}},
        "sort": {"type": "string", "description": "As lists take it."},
        "headings": _WAY,
        "values": _WAY,
    },
    "additionalProperties": False,
}
SENT: Final[dict[str, Any]] = {
    "export": body(_EXPORT),
    "file": body(_READ, FORM),
    "file for object": body(_SENT, FORM),
}
# see fixed._Row
ROWS: Final = (
    ("post", "/imports/preview", "preview_import", "How it is read", "one Preview", "", "file"),
    ("get", "/imports", "list_imports", "Imports", "items Import", "", ""),
    ("post", "/imports", "start_import", "Import", "accepted Started", "", "file for object"),
    ("get", "/imports/{id}", "get_import", "An import", "one ImportDetail", "", ""),
    ("post", "/imports/{id}/start", "start_tried", "Do it", "accepted Started", "", ""),
    ("get", "/imports/{id}/errors", "import_errors", "Its error file", "csv", "", ""),
    ("get", "/exports", "list_exports", "Exports", "items Export", "", ""),
    ("post", "/exports", "start_export", "Export", "accepted Started", "", "export"),
    ("get", "/exports/{id}", "get_export", "An export", "one Export", "", ""),
    ("get", "/exports/{id}/content", "export_content", "Its file", "any", "", ""),
)
