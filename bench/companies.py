"""Companies as they stand twice in a Chinese CRM, with the truth beside them: other legal forms,
traditional writing, brackets, the region left out, English and pinyin, a wrong character, a branch;
and strangers that look alike: the same brand elsewhere or in another trade.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from fangxin.kernel.pinyin import syllable

SEED = 11
COMPANIES = 700
ONE_IN_TWICE = 3
STRANGERS = 0.25
WITH_PHONE = 0.55
WRONG_DIGIT = 0.15
WITH_ANY_PHONE = 0.8
_CITIES = {
    "上海": "Shanghai",
    "北京": "Beijing",
    "深圳": "Shenzhen",
    "广州": "Guangzhou",
    "杭州": "Hangzhou",
    "南京": "Nanjing",
    "苏州": "Suzhou",
    "成都": "Chengdu",
    "武汉": "Wuhan",
    "青岛": "Qingdao",
}
_BRAND = "华恒瑞泰宏远达康盛鑫润博雅智汇联创佳美信诺天海明德安源丰禾卓越锦程嘉禾正阳国兴"
_TRADES = {
    "软件": "Software",
    "信息技术": "Information Technology",
    "贸易": "Trading",
    "电子": "Electronics",
    "机械设备": "Machinery Equipment",
    "生物医药": "Biological Pharmaceutical",
    "食品": "Food",
    "物流": "Logistics",
    "咨询": "Consulting",
    "广告传媒": "Advertising Media",
}
_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
_TRADITIONAL = str.maketrans(
    "华远达汇联创诺泰锦兴丰软贸电机设备医药广传", "華遠達匯聯創諾泰錦興豐軟貿電機設備醫藥廣傳"
)
_SOUNDS_ALIKE = {"恒": "衡", "瑞": "锐", "宏": "鸿", "达": "大", "佳": "嘉", "信": "鑫", "明": "铭"}
Company = tuple[str, str, str]


def _latin(text: str) -> str:
    return "".join(syllable(each) or each for each in text).capitalize()


def written_otherwise(company: Company, chance: random.Random) -> str:
    """Return a company's name as somebody else writes it."""
    city, brand, trade = company
    form = chance.choice(_FORMS)
    wrong = next((each for each in brand if each in _SOUNDS_ALIKE), None)
    ways = [
        f"{city}{brand}{trade}{form}",
        f"{city}{brand}{trade}有限公司".translate(_TRADITIONAL),
        f"{brand}{trade}（{city}）{form}",
        f"{brand}({city}){trade}{form}",
        f"{city}市{brand}{trade}有限公司",
        f"{brand}{trade}{form}",
        f"{city}{brand}{trade}",
        f"{_CITIES[city]} {_latin(brand)} {_TRADES[trade]} Co., Ltd.",
        f"{city}{brand}{trade}科技有限公司",
    ]
    if wrong:
        ways.append(f"{city}{brand.replace(wrong, _SOUNDS_ALIKE[wrong], 1)}{trade}有限公司")
    return chance.choice(ways)


def _phone(chance: random.Random) -> str:
    return f"+86{chance.choice(('138', '139', '186', '21', '10'))}{chance.randrange(10**8):08}"


def _again(phone: str, chance: random.Random) -> str:
    if not phone or chance.random() > WITH_PHONE:
        return ""
    if chance.random() < WRONG_DIGIT:
        at = chance.randrange(5, len(phone))
        return f"{phone[:at]}{(int(phone[at]) + 1) % 10}{phone[at + 1 :]}"
    return phone


def write_companies(path: Path) -> None:
    """Write the companies, those that are one with the same number in `cluster`."""
    chance = random.Random(SEED)
    rows: list[tuple[str, str, str, int]] = []
    last: Company | None = None
    known: set[Company] = set()
    for number in range(COMPANIES):
        city, trade = chance.choice(list(_CITIES)), chance.choice(list(_TRADES))
        brand = "".join(chance.sample(_BRAND, 2))
        if last and chance.random() < STRANGERS:
            # the brand of another: elsewhere, or in another trade
            brand = last[1]
            if chance.random() < 1 / 2:
                city, trade = last[0], next(each for each in _TRADES if each != last[2])
            else:
                city, trade = next(each for each in _CITIES if each != last[0]), last[2]
        last = (city, brand, trade)
        if last in known:
            continue
        known.add(last)
        phone = _phone(chance) if chance.random() < WITH_ANY_PHONE else ""
        rows.append((f"{city}{brand}{trade}{chance.choice(_FORMS)}", phone, city, number))
        if number % ONE_IN_TWICE == 0:
            for _ in range(chance.choice((1, 1, 2))):
                place = chance.choice((city, city, ""))
                rows.append((written_otherwise(last, chance), _again(phone, chance), place, number))
    chance.shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["unique_id", "name", "phone", "city", "cluster"])
        out.writerows([at, *row] for at, row in enumerate(rows))
