"""Bring the catalogues up to date with the code: `make words`.

New texts are added with an empty translation, which `make check` then asks for; texts that the code
no longer has are removed. A folder of several catalogues keeps each text in the file that has it.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tools.checks.findings import ROOT
from tools.checks.words import CATALOGUES, extract

NEW = "fangxin.po"


def _read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=locale, project="fangxin", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _write(path: Path, catalogue: Catalog) -> None:
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, omit_header=False, no_location=True)


def update(root: Path, locale: str, folder: str) -> tuple[int, int]:
    """Update the catalogues of one locale; how many texts came and how many went."""
    asked = extract(root)
    place = root / folder
    place.mkdir(parents=True, exist_ok=True)
    paths = sorted({*place.rglob("*.po"), place / NEW})
    catalogues = {path: _read(path, locale) for path in paths}
    known = {str(each.id) for made in catalogues.values() for each in made if each.id}
    for text in sorted(set(asked) - known):
        catalogues[place / NEW].add(text)
    for catalogue in catalogues.values():
        for text in [str(each.id) for each in catalogue if each.id and each.id not in asked]:
            catalogue.delete(text)
    for path, catalogue in catalogues.items():
        _write(path, catalogue)
    return len(set(asked) - known), len(known - set(asked))


def main() -> None:
    """Update every locale."""
    for locale, folder in CATALOGUES.items():
        came, went = update(ROOT, locale, folder)
        print(f"{locale}: {came} new, {went} removed")


if __name__ == "__main__":
    main()
