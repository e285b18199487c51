"""The words that commands take, beside their names."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final

from fangxin.kernel.errors import BadRequest

SIZES: Final = ("small", "medium", "large")


def add_import(parser: argparse.ArgumentParser) -> None:
    """Give the import command its words."""
    parser.add_argument("object")
    parser.add_argument("file", type=Path)
    parser.add_argument("--map", type=Path, metavar="MAP.json")
    parser.add_argument("--mode", choices=("create", "update", "upsert"))
    parser.add_argument("--match", metavar="FIELD", help="field that tells records apart")
    parser.add_argument("--dry-run", action="store_true", help="check all rows, write none")
    parser.add_argument("--user", metavar="EMAIL", help="in whose name")


def add_export(parser: argparse.ArgumentParser) -> None:
    """Give the export command its words."""
    parser.add_argument("object")
    parser.add_argument("file", type=Path, help="name.csv, name.xlsx or name.json")
    parser.add_argument("--filter", type=Path, metavar="FILTER.json")
    parser.add_argument("--fields", metavar="KEY,KEY")
    parser.add_argument("--sort", metavar="-KEY,KEY")
    parser.add_argument("--user", metavar="EMAIL", help="in whose name")


def add_demo(parser: argparse.ArgumentParser) -> None:
    """Give the demo command its words."""
    sizes = "200, 100,000 or 1,000,000 companies"
    parser.add_argument("--size", choices=SIZES, default="small", help=sizes)
    parser.add_argument("--clear", action="store_true", help="remove what this command made")


def add_backup(parser: argparse.ArgumentParser) -> None:
    """Give the backup command its words."""
    parser.add_argument("file", type=Path, help="name.zip")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")


def add_restore(parser: argparse.ArgumentParser) -> None:
    """Give the restore command its words."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--to", metavar="URL", help="database; else FANGXIN_DATABASE_URL")
    parser.add_argument("--force", action="store_true", help="replace what is there")


def add_copy(parser: argparse.ArgumentParser) -> None:
    """Give the copy command its words."""
    parser.add_argument("--to", metavar="URL", required=True, help="an empty database")
    parser.add_argument("--files-to", metavar="FOLDER", help="place of the copied stored files")


def read_json(path: Path) -> Any:
    """Read a JSON file, or raise BadRequest naming it."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadRequest(
            "{path} cannot be read: {fault}", values={"path": path, "fault": error}
        ) from error
