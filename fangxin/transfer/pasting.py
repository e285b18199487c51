"""A block of cells from a spreadsheet into records that are there: each text cast by its field's
type, what does not fit named by cell, all of it one change set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fangxin.fields.base import Environment, Field
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FangxinError, FieldError, FieldProblem, Invalid
from fangxin.objects.registry import ObjectDef
from fangxin.records import bulk
from fangxin.records.engine import require
from fangxin.records.reading import environment
from fangxin.records.validate import accept
from fangxin.transfer.linking import Linker, Several

CELLS: Final = 20_000


@dataclass(slots=True)
class _Line:
    """What one record shall hold, and which cells of it were refused, by field."""

    id: str
    version: Any
    texts: Mapping[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, FieldProblem] = field(default_factory=dict)

    def refuse(self, key: str, error: FieldError | FieldProblem) -> None:
        """Leave a cell out; its reason stays."""
        self.body.pop(key, None)
        self.refused[key] = FieldProblem(f"/{key}", error.code, error.message, dict(error.values))


async def paste(
    ctx: Ctx, object: str, fields: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Write `rows` ({"id", "version"?, "texts": one for each of `fields`}), at most bulk.BATCH.

    Returns {"change_set", "cells": how many were written, "records": as they are now, "refused":
    [(row, id, FieldProblem)]}; a pointer "" is about the whole row. An empty text empties its
    field. A cell that cannot be read leaves the others of its row alone.
    """
    definition = require(ctx, object, "update")
    _check(definition, fields, rows)
    env = environment(ctx)
    lines = [
        _Line(row["id"], row.get("version"), dict(zip(fields, row["texts"], strict=True)))
        for row in rows
    ]
    await _cast(ctx, definition, lines, env)
    for line in lines:
        _accept(ctx, definition, line, env)
    sent = [line for line in lines if line.body]
    update = [
        {"id": line.id, **({} if line.version is None else {"version": line.version}), **line.body}
        for line in sent
    ]
    report = await bulk.batch(ctx, object, update=update)
    return _told(lines, sent, report)


def _check(definition: ObjectDef, fields: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a block that is none: too large, ragged, or with a field twice."""
    faults = []
    if len(rows) > bulk.BATCH or len(rows) * len(fields) > CELLS:
        message = "At most {rows} rows and {cells} cells can be pasted at once. Import more."
        values = {"rows": bulk.BATCH, "cells": CELLS}
        faults.append(FieldProblem("/rows", "too_many", message, values))
    for index, key in enumerate(fields):
        if key in fields[:index]:
            message = "A field may stand only once."
            faults.append(FieldProblem(f"/fields/{index}", "repeated_field", message))
    for index, row in enumerate(rows):
        if len(row["texts"]) != len(fields):
            message = "A row needs one text for each field."
            faults.append(FieldProblem(f"/rows/{index}/texts", "ragged", message))
    if faults:
        raise Invalid(errors=faults)


async def _cast(ctx: Ctx, definition: ObjectDef, lines: Sequence[_Line], env: Environment) -> None:
    """Turn texts into JSON of their fields; links are looked up set-wise."""
    readable = ctx.rights.readable(definition)
    known = {key: definition.fields[key] for key in readable if key in definition.fields}
    wanted: dict[tuple[str, str | None], set[str]] = {}
    for line in lines:
        for key, text in line.texts.items():
            target = known[key].target if key in known else None
            if target is not None and text.strip():
                wanted.setdefault((target, None), set()).add(text.strip())
    linker = Linker(ctx, env)
    await linker.load(wanted)
    for line in lines:
        for key, text in line.texts.items():
            try:
                line.body[key] = _value(known.get(key), text.strip(), linker, env)
            except FieldError as error:
                line.refuse(key, error)


def _value(target: Field | None, text: str, linker: Linker, env: Environment) -> Any:
    if target is None or not text:
        return None  # an unknown field is refused by name when it is accepted
    if target.target is None:
        value = target.type.read_text(target, text, env)
        return (
            None if value is None else target.type.write(target, target.type.store(target, value))
        )
    found = linker.find((target.target, None), text)
    if isinstance(found, Several):
        raise FieldError("ambiguous", "More than one record is called {name}.", name=text)
    if found is None:
        raise FieldError(
            "not_found", "There is no record {name}, or you may not see it.", name=text
        )
    return found


def _accept(ctx: Ctx, definition: ObjectDef, line: _Line, env: Environment) -> None:
    """Leave out the cells that the actor may not write or that cannot hold what they should."""
    try:
        accept(ctx, definition, line.body, env)
    except FangxinError as error:
        for fault in error.errors:
            line.refuse(fault.pointer.strip("/").partition("/")[0], fault)
        if not error.errors:
            line.refuse("", FieldProblem("", error.code, error.detail, dict(error.values)))
            line.body.clear()


def _told(
    lines: Sequence[_Line], sent: Sequence[_Line], report: Mapping[str, Any]
) -> dict[str, Any]:
    results = {id(line): result for line, result in zip(sent, report["results"], strict=True)}
    refused: list[tuple[int, str, FieldProblem]] = []
    records: list[dict[str, Any]] = []
    cells = 0
    for index, line in enumerate(lines):
        result = results.get(id(line), {})
        faults = [*line.refused.values()]
        error = result.get("error")
        if error is not None:
            whole = FieldProblem("", error.code, error.detail, error.values)
            faults += error.errors or [whole]
        elif result:
            cells += len(line.body)
            records += [result["record"]] if result["record"] is not None else []
        refused += [(index, line.id, each) for each in faults]
    change_set = report["change_set"] if cells else None
    return {"change_set": change_set, "cells": cells, "records": records, "refused": refused}
