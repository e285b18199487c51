"""Every object × every role on both databases: what one may write is written, can be undone, and
what is refused changes nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from fangxin.fields.many import target_of
from fangxin.history.change_sets import change_sets
from fangxin.history.recycle import recycle_bin
from fangxin.history.undo import undo
from fangxin.kernel.errors import FangxinError
from fangxin.records import bulk, engine, reading
from fangxin.transfer import exporting, pasting
from fangxin.transfer.importing import import_file
from fangxin.transfer.orders import Order
from tests.contract.oracle import Oracle
from tests.contract.questions import refusal
from tests.contract.seeds import MADE, READERS, Row, id_of
from tests.contract.world import World, wire

EVERY = pytest.mark.parametrize("object_", MADE)
# the log tells of a change and of its undoing
LOG = ("change", "change_set", "change_payload", "counter", "search_index", "search_row")
STAMPS = frozenset({"version", "updated_at", "updated_by"})


def title(world: World, object_: str) -> str:
    return str(world.registry[object_].facts.title)


def plain(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in wire(record).items() if key not in STAMPS}


def outcome(oracle: Oracle, person: str, action: str, row: Row) -> int:
    """The status of doing `action` to a row: 0 for done."""
    grants = [oracle.grant(person, row.object, verb) for verb in ("read", action)]
    if "none" in grants:
        return 403
    if row.deleted or not oracle.may(person, "read", row):
        return 404
    if not (oracle.within(person, action, row) or oracle.shared(person, action, row)):
        return 403
    return 409 if action == "delete" and oracle.kept(row) else 0


async def take_back(world: World) -> None:
    """Undo the latest change set as the administrator."""
    root = world.reader("root")
    latest = (await change_sets(root, limit=1))["items"][0]
    report = await undo(root, latest["id"])
    assert report["conflicts"] == []
    assert report["undone"] == latest["count"]


@EVERY
@pytest.mark.parametrize("action", ["update", "delete"])
async def test_one_writes_what_the_grant_holds_and_nothing_else(writable, object_, action):
    for person in READERS:
        for world in writable:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            body = {title(world, object_): "renamed"}

            def write(row: Row, ctx: Any = ctx, body: Any = body) -> Any:
                if action == "delete":
                    return engine.delete(ctx, object_, row.id)
                return engine.update(ctx, object_, row.id, body)

            expected = {row.id: outcome(oracle, person, action, row) for row in world.rows[object_]}
            before = await world.digest()
            for row in world.rows[object_]:
                if expected[row.id]:
                    status, _ = await refusal(write(row), person, row)
                    assert status == expected[row.id], (person, row)
            assert await world.digest() == before
            allowed = [row for row in world.rows[object_] if not expected[row.id]]
            for row in allowed[:3]:
                await _write_and_undo(world, write, action, row)


async def _write_and_undo(world: World, write: Any, action: str, row: Row) -> None:
    root = world.reader("root")
    before = await reading.get(root, row.object, row.id)
    await write(row)
    if action == "delete":
        assert (await refusal(reading.get(root, row.object, row.id)))[0] == 404
        deleted = await recycle_bin(root, object=row.object, limit=100)
        assert row.id in {each["id"] for each in deleted["items"]}
    else:
        assert (await reading.get(root, row.object, row.id))["name"] == "renamed"
    await take_back(world)
    after = await reading.get(root, row.object, row.id)
    assert plain(after) == plain(before)
    assert after["version"] == before["version"] + 2


def signed(oracle: Oracle, person: str) -> str | None:
    """A contract of what the person sees that may be ordered from, planned and paid."""
    rows = oracle.visible(person, "contract")
    return next((row.id for row in rows if row.values["state"] == "signed"), None)


def new_body(world: World, object_: str) -> dict[str, Any]:
    """What one must give to make a record."""
    definition = world.registry[object_]
    given = {key: f for key, f in definition.fields.items() if f.required and not f.system}
    first = world.rows[object_][0].values
    body = {key: first[key] for key in given if key in first and given[key].default is None}
    body.pop("name", None)
    return {**body, title(world, object_): f"fresh {object_}"}


@EVERY
async def test_one_creates_with_the_grant_and_undo_leaves_no_trace(writable, object_):
    for person in READERS:
        for world in writable:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            body = new_body(world, object_)
            if "contract" in body:
                body["contract"] = signed(oracle, person)
                if body["contract"] is None:
                    continue
            # the sums of the contract move there and back, which counts as versions
            silent = LOG if object_ != "payment_plan" else (*LOG, "contract", "payment_plan")
            if "none" in [oracle.grant(person, object_, verb) for verb in ("read", "create")]:
                before = await world.digest()
                assert await refusal(engine.create(ctx, object_, body)) == (403, "forbidden")
                assert await world.digest() == before
                continue
            if object_ == "file":
                # files are made by uploads alone
                assert (await refusal(engine.create(ctx, object_, body)))[0] == 422
                continue
            if object_ == "payment":
                continue  # never undone: tests/modules/test_money.py
            data = await world.digest(skip=silent)
            made = wire(await engine.create(ctx, object_, body))
            assert made["name"] == f"fresh {object_}"
            assert made["version"] == 1
            if not world.registry[object_].facts.open_to_all and "owner" in made:
                assert oracle.sight(person, object_, "owner") == "masked" or (
                    made["owner"]["id"] == id_of("user", person)
                )
            assert (await reading.get(ctx, object_, made["id"]))["id"] == made["id"]
            await take_back(world)
            assert await world.digest(skip=silent) == data, (person, object_)


@EVERY
async def test_closed_fields_are_refused_by_name(writable, object_):
    for person in READERS:
        for world in writable:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            rows = [r for r in world.rows[object_] if not outcome(oracle, person, "update", r)]
            if not rows:
                continue
            before = await world.digest()
            for key, field in world.registry[object_].fields.items():
                sight = oracle.sight(person, object_, key)
                edit = oracle.rule(person, object_, key)["edit"]
                value = world.rows[object_][1].values.get(key)
                if sight == "none" or field.read_only:
                    wanted = (422, "invalid")
                elif sight == "masked" or not edit:
                    wanted = (403, "field_forbidden")
                else:
                    continue
                if key == "version":
                    continue  # in a body it says which state one has seen
                with pytest.raises(FangxinError) as caught:
                    await engine.update(ctx, object_, rows[0].id, {key: value})
                assert (caught.value.status, caught.value.code) == wanted, (person, key)
                (problem,) = caught.value.errors
                assert problem.pointer == f"/{key}"
                hidden = "unknown_field" if sight == "none" else "read_only"
                assert problem.code == (hidden if wanted[0] == 422 else "not_editable")
            assert await world.digest() == before


@pytest.mark.parametrize("object_", ["account", "contact", "opportunity", "project", "file"])
async def test_a_record_cannot_leave_what_one_may_work_on(writable, object_):
    for person in READERS[1:]:
        for world in writable:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            rows = [r for r in world.rows[object_] if not outcome(oracle, person, "update", r)]
            if not rows or oracle.sight(person, object_, "owner") != "full":
                continue
            body = {"owner": id_of("user", "zhao"), "department": id_of("department", "hq")}
            moved = Row(object_, rows[0].id, {**rows[0].values, **body})
            if oracle.within(person, "update", moved):
                continue
            before = await world.digest()
            refused = await refusal(engine.update(ctx, object_, rows[0].id, body), person)
            assert refused == (403, "out_of_scope")
            for row in rows:
                if oracle.within(person, "update", row):
                    continue
                # what is lent to him he cannot make his own
                mine = engine.update(ctx, object_, row.id, {"owner": id_of("user", person)})
                assert await refusal(mine, person, row) == (403, "out_of_scope")
            assert await world.digest() == before


async def test_a_link_to_what_one_may_not_see_is_unknown(writable):
    for world in writable:
        oracle, ctx = Oracle(world.rows), world.reader("lin")
        mine = next(r for r in world.rows["contact"] if not outcome(oracle, "lin", "update", r))
        # what stands there already needs no right
        hidden = next(
            r
            for r in world.rows["account"]
            if not oracle.may("lin", "read", r) and r.id != mine.values["account"]
        )
        gone = next(r for r in world.rows["account"] if r.deleted)
        before = await world.digest()
        for target in (hidden.id, gone.id, id_of("account", "none")):
            for key, value in (
                ("account", target),
                ("x_record", {"object": "account", "id": target}),
            ):
                with pytest.raises(FangxinError) as caught:
                    await engine.update(ctx, "contact", mine.id, {key: value})
                assert caught.value.status == 422
                assert [(e.pointer, e.code) for e in caught.value.errors] == [
                    (f"/{key}", "unknown_link")
                ]
        assert await world.digest() == before


@EVERY
async def test_a_stale_version_is_refused_with_the_present_record(writable, object_):
    for world in writable:
        root, row = world.reader("root"), world.rows[object_][0]
        current = await reading.get(root, object_, row.id)
        before = await world.digest()
        with pytest.raises(FangxinError) as caught:
            await engine.update(
                root, object_, row.id, {title(world, object_): "x"}, version=current["version"] - 1
            )
        assert (caught.value.status, caught.value.code) == (409, "stale")
        assert wire(caught.value.extra["current"]) == wire(current)
        assert (await refusal(engine.delete(root, object_, row.id, version=99)))[1] == "stale"
        assert await world.digest() == before
        same = await engine.update(
            root, object_, row.id, {title(world, object_): row.values[title(world, object_)]}
        )
        assert same["version"] == current["version"]
        assert await world.digest() == before


@EVERY
async def test_a_batch_of_all_or_nothing_does_nothing(writable, object_):
    for world in writable:
        root, rows = world.reader("root"), world.rows[object_]
        key = title(world, object_)
        before = await world.digest(skip=("counter",))
        with pytest.raises(FangxinError) as caught:
            await bulk.batch(
                root,
                object_,
                create=[new_body(world, object_)],
                update=[{"id": rows[0].id, key: "x"}, {"id": id_of(object_, "none"), key: "y"}],
                delete=[rows[1].id],
                atomic=True,
            )
        assert caught.value.status == (422 if object_ == "file" else 404)
        assert caught.value.extra["index"] == (0 if object_ == "file" else 1)
        assert await world.digest(skip=("counter",)) == before


@EVERY
async def test_bulk_touches_only_what_the_scope_holds(writable, object_):
    for person in READERS:
        for world in writable:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            selection = bulk.Selection(ids=[row.id for row in world.rows[object_]])
            body = {title(world, object_): "all alike"}
            grants = [oracle.grant(person, object_, verb) for verb in ("read", "bulk", "update")]
            if "none" in grants:
                before = await world.digest()
                refused = await refusal(bulk.bulk(ctx, object_, selection, body=body))
                assert refused == (403, "forbidden")
                assert await world.digest() == before
                continue
            report = await bulk.bulk(ctx, object_, selection, body=body)
            expected = {r.id: outcome(oracle, person, "update", r) for r in world.rows[object_]}
            assert report["changed"] == list(expected.values()).count(0), (person, object_)
            skipped = {each["id"] for each in report["skipped"]}
            assert skipped == {id_ for id_, status in expected.items() if status}
            await take_back(world)


@EVERY
async def test_a_block_of_cells_reaches_only_what_the_scope_holds(writable, object_):
    for person in READERS:
        for world in writable:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            expected = {r.id: outcome(oracle, person, "update", r) for r in world.rows[object_]}
            keys = [title(world, object_)]
            block = [{"id": id_, "texts": ["pasted"]} for id_ in expected]
            closed = [each for each in block if expected[each["id"]]]
            before = await world.digest()
            if "none" in [oracle.grant(person, object_, verb) for verb in ("read", "update")]:
                refused = await refusal(pasting.paste(ctx, object_, keys, block))
                assert refused == (403, "forbidden")
                assert await world.digest() == before
                continue
            done = await pasting.paste(ctx, object_, keys, closed)
            told = {id_: fault.code for _, id_, fault in done["refused"]}
            codes = {404: "not_found", 403: "forbidden"}
            assert told == {each["id"]: codes[expected[each["id"]]] for each in closed}, person
            assert (done["cells"], done["records"], done["change_set"]) == (0, [], None)
            assert await world.digest() == before
            done = await pasting.paste(ctx, object_, keys, block)
            written = {each["id"]: each for each in wire(done["records"])}
            assert set(written) == {id_ for id_, status in expected.items() if not status}, person
            assert {id_ for _, id_, _ in done["refused"]} == set(expected) - set(written)
            for id_, record in written.items():
                assert record == wire(await reading.get(ctx, object_, id_))
            if written:
                await take_back(world)


@EVERY
async def test_closed_cells_are_refused_by_name(writable, object_):
    for person in READERS:
        for world in writable:
            oracle, ctx = Oracle(world.rows), world.reader(person)
            rows = [r for r in world.rows[object_] if not outcome(oracle, person, "update", r)]
            if not rows:
                continue
            closed = [
                key
                for key, field in world.registry[object_].fields.items()
                if field.read_only
                or oracle.sight(person, object_, key) != "full"
                or not oracle.rule(person, object_, key)["edit"]
            ]
            before = await world.digest()
            for text in ("", "1"):
                row = {"id": rows[0].id, "texts": [text] * len(closed)}
                done = await pasting.paste(ctx, object_, closed, [row])
                told = {fault.pointer for _, _, fault in done["refused"]}
                assert told == {f"/{key}" for key in closed}, (person, text)
                assert (done["cells"], done["records"]) == (0, [])
            assert await world.digest() == before


@EVERY
async def test_what_is_exported_comes_back_unchanged(writable, object_, tmp_path):
    for world in writable:
        root, definition = world.reader("root"), world.registry[object_]
        keys = [
            key
            for key, field in definition.fields.items()
            if not field.read_only and not field.type.references
        ]
        path = tmp_path / f"{world.kind}.csv"
        await exporting.export_file(root, path, {"object": object_, "fields": ["id", *keys]})
        columns = {
            column.title: ".".join([column.field.key, *([column.part] if column.part else [])])
            for column in exporting.columns_of(root, object_, {"fields": ["id", *keys]})
        }
        done = await import_file(
            root, path, Order(object_, map={"match": "id", "columns": columns})
        )
        live = [row for row in world.rows[object_] if not row.deleted]
        lost = [row for row in live if _points_into_the_bin(world, row)]
        counts = {key: done[key] for key in ("failed", "unchanged", "created", "updated")}
        unchanged = len(live) - len(lost)
        wanted = {"failed": len(lost), "unchanged": unchanged, "created": 0, "updated": 0}
        assert counts == wanted, done["errors"]


def _points_into_the_bin(world: World, row: Row) -> bool:
    """Whether a link of the row leads to a deleted record, which no import can name."""
    gone = {each.id for rows in world.rows.values() for each in rows if each.deleted}
    links = world.registry[row.object].fields.values()
    led = [row.values.get(link.key) for link in links if target_of(link) and not link.read_only]
    return any(set(each if isinstance(each, list) else [each]) & gone for each in led)
