"""What is to be imported and how: read from a request, checked against the file, put into books.

A workbook may fill several objects: each sheet has an order and a book of its own, all of them go
into one change set, and an object that others link to goes first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from fangxin.history.change_sets import change_set_item
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Invalid, NotFound
from fangxin.kernel.ids import new_id
from fangxin.kernel.spreadsheets import Table, open_table
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import require
from fangxin.transfer import ledger
from fangxin.transfer.guessing import assumptions
from fangxin.transfer.ledger import Book
from fangxin.transfer.mapping import ImportMap, read_map
from fangxin.transfer.suggesting import suggest, suggested_map

SHEETS: Final = 20
# what becomes of a row that looks like a record that is there, or like a row above
DUPLICATES: Final = ("create", "skip", "update", "review")
_TEXTS: Final = (
    *("object", "mode", "match", "duplicates", "corrects"),
    *("encoding", "delimiter", "quote", "sheet"),
)
# the last row that may be said to name the columns
HEADER_ROWS: Final = 1000
_OF_ALL: Final = ("dry_run", "sheets")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported and how; all but the object and the map has a sensible default.

    `corrects`: the import whose error file this is, mended; it joins that one's change set. How the
    file is written (encoding, delimiter, quote, header_row) is told by its looks where it is not
    said, see kernel/spreadsheets.open_table.
    """

    object: str
    map: Mapping[str, Any] | None = None
    mode: str | None = None
    match: str | None = None
    dry_run: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    duplicates: str | None = None
    corrects: str | None = None

    def options(self) -> dict[str, Any]:
        """Return all but the object, as the import's row keeps it."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "object"}

    @classmethod
    def of(cls, object: str, options: Mapping[str, Any]) -> Order:
        """Return the order that an import was, to be carried out."""
        known: dict[str, Any] = {name: options.get(name) for name in cls.__slots__}
        return cls(**{**known, "object": object, "dry_run": False})

    @classmethod
    def read(cls, wire: Any, *, for_object: bool = True) -> Order:
        """Read the options of a request, or raise Invalid naming what is wrong."""
        given = wire if isinstance(wire, Mapping) else {}
        if faults := _faults(given, "", for_object=for_object):
            raise Invalid(errors=faults)
        return cls(**{"object": "", **given})


def read_orders(wire: Any) -> list[Order]:
    """Read the options of a request that may name several `sheets`, each with an object; raises
    Invalid.
    """
    given = wire if isinstance(wire, Mapping) else {}
    sheets = given.get("sheets")
    if sheets is None:
        return [Order.read({key: value for key, value in given.items() if key != "sheets"})]
    faults = [
        FieldProblem(f"/{key}", "unknown_field", "There is no field {name} here.", {"name": key})
        for key, value in given.items()
        if key not in _OF_ALL and value is not None
    ]
    if not isinstance(sheets, list) or not 0 < len(sheets) <= SHEETS:
        message = "A list of 1 to {limit} sheets is needed here."
        raise Invalid(errors=[FieldProblem("/sheets", "wrong_type", message, {"limit": SHEETS})])
    for at, each in enumerate(sheets):
        faults += _sheet_faults(each, f"/sheets/{at}")
        if len(sheets) > 1 and isinstance(each, Mapping) and each.get("corrects") is not None:
            message = "An error file is sent by itself."
            faults.append(FieldProblem(f"/sheets/{at}/corrects", "not_alone", message))
    if not isinstance(given.get("dry_run", False), bool):
        faults.append(FieldProblem("/dry_run", "wrong_type", "true or false is needed here."))
    if faults:
        raise Invalid(errors=faults)
    return [Order(**{**each, "dry_run": bool(given.get("dry_run"))}) for each in sheets]


def _sheet_faults(given: Any, pointer: str) -> list[FieldProblem]:
    if not isinstance(given, Mapping):
        return [FieldProblem(pointer, "wrong_type", "An object is needed here.")]
    faults = _faults(given, pointer, for_object=True)
    if not given.get("sheet"):
        faults.append(FieldProblem(f"{pointer}/sheet", "required", "This field is required."))
    return faults


def _faults(given: Mapping[str, Any], pointer: str, *, for_object: bool) -> list[FieldProblem]:
    faults = [
        FieldProblem(
            f"{pointer}/{key}", "unknown_field", "There is no field {name} here.", {"name": key}
        )
        for key in given
        if key not in Order.__slots__
    ]
    faults += [
        FieldProblem(f"{pointer}/{key}", "wrong_type", "Text is needed here.")
        for key in _TEXTS
        if not isinstance(given.get(key), str | None)
    ]
    if for_object and not given.get("object"):
        faults.append(FieldProblem(f"{pointer}/object", "required", "This field is required."))
    if not isinstance(given.get("dry_run", False), bool):
        message = "true or false is needed here."
        faults.append(FieldProblem(f"{pointer}/dry_run", "wrong_type", message))
    faults += _row_faults(given.get("header_row"), f"{pointer}/header_row")
    if given.get("duplicates") not in (None, *DUPLICATES):
        values = {"allowed": ", ".join(DUPLICATES)}
        message = "One of these is needed here: {allowed}."
        faults.append(FieldProblem(f"{pointer}/duplicates", "not_an_option", message, values))
    return faults


def _row_faults(row: Any, pointer: str) -> list[FieldProblem]:
    if row is None:
        return []
    if not isinstance(row, int) or isinstance(row, bool):
        return [FieldProblem(pointer, "wrong_type", "A whole number is needed here.")]
    if 0 <= row <= HEADER_ROWS:
        return []
    message = "A row from 1 to {limit} is needed here, or 0 for none."
    return [FieldProblem(pointer, "out_of_range", message, {"limit": HEADER_ROWS})]


def open_file(path: Path, options: Mapping[str, Any]) -> Table:
    """Recognise a file as the options say, or as it looks; raises Invalid."""
    return open_table(
        path,
        encoding=options.get("encoding"),
        delimiter=options.get("delimiter"),
        quote=options.get("quote"),
        header_row=options.get("header_row"),
        sheet=options.get("sheet"),
    )


def guessed_map(ctx: Ctx, definition: ObjectDef, table: Table) -> dict[str, Any]:
    """Return the map that a file suggests by itself."""
    return suggested_map(ctx, definition, suggest(ctx, definition, table.columns), table)


def check_map(ctx: Ctx, object: str, table: Table, options: Mapping[str, Any]) -> ImportMap:
    """Return the checked map; the actor must be allowed what it would do."""
    definition = require(ctx, object, "import")
    given = options.get("map") or options.get("guessed") or guessed_map(ctx, definition, table)
    mode, match = options.get("mode"), options.get("match")
    plan = read_map(ctx, definition, given, table.columns, mode=mode, match=match)
    for verb in {"create": ("create",), "update": ("update",)}.get(plan.mode, ("create", "update")):
        require(ctx, definition.name, verb)
    if options.get("duplicates") == "update":
        require(ctx, definition.name, "update")
    for column in plan.columns:
        if column.missing == "create" and column.target is not None:
            require(ctx, column.target, "create")
    return plan


async def new_books(
    ctx: Ctx, orders: Sequence[Order], path: Path, file_name: str, file_id: str | None
) -> list[Book]:
    """Check orders on one file and return their books, what others link to first; the first one
    names the rest. Raises Invalid with the sheet that a fault is of.
    """
    earlier = await _earlier(ctx, orders[0])
    if earlier is not None:
        orders = [_like(orders[0], earlier)]
    plans: list[tuple[Book, ImportMap]] = []
    for at, order in enumerate(orders):
        try:
            plans.append(await _planned(ctx, order, path, file_name, file_id))
        except Invalid as error:
            if len(orders) == 1:
                raise
            raise _of_sheet(error, at) from error
    first, *others = ordered(plans)
    change_set = await _joined(ctx, earlier) or (new_id() if others else None)
    books = [
        replace(each, options={**each.options, "change_set": change_set})
        for each in (first, *others)
    ]
    if not others:
        return books
    parts = [each.id for each in others]
    rest = [replace(each, options={**each.options, "of": first.id}) for each in books[1:]]
    return [replace(books[0], options={**books[0].options, "parts": parts}), *rest]


async def _planned(
    ctx: Ctx, order: Order, path: Path, file_name: str, file_id: str | None
) -> tuple[Book, ImportMap]:
    options = order.options()
    table = await asyncio.to_thread(open_file, path, options)
    if order.map is None:
        # what is guessed of the whole file holds for the few rows that are sent again
        definition = require(ctx, order.object, "import")
        options["guessed"] = await asyncio.to_thread(guessed_map, ctx, definition, table)
    plan = await asyncio.to_thread(check_map, ctx, order.object, table, options)
    # by it the map is known again for the next file with these columns, with what it says itself
    options["header"] = list(table.columns)
    options |= {"mode": plan.mode, "match": plan.match.key if plan.match else None}
    assumed = await asyncio.to_thread(assumptions, ctx, plan, table)
    options["assumed"] = [
        {"column": column, "message": note.message, "values": dict(note.values)}
        for column, note in assumed
    ]
    name = plan.definition.name
    book = Book(new_id(), ctx.clock(), ctx.actor.id, None, name, file_id, file_name, options)
    return book, plan


def _of_sheet(error: Invalid, at: int) -> Invalid:
    """Return a refusal with the place of its sheet in the request."""
    errors = [replace(each, pointer=f"/sheets/{at}{each.pointer}") for each in error.errors]
    return Invalid(error.detail, code=error.code, values=error.values, errors=errors)


def ordered(plans: Sequence[tuple[Book, ImportMap]]) -> list[Book]:
    """Return books so that what a sheet links to goes before it; in a circle the file's order
    stands.
    """
    left, found = list(plans), []
    while left:
        objects = {book.object for book, _ in left}
        free = [each for each in left if not _awaited(*each) & objects]
        chosen = (free or left)[0]
        left = [each for each in left if each is not chosen]
        found.append(chosen[0])
    return found


def _awaited(book: Book, plan: ImportMap) -> set[str]:
    targets = {column.target for column in (*plan.columns, *plan.defaults) if column.target}
    return targets - {book.object}


async def _earlier(ctx: Ctx, order: Order) -> Book | None:
    """Return the import whose error file is sent again, mended."""
    if order.corrects is None:
        return None
    try:
        earlier = await ledger.load(ctx, order.corrects)
    except NotFound:
        message = "There is no import {id}, or you may not see it."
        values = {"id": order.corrects[:80]}
        raise Invalid(errors=[FieldProblem("/corrects", "not_found", message, values)]) from None
    if earlier.object != require(ctx, order.object, "import").name:
        values = {"object": earlier.object}
        problem = FieldProblem("/corrects", "other_object", "This map is for {object}.", values)
        raise Invalid(errors=[problem])
    return earlier


def _like(order: Order, earlier: Book) -> Order:
    """Return an order with what it leaves open as the earlier one had it."""
    if order.map is not None:
        return order
    kept = earlier.options
    return replace(
        order,
        map=kept.get("map") or kept.get("guessed"),
        mode=order.mode or kept.get("mode"),
        match=order.match or kept.get("match"),
        duplicates=order.duplicates or kept.get("duplicates"),
    )


async def _joined(ctx: Ctx, earlier: Book | None) -> str | None:
    """Return the change set of the import that is mended, None when it can no longer grow."""
    if earlier is None or earlier.change_set_id is None or earlier.actor_id != ctx.actor.id:
        return None
    item = await change_set_item(ctx, earlier.change_set_id)
    return earlier.change_set_id if item["undoable"] else None
