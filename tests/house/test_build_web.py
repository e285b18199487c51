"""The web app is rebuilt when a source changes, and only then."""

from pathlib import Path

from tests.house.plant import plant
from tools import build_web


def state(web: Path) -> str:
    return build_web.digest(build_web.sources(web), web)


def test_a_change_in_a_source_is_seen(tmp_path: Path) -> None:
    plant(tmp_path, {"src/a.ts": "1", "index.html": "x"})
    before = state(tmp_path)
    assert state(tmp_path) == before
    plant(tmp_path, {"src/a.ts": "2"})
    changed = state(tmp_path)
    assert changed != before
    (tmp_path / "src" / "a.ts").rename(tmp_path / "src" / "b.ts")
    assert state(tmp_path) not in {before, changed}


def test_what_the_build_does_not_read_is_no_source(tmp_path: Path) -> None:
    plant(tmp_path, {"src/a.ts": "1"})
    before = state(tmp_path)
    plant(tmp_path, {"node_modules/x/index.js": "1", "test/a.test.ts": "1", "dist/a.js": "1"})
    assert state(tmp_path) == before
