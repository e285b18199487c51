"""What each reader may see and do, worked out in plain Python from seeded rows and roles' data.

Nothing here comes from the code under test; the rules are those of DESIGN 4.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.contract.lent import RULES
from tests.contract.seeds import NOW, PEOPLE, TREE, Row, id_of

OPEN_TO_ALL = frozenset(
    (
        *("department", "role", "user", "pipeline", "stage", "product", "lead_form", "page_layout"),
        *("exchange_rate", "sharing_rule", "rule", "encrypted_field"),
    )
)
# link → object it leads to; None: to any record
CASCADES: dict[tuple[str, str], str | None] = (
    dict.fromkeys((("contact", "account"), ("opportunity", "account")), "account")
    | dict.fromkeys(
        (("order", "contract"), ("payment_plan", "contract"), ("payment", "contract")), "contract"
    )
    | {("quote", "opportunity"): "opportunity"}
    | dict.fromkeys((("activity", "about"), ("task", "about"), ("file", "about")))
)
SHIPPED_OFF = frozenset({("opportunity", "account")})
# a record is kept while one of these points to it: (object, link) → states that count, None: any
HELD: dict[tuple[str, str], frozenset[str] | None] = {
    ("contract", "account"): frozenset({"signed"}),
    ("contract", "quote"): frozenset({"draft", "signed", "ended"}),
    ("order", "account"): frozenset({"draft", "confirmed"}),
    ("order", "contract"): None,
    ("payment_plan", "contract"): None,
    ("payment", "contract"): None,
    ("payment", "payment_plan"): frozenset({"posted"}),
}
FORMULAS = {
    "x_formula": ("x_integer",),
    "weighted_amount": ("amount", "probability"),
    "turn": ("done_at", "due_at", "created_at"),
    "awaited_on": ("state", "due_on"),
}
# how many records of an object point here by a link
ROLLED = {"x_roll_up": ("task", "about")}
SIGHTS = ("none", "masked", "full")


@functools.cache
def below(place: str | None) -> frozenset[str]:
    """A department and all that lie under it, by id."""
    found = {place}
    for _ in TREE:
        found |= {name for name, parent in TREE.items() if parent in found and parent is not None}
    return frozenset(id_of("department", name) for name in found if name is not None)


@functools.cache
def held_by(person: str) -> frozenset[tuple[str, str]]:
    """With whom something may be shared so that the person has it: himself, his role, and the
    departments around his.
    """
    role, place = PEOPLE[person]
    around = {name for name in TREE if id_of("department", place) in below(name)}
    departments = {("department", name) for name in around}
    return frozenset({("user", person), ("role", role)} | departments)


class Oracle:
    # one setting of the cascades: "shipped", "on" or "off"
    def __init__(self, rows: Mapping[str, Sequence[Row]], cascades: str = "shipped") -> None:
        self.rows = rows
        self.by_id = {row.id: row for group in rows.values() for row in group}
        self.roles = {row.values["key"]: row.values for row in rows["role"]}
        off = {"on": frozenset(), "shipped": SHIPPED_OFF}.get(cascades, frozenset(CASCADES))
        self.links = {link: target for link, target in CASCADES.items() if link not in off}

    def grant(self, person: str, object_: str, action: str) -> Any:
        """The scope that the person's role grants; an object open to all has all or nothing."""
        role = self.roles[PEOPLE[person][0]]
        if role["key"] == "administrator":
            return "all"
        found = role["grants"].get(object_, {}).get(action, "none")
        return "all" if object_ in OPEN_TO_ALL and found != "none" else found

    def within(self, person: str, action: str, row: Row) -> bool:
        grant = self.grant(person, row.object, action)
        owner, place = row.values.get("owner"), row.values.get("department")
        mine = PEOPLE[person][1]
        if grant == "none":
            return False
        if grant == "all" or owner == id_of("user", person):
            return True
        if isinstance(grant, dict):
            return place in grant["chosen"]
        if grant == "own":
            return False
        return place == id_of("department", mine) if grant == "department" else place in below(mine)

    def may(self, person: str, action: str, row: Row, above: tuple[str, ...] = ()) -> bool:
        if self.grant(person, row.object, action) == "none":
            return False
        if self.within(person, action, row) or self.shared(person, action, row):
            return True
        return action == "read" and any(self._lent(person, row, above))

    def shared(self, person: str, action: str, row: Row) -> bool:
        """Whether the row is shared with the person, his role, or a department around his, today,
        or meets a rule that is for him; and so far that he may do it.
        """
        place, held = PEOPLE[person][1], held_by(person)
        does = {"read": {"read", "edit"}, "update": {"edit"}}.get(action, set())
        for holder, (level, until) in row.shares.items():
            if holder in held and level in does and (until is None or until > NOW):
                return True
        return any(
            rule.level in does and (holder in held and (deep or holder[1] == place))
            for rule in RULES
            if rule.object == row.object and rule.active and rule.meets(row, self.by_id)
            for holder, deep in rule.holders.items()
        )

    def _lent(self, person: str, row: Row, above: tuple[str, ...]) -> Iterator[bool]:
        trail = (*above, row.object)
        for (object_, key), target in self.links.items():
            value = row.values.get(key) if object_ == row.object else None
            # a link to any record lends sight at the first step alone
            if value is None or (target is None and above):
                continue
            parent = self.by_id[value["id"] if target is None else value]
            plain = parent.object not in OPEN_TO_ALL and parent.object not in trail
            yield plain and not parent.deleted and self.may(person, "read", parent, trail)

    def visible(self, person: str, object_: str) -> list[Row]:
        return [r for r in self.rows[object_] if not r.deleted and self.may(person, "read", r)]

    def kept(self, row: Row) -> bool:
        """Whether nobody may delete the row, since it is in the books or others need it."""
        if row.object == "payment" or (row.object == "contract" and row.values["state"] != "draft"):
            return True
        return any(
            each.values.get(key) == row.id and (states is None or each.values["state"] in states)
            for (object_, key), states in HELD.items()
            for each in self.rows[object_]
            if not each.deleted
        )

    def rule(self, person: str, object_: str, key: str) -> Mapping[str, Any]:
        role = self.roles[PEOPLE[person][0]]
        rules = role["field_rules"].get(object_, {})
        return rules.get(key, {"read": "full", "edit": True})

    def sight(self, person: str, object_: str, key: str) -> str:
        """How a field is seen: a formula no better than what it reads."""
        if key in {"id", "version", "name"}:
            return "full"
        if key in {"storage_key", "shared_with"}:
            # for the server alone
            return "none"
        keys = (key, *FORMULAS.get(key, ()))
        rules = [self.rule(person, object_, each) for each in keys]
        if key in ROLLED:
            rules.append(self.rule(person, *ROLLED[key]))
        return min((rule["read"] for rule in rules), key=SIGHTS.index)
