"""What the module base brings: objects that every other module may build on."""

from __future__ import annotations

from typing import Final

from fangxin.modules.base.account import Account
from fangxin.modules.base.activity import Activity
from fangxin.modules.base.contact import Contact
from fangxin.modules.base.file import File
from fangxin.modules.base.product import Product
from fangxin.modules.base.task import Task
from fangxin.objects.declare import Record

RECORDS: Final[tuple[type[Record], ...]] = (Account, Contact, Product, Activity, Task, File)
