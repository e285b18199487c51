"""The fixture gives a started installation whose registry and tables agree."""

from fangxin.app import Installation
from fangxin.kernel.sql import Statement


async def test_every_object_has_its_table(installation: Installation) -> None:
    assert installation.registry.objects
    for definition in installation.registry.objects.values():
        count = Statement(f'SELECT count(*) FROM "{definition.table.name}"', (), {}, (), ())
        assert (await installation.database.read(count, {}))[0][0] >= 0
