"""Rules as they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from fangxin.kernel.i18n import DEFAULT_LOCALE, LOCALES
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import metadata
from fangxin.rules.shapes import EFFECTS, OPTIONS

if TYPE_CHECKING:
    from fangxin.kernel.db import Database, Tx

VALIDATION: Final = "validation"
DISPLAY: Final = "display"
GATE: Final = "gate"
RULE: Final = "rule"
_COLUMNS: Final = (
    *("id", "name", "of_object", "kind", "order", "only_on", "condition", "state", "needs"),
    *("effects", "field", "messages", "names"),
)
_NONE: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class RuleRow:
    """A rule as it is stored; `id` is empty for one that is only tried."""

    id: str
    name: str
    of_object: str
    kind: str
    order: int = 0
    only_on: str | None = None
    condition: Any = None
    state: Any = None
    needs: Any = None
    effects: Any = None
    field: str | None = None
    messages: Mapping[str, str] | None = None
    names: Mapping[str, str] | None = None

    def spoken(self, locale: str) -> str:
        """Return its name in a language."""
        return (self.names or _NONE).get(locale, self.name)

    def message(self, locale: str) -> str | None:
        """Return its message in a language, else in the other one."""
        found = self.messages or _NONE
        others = (found.get(each) for each in (DEFAULT_LOCALE, *LOCALES))
        return found.get(locale) or next((each for each in others if each), None)

    def keys(self, effect: str) -> Sequence[str]:
        """Return the fields that an effect is about."""
        return cast("Sequence[str]", (self.effects or _NONE).get(effect, ()))

    @property
    def options(self) -> Mapping[str, Sequence[str]]:
        """The options that a choice may have while the condition is met, by field."""
        return cast("Mapping[str, Sequence[str]]", (self.effects or _NONE).get(OPTIONS, _NONE))

    def named_keys(self) -> Iterator[tuple[str, str]]:
        """Yield (pointer, key) of each field of the object itself that it names outside its
        trees.
        """
        if self.field is not None:
            yield "/field", self.field
        if self.state is not None:
            yield "/state/field", self.state["field"]
        for effect in EFFECTS:
            for index, key in enumerate(self.keys(effect)):
                yield f"/effects/{effect}/{index}", key
        for key in self.options:
            yield f"/effects/{OPTIONS}/{key}", key

    def applies(self, *, fresh: bool) -> bool:
        """Tell whether it looks at a new record (or at a changed one)."""
        return self.only_on is None or (self.only_on == "create") == fresh

    def in_state(self, value: Any) -> bool:
        """Tell whether a value of its state field is one of its states."""
        return self.state is None or value in self.state["values"]


def _find(*, active: bool) -> sa.Select[Any]:
    rule = metadata.tables[RULE].c
    # skip one-door: rules hold for everybody, whoever may read them
    found = sa.select(*(rule[name] for name in _COLUMNS)).where(rule.deleted_at.is_(None))
    if active:
        found = found.where(rule.active.is_(sa.true()))
    return found.order_by(rule.order, rule.created_at, rule.id)


_active: Final = Prepared(lambda: _find(active=True))
_all: Final = Prepared(lambda: _find(active=False))


async def load_rules(source: Database | Tx, *, active: bool = True) -> list[RuleRow]:
    """Read the rules of all objects, in their order, inside a unit or not; without `active` those
    at rest as well.
    """
    statement = (_active if active else _all)(source.dialect)
    read = source.fetch if hasattr(source, "fetch") else source.read
    return [RuleRow(*row) for row in await read(statement, {})]
