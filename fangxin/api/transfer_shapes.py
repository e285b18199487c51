"""Imports and exports for the OpenAPI document: what is sent and answered, and the paths."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from fangxin.api.operations import FORM, body
from fangxin.api.shapes import Id, Moment, State
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
    ("get", "/imports/{id}/errors", "import_errors", "Its error file", "csv", "notes", ""),
    ("get", "/exports", "list_exports", "Exports", "items Export", "", ""),
    ("post", "/exports", "start_export", "Export", "accepted Started", "", "export"),
    ("get", "/exports/{id}", "get_export", "An export", "one Export", "", ""),
    ("get", "/exports/{id}/content", "export_content", "Its file", "any", "", ""),
)


class ReadFault(Struct):
    """Why a text cannot be read."""

    code: str
    message: str


class ReadText(Struct):
    """One text of a column: how often it comes, what the map says of it, what it becomes."""

    value: str
    count: int
    mapped: str | None
    read: Any
    label: str
    missing: Literal["error", "skip", "create"] | None
    problem: ReadFault | None


class Chosen(Struct):
    """What a correction may choose."""

    key: str
    label: str


class ColumnTexts(Struct):
    """The texts of a column that must be understood, the commonest first."""

    items: list[ReadText]
    more: bool
    options: list[Chosen]
    by: list[str]


class CleanText(Struct):
    """A text as it comes out of a column's rules, and what is wrong with it."""

    text: str
    problem: str | None


class ColumnReading(Struct):
    """The first cells of a column as they fill a field."""

    field: str
    after: list[CleanText]


class PreviewColumn(Struct):
    """A column of a file, the field that it seems to be, and those that the map gives it: `field`
    is the first of `reads`. `order_of_days`: in which order the parts of its days stand. `join`:
    what the suggested field needs behind the cells, as a map says it (the other half of a name);
    `times`: by what its figures are multiplied, where the header says so (万元). `clean`: the rules
    that the suggested field wants; `phone_country`: whose its phone numbers seem to be, and
    `country` the column that tells it for each row. `assumed`: what the cells leave open.
    """

    name: str
    samples: list[str]
    suggested: str | None
    join: dict[str, Any] | None
    times: str | None
    field: str | None
    values: ColumnTexts | None
    reads: list[ColumnReading]
    order_of_days: Literal["ymd", "dmy", "mdy"] | None
    phone_country: str | None
    country: str | None
    clean: list[str]
    assumed: str | None


class Remembered(Struct):
    """What the reader chose last for a file of the same columns; `corrects` is the import whose
    error file this is.
    """

    id: Id
    map: dict[str, Any]
    mode: str | None
    match: str | None
    duplicates: str | None
    corrects: Id | None


class TopRow(Struct):
    """A row at the head of a file: its number, and its first cells, cut to what can be shown."""

    row: int
    cells: list[str]


class Preview(Struct):
    """How a file would be read. `header_row`: the number of the row that names the columns, 0 for
    none, chosen among the first rows (`top`); `quote` is empty where cells are not quoted.
    `brought`: fields of the system that the reader may bring; `upload` stands for the file where it
    is kept.
    """

    encoding: str | None
    delimiter: str | None
    quote: str | None
    header_row: int | None
    top: list[TopRow]
    sheets: list[str]
    sheet: str | None
    columns: list[PreviewColumn]
    rows: int | None
    remembered: Remembered | None
    brought: list[str]
    upload: str | None


class Import(Struct):
    """How an import stands."""

    id: Id
    at: Moment
    state: State
    object: str
    file_name: str
    total: int | None
    processed: int
    created: int
    updated: int
    unchanged: int
    failed: int
    duplicates: int
    error: str | None
    finished_at: Moment | None
    dry_run: bool
    # by it a running import is stopped; None for one of the command line
    job: Id | None
    change_set: Id | None
    sheet: str | None
    # the import of the first sheet, for the others of a file
    of: Id | None
    corrects: Id | None
    # a dry run whose file is kept still: `POST /imports/{id}/start` does what it has tried
    startable: bool
    on_duplicates: Literal["create", "skip", "update", "review"]
    # the columns of the file that fill nothing
    left_out: list[str]


class RowFault(Struct):
    """Why a row was kept out."""

    row: int
    column: str | None
    code: str
    message: str
    value: str | None


class Assumed(Struct):
    """What was taken of a column because its cells leave it open: the order of its days."""

    column: str
    message: str


class ImportPart(Import):
    """One table of a file with its first faults; `error_file` is the address of all of them.
    `notes` tell of rows that came in: what was left out, or read all the same.
    """

    assumed: list[Assumed]
    errors: list[RowFault]
    error_file: str | None
    notes: list[RowFault]
    notes_file: str | None


class ImportDetail(ImportPart):
    """An import, and the other sheets of its file."""

    parts: list[ImportPart]


class Export(Struct):
    """How an export stands; `url` is there when it is done."""

    id: Id
    at: Moment
    object: str
    state: State
    processed: int
    error: str | None
    finished_at: Moment | None
    format: Literal["csv", "xlsx", "json"]
    url: str | None
