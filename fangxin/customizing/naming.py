"""Keys made of labels, for an administrator who thinks of the name alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from itertools import chain, count
from typing import Final

from fangxin.customizing.definition import RESERVED
from fangxin.kernel.pinyin import syllable
from fangxin.objects.custom import Custom
from fangxin.objects.registry import ObjectDef

# room for a number in the 40 characters of a key
_LONGEST: Final = 36
_OTHER: Final = re.compile(r"[^a-z0-9]+")


def key_of(labels: Mapping[str, str], taken: Container[str], first: str) -> str:
    """Return a key that is free: the English label, or Chinese in pinyin, as small letters, digits
    and underscores. `first` is the word before what begins with no letter.
    """
    label = labels.get("en") or next(iter(labels.values()), "")
    spoken = "".join(f" {said} " if (said := syllable(each)) else each for each in label)
    plain = unicodedata.normalize("NFKD", spoken).encode("ascii", "ignore").decode().lower()
    key = _OTHER.sub("_", plain).strip("_")
    if not key[:1].isalpha():
        key = f"{first}_{key}".strip("_")
    key = key[:_LONGEST].rstrip("_")
    keys = chain([key], (f"{key}_{number}" for number in count(2)))
    return next(each for each in keys if each not in taken)


def field_key(labels: Mapping[str, str], definition: ObjectDef | None, custom: Custom) -> str:
    """Return a key for a new field of an object, where none may stand in the recycle bin too."""
    if definition is None:
        return ""
    here = {each.key for each in custom.fields if each.object == definition.name}
    return key_of(labels, here | RESERVED | set(definition.fields), "field")
