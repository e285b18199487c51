"""Prose is wrapped at 100 columns and nothing else is touched."""

import ast

import pytest

from tools import wrap
from tools.checks.findings import ROOT

WORDS = "word " * 30
SAMPLE = f'''"""One line that is far too long. {WORDS}end."""

from x import y


def f():
    """Short.

    Second paragraph. {WORDS}end.

        code = that * stays  # {WORDS}

    - an item {WORDS}end
    - another
    """
    # {WORDS}comment
    # goes on
    return "{WORDS}"
'''


def prose(text: str) -> list[str]:
    return " ".join(text.replace("#", " ").split()).split(" ")


def test_long_prose_is_wrapped_and_no_word_is_lost() -> None:
    wrapped = wrap.wrap(SAMPLE)
    long = [line for line in wrapped.splitlines() if len(line) > wrap.COLUMNS]
    assert [line.strip().split(" ")[0] for line in long] == ["code", "return"]
    assert prose(wrapped.replace('"""', " ")) == prose(SAMPLE.replace('"""', " "))
    assert "\n    - another\n" in wrapped


def test_wrapping_twice_changes_nothing() -> None:
    once = wrap.wrap(SAMPLE)
    assert wrap.wrap(once) == once


@pytest.mark.parametrize("folder", ["kernel", pytest.param(".", marks=pytest.mark.long)])
def test_code_stays_the_same(folder: str) -> None:
    for path in sorted((ROOT / "fangxin" / folder).rglob("*.py")):
        text = path.read_text("utf-8")
        before, after = (strip(ast.parse(each)) for each in (text, wrap.wrap(text)))
        assert before == after, path


def strip(tree: ast.Module) -> str:
    """The code without its docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [each for each in node.body if not _is_text(each)]
    return ast.dump(tree)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
