"""How tokens are written for the two databases: rows as FTS5 text and tsvector, queries as FTS5
conditions and tsquery.

A mark (see tokens.SAMPLES) before each token makes of a query one that only a sample answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import add

from fangxin.kernel.tokens import TOKENS, Term


def tsvector(head: Sequence[str], body: Sequence[str], scope: Sequence[str], mark: str = "") -> str:
    """Write tokens as a tsvector: those of the title weigh A, of the body B, of the scope D.

    Marked tokens stand where the plain ones do, so that phrases of either hold together.
    """
    second = len(head) + 2
    third = second + len(body) + 2
    parts = (
        *map(add, head, _places("A")),
        *map(add, body, _places("B")[second:third]),
        *map(add, scope, _places("D")[third : third + len(scope)]),
    )
    parts = (*parts, *(f"{mark}{part}" for part in parts)) if mark else parts
    # tokens never hold a quote
    return f"'{chr(39).join(parts)}" if parts else ""


@lru_cache(maxsize=3)
def _places(weight: str) -> tuple[str, ...]:
    """Return what follows each token of a tsvector but its opening quote, by place."""
    return tuple(f"':{at}{weight} " for at in range(1, 4 * TOKENS))


def column_text(plain: str, mark: str = "") -> str:
    """Write tokens, with a space between them, as a column of FTS5: the plain ones, then the marked
    ones.
    """
    return f"{plain} {mark}{plain.replace(' ', f' {mark}')}" if mark and plain else plain


def fts5_match(terms: Iterable[Term], columns: str, mark: str = "") -> str:
    """Write terms as an FTS5 condition on `columns` (a list in FTS5's own form)."""

    def phrase(tokens: Sequence[str], *, open_: bool) -> str:
        return f'"{" ".join(f"{mark}{token}" for token in tokens)}"{"*" if open_ else ""}'

    parts = [
        f"({' OR '.join(phrase(each.tokens, open_=each.open) for each in term)})" for term in terms
    ]
    return f"{{{columns}}} : ({' AND '.join(parts)})"


def tsquery(terms: Iterable[Term], weight: str = "", mark: str = "") -> str:
    """Write terms as a tsquery; `weight` ("A") restricts them to lexemes of that weight."""

    def lexeme(token: str, *, open_: bool) -> str:
        marks = ("*" if open_ else "") + weight
        return f"'{mark}{token}'" + (f":{marks}" if marks else "")

    def phrase(tokens: Sequence[str], *, open_: bool) -> str:
        last = len(tokens) - 1
        parts = [lexeme(token, open_=open_ and at == last) for at, token in enumerate(tokens)]
        return f"({' <-> '.join(parts)})"

    return " & ".join(
        f"({' | '.join(phrase(each.tokens, open_=each.open) for each in term)})" for term in terms
    )


def rough_tsquery(terms: Iterable[Term], mark: str = "") -> str:
    """Write terms as a tsquery that every text meets which meets `tsquery`, and some others: what
    an index answers without looking at the rows.

    Of tokens that overlap every other one will do. An unfinished syllable at the end of a phrase
    would make it gather all syllables that begin so; the pair of initials that goes with it stands
    for it. Syllables are frequent; pairs of initials tell which follow one another.
    """

    def phrase(tokens: Sequence[str], *, open_: bool) -> str:
        *whole, last = tokens
        if open_ and not whole:
            return f"'{mark}{last}':*"
        if last.startswith("!"):
            pairs = (f"^{a[1]}{b[1]}" for a, b in pairwise(tokens))
            asked = (*pairs, *(whole if open_ else tokens))
        else:
            asked = (*whole[::2], last)
        said = " & ".join(f"'{mark}{token}'" for token in asked)
        return f"({said})"

    return " & ".join(
        f"({' | '.join(phrase(each.tokens, open_=each.open) for each in term)})" for term in terms
    )
