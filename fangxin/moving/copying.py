"""Copying one database into another, of the same kind or not."""

from __future__ import annotations

from fangxin.kernel.settings import Settings
from fangxin.kernel.storage import open_storage
from fangxin.migrations.migrate import head
from fangxin.moving.backup import Report, fingerprints, lacking_keys
from fangxin.moving.filing import copy_files
from fangxin.moving.rows import Counted, Tally, count, counted, shapes
from fangxin.moving.snapshot import snapshot
from fangxin.moving.target import open_target
from fangxin.moving.troubles import told


async def copy(source: Settings, target: Settings) -> Report:
    """Copy the database of `source` into the empty one of `target`, and the stored files where
    their places differ; all or nothing but for files, which nobody sees without their records.
    """
    report = Report(lacking=lacking_keys(fingerprints(source), target))
    from_store, to_store = open_storage(source.files_url), open_storage(target.files_url)
    apart = from_store.folder.resolve() != to_store.folder.resolve()
    moved, _ = shapes()
    with told():
        async with open_target(target.database_url, head(), force=False) as filled:
            if apart:
                await copy_files(from_store, to_store)
            befores = []
            async with snapshot(source.database_url) as reader:
                for shape in moved:
                    tally = Tally(shape)
                    await filled.load(shape, counted(tally, reader.rows(shape)))
                    befores.append(Counted(shape.name, tally.rows, tally.checksum))
            await filled.settle()
            if apart:
                report.files = await copy_files(from_store, to_store)
            for shape, before in zip(moved, befores, strict=True):
                report.tables.append((before, await count(shape, filled.reader.rows(shape))))
            report.check()
            await filled.finish(head())
    return report
