"""Names without what tells no two of them apart: legal forms, punctuation, traditional writing."""

from __future__ import annotations

import re
from typing import Final

from fangxin.kernel.simplified import simplified

_CHINESE_FORM: Final = re.compile(r"(?:集团|股份|有限|责任|公司|合伙企业|普通合伙|有限合伙)$")
_FORM: Final = re.compile(
    r"[\s,，]+(?:inc|incorporated|corp|corporation|co|company|llc|llp|ltd|limited|plc|gmbh|mbh|ag|kg|ohg|"
    r"ug|se|sa|sas|sarl|srl|spa|bv|nv|ab|as|oy|pty|pte|kk|group|holding|holdings|s\.a|b\.v|n\.v|&)\.?$"
)
_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_NOISE: Final = re.compile(r"[\s,，.。·・()（）【】\[\]\-_'\"]+")


def _without(form: re.Pattern[str], name: str) -> str:
    """Take a legal form off the end, again and again, but never all of the name."""
    while len(stem := form.sub("", name)) > 1 and stem != name:
        name = stem
    return name


def bare_name(name: str) -> str:
    """Take legal form, punctuation and traditional writing off a name (case folded), never all of
    it.
    """
    plain = _NOISE.sub(" ", _without(_FORM, name)).strip()
    if _CHINESE.search(plain):
        # spaces and brackets part no words there
        plain = plain.replace(" ", "")
    return _without(_CHINESE_FORM, simplified(plain)) or name
