"""`fangxin config export|diff|apply`: the configuration in files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

import msgspec

from fangxin.configuring.apply import apply, diff, export
from fangxin.configuring.portray import written
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import BadRequest
from fangxin.kernel.terminal import say

# what a folder's file is called
NAME: Final = "configuration.json"
_MARKS: Final = {"added": "+", "changed": "~", "removed": "-"}


def file_of(path: Path) -> Path:
    """Return the file meant: the one in a folder where a folder is named."""
    return path / NAME if path.is_dir() or not path.suffix else path


def read_file(path: Path) -> Any:
    """Read the file, or raise BadRequest naming it."""
    place = file_of(path)
    try:
        return msgspec.json.decode(place.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        values = {"path": place, "fault": error}
        raise BadRequest("{path} cannot be read: {fault}", values=values) from error


async def run_export(ctx: Ctx, arguments: argparse.Namespace) -> None:
    """Write the whole configuration into a file, or into one of that name in a folder."""
    document = await export(ctx, arguments.include or ())
    place = file_of(arguments.file)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(written(document))
    say("The configuration is in {path}.", path=place)


async def run_diff(ctx: Ctx, arguments: argparse.Namespace) -> None:
    """Print how a file differs from what is here."""
    show((await diff(ctx, read_file(arguments.file)))["changes"])


async def run_apply(ctx: Ctx, arguments: argparse.Namespace) -> None:
    """Bring the installation to what a file says."""
    told = await apply(
        ctx,
        read_file(arguments.file),
        prune=arguments.prune,
        rehearse=arguments.dry_run,
        empty_unfit=arguments.empty_unfit,
    )
    show(told["changes"])
    for each in told["conversions"]:
        counts = {"fit": each["fit"], "total": each["total"]}
        say(
            "{pointer}: {fit} of {total} values fit the new type.",
            pointer=each["pointer"],
            **counts,
        )
    if arguments.dry_run:
        say("Everything fits; nothing was changed.")
    elif told["applied"]:
        say("{count} settings were changed.", count=len(told["changes"]))


async def run_config(ctx: Ctx, arguments: argparse.Namespace) -> None:
    """Do what the verb says."""
    runs = {"export": run_export, "diff": run_diff, "apply": run_apply}
    await runs[arguments.verb](ctx, arguments)


def show(changes: list[dict[str, Any]]) -> None:
    """Print differences: a line an item, and below it a line a property."""
    for each in changes:
        print(_MARKS[each["change"]], each["pointer"])
        for one in each["properties"] if each["change"] == "changed" else ():
            sides = [_short(one[side]) for side in ("before", "after")]
            print(f"    {one['property']}: {sides[0]} → {sides[1]}")
    if not changes:
        say("Nothing differs.")


_LONGEST: Final = 200


def _short(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
