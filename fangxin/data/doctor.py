"""Examining an installation: what was looked at and, when it is ill, the way out."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from fangxin.history.sealer import broken_seals, sealed_until
from fangxin.kernel.clock import now
from fangxin.kernel.db import Database, open_database
from fangxin.kernel.jobs import Jobs
from fangxin.kernel.settings import Settings
from fangxin.kernel.sql import Statement
from fangxin.kernel.storage import open_storage
from fangxin.migrations.migrate import head

# a job that waits longer than this tells that no worker runs
PATIENCE: Final = timedelta(minutes=10)
SECRETS: Final = ("secret_key", "encryption_keys", "administrator_password")
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
# skip one-door: the schema's own revision is no record
_REVISION: Final = Statement("SELECT version_num FROM alembic_version", (), {}, (), ())


@dataclass(frozen=True, slots=True)
class Finding:
    """What was examined, whether it is well, and a msgid with {named} values that says more."""

    subject: str
    good: bool
    text: str
    values: dict[str, Any]


Examination = Callable[[Settings, Database], Awaitable[Finding]]


def _well(subject: str, text: str, **values: Any) -> Finding:
    return Finding(subject, good=True, text=text, values=values)


def _ill(subject: str, text: str, **values: Any) -> Finding:
    return Finding(subject, good=False, text=text, values=values)


async def _schema(_settings: Settings, database: Database) -> Finding:
    found = (await database.read(_REVISION, {}))[0][0]
    if found != head():
        text = "The schema is at {found}, not at {wanted}: run `fangxin migrate`."
        return _ill("Schema", text, found=found, wanted=head())
    return _well("Schema", "At revision {found}.", found=found)


async def _integrity(_settings: Settings, database: Database) -> Finding:
    if database.dialect != "sqlite":
        return _well("Database", "PostgreSQL answers.")
    rows = await database.read(Statement("PRAGMA quick_check(1)", (), {}, (), ()), {})
    if rows[0][0] != "ok":
        text = "The file is damaged ({fault}): restore a backup."
        return _ill("Database", text, fault=rows[0][0])
    return _well("Database", "The file is whole.")


async def _log(_settings: Settings, database: Database) -> Finding:
    faults = await broken_seals(database)
    if faults:
        first = faults[0]
        text = "{count} sealed changes are not as they were, the first is number {seq}: {place}."
        place = f"{first.object} {first.record}" if first.object else first.fault
        return _ill("Change log", text, count=len(faults), seq=first.seq, place=place)
    count, link = await sealed_until(database)
    return _well(
        "Change log", "Every seal holds: {count} changes, up to {link}.", count=count, link=link
    )


async def examine_log(settings: Settings) -> Finding:
    """Examine the seals of the change log alone."""
    database = open_database(settings.database_url)
    await database.start()
    try:
        return await _log(settings, database)
    finally:
        await database.stop()


async def _jobs(_settings: Settings, database: Database) -> Finding:
    jobs = Jobs(database)
    oldest, dead = await jobs.longest_waiting(), await jobs.dead_letters()
    if oldest is not None and now() - oldest > PATIENCE:
        text = "Work waits since {oldest}: start `fangxin work`."
        return _ill("Jobs", text, oldest=oldest.isoformat(timespec="seconds"))
    if dead:
        text = "{count} jobs have failed for good, the latest: {error}"
        return _ill("Jobs", text, count=len(dead), error=dead[0].error)
    return _well("Jobs", "Nothing waits and nothing has failed.")


def _loose_secrets(folder: Path) -> list[str]:
    paths = [folder / name for name in SECRETS]
    return [path.name for path in paths if path.exists() and path.stat().st_mode & OTHERS]


async def _folder(settings: Settings, _database: Database) -> Finding:
    """The database file is as open as the folder it lies in."""
    folder = settings.data_folder
    if settings.embedded and folder.exists() and folder.stat().st_mode & OTHERS:
        text = "Others may enter {folder}, where the database lies: run `chmod 700 {folder}`."
        return _ill("Data folder", text, folder=folder)
    return _well("Data folder", "Nobody else may enter it.")


async def _secrets(settings: Settings, _database: Database) -> Finding:
    loose = _loose_secrets(settings.data_folder)
    if loose:
        text = "Others may read {names} in {folder}: take their rights away."
        return _ill("Secrets", text, names=", ".join(loose), folder=settings.data_folder)
    return _well("Secrets", "Nobody else may read them.")


async def _files(settings: Settings, _database: Database) -> Finding:
    folder = open_storage(settings.files_url).folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
    except OSError as error:
        text = "Nothing can be written to {folder}: {fault}"
        return _ill("Files", text, folder=folder, fault=os.strerror(error.errno or 0))
    return _well("Files", "{folder} can be written.", folder=folder)


_ALWAYS: Final[tuple[Examination, ...]] = (
    _integrity,
    _schema,
    _log,
    _jobs,
    _files,
    _secrets,
    _folder,
)


async def examine(
    settings: Settings, database: Database, further: Sequence[Examination] = ()
) -> list[Finding]:
    """Examine everything, in an order that names causes before what follows from them; `further`
    is what modules know of their own data, asked of the present schema alone.
    """
    found = [await examination(settings, database) for examination in _ALWAYS]
    if all(each.good for each in found if each.subject == "Schema"):
        found += [await examination(settings, database) for examination in further]
    return found
