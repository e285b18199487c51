"""Which search rows may answer a query, the best ones first, at a cost that the answer decides.

A statement asks in branches that the database works off one after the other and leaves when it has
enough: each first in a sample (see kernel/tokens), then in the whole. A frequent word has enough in
the sample, whose lists are short; a rare one has short lists in the whole. Titles that begin with
the query and its whole words come first; beginnings and parts of words, and pinyin, only when these
do not fill the page. Who sees few records has his own looked through, whatever the words are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import sqlalchemy as sa

from fangxin.kernel.arrays import among
from fangxin.kernel.db import Database
from fangxin.kernel.sql import DialectName, Row, Statement, compile_statement
from fangxin.kernel.token_forms import rough_tsquery
from fangxin.kernel.tokens import SAMPLES, Term, closed, whole_words
from fangxin.search.matching import EXACT, MATCH, SCOPE, Group, asked, begins, either, reach_text

# what of the small sample makes a word frequent in the whole: some thousand rows
FREQUENT: Final = 10
# of the rows that may answer, as many are looked at in a branch at the utmost
LOOKED_AT: Final = 3000
# what of the larger sample makes a reader one who sees much: some thousand rows
MUCH: Final = 64
# of one who sees little, as many rows are looked at at the utmost
LOOKED_THROUGH: Final = 5000
_HOW_MANY: Final = "how_many"
_IDS: Final = "ids"
_ROW: Final = "record_id, object, title"
_SMALL, _LARGE = SAMPLES
_WHOLE: Final = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for, where, and how many rows are put in order.

    `everything`: the groups are all objects there are, whole. `much`: the reader is known to see
    more than can be looked through. `near`: the ways of asking for near words (near.py); the index
    alone can tell which of these a text has.
    """

    text: str
    terms: Sequence[Term]
    groups: Sequence[Group]
    most: int
    everything: bool = False
    much: bool = False
    near: Sequence[Sequence[Term]] = ()


async def candidates(database: Database, query: Query, limit: int) -> list[Row]:
    """Return (record id, object, title) of rows that answer, without order; `limit` are shown."""
    if query.near:
        return await _near(database, query)
    much = query.everything or query.much
    if not much and await _sees_little(database, query):
        return await looked_through(database, query)
    words = [_titles(query, database.dialect, at) for at in range(2)]
    words += [
        _asked(query, whole_words(query.terms), database, mark) for mark in (*SAMPLES, _WHOLE)
    ]
    found = await _branches(database, query, words, titles=2)
    enough = len({row[0] for row in found}) >= limit
    # Chinese is met as it was typed
    if enough or whole_words(query.terms) == query.terms:
        return found
    terms, marks = query.terms, [*SAMPLES, _WHOLE]
    if len(terms) > 1:
        frequent = await _frequent(database, terms)
        rare = [each for each, often in zip(terms, frequent, strict=True) if not often]
        if rare:
            # what has the rare words is little enough to be looked through for the others
            return [*found, *await looked_through(database, query, rare=rare)]
        # Frequent words' beginnings are too many to gather: beside the samples whole words and
        # inner parts must do; where something is found, a sample must do.
        terms = [closed(each) for each in terms]
        marks = [_SMALL] if found else marks
    loose = [_asked(query, query.terms if mark else terms, database, mark) for mark in marks]
    return [*found, *await _branches(database, query, loose)]


async def _near(database: Database, query: Query) -> list[Row]:
    marks = (*SAMPLES, _WHOLE)
    asked_for = [_asked(query, way, database, mark) for mark in marks for way in query.near]
    return await _branches(database, query, asked_for)


def _asked(query: Query, terms: Sequence[Term], database: Database, mark: str) -> dict[str, str]:
    return asked(terms, query.groups, database.dialect, everything=query.everything, mark=mark)


def _titles(query: Query, dialect: DialectName, step: int) -> dict[str, str]:
    """Return what asks for titles that begin with the query: in the small sample, with those that
    are the query; then in the whole.

    For one who sees a part of all, the index would have to gather every beginning before the first
    of his own: he gets those of the large sample.
    """
    mark = (_SMALL, _WHOLE if query.everything else _LARGE)[step]
    match = begins(query.text, dialect, mark, whole=step == 0)
    # the whole title is asked for without the mark, and so is the scope beside it
    seen = either(
        [reach_text(each.reaches, dialect, mark if step else _WHOLE) for each in query.groups],
        dialect,
    )
    if dialect == "sqlite":
        return {MATCH: match if query.everything else f"({match}) AND ({seen})"}
    return {MATCH: match, SCOPE: seen}


async def _branches(
    database: Database, query: Query, values: Sequence[dict[str, str]], titles: int = 0
) -> list[Row]:
    statement = _statement(database.dialect, titles, len(values), scoped=not query.everything)
    given = {f"{name}_{at}": text for at, each in enumerate(values) for name, text in each.items()}
    return list(await database.read(statement, {**given, _HOW_MANY: query.most}))


def _vectors(name: str) -> str:
    # hidden in a subquery: PostgreSQL knows nothing of rare tokens, takes a hundred of them for
    # half the table and would walk it from end to end
    return f"(SELECT CAST(:{name} AS tsquery))"


def _branch(dialect: DialectName, number: int, *, scoped: bool, exact: bool) -> str:
    match, scope, words = (f"{name}_{number}" for name in (MATCH, SCOPE, EXACT))
    if dialect == "sqlite":
        # skip one-door: the index of search, asked with the reader's scope
        return f"SELECT rowid FROM search_index WHERE search_index MATCH :{match}"
    where = [f"tokens @@ {_vectors(match)}"]
    where += [f"tokens @@ {_vectors(scope)}"] if scoped else []
    # as a function, not an operator, the exact words ask the index no second time
    wanted = f"ts_match_vq(tokens, {_vectors(words)})"
    # skip one-door: the index of search, asked with the reader's scope
    rows = f"FROM search_row WHERE {' AND '.join(where)}"
    if not exact:
        return f"SELECT {_ROW} {rows}"
    # skip one-door: the index of search, asked with the reader's scope
    first = f"SELECT {_ROW}, tokens {rows} LIMIT {LOOKED_AT}"
    # skip one-door: the index of search, asked with the reader's scope
    return f"SELECT {_ROW} FROM ({first}) first WHERE {wanted}"


@lru_cache(maxsize=32)
def _statement(dialect: DialectName, titles: int, branches: int, *, scoped: bool) -> Statement:
    parts = [
        _branch(dialect, number, scoped=scoped, exact=number >= titles)
        for number in range(branches)
    ]
    if dialect == "sqlite":
        # the limit stands inside, else SQLite gathers every match before the first is shown
        # skip one-door: the index of search, asked with the reader's scope
        first = f"SELECT rowid FROM ({' UNION ALL '.join(parts)}) LIMIT :{_HOW_MANY}"
        # skip one-door: the index of search, asked with the reader's scope
        text = f"SELECT {_ROW} FROM ({first}) f JOIN search_row ON number = f.rowid"
    else:
        joined = " UNION ALL ".join(f"({part})" for part in parts)
        # skip one-door: the index of search, asked with the reader's scope
        text = f"SELECT {_ROW} FROM ({joined}) found LIMIT :{_HOW_MANY}"
    return compile_statement(sa.text(text), dialect)


# ---------------------------------------------------------------- how frequent


@lru_cache(maxsize=32)
def _counts(dialect: DialectName, many: int) -> Statement:
    if dialect == "sqlite":
        rows = "FROM search_index WHERE search_index MATCH"
    else:
        rows = "FROM search_row WHERE tokens @@"
    counts = []
    for number in range(many):
        asked_for = f":{MATCH}_{number}"
        asked_for = asked_for if dialect == "sqlite" else _vectors(asked_for[1:])
        counts.append(f"(SELECT count(*) FROM (SELECT 1 {rows} {asked_for} LIMIT :{_HOW_MANY}) r)")
    return compile_statement(sa.text(f"SELECT {', '.join(counts)}"), dialect)


async def _frequent(database: Database, terms: Sequence[Term]) -> list[bool]:
    """Tell of each term whether it is frequent, by the small sample."""
    given = {
        f"{MATCH}_{at}": asked([term], [Group(())], database.dialect, everything=True, mark=_SMALL)[
            MATCH
        ]
        for at, term in enumerate(terms)
    }
    statement = _counts(database.dialect, len(terms))
    (counts,) = await database.read(statement, {**given, _HOW_MANY: FREQUENT})
    return [count >= FREQUENT for count in counts]


# ---------------------------------------------------------------- who sees little


async def _sees_little(database: Database, query: Query) -> bool:
    seen = [reach_text(each.reaches, database.dialect, _LARGE) for each in query.groups]
    given = {f"{MATCH}_0": either(seen, database.dialect), _HOW_MANY: MUCH}
    ((count,),) = await database.read(_counts(database.dialect, 1), given)
    return bool(count < MUCH)


def _first(dialect: DialectName, columns: str, *, by_id: bool) -> str:
    """Return the SQL that selects what is looked through: of the reader's scope, or of ids."""
    if dialect == "sqlite":
        table, meets = "search_index", f"search_index MATCH :{SCOPE}"
        # skip one-door: the index of search; the ids are of what the reader may see
        given = "SELECT number FROM search_row WHERE " + among(dialect, "record_id", _IDS)
        where = f"rowid IN ({given})" if by_id else meets
    else:
        table, meets = "search_row", f"tokens @@ {_vectors(SCOPE)}"
        where = among(dialect, "record_id", _IDS, "uuid") if by_id else meets
    # skip one-door: the index of search; the ids are of what the reader may see
    return f"SELECT {columns} FROM {table} WHERE {where} LIMIT {LOOKED_THROUGH}"


@lru_cache(maxsize=2)
def _seen(*, by_id: bool) -> Statement:
    first = _first("postgresql", f"{_ROW}, tokens", by_id=by_id)
    where = f"ts_match_vq(tokens, {_vectors(EXACT)})"
    # skip one-door: the index of search, asked with the reader's scope
    text = f"SELECT {_ROW} FROM ({first}) seen WHERE {where} LIMIT :{_HOW_MANY}"
    return compile_statement(sa.text(text), "postgresql")


@lru_cache(maxsize=1)
def _met_among() -> Statement:
    """Return what the index finds among ids (SQLite)."""
    # skip one-door: the index of search; the ids are of what the reader may see
    given = "SELECT number FROM search_row WHERE " + among("sqlite", "record_id", _IDS)
    # skip one-door: the index of search; the ids are of what the reader may see
    met = f"SELECT rowid FROM search_index WHERE search_index MATCH :{MATCH} AND rowid IN ({given})"
    # skip one-door: the index of search; the ids are of what the reader may see
    text = f"SELECT {_ROW} FROM search_row WHERE number IN ({met}) LIMIT :{_HOW_MANY}"
    return compile_statement(sa.text(text), "sqlite")


@lru_cache(maxsize=256)
def _seen_in_text(shape: tuple[int, ...], *, by_id: bool) -> Statement:
    """Return the same for SQLite, where a phrase of tokens is a part of their text; `shape` says of
    how many phrases each term is.
    """
    words = "' ' || i.title || CASE WHEN object IN (SELECT value FROM json_each(:hidden)) THEN ' '"
    words += " ELSE ' ' || i.body || ' ' END"
    first = _first("sqlite", "rowid, title, body", by_id=by_id)
    rows = (
        # skip one-door: the index of search, asked with the reader's scope
        "SELECT record_id, object, s.title,"
        f" {words} AS words FROM ({first}) i JOIN search_row s ON s.number = i.rowid"
    )
    met = " AND ".join(
        "(" + " OR ".join(f"instr(words, :p{term}_{each})" for each in range(phrases)) + ")"
        for term, phrases in enumerate(shape)
    )
    # skip one-door: the index of search, asked with the reader's scope
    text = f"SELECT {_ROW} FROM ({rows}) WHERE {met} LIMIT :{_HOW_MANY}"
    return compile_statement(sa.text(text), "sqlite")


def _phrases(terms: Sequence[Term]) -> Iterator[tuple[str, str]]:
    for number, term in enumerate(terms):
        for at, phrase in enumerate(term):
            yield f"p{number}_{at}", f" {' '.join(phrase.tokens)}{'' if phrase.open else ' '}"


async def looked_through(
    database: Database,
    query: Query,
    ids: Sequence[str] | None = None,
    rare: Sequence[Term] = (),
) -> list[Row]:
    """Return what answers among the rows in the reader's scope, of these only such as have the
    words of `rare`; or among `ids`, records that he sees by other ways.
    """
    by_id = ids is not None
    if database.dialect == "postgresql":
        words = asked(query.terms, query.groups, database.dialect)
        seen = [] if rare and query.everything else [f"({words[SCOPE]})"]
        seen += [f"({rough_tsquery(rare)})"] if rare else []
        told = {SCOPE: " & ".join(seen), EXACT: words[EXACT], _IDS: ids, _HOW_MANY: query.most}
        return list(await database.read(_seen(by_id=by_id), told))
    if query.near:
        match = _asked(query, query.terms, database, _WHOLE)[MATCH]
        near = {MATCH: match, _IDS: ids, _HOW_MANY: query.most}
        return list(await database.read(_met_among(), near))
    if rare:
        scope = _asked(query, rare, database, _WHOLE)[MATCH]
    else:
        seen = [reach_text(each.reaches, database.dialect) for each in query.groups]
        scope = either(seen, database.dialect)
    hidden = [
        reach.definition.name for each in query.groups if each.title_only for reach in each.reaches
    ]
    statement = _seen_in_text(tuple(len(term) for term in query.terms), by_id=by_id)
    given = dict(_phrases(query.terms)) | {SCOPE: scope}
    values = {**given, "hidden": hidden, _IDS: ids, _HOW_MANY: query.most}
    return list(await database.read(statement, values))


# ---------------------------------------------------------------- who sees by way of very many


async def unscoped(database: Database, query: Query) -> list[Row]:
    """Return rows that answer, at most `query.most`; the caller tests whether they may be seen."""
    if query.near:
        return await _near(database, query)
    values = [_titles(query, database.dialect, at) for at in range(2)]
    values += [_asked(query, query.terms, database, mark) for mark in (*SAMPLES, _WHOLE)]
    return await _branches(database, query, values, titles=2)
