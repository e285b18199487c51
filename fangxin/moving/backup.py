"""Backup into one file, and restore from it."""

from __future__ import annotations

import hmac
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fangxin.kernel.clock import now, to_stored
from fangxin.kernel.epoch import LOG
from fangxin.kernel.epoch import epoch as epoch_table
from fangxin.kernel.settings import Settings
from fangxin.kernel.storage import open_storage
from fangxin.migrations.migrate import head
from fangxin.moving.archive import Writer, replacing
from fangxin.moving.filing import back_up_files, restore_files
from fangxin.moving.opening import open_backup
from fangxin.moving.reading import Reader
from fangxin.moving.rows import Counted, Shape, count, shapes
from fangxin.moving.snapshot import snapshot
from fangxin.moving.target import open_target
from fangxin.moving.troubles import refused, told

_FINGERPRINT: Final = 16


@dataclass(slots=True)
class Report:
    """What was moved: each table as it was at its source and as it is at its target, the stored
    files, those that lie in the target's place beside them, and the numbers of keys that the target
    lacks.
    """

    tables: list[tuple[Counted, Counted]] = field(default_factory=list)
    files: int = 0
    beside: int = 0
    lacking: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Refuse when a table did not arrive as it was."""
        for before, after in self.tables:
            if before != after:
                message = (
                    "The table {table} did not arrive as it was: {before} rows with the checksum"
                    " {sum_before} became {after} rows with {sum_after}."
                )
                raise refused(
                    message,
                    table=before.name,
                    before=before.rows,
                    sum_before=before.checksum[:_FINGERPRINT],
                    after=after.rows,
                    sum_after=after.checksum[:_FINGERPRINT],
                )


def fingerprints(settings: Settings) -> dict[str, str]:
    """Return what tells the encryption keys from others without betraying them, by number."""
    return {
        str(number): hmac.new(key, b"fangxin key fingerprint", sha256).hexdigest()[:_FINGERPRINT]
        for number, key in settings.encryption_keys.items()
    }


def lacking_keys(known: Mapping[str, str], settings: Settings) -> list[str]:
    """Return the numbers of the keys with fingerprints `known` that `settings` do not have."""
    here = fingerprints(settings)
    return [number for number, print_ in sorted(known.items()) if here.get(number) != print_]


def _check_free(path: Path) -> None:
    if path.exists():
        raise refused("{path} is there already; --force replaces it.", path=path)


async def back_up(settings: Settings, path: Path, *, force: bool) -> Report:
    """Write everything into the file `path`, which takes its name when it is whole."""
    if not force:
        _check_free(path)
    store = open_storage(settings.files_url)
    report = Report()
    moved, left_out = shapes()
    with (
        told(),
        replacing(path) as file,
        tempfile.TemporaryFile() as listed,
        zipfile.ZipFile(file, "w") as archive,
    ):
        writer = Writer(archive, listed)
        await back_up_files(store, writer)
        async with snapshot(settings.database_url) as reader:
            made_at = to_stored(now())
            for shape in moved:
                found = await writer.put_table(shape, reader.rows(shape))
                report.tables.append((found, found))
            epoch = await _log_epoch(reader, moved)
        await back_up_files(store, writer)
        facts = {
            "version": version("fangxin"),
            "made_at": made_at,
            "database": "sqlite" if settings.embedded else "postgresql",
            "revision": head(),
            "epoch": epoch,
            "keys": fingerprints(settings),
            "left_out": left_out,
        }
        report.files = writer.finish(facts).files.count
    return report


async def _log_epoch(reader: Reader, moved: list[Shape]) -> int:
    """Return the epoch of the change log."""
    (shape,) = (each for each in moved if each.name == epoch_table.name)
    rows = [row async for batch in reader.rows(shape) for row in batch]
    return next((int(value) for name, value in rows if name == LOG), 0)


async def restore(settings: Settings, path: Path, *, force: bool) -> Report:
    """Fill the database and the place of files of `settings` from a backup, all or nothing.

    The backup is read to its end before anything is touched.
    """
    report = Report()
    with told(), open_backup(path) as backup:
        backup.verify()
        manifest = backup.manifest
        report.lacking = lacking_keys(manifest.keys, settings)
        _, passing = shapes()
        entries = [entry for entry in manifest.tables if entry.shape.name not in passing]
        async with open_target(settings.database_url, manifest.revision, force=force) as target:
            report.files, report.beside = await restore_files(
                backup, open_storage(settings.files_url)
            )
            for entry in entries:
                await target.load(entry.shape, backup.rows(entry))
            await target.settle()
            for entry in entries:
                before = Counted(entry.shape.name, entry.rows, entry.checksum)
                after = await count(entry.shape, target.reader.rows(entry.shape))
                report.tables.append((before, after))
            report.check()
            await target.finish(manifest.revision)
    return report
