"""An encrypted field of a declared class: its columns, its duplicate keys, its plain past."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped

from fangxin.kernel.errors import Conflict
from fangxin.kernel.sql import metadata
from fangxin.objects.declare import Base, ObjectFacts, Record, phone, text
from fangxin.records import engine
from fangxin.records.reading import find, get
from tests.sealing.conftest import NEW, OLD, House
from tests.sealing.test_keys import finding, needed, rotate

SECRET = ("3955501234", "账户")


@pytest.fixture
async def vault(house: House) -> AsyncIterator[House]:
    """An installation with one object more."""

    class Vault(Record):
        __tablename__ = "vault"
        object = ObjectFacts(path="vaults", label="Vault", label_plural="Vaults")
        mobile: Mapped[str | None] = phone("Mobile", encrypted=True, duplicate_key=True)
        bank: Mapped[str | None] = text("Bank", encrypted=True, unique=True)

    table = Vault.__table__
    assert isinstance(table, sa.Table)
    dialect = (postgresql if house.database.dialect == "postgresql" else sqlite).dialect()
    await house.run(str(sa.schema.CreateTable(table).compile(dialect=dialect)))
    house.parts.records.append(Vault)
    await house.reopen(OLD)
    yield house
    metadata.remove(table)
    Base.registry._dispose_cls(Vault)


async def test_declared_fields_are_encrypted_alike(vault: House) -> None:
    ctx = await vault.ctx()
    body = {"name": "A", "mobile": "13955501234", "bank": "账户 62220210"}
    made = await engine.create(ctx, "vault", body)
    assert made["mobile"] == "+8613955501234"
    [row] = await vault.run("SELECT mobile, mobile_sealed, bank, bank_sealed FROM vault")
    assert row[1].startswith("sealed:")
    assert await vault.found(SECRET) == []
    with pytest.raises(Conflict) as alike:
        await engine.create(ctx, "vault", {"name": "B", "mobile": "139 5550 1234"})
    assert alike.value.extra["duplicates"][0]["matched_on"] == ["mobile"]
    with pytest.raises(Conflict):
        await engine.create(ctx, "vault", {"name": "B", "bank": "账户 62220210"})
    asked: dict[str, Any] = {"field": "mobile", "op": "is", "value": "13955501234"}
    assert len((await find(ctx, "vault", filter=asked)).items) == 1
    # a row from before the field was declared encrypted
    await vault.run("UPDATE vault SET bank = 'plain 账户', bank_sealed = NULL")
    assert (await get(ctx, "vault", made["id"]))["bank"] == "plain 账户"
    assert not (await finding(vault)).good
    await vault.reopen(f"{NEW},{OLD}")
    assert (await rotate(vault))["sealed"] == 4
    assert set(await needed(vault)) == {2}
    await vault.reopen(NEW)
    assert await vault.found(SECRET) == []
    ctx = await vault.ctx()
    seen = await get(ctx, "vault", made["id"])
    assert (seen["bank"], seen["mobile"]) == ("plain 账户", "+8613955501234")
    assert len((await find(ctx, "vault", filter=asked)).items) == 1
