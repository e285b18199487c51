"""Archives that are not as they were written: refused by name, and nothing is changed."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from fangxin.migrations.migrate import head
from tests.moving.conftest import Place, other

Members = dict[str, bytes]


def read(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, members: Members) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def manifest(members: Members, change: Callable[[Any], None]) -> None:
    told = json.loads(members["manifest.json"])
    change(told)
    members["manifest.json"] = json.dumps(told).encode()


def entry(told: Any, name: str) -> Any:
    return next(each for each in told["tables"] if each["shape"]["name"] == name)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def bent(path: Path) -> None:
    """Flip a bit in the middle of the largest member."""
    with zipfile.ZipFile(path) as archive:
        most = max(archive.infolist(), key=lambda each: each.compress_size)
    raw = bytearray(path.read_bytes())
    raw[most.header_offset + 200 + most.compress_size // 2] ^= 4
    path.write_bytes(raw)


def changed(edit: Callable[[Members], None]) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        members = read(path)
        edit(members)
        write(path, members)

    return damage


def row_changed(members: Members) -> None:
    members["tables/account.jsonl"] = members["tables/account.jsonl"].replace(b"Gone", b"Come")


def row_changed_with_its_sum(members: Members) -> None:
    """The member's own digest is made to fit: the checksum of its rows still tells."""
    row_changed(members)
    raw = members["tables/account.jsonl"]

    def change(told: Any) -> None:
        entry(told, "account")["member"] = {"size": len(raw), "sha256": sha256(raw).hexdigest()}

    manifest(members, change)


def a_file_of(members: Members) -> str:
    return next(name for name in members if name.startswith("files/") and members[name])


def newer(members: Members) -> None:
    manifest(members, lambda told: told.update(revision="9999", version="99.0"))


def other_format(members: Members) -> None:
    manifest(members, lambda told: told.update(format=2))


def strange_table(members: Members) -> None:
    manifest(members, lambda told: entry(told, "account")["shape"].update(name='a"; DROP TABLE x'))


def schema_table(members: Members) -> None:
    """A table that a backup never holds: the number of the revision."""
    raw = b'["9999"]\n'
    members["tables/alembic_version.jsonl"] = raw
    total = int.from_bytes(sha256(b'["9999"]').digest())
    told = {
        "shape": {"name": "alembic_version", "columns": [["version_num", "text"]]},
        "rows": 1,
        "checksum": f"{total:064x}",
        "member": {"size": len(raw), "sha256": sha256(raw).hexdigest()},
    }
    manifest(members, lambda all_: all_["tables"].append(told))


CASES: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut off": (truncated, "not a whole backup"),
    "no zip": (lambda path: path.write_bytes(b"hello"), "not a whole backup"),
    "empty": (lambda path: path.write_bytes(b""), "not a whole backup"),
    "a bit": (bent, "is damaged"),
    "a row": (changed(row_changed), "tables/account.jsonl is not what was written"),
    "a row and its digest": (changed(row_changed_with_its_sum), "is not what was written"),
    "a table gone": (changed(lambda m: m.pop("tables/role.jsonl")), "tables/role.jsonl is missing"),
    "a file gone": (changed(lambda m: m.pop(a_file_of(m))), "is missing"),
    "a file bent": (changed(lambda m: m.update({a_file_of(m): b"x"})), "is not what was written"),
    "no manifest": (changed(lambda m: m.pop("manifest.json")), "has no manifest"),
    "no json": (changed(lambda m: m.update({"manifest.json": b"{"})), "manifest.json"),
    "newer": (changed(newer), "Restore it with that version"),
    "format": (changed(other_format), "has format 2"),
    "injection": (changed(strange_table), "is damaged"),
    "a foreign table": (changed(schema_table), "has no table alembic_version"),
    "a path": (changed(lambda m: m.update({"../../evil": b"x"})), "does not belong"),
    "an absolute path": (changed(lambda m: m.update({"/var/evil": b"x"})), "does not belong"),
    "a path for a file": (
        changed(lambda m: m.update({"files/../../evil": b"x"})),
        "does not belong",
    ),
    "a bomb": (changed(lambda m: m.update({"files/bomb": bytes(300 << 20)})), "would unfold"),
}


@pytest.fixture(scope="module")
def kept(archive, source) -> str:
    """The state that every refusal leaves as it is."""
    return state(source)


@pytest.mark.parametrize("case", CASES)
def test_a_damaged_backup_is_refused_and_nothing_is_changed(
    archive, source, kept, case, database_kind, tmp_path
):
    if database_kind == "postgresql" and case not in {"a bit", "a foreign table"}:
        pytest.skip("what is refused before any database is opened needs one kind only")
    damage, reason = CASES[case]
    path = tmp_path / "bad.zip"
    shutil.copyfile(archive, path)
    damage(path)
    assert reason in source.refused("restore", "--force", path)
    assert state(source) == kept


def test_a_name_that_stands_twice_is_refused(archive, place, tmp_path):
    path = tmp_path / "bad.zip"
    shutil.copyfile(archive, path)
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(path, "a") as opened,
    ):
        opened.writestr("manifest.json", opened.read("manifest.json"))
    assert "twice" in place("sqlite").refused("restore", path)


def state(place: Place) -> str:
    """What a copy of the whole place would print: counts and checksums."""
    path = place.folder / "state.zip"
    printed = place.good("backup", "--force", path)
    return "\n".join(line for line in printed.splitlines() if line.startswith("  "))


def test_an_older_backup_is_brought_up_to_date(archive, place, database_kind, tmp_path, databases):
    """Make a backup as the first revision made them: by its tables and columns."""
    import sqlite3

    from fangxin.migrations.migrate import statements

    old = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    for text in statements("sqlite", None, "0001"):
        old.execute(text)
    members = read(archive)
    told = json.loads(members["manifest.json"])
    kept = []
    for each in told["tables"]:
        name = each["shape"]["name"]
        columns = [row[1] for row in old.execute(f'PRAGMA table_info("{name}")')]
        member = f"tables/{name}.jsonl"
        rows = [json.loads(line) for line in members.pop(member).splitlines()]
        if name == "exchange_rate":
            # before rates became records nothing could write any
            rows = []
        if columns:
            members[member] = shortened(each, rows, columns)
            kept.append(each)
    old.close()
    told |= {"tables": kept, "revision": "0001", "version": "0.0.1"}
    members["manifest.json"] = json.dumps(told).encode()
    write(tmp_path / "old.zip", members)
    target = place(other(database_kind))
    printed = target.good("restore", tmp_path / "old.zip")
    assert "DIFFERS" not in printed
    doctor = target.good("doctor")
    assert f"At revision {head()}" in doctor
    assert "Every seal holds" in doctor


def shortened(each: Any, rows: list[list[Any]], columns: list[str]) -> bytes:
    """Leave the columns that the old table had, and let its entry of the manifest fit."""
    shape = each["shape"]
    places = [at for at, (name, _) in enumerate(shape["columns"]) if name in columns]
    derived = [at for at in places if shape["columns"][at][1] == "search"]
    total, lines = 0, []
    for row in rows:
        counted = compact([row[at] for at in places if at not in derived])
        total += int.from_bytes(sha256(counted).digest())
        lines.append(compact([row[at] for at in places]) + b"\n")
    raw = b"".join(lines)
    shape["columns"] = [shape["columns"][at] for at in places]
    each["rows"] = len(rows)
    each["checksum"] = f"{total % 2**256:064x}"
    each["member"] = {"size": len(raw), "sha256": sha256(raw).hexdigest()}
    return raw


def compact(row: list[Any]) -> bytes:
    text = json.dumps(row, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return text.encode()
