"""A worker whose lost jobs are soon taken over, for tests that kill it: `import_worker.py`."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

from fangxin.app import build_installation
from fangxin.kernel.settings import read_settings
from fangxin.transfer import drafting, importing
from fangxin.worker import Worker

# small slices, so that a short import can be killed many times amid its work
importing.SLICE = 100
# and each reads its file by a process of its own
drafting.LONG = 1


async def main() -> None:
    installation = build_installation(read_settings(os.environ))
    await installation.start()
    await Worker(installation, lease=timedelta(seconds=1)).run()


asyncio.run(main())
