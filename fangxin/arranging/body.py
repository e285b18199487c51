"""The shape of a layout: tabs of sections of fields, and the lists of related records.

A body is {"tabs": [{"key", "labels", "aside", "sections": [{"key", "labels", "collapsed",
"columns": [[field, …], …]}]}], "related": [{"object", "field", "columns", "hidden", "tab"}],
"others"}. A tab that is `aside` stands beside the timeline of a record page; `tab` puts a related
list into a tab of that key; `others` shows what is placed nowhere. Whether the fields exist is
checked by who knows the object (check.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, Final

from fangxin.fields.text import clean_text
from fangxin.kernel.errors import FieldError
from fangxin.kernel.i18n import LOCALES
from fangxin.kernel.ids import is_id

TAB_LIMIT: Final = 20
SECTION_LIMIT: Final = 50
FIELD_LIMIT: Final = 300
RELATED_LIMIT: Final = 50
LIST_COLUMNS: Final = 10
ROLE_LIMIT: Final = 50
VALUE_LIMIT: Final = 200
LABEL_LENGTH: Final = 80
COLUMNS: Final = 2
_TWICE: Final = "{key} stands here twice."
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAB: Final = ("key", "labels", "aside", "sections")
_SECTION: Final = ("key", "labels", "collapsed", "columns")
_RELATED: Final = ("object", "field", "columns", "hidden", "tab")


def _mapping(wire: Any, place: str, allowed: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(wire, Mapping):
        raise FieldError("wrong_type", "An object is needed here.", place)
    for key in wire:
        if key not in allowed:
            name, known = str(key)[:80], ", ".join(allowed)
            message = "{name} is not known here. These are: {allowed}."
            raise FieldError("unknown_key", message, place, name=name, allowed=known)
    return wire


def _list(wire: Any, place: str, limit: int) -> list[Any]:
    if wire is None:
        return []
    if not isinstance(wire, list):
        raise FieldError("not_a_list", "A list of values is needed here.", place)
    if len(wire) > limit:
        raise FieldError("too_many", "At most {limit} values are allowed.", place, limit=limit)
    return wire


def _each(
    wire: Any, place: str, limit: int, read: Callable[[Any, str], Any]
) -> list[dict[str, Any]]:
    return [
        read(each, f"{place}/{position}") for position, each in enumerate(_list(wire, place, limit))
    ]


def _flag(wire: Any, place: str) -> bool:
    if wire is not None and not isinstance(wire, bool):
        raise FieldError("wrong_type", "true or false is needed here.", place)
    return bool(wire)


def _word(wire: Any, place: str) -> str:
    if not isinstance(wire, str) or not wire:
        raise FieldError("wrong_type", "Text is needed here.", place)
    return wire


def _key(wire: Any, place: str) -> str:
    if not isinstance(wire, str) or not _KEY.fullmatch(wire):
        message = "A key has small letters, digits and _, and begins with a letter."
        raise FieldError("bad_key", message, place)
    return wire


def _labels(wire: Any, place: str) -> dict[str, str]:
    """Read words by language; none at all is well, a section may stand without a title."""
    if wire is None:
        return {}
    found = {}
    for locale, text in _mapping(wire, place, tuple(LOCALES)).items():
        try:
            clean = clean_text(text, LABEL_LENGTH, lines=False) if text is not None else None
        except FieldError as error:
            inside = f"{place}/{locale}"
            raise FieldError(error.code, error.message, inside, **error.values) from error
        if clean:
            found[locale] = clean
    return found


def _fields(wire: Any, place: str, limit: int) -> list[str]:
    return [
        _word(each, f"{place}/{position}")
        for position, each in enumerate(_list(wire, place, limit))
    ]


def _section(wire: Any, place: str) -> dict[str, Any]:
    given = _mapping(wire, place, _SECTION)
    columns = [
        _fields(each, f"{place}/columns/{position}", FIELD_LIMIT)
        for position, each in enumerate(_list(given.get("columns"), f"{place}/columns", COLUMNS))
    ]
    return {
        "key": given.get("key"),
        "labels": _labels(given.get("labels"), f"{place}/labels"),
        "collapsed": _flag(given.get("collapsed"), f"{place}/collapsed"),
        "columns": columns or [[]],
    }


def _tab(wire: Any, place: str) -> dict[str, Any]:
    given = _mapping(wire, place, _TAB)
    return {
        "key": given.get("key"),
        "labels": _labels(given.get("labels"), f"{place}/labels"),
        "aside": _flag(given.get("aside"), f"{place}/aside"),
        "sections": _each(given.get("sections"), f"{place}/sections", SECTION_LIMIT, _section),
    }


def _related(wire: Any, place: str) -> dict[str, Any]:
    given = _mapping(wire, place, _RELATED)
    tab = given.get("tab")
    return {
        "object": _word(given.get("object"), f"{place}/object"),
        "field": _word(given.get("field"), f"{place}/field"),
        "columns": _fields(given.get("columns"), f"{place}/columns", LIST_COLUMNS),
        "hidden": _flag(given.get("hidden"), f"{place}/hidden"),
        "tab": None if tab is None else _key(tab, f"{place}/tab"),
    }


def _name_parts(parts: list[tuple[str, dict[str, Any]]], letter: str) -> None:
    """See that keys are well formed and stand once; what has none gets one."""
    given: set[str] = set()
    for place, part in parts:
        if part["key"] is not None:
            if _key(part["key"], f"{place}/key") in given:
                raise FieldError("twice", _TWICE, f"{place}/key", key=part["key"])
            given.add(part["key"])
    free = (name for name in map(f"{letter}{{}}".format, count(1)) if name not in given)
    for _, part in parts:
        part["key"] = part["key"] or next(free)


def sections_of(body: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every section with its pointer inside the body."""
    for first, tab in enumerate(body["tabs"]):
        for second, section in enumerate(tab["sections"]):
            yield f"/tabs/{first}/sections/{second}", section


def fields_of(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every placed field with its pointer inside the body."""
    for place, section in sections_of(body):
        for column, keys in enumerate(section["columns"]):
            for position, key in enumerate(keys):
                yield f"{place}/columns/{column}/{position}", key


def _check_once(body: Mapping[str, Any]) -> None:
    if len(list(sections_of(body))) > SECTION_LIMIT:
        message = "At most {limit} sections are allowed."
        raise FieldError("too_many", message, "/tabs", limit=SECTION_LIMIT)
    seen: set[str] = set()
    for place, key in fields_of(body):
        if key in seen:
            raise FieldError("twice", _TWICE, place, key=key[:80])
        seen.add(key)
    if len(seen) > FIELD_LIMIT:
        message = "At most {limit} fields are allowed."
        raise FieldError("too_many", message, "/tabs", limit=FIELD_LIMIT)


def _check_tabs(body: Mapping[str, Any]) -> None:
    """One tab at most stands beside the timeline; lists stand once, in tabs that exist."""
    aside = [place for place, tab in enumerate(body["tabs"]) if tab["aside"]]
    if len(aside) > 1:
        message = "Only one tab can stand beside the timeline."
        raise FieldError("twice", message, f"/tabs/{aside[1]}/aside")
    known, lists = {tab["key"] for tab in body["tabs"]}, set()
    for position, each in enumerate(body["related"]):
        name = (each["object"], each["field"])
        if name in lists:
            key = ".".join(name)[:80]
            raise FieldError("twice", _TWICE, f"/related/{position}", key=key)
        lists.add(name)
        if each["tab"] is not None and each["tab"] not in known:
            message = "There is no tab {key}."
            raise FieldError("unknown_tab", message, f"/related/{position}/tab", key=each["tab"])


def read_body(wire: Any) -> dict[str, Any]:
    """Return a body in its one form, or raise FieldError naming the place of the first fault."""
    given = _mapping(wire, "", ("tabs", "related", "others"))
    found: dict[str, Any] = {
        "tabs": _each(given.get("tabs"), "/tabs", TAB_LIMIT, _tab),
        "related": _each(given.get("related"), "/related", RELATED_LIMIT, _related),
        "others": _flag(given.get("others"), "/others"),
    }
    if not found["tabs"]:
        raise FieldError("required", "A layout needs one tab at least.", "/tabs")
    tabs = [(f"/tabs/{position}", tab) for position, tab in enumerate(found["tabs"])]
    _name_parts(tabs, "tab")
    _name_parts(list(sections_of(found)), "section")
    _check_once(found)
    _check_tabs(found)
    return found


def read_roles(wire: Any) -> list[str]:
    """Return ids of roles, each once; an empty list means all roles."""
    found = _fields(wire, "", ROLE_LIMIT)
    for position, each in enumerate(found):
        if not is_id(each):
            raise FieldError("not_an_id", "The id of a record is needed here.", f"/{position}")
    return list(dict.fromkeys(found))


def read_record_type(wire: Any) -> dict[str, Any]:
    """Return {"field", "values"}: records whose field has one of the values."""
    given = _mapping(wire, "", ("field", "values"))
    values = _fields(given.get("values"), "/values", VALUE_LIMIT)
    if not values:
        raise FieldError("required", "This field is required.", "/values")
    return {"field": _word(given.get("field"), "/field"), "values": list(dict.fromkeys(values))}
