"""The package's own words, read from its source: field types, objects, plain tables."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

# Objects that the engine knows by contract: every record has an owner and a department, rights
# come from roles, and a file, a view and a tag are words of HTTP and of screens as well.
KNOWN_TO_THE_ENGINE = {
    *("user", "users", "department", "departments", "role", "roles"),
    *("file", "files", "view", "views", "tag", "tags", "grant", "grants", "share", "shares"),
    *("note", "notes"),
}


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The text by lines."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text)

    @cached_property
    def _walked(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    def nodes(self, kind: type[Node]) -> Iterator[Node]:
        """Every node of one kind."""
        return (node for node in self._walked if isinstance(node, kind))

    def imported(self, package: str) -> set[str]:
        """The names under which this file knows `package` and what it took from there."""
        found = set()
        for node in self.nodes(ast.Import):
            taken = [alias for alias in node.names if _within(alias.name, package)]
            found |= {alias.asname or alias.name.split(".")[0] for alias in taken}
        for origin in self.nodes(ast.ImportFrom):
            if _within(origin.module or "", package):
                found |= {alias.asname or alias.name for alias in origin.names}
        return found

    @cached_property
    def sqlalchemy_names(self) -> set[str]:
        """The names under which this file knows SQLAlchemy and what comes from it."""
        return self.imported("sqlalchemy")

    def is_sqlalchemy(self, function: ast.expr) -> bool:
        """Whether a called expression starts at a name of SQLAlchemy, as `sa.select` does."""
        while isinstance(function, ast.Attribute):
            function = function.value
        return isinstance(function, ast.Name) and function.id in self.sqlalchemy_names


def snake(name: str) -> str:
    """`PaymentPlan` → `payment_plan`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def plural(noun: str) -> str:
    """`opportunity` → `opportunities`, as in the paths of the API."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def _class_text(node: ast.ClassDef, *names: str) -> set[str]:
    """String values that the class body assigns to one of `names`."""
    found = set()
    for statement in node.body:
        value = getattr(statement, "value", None)
        targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
        named = any(isinstance(each, ast.Name) and each.id in names for each in targets)
        if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
            found.add(value.value)
    return found


def _paths(node: ast.ClassDef) -> set[str]:
    """The `path="…"` that the class gives among its facts."""
    keywords = [each for each in ast.walk(node) if isinstance(each, ast.keyword)]
    values = [each.value for each in keywords if each.arg == "path"]
    return {str(each.value) for each in values if isinstance(each, ast.Constant)}


def _bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).split(".")[-1].split("[")[0] for base in node.bases}


def _is_table(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).split(".")[-1] == "Table"


@dataclass
class Vocabulary:
    """Words that the rules look for."""

    field_types: set[str] = field(default_factory=set)
    field_classes: set[str] = field(default_factory=set)
    object_names: set[str] = field(default_factory=set)
    plain_tables: set[str] = field(default_factory=set)
    plain_table_names: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Vocabulary:
        """Read the words from the whole package."""
        words = cls()
        for source in sources:
            if source.path.startswith("fangxin/fields/"):
                words.read_fields(source)
            else:
                words.read_objects(source)
            words.read_tables(source)
        words.object_names -= KNOWN_TO_THE_ENGINE
        return words

    def read_fields(self, source: Source) -> None:
        """Field types are the classes in fields/ with a `name` of their own."""
        for node in source.nodes(ast.ClassDef):
            names = _class_text(node, "name")
            if names:
                self.field_types |= names
                self.field_classes.add(node.name)

    def read_objects(self, source: Source) -> None:
        """Objects are the classes declared on Record."""
        for node in source.nodes(ast.ClassDef):
            if "Record" in _bases(node):
                name = snake(node.name)
                self.object_names |= {name, plural(name)}
                self.object_names |= _class_text(node, "__tablename__") | _paths(node)

    def read_tables(self, source: Source) -> None:
        """Plain tables are names bound to `Table(…)` at the top of a file."""
        for node in source.tree.body:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or not _is_table(node.value):
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            self.plain_tables |= {each.id for each in targets if isinstance(each, ast.Name)}
            call = node.value
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                self.plain_table_names.add(str(call.args[0].value))
