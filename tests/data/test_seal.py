"""Whoever bends, drops or slips in a line of the log is found by the doctor, and named."""

from __future__ import annotations

from typing import Any

import pytest

from fangxin.access.contexts import system_context
from fangxin.data.doctor import examine
from fangxin.history.sealer import START, broken_seals, seal, sealed_until
from fangxin.kernel.sql import Statement
from fangxin.records import engine

BENT = {
    "value": "UPDATE change_payload SET payload = CAST('{}' AS {json}) WHERE seq = {seq}",
    "verb": "UPDATE change SET verb = 'delete' WHERE seq = {seq}",
    "source": "UPDATE change SET source = 'import' WHERE seq = {seq}",
    "version": "UPDATE change SET version = 9 WHERE seq = {seq}",
    "actor": "UPDATE change SET actor_id = record_id WHERE seq = {seq}",
    "moment": "UPDATE change SET at = (SELECT max(at) FROM change) WHERE seq = {seq}",
}
COLUMNS = "at, xid, epoch, change_set_id, actor_id, source, object, record_id, verb, version"
SLIPPED = f"INSERT INTO change (seq, {COLUMNS}) SELECT 0, {COLUMNS} FROM change WHERE seq = {{seq}}"


class Log:
    """The log of one account that was changed twice, sealed."""

    def __init__(self, installation: Any) -> None:
        self.installation = installation
        self.database = installation.database
        self.id = ""

    async def begin(self) -> Log:
        ctx = await system_context(self.installation)
        self.id = (await engine.create(ctx, "account", {"name": "Quartzite"}))["id"]
        for name in ("Quartz", "Quarry"):
            await engine.update(ctx, "account", self.id, {"name": name})
        assert await seal(self.database) >= 3
        return self

    async def run(self, text: str) -> None:
        json = "jsonb" if self.database.dialect == "postgresql" else "text"
        plain = text.replace("{json}", json).replace("{seq}", str(await self.middle()))
        await self.database.write(lambda tx: tx.execute(Statement(plain, (), {}, (), ()), {}))

    async def middle(self) -> int:
        wanted = "SELECT seq FROM change WHERE verb = 'update' ORDER BY seq LIMIT 1"
        rows = await self.database.read(Statement(wanted, (), {}, (), ()), {})
        return int(rows[0][0])

    async def doctor(self) -> Any:
        found = await examine(self.installation.settings, self.database)
        return next(each for each in found if each.subject == "Change log")


@pytest.mark.parametrize("what", BENT)
async def test_a_bent_line_is_found_and_named(installation, what):
    log = await Log(installation).begin()
    assert (await log.doctor()).good
    seq = await log.middle()
    await log.run(BENT[what])
    (fault,) = await broken_seals(log.database)
    assert (fault.seq, fault.object, fault.record) == (seq, "account", log.id)
    finding = await log.doctor()
    assert not finding.good
    assert finding.values["place"] == f"account {log.id}"


async def test_a_line_dropped_or_slipped_in_is_found(installation):
    log = await Log(installation).begin()
    count, link = await sealed_until(log.database)
    seq = await log.middle()
    await log.run(SLIPPED)
    (slipped,) = await broken_seals(log.database)
    assert (slipped.seq, slipped.record) == (0, log.id)
    await log.run("DELETE FROM change WHERE seq = 0")
    # erased for a person's sake, what it held is gone, and the chain holds
    await log.run("UPDATE change_payload SET payload = NULL WHERE seq = {seq}")
    assert await broken_seals(log.database) == []
    assert await sealed_until(log.database) == (count, link) != (0, START)
    await log.run("DELETE FROM change WHERE seq = {seq}")
    assert [(each.seq, each.record) for each in await broken_seals(log.database)] == [(seq, None)]
    await log.database.write(
        lambda tx: tx.execute(
            Statement(f"DELETE FROM change_seal WHERE seq = {seq}", (), {}, (), ()),
            {},
        )
    )
    assert any("missing" in each.fault for each in await broken_seals(log.database))
