"""What the engine asks before it stores: does each record, as it will be, agree with the rules?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

from fangxin.kernel.errors import FangxinError, FieldProblem, Invalid
from fangxin.kernel.i18n import translate
from fangxin.rules.conditions import Tree, met, read_tree
from fangxin.rules.row import DISPLAY, GATE, VALIDATION, RuleRow

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx
    from fangxin.objects.declare import Change
    from fangxin.objects.registry import ObjectDef
    from fangxin.records.hooks import Refuse
    from fangxin.records.keys import Fetch

REFUSED: Final = "rule_not_met"
# as the stages of a pipeline refuse: whoever moves a record is asked for what is missing
MISSING: Final = "stage_requirements"
_NEEDED: Final = "stage_requirement"
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})


@dataclass(frozen=True, eq=False)
class Ruleset:
    """The active rules of one object in their order: part of the registry's snapshot, so that
    every worker has them by heart. The engine calls it before it stores.
    """

    rules: tuple[RuleRow, ...]
    displays: tuple[RuleRow, ...] = field(init=False)

    def __post_init__(self) -> None:
        shown = tuple(each for each in self.rules if each.kind == DISPLAY)
        object.__setattr__(self, "displays", shown)

    async def __call__(
        self,
        ctx: Ctx,
        tx: Tx,
        definition: ObjectDef,
        changes: Sequence[Change],
        refuse: Refuse,
    ) -> None:
        """Hand over the changes that do not agree with the rules.

        The product's own writes (jobs, the demonstration) are not asked, nor those that change
        nothing people fill.
        """
        if ctx.actor.kind == "system" or ctx.source == "demo":
            return
        asked = [each for each in changes if _asked(definition, each)]
        if not asked:
            return
        for verdict in await judge(ctx, tx.fetch, definition, self.rules, asked):
            error = verdict.error(ctx)
            if error is not None:
                refuse(verdict.change, error)


def _asked(definition: ObjectDef, change: Change) -> bool:
    if change.verb in {"delete", "purge"}:
        return False
    fields = (definition.fields.get(key) for key in change.values)
    return change.verb != "update" or any(each and not each.internal for each in fields)


def rules_of(definition: ObjectDef) -> Ruleset | None:
    """Return the rules of an object, None where it has none."""
    return cast("Ruleset | None", definition.guard)


def with_rules(definitions: Iterable[ObjectDef], rules: Sequence[RuleRow]) -> list[ObjectDef]:
    """Return the definitions, each with the rules of its object."""
    of: dict[str, list[RuleRow]] = {}
    for each in rules:
        of.setdefault(each.of_object, []).append(each)
    return [
        replace(each, guard=Ruleset(tuple(of[each.name]))) if each.name in of else each
        for each in definitions
    ]


def is_empty(value: Any) -> bool:
    """Tell whether a field is not filled."""
    return value in _EMPTY


# ---------------------------------------------------------------- which rules act on a record


@dataclass(slots=True)
class Verdict:
    """A record, and the rules that act on it: `acting` meet their condition, `failing` are gates
    whose own filter is not met, `locking` act and did before the write. `hidden` are the fields
    that are not shown.
    """

    definition: ObjectDef
    change: Change
    acting: list[RuleRow] = field(default_factory=list)
    failing: list[RuleRow] = field(default_factory=list)
    locking: list[RuleRow] = field(default_factory=list)
    hidden: frozenset[str] = frozenset()

    def error(self, ctx: Ctx) -> FangxinError | None:
        """Return why the change is refused, or None."""
        problems = list(_problems(ctx, self))
        if not problems:
            return None
        missing = all(each.code == _NEEDED for each in problems)
        told = dict.fromkeys(translate(ctx.locale, p.message, p.values) for p in problems)
        code = MISSING if missing else REFUSED
        return Invalid(" ".join(told), code=code, errors=problems)


def hidden_fields(displays: Iterable[RuleRow], acting: Iterable[str]) -> frozenset[str]:
    """Return which fields display rules hide, given the ids of those that act: what one hides, and
    what is to be shown by some of which none acts.
    """
    ids = set(acting)
    hidden: set[str] = set()
    shown: dict[str, bool] = {}
    for rule in displays:
        if rule.id in ids:
            hidden |= set(rule.keys("hide"))
        for key in rule.keys("show"):
            shown[key] = shown.get(key, False) or rule.id in ids
    return frozenset(hidden | {key for key, seen in shown.items() if not seen})


@dataclass(frozen=True, slots=True)
class _Ask:
    """A rule with its trees read; None stands for no tree, which everything meets."""

    rule: RuleRow
    condition: Tree | None
    needs: Tree | None


def _ask(ctx: Ctx, definition: ObjectDef, rule: RuleRow) -> _Ask | None:
    """Read a rule's trees; a rule that names what is gone rests, and gives None."""
    trees: list[Tree | None] = []
    for wire in (rule.condition, rule.needs):
        tree = None if wire is None else read_tree(ctx, definition, wire)
        if wire is not None and tree is None:
            return None
        trees.append(tree)
    if rule.state is not None and rule.state["field"] not in definition.fields:
        return None
    return _Ask(rule, *trees)


class _Court:
    """The rules that concern some records, and what SQL says of each."""

    def __init__(self, definition: ObjectDef, asks: Sequence[_Ask]) -> None:
        self.definition = definition
        self.asks = asks
        trees = (tree for ask in asks for tree in (ask.condition, ask.needs) if tree is not None)
        self.trees = list({tree.key: tree for tree in trees}.values())
        self._place = {tree.key: index for index, tree in enumerate(self.trees)}

    def _meets(self, tree: Tree | None, flags: Sequence[bool]) -> bool:
        return tree is None or bool(flags[self._place[tree.key]])

    def verdict(
        self, change: Change, flags: Sequence[bool], before: Sequence[bool] | None
    ) -> Verdict:
        """Return what the rules say of a record; `before`: what SQL says of it as it was."""
        found = Verdict(self.definition, change)
        for ask in self.asks:
            if not _concerned(ask.rule, change) or not self._meets(ask.condition, flags):
                continue
            found.acting.append(ask.rule)
            if not self._meets(ask.needs, flags):
                found.failing.append(ask.rule)
            # what becomes read-only by this very write may still be filled by it
            if change.before is None or (before and self._meets(ask.condition, before)):
                found.locking.append(ask.rule)
        shown = (ask.rule for ask in self.asks if _concerned(ask.rule, change))
        found.hidden = hidden_fields(shown, (rule.id for rule in found.acting))
        return found


async def judge(
    ctx: Ctx,
    fetch: Fetch,
    definition: ObjectDef,
    rules: Iterable[RuleRow],
    changes: Sequence[Change],
    *,
    every: bool = False,
) -> list[Verdict]:
    """Tell which rules act on each record as it will be, by one statement for all of them.

    How a record was is asked where fields change that a rule makes read-only, with `every` always.
    """
    concerned = [rule for rule in rules if any(_concerned(rule, each) for each in changes)]
    asks = [ask for rule in concerned if (ask := _ask(ctx, definition, rule)) is not None]
    court = _Court(definition, asks)
    again = [
        index
        for index, each in enumerate(changes)
        if each.before is not None
        and (every or any(_touches_lock(rule, each) for rule in concerned))
    ]
    rows = [_after(ctx, each) for each in changes]
    rows += [changes[index].before or {} for index in again]
    flags = await met(ctx, fetch, definition, court.trees, rows)
    before = dict(zip(again, flags[len(changes) :], strict=True))
    return [
        court.verdict(change, flags[index], before.get(index))
        for index, change in enumerate(changes)
    ]


def _concerned(rule: RuleRow, change: Change) -> bool:
    """Tell whether a rule looks at this write at all."""
    if not rule.applies(fresh=change.before is None):
        return False
    if rule.state is None:
        return True
    key = rule.state["field"]
    if not rule.in_state(change.get(key)):
        return False
    # a gate is passed once: who stands behind it already is not asked again
    entered = change.before is None or not rule.in_state(change.before.get(key))
    return rule.kind != GATE or entered


def _touches_lock(rule: RuleRow, change: Change) -> bool:
    return any(change.changes(key) for key in rule.keys("lock"))


def _after(ctx: Ctx, change: Change) -> Mapping[str, Any]:
    """Return the record as it will be, with what storing it adds."""
    after = {**(change.before or {}), **change.values, "id": change.id}
    moment, actor = ctx.clock(), ctx.actor.id
    if change.before is None:
        after = {"created_at": moment, "created_by": actor, **after}
    return after | {"updated_at": moment, "updated_by": actor}


# ---------------------------------------------------------------- what is wrong with it


def _problems(ctx: Ctx, verdict: Verdict) -> Iterator[FieldProblem]:
    readable = ctx.rights.own.readable(verdict.definition)
    for problem in _all_problems(ctx, verdict):
        key = problem.pointer.removeprefix("/")
        # what one may not read is not named: the words are the administrator's
        yield problem if key in readable else replace(problem, pointer="")


def _all_problems(ctx: Ctx, verdict: Verdict) -> Iterator[FieldProblem]:
    # nobody fills what is not shown, and once is enough
    settled = set(verdict.hidden)
    for rule in verdict.acting:
        if rule.kind == VALIDATION:
            words = rule.message(ctx.locale) or rule.spoken(ctx.locale)
            yield FieldProblem(f"/{rule.field or ''}", "rule", words)
        elif rule.kind == GATE:
            yield from _gate_problems(ctx, verdict, rule)
        else:
            missing = [key for key in _missing(verdict, rule) if key not in settled]
            settled |= set(missing)
            for key in missing:
                yield FieldProblem(f"/{key}", "required", "This field is required.")
            yield from _option_problems(verdict, rule)
    for rule in verdict.locking:
        yield from _lock_problems(ctx, verdict, rule)


def _missing(verdict: Verdict, rule: RuleRow) -> list[str]:
    fields = verdict.definition.fields
    return [
        key for key in rule.keys("require") if key in fields and is_empty(verdict.change.get(key))
    ]


def _gate_problems(ctx: Ctx, verdict: Verdict, rule: RuleRow) -> Iterator[FieldProblem]:
    name = {"rule": rule.spoken(ctx.locale)}
    for key in _missing(verdict, rule):
        yield FieldProblem(f"/{key}", _NEEDED, "{rule}: this field is needed.", name)
    if rule in verdict.failing:
        words = rule.message(ctx.locale) or rule.spoken(ctx.locale)
        place = rule.field or (rule.state or {}).get("field", "")
        yield FieldProblem(f"/{place}", "rule", words)


def _lock_problems(ctx: Ctx, verdict: Verdict, rule: RuleRow) -> Iterator[FieldProblem]:
    """Name the fields that were changed though they are read-only; what a default or the product
    itself fills is no change of somebody's.
    """
    name = {"rule": rule.spoken(ctx.locale)}
    given = verdict.change.extra.get("given", verdict.change.values)
    for key in rule.keys("lock"):
        changed = key in given and verdict.change.changes(key)
        if changed and key in verdict.definition.fields:
            message = "This field cannot be changed now ({rule})."
            yield FieldProblem(f"/{key}", "locked", message, name)


def _option_problems(verdict: Verdict, rule: RuleRow) -> Iterator[FieldProblem]:
    """Name the choices that were made outside the options a rule leaves; old ones stay."""
    for key, allowed in rule.options.items():
        definition = verdict.definition.fields.get(key)
        if definition is None or not verdict.change.changes(key):
            continue
        chosen, held = verdict.change.get(key), (verdict.change.before or {}).get(key)
        if not set(_listed(chosen)) - set(_listed(held)) <= set(allowed):
            left = tuple(option for option in definition.options if option.key in allowed)
            message = "One of these is needed here: {allowed}."
            yield FieldProblem(f"/{key}", "not_an_option", message, {"allowed": left})


def _listed(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
