"""Stored files: whole or not at all, limited, and no name from outside reaches the disk."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fangxin.kernel.errors import NotFound, TooLarge
from fangxin.kernel.ids import new_id
from fangxin.kernel.storage import CHUNK, FileStore, open_storage


async def stream(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def content(store: FileStore, file_id: str, start: int = 0) -> bytes:
    return b"".join([chunk async for chunk in store.read(file_id, start)])


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return open_storage((tmp_path / "with space").as_uri())


async def test_a_stream_comes_back_as_it_was(store):
    body = os.urandom(3 * CHUNK + 17)
    parts = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    stored = await store.write(stream(*parts), limit=len(body))
    assert (stored.size, stored.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert await content(store, stored.id) == body
    assert await content(store, stored.id, CHUNK + 5) == body[CHUNK + 5 :]
    assert await store.size(stored.id) == len(body)
    assert store.path(stored.id).read_bytes() == body


async def test_an_empty_file_is_a_file(store):
    stored = await store.write(stream(), limit=10)
    assert stored.size == 0
    assert await content(store, stored.id) == b""


async def test_above_the_limit_nothing_is_left(store):
    with pytest.raises(TooLarge) as caught:
        await store.write(stream(b"x" * 60, b"x" * 60), limit=100)
    assert (caught.value.code, caught.value.values) == ("file_too_large", {"limit": 100})
    assert files_in(store.folder) == []


async def test_a_broken_upload_leaves_nothing(store):
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.write(broken(), limit=100)
    assert files_in(store.folder) == []


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "admin@demo.local", "..", "", "a/b", "合同.pdf", "\0"],
)
async def test_no_name_from_outside_reaches_the_disk(store, name):
    for attempt in (
        lambda: store.write(stream(b"x"), limit=10, file_id=name),
        lambda: store.size(name),
        lambda: store.delete(name),
        lambda: content(store, name),
    ):
        with pytest.raises(ValueError, match="not a file id"):
            await attempt()
    assert files_in(store.folder) == []


async def test_what_is_not_there_is_not_found_and_deleting_is_safe_to_repeat(store):
    stored = await store.write(stream(b"x"), limit=10)
    await store.delete(stored.id)
    await store.delete(stored.id)
    with pytest.raises(NotFound):
        await content(store, stored.id)
    with pytest.raises(NotFound):
        await store.size(new_id())


async def test_leftovers_of_killed_uploads_are_swept_after_a_day(store):
    stored = await store.write(stream(b"kept"), limit=10)
    incoming = store.folder / "incoming"
    old, fresh = incoming / "old", incoming / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    yesterday = time.time() - 90_000
    os.utime(old, (yesterday, yesterday))
    assert await store.sweep() == 1
    assert fresh.exists()
    assert await content(store, stored.id) == b"kept"


def test_other_schemes_are_refused_by_name(tmp_path):
    for url in ("s3://bucket/x", "ftp://host/x", "file://other-host/x"):
        with pytest.raises(ValueError, match="FANGXIN_FILES_URL must be a folder"):
            open_storage(url)
    assert open_storage(str(tmp_path)).folder == tmp_path
