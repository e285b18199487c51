"""What handing over answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from fangxin.api.shapes import Id, Link


class HeldRecords(Struct):
    """How many records of an object a user holds; `unfinished` is null where nothing finishes."""

    object: str
    label: str
    all: int
    unfinished: int | None


class Holdings(Struct):
    """What a user holds."""

    user: Link
    active: bool
    objects: list[HeldRecords]
    shares: int
    views: int
    jobs: int


class HandedObject(Struct):
    """How many records of an object would go, and to whom."""

    object: str
    label: str
    count: int
    to: list[Link]


class BlindReceiver(Struct):
    """Somebody whose role does not let him see what he would get."""

    object: str
    label: str
    user: Link


class HandOverPreview(Struct):
    """What would move."""

    objects: list[HandedObject]
    total: int
    blind: list[BlindReceiver]


class HandOverJob(Struct):
    """The job that hands over, and the change set into which it writes."""

    job: Id
    change_set: Id


_ONE: Final = "/hand_overs/{id}"
# method, path, name, summary, answer, query parameters, body (see fixed.py)
ROWS: Final = (
    ("get", _ONE, "get_holdings", "What a user holds", "one Holdings", "", ""),
    (
        "post",
        f"{_ONE}/preview",
        "preview_hand_over",
        "What would move",
        "one HandOverPreview",
        "",
        "HandOver",
    ),
    ("post", _ONE, "start_hand_over", "Hand over", "accepted HandOverJob", "", "HandOver"),
)
