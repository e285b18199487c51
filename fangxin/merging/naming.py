"""What a company's name is made of, where its makers follow the Chinese way: a region, a brand, a
trade, a legal form; a branch has the whole name of its company before its own.

Two names are one company's where brand and trade agree and no region contradicts; the same said in
English or spelt in pinyin is compared by how it sounds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from fangxin.fields.divisions import CHINA, places
from fangxin.kernel.legal_forms import bare_name
from fangxin.kernel.pinyin import syllable

EAST: Final = re.compile("[\u3400-\u9fff]")
# words that say what a company does, and how it says so in English; the longest are found first
TRADES: Final[Mapping[str, str]] = {
    "信息": "information",
    "技术": "technology",
    "科技": "technology",
    "软件": "software",
    "网络": "network",
    "电子": "electronics",
    "商务": "commerce",
    "贸易": "trading",
    "商贸": "trading",
    "进出口": "import export",
    "国际": "international",
    "实业": "industrial",
    "工业": "industry",
    "机械": "machinery",
    "设备": "equipment",
    "仪器": "instrument",
    "生物": "biological",
    "医药": "pharmaceutical",
    "制药": "pharmaceutical",
    "医疗": "medical",
    "器械": "device",
    "化工": "chemical",
    "材料": "material",
    "能源": "energy",
    "电力": "electric power",
    "环保": "environmental",
    "建筑": "construction",
    "建设": "construction",
    "工程": "engineering",
    "装饰": "decoration",
    "房地产": "real estate",
    "地产": "real estate",
    "投资": "investment",
    "资本": "capital",
    "基金": "fund",
    "银行": "bank",
    "保险": "insurance",
    "证券": "securities",
    "食品": "food",
    "饮料": "beverage",
    "农业": "agriculture",
    "服装": "garment",
    "纺织": "textile",
    "家具": "furniture",
    "汽车": "automobile",
    "航空": "aviation",
    "物流": "logistics",
    "运输": "transport",
    "速运": "express",
    "快递": "express",
    "旅游": "travel",
    "酒店": "hotel",
    "餐饮": "catering",
    "教育": "education",
    "培训": "training",
    "文化": "culture",
    "传媒": "media",
    "广告": "advertising",
    "咨询": "consulting",
    "管理": "management",
    "服务": "service",
    "通信": "communication",
    "半导体": "semiconductor",
    "光电": "optoelectronics",
    "智能": "intelligent",
    "数据": "data",
    "发展": "development",
    "控股": "holding",
    "制造": "manufacturing",
    "钢铁": "steel",
    "中国": "china",
}
_COMPANY: Final = re.compile(r"^.{2,}?公司(?=..)")
_BRANCH_MARK: Final = re.compile(r"(?:分公司?|分行|支行|办事处|营业部|分店)$")
_NUMBERS: Final = re.compile(r"\d+|[一二三四五六七八九十百]+")
_WORD: Final = re.compile("|".join(sorted(TRADES, key=len, reverse=True)))
_KIND: Final = re.compile(r"(?:特别行政区|自治区|省|市|区|县|自治州|地区|盟)$")
_WHOLE: Final = re.compile(r"(?:00){1,2}$")
LEAST_BRAND: Final = 2
# characters of which a brand is short
FEW: Final = 3


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a name; what is not there is empty. `core` is brand and trade in their order,
    `brand` what stands before the first word of a trade, `regions` what the codes of its places
    begin with.
    """

    regions: frozenset[str]
    core: str
    brand: str
    branch: str
    numbers: tuple[str, ...]

    def differs(self, other: Name) -> bool:
        """Tell whether two names cannot be one company's, whatever else is alike: they say another
        number, branch, place or brand.
        """
        numbered = self.numbers and other.numbers and self.numbers != other.numbers
        branches = self.branch and other.branch and self.branch != other.branch
        return bool(numbered or branches) or self._elsewhere(other) or self._otherwise(other)

    def _otherwise(self, other: Name) -> bool:
        # of a brand of a few characters each one counts, unless it sounds the same
        if not (self.brand and other.brand) or max(len(self.brand), len(other.brand)) > FEW:
            return False
        return sounds(self.brand) != sounds(other.brand)

    def _elsewhere(self, other: Name) -> bool:
        # a province holds its cities
        return bool(self.regions and other.regions) and not any(
            a.startswith(b) or b.startswith(a) for a in self.regions for b in other.regions
        )


@cache
def _regions() -> dict[str, str]:
    """Return how regions are written, with what the codes there begin with: provinces and cities
    with their kind or without, districts with it. What tells no place (a district of a name that
    many cities have) is "".
    """
    found = {"中国": ""}
    for code, names in places().names.items():
        if code == CHINA or not code.isdigit():
            continue
        written = names[0]
        short = _KIND.sub("", written)
        if not code.endswith("00"):
            found.setdefault(written, "")
            continue
        for each in (written, short) if len(short) > 1 else (written,):
            found.setdefault(each, _WHOLE.sub("", code))
    return found


@cache
def _longest() -> int:
    return max(map(len, _regions()))


def sounds(text: str) -> tuple[str, ...]:
    """Return the syllables of a text, in its order."""
    return tuple(syllable(each) or each for each in text)


@lru_cache(maxsize=50_000)
def parts_of(name: str) -> Name:
    """Return the parts of a plain name (see likeness.plain)."""
    text, branch = _branch(name.replace(" ", ""))
    numbers = tuple(_NUMBERS.findall(text + branch))
    core, regions = text, set()
    while (found := _leading(core)) and len(core) - len(found) >= LEAST_BRAND:
        regions.add(_regions()[found])
        core = core[len(found) :]
    # in brackets it stands in the middle, or behind
    for written in _within(core):
        rest = core.replace(written, "", 1)
        if len(rest) > LEAST_BRAND and not regions:
            regions.add(_regions()[written])
            core = rest
    trade = _WORD.search(core, LEAST_BRAND)
    brand = core[: trade.start()] if trade else ""
    return Name(frozenset(filter(None, regions)), core, brand, branch, numbers)


def _branch(text: str) -> tuple[str, str]:
    """Return the company's own name, and that of its branch."""
    found = _COMPANY.match(text)
    if found is None:
        return text, ""
    return bare_name(found[0]), _BRANCH_MARK.sub("", text[found.end() :]) or "分"


def _leading(text: str) -> str:
    known = _regions()
    for size in range(min(_longest(), len(text)), 1, -1):
        if text[:size] in known:
            return text[:size]
    return ""


def _within(text: str) -> list[str]:
    """Return the cities that stand in a name, or at its end, each of at least two characters."""
    known = _regions()
    pairs = [text[at : at + 2] for at in range(1, len(text) - 1)]
    return [pair for pair in pairs if pair in known]


def is_whole(name: str) -> bool:
    """Tell whether a Chinese name is a company's in full, which no other company has: it says its
    brand and its trade.
    """
    return EAST.search(name) is not None and bool(parts_of(name).brand)


@lru_cache(maxsize=50_000)
def in_latin(name: str) -> str:
    """Return a name as it would be said in English: known words by their meaning, all else in
    pinyin.
    """
    if not EAST.search(name):
        return " ".join(name.split())
    said = []
    for each in re.split(f"({_WORD.pattern}|[a-z0-9]+)", name.replace(" ", "")):
        if each in TRADES:
            said.append(TRADES[each])
        elif each:
            said += _spelt(each)
    return " ".join(said)


def _spelt(text: str) -> list[str]:
    """Return Chinese in pinyin, a word for a leading region and one for the rest."""
    region = _leading(text)
    bare = _KIND.sub("", region) if len(region) > LEAST_BRAND else region
    words = (bare, text[len(region) :])
    return ["".join(syllable(each) or each for each in word) for word in words if word]
