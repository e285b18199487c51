"""Who acts, from where, in which language: a value passed to everything, never a global."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from fangxin.kernel.clock import now
from fangxin.kernel.ids import named_id

if TYPE_CHECKING:
    from fangxin.kernel.db import Database

Source: TypeAlias = Literal["web", "api", "import", "demo", "system", "undo", "cli"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user's id, or SYSTEM."""

    id: str
    kind: Literal["user", "system"] = "user"


SYSTEM: Final = Actor(named_id("actor", "system"), "system")


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The group that a write belongs to, given when several writes or transactions share one
    (action, import, bulk).

    `state` is what its row starts with: "open" for a chunked one that is closed later.
    """

    id: str
    kind: str
    object: str = ""
    label: str = ""
    state: str = "closed"
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Ctx:
    """Everything a step needs to know about the request or job it serves.

    `rights` is opaque here (access/scope.Rights), `registry` is the immutable snapshot of this
    moment (objects/registry.Registry). `rates` maps a currency to hundred-millionths of the base
    currency a unit.
    """

    database: Database
    registry: Any
    rights: Any
    actor: Actor
    source: Source = "api"
    locale: str = "en"
    timezone: str = "Asia/Shanghai"
    base_currency: str = "CNY"
    # whether a duplicate that the actor may not see is told of at all
    tells_unseen: bool = True
    rates: Mapping[str, int] = field(default_factory=dict)
    department: str | None = None
    departments: Sequence[str] = ()
    change_set: ChangeSet | None = None
    clock: Callable[[], datetime] = now
    services: Any = None
    # kernel/idempotency.RequestKey: the engine's first unit claims it and stores the answer in the
    # same transaction
    request_key: Any = None

    def within(self, change_set: ChangeSet) -> Ctx:
        """Return this context writing into `change_set`."""
        return replace(self, change_set=change_set)
