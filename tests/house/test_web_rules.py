from pathlib import Path

import pytest

from tests.house.plant import plant, seen
from tools.checks import web_rules
from tools.checks.findings import ROOT

PACKAGE = {
    "fangxin/fields/money.py": 'class Money(FieldType):\n    name = "money"\n',
    "fangxin/modules/sales/opportunity.py": "class Opportunity(Record):\n    pass\n",
}


def found(tmp_path: Path, name: str, text: str) -> list[tuple[str, int, str]]:
    return seen(web_rules.findings(plant(tmp_path, {**PACKAGE, name: text})))


def test_the_web_app_keeps_its_rules() -> None:
    assert seen(web_rules.findings(ROOT)) == []


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("ui/a.css", ".a { color: #1a2b3c }\n", "web-colour"),
        ("ui/A.tsx", "const c = 'rgb(0 0 0)'\n", "web-colour"),
        ("ui/A.tsx", "<b>Delete all records</b>\n", "web-text"),
        ("ui/A.tsx", "<b>Save</b>\n", "web-text"),
        ("ui/A.tsx", '<Input placeholder="Search here" />\n', "web-text"),
        ("ui/A.tsx", "<b title='Close'>{x}</b>\n", "web-text"),
        ("ui/a.ts", "const x = '商机'\n", "web-text"),
        ("records/A.tsx", "if (field.type === 'money') return\n", "web-field-type"),
        ("records/a.ts", 'const x = field.type !== "money"\n', "web-field-type"),
        ("records/A.tsx", "const x = object === 'opportunity'\n", "web-object-name"),
        ("records/A.tsx", "const x = `opportunities`\n", "web-object-name"),
    ],
)
def test_a_breach_is_found(tmp_path: Path, name: str, text: str, rule: str) -> None:
    assert found(tmp_path, f"web/src/{name}", text) == [(f"web/src/{name}", 1, rule)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("theme/tokens.css", ":root { --a: #1a2b3c }\n"),
        ("ui/A.tsx", "const a = <a href='#top' />\n"),
        ("ui/A.tsx", "// 商机 is the Chinese word\n"),
        ("ui/A.tsx", "const x = 1 // 商机\n"),
        ("ui/A.tsx", "/* #fff */\n"),
        ("ui/A.tsx", "<b>{t('save')}</b>\n"),
        ("ui/A.tsx", "const f = (a: Map<string, Array<Field>>) => a\n"),
        ("ui/A.tsx", '<Input placeholder={t("search")} type="text" />\n'),
        ("i18n/zh/a.ts", "export const a = { save: '保存' }\n"),
        ("fields/Money.tsx", "if (field.type === 'money') return\n"),
        ("modules/sales/A.tsx", "const x = 'opportunity'\n"),
        ("ui/A.test.tsx", "expect('商机')\n"),
        ("ui/a.ts", "const parts = pasted.split(/[,，；]/)\n"),
        ("ui/a.ts", "// skip web-text: what people paste, in any language\nconst yes = /^是$/\n"),
    ],
)
def test_what_is_right_passes(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, f"web/src/{name}", text) == []
