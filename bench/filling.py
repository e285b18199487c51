"""Fill a database with demonstration data of any number of companies: `python -m bench.filling N`.

The database is that of the environment; an empty one is laid first.
"""

from __future__ import annotations

import asyncio
import os
import sys

from bench.servers import PASSWORD
from fangxin.cli import prepare, started
from fangxin.demo.make import make_demo
from fangxin.kernel.settings import read_settings


async def fill(companies: int) -> None:
    """Lay the database and fill it."""
    settings = read_settings(os.environ)
    await prepare(settings)
    async with started(settings) as installation:
        await make_demo(installation, "medium", PASSWORD, companies=companies)


if __name__ == "__main__":
    asyncio.run(fill(int(sys.argv[1])))
