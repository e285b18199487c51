"""vCards 2.1, 3.0 and 4.0 as rows of a table: one card a row, in bounded memory."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from fangxin.kernel.errors import FieldError

# what of a card becomes columns, in this order; only those that some card of the file fills
COLUMNS: Final = (
    *("Full name", "Family name", "Given name", "Company", "Department", "Job title"),
    *("Email", "Email 2", "Email 3", "Phone", "Phone 2", "Phone 3", "Fax", "Website"),
    *("Street", "City", "State", "Postal code", "Country", "Birthday", "Note", "Categories"),
)
KEPT: Final = frozenset(
    {
        *("BEGIN", "END", "FN", "N", "ORG", "TITLE", "EMAIL", "TEL", "URL"),
        *("ADR", "BDAY", "NOTE", "CATEGORIES"),
    }
)
MOST: Final = 3
LONGEST: Final = 131_072
_LINE: Final = re.compile(r'(?:[\w-]+\.)?([\w-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_PART: Final = re.compile(r"(?:[^;\\]|\\.)*", re.DOTALL)
_EAST: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af]")
_DAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?")
_ADDRESS: Final = ("Street", "City", "State", "Postal code", "Country")
Numbered: TypeAlias = tuple[int, dict[str, str], FieldError | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One property of a card: its name, the words and values of its parameters, its text."""

    name: str
    words: frozenset[str]
    charset: str | None
    text: str

    def parts(self) -> list[str]:
        """Return what semicolons part, unescaped."""
        found = _PART.findall(self.text)
        # every part is followed by an empty match at its end
        return [
            _plain(each) for at, each in enumerate(found) if each or not at or not found[at - 1]
        ]


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda m: "\n" if m[1] in "nN" else m[1], text).strip()


def _unfolded(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield whole lines with the number of their first one; quoted-printable ones end with "="."""
    number, first, whole = 0, 0, ""
    soft = False
    with path.open(encoding=encoding) as file:
        for raw in file:
            number += 1
            line = raw.rstrip("\r\n")
            if soft or line[:1] in {" ", "\t"}:
                # a picture may be long: what is not kept is not gathered
                if len(whole) < LONGEST:
                    whole = (whole[:-1] + line) if soft else whole + line[1:]
                elif soft:
                    whole = whole[:-1] + line[-1:]
            else:
                if whole:
                    yield first, whole
                first, whole = number, line
            soft = whole.endswith("=") and "QUOTED-PRINTABLE" in whole[:200].upper()
    if whole:
        yield first, whole


def _line(text: str) -> Line | None:
    found = _LINE.fullmatch(text)
    if found is None or found[1].upper() not in KEPT:
        return None
    words: set[str] = set()
    charset = None
    for each in found[2].split(";")[1:]:
        name, equals, value = each.partition("=")
        values = [
            part.strip().strip('"').upper() for part in (value if equals else name).split(",")
        ]
        words.update(part for value in values for part in value.split(","))
        if name.upper() == "CHARSET":
            charset = value.strip('"')
        if name.upper() == "PREF" and equals:
            words.add("PREF")
    value = found[3]
    if "QUOTED-PRINTABLE" in words:
        # soft line ends are gone; what is left decodes to bytes of the charset
        value = _decoded(quopri.decodestring(value.encode("utf-8", "surrogateescape")), charset)
    elif words & {"BASE64", "B"}:
        with suppress(binascii.Error, ValueError):
            value = _decoded(base64.b64decode(value, validate=False), charset)
    return Line(found[1].upper(), frozenset(words), charset, value)


def _decoded(raw: bytes, charset: str | None) -> str:
    """Return text of bytes: in the charset that is said, else UTF-8, else as Windows writes it."""
    for each in (charset, "utf-8"):
        with suppress(LookupError, UnicodeDecodeError):
            if each:
                return raw.decode(each)
    return raw.decode("cp1252", "replace")


@dataclass(slots=True)
class _Card:
    """A card that is being read."""

    first: int
    lines: dict[str, list[Line]] = field(default_factory=dict)

    def cells(self) -> dict[str, str]:
        """Return what the card says by column."""
        found: dict[str, str] = {}
        for name, column in (("TITLE", "Job title"), ("URL", "Website"), ("NOTE", "Note")):
            for each in self.lines.get(name, [])[:1]:
                found[column] = _plain(each.text)
        for each in self.lines.get("CATEGORIES", [])[:1]:
            found["Categories"] = ", ".join(part.strip() for part in each.text.split(","))
        for each in self.lines.get("BDAY", [])[:1]:
            day = _DAY.fullmatch(each.text.strip())
            # a day without its year is no date
            found["Birthday"] = "-".join(day.groups()) if day else ""
        for each in self.lines.get("ORG", [])[:1]:
            company, *units = each.parts()
            found |= {"Company": company, "Department": " / ".join(filter(None, units))}
        for each in _first_wanted(self.lines.get("ADR", []))[:1]:
            # the first two are the post box and what stands beside the street
            parts = [*each.parts(), *[""] * 7][1:7]
            street = " ".join(filter(None, (parts[1], parts[0])))
            found |= dict(zip(_ADDRESS, (street, *parts[2:]), strict=True))
        self._put_numbers(found)
        self._put_names(found)
        return {column: text for column, text in found.items() if text}

    def _put_numbers(self, found: dict[str, str]) -> None:
        mails = _first_wanted(self.lines.get("EMAIL", []))
        lines = self.lines.get("TEL", [])
        phones = _first_wanted([each for each in lines if not {"FAX", "PAGER"} & each.words])
        faxes = [each for each in lines if "FAX" in each.words]
        for name, all_ in (("Email", mails), ("Phone", phones), ("Fax", faxes[:1])):
            texts = dict.fromkeys(_address(each.text) for each in all_)
            for at, text in enumerate([each for each in texts if each][:MOST], start=1):
                found[name if at == 1 else f"{name} {at}"] = text

    def _put_names(self, found: dict[str, str]) -> None:
        family = given = middle = ""
        for each in self.lines.get("N", [])[:1]:
            family, given, middle = [*each.parts(), "", "", ""][:3]
        found |= {"Family name": family, "Given name": given}
        said = next((_plain(each.text) for each in self.lines.get("FN", [])), "")
        east = _EAST.search(family + given) is not None
        made = (family + given) if east else " ".join(filter(None, (given, middle, family)))
        found["Full name"] = (
            said or made.strip() or found.get("Company") or found.get("Email") or ""
        )


def _address(text: str) -> str:
    """Return an address or number without "mailto:", "tel:" and what follows it."""
    plain = _plain(text)
    scheme, colon, rest = plain.partition(":")
    return rest.partition(";")[0] if colon and scheme.lower() in {"tel", "mailto"} else plain


def _first_wanted(lines: Sequence[Line]) -> list[Line]:
    """Put what is preferred first, then mobile, then work."""
    return sorted(
        lines,
        key=lambda each: (
            "PREF" not in each.words,
            "CELL" not in each.words,
            "WORK" not in each.words,
        ),
    )


def cards(path: Path, encoding: str) -> Iterator[Numbered]:
    """Yield each card's number from 1, its cells by column, and what is wrong with it."""
    count, card = 0, None
    for number, text in _outermost(_unfolded(path, encoding)):
        line = _line(text)
        if line is None:
            continue
        mark = line.text.strip().upper() == "VCARD"
        if line.name == "BEGIN" and mark:
            if card is not None:
                count += 1
                yield count, {}, _unended(card)
            card = _Card(number)
        elif card is not None and line.name == "END" and mark:
            count += 1
            yield count, card.cells(), None
            card = None
        elif card is not None:
            card.lines.setdefault(line.name, []).append(line)
    if card is not None:
        yield count + 1, {}, _unended(card)


def _outermost(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Leave out cards within a card: the assistants (AGENT) of version 2.1."""
    agent, depth = False, 0
    for number, text in lines:
        bare = text.strip().upper()
        if agent and bare == "BEGIN:VCARD":
            depth += 1
        agent = bare.startswith("AGENT") and bare.endswith(":")
        if not depth:
            yield number, text
        elif bare == "END:VCARD":
            depth -= 1


def _unended(card: _Card) -> FieldError:
    message = "The card that begins in line {line} has no end."
    return FieldError("unended_card", message, line=card.first)
