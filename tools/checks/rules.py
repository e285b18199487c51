"""Rules of STYLE that need the syntax tree: one door, one commit, no branch on types or objects.

Each rule is a function from a `Source` and the `Vocabulary` of the whole package to findings. A
line may step out of a rule by a comment that names it and says why: `# skip one-door: reason`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.checks.findings import Finding, skipped, walk
from tools.checks.vocabulary import Source, Vocabulary

# Where statements on records are made, and where the driver and the schema live.
DOORS = ("fangxin/records/", "fangxin/history/", "fangxin/kernel/", "fangxin/migrations/")
STATEMENTS = {"select", "insert", "update", "delete", "exists"}
# All upper or all lower case: "Select a value from the list" is a label.
RAW_SQL = re.compile(
    r"\s*(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|WITH"
    r"|select|insert\s+into|update|delete\s+from|with)\s"
)
RAW_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+\"?(\w*)", re.IGNORECASE)
COMMITTERS = ("fangxin/kernel/", "fangxin/migrations/")
GENERIC = ("fangxin/records/", "fangxin/history/", "fangxin/api/")
NOT_FIELDS = "fangxin/fields/"


@dataclass(frozen=True)
class Breach:
    """What a rule saw at a node."""

    node: ast.expr | ast.stmt | ast.match_case
    rule: str
    message: str


Rule = Callable[[Source, Vocabulary], Iterator[Breach]]


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


def _roots(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _owners(node: ast.AST) -> set[str]:
    """Names whose columns are taken: `x` of `x.c`."""
    return {
        each.value.id
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and each.attr == "c" and isinstance(each.value, ast.Name)
    }


def _tables(call: ast.Call, known: set[str]) -> set[str]:
    """What a statement is over: arguments themselves, owners of `.c`, mapped classes.

    Names that are none of these (a list of columns, a loop variable) count where nothing else does.
    """
    arguments = [each.value if isinstance(each, ast.Starred) else each for each in call.args]
    direct = {each.id for each in arguments if isinstance(each, ast.Name)}
    owners = {name for argument in arguments for name in _owners(argument)}
    names = {name for argument in arguments for name in _roots(argument)} - known
    classes = {name for name in names if name[:1].isupper() and not name.isupper()}
    return (direct | owners | classes) - known or names


def _aliases(source: Source) -> dict[str, set[str]]:
    """What names stand for, as in `table = session`, `c = session.c`, `listed = [session.c.id]`.

    A name that is also bound to something else, or is a parameter, stands for nothing.
    """
    found: dict[str, set[str]] = {}
    for node in source.nodes(ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                same = {node.value.id} if isinstance(node.value, ast.Name) else set()
                found.setdefault(target.id, set()).update(same or _owners(node.value) or {""})
    for annotated in source.nodes(ast.AnnAssign):
        if isinstance(annotated.target, ast.Name) and annotated.value is not None:
            owners = _owners(annotated.value) or {""}
            found.setdefault(annotated.target.id, set()).update(owners)
    for arguments in source.nodes(ast.arguments):
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            found.setdefault(each.arg, set()).add("")
    return {name: values for name, values in found.items() if "" not in values}


def one_door_statement(source: Source, words: Vocabulary) -> Iterator[Breach]:
    """A SQLAlchemy statement over anything but a plain table, outside the engine."""
    if source.path.startswith(DOORS):
        return
    aliases = _aliases(source)
    for node in source.nodes(ast.Call):
        if _called(node) not in STATEMENTS or not source.is_sqlalchemy(node.func):
            continue
        tables = _tables(node, source.sqlalchemy_names)
        meant = {name for table in tables for name in aliases.get(table, {table})}
        if not meant <= words.plain_tables:
            message = f"a bare {_called(node)}() outside records/ may forget the reader's rights"
            yield Breach(node, "one-door", message)


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [each.value if isinstance(each, ast.Constant) else "" for each in node.values]
        return "".join(str(part) for part in parts)
    return None


def one_door_raw(source: Source, words: Vocabulary) -> Iterator[Breach]:
    """SQL written as text over anything but a plain table, outside the engine."""
    if source.path.startswith(DOORS):
        return
    for node in source.nodes(ast.expr):
        text = _literal(node)
        if text is None or not RAW_SQL.match(text):
            continue
        tables = set(RAW_TABLE.findall(text))
        if tables and not tables <= words.plain_table_names:
            yield Breach(node, "one-door", "SQL as text outside records/ may forget the rights")


def one_commit(source: Source, _words: Vocabulary) -> Iterator[Breach]:
    """A commit anywhere but in the database module, which drives the unit of work."""
    if source.path.startswith(COMMITTERS):
        return
    for node in source.nodes(ast.Call):
        named = isinstance(node.func, ast.Attribute) and node.func.attr in {"commit", "begin"}
        if named:
            yield Breach(node, "one-commit", "only kernel/ opens and commits a transaction")
    for constant in source.nodes(ast.Constant):
        if constant.value in {"COMMIT", "BEGIN", "BEGIN IMMEDIATE"}:
            yield Breach(constant, "one-commit", "only kernel/ opens and commits a transaction")


def _strings(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def _names_a_type(node: ast.expr) -> bool:
    """Whether an expression reads like the name of a field's type: `x.type`, `field.type.name`."""
    return bool(re.search(r"(?:\.|\b)(?:\w*_)?type(?:\.name|_name)?$", ast.unparse(node)))


def type_comparison(source: Source, words: Vocabulary) -> Iterator[Breach]:
    """A comparison or match of a field's type with the name of one, outside fields/."""
    if source.path.startswith(NOT_FIELDS):
        return
    message = "the field type owns its behaviour; give it a member instead of asking its name"
    for node in source.nodes(ast.Compare):
        sides = [node.left, *node.comparators]
        named = any(_names_a_type(side) for side in sides)
        if named and any(_strings(side) & words.field_types for side in sides):
            yield Breach(node, "field-type", message)
    for match in source.nodes(ast.Match):
        if _names_a_type(match.subject) and any(
            _strings(case.pattern) & words.field_types for case in match.cases
        ):
            yield Breach(match, "field-type", message)


def type_instance(source: Source, words: Vocabulary) -> Iterator[Breach]:
    """An isinstance test for one of the field type classes, outside fields/."""
    if source.path.startswith(NOT_FIELDS):
        return
    for node in source.nodes(ast.Call):
        if _called(node) not in {"isinstance", "issubclass"} or len(node.args) != len("xy"):
            continue
        classes = {each.attr for each in ast.walk(node.args[1]) if isinstance(each, ast.Attribute)}
        roots = _roots(node.args[1])
        if roots & source.imported("fangxin.fields") and (classes | roots) & words.field_classes:
            message = "the field type owns its behaviour; ask a member, not the class"
            yield Breach(node, "field-type", message)


def type_table(source: Source, words: Vocabulary) -> Iterator[Breach]:
    """A dictionary keyed by names of field types, outside fields/: a switch in another form."""
    if source.path.startswith(NOT_FIELDS):
        return
    for node in source.nodes(ast.Dict):
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        typed = [key for key in keys if key in words.field_types]
        if len(typed) >= len("abc") and len(typed) == len(node.keys):
            yield Breach(node, "field-type", "a table by field type belongs into fields/")


def object_name(source: Source, words: Vocabulary) -> Iterator[Breach]:
    """The name of a particular object in the generic engine or API."""
    if not source.path.startswith(GENERIC):
        return
    for node in source.nodes(ast.Constant):
        if isinstance(node.value, str) and node.value in words.object_names:
            message = f"`{node.value}` is one object; the engine serves all: move it to its module"
            yield Breach(node, "object-name", message)


def format_off(source: Source, _words: Vocabulary) -> Iterator[Breach]:
    """Comments that switch the formatter off, and with it the measure of size."""
    tree = source.tree.body
    for number, line in enumerate(source.lines, start=1):
        if tree and re.search(r"#\s*(?:fmt:|yapf:)", line):
            node = ast.Pass(lineno=number, col_offset=0)
            yield Breach(node, "format", "the formatter stays on: sizes are measured after it")


RULES: tuple[Rule, ...] = (
    one_door_statement,
    one_door_raw,
    one_commit,
    type_comparison,
    type_instance,
    type_table,
    object_name,
    format_off,
)


def _starts(source: Source, line: int) -> set[int]:
    """The line itself and the first line of the statement around it, where a skip may stand."""
    around = [
        node.lineno
        for node in source.nodes(ast.stmt)
        if node.lineno <= line <= (node.end_lineno or line) and not hasattr(node, "body")
    ]
    return {line, *around}


def check(source: Source, words: Vocabulary) -> list[Finding]:
    """Apply every rule to one file."""
    found = {}
    for rule in RULES:
        for breach in rule(source, words):
            line = getattr(breach.node, "lineno", 0)
            starts = _starts(source, line)
            if not any(skipped(source.lines, start, breach.rule) for start in starts):
                found[line, breach.rule] = breach.message
    return [Finding(source.path, *place, message) for place, message in found.items()]


def findings(root: Path) -> list[Finding]:
    """All breaches in the package below `root`."""
    sources = [
        Source(path.relative_to(root).as_posix(), path.read_text("utf-8"))
        for path in walk(root, ("fangxin",), (".py",))
    ]
    words = Vocabulary.of(sources)
    return [finding for source in sources for finding in check(source, words)]
