"""Rules for web/src that Biome does not have: colours, words, field types, names of objects.

A line may step out by a comment that names the rule and says why: `// skip web-text: reason`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.checks.findings import Finding, skipped, walk
from tools.checks.vocabulary import Source, Vocabulary

SUFFIXES = (".ts", ".tsx", ".css")
GENERATED = {"web/src/api/schema.d.ts"}
COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b|\b(?:rgba?|hsla?|oklch|oklab)\(", re.IGNORECASE
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words between two tags, and words in attributes that a person reads or hears.
JSX_TEXT = re.compile(r">\s*([A-Z][a-z]+(?:[ ,.!?…][^<>{}=;()]*)?)\s*</")
READ_ATTRIBUTE = re.compile(
    r"\b(?:label|title|placeholder|description|alt|aria-label|nothingFoundMessage)="
    r"(?:\"([^\"]*[A-Za-z]{2}[^\"]*)\"|'([^']*[A-Za-z]{2}[^']*)')"
)
COMMENT = re.compile(r"^\s*(?://|\*|/\*)|\{/\*.*?\*/\}|(?<![:'\"`])//\s.*$|/\*.*?\*/")


@dataclass(frozen=True)
class Line:
    """One line of web code without its comments."""

    path: str
    number: int
    text: str

    def inside(self, *folders: str) -> bool:
        """Whether the file lies in one of these folders of web/src."""
        return self.path.startswith(tuple(f"web/src/{folder}/" for folder in folders))


Rule = Callable[[Line, Vocabulary], Iterator[tuple[str, str]]]


def colour(line: Line, _words: Vocabulary) -> Iterator[tuple[str, str]]:
    """A literal colour outside the theme."""
    if not line.inside("theme") and COLOUR.search(line.text):
        yield "web-colour", "colours stand in web/src/theme; use its variable"


def text(line: Line, _words: Vocabulary) -> Iterator[tuple[str, str]]:
    """Words for people outside the catalogues."""
    if line.inside("i18n") or not line.path.endswith((".ts", ".tsx")):
        return
    tsx = line.path.endswith(".tsx")
    shown = tsx and (JSX_TEXT.search(line.text) or READ_ATTRIBUTE.search(line.text))
    if shown or CHINESE.search(line.text):
        yield "web-text", "words for people stand in web/src/i18n, in both languages"


def field_type(line: Line, words: Vocabulary) -> Iterator[tuple[str, str]]:
    """A branch on a field's type outside the registry of field components."""
    if line.inside("fields") or not words.field_types:
        return
    types = "|".join(sorted(words.field_types))
    compared = rf"\b[tT]ype\s*[!=]==?\s*['\"](?:{types})['\"]"
    if re.search(compared, line.text):
        yield "web-field-type", "a field type's behaviour lives in web/src/fields"


def object_name(line: Line, words: Vocabulary) -> Iterator[tuple[str, str]]:
    """The name of one object in the generic pages."""
    if not line.inside("records", "metadata"):
        return
    for quoted in re.findall(r"['\"`](\w+)['\"`]", line.text):
        if quoted in words.object_names:
            yield "web-object-name", f"`{quoted}` is one object; fill a slot from its module"


RULES: tuple[Rule, ...] = (colour, text, field_type, object_name)


def check(path: str, content: str, words: Vocabulary) -> list[Finding]:
    """Apply every rule to one file."""
    if path in GENERATED or re.search(r"\.test\.tsx?$", path):
        return []
    lines = content.splitlines()
    found = []
    for number, raw in enumerate(lines, start=1):
        line = Line(path, number, "" if COMMENT.match(raw) else COMMENT.sub("", raw))
        for rule in RULES:
            found += [
                Finding(path, number, name, message)
                for name, message in rule(line, words)
                if not skipped(lines, number, name, mark="//")
            ]
    return found


def findings(root: Path) -> list[Finding]:
    """All breaches in the web app below `root`."""
    words = Vocabulary.of(
        Source(path.relative_to(root).as_posix(), path.read_text("utf-8"))
        for path in walk(root, ("fangxin",), (".py",))
    )
    found = []
    for path in walk(root, ("web/src",), SUFFIXES):
        name = path.relative_to(root).as_posix()
        found += check(name, path.read_text("utf-8"), words)
    return found
