"""Bring the catalogues up to date with the code: `make words`.

New texts are added with an empty translation, which `make check` then asks for. None is removed:
some are reached by names that no reader of the code can follow (labels of roles, of colours).
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tools.checks.findings import ROOT
from tools.checks.words import CATALOGUES, extract

NEW = "fangxin.po"
HEADER = """msgid ""
msgstr ""
"Language: {locale}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"""


def _read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=locale, project="fangxin", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _write(path: Path, catalogue: Catalog, locale: str) -> None:
    with path.open("wb") as file:
        file.write(HEADER.format(locale=locale).encode())
        write_po(file, catalogue, width=100, sort_output=True, omit_header=True, no_location=True)


def update(root: Path, locale: str, folder: str) -> int:
    """Add what is missing to one locale's file of new texts; how many came."""
    place = root / folder
    place.mkdir(parents=True, exist_ok=True)
    catalogues = {path: _read(path, locale) for path in {*place.rglob("*.po"), place / NEW}}
    known = {str(each.id) for made in catalogues.values() for each in made if each.id}
    missing = sorted(set(extract(root)) - known)
    for text in missing:
        catalogues[place / NEW].add(text)
    if missing:
        _write(place / NEW, catalogues[place / NEW], locale)
    return len(missing)


def main() -> None:
    """Update every locale."""
    for locale, folder in CATALOGUES.items():
        print(f"{locale}: {update(ROOT, locale, folder)} new")


if __name__ == "__main__":
    main()
