"""Lies on the path of a server under test: it dies between a COMMIT and the reply to it.

The file that HALT_FILE names arms it; the server takes the file away, leaves beside it what the
commit returned, and kills its whole process group. The product knows nothing of this.
"""

from __future__ import annotations

import functools
import os
import signal
from pathlib import Path

import msgspec

from fangxin.kernel.postgres import PostgresDatabase
from fangxin.kernel.sqlite import SqliteDatabase

ARMED = Path(os.environ["HALT_FILE"])
# the last unit of a request with a key: its own one, or the one that keeps the answer
LAST = {"keyed.<locals>.with_key", "settle.<locals>.unit"}


def armed():
    """Tell whether the next commit is to be the last."""
    return ARMED.exists()


def die(result):
    """Leave the result beside the file, take the file away and kill the process group."""
    ARMED.with_suffix(".told").write_bytes(msgspec.json.encode(result))
    ARMED.unlink()
    os.killpg(0, signal.SIGKILL)


def dying(write):
    """Return `write` of a database, followed by death where that is asked for."""

    @functools.wraps(write)
    async def halted(self, unit):
        result = await write(self, unit)
        if unit.__qualname__ in LAST and armed():
            die(result)
        return result

    return halted


for kind in (PostgresDatabase, SqliteDatabase):
    kind.write = dying(kind.write)
