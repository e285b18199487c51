"""Reading a file into drafts: here, or for a long file in a process of its own, so that rows are
read, cast and cut into search tokens on one core while those before them are written on another.

`python -m fangxin.transfer.drafting` is that process. It gets its task, and then a number of rows
at a time, by its standard input, answers by its standard output, and ends when its input does: with
the process that started it. It opens no database and is told no secret.
"""

from __future__ import annotations

import dataclasses
import os
import pickle
import signal
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, Any, Final, Protocol

from fangxin.fields.base import Environment, Field
from fangxin.fields.searched import searched
from fangxin.kernel import garbage
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.footers import Row
from fangxin.kernel.spreadsheets import Table, rows
from fangxin.kernel.tokens import tokens_of
from fangxin.records.indexes import head_of, searchable
from fangxin.records.keys import TITLE, duplicate_fields, keys_of
from fangxin.transfer.casting import Caster, Draft, Issue
from fangxin.transfer.mapping import Column, ImportMap

# rows of a file for which a second process is worth its start, about a second of CPU
LONG: Final = 5_000
_LENGTH: Final = struct.Struct("<Q")
# of a text that is longer the tokens are made where they are needed
SENT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Task:
    """All that reading a file into drafts needs, as plain data. Of the fields `title`, `searched`
    and `keyed` what they are found by is made along with the drafts.
    """

    table: Table
    columns: tuple[Column, ...]
    defaults: tuple[Column, ...]
    match: Field | None
    env: Environment
    title: Field
    searched: tuple[Field, ...]
    keyed: tuple[Field, ...]

    def portable(self) -> Task:
        """Return the task with what another process can be told: without the SQL of fields."""
        return replace(
            self,
            table=self.table.released(),
            columns=tuple(replace(each, field=_bare(each.field)) for each in self.columns),
            defaults=tuple(replace(each, field=_bare(each.field)) for each in self.defaults),
            match=None if self.match is None else _bare(self.match),
            title=_bare(self.title),
            searched=tuple(map(_bare, self.searched)),
            keyed=tuple(map(_bare, self.keyed)),
        )


def _bare(field: Field) -> Field:
    return replace(field, seen_as=None, expression=None, over=None)


def task_of(plan: ImportMap, table: Table, env: Environment) -> Task:
    """Return the task of reading a file by a map."""
    definition = plan.definition
    filled = {column.field.key for column in (*plan.columns, *plan.defaults)}
    return Task(
        table,
        plan.columns,
        plan.defaults,
        plan.match,
        env,
        definition.fields[definition.facts.title],
        tuple(each for each in searchable(definition) if each.key in filled),
        tuple(each for each in duplicate_fields(definition) if each.key in filled),
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Some drafts in the order of their rows; `made` is what was made of their values beforehand
    (see records/keys.MADE).
    """

    drafts: list[Draft]
    made: Mapping[Any, Any] = dataclasses.field(default_factory=dict)


class Source(Protocol):
    """Where drafts come from. `next` blocks; it gives an empty batch at the end, and raises Invalid
    where the file cannot be read on.
    """

    def next(self, count: int) -> Batch:
        """Return the drafts of the next `count` rows."""

    def close(self) -> None:
        """Read no more."""


class Here:
    """Drafts made in this process."""

    def __init__(self, task: Task) -> None:
        self._caster = Caster(task, task.table.columns, task.env)
        self._match = task.match.key if task.match else ""
        self._rows = rows(task.table)
        self._seen: dict[int, int] = {}

    def next(self, count: int) -> Batch:
        return Batch([self._draft(row) for row in islice(self._rows, count)])

    def close(self) -> None:
        pass

    def _draft(self, row: Row) -> Draft:
        draft = self._caster.cast(row)
        if draft.key is None or draft.issues:
            return draft
        first = self._seen.setdefault(hash(draft.key), draft.number)
        if first != draft.number:
            message = "Row {first} has the same {field}."
            values = {"first": first, "field": self._match}
            draft.issues.append(
                Issue(draft.number, "", "repeated_row", message, values, str(draft.key))
            )
        return draft


class Apart:
    """Drafts made by a process of its own."""

    def __init__(self, task: Task) -> None:
        self._columns = (*task.columns, *task.defaults)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "fangxin.transfer.drafting"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                key: os.environ[key] for key in ("PATH", "PYTHONPATH", "HOME") if key in os.environ
            },
        )
        self._say(task.portable())

    def next(self, count: int) -> Batch:
        self._say(count)
        found = _heard(self._child.stdout)
        if found is None:
            message = "the process that reads the file has ended"
            raise RuntimeError(message)
        if isinstance(found, FangxinError):
            raise found
        drafts, made = found
        return Batch([_draft(each, self._columns) for each in drafts], made)

    def close(self) -> None:
        # it has nothing to lose
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                # what it was to be told when it ended goes nowhere
                with suppress(BrokenPipeError):
                    pipe.close()
        self._child.wait()

    def _say(self, thing: Any) -> None:
        _tell(self._child.stdin, thing)


def open_source(task: Task, count: int) -> Source:
    """Return where the drafts of a file of `count` rows come from."""
    filled = (*(each.field for each in (*task.columns, *task.defaults)), task.title)
    # no key leaves this process, and no text that is to be encrypted
    if count >= LONG and not any(each.encrypted for each in filled):
        # where no process can be started, it takes longer
        with suppress(OSError):
            return Apart(task)
    return Here(task)


# ---------------------------------------------------------------- what goes through the pipes


def _tell(pipe: IO[bytes] | None, thing: Any) -> None:
    data = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    if pipe is not None:
        pipe.write(_LENGTH.pack(len(data)) + data)
        pipe.flush()


def _heard(pipe: IO[bytes] | None) -> Any:
    """Return what was told, None at the end."""
    head = b"" if pipe is None else pipe.read(_LENGTH.size)
    if pipe is None or len(head) < _LENGTH.size:
        return None
    data = pipe.read(_LENGTH.unpack(head)[0])
    # it comes from a process of ours
    return pickle.loads(data)  # noqa: S301


def _packed(draft: Draft, place: dict[int, int]) -> tuple[Any, ...]:
    links = [(place[id(column)], text) for column, text in draft.links]
    others = [(place[id(column)], text) for column, text in draft.default_links]
    said = (draft.issues, draft.notes)
    values = (draft.values, draft.defaults, links, others, *said, draft.key)
    return (draft.number, draft.cells, *values)


def _draft(packed: Sequence[Any], columns: Sequence[Column]) -> Draft:
    number, cells, values, defaults, links, others, issues, notes, key = packed
    return Draft(
        number,
        cells,
        values,
        defaults,
        [(columns[at], text) for at, text in links],
        [(columns[at], text) for at, text in others],
        issues,
        notes=notes,
        key=key,
    )


# ---------------------------------------------------------------- the process


def _made(task: Task, drafts: Sequence[Draft]) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    for draft in drafts:
        if draft.issues:
            continue
        values = {**draft.defaults, **draft.values}
        if title := searched(task.title, values.get(task.title.key)):
            made[TITLE, title] = head_of([title])
        for each in task.searched:
            text = searched(each, values.get(each.key))
            if text not in made and len(text) < SENT:
                made[text] = " ".join(tokens_of(text))
        for each in task.keyed:
            value = values.get(each.key)
            if isinstance(value, str):
                made[each.key, value] = keys_of(each, value)
    return {key: found for key, found in made.items() if found}


def _answer(asked: IO[bytes], answers: IO[bytes]) -> None:
    task: Task = _heard(asked)
    place = {id(column): at for at, column in enumerate((*task.columns, *task.defaults))}
    source = Here(task)
    while (count := _heard(asked)) is not None:
        try:
            drafts = source.next(count).drafts
        except FangxinError as error:
            _tell(answers, error)
            return
        _tell(answers, ([_packed(each, place) for each in drafts], _made(task, drafts)))


def main() -> None:
    """Answer until there is nothing more to answer, or nobody who asks."""
    # who started this one ends it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    garbage.settle()
    try:
        _answer(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        # killed amid an answer; there is nothing to flush any more
        os._exit(0)


if __name__ == "__main__":
    main()
