"""Whether a customer is known already (查重): one question over all that may be the same, also
among records that the asker may not see.

Of those he is told what keeps two people from courting one customer, and nothing else: a name half
hidden, whose it is, how far it has come, since when. No id, no link. Each such answer is written
into the register of looks, and the questions are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from fangxin.access.contexts import elevated
from fangxin.data.notifications import Notice, notify
from fangxin.fields.base import Field
from fangxin.fields.spoken import Speech, spoken
from fangxin.kernel.clock import from_stored, to_stored, today
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.quotas import Quota, spend
from fangxin.kernel.tokens import is_east, words_in
from fangxin.merging.features import mergeable
from fangxin.merging.likely import pieces
from fangxin.merging.likeness import NEAR, level, plain
from fangxin.objects.registry import ObjectDef
from fangxin.records.keys import find_duplicates
from fangxin.records.reading import environment, find, get_many
from fangxin.records.validate import accept
from fangxin.search.matching import narrow
from fangxin.sharing.reveal import LOOK_UP, note

PERMISSION: Final = "look_up"
# a person asks before he calls somebody; a list is another errand
QUOTAS: Final = (Quota(20, timedelta(minutes=1)), Quota(200, timedelta(hours=24)))
ASKED_QUOTAS: Final = (Quota(10, timedelta(hours=1)),)
# for how long an answer may be followed by a question to the owner
VALID: Final = timedelta(hours=2)
TEXT: Final = 120
MESSAGE: Final = 300
# candidates of each question to the index, and what is told at the utmost
EACH: Final = 20
MOST: Final = 10
# more that merely have the word in their names are not told: it is no name then
HAVING: Final = 3
_SHORTEST_EAST, _SHORTEST = 2, 4
_HEAD, _LONG = 3, 4


@dataclass(frozen=True, slots=True)
class Match:
    """A record that may be what is asked for, by these fields; `exact`: they hold just that."""

    id: str
    fields: tuple[str, ...]
    exact: bool


@dataclass(frozen=True)
class Question:
    """Somebody's question, and the same for the product itself, which sees all."""

    ctx: Ctx
    text: str

    @cached_property
    def all(self) -> Ctx:
        """The context that sees all."""
        return elevated(self.ctx)


def _objects(ctx: Ctx) -> list[ObjectDef]:
    found = ctx.registry.objects.values()
    return [each for each in found if mergeable(each) and each.custom_id is None]


def _names(definition: ObjectDef) -> list[Field]:
    """Return the fields that hold the name of a customer."""
    fields = [each for each in definition.fields.values() if each.duplicate_key]
    return [each for each in fields if (each.duplicate_like or each.key) == "name"]


async def look_up(ctx: Ctx, text: str) -> dict[str, Any]:
    """Return {"items", "more"}: what a name, phone number, e-mail address, web address or credit
    code belongs to, the surest first; `more`: others have the text in their names.

    An item is {"object", "exact", "matched_on", "id", "name", "owner", "department", "state",
    "since", "ask"}: `id` only of what the actor sees, else `name` is half hidden; `ask` serves to
    ask an owner other than him. Raises Forbidden without the permission, TooMany, Invalid.
    """
    if not ctx.rights.allows(PERMISSION):
        raise Forbidden(values={"permission": PERMISSION})
    question = Question(ctx, _checked(text, "/text", TEXT))
    await spend(ctx.database, f"{PERMISSION}:{ctx.actor.id}", ctx.clock(), QUOTAS)
    items: list[dict[str, Any]] = []
    more = False
    for definition in _objects(ctx):
        matches = await _exact(question, definition)
        close, having = await _close(question, definition)
        more |= len(having) > HAVING
        close += [] if len(having) > HAVING else having
        known = {each.id for each in matches}
        matches += [each for each in close if each.id not in known]
        items += await _told(question, definition, matches[:MOST])
    items.sort(key=lambda item: (not item["exact"], item["id"] is None))
    await _note(ctx, items)
    return {"items": [_without(item) for item in items[:MOST]], "more": more}


def _checked(text: str, pointer: str, most: int) -> str:
    bare = " ".join(text.split())
    if not any(len(word) > 1 for word in words_in(bare)):
        message = "Type at least two characters of a name, a number or an address."
        raise Invalid(errors=[FieldProblem(pointer, "too_short", message)])
    if len(bare) > most:
        message = "At most {limit} characters are allowed."
        raise Invalid(errors=[FieldProblem(pointer, "too_long", message, {"limit": most})])
    return bare


async def _exact(question: Question, definition: ObjectDef) -> list[Match]:
    """Return the records that hold just this, in any field that tells duplicates."""
    ctx, env = question.all, environment(question.ctx)
    values: dict[str, Any] = {}
    for field in definition.fields.values():
        if field.duplicate_key and not field.read_only:
            try:
                values |= accept(ctx, definition, {field.key: question.text}, env)
            except Invalid:
                continue
    entries = [("", values)]
    found = await find_duplicates(ctx.database.read, ctx.database.dialect, definition, entries)
    fields: dict[str, dict[str, None]] = {}
    for each in found:
        fields.setdefault(each.record_id, {})[each.field] = None
    return [Match(id_, tuple(keys), exact=True) for id_, keys in fields.items()]


async def _close(question: Question, definition: ObjectDef) -> tuple[list[Match], list[Match]]:
    """Return the records with a name that is close, and those that have it in theirs."""
    names = _names(definition)
    wanted = plain("name", question.text)
    least = _SHORTEST_EAST if is_east(wanted) else _SHORTEST
    if not names or len(wanted) < least or wanted.replace(" ", "").isdigit():
        return [], []
    keys = ["id", *(field.key for field in names)]
    seen: dict[str, Mapping[str, Any]] = {}
    until = definition.facts.duplicate_until
    still = {"field": until, "op": "empty"} if until else None
    # whoever merely speaks of a name must not crowd out who has it
    titles = all(field.key == definition.facts.title for field in names)
    for piece in dict.fromkeys((wanted, *pieces(wanted))):
        condition = narrow(question.all, definition, piece, titles=titles)
        page = await find(
            question.all,
            definition.name,
            filter=still,
            fields=keys,
            limit=EACH,
            narrow=condition,
        )
        seen |= {item["id"]: item for item in page.items}
    close, having = [], []
    for id_, item in seen.items():
        held = {field.key: plain("name", item[field.key] or "") for field in names}
        near = [key for key, name in held.items() if name and level("name", wanted, name) >= NEAR]
        within = [key for key, name in held.items() if wanted in name]
        if near:
            close.append(Match(id_, tuple(near), exact=False))
        elif within:
            having.append(Match(id_, tuple(within), exact=False))
    return close, having


async def _told(
    question: Question, definition: ObjectDef, matches: Sequence[Match]
) -> list[dict[str, Any]]:
    ctx, ids = question.ctx, [each.id for each in matches]
    if not ids:
        return []
    state = _state(definition)
    keys = ["id", "name", "owner", "department", "created_at", *({state.key} if state else ())]
    keys += [field.key for field in _names(definition)]
    rows = await get_many(question.all, definition, ids, list(dict.fromkeys(keys)))
    facts = {row["id"]: row for row in rows}
    mine: dict[str, Any] = {}
    if ctx.rights.scope(definition.name, "read").kind != "none":
        seen = await get_many(ctx, definition, ids, ["id", "name"])
        mine = {row["id"]: row["name"] for row in seen}
    return [
        _item(question, definition, each, facts[each.id], mine)
        for each in matches
        if each.id in facts and (each.id in mine or ctx.tells_unseen)
    ]


def _item(
    question: Question,
    definition: ObjectDef,
    match: Match,
    facts: Mapping[str, Any],
    mine: Mapping[str, str],
) -> dict[str, Any]:
    ctx, state = question.ctx, _state(definition)
    seen = match.id in mine
    shown = next((key for key in match.fields if key in facts), "name")
    name = mine[match.id] if seen else half_hidden(facts[shown] or facts["name"] or "")
    owner, department = facts["owner"], facts["department"]
    speech = Speech(ctx.locale, ctx.timezone)
    return {
        "record": match.id,
        "object": definition.name,
        "exact": match.exact,
        "matched_on": [definition.fields[key].spoken(ctx.locale) for key in match.fields],
        "id": match.id if seen else None,
        "name": name,
        "owner": owner and owner["name"],
        "department": department and department["name"],
        "state": spoken(state, facts[state.key], speech) if state else None,
        "since": today(ctx.timezone, _moment(facts["created_at"])),
        "ask": _sealed(ctx, definition, match.id)
        if owner and owner["id"] != ctx.actor.id
        else None,
    }


def _moment(wire: Any) -> Any:
    return from_stored(wire) if isinstance(wire, str) else wire


def _state(definition: ObjectDef) -> Field | None:
    """Return the field that says how far a record has come: of its transition, else the first
    choice in its lists.
    """
    rule = definition.facts.transition
    if rule is not None:
        return definition.fields[rule.field]
    listed = (definition.fields.get(key) for key in definition.facts.layout.list)
    return next((each for each in listed if each is not None and each.options), None)


def half_hidden(name: str) -> str:
    """Return a name with stars in its middle: enough to know it again, too little to find it."""
    length = len(name)
    if length <= 1:
        return "*"
    head = min(_HEAD, max(1, length // 4))
    # 王** and not 王*明; the ends of companies are alike
    tail = 0 if length < _LONG else 1 if length < 2 * _LONG else 2
    return f"{name[:head]}{'*' * (length - head - tail)}{name[length - tail :]}"


def _without(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "record"}


async def _note(ctx: Ctx, items: Sequence[Mapping[str, Any]]) -> None:
    """Write into the register what the actor was told of records that he does not see."""
    told = [(item["object"], item["record"]) for item in items[:MOST] if item["id"] is None]
    if told:
        await note(ctx, [(name, id_, LOOK_UP) for name, id_ in told])


# ---------------------------------------------------------------- asking the owner


def _sealed(ctx: Ctx, definition: ObjectDef, id_: str) -> str:
    bound = binding(PERMISSION, ctx.actor.id)
    told = [definition.name, id_, to_stored(ctx.clock())]
    return seal(ctx.services.secret, bound, PERMISSION, told)


async def ask_owner(ctx: Ctx, sealed: str, message: str | None = None) -> None:
    """Tell the owner of a record that the actor was told of, by his bell, that he asks about it.

    Once a day and record. Raises Invalid for what `look_up` did not give the actor lately, NotFound
    when the record or its owner is gone, TooMany.
    """
    if not ctx.rights.allows(PERMISSION):
        raise Forbidden(values={"permission": PERMISSION})
    bound = binding(PERMISSION, ctx.actor.id)
    _, (name, id_, at) = unseal(ctx.services.secret, bound, sealed, "/ask")
    if from_stored(at) < ctx.clock() - VALID:
        problem = "This answer is old. Ask again whether the customer is known."
        raise Invalid(errors=[FieldProblem("/ask", "expired", problem)])
    words = "" if message is None else _message(message)
    await spend(ctx.database, f"ask_owner:{ctx.actor.id}", ctx.clock(), ASKED_QUOTAS)
    definition = ctx.registry[name]
    rows = await get_many(elevated(ctx), definition, [id_], ["owner"])
    if not rows or not rows[0]["owner"]:
        raise NotFound
    owner = rows[0]["owner"]["id"]
    users = ctx.registry["user"]
    (asker,) = await get_many(elevated(ctx), users, [ctx.actor.id], ["name"])
    words = words or translate(ctx.locale, "I was about to add this customer. May we talk?")
    day = today(ctx.timezone, ctx.clock())
    notice = Notice(
        user=owner,
        kind="asked",
        text=f"{asker['name']}: {words}",
        object=name,
        record=id_,
        dedupe=f"asked:{ctx.actor.id}:{id_}:{day}",
    )
    await ctx.database.write(lambda tx: notify(ctx, tx, [notice]))


def _message(text: str) -> str:
    bare = " ".join(text.split())
    if len(bare) > MESSAGE:
        message = "At most {limit} characters are allowed."
        raise Invalid(errors=[FieldProblem("/message", "too_long", message, {"limit": MESSAGE})])
    return bare
