"""Keys that change: sealing anew by the newest, cut off half way, and what the doctor says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fangxin.customizing.customize import SEAL_JOB
from fangxin.history.field_history import field_history
from fangxin.history.sealer import broken_seals, seal
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import Conflict, Invalid
from fangxin.kernel.sealed_text import UNREADABLE
from fangxin.kernel.sql import Statement
from fangxin.records import engine
from fangxin.records.bulk import batch
from fangxin.records.reading import find, get
from fangxin.reshaping import convert, encrypting
from fangxin.sealing import bound, seal_anew
from fangxin.sealing.examine import census, examine_seals
from fangxin.search.finding import search
from fangxin.worker import Worker
from tests import servers, typed
from tests.sealing.conftest import NEW, OLD, PIECES, SHOWN, VALUES, House

COUNT = 120
TEXTS = [f"secret {each:03} 机密" for each in range(COUNT)]


async def rotate(house: House) -> dict[str, Any]:
    """Run the job as `fangxin keys rotate` does, and return what it counted."""
    installation = house.installation
    id_ = await seal_anew.start_rotation(house.database, installation.jobs)
    # an attempt that failed would wait
    await house.run(f"UPDATE job SET run_at = created_at WHERE id = '{id_}'")
    await Worker(installation).drain()
    state = await installation.jobs.state(id_)
    assert state is not None
    assert (state.state, state.error) == ("done", None)
    return dict(state.result)


async def needed(house: House) -> dict[int, int]:
    found = await census(house.database, house.installation.services.keys)
    assert (found.unreadable, found.plain) == (0, 0)
    return dict(found.needed)


async def finding(house: House) -> Any:
    return await examine_seals(house.installation.settings, house.database)


async def half_way(house: House, monkeypatch: pytest.MonkeyPatch) -> tuple[str, dict[int, int]]:
    """Begin to seal anew, be cut off in the third slice, and return the job and what needs which
    key.
    """
    slices = 0
    step = seal_anew._step

    async def cut_off(*given: Any) -> Any:
        nonlocal slices
        slices += 1
        if slices == 3:
            message = "the power is gone"
            raise RuntimeError(message)
        return await step(*given)

    id_ = await seal_anew.start_rotation(house.database, house.installation.jobs)
    with monkeypatch.context() as patch:
        patch.setattr(seal_anew, "_step", cut_off)
        await Worker(house.installation).drain()
    return id_, await needed(house)


ASKED = {"field": "passport", "op": "in", "value": TEXTS[5:7]}


async def under_the_old_key(house: House) -> tuple[str, str]:
    """Fill a database, and return a record that was changed and one that was deleted."""
    await house.define("passport", type="text", encrypted=True, unique=True, indexed=True)
    ctx = await house.ctx()
    bodies = [{"name": f"A{i:03}", "passport": text} for i, text in enumerate(TEXTS)]
    made = (await batch(ctx, "account", create=bodies, atomic=True))["results"]
    await engine.update(ctx, "account", made[0]["id"], {"passport": "changed 机密"})
    await engine.delete(ctx, "account", made[1]["id"])
    assert await seal(house.database) > COUNT
    assert await needed(house) == {1: 2 * COUNT + 2}
    return made[0]["id"], made[1]["id"]


async def holds(house: House) -> Any:
    """See that values are found, and that none may be claimed twice under whatever key."""
    ctx = await house.ctx()
    assert len((await find(ctx, "account", filter=ASKED)).items) == 2
    with pytest.raises(Conflict):
        await engine.create(ctx, "account", {"name": "B", "passport": TEXTS[5]})
    told = await finding(house)
    assert told.good
    return told


async def test_everything_comes_under_the_new_key_though_the_job_is_cut_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, deleted = await under_the_old_key(house)
    # the log is looked through in short stretches
    monkeypatch.setattr(seal_anew, "_SPAN", 7)
    await house.reopen(f"{NEW},{OLD}")
    assert (await holds(house)).values["older"] == "1"
    await engine.create(await house.ctx(), "account", {"name": "B", "passport": "new"})
    id_, half = await half_way(house, monkeypatch)
    assert half[1] > 0
    assert half[2] > 2
    # begun anew by another process, it goes on where it was
    state = await house.installation.jobs.state(id_)
    assert state is not None
    assert state.result["counts"]["sealed"] == half[2] - 2
    await house.reopen(f"{NEW},{OLD}")
    assert (await rotate(house))["unreadable"] == 0
    assert set(await needed(house)) == {2}
    assert await broken_seals(house.database) == []
    await seal(house.database)
    assert await broken_seals(house.database) == []
    # the old key may be taken away
    await house.reopen(NEW)
    assert (await holds(house)).values["newest"] == 2
    ctx = await house.ctx()
    assert (await get(ctx, "account", changed))["passport"] == "changed 机密"
    told = await field_history(ctx, "account", changed, "passport")
    assert told["items"][0]["before"] == TEXTS[0]
    assert (await engine.restore(ctx, "account", deleted))["passport"] == TEXTS[1]
    # a line that is bent after it was rewritten is found all the same
    line = f"SELECT min(seq) FROM change WHERE record_id = '{changed}'"
    await house.run(f"UPDATE change_payload SET salt = 'x' WHERE seq = ({line})")
    assert len(await broken_seals(house.database)) == 1


async def test_what_another_rewrites_of_the_log_is_not_written_over(house: House) -> None:
    changed, _ = await under_the_old_key(house)
    await house.reopen(f"{NEW},{OLD}")
    await Worker(house.installation).drain()
    gone = f"SELECT max(seq) FROM change WHERE record_id = '{changed}'"
    erase = Statement(
        f"UPDATE change_payload SET payload = NULL WHERE seq = ({gone})", (), {}, (), ()
    )
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event = 'transactionid'"
    )
    begun = asyncio.Event()

    async def erased(tx: Tx) -> None:
        await tx.execute(erase, {})
        begun.set()
        # SQLite has one writer: nobody else is inside
        while tx.dialect == "postgresql" and not rotated.done():
            if (await house.run(waiting))[0][0]:
                return
            await asyncio.sleep(0.01)

    async def rotating() -> None:
        await begun.wait()
        await rotate(house)

    rotated = asyncio.ensure_future(rotating())
    await house.database.write(erased)
    await rotated
    left = await house.run(f"SELECT payload FROM change_payload WHERE seq = ({gone})")
    assert [tuple(row) for row in left] == [(None,)]
    assert await broken_seals(house.database) == []


async def test_without_its_key_a_value_is_unreadable_and_the_list_stays(house: House) -> None:
    await house.define("passport", type="text", encrypted=True)
    ctx = await house.ctx()
    made = await engine.create(ctx, "account", {"name": "A", "passport": TEXTS[0]})
    await house.reopen(NEW)
    ctx = await house.ctx()
    await engine.create(ctx, "account", {"name": "B", "passport": TEXTS[1]})
    rows = (await find(ctx, "account", sort="name", fields=["passport"])).items
    assert [each["passport"] for each in rows] == [UNREADABLE, TEXTS[1]]
    told = await finding(house)
    assert not told.good
    assert told.values["first"] == f"account {made['id']}"
    assert (await rotate(house))["unreadable"] > 0
    await house.installation.stop()
    both = {"encryption_keys": f"{NEW},{OLD}"}
    environment = servers.environment(house.url, house.folder, **both) | {"LANG": "C"}
    told = typed.run(["keys", "rotate"], house.folder, environment)
    assert "2 values were sealed anew, 0 do not open." in told.stdout, told.stderr
    assert "Key 2 seals, and 4 values need it." in told.stdout
    assert "Key 1: nothing needs it, it may be taken away." in told.stdout
    await house.open(NEW)
    assert (await get(await house.ctx(), "account", made["id"]))["passport"] == TEXTS[0]


async def change(house: House, field: dict[str, Any], wanted: dict[str, Any]) -> Any:
    """Change a custom field as the API does."""
    ctx = await house.ctx()
    definition = ctx.registry["account"]
    own = definition.fields[field["key"]]
    done = await encrypting.update_field(ctx, field["id"], wanted, definition, own)
    await house.installation.refresh_registry()
    return done


async def plain(house: House) -> tuple[list[dict[str, Any]], str]:
    """Make two fields that hold plain text in a record, its log and the index of unique values."""
    rows = [
        await house.define("passport", type="text", unique=True, indexed=True, searchable=True),
        await house.define("secret_mail", type="email"),
    ]
    ctx = await house.ctx()
    body = {key: VALUES[key] for key in ("passport", "secret_mail")}
    made = await engine.create(ctx, "account", {"name": "A", **body})
    await engine.update(ctx, "account", made["id"], {"passport": "second whisperwort"})
    await seal(house.database)
    await Worker(house.installation).drain()
    assert len(await house.found(PIECES)) > 3
    return rows, made["id"]


async def filtered_meanwhile(ctx: Any, plain_id: str) -> None:
    """See that filters are right while one account is plain ("A"), one sealed and one empty."""
    await engine.create(ctx, "contact", {"name": "Ann", "account": plain_id})
    await engine.create(ctx, "account", {"name": "E"})

    async def met(key: str, op: str, *value: Any) -> list[str]:
        tree = {"field": key, "op": op} | ({"value": value[0]} if value else {})
        return [row["name"] for row in (await find(ctx, "account", filter=tree, sort="name")).items]

    for key, mine, sealed in (
        ("passport", "second whisperwort", ["C"]),
        ("secret_mail", SHOWN["secret_mail"], []),
    ):
        assert await met(key, "is", mine) == ["A"], key
        assert await met(key, "in", [mine, "third"]) == ["A", *sealed], key
        assert await met(key, "is_not", mine) == ["C", "E"], key
        assert await met(key, "not_empty") == await met(key, "is_not", "") == ["A", *sealed], key
        assert await met(key, "is", "") == await met(key, "in", [""]) == [], key
        assert await met(key, "empty") == sorted({"C", "E"} - {*sealed}), key
    asked = {"field": "account.secret_mail", "op": "is_not", "value": SHOWN["secret_mail"]}
    assert not (await find(ctx, "contact", filter=asked)).items
    fields = ["account.passport", "account.secret_mail"]
    [ann] = (await find(ctx, "contact", fields=fields)).items
    assert ann["account"]["passport"] == "second whisperwort"
    assert ann["account"]["secret_mail"] == SHOWN["secret_mail"]


TWIN = {"name": "B", "passport": "Second Whisperwort"}


async def lies_plain(house: House, stale: Any, id_: str, other: str) -> None:
    """See what holds before the job comes: of a record, and of one that is written meanwhile."""
    # what is not encrypted yet is shown, and its value is claimed already
    ctx = await house.ctx()
    assert (await get(ctx, "account", id_))["passport"] == "second whisperwort"
    with pytest.raises(Conflict):
        await engine.create(ctx, "account", TWIN)
    # what is not, stays when something else of its record is written
    await house.define("memo", type="text")
    ctx = await house.ctx()
    await engine.update(ctx, "account", id_, {"memo": "read"})
    seen = await get(ctx, "account", id_)
    assert (seen["passport"], seen["memo"]) == ("second whisperwort", "read")
    # who does not know yet is shown the text that was written since, and saves no other
    await engine.update(ctx, "account", other, {"passport": "third"})
    await filtered_meanwhile(ctx, id_)
    await engine.update(ctx, "account", other, {"secret_mail": "a@b.cn"})
    shown = await get(stale, "account", other)
    assert (shown["passport"], shown["secret_mail"]) == ("third", "a@b.cn")


async def test_a_field_that_holds_values_is_encrypted_and_given_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # however slow the machine is
    monkeypatch.setattr(bound, "OPEN_SECONDS", 60.0)
    rows, id_ = await plain(house)
    assert await search(await house.ctx(), "whisperwort")
    other = await engine.create(
        await house.ctx(), "account", {"name": "C", "passport": "foxglovian"}
    )
    stale = await house.ctx()
    for field in rows:
        wanted = {"encrypted": True, "searchable": False}
        assert (await change(house, field, wanted))["encrypted"] is True
    await lies_plain(house, stale, id_, other["id"])
    await Worker(house.installation).drain()
    assert await broken_seals(house.database) == []
    ctx = await house.ctx()
    [last, *_] = (await field_history(ctx, "account", id_, "passport"))["items"]
    assert (last["before"], last["after"]) == (SHOWN["passport"], "second whisperwort")
    with pytest.raises(Conflict):
        await engine.create(ctx, "account", TWIN)
    assert not any([await search(ctx, word) for word in ("whisperwort", "foxglovian")])
    await house.installation.stop()
    await house.open()
    assert await house.found(PIECES) == []
    with pytest.raises(Invalid) as refused:
        await change(house, rows[0], {"encrypted": False})
    assert refused.value.errors[0].pointer == "/encrypted"
    # back by another type: the same one without encryption
    body = {"type": "text", "unique": True, "encrypted": False}
    await convert.convert(await house.ctx(), str(rows[0]["id"]), body)
    await Worker(house.installation).drain()
    asked = {"field": "passport", "op": "contains", "value": "wort"}
    [seen] = (await find(await house.ctx(), "account", filter=asked)).items
    assert seen["secret_mail"] == SHOWN["secret_mail"]


async def test_what_reads_a_text_keeps_it_from_being_encrypted(house: House) -> None:
    row = await house.define("passport", type="text")
    await house.define("twice", type="formula", formula="passport")
    ctx = await house.ctx()
    definition = ctx.registry["account"]
    with pytest.raises(Invalid) as refused:
        await encrypting.update_field(
            ctx, row["id"], {"encrypted": True}, definition, definition.fields["passport"]
        )
    assert refused.value.errors[0].pointer == "/encrypted"
    mail = await house.define("secret_mail", type="email")
    condition = {"field": "secret_mail", "op": "contains", "value": "@rival.cn"}
    rule = {"name": "Rivals", "of_object": "account", "kind": "validation", "condition": condition}
    await engine.create(await house.ctx(), "rule", {**rule, "messages": {"en": "No."}})
    await house.installation.refresh_registry()
    with pytest.raises(Conflict, match="Rules use this field"):
        await change(house, mail, {"encrypted": True})
    for rule in (await find(ctx, "rule")).items:
        await engine.delete(await house.ctx(), "rule", rule["id"])
    lent = {"name": "All but one", "applies_to": "account", "condition": {"any": [{**condition}]}}
    lent["condition"]["any"][0] |= {"op": "is_not", "value": "a@rival.cn"}
    holders = [{"object": "user", "id": ctx.actor.id}]
    await engine.create(await house.ctx(), "sharing_rule", {**lent, "holders": holders})
    with pytest.raises(Conflict) as in_use:
        await change(house, mail, {"encrypted": True})
    assert (in_use.value.code, in_use.value.values) == ("in_use", {"rules": "All but one"})
    assert not (await house.ctx()).registry["account"].fields["secret_mail"].encrypted
    assert not (await house.run(f"SELECT kind FROM job WHERE kind = '{SEAL_JOB}'"))
