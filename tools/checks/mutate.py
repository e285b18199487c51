"""Show that the tests would notice: `python -m tools.checks.mutate [NAME …]`.

Each mutation takes one safeguard out of a copy of the tree and runs the tests that should notice
it; it is a fault if none of them fails. A mutation whose text is not found is a fault too, so that
the list keeps up with the code.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("fangxin", "tests", "tools")
KEPT_OUT = shutil.ignore_patterns("__pycache__", "web_dist", "node_modules", "*.pyc")
READING, WRITING = "tests/contract/test_reading.py", "tests/contract/test_writing.py"
RIGHTS, TAIL = "tests/contract/test_rights.py", "tests/records/test_tail.py"


@dataclass(frozen=True, slots=True)
class Mutation:
    """`old` in the file `path` becomes `new`; one of `tests` (arguments of pytest) must fail."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTATIONS = (
    Mutation(
        "the scope predicate",
        "fangxin/records/sources.py",
        "return [] if condition is None else [condition]",
        "return []",
        (READING, "-k", "lists_and_counts and order"),
    ),
    Mutation(
        "the scope where records are shared",
        "fangxin/access/ways.py",
        "append(way.condition)",
        "append(sa.true())",
        (READING, "-k", "lists_and_counts and account"),
    ),
    Mutation(
        "the scope of writing",
        "fangxin/records/engine.py",
        "elif not row.allowed:",
        "elif False:",
        (WRITING, "-k", "grant_holds and update and account"),
    ),
    Mutation(
        "the scope after the write",
        "fangxin/records/change.py",
        "if row is None or row[0] != len(set(ids)):",
        "if row is None:",
        (WRITING, "-k", "cannot_leave and account"),
    ),
    Mutation(
        "a field rule: hidden",
        "fangxin/access/fieldrules.py",
        'for key, sight in sights.items() if sight != "none"',
        "for key, sight in sights.items()",
        (READING, "-k", "field_by_field and account"),
    ),
    Mutation(
        "a field rule: masked",
        "fangxin/records/output.py",
        "_masked(field_, extract) if masked else extract",
        "extract",
        (READING, "-k", "field_by_field and account"),
    ),
    Mutation(
        "a field rule: not to be edited",
        "fangxin/records/validate.py",
        "elif key not in editable:",
        "elif False:",
        (WRITING, "-k", "closed_fields and account"),
    ),
    Mutation(
        "masked fields in filters",
        "fangxin/records/filters.py",
        "allowed = [each for each in allowed if each in MASKED_OPERATORS]",
        "pass",
        (RIGHTS, "-k", "cannot_be_asked and account"),
    ),
    Mutation(
        "masked fields in filters: values of one filter",
        "fangxin/records/filters.py",
        "if self.guesses > GUESSES:",
        "if False:",
        (RIGHTS, "-k", "not_guessed_by_lists"),
    ),
    Mutation(
        "masked fields in filters: values of one user",
        "fangxin/access/guesses.py",
        "if not guesses:",
        "if True:",
        ("tests/api/test_reveal.py", "-k", "what_a_mask_leaves_open"),
    ),
    Mutation(
        "what was lent",
        "fangxin/records/sharing.py",
        'refuse(change, Forbidden(_LENT, code="lent"))',
        "pass",
        ("tests/api/test_sharing.py", "-k", "not_lent_on"),
    ),
    Mutation(
        "tokens that breed",
        "fangxin/api/auth.py",
        "if caller.csrf is None:",
        "if False:",
        ("tests/api/test_auth.py", "-k", "a_token_reads_or_writes"),
    ),
    Mutation(
        "who has shipped fields encrypted",
        "fangxin/reshaping/shipped.py",
        "if not ctx.rights.allows(_PERMISSION):",
        "if False:",
        ("tests/sealing/test_shipped.py", "-k", "must_stay_plain"),
    ),
    Mutation(
        "the log write",
        "fangxin/records/engine.py",
        "    group = await log(ctx, tx, definition, left.changes)\n",
        "    group = None\n",
        (WRITING, "-k", "creates_with_the_grant and account"),
    ),
    Mutation(
        "the end of a unit that is refused",
        "fangxin/kernel/sqlite.py",
        '        connection.execute("ROLLBACK TO unit")\n',
        "",
        (WRITING, "-k", "cannot_leave and account"),
    ),
    Mutation(
        "what has changed: SQLite",
        "tests/contract/fingerprint.py",
        "if version != self._version:",
        "if self._version < 0:",
        ("tests/contract/test_fingerprint.py",),
    ),
    Mutation(
        "what has changed: PostgreSQL",
        "tests/contract/fingerprint.py",
        "coalesce(sum(xmin::text::bigint), 0)::text",
        "0",
        ("tests/contract/test_fingerprint.py",),
    ),
    Mutation(
        "the version test",
        "fangxin/records/engine.py",
        "elif change.version is not None and change.version != row.version:",
        "elif False:",
        (WRITING, "-k", "stale_version and account"),
    ),
    Mutation(
        "a hook call: check",
        "fangxin/records/engine.py",
        "    await hooks.call(definition.facts.check, ctx, tx, left.changes, left.refuse)\n",
        "",
        ("tests/contract/test_bad_input.py", "-k", "removed and use"),
    ),
    Mutation(
        "a hook call: the transition",
        "fangxin/records/engine.py",
        "        await hooks.transition(ctx, tx, definition, left.changes, left.refuse)\n",
        "        pass\n",
        ("tests/contract/test_bad_input.py", "-k", "stage_move"),
    ),
    Mutation(
        "the tail's snapshot bound",
        "fangxin/history/tail.py",
        'if dialect == "sqlite":\n        return []',
        "if dialect:\n        return []",
        (TAIL,),
    ),
)


def copy_tree(folder: Path) -> None:
    """Copy what the tests need; the settings of pytest lie in pyproject.toml."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=KEPT_OUT)
    for name in ("pyproject.toml",):
        shutil.copyfile(ROOT / name, folder / name)


def run_tests(folder: Path, tests: tuple[str, ...]) -> int:
    """Run pytest in the copy and return its exit code: 0 passed, 1 some failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in {0, 1}:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
    return done.returncode


def fault_of(folder: Path, mutation: Mutation) -> str | None:
    """Return what is wrong: nobody noticed, or there is nothing to take out; None when noticed."""
    path = folder / mutation.path
    text = path.read_text("utf-8")
    if text.count(mutation.old) != 1:
        return f"{mutation.path} does not hold the text once: {mutation.old.strip()}"
    path.write_text(text.replace(mutation.old, mutation.new), "utf-8")
    try:
        code = run_tests(folder, mutation.tests)
    finally:
        path.write_text(text, "utf-8")
    if code == 0:
        return "no test failed"
    return None if code == 1 else f"the tests did not run (exit code {code})"


def main() -> None:
    """Entry point of `make mutate`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of the names of mutations; all without")
    wanted = parser.parse_args().names
    chosen = [m for m in MUTATIONS if not wanted or any(word in m.name for word in wanted)]
    faults = 0
    with tempfile.TemporaryDirectory(prefix="fangxin-mutate-") as name:
        folder = Path(name)
        copy_tree(folder)
        for mutation in chosen:
            fault = fault_of(folder, mutation)
            faults += fault is not None
            print(f"MISSED: {mutation.name}: {fault}" if fault else f"noticed: {mutation.name}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
