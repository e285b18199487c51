"""Words: English in the code is the key, catalogues of gettext give the other languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from babel.messages.pofile import read_po

DEFAULT_LOCALE: Final = "en"
# the locale on the wire, and the folder of its catalogues
LOCALES: Final[Mapping[str, str]] = {"en": "en", "zh-CN": "zh_CN"}
FOLDER: Final = Path(__file__).resolve().parent.parent / "locale"
_NAMED: Final = re.compile(r"\{(\w+)\}")
_MOST_RANGES: Final = 20


@runtime_checkable
class Named(Protocol):
    """What programs know by a key and people by a name: a field, an option, an operator."""

    @property
    def key(self) -> str: ...
    def spoken(self, locale: str) -> str: ...


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """Return the translations of a locale by msgid, merged from all its `.po` files.

    Fuzzy and empty entries are left out, so that the English text stands in.
    """
    folder = FOLDER / LOCALES[locale]
    words: dict[str, str] = {}
    for path in sorted(folder.rglob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=LOCALES[locale], abort_invalid=True):
                usable = isinstance(message.id, str) and isinstance(message.string, str)
                if usable and message.id and message.string and not message.fuzzy:
                    words[str(message.id)] = str(message.string)
    return words


def translate(locale: str, msgid: str, values: Mapping[str, Any] | None = None) -> str:
    """Return `msgid` in `locale` with its {named} values filled in; unknown text stays as it is.

    A value is put in as text and never read as a pattern itself; what has a name, or a tuple of
    such, by its names in the language, with the keys behind.
    """
    text = catalogue(locale).get(msgid, msgid) if locale in LOCALES else msgid
    if not values:
        return text
    return _NAMED.sub(lambda found: _said(values.get(found[1], found[0]), locale), text)


def _said(value: Any, locale: str) -> str:
    if isinstance(value, tuple):
        return ("、" if locale == "zh-CN" else ", ").join(_said(each, locale) for each in value)
    if not isinstance(value, Named):
        return str(value)
    name, key = value.spoken(locale), value.key
    return name if name.casefold() == key.casefold() else f"{name} ({key})"


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def choose_locale(accepted: str | None, default: str = DEFAULT_LOCALE) -> str:
    """Choose by an Accept-Language header (RFC 9110 section 12.5.4): every Chinese gets zh-CN.

    What nobody serves, or no header, gives `default`.
    """
    wanted: list[tuple[float, str]] = []
    for part in (accepted or "").split(",")[:_MOST_RANGES]:
        language, _, parameters = part.strip().partition(";")
        wanted.append((_quality(parameters), language.strip().lower().split("-")[0]))
    wanted.sort(key=lambda each: -each[0])
    for quality, language in wanted:
        if quality <= 0:
            continue
        for locale in LOCALES:
            if locale.lower().split("-")[0] == language:
                return locale
    return default
