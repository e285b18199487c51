"""The command `fangxin`. Each command reads the settings, does one thing and says what it did."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fangxin import arguments as words_of
from fangxin.kernel.errors import Conflict, FangxinError, NotFound, Unauthenticated
from fangxin.kernel.i18n import translate
from fangxin.kernel.settings import Settings, SettingsError, kept_secret, read_settings
from fangxin.kernel.terminal import is_unread, language, say

if TYPE_CHECKING:
    from fangxin.app import Installation
    from fangxin.kernel.context import Ctx, Source

ADMINISTRATOR: Final = "admin@demo.local"
PASSWORD_FILE: Final = "administrator_password"  # noqa: S105 - the name of the file that holds it
KILL_SECONDS: Final = 5


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[Installation]:
    """Give a started installation and stop it at the end."""
    from fangxin.app import build_installation

    installation = build_installation(settings)
    await installation.start()
    try:
        yield installation
    finally:
        await installation.stop()


# ---------------------------------------------------------------- run, serve, work


def serve_web(settings: Settings, target: str) -> None:
    """Serve until interrupted; `target` is the factory of the web application."""
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    Granian(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        loop=Loops.uvloop,
        factory=True,
        websockets=False,
        workers_kill_timeout=KILL_SECONDS,
        # a lost process comes back; its work is safe by leases and idempotency keys
        respawn_failed_workers=True,
        respawn_interval=0.5,
        log_level=LogLevels.warning,
    ).serve()


async def prepare(settings: Settings) -> None:
    """Bring the database to the newest schema, and fill an empty one with what it starts with."""
    from fangxin.access.contexts import system_context
    from fangxin.demo.make import make_demo
    from fangxin.migrations.migrate import migrate
    from fangxin.modules.base.first_run import FirstUser, is_empty, make_first_records
    from fangxin.modules.base.new_grants import grant_new_rights

    await migrate(settings.database_url)
    async with started(settings) as installation:
        ctx = await system_context(installation)
        if not await is_empty(ctx):
            await grant_new_rights(ctx)
            return
        user = FirstUser(ADMINISTRATOR, administrator_password(settings))
        try:
            await make_first_records(ctx, user, installation.parts.first_records)
        except Conflict:
            # another process was quicker by a moment; anything else is a fault
            if await is_empty(ctx):
                raise
        if settings.demo:
            await make_demo(installation, "small", user.password)


async def demo(settings: Settings, arguments: argparse.Namespace) -> None:
    """Fill the database with demonstration data, or clear it."""
    from fangxin.demo.command import fill_or_clear

    await prepare(replace(settings, demo=False))
    password = administrator_password(settings)
    async with started(settings) as installation:
        text, values = await fill_or_clear(
            installation, arguments.size, password, clear=arguments.clear
        )
    say(text, **values)


def administrator_password(settings: Settings) -> str:
    """Return the first password: the one that was given, or one made now and kept in a file."""
    return settings.demo_password or kept_secret(
        settings.data_folder, PASSWORD_FILE, lambda: secrets.token_urlsafe(12)
    )


def greet(settings: Settings) -> None:
    """Say where to go and how to sign in, as long as the first password is the one we made."""
    say("放心 CRM is ready: {url}", url=settings.base_url)
    if settings.demo_password:
        say("Sign in as {email}; the password is FANGXIN_DEMO_PASSWORD.", email=ADMINISTRATOR)
    elif (settings.data_folder / PASSWORD_FILE).exists():
        made = administrator_password(settings)
        say("Sign in as {email}, first password: {password}", email=ADMINISTRATOR, password=made)


def run(settings: Settings, _arguments: argparse.Namespace) -> None:
    """Everything in one: migrate, fill an empty database, serve and work."""
    asyncio.run(prepare(settings))
    greet(settings)
    serve_web(settings, "fangxin.worker:application")


def serve(settings: Settings, _arguments: argparse.Namespace) -> None:
    """Serve the web alone; a worker runs elsewhere."""
    asyncio.run(prepare(replace(settings, demo=False)))
    greet(settings)
    serve_web(settings, "fangxin.app:application")


async def work(settings: Settings, _arguments: argparse.Namespace) -> None:
    """Do background work alone."""
    from fangxin.app import Installation
    from fangxin.kernel.logging import configure_logging
    from fangxin.worker import build_working_installation
    from fangxin.worker import work as work_until_stopped

    configure_logging()
    installation = build_working_installation(settings, Installation)
    await installation.start()
    try:
        await work_until_stopped(installation)
    finally:
        await installation.stop()


# ---------------------------------------------------------------- the database and its people


async def migrate_database(settings: Settings, _arguments: argparse.Namespace) -> None:
    """Bring the database to the newest schema."""
    from fangxin.migrations.migrate import head, migrate

    if await migrate(settings.database_url):
        say("The database is now at revision {revision}.", revision=head())
    else:
        say("The database is already at revision {revision}.", revision=head())


async def add_user(settings: Settings, arguments: argparse.Namespace) -> None:
    """Add a user and print the link by which he sets his password."""
    from fangxin.access.contexts import system_context
    from fangxin.access.login import new_invitation, put_invitation
    from fangxin.kernel.context import SYSTEM
    from fangxin.kernel.ids import named_id
    from fangxin.records.engine import create

    await prepare(replace(settings, demo=False))
    async with started(settings) as installation:
        ctx = await system_context(installation, "cli")
        body = {"email": arguments.email, "role": named_id("role", arguments.role)}
        if arguments.name:
            body["name"] = arguments.name
        user = await create(ctx, "user", body)
        secret, row = new_invitation(user["id"], SYSTEM.id, ctx.clock())
        await installation.database.write(lambda tx: put_invitation(tx, row))
    print(f"{settings.base_url}/invite/{secret}")


async def add_token(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make an API token of a user and print it alone."""
    from fangxin.access.sessions import create_token

    async with started(settings) as installation:
        made = await create_token(await context_of(installation, arguments.user), arguments.name)
    print(made["token"])


async def context_of(installation: Installation, email: str, source: Source = "cli") -> Ctx:
    """Return the context of the active user with this address, or raise NotFound."""
    from fangxin.access.contexts import context_for_user, system_context
    from fangxin.records.reading import find

    system = await system_context(installation, "cli")
    wanted = {"field": "email", "op": "is", "value": email}
    page = await find(system, "user", filter=wanted, fields=["id"], limit=1)
    if not page.items:
        raise NotFound("There is no user with the address {email}.", values={"email": email})
    return await context_for_user(installation, page.items[0]["id"], source)


async def inspect(settings: Settings, arguments: argparse.Namespace) -> None:
    """Print an object's fields: key, type, label and what is special."""
    async with started(settings) as installation:
        words_of.show_object(installation.registry[arguments.object])


async def reindex(settings: Settings, _arguments: argparse.Namespace) -> None:
    """Index all records for search anew, while the server goes on working."""
    from fangxin.worker import reindex_all

    await reindex_all(settings)


async def keys(settings: Settings, arguments: argparse.Namespace) -> None:
    """Tell which encryption keys there are and what needs them, or seal all by the newest."""
    from fangxin.worker import tell_keys

    await tell_keys(settings, rotate=arguments.verb == "rotate")


async def doctor(settings: Settings, _arguments: argparse.Namespace) -> None:
    """Examine the installation; exit with 1 when something is ill."""
    from fangxin.app import load_parts
    from fangxin.data.doctor import examine
    from fangxin.kernel.db import open_database

    database = open_database(settings.database_url)
    await database.start()
    try:
        findings = await examine(settings, database, load_parts().examinations)
    finally:
        await database.stop()
    if not words_of.show_findings(findings):
        sys.exit(1)


def verify(settings: Settings, arguments: argparse.Namespace) -> None:
    """Ask a running server for what the mission promises; exit with 1 where it is not so."""
    from fangxin.verifying import command

    command.run_verify(settings, arguments, settings.data_folder / PASSWORD_FILE)


async def acting(installation: Installation, email: str | None, source: Source) -> Ctx:
    """Return the context of the user that was named; else of the administrator, else the system."""
    from fangxin.access.contexts import system_context

    if email is not None:
        return await context_of(installation, email, source)
    try:
        return await context_of(installation, ADMINISTRATOR, source)
    except (NotFound, Unauthenticated):
        return await system_context(installation, source)


async def import_records(settings: Settings, arguments: argparse.Namespace) -> None:
    """Import a CSV or Excel file; exit with 1 when rows were refused (they are kept in a file)."""
    from fangxin.kernel import garbage
    from fangxin.transfer.command import run_import

    given = words_of.read_map(arguments.map) if arguments.map else None
    async with started(settings) as installation:
        ctx = await acting(installation, arguments.user, "import")
        garbage.settle()
        refused = await run_import(ctx, arguments.file, words_of.import_order(arguments, given))
    for kept in refused:
        say("The refused rows are in {path}, each with its reason.", path=kept)
    if refused:
        sys.exit(1)


async def export_records(settings: Settings, arguments: argparse.Namespace) -> None:
    """Export what the user may see and export into a .csv, .xlsx or .json file."""
    from fangxin.transfer.exporting import export_file

    order = {
        "object": arguments.object,
        "format": arguments.file.suffix.removeprefix(".").lower() or "csv",
        "filter": words_of.read_json(arguments.filter) if arguments.filter else None,
        "fields": arguments.fields.split(",") if arguments.fields else None,
        "sort": arguments.sort,
    }
    given = {key: value for key, value in order.items() if value is not None}
    async with started(settings) as installation:
        ctx = await acting(installation, arguments.user, "cli")
        count = await export_file(ctx, arguments.file, given)
    say("{count} records are in {path}.", count=count, path=arguments.file)


async def configure(settings: Settings, arguments: argparse.Namespace) -> None:
    """Write all settings into a file, compare them with one, or bring one about."""
    from fangxin.configuring.command import run_config

    async with started(settings) as installation:
        await run_config(await acting(installation, arguments.user, "cli"), arguments)


async def back_up(settings: Settings, arguments: argparse.Namespace) -> None:
    """Write everything into one file, while the server goes on working."""
    from fangxin.moving.command import run_backup

    await run_backup(settings, arguments)


async def restore(settings: Settings, arguments: argparse.Namespace) -> None:
    """Put back what a backup holds, and compare it."""
    from fangxin.moving.command import run_restore

    await run_restore(settings, arguments)


async def copy(settings: Settings, arguments: argparse.Namespace) -> None:
    """Copy everything into another, empty database (SQLite or PostgreSQL), and compare it."""
    from fangxin.moving.command import run_copy

    await run_copy(settings, arguments)


# ---------------------------------------------------------------- the words of the command line


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; each one's function is its `command`."""
    parser = argparse.ArgumentParser(
        prog="fangxin", description="放心 CRM. Settings come from FANGXIN_* variables."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(under: Any, word: str, command: Any) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = under.add_parser(word, help=command.__doc__)
        made.set_defaults(command=command)
        return made

    add(commands, "run", run)
    add(commands, "serve", serve)
    add(commands, "work", work)
    add(commands, "migrate", migrate_database)
    user = commands.add_parser("user", help="Users.").add_subparsers(required=True, metavar="VERB")
    new_user = add(user, "add", add_user)
    new_user.add_argument("--email", required=True)
    new_user.add_argument("--name")
    new_user.add_argument("--role", default="sales", help="key of a shipped role")
    key = commands.add_parser("token", help="Tokens.").add_subparsers(required=True, metavar="VERB")
    new_token = add(key, "add", add_token)
    new_token.add_argument("--user", required=True, metavar="EMAIL")
    new_token.add_argument("--name", required=True)
    add(commands, "inspect", inspect).add_argument("object")
    add(commands, "doctor", doctor)
    words_of.add_verify(add(commands, "verify", verify), ADMINISTRATOR)
    words_of.add_keys(add(commands, "keys", keys))
    add(commands, "reindex", reindex)
    words_of.add_demo(add(commands, "demo", demo))
    words_of.add_import(add(commands, "import", import_records))
    words_of.add_export(add(commands, "export", export_records))
    words_of.add_config(add(commands, "config", configure))
    words_of.add_backup(add(commands, "backup", back_up))
    words_of.add_restore(add(commands, "restore", restore))
    words_of.add_copy(add(commands, "copy", copy))
    return parser


def main(words: Sequence[str] | None = None) -> None:
    """Entry point: exit 0 when done, 1 when refused, 2 when the settings or words are wrong."""
    arguments = build_parser().parse_args(words)
    try:
        done = arguments.command(read_settings(os.environ), arguments)
        if done is not None:
            asyncio.run(done)
        sys.stdout.flush()
    except SettingsError as error:
        print(f"fangxin: {error}", file=sys.stderr)
        sys.exit(2)
    except FangxinError as error:
        print(f"fangxin: {translate(language(), error.detail, error.values)}", file=sys.stderr)
        for problem in error.errors:
            text = translate(language(), problem.message, problem.values)
            print(f"  {problem.pointer}: {text}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if is_unread():
            sys.exit(141)
        # a file that is not there, a database that does not answer
        print(f"fangxin: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
