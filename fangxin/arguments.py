"""The words that commands take, beside their names."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fangxin.kernel.errors import BadRequest
from fangxin.kernel.i18n import translate
from fangxin.kernel.terminal import language

if TYPE_CHECKING:
    from fangxin.data.doctor import Finding
    from fangxin.objects.registry import ObjectDef

SIZES: Final = ("small", "medium", "large")


def add_import(parser: argparse.ArgumentParser) -> None:
    """Give the import command its words."""
    parser.add_argument("object")
    parser.add_argument("file", type=Path)
    parser.add_argument("--map", type=Path, metavar="MAP.json")
    parser.add_argument("--mode", choices=("create", "update", "upsert"))
    parser.add_argument("--match", metavar="FIELD", help="field that tells records apart")
    parser.add_argument("--sheet", metavar="NAME", help="sheet of a workbook")
    parser.add_argument("--encoding", metavar="NAME", help="utf-8, gb18030, utf-16-le …")
    parser.add_argument("--delimiter", metavar="SIGN", type=_sign, help="one of , ; | tab")
    parser.add_argument("--quote", metavar="SIGN", help="\" or ', or empty for none")
    row = "number of the row that names the columns, 0 for none"
    parser.add_argument("--header-row", metavar="ROW", type=int, help=row)
    parser.add_argument(
        "--duplicates",
        choices=("create", "skip", "update", "review"),
        help="rows that look like a record that is there",
    )
    parser.add_argument("--dry-run", action="store_true", help="check all rows, write none")
    parser.add_argument("--user", metavar="EMAIL", help="in whose name")


def _sign(text: str) -> str:
    """Return a delimiter; a tab is hard to type in a shell."""
    return "\t" if text == "tab" else text


def import_order(arguments: argparse.Namespace, given: Any) -> dict[str, Any]:
    """Return what the import command asks for, as the options of the API. A map with `sheets` names
    the object of each, and how it is read; what it leaves open is as the command says.

    Raises BadRequest where the command and such a map both choose the sheet.
    """
    names = ("mode", "match", "duplicates", "encoding", "delimiter", "quote", "header_row")
    said = {name: getattr(arguments, name) for name in ("object", *names)}
    if isinstance(given, dict) and isinstance(given.get("sheets"), list):
        if arguments.sheet is not None:
            message = "The map names the sheets itself: leave --sheet out."
            raise BadRequest(message)
        known = {name: value for name, value in said.items() if value is not None}
        sheets = [{**known, **each} if isinstance(each, dict) else each for each in given["sheets"]]
        return {"sheets": sheets, "dry_run": arguments.dry_run}
    return {"map": given, **said, "sheet": arguments.sheet, "dry_run": arguments.dry_run}


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


def add_verify(parser: argparse.ArgumentParser, administrator: str) -> None:
    """Give the command that asks a server its words."""
    parser.add_argument("--url", help="address of the server; that of the settings when left out")
    parser.add_argument("--token", help="of an administrator, or in FANGXIN_VERIFY_TOKEN")
    parser.add_argument("--email", default=administrator, help="in whose name")
    parser.add_argument("--password", help="or in FANGXIN_VERIFY_PASSWORD")
    money = "also sign a contract and take payments, which stay for good, void and reversed"
    parser.add_argument("--money", action="store_true", help=money)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def add_keys(parser: argparse.ArgumentParser) -> None:
    """Give the command on encryption keys its words."""
    verbs = parser.add_subparsers(required=True, metavar="VERB", dest="verb")
    verbs.add_parser("list", help="tell which keys there are, and how many values need each")
    verbs.add_parser("rotate", help="seal every encrypted value by the newest key")


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


def add_config(parser: argparse.ArgumentParser) -> None:
    """Give the commands on the configuration their words."""
    verbs = parser.add_subparsers(required=True, metavar="VERB", dest="verb")
    export = verbs.add_parser("export", help="write all settings into a file")
    export.add_argument("file", type=Path, metavar="DIR|FILE")
    known = "what is carried only when asked for, such as department"
    export.add_argument("--include", action="append", metavar="OBJECT", help=known)
    diff = verbs.add_parser("diff", help="show how a file differs from what is here")
    diff.add_argument("file", type=Path, metavar="FILE")
    apply = verbs.add_parser("apply", help="bring everything that a file names to what it says")
    apply.add_argument("file", type=Path, metavar="FILE")
    apply.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
    apply.add_argument("--prune", action="store_true", help="remove what the file does not name")
    unfit = "leave values empty that do not fit the new type of their field"
    apply.add_argument("--empty-unfit", action="store_true", help=unfit)
    for each in (export, diff, apply):
        each.add_argument("--user", metavar="EMAIL", help="in whose name")


def show_object(definition: ObjectDef) -> None:
    """Print an object's fields: key, type, label and what is special."""
    print(f"{definition.name}  /api/v1/{definition.facts.path}")
    for each in definition.fields.values():
        marks = ("required", "unique", "indexed", "read_only", "system", "custom")
        special = [mark for mark in marks if getattr(each, mark)]
        target = f" → {each.target}" if each.target else ""
        label = translate(language(), each.label)
        print(f"  {each.key:24} {each.type.name + target:24} {label:24} {' '.join(special)}")
        for option in each.options:
            print(f"      {option.key:20} {translate(language(), option.label)}")


def read_map(path: Path) -> Any:
    """Read the map of an import: a file, or one that comes with the product by its plain name."""
    from fangxin.transfer.mapping import shipped_map

    return (None if path.exists() else shipped_map(path.stem)) or read_json(path)


def read_json(path: Path) -> Any:
    """Read a JSON file, or raise BadRequest naming it."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadRequest(
            "{path} cannot be read: {fault}", values={"path": path, "fault": error}
        ) from error


def show_findings(findings: Sequence[Finding]) -> bool:
    """Print what the doctor has found, and tell whether all is well."""
    for each in findings:
        text = translate(language(), each.text, each.values)
        print("ok  " if each.good else "ILL ", f"{translate(language(), each.subject)}: {text}")
    return all(each.good for each in findings)
