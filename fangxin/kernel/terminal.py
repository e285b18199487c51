"""Speaking to the person at the terminal."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from typing import Any

from fangxin.kernel.i18n import DEFAULT_LOCALE, choose_locale, translate


def language() -> str:
    """Return the language of the terminal's user."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return choose_locale(value.partition(".")[0].replace("_", "-"))
    return DEFAULT_LOCALE


def say(msgid: str, **values: Any) -> None:
    """Print a sentence in the user's language."""
    print(translate(language(), msgid, values), flush=True)  # noqa: T201 - a command's answer


def is_unread() -> bool:
    """Tell whether the reader of our output has gone (`fangxin … | head`). If so, what is left goes
    nowhere, and nothing is said of that either.
    """
    with suppress(OSError, ValueError):
        watched = select.poll()
        watched.register(sys.stdout.fileno(), 0)
        if any(event & select.POLLERR for _, event in watched.poll(0)):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return True
    return False
