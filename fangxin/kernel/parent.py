"""A process that ends with the one that started it: who ends that by kill -9 leaves no other behind
that goes on working, and answers at its port.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from typing import Final

# for what is being done to come to its end; then the process ends in any case
GRACE_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 1.0


def end_with_parent() -> None:
    """Have this process stop as by SIGTERM once its parent is gone, however that went; nothing in a
    process that `multiprocessing` did not start.

    The parent's end of a pipe is closed with it, on every system. A forked process may hold that
    end too, so that it also looks whose child it is.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        while os.getppid() == parent.pid and parent.is_alive():
            parent.join(LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="end_with_parent", daemon=True).start()
