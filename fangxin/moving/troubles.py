"""What can go wrong in moving, as one line for the person at the terminal."""

from __future__ import annotations

import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from fangxin.kernel.errors import Conflict


class Refused(Conflict):
    """Nothing was changed: the text says why, and the way out."""

    code = "refused"
    detail = "This cannot be done."


def refused(message: str, **values: Any) -> Refused:
    """Return the refusal with this text."""
    return Refused(message, values=values)


@contextmanager
def told() -> Iterator[None]:
    """Let trouble with a database or an archive end in one line."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, sqlite3.Error) as error:
        line = str(error).strip().partition("\n")[0] or type(error).__name__
        raise refused("The database refused: {fault}", fault=line) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError) as error:
        raise refused("The backup is damaged: {fault}", fault=str(error)) from error
