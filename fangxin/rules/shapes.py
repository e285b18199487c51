"""The plain data inside a rule, read into one form; check.py sees whether its fields exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fangxin.fields.text import clean_text
from fangxin.kernel.errors import FieldError
from fangxin.kernel.i18n import LOCALES

MESSAGE: Final = 500
FIELDS: Final = 60
VALUES: Final = 100
# what a display rule does to fields while its condition is met
EFFECTS: Final = ("show", "hide", "require", "lock")
OPTIONS: Final = "options"


def _object(wire: Any) -> Mapping[str, Any]:
    if not isinstance(wire, Mapping):
        raise FieldError("wrong_type", "An object is needed here.")
    return wire


def _keys(wire: Any, limit: int, place: str) -> list[str]:
    """Normalise a list of words, each once."""
    if not isinstance(wire, list) or not all(isinstance(each, str) and each for each in wire):
        raise FieldError("not_a_list", "A list of values is needed here.", place)
    if len(wire) > limit:
        raise FieldError("too_many", "At most {limit} values are allowed.", place, limit=limit)
    return list(dict.fromkeys(wire))


def _only(wire: Mapping[str, Any], known: tuple[str, ...]) -> None:
    unknown = [str(key)[:60] for key in wire if key not in known]
    if unknown:
        message = "{name} is not known here. Allowed: {allowed}."
        allowed = ", ".join(known)
        raise FieldError(
            "unknown_setting", message, f"/{unknown[0]}", name=unknown[0], allowed=allowed
        )


def read_tree(wire: Any) -> Any:
    """Take a filter tree; an empty one is none."""
    return dict(_object(wire)) or None


def read_state(wire: Any) -> dict[str, Any] | None:
    """Normalise {"field": key, "values": [keys or ids]}: a field that holds a state, and some of
    its values.
    """
    given = _object(wire)
    if not given:
        return None
    _only(given, ("field", "values"))
    if not isinstance(given.get("field"), str) or not given["field"]:
        raise FieldError("required", "This field is required.", "/field")
    values = _keys(given.get("values"), VALUES, "/values")
    if not values:
        raise FieldError("required", "This field is required.", "/values")
    return {"field": given["field"], "values": values}


def read_messages(wire: Any) -> dict[str, str] | None:
    """Normalise {language: message}; languages without one are left out."""
    found = {}
    for locale, message in _object(wire).items():
        if locale not in LOCALES:
            allowed = ", ".join(LOCALES)
            raise FieldError(
                "not_an_option", "One of these is needed here: {allowed}.", allowed=allowed
            )
        text = "" if message is None else clean_text(message, MESSAGE, lines=False)
        if text:
            found[locale] = text
    return found or None


def read_effects(wire: Any) -> dict[str, Any] | None:
    """Normalise {"show": [keys], "hide", "require", "lock", "options": {key: [option keys]}}."""
    given = _object(wire)
    _only(given, (*EFFECTS, OPTIONS))
    found: dict[str, Any] = {}
    for word in EFFECTS:
        if given.get(word):
            found[word] = _keys(given[word], FIELDS, f"/{word}")
    if given.get(OPTIONS):
        narrowed = _object(given[OPTIONS])
        found[OPTIONS] = {
            str(key): _keys(options, VALUES, f"/{OPTIONS}/{key}")
            for key, options in narrowed.items()
        }
    return found or None
