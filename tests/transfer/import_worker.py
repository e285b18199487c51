"""A worker whose lost jobs are soon taken over, for tests that kill it: `import_worker.py`."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

from fangxin.app import build_installation
from fangxin.kernel.settings import read_settings
from fangxin.worker import Worker


async def main() -> None:
    installation = build_installation(read_settings(os.environ))
    await installation.start()
    await Worker(installation, lease=timedelta(seconds=1)).run()


asyncio.run(main())
