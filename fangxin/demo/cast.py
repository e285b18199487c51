"""Who works in the demonstration company: departments, and users with their roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from fangxin.kernel.ids import named_id
from fangxin.modules.base.first_run import ROOT

DOMAIN: Final = "demo.local"
DEPARTMENTS: Final = (
    ("sales", "销售部", None),
    ("east", "华东大区", "sales"),
    ("north", "华北大区", "sales"),
    ("south", "华南大区", "sales"),
    ("global", "International", "sales"),
    ("service", "客户服务部", None),
    ("marketing", "市场部", None),
    ("board", "管理层", None),
)


@lru_cache
def _user_id(mail: str) -> str:
    return named_id("demo", "user", mail)


@dataclass(frozen=True, slots=True)
class Person:
    """A user: `mail` is the part of his address before the @."""

    mail: str
    name: str
    role: str
    department: str
    locale: str = "zh-CN"

    @property
    def id(self) -> str:
        """The id he has in every installation."""
        return _user_id(self.mail)


PEOPLE: Final = (
    Person("sales", "李娜", "sales", "east"),
    Person("manager", "王建国", "manager", "sales"),
    Person("service", "陈静", "service", "service"),
    Person("marketing", "赵敏", "marketing", "marketing"),
    Person("executive", "周文斌", "executive", "board"),
    Person("zhang.wei", "张伟", "sales", "east"),
    Person("liu.yang", "刘洋", "sales", "east"),
    Person("sun.jie", "孙杰", "sales", "north"),
    Person("gao.lin", "高琳", "sales", "north"),
    Person("he.tao", "何涛", "sales", "north"),
    Person("luo.mei", "罗梅", "sales", "south"),
    Person("lin.hao", "林浩", "sales", "south"),
    Person("emily.carter", "Emily Carter", "sales", "global", "en"),
    Person("daniel.weber", "Daniel Weber", "sales", "global", "en"),
    Person("grace.kim", "Grace Kim", "manager", "global", "en"),
)
# the company itself, as its papers have it; nobody is called so, and the number has its check digit
_PAPERS: Final = {
    "company_phone": "+86 21 5000 0188",
    "company_tax_number": "91310115MA1H0CRM08",
}
_CHINESE: Final = {
    "company_name": "上海舟行云起数字科技有限公司",
    "company_address": "上海市浦东新区示范路 188 号云起大厦 12 层",
    "company_bank": "示范银行上海张江支行 6222 0000 1234 5678 901",
}
_ENGLISH: Final = {
    "company_name": "Zhouxing Cloudrise Digital (Shanghai) Co., Ltd.",
    "company_address": "12/F Cloudrise Tower, 188 Shifan Road, Pudong, Shanghai 201203, China",
    "company_bank": "Model Bank, Shanghai Zhangjiang Branch, 6222 0000 1234 5678 901",
}
SELLERS: Final = tuple(person for person in PEOPLE if person.role == "sales")
BY_MAIL: Final = {person.mail: person for person in PEOPLE}


@lru_cache
def department_id(key: str) -> str:
    """Return the id of a department of the demonstration company."""
    return named_id("demo", "department", key)


def company_settings(*, chinese: bool) -> dict[str, str]:
    """Return what the demonstration company says of itself on its papers, in its own language and
    in English.
    """
    own = _CHINESE if chinese else _ENGLISH
    beside = {f"{key}_en": text for key, text in _ENGLISH.items()} if chinese else {}
    return {**_PAPERS, **own, **beside}


def departments() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, values) of the departments, parents first."""
    for order, (key, name, parent) in enumerate(DEPARTMENTS):
        above = ROOT if parent is None else department_id(parent)
        yield department_id(key), {"name": name, "parent": above, "order": order}


def users() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, values) of the users."""
    for person in PEOPLE:
        values = {
            "name": person.name,
            "email": f"{person.mail}@{DOMAIN}",
            "role": named_id("role", person.role),
            "department": department_id(person.department),
            "locale": person.locale,
        }
        yield person.id, values
