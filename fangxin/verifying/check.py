"""One sentence of the mission, how it is asked, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import httpx

if TYPE_CHECKING:
    from fangxin.verifying.visit import Visit

State: TypeAlias = Literal["holds", "broken", "told", "skipped"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: a msgid with {named} values."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Unmet(Exception):
    """The server did not keep its promise."""

    def __init__(self, message: str, **values: Any) -> None:
        self.seen = Seen(message, values)
        super().__init__(message)


class NotAsked(Unmet):
    """This cannot be asked here, or was not wished."""


@dataclass(frozen=True, slots=True)
class Check:
    """One sentence; `ask` returns what it saw, or raises Unmet. What merely `tells` figures breaks
    nothing.
    """

    key: str
    label: str
    ask: Callable[[Visit], Seen]
    tells: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a check; `seconds` is how long it took."""

    check: Check
    state: State
    seen: Seen
    seconds: float


def expect(holds: object, message: str, **values: Any) -> None:
    """Raise Unmet with `message` unless `holds`."""
    if not holds:
        raise Unmet(message, **values)


def examine(visit: Visit, checks: Sequence[Check]) -> list[Finding]:
    """Ask them one after the other; one that is broken keeps no other from being asked."""
    return [_examine(visit, check) for check in checks]


def _examine(visit: Visit, check: Check) -> Finding:
    begun = time.monotonic()
    try:
        state: State = "told" if check.tells else "holds"
        seen = check.ask(visit)
    except NotAsked as reason:
        state, seen = "skipped", reason.seen
    except Unmet as reason:
        state, seen = "broken", reason.seen
    except httpx.HTTPError as fault:
        values = {"fault": f"{type(fault).__name__} {fault}".strip()}
        state, seen = "broken", Seen("The server does not answer: {fault}", values)
    except (KeyError, IndexError, TypeError, ValueError) as fault:
        # an answer of another form than the contract's
        values = {"fault": f"{type(fault).__name__} {fault}".strip()}
        state, seen = "broken", Seen("An answer has another form than it should: {fault}", values)
    return Finding(check, state, seen, time.monotonic() - begun)
