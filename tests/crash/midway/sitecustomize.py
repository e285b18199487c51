"""Lies on the path of a server under test: it dies in the middle of a transaction.

The file that HALT_FILE names arms it and holds a number: at that statement of the next request with
a key, or of the next file of settings, the process takes the file away and kills its whole process
group; 0 stands for the moment before COMMIT. The product knows nothing of this.
"""

from __future__ import annotations

import functools
import os
import signal
from pathlib import Path

from fangxin.kernel.postgres import PostgresDatabase
from fangxin.kernel.sqlite import SqliteDatabase

ARMED = Path(os.environ["HALT_FILE"])
# the unit of a request with a key, and that of a file of settings
KEYED = {"keyed.<locals>.with_key", "apply.<locals>.unit"}
COUNTED = ("fetch", "fetch_one", "execute", "execute_many", "later")


def die():
    """Take the file away and kill the process group."""
    ARMED.unlink()
    os.killpg(0, signal.SIGKILL)


class Dying:
    """A transaction whose statements are counted; it dies at one of them."""

    def __init__(self, tx, last):
        self.tx, self.last, self.count = tx, last, 0

    def __getattr__(self, name):
        found = getattr(self.tx, name)
        if name not in COUNTED:
            return found

        async def counted(*arguments):
            self.count += 1
            if self.count == self.last:
                die()
            return await found(*arguments)

        return counted


def armed():
    """Return the number of the statement at which to die, None where that is not asked for."""
    return int(ARMED.read_text()) if ARMED.exists() else None


def dying(write):
    """Return `write` of a database whose keyed units die where that is asked for."""

    @functools.wraps(write)
    async def halted(self, unit):
        last = armed() if unit.__qualname__ in KEYED else None
        if last is None:
            return await write(self, unit)

        async def doomed(tx):
            result = await unit(Dying(tx, last))
            if last == 0:
                die()
            return result

        return await write(self, doomed)

    return halted


for kind in (PostgresDatabase, SqliteDatabase):
    kind.write = dying(kind.write)
