"""The language of formulas: text → tree, by a Pratt parser. It knows numbers, texts, fields,
operators and functions.

    round(amount * probability / 100, 2)
    if(empty(closed_on), "open", "closed")
    days(engaged_on, closed_on)
    if(empty(closed_on), expected_close_date)    # else empty

Operators, weakest first: or · and · not · = != < <= > >= · + - · * / · unary minus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from fangxin.kernel.errors import FieldError

LENGTH: Final = 1000
DEPTH: Final = 20
NODES: Final = 100
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d{1,15}(?:\.\d{1,8})?(?![\w.]))
      |(?P<text>"[^"]*"|'[^']*')
      |(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
      |(?P<sign><=|>=|!=|<>|[-+*/()=<>,]))""",
    re.VERBOSE,
)
_POWER: Final = {
    "or": 10,
    "and": 20,
    **dict.fromkeys(("=", "!=", "<>", "<", "<=", ">", ">="), 40),
    "+": 50,
    "-": 50,
    "*": 60,
    "/": 60,
}
_NOT_POWER: Final = 30
_MINUS_POWER: Final = 70


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true or false."""

    value: Decimal | str | bool


@dataclass(frozen=True, slots=True)
class Name:
    """A field by its key, or by a path over links: account.industry."""

    key: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator with its arguments."""

    function: str
    arguments: tuple[Expression, ...]
    position: int


Expression: TypeAlias = Literal | Name | Call


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def fault(message: str, position: int, **values: str | int) -> FieldError:
    """Make the error of a formula; `position` counts characters from 1."""
    return FieldError("bad_formula", message, position=position + 1, **values)


def _tokens(text: str) -> Iterator[_Token]:
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            at = position + len(text[position:]) - len(text[position:].lstrip())
            raise fault("Character {position} cannot be read: {text}.", at, text=text[at])
        start = found.start(found.lastgroup)
        word = found.group(found.lastgroup)
        kind = found.lastgroup
        if kind == "word" and word.lower() in {"and", "or", "not"}:
            kind, word = "sign", word.lower()
        yield _Token(kind, word, start)
        position = found.end()
    yield _Token("end", "", end)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.index = 0
        self.nodes = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.index]

    def take(self, sign: str) -> bool:
        if self.token.kind == "sign" and self.token.text == sign:
            self.index += 1
            return True
        return False

    def need(self, sign: str) -> None:
        if not self.take(sign):
            message = 'At character {position}, "{sign}" is missing.'
            raise fault(message, self.token.position, sign=sign)

    def expression(self, power: int, depth: int) -> Expression:
        if depth > DEPTH:
            raise fault("The formula is nested too deeply.", self.token.position)
        left = self.start(depth)
        while self.token.kind == "sign" and _POWER.get(self.token.text, 0) > power:
            token = self.token
            self.index += 1
            right = self.expression(_POWER[token.text], depth + 1)
            name = "!=" if token.text == "<>" else token.text
            left = self.made(Call(name, (left, right), token.position))
        return left

    def made(self, node: Expression) -> Expression:
        self.nodes += 1
        if self.nodes > NODES:
            message = "The formula is too long: at most {limit} parts are allowed."
            raise fault(message, self.token.position, limit=NODES)
        return node

    def start(self, depth: int) -> Expression:
        token = self.token
        self.index += 1
        if token.kind == "number":
            return self.made(Literal(Decimal(token.text)))
        if token.kind == "text":
            return self.made(Literal(token.text[1:-1]))
        if token.kind == "word":
            return self.word(token, depth)
        if token.kind == "sign":
            return self.prefixed(token, depth)
        raise fault("The formula ends too early.", token.position)

    def prefixed(self, token: _Token, depth: int) -> Expression:
        if token.text == "(":
            inner = self.expression(0, depth + 1)
            self.need(")")
            return inner
        if token.text == "-":
            return self.made(
                Call("negative", (self.expression(_MINUS_POWER, depth + 1),), token.position)
            )
        if token.text == "not":
            inner = self.expression(_NOT_POWER, depth + 1)
            return self.made(Call("not", (inner,), token.position))
        raise fault(
            '"{text}" does not fit at character {position}.', token.position, text=token.text
        )

    def word(self, token: _Token, depth: int) -> Expression:
        if self.take("("):
            arguments: list[Expression] = []
            if not self.take(")"):
                arguments.append(self.expression(0, depth + 1))
                while self.take(","):
                    arguments.append(self.expression(0, depth + 1))
                self.need(")")
            return self.made(Call(token.text.lower(), tuple(arguments), token.position))
        if token.text.lower() in {"true", "false"}:
            return self.made(Literal(token.text.lower() == "true"))
        return self.made(Name(token.text, token.position))


def parse(text: str) -> Expression:
    """Read a formula, or raise FieldError `bad_formula` with the position of the fault."""
    if len(text) > LENGTH:
        raise FieldError("too_long", "At most {limit} characters are allowed.", limit=LENGTH)
    parser = _Parser(text)
    tree = parser.expression(0, 0)
    if parser.token.kind != "end":
        token = parser.token
        message = '"{text}" does not fit at character {position}.'
        raise fault(message, token.position, text=token.text)
    return tree


def names(tree: Expression) -> set[str]:
    """Return the keys of all fields that a formula reads."""
    if isinstance(tree, Name):
        return {tree.key}
    if isinstance(tree, Call):
        return set().union(*(names(each) for each in tree.arguments))
    return set()
