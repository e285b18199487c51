"""What the yardstick says of a hit: a line about it, and where the query was met."""

from __future__ import annotations

from typing import Any

from fangxin.kernel.tokens import Term, met_by, title_tokens, tokens_of

# in the administrator's language
LABELS = {
    "technology": "科技",
    "software": "软件",
    "telecommunications": "电信",
    "finance": "金融",
    "medical": "医疗",
    "manufacturing": "制造",
    "automotive": "汽车",
    "energy": "能源",
    "construction": "建筑",
    "logistics": "物流",
    "retail": "零售",
    "education": "教育",
    "note": "备注",
    "call": "通话",
    "meeting": "会议",
    "visit": "拜访",
    "email": "电子邮件",
    "low": "低",
    "normal": "普通",
    "high": "高",
}
# the fields that a hit is found by beside its name
SEARCHED = {
    "account": ("code", "phone", "email", "website", "credit_code"),
    "contact": ("email", "phone"),
    "opportunity": ("code",),
    "activity": ("subject", "body"),
    "task": ("subject",),
}


def hit(row: Any, detail: Any, terms: tuple[Term, ...]) -> dict[str, Any]:
    """Write a hit; `detail` is its row of sql.DETAILS."""
    kind, id_, name = row
    line = " · ".join(LABELS.get(part, part) for part in detail[1:3] if part)
    texts = [("name", title_tokens(name))]
    texts += [(k, tokens_of(v)) for k, v in zip(SEARCHED[kind], detail[3], strict=True) if v]
    met = [key for key, tokens in texts if any(met_by(term, tokens) for term in terms)]
    return {"object": kind, "id": id_, "name": name, "subtitle": line, "matched_on": met}


def place(q: str) -> Any:
    """Return the sort key of hits: the title is the query, begins so, or has its words."""
    wanted = q.lower()

    def key(row: Any) -> tuple[bool, bool, bool, int, str]:
        title = row[2].lower()
        inside = all(word in title for word in wanted.split())
        return (title != wanted, not title.startswith(wanted), not inside, len(title), title)

    return key
