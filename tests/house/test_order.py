"""What the tests name among themselves is there: files to begin with, what databases begin with,
safeguards to take out.
"""

import re

import pytest

from tests import conftest
from tests.access import conftest as access
from tests.api import conftest as api
from tools.checks.mutate import MUTATIONS, Mutation


def test_the_longest_files_are_there() -> None:
    folder = conftest.ROOT / "tests"
    assert [name for name in conftest.LONGEST if not (folder / name).is_file()] == []
    assert len(set(conftest.LONGEST)) == len(conftest.LONGEST)


@pytest.mark.parametrize("name", conftest.FILLINGS)
def test_a_filling_has_one_fixture(name: str) -> None:
    """A second one would be asked for, and the database filled for the first."""
    assert {access.COMPANY, api.HOUSE} <= set(conftest.FILLINGS.values())
    defined = re.compile(rf"^\s*(async )?def {name}\(", re.MULTILINE)
    files = (conftest.ROOT / "tests").rglob("*.py")
    assert sum(len(defined.findall(each.read_text("utf-8"))) for each in files) == 1


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_a_safeguard_that_is_taken_out_is_there(mutation: Mutation) -> None:
    assert (conftest.ROOT / mutation.path).read_text("utf-8").count(mutation.old) == 1
    assert (conftest.ROOT / mutation.tests[0]).is_file()
