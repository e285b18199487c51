from pathlib import Path

import pytest

from tests.house.plant import plant, seen
from tools.checks import rules
from tools.checks.findings import ROOT

# A small package with the words that the rules read from the real one.
PACKAGE = {
    "fangxin/fields/money.py": 'class Money(FieldType):\n    name = "money"\n',
    "fangxin/fields/text.py": 'class Text(FieldType):\n    name = "text"\n\n\n'
    'class LongText(Text):\n    name = "long_text"\n',
    "fangxin/modules/sales/opportunity.py": "class Opportunity(Record):\n    pass\n",
    "fangxin/modules/sales/staff.py": 'class Staff(Record):\n    object = Facts(path="people")\n',
    "fangxin/access/user.py": "class User(Record):\n    pass\n",
    "fangxin/access/sessions.py": 'import sqlalchemy as sa\n\nsessions = sa.Table("session", x)\n',
}
SELECT = "import sqlalchemy as sa\n\nfrom fangxin.modules.sales.opportunity import Opportunity\n\n"
TYPED = "from fangxin.fields.money import Money\n\n"


def found(tmp_path: Path, name: str, text: str) -> list[tuple[str, int, str]]:
    return seen(rules.findings(plant(tmp_path, {**PACKAGE, name: text})))


def test_the_house_keeps_its_rules() -> None:
    assert seen(rules.findings(ROOT)) == []


@pytest.mark.parametrize(
    ("name", "text", "line", "rule"),
    [
        ("data/a.py", SELECT + "q = sa.select(Opportunity.id)\n", 5, "one-door"),
        ("data/a.py", SELECT + "q = sa.update(Opportunity).values(x=1)\n", 5, "one-door"),
        (
            "access/a.py",
            "import sqlalchemy as sa\n\n\ndef f(table):\n    return sa.select(table.c.id)\n",
            5,
            "one-door",
        ),
        (
            "access/a.py",
            "import sqlalchemy as sa\n\ntable = sessions\ntable = other\nq = sa.delete(table)\n",
            5,
            "one-door",
        ),
        (
            "access/a.py",
            "import sqlalchemy as sa\n\nlisted = [other.c.id]\nq = sa.select(*listed)\n",
            4,
            "one-door",
        ),
        ("api/a.py", "from sqlalchemy import select\n\nq = select(table.c.id)\n", 3, "one-door"),
        ("api/a.py", 'q = "SELECT id FROM opportunity"\n', 1, "one-door"),
        ("api/a.py", 'q = f"delete from {table}"\n', 1, "one-door"),
        ("modules/sales/a.py", "async def f(tx):\n    await tx.commit()\n", 2, "one-commit"),
        ("data/a.py", 'x = "COMMIT"\n', 1, "one-commit"),
        ("api/a.py", 'ok = field.type.name == "money"\n', 1, "field-type"),
        ("api/a.py", 'ok = "money" != entry.type\n', 1, "field-type"),
        ("data/a.py", 'ok = field.type.name in {"text", "long_text"}\n', 1, "field-type"),
        ("data/a.py", TYPED + "ok = isinstance(field.type, Money)\n", 3, "field-type"),
        ("data/a.py", TYPED + "ok = isinstance(field.type, (int, Money))\n", 3, "field-type"),
        (
            "data/a.py",
            'match field.type.name:\n    case "money":\n        x = 1\n',
            1,
            "field-type",
        ),
        ("data/a.py", 'x = {"money": 1, "text": 2, "long_text": 3}\n', 1, "field-type"),
        ("records/a.py", 'x = "opportunity"\n', 1, "object-name"),
        ("api/a.py", 'x = ["opportunities"]\n', 1, "object-name"),
        ("api/a.py", 'x = {"people": 1}\n', 1, "object-name"),
        ("api/a.py", "# fmt: off\nx = 1\n", 1, "format"),
        ("api/a.py", "x = 1  # fmt: skip\n", 1, "format"),
    ],
)
def test_a_breach_is_found(tmp_path: Path, name: str, text: str, line: int, rule: str) -> None:
    assert found(tmp_path, f"fangxin/{name}", text) == [(f"fangxin/{name}", line, rule)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("records/a.py", SELECT + "q = sa.select(Opportunity.id)\n"),
        (
            "access/a.py",
            "import sqlalchemy as sa\n\nfrom fangxin.access.sessions import sessions\n\n"
            "q = sa.select(sessions.c.id).where(sessions.c.id == sa.bindparam('id'))\n",
        ),
        (
            "access/a.py",
            "import sqlalchemy as sa\n\n\ndef f(names):\n    table = sessions\n"
            "    return sa.select(*(table.c[name] for name in names), sa.func.count())\n",
        ),
        (
            "data/a.py",
            SELECT + "# skip one-door: counts rows only, for the doctor\n"
            "q = sa.union_all(\n    sa.select(Opportunity),\n    sa.select(Opportunity),\n)\n",
        ),
        ("api/a.py", 'import sqlalchemy as sa\n\nq = sa.select(sa.literal_column("1"))\n'),
        (
            "access/a.py",
            "import sqlalchemy as sa\n\nLISTED: tuple = (sessions.c.id,)\nc = sessions.c\n"
            "q = sa.select(*LISTED).where(c.id == 1)\nr = sa.select(c.id)\n",
        ),
        ("access/a.py", 'q = "SELECT id FROM session"\n'),
        (
            "data/a.py",
            SELECT
            + "# skip one-door: counts rows only, for the doctor\nq = sa.select(Opportunity)\n",
        ),
        ("api/a.py", 'label = "Select a value from the list"\n'),
        ("api/a.py", 'x = items.select("a")\n'),
        ("kernel/a.py", "async def f(tx):\n    await tx.commit()\n"),
        ("fields/a.py", 'ok = field.type.name == "money"\n'),
        ("api/a.py", 'ok = field.key == "money"\n'),
        ("api/a.py", "import sqlalchemy as sa\n\nok = isinstance(column.type, sa.Text)\n"),
        ("api/a.py", 'x = {"text": "hello"}\n'),
        ("api/a.py", 'x = "user"\n'),
        ("modules/sales/a.py", 'x = "opportunity"\n'),
    ],
)
def test_what_is_right_passes(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, f"fangxin/{name}", text) == []


@pytest.mark.parametrize(
    "comment", ["# skip one-door", "# skip one-door: ok", "# skip other: because of it"]
)
def test_a_skip_names_its_rule_and_says_why(tmp_path: Path, comment: str) -> None:
    text = SELECT + f"{comment}\nq = sa.select(Opportunity)\n"
    assert found(tmp_path, "fangxin/data/a.py", text) == [("fangxin/data/a.py", 6, "one-door")]


def test_the_words_come_from_the_real_package() -> None:
    sources = [
        rules.Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
        for path in rules.walk(ROOT, ("fangxin",), (".py",))
    ]
    words = rules.Vocabulary.of(sources)
    assert {"text", "money", "link", "choice"} <= words.field_types
