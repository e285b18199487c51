"""The commands `fangxin backup`, `restore` and `copy`: what they take and what they print."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import replace
from typing import Final

from fangxin.kernel.settings import Settings, read_settings
from fangxin.kernel.terminal import say
from fangxin.moving.backup import Report, back_up, restore
from fangxin.moving.copying import copy

_SHOWN: Final = 16


def _print_tables(report: Report, *, both: bool) -> None:
    """Print name, rows and checksum of each table that has rows; of both sides where it arrived."""
    for before, after in report.tables:
        if not before.rows and not after.rows:
            continue
        line = f"  {before.name:22} {before.rows:>10,} {before.checksum[:_SHOWN]}"
        if both:
            same = "=" if before == after else "DIFFERS"
            line += f"  {after.rows:>10,} {after.checksum[:_SHOWN]} {same}"
        print(line)


def _warn_of_keys(report: Report) -> None:
    if report.lacking:
        say(
            "Attention: the encryption keys {numbers} are not here. Fields that were encrypted with"
            " them stay unreadable until FANGXIN_ENCRYPTION_KEYS or the file encryption_keys has"
            " them.",
            numbers=", ".join(report.lacking),
        )


def settings_for(settings: Settings, url: str | None, files: str | None = None) -> Settings:
    """Return the settings that a server on the database `url` would have; as given without one."""
    environment = dict(os.environ)
    if url is not None:
        environment["FANGXIN_DATABASE_URL"] = url
        settings = read_settings(environment)
    return settings if files is None else replace(settings, files_url=files)


async def run_backup(settings: Settings, arguments: Namespace) -> None:
    """Write everything into one file, while the server goes on working."""
    report = await back_up(settings, arguments.file, force=arguments.force)
    _print_tables(report, both=False)
    size = arguments.file.stat().st_size
    rows = sum(before.rows for before, _ in report.tables)
    say(
        "{rows} rows and {files} stored files are in {path} ({size} bytes).",
        rows=rows,
        files=report.files,
        path=arguments.file,
        size=size,
    )
    say("Keep the encryption keys and the secret key elsewhere: they are not in it.")


async def run_restore(settings: Settings, arguments: Namespace) -> None:
    """Put back what a backup holds, and compare it."""
    chosen = settings_for(settings, arguments.to)
    report = await restore(chosen, arguments.file, force=arguments.force)
    _print_tables(report, both=True)
    say("Everything is as it was in the backup. All sessions have ended.")
    if report.beside:
        say("{count} files of before lie beside the restored ones.", count=report.beside)
    _warn_of_keys(report)


async def run_copy(settings: Settings, arguments: Namespace) -> None:
    """Copy everything into another database, and compare it."""
    target = settings_for(settings, arguments.to, arguments.files_to)
    report = await copy(settings, target)
    _print_tables(report, both=True)
    say("Both sides are equal. Stored files copied: {files}.", files=report.files)
    _warn_of_keys(report)
