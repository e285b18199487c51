"""What stands on a printed document, as texts in the chosen language: one value for HTML and PDF.

Everything is read through the door, so a print shows no more than its reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Final

from babel.numbers import format_decimal, get_currency_precision

from fangxin.access.settings import Company, read_company
from fangxin.fields.base import Field
from fangxin.fields.dates import DateType
from fangxin.fields.spoken import Speech, spoken
from fangxin.kernel.clock import today
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import NotFound
from fangxin.kernel.i18n import translate
from fangxin.objects.declare import Document
from fangxin.objects.registry import ObjectDef
from fangxin.printing.capitals import capital_amount
from fangxin.records.reading import get_many, readable_object

# of the customer and the person, where the reader may see them
REACH: Final = ("address", "phone", "email", "credit_code")
# states in which a print must not pass for the real thing
MARKED: Final = ("draft", "void", "cancelled", "expired", "rejected")
DAY: Final = Field(type=DateType(), label="Date")
STATE: Final = "state"
WORDS: Final = {
    "from": "From",
    "to": "Customer",
    "in_words": "In words",
    "signature": "Signature and stamp",
    "date": "Date",
}
AMOUNT: Final = "amount"
TEXT_COLUMNS: Final = ("product", "description")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document ready to be laid out; pairs are (label, text)."""

    locale: str
    title: str
    name: str
    number: str
    mark: str
    seller: list[tuple[str, str]]
    buyer: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    columns: list[tuple[str, bool]]
    rows: list[list[str]]
    sums: list[tuple[str, str]]
    in_words: str
    texts: list[tuple[str, str]]
    signatures: list[str]
    words: dict[str, str]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


async def read_sheet(ctx: Ctx, object: str, id: str, locale: str) -> Sheet:
    """Return the sheet of a record in a language, or raise NotFound when it may not be seen or its
    object has no document.
    """
    ctx = replace(ctx, locale=locale)
    definition = readable_object(ctx, object)
    document = definition.facts.document
    if document is None:
        raise NotFound
    found = await get_many(ctx, definition, [id])
    if not found:
        raise NotFound
    return await _Writer(ctx, definition, document, found[0]).write()


class _Writer:
    """Writes one sheet."""

    def __init__(
        self, ctx: Ctx, definition: ObjectDef, document: Document, record: Mapping[str, Any]
    ) -> None:
        self.ctx = ctx
        self.definition = definition
        self.document = document
        self.record = record
        self.readable = ctx.rights.readable(definition)
        self.speech = Speech(ctx.locale, ctx.timezone)

    def word(self, msgid: str, **values: Any) -> str:
        return translate(self.ctx.locale, msgid, values)

    def label(self, field: Field) -> str:
        return field.spoken(self.ctx.locale)

    def open(self, key: str | None) -> Mapping[str, Any] | None:
        """Return a link or money that the reader may see in full."""
        found = self.record.get(key) if key and self.readable.get(key) == "full" else None
        return found if isinstance(found, dict) else None

    def pairs(self, keys: Sequence[str]) -> list[tuple[str, str]]:
        """Return (label, text) of the fields that are readable and hold something."""
        found = []
        for key in keys:
            if self.readable.get(key) != "full":
                continue
            field = self.definition.fields[key]
            text = spoken(field, self.record.get(key), self.speech)
            if text:
                found.append((self.label(field), text))
        return found

    async def write(self) -> Sheet:
        document, record = self.document, self.record
        company = await read_company(self.ctx.database)
        columns, rows = self.lines()
        return Sheet(
            locale=self.ctx.locale,
            title=self.word(document.title),
            name=str(record["name"]),
            number=str(record.get(document.number) or ""),
            mark=self.mark(),
            seller=self.seller(company),
            buyer=await self.buyer(),
            facts=[*self.date(), *self.pairs(document.facts)],
            columns=columns,
            rows=rows,
            sums=self.pairs(document.sums),
            in_words=self.in_words(),
            texts=self.pairs(document.texts),
            signatures=self.signatures(company.printed("name", self.ctx.locale)),
            words={key: self.word(text) for key, text in WORDS.items()},
        )

    def seller(self, company: Company) -> list[tuple[str, str]]:
        name, address, bank = (
            company.printed(part, self.ctx.locale) for part in ("name", "address", "bank")
        )
        reach = (
            ("Address", address),
            ("Phone", company.company_phone),
            ("Tax number", company.company_tax_number),
            ("Bank account", bank),
        )
        named = [(self.word(label), text) for label, text in reach if text]
        return [("", name), *named] if name else named

    def date(self) -> list[tuple[str, str]]:
        """Return the day of the document, unless it stands among its facts."""
        key = self.document.dated
        day = self.record.get(key) if self.readable.get(key) == "full" else None
        if day is None:
            day = today(self.ctx.timezone, self.ctx.clock()).isoformat()
        elif key in self.document.facts:
            return []
        return [(self.word("Date"), spoken(DAY, day, self.speech))]

    def mark(self) -> str:
        field, state = self.definition.fields.get(STATE), self.record.get(STATE)
        if field is None or state not in MARKED:
            return ""
        return spoken(field, state, self.speech)

    async def buyer(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for key in (self.document.customer, self.document.person):
            link = self.open(key)
            if link is not None and link.get("name"):
                found.append(("", str(link["name"])))
                found += await self.reach(link)
        return found

    async def reach(self, link: Mapping[str, Any]) -> list[tuple[str, str]]:
        target = self.ctx.registry[link["object"]]
        seen = self.ctx.rights.readable(target)
        keys = [key for key in REACH if key in target.fields and seen.get(key) == "full"]
        if not keys or self.ctx.rights.scope(target.name, "read").kind == "none":
            return []
        found = await get_many(self.ctx, target, [link["id"]], ["id", *keys])
        texts = [
            (self.label(target.fields[key]), spoken(target.fields[key], each.get(key), self.speech))
            for each in found
            for key in keys
        ]
        return [(label, text) for label, text in texts if text]

    def lines(self) -> tuple[list[tuple[str, bool]], list[list[str]]]:
        """Return the columns (label, is a number) and the rows; empty columns are left out."""
        key = self.document.lines
        if key is None or self.readable.get(key) != "full":
            return [], []
        lines = self.record.get(key) or []
        columns = [
            each
            for each in self.definition.fields[key].line
            if any(line.get(each.key) not in (None, "") for line in lines)
        ]
        text_columns = [each for each in columns if each.key in TEXT_COLUMNS]
        numbers = [each for each in columns if each.key not in TEXT_COLUMNS]
        rows = [
            [
                str(index),
                "\n".join(filter(None, (self.cell(each, line) for each in text_columns))),
                *(self.cell(each, line) for each in numbers),
            ]
            for index, line in enumerate(lines, 1)
        ]
        heads = [("#", True), (self.word("Product or service"), False)]
        return [*heads, *((self.label(each), True) for each in numbers)], rows

    def cell(self, column: Field, line: Mapping[str, Any]) -> str:
        wire = line.get(column.key)
        if wire is not None and column.key == AMOUNT:
            return self.coins(wire)
        return spoken(column, wire, self.speech)

    def coins(self, amount: str) -> str:
        digits = get_currency_precision(self.currency())
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(Decimal(amount), pattern, locale=self.speech.babel)

    def currency(self) -> str:
        total = self.total()
        return str(total["currency"]) if total else self.ctx.base_currency

    def total(self) -> Mapping[str, Any] | None:
        return self.open(self.document.sums[-1] if self.document.sums else None)

    def in_words(self) -> str:
        """Return the total in Chinese capitals, as Chinese business papers carry it."""
        total = self.total()
        if total is None or self.ctx.locale != "zh-CN" or total["currency"] != "CNY":
            return ""
        return capital_amount(Decimal(total["amount"]))

    def signatures(self, company: str) -> list[str]:
        if not self.document.signatures:
            return []
        customer = self.open(self.document.customer) or {}
        sides = (company, WORDS["from"]), (customer.get("name"), WORDS["to"])
        return [str(name or self.word(side)) for name, side in sides]
