"""Wrap the prose of Python files at 100 columns, which ruff's formatter leaves as it is.

`python -m tools.wrap FILE…` rewrites docstrings and comments that run over; whole paragraphs are
set anew, code blocks (indented deeper) and tables stay as they are.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from pathlib import Path

COLUMNS = 100
QUOTES = '"""'
ITEM = re.compile(r"(?:[-*•]|\d+[.)])\s+")
COMMENT = re.compile(r"(\s*)# (.*)")


def _fill(text: str, indent: str, first: str, hang: str = "") -> list[str]:
    lines = textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=indent + first,
        subsequent_indent=indent + hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [indent + first]


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Split at blank lines and before list items."""
    found: list[list[str]] = [[]]
    for line in lines:
        if not line or ITEM.match(line):
            found.append([])
        found[-1].append(line)
    return [each for each in found if each]


def wrap_docstring(lines: list[str]) -> list[str]:
    """Set a docstring anew, given as its source lines with indentation and quotes."""
    if all(len(line) <= COLUMNS for line in lines):
        return lines
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    text = "\n".join(lines).strip()
    prefix, body = text[: text.index(QUOTES)], text.split(QUOTES)[1]
    content = [line.removeprefix(indent) for line in body.split("\n")]
    closing = content.pop().strip() == "" if len(content) > 1 else False
    if not closing and "\n" in body:
        content.append(body.split("\n")[-1].removeprefix(indent))
    result: list[str] = []
    for number, paragraph in enumerate(_paragraphs([line.rstrip() for line in content])):
        first = prefix + QUOTES if number == 0 else ""
        long = any(len(indent + first + line) > COLUMNS for line in paragraph)
        plain = not any(line.startswith((" ", "|")) for line in paragraph[1:])
        if not plain or (not long and number > 0):
            result += [(indent + line).rstrip() for line in paragraph]
            continue
        mark = ITEM.match(paragraph[0])
        hang = " " * len(mark[0]) if mark else ""
        blank = [""] if not paragraph[0] and number > 0 else []
        words = " ".join(line for line in paragraph if line)
        result += blank + (_fill(words, indent, first, hang) if words else [])
    if len(result) > 1:
        return [*result, indent + QUOTES]
    if len(result[0]) + len(QUOTES) <= COLUMNS:
        return [result[0] + QUOTES]
    head, _, last = result[0].rpartition(" ")
    return [head, indent + last, indent + QUOTES]


def wrap_comments(lines: list[str]) -> list[str]:
    """Set blocks of whole-line comments anew where one of their lines runs over."""
    result: list[str] = []
    block: list[str] = []

    def flush() -> None:
        match = COMMENT.fullmatch(block[0]) if block else None
        if match and any(len(line) > COLUMNS for line in block):
            words = " ".join(line.strip().removeprefix("# ") for line in block)
            result.extend(_fill(words, match[1], "# ", "# "))
        else:
            result.extend(block)
        block.clear()

    for line in lines:
        match = COMMENT.fullmatch(line)
        if not match or (block and not block[0].startswith(f"{match[1]}#")):
            flush()
        if match:
            block.append(line)
        else:
            result.append(line)
    flush()
    return result


def wrap(text: str) -> str:
    """Wrap one file's prose."""
    lines = text.splitlines()
    nodes = [
        node.body[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    ]
    # from the end, so that earlier line numbers stay right
    for node in sorted(nodes, key=lambda each: -each.lineno):
        start, end = node.lineno - 1, node.end_lineno or node.lineno
        if lines[start].lstrip().startswith((QUOTES, "r" + QUOTES)):
            lines[start:end] = wrap_docstring(lines[start:end])
    wrapped = "\n".join(wrap_comments(lines)) + "\n"
    return wrapped if text.endswith("\n") else text


def main() -> None:
    """Rewrite the files named on the command line."""
    for name in sys.argv[1:]:
        path = Path(name)
        text = path.read_text("utf-8")
        wrapped = wrap(text)
        if wrapped != text:
            path.write_text(wrapped, "utf-8")


if __name__ == "__main__":
    main()
