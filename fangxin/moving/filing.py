"""Moving the stored files. They never change once written, so each is taken as it is found; one
that is purged meanwhile is left out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256

from fangxin.kernel.errors import NotFound
from fangxin.kernel.storage import FileStore
from fangxin.moving.archive import Writer
from fangxin.moving.opening import Backup, damaged
from fangxin.moving.troubles import refused


async def back_up_files(store: FileStore, writer: Writer) -> None:
    """Write the files that are not in the archive yet.

    Called before the snapshot of the database is taken and after it, it has every file that the
    snapshot speaks of, also those that are purged or come meanwhile.
    """
    for id_ in store.ids():
        if writer.has_file(id_):
            continue
        chunks = store.read(id_)
        try:
            first = await anext(chunks, b"")
        except NotFound:
            continue
        await writer.put_file(id_, first, chunks)


async def _same(store: FileStore, id_: str, size: int, digest: str) -> bool:
    try:
        if await store.size(id_) != size:
            return False
    except NotFound:
        return False
    found = sha256()
    async for chunk in store.read(id_):
        found.update(chunk)
    return found.hexdigest() == digest


async def restore_files(backup: Backup, store: FileStore) -> tuple[int, int]:
    """Write the files of a backup; return how many, and how many others lie there already.

    Others are left where they are: no record speaks of them, and nobody sees them.
    """
    count = 0
    for each in backup.files():
        count += 1
        if await _same(store, each.id, each.size, each.sha256):
            continue
        written = await store.write(backup.content(each.id), limit=each.size, file_id=each.id)
        if written.sha256 != each.sha256:
            raise damaged(f"the file {each.id} is not what was written")
    return count, sum(1 for _ in store.ids()) - count


async def copy_files(source: FileStore, target: FileStore) -> int:
    """Copy the files that the target lacks, compare them, and return how many the source has.

    Called before and after the snapshot, as `back_up_files` is.
    """
    count = 0
    for id_ in source.ids():
        try:
            count += await _copy_file(source, target, id_)
        except NotFound:
            continue
    return count


async def _copy_file(source: FileStore, target: FileStore, id_: str) -> int:
    size, digest = await source.size(id_), sha256()
    try:
        if await target.size(id_) == size:
            return 1
    except NotFound:
        pass

    async def chunks() -> AsyncIterator[bytes]:
        async for chunk in source.read(id_):
            digest.update(chunk)
            yield chunk

    written = await target.write(chunks(), limit=size, file_id=id_)
    if (written.size, written.sha256) != (size, digest.hexdigest()):
        raise refused("The file {id} did not arrive as it was.", id=id_)
    return 1
