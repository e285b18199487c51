"""What the module sales brings."""

from __future__ import annotations

from typing import Final

from fangxin.modules.sales.opportunity import Opportunity
from fangxin.modules.sales.pipeline import Pipeline, Stage
from fangxin.objects.declare import Record

RECORDS: Final[tuple[type[Record], ...]] = (Pipeline, Stage, Opportunity)
