"""The locks hold every dependency, name no index, and agree with each other."""

import re
import tomllib

import pytest

from tools.checks.findings import ROOT

LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")
LINE = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+]+)")


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()[1:]
    matches = [LINE.fullmatch(line) for line in lines]
    assert all(matches), "a line is more than name==version"
    return {plain(match[1]): match[2] for match in matches if match}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~!; ]", name)[0]).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_versions_only(name: str) -> None:
    assert locked(name)


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [
        ("requirements.lock", project["dependencies"]),
        ("requirements-build.lock", extras["build"]),
        ("requirements-dev.lock", [*project["dependencies"], *extras["build"], *extras["dev"]]),
    ]
    for name, requirements in asked:
        assert {plain(each) for each in requirements} <= set(locked(name))


def test_the_locks_agree() -> None:
    everything = locked("requirements-dev.lock")
    for name in LOCKS[:2]:
        assert locked(name).items() <= everything.items()


@pytest.mark.parametrize("folder", ["web", "web/tools/codegen"])
def test_the_web_locks_name_no_index(folder: str) -> None:
    assert '"resolved"' not in (ROOT / folder / "package-lock.json").read_text("utf-8")
