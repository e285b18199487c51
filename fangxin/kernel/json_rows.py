"""Records in JSON as rows of a table: a list of objects, {"data": [...]}, or an object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from fangxin.kernel.errors import FieldError

# a list is read as a whole; an object a line is not
WHOLE: Final = 32 * 1024 * 1024
LISTS: Final = ("data", "items", "records", "rows")
DEPTH: Final = 4
_BOM: Final = b"\xef\xbb\xbf"


def json_rows(path: Path) -> Iterator[tuple[int, dict[str, str], FieldError | None]]:
    """Yield each record's number from 1, its cells by column ("address.city" for what lies inside),
    and what is wrong with it.
    """
    with path.open("rb") as file:
        start = file.read(4096).removeprefix(_BOM).lstrip()
    if start.startswith(b"["):
        yield from _listed(_whole(path))
        return
    one = msgspec.json.Decoder(Any)
    with path.open("rb") as file:
        first = _decoded(one, file.readline(WHOLE).removeprefix(_BOM))
        # an order a line may hold its items; a list that wraps records stands alone
        alone = not file.readline(WHOLE).strip()
        if not isinstance(first, Mapping) or (alone and _held(first) is not None):
            yield from _listed(_whole(path))
            return
        file.seek(0)
        for number, line in enumerate(file, start=1):
            text = line.removeprefix(_BOM).strip()
            if text:
                yield _row(number, _decoded(one, text))


def _decoded(decoder: msgspec.json.Decoder[Any], text: bytes) -> Any:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _whole(path: Path) -> Any:
    if path.stat().st_size > WHOLE:
        message = "A file of this size needs one record a line (JSON Lines)."
        raise FieldError("file_too_large", message)
    try:
        found = msgspec.json.decode(path.read_bytes().removeprefix(_BOM))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = "The file is not JSON: {reason}."
        raise FieldError("broken_file", message, reason=str(error)[:200]) from error
    if isinstance(found, list):
        return found
    held = _held(found)
    return [found] if held is None else held


def _held(found: Any) -> list[Any] | None:
    """Return the list of records that an object holds, if that is what it is for."""
    if not isinstance(found, Mapping):
        return None
    return next((found[key] for key in LISTS if isinstance(found.get(key), list)), None)


def _listed(found: list[Any]) -> Iterator[tuple[int, dict[str, str], FieldError | None]]:
    for number, record in enumerate(found, start=1):
        yield _row(number, record)


def _row(number: int, record: Any) -> tuple[int, dict[str, str], FieldError | None]:
    if not isinstance(record, Mapping):
        return number, {}, FieldError("not_an_object", "An object with a value a column is needed.")
    cells: dict[str, str] = {}
    _flatten(record, "", cells, DEPTH)
    return number, cells, None


def _flatten(value: Mapping[str, Any], before: str, cells: dict[str, str], depth: int) -> None:
    for key, each in value.items():
        if isinstance(each, Mapping) and depth:
            _flatten(each, f"{before}{key}.", cells, depth - 1)
        else:
            cells[f"{before}{key}"] = _text(each)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return ", ".join(map(_text, value))
    return msgspec.json.encode(value).decode()
