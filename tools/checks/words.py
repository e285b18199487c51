"""Every word for people has its translation: the English text in the code is the key.

Which texts are for people is read from the package: arguments and fields named `label`, `message`,
`detail` … of its own functions and classes, wherever those are called, and the sections of layouts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

from tools.checks.findings import Finding, skipped, walk
from tools.checks.vocabulary import Source

# Parameters that take a text for people.
SPOKEN = {"label", "label_plural", "help", "placeholder", "message", "detail", "msgid"}
CATALOGUES = {"zh_CN": "fangxin/locale/zh_CN"}
# The command line and the log speak English alone.
ENGLISH = {"fangxin/cli.py", "fangxin/kernel/logging.py"}
SECTION_PARTS = 3

Signature = Mapping[int, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _spoken_arguments(function: Function, *, method: bool) -> Signature:
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    names = names[1:] if method else names
    return {index: name for index, name in enumerate(names) if name in SPOKEN}


def _class_signature(node: ast.ClassDef) -> Signature | None:
    """Where a class takes texts: by its own __init__, else by its annotated fields."""
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            return _spoken_arguments(each, method=True)
    fields = [
        each.target.id
        for each in node.body
        if isinstance(each, ast.AnnAssign)
        and isinstance(each.target, ast.Name)
        and "ClassVar" not in ast.unparse(each.annotation)
    ]
    decorated = any("dataclass" in ast.unparse(each) for each in node.decorator_list)
    return {i: name for i, name in enumerate(fields) if name in SPOKEN} if decorated else None


def _own_signatures(source: Source) -> dict[str, Signature]:
    """Functions of the file's own, methods under `self.name`."""
    found: dict[str, Signature] = {}
    for node in source.tree.body:
        if isinstance(node, Function):
            found[node.name] = _spoken_arguments(node, method=False)
        for each in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(each, Function):
                found[f"self.{each.name}"] = _spoken_arguments(each, method=True)
    return found


def signatures(sources: Iterable[Source]) -> dict[str, Signature]:
    """Every function and class of the package that takes a text for people."""
    found: dict[str, Signature] = {}
    heirs: list[tuple[str, list[str]]] = []
    for source in sources:
        found |= _own_signatures(source)
        for node in source.tree.body:
            own = _class_signature(node) if isinstance(node, ast.ClassDef) else None
            if isinstance(node, ast.ClassDef) and own is not None:
                found[node.name] = own
            elif isinstance(node, ast.ClassDef):
                heirs.append((node.name, [ast.unparse(base) for base in node.bases]))
    # a class without fields of its own takes what its base takes; bases may stand in any order
    for _ in heirs:
        for name, bases in heirs:
            inherited = [found[base] for base in bases if base in found]
            if name not in found and inherited:
                found[name] = inherited[0]
    return {name: signature for name, signature in found.items() if signature}


Spoken = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Variables:
    """Texts that are put into a variable before they are handed on, by name and line."""

    texts: list[tuple[int, str, str]]
    functions: list[tuple[int, int]]

    @classmethod
    def of(cls, source: Source) -> Variables:
        """Read them from one file."""
        texts = [
            (node.lineno, target.id, node.value.value)
            for node in source.nodes(ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ]
        functions = [
            (node.lineno, node.end_lineno or node.lineno)
            for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
            for node in source.nodes(kind)
        ]
        return cls(texts, functions)

    def at(self, line: int, name: str) -> list[str]:
        """What `name` may hold where it is used: assignments in the innermost function."""
        inside = self._function(line)
        return [
            text for at, held, text in self.texts if held == name and self._function(at) == inside
        ]

    def _function(self, line: int) -> tuple[int, int]:
        return max((each for each in self.functions if each[0] <= line <= each[1]), default=(0, 0))


def _texts(node: ast.expr, variables: Variables) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _texts(node.body, variables) + _texts(node.orelse, variables)
    return variables.at(node.lineno, node.id) if isinstance(node, ast.Name) else []


def _name_of(function: ast.expr, imported: set[str]) -> str:
    """A function's bare name, a method's as `self.name`: what has a dot and is no import is one."""
    root, _, rest = ast.unparse(function).partition(".")
    last = rest.split(".")[-1]
    return (last if root in imported else f"self.{last}") if rest else root


def _in_calls(source: Source, known: Mapping[str, Signature]) -> Spoken:
    variables, own = Variables.of(source), _own_signatures(source)
    imported = source.imported("fangxin")
    for call in source.nodes(ast.Call):
        if source.is_sqlalchemy(call.func):
            continue
        name = _name_of(call.func, imported)
        signature = own.get(name, known.get(name, {}))
        spoken = [each for index, each in enumerate(call.args) if index in signature]
        spoken += [each.value for each in call.keywords if each.arg in SPOKEN]
        yield from ((call.lineno, text) for each in spoken for text in _texts(each, variables))


def _in_sections(source: Source) -> Spoken:
    """Sections of layouts are triples: key, label, keys of fields."""
    for keyword in source.nodes(ast.keyword):
        for part in ast.walk(keyword.value) if keyword.arg == "sections" else ():
            if isinstance(part, ast.Tuple) and len(part.elts) == SECTION_PARTS:
                label, keys = part.elts[1:]
                if isinstance(label, ast.Constant) and isinstance(keys, ast.Tuple):
                    yield label.lineno, str(label.value)


def _in_classes(source: Source) -> Spoken:
    for node in source.nodes(ast.ClassDef):
        for each in node.body:
            target = getattr(each, "target", None) or (getattr(each, "targets", None) or [None])[0]
            value = getattr(each, "value", None)
            named = isinstance(target, ast.Name) and target.id in SPOKEN
            if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield each.lineno, value.value


def spoken_texts(source: Source, known: Mapping[str, Signature]) -> Spoken:
    """Every text for people in one file, with its line."""
    yield from _in_calls(source, known)
    yield from _in_sections(source)
    yield from _in_classes(source)


def extract(root: Path) -> dict[str, list[tuple[str, int]]]:
    """Every text for people below `root`, with the places where it stands."""
    sources = [
        Source(path.relative_to(root).as_posix(), path.read_text("utf-8"))
        for path in walk(root, ("fangxin",), (".py",))
    ]
    known = signatures(sources)
    found: dict[str, list[tuple[str, int]]] = {}
    for source in sources:
        if source.path in ENGLISH:
            continue
        for line, text in spoken_texts(source, known):
            if any(letter.isalpha() for letter in text) and not skipped(
                source.lines, line, "words"
            ):
                found.setdefault(text, []).append((source.path, line))
    return found


def translated(folder: Path) -> dict[str, str]:
    """What the catalogues below `folder` translate, fuzzy entries left out."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                usable = isinstance(message.id, str) and message.string and not message.fuzzy
                if usable and message.id:
                    found[str(message.id)] = str(message.string)
    return found


def _placeholders(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}


def findings(root: Path) -> list[Finding]:
    """Texts without a translation, and translations that lose a {named} value."""
    found = []
    asked = extract(root)
    for folder in CATALOGUES.values():
        words = translated(root / folder)
        for text, places in asked.items():
            path, line = places[0]
            if text not in words:
                found.append(Finding(path, line, "words", f"{folder} lacks: {text}"))
            elif _placeholders(text) != _placeholders(words[text]):
                message = f"{folder} has other {{values}} than: {text}"
                found.append(Finding(path, line, "words", message))
    return found
