"""The commands as a user types them: what they print, and how they end."""

from __future__ import annotations

import argparse
import asyncio
import csv
import stat
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from fangxin.app import build_installation
from fangxin.arguments import add_import, import_order
from fangxin.cli import prepare
from fangxin.kernel.errors import BadRequest
from fangxin.kernel.settings import Settings, read_settings
from fangxin.transfer.orders import Order, read_orders
from tests import servers, typed

Fangxin = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(empty_database_url: str, tmp_path: Path) -> dict[str, str]:
    return servers.environment(empty_database_url, tmp_path)


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return read_settings(environment)


@pytest.fixture
def fangxin(environment: dict[str, str], tmp_path: Path) -> Fangxin:
    """Runs the command in `tmp_path`, in English unless told otherwise."""

    def run(*words: str, lang: str = "C", **more: str) -> subprocess.CompletedProcess[str]:
        spoken = {"LC_ALL": "", "LANG": lang}
        return typed.run([*words], tmp_path, {**environment, **spoken, **more})

    return run


@pytest.fixture
async def prepared(settings: Settings) -> Settings:
    await prepare(settings)
    return settings


def test_migrating_twice_says_so(fangxin):
    first, second = fangxin("migrate"), fangxin("migrate", lang="zh_CN.UTF-8")
    assert first.stdout.startswith("The database is now at revision")
    assert second.stdout.startswith("数据库已是版本")
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_database_that_was_only_migrated_is_ready_for_people(fangxin):
    assert fangxin("migrate").returncode == 0
    made = fangxin("user", "add", "--email", "new@demo.local", "--role", "manager")
    assert (made.returncode, made.stderr) == (0, "")
    token = fangxin("token", "add", "--user", "admin@demo.local", "--name", "script")
    assert (token.returncode, token.stderr) == (0, "")


async def test_a_token_is_printed_alone_and_works(prepared, fangxin):
    made = fangxin("token", "add", "--user", "admin@demo.local", "--name", "script")
    assert (made.returncode, made.stderr) == (0, "")
    (token,) = made.stdout.splitlines()
    from fangxin.access.callers import context_for_token

    installation = build_installation(prepared)
    await installation.start()
    caller = await context_for_token(installation, token)
    await installation.stop()
    assert caller is not None
    assert caller.person.email == "admin@demo.local"


async def test_a_token_for_nobody_is_refused(prepared, fangxin):
    refused = fangxin("token", "add", "--user", "nobody@demo.local", "--name", "x")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "fangxin: There is no user with the address nobody@demo.local.\n"


async def test_a_user_is_added_by_an_invitation(prepared, fangxin):
    made = fangxin("user", "add", "--email", "new@demo.local", "--name", "New", "--role", "manager")
    assert made.returncode == 0
    assert made.stdout.startswith(f"{prepared.base_url}/invite/")
    again = fangxin("user", "add", "--email", "new@demo.local")
    assert again.returncode == 1
    wrong = fangxin("user", "add", "--email", "no address")
    assert wrong.returncode == 1
    assert "/email" in wrong.stderr


async def test_records_come_in_and_go_out(prepared, fangxin, tmp_path):
    (tmp_path / "in.csv").write_text("name,phone\nAlpha,+8613800138000\nBeta,nonsense\n", "utf-8")
    rehearsed = fangxin("import", "account", "in.csv", "--dry-run")
    assert rehearsed.returncode == 1
    imported = fangxin("import", "accounts", "in.csv")
    assert imported.returncode == 1
    assert "created 1" in imported.stdout
    assert "failed 1" in imported.stdout
    refused = (tmp_path / "in.errors.csv").read_text("utf-8-sig")
    assert "Beta" in refused
    assert "Alpha" not in refused
    exported = fangxin("export", "account", "out.csv", "--fields", "name,phone")
    assert (exported.returncode, exported.stdout) == (0, "1 records are in out.csv.\n")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)][1:] == ["Alpha"]
    assert fangxin("export", "account", "out.xlsx").returncode == 0
    assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"
    # how a file is written may be said, where its looks would tell something else
    (tmp_path / "odd.txt").write_text("a|b|c\nname\tphone\n甲|乙|丙\t\n", "utf-16-le")
    told = ("--encoding", "utf-16-le", "--delimiter", "tab", "--quote", "", "--header-row", "2")
    imported = fangxin("import", "account", "odd.txt", *told)
    assert (imported.returncode, imported.stderr) == (0, "")
    assert "created 1" in imported.stdout


def test_what_a_map_of_sheets_leaves_open_is_as_the_command_says():
    parser = argparse.ArgumentParser()
    add_import(parser)
    words = ["account", "book.xlsx", "--header-row", "3", "--mode", "create", "--dry-run"]
    given = {"sheets": [{"sheet": "A"}, {"sheet": "B", "object": "contact", "mode": "upsert"}]}
    asked = import_order(parser.parse_args(words), given)
    assert [asdict(each) for each in read_orders(asked)] == [
        asdict(Order("account", sheet="A", mode="create", header_row=3, dry_run=True)),
        asdict(Order("contact", sheet="B", mode="upsert", header_row=3, dry_run=True)),
    ]
    with pytest.raises(BadRequest, match="--sheet"):
        import_order(parser.parse_args([*words, "--sheet", "A"]), given)


async def test_bad_words_end_with_a_reason_and_no_traceback(prepared, fangxin, tmp_path):
    (tmp_path / "broken.json").write_text("{", "utf-8")
    for words in (
        ("inspect", "unicorn"),
        ("import", "account", "missing.csv"),
        ("import", "account", "missing.csv", "--map", "broken.json"),
        ("export", "unicorn", "x.csv"),
        ("export", "account", "x.pdf"),
    ):
        refused = fangxin(*words)
        assert refused.returncode == 1, words
        assert refused.stderr.startswith("fangxin: "), words
        assert "Traceback" not in refused.stderr
    assert fangxin("nonsense").returncode == 2
    wrong = fangxin("migrate", FANGXIN_PORT="x")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("fangxin: FANGXIN_PORT must be")


async def test_inspect_shows_each_field(prepared, fangxin):
    shown = fangxin("inspect", "opportunities", lang="zh_CN.UTF-8").stdout
    assert shown.splitlines()[0] == "opportunity  /api/v1/opportunities"
    assert "link → account" in shown


async def test_doctor_finds_what_is_ill(prepared, fangxin, tmp_path):
    assert fangxin("doctor").returncode == 0
    loose = prepared.data_folder / "secret_key"
    loose.chmod(0o644)
    ill = fangxin("doctor")
    assert ill.returncode == 1
    assert "ILL  Secrets: Others may read secret_key" in ill.stdout
    loose.chmod(0o600)
    if prepared.embedded:
        prepared.data_folder.chmod(0o755)
        assert "ILL  Data folder: Others may enter" in fangxin("doctor").stdout
        prepared.data_folder.chmod(0o700)
    installation = build_installation(prepared)
    await installation.start()
    await installation.database.write(
        lambda tx: installation.jobs.enqueue(tx, "x", {}, max_attempts=1)
    )
    from fangxin.worker import Worker

    await Worker(installation, handlers={}).drain()
    await installation.stop()
    assert "ILL  Jobs: 1 jobs have failed for good" in fangxin("doctor").stdout


async def test_preparing_twice_at_once_makes_one_administrator(settings):
    await asyncio.gather(prepare(settings), prepare(settings))
    installation = build_installation(settings)
    await installation.start()
    from fangxin.access.contexts import system_context
    from fangxin.records.reading import count

    assert await count(await system_context(installation), "user") == 1
    await installation.stop()


def test_the_made_password_is_kept_for_its_owner_alone(fangxin, settings):
    from fangxin.cli import administrator_password

    password = administrator_password(settings_without_password(settings))
    path = settings.data_folder / "administrator_password"
    assert path.read_text("utf-8").strip() == password
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert administrator_password(settings) == servers.PASSWORD


def settings_without_password(settings: Settings) -> Settings:
    from dataclasses import replace

    return replace(settings, demo_password=None)
