"""What makes the records of an object settings: a fact on its declaration (ObjectFacts). Those that
change what objects are have every process read that anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from fangxin.kernel import epoch
from fangxin.objects.custom import METADATA

if TYPE_CHECKING:
    from fangxin.kernel.context import Ctx
    from fangxin.kernel.db import Tx

# how long this process looks for what it has just written
_LOOK_SECONDS: Final = 5.0
Carried: TypeAlias = Literal["always", "asked", "never"]


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The object's records are settings: the settings history tells of them, and files of the
    configuration carry them to other installations.

    `key` are the fields that tell them apart there, a link by the key of what it points to;
    `carried` whether a file always has them, when it is asked for, or never. `places` says that
    owner and department are part of the setting; `about` is the field that names the object a
    setting is about, `subject` that object where it is always the same.
    """

    key: tuple[str, ...] = ("key",)
    carried: Carried = "always"
    places: bool = False
    about: str | None = None
    subject: str | None = None


async def move_definitions(ctx: Ctx, tx: Tx) -> None:
    """Make every process read the definitions anew; this one before its next request."""
    await epoch.bump(tx, METADATA)
    if ctx.services is not None:
        ctx.services.stale_until = time.monotonic() + _LOOK_SECONDS
