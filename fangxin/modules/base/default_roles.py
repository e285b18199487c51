"""The six roles that an installation starts with, as data; an administrator may change all but the
first.
"""

from __future__ import annotations

from typing import Any, Final

from fangxin.access.roles import ADMINISTRATOR
from fangxin.kernel.ids import named_id

Grants = dict[str, dict[str, str]]

# what everybody must see to read anything else: the words that links speak
_WORDS: Final = ("product", "pipeline", "stage", "user", "department", "role", "exchange_rate")
_WORK: Final = ("activity", "task", "file")
_SALE: Final = ("account", "contact", "lead", "opportunity", "quote", "contract", "order")
_MONEY: Final = ("payment_plan", "payment")
_RULES: Final[dict[str, Any]] = {
    # what a role may do is told to who administers roles alone
    "role": {
        key: {"read": "none", "edit": False} for key in ("grants", "field_rules", "permissions")
    }
}


def _grant(scope: str, *actions: str) -> dict[str, str]:
    return dict.fromkeys(actions, scope)


def _seen(*names: str) -> Grants:
    return {name: _grant("all", "read") for name in names}


def _worked(scope: str, *names: str) -> Grants:
    """Grant all that daily work on one's own part of the company needs."""
    actions = ("read", "create", "update", "delete", "export", "import", "bulk", "undo")
    return {name: _grant(scope, *actions) | _given_away(name) for name in names}


def _given_away(name: str) -> dict[str, str]:
    """Whoever makes tasks may make them for a colleague, whose own they are."""
    return {"create": "all"} if name == "task" else {}


def _noted(scope: str) -> Grants:
    """Grant reading by scope, and writing of one's own notes and tasks."""
    own = _grant("own", "create", "update", "delete", "undo")
    return {name: _grant(scope, "read") | own | _given_away(name) for name in _WORK}


def _role(key: str, name: str, home: str, grants: Grants, **more: Any) -> dict[str, Any]:
    return {
        "id": named_id("role", key),
        "key": key,
        "name": name,
        "home": home,
        "grants": grants,
        "field_rules": {**_RULES, **more.get("rules", {})},
        "permissions": list(more.get("permissions", ("look_up", "share", "undo"))),
    }


_SUMS: Final = ("total", "received", "outstanding", "planned", "ordered")
_CREDIT: Final = {"credit_code": {"read": "full", "edit": False}}

# named as msgids: who makes them stores the name in the company's language
ROLES: Final[tuple[dict[str, Any], ...]] = (
    {**_role(ADMINISTRATOR, "Administrator", "admin", {}, permissions=()), "field_rules": {}},
    _role(
        "sales",
        "Sales representative",
        "sales",
        _seen(*_WORDS)
        | _worked("own", *_SALE, "payment_plan", *_WORK)
        # whoever records a payment does not reverse it
        | {"payment": _grant("own", "read", "create", "export")},
        rules={"account": _CREDIT},
    ),
    _role(
        "manager",
        "Sales manager",
        "manager",
        _seen(*_WORDS)
        | _worked("department_below", *_SALE, *_MONEY, *_WORK)
        | {"product": _grant("all", "read", "create", "update", "export")},
    ),
    _role(
        "service",
        "Customer service",
        "service",
        _seen(*_WORDS, "opportunity", "contract", "order")
        | {
            "account": _grant("all", "read") | _grant("department", "update"),
            "contact": _grant("all", "read") | _grant("department", "create", "update"),
        }
        | _worked("department", *_WORK),
        rules={
            "account": {**_CREDIT, "annual_revenue": {"read": "none", "edit": False}},
            "opportunity": {"amount": {"read": "masked", "edit": False}},
            "contract": {key: {"read": "none", "edit": False} for key in _SUMS},
        },
    ),
    _role(
        "marketing",
        "Marketing",
        "marketing",
        _seen(*_WORDS, "opportunity")
        | {
            "account": _grant("all", "read", "export") | _grant("own", "create", "update"),
            "contact": _grant("all", "read", "export")
            | _grant("own", "create", "update", "import", "bulk"),
            "lead": _grant("all", "read", "export", "create", "import")
            | _grant("department", "update", "delete", "bulk", "undo"),
        }
        | {"lead_form": _grant("all", "read", "create", "update", "delete", "undo")}
        | _worked("department", *_WORK),
        rules={
            "account": _CREDIT,
            "opportunity": {"amount": {"read": "none", "edit": False}},
        },
    ),
    _role(
        "executive",
        "Executive",
        "executive",
        _seen(*_WORDS)
        | {name: _grant("all", "read", "export") for name in _SALE}
        # who looks after the money keeps the plans and what came in
        | _worked("all", *_MONEY, "exchange_rate")
        | {"contract": _grant("all", "read", "export", "update")}
        | _noted("all"),
    ),
)

# cascades that are off until an administrator says otherwise: who looks after an account need not
# see every deal of his colleagues with it
CLOSED_CASCADES: Final = frozenset({"opportunity.account"})
