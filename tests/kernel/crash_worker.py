"""A real worker in a process of its own, to kill: crash_worker.py DATABASE_URL EFFECTS_FILE."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from fangxin.app import Parts
from fangxin.kernel.db import Tx, open_database
from fangxin.kernel.jobs import Jobs
from fangxin.kernel.leases import Run
from fangxin.kernel.sql import Statement
from fangxin.worker import Worker

STEPS = 20
LEASE = timedelta(seconds=1)


def ledger_insert(dialect: str) -> Statement:
    marks = "?, ?" if dialect == "sqlite" else "$1, $2"
    return Statement(f"INSERT INTO ledger VALUES ({marks})", ("job_id", "step"), {}, (), ())


class Host:
    """As much of an installation as a worker needs."""

    def __init__(self, url: str, effects: Path) -> None:
        self.database = open_database(url)
        self.jobs = Jobs(self.database)
        self.parts = Parts([], {"count": self.count, "send": self.send}, [])
        self.effects = effects
        self.insert = ledger_insert(self.database.dialect)

    async def count(self, _host: Any, run: Run) -> dict[str, int]:
        """Write STEPS rows, each in one transaction with the note that it is written."""
        for step in range((run.saved or {"step": 0})["step"], STEPS):

            async def unit(tx: Tx, step: int = step) -> None:
                await tx.execute(self.insert, {"job_id": run.id, "step": step})
                await run.save(tx, progress=(step + 1) / STEPS, result={"step": step + 1})

            await self.database.write(unit)
            await asyncio.sleep(0.005)
        return {"steps": STEPS}

    async def send(self, _host: Any, run: Run) -> None:
        """Have an effect outside the database, marked when it may be a repetition."""
        repeated = await run.effect()
        line = f"{run.id} {'repeated' if repeated else 'first'}\n"
        handle = os.open(self.effects, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, line.encode())
        os.close(handle)
        await asyncio.sleep(0.05)


async def main() -> None:
    host = Host(sys.argv[1], Path(sys.argv[2]))
    await host.database.start()
    await Worker(host, lease=LEASE).run()  # type: ignore[arg-type]


if __name__ == "__main__":
    asyncio.run(main())
