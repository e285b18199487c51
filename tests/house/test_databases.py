"""The fixtures themselves: a cluster of our own, databases that do not see each other."""

import sqlite3
from urllib.parse import urlsplit

from fangxin.migrations.migrate import migrate
from tests import cluster
from tests.databases import Databases


def test_an_empty_database_is_reachable(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        path = empty_database_url.removeprefix("sqlite:///")
        with sqlite3.connect(path) as connection:
            assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        connection.close()
    else:
        name = urlsplit(empty_database_url).path.strip("/")
        server = empty_database_url.rsplit("/", 1)[0]
        cluster.run_sql(server, "CREATE TABLE t (id int)", database=name)


def test_each_database_is_its_own(databases: Databases, database_kind: str) -> None:
    first, second = (databases.new(database_kind, migrated=False) for _ in range(2))
    assert first != second


async def test_a_migrated_database_has_the_tables(databases: Databases, database_kind: str) -> None:
    url = databases.new(database_kind)
    assert await migrate(url) is False
