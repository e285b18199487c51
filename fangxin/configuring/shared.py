"""Shared views, brought to what a file says."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fangxin.configuring.compare import Difference
from fangxin.configuring.design import Faults, wanted
from fangxin.configuring.portray import Portrait
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.views.kept import drop_view, put_shared_view, shared_view

CONFIG_BYTES: Final = 64_000
_KINDS: Final = ("list", "board", "calendar")
_NAME_LENGTH: Final = 120
_LAST: Final = 1_000_000
_PLAIN: Final[dict[str, Any]] = {"kind": "list", "config": {}, "roles": [], "pinned": False}


async def apply_views(
    ctx: Ctx, tx: Tx, here: Portrait, found: list[Difference], faults: Faults
) -> None:
    """Make and change views; a new one belongs to whoever applies the file."""
    for each in found:
        with faults.at(each.pointer):
            _, name, key = each.address
            id_ = here.views.get((name, key))
            before = None if id_ is None else await shared_view(tx, id_)
            given = here.references.inward(wanted(each))
            plain = {"name": key.partition("~#")[0], "position": 0, **_PLAIN}
            values = {**(before or plain), **given}
            _check(values)
            await put_shared_view(ctx, tx, ctx.registry[name].name, id_, values)


async def remove_views(ctx: Ctx, tx: Tx, here: Portrait, found: list[Difference]) -> None:
    """Remove shared views."""
    for each in found:
        _, name, key = each.address
        await drop_view(ctx, tx, here.views[name, key])


def _check(values: dict[str, Any]) -> None:
    """Raise Invalid for what the API would not keep."""
    name, position, roles = values["name"], values["position"], values["roles"]
    good = {
        "name": isinstance(name, str) and 0 < len(name) <= _NAME_LENGTH,
        "kind": values["kind"] in _KINDS,
        "config": isinstance(values["config"], dict)
        and len(msgspec.json.encode(values["config"])) <= CONFIG_BYTES,
        "roles": isinstance(roles, list) and all(isinstance(each, str) for each in roles),
        "pinned": isinstance(values["pinned"], bool),
        "position": type(position) is int and 0 <= position <= _LAST,
    }
    unknown = sorted(set(values) - set(good))
    message = "This does not fit here."
    faults = [FieldProblem(f"/{key}", "wrong_type", message) for key, ok in good.items() if not ok]
    known = "There is no setting {field}."
    faults += [FieldProblem(f"/{k}", "unknown_field", known, {"field": k}) for k in unknown]
    if faults:
        raise Invalid(errors=faults)
