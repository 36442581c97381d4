"""A transaction means the same on both databases: one writer, steady readers, nothing half done."""

from __future__ import annotations

import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from sync.store import Store
from sync.store.columns import Big
from sync.store.database import DatabaseUnreachable, open_database, reading, writing
from sync.store.failing import StoreFailed

NOW = datetime(2026, 3, 2, tzinfo=UTC)

COUNTER = sa.Table("counter", sa.MetaData(), sa.Column("value", Big, nullable=False), sqlite_strict=True)


@pytest.fixture
def counter(engine: Engine) -> Engine:
    with writing(engine) as connection:
        COUNTER.create(connection)
        connection.execute(COUNTER.insert().values(value=0))
    return engine


def value(connection: Connection) -> int:
    found: int = connection.execute(sa.select(COUNTER.c.value)).scalar_one()
    return found


def test_no_increment_is_lost_between_writers(counter: Engine) -> None:
    def increment(_: int) -> None:
        with writing(counter) as connection:
            connection.execute(COUNTER.update().values(value=value(connection) + 1))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(increment, range(40)))
    with reading(counter) as connection:
        assert value(connection) == 40


def test_a_reader_sees_one_snapshot_while_a_writer_commits(counter: Engine) -> None:
    with reading(counter) as reader:
        before = value(reader)
        with writing(counter) as writer:
            writer.execute(COUNTER.update().values(value=7))
        assert (before, value(reader)) == (0, 0)
    with reading(counter) as reader:
        assert value(reader) == 7


def test_a_reader_does_not_wait_for_a_writer(counter: Engine) -> None:
    seen: list[int] = []

    def read() -> None:
        with reading(counter) as connection:
            seen.append(value(connection))

    with writing(counter) as connection:
        connection.execute(COUNTER.update().values(value=7))
        thread = threading.Thread(target=read)
        thread.start()
        thread.join(30)
        assert seen == [0]


def test_a_write_inside_a_reading_is_an_error_and_the_next_writer_may_write(counter: Engine) -> None:
    with pytest.raises(DBAPIError), reading(counter) as connection:
        connection.execute(COUNTER.update().values(value=7))
    with writing(counter) as connection:
        assert value(connection) == 0
        connection.execute(COUNTER.update().values(value=1))


def test_a_failed_writing_leaves_nothing_not_even_a_table(counter: Engine) -> None:
    def fail() -> None:
        with writing(counter) as connection:
            connection.execute(COUNTER.update().values(value=7))
            connection.exec_driver_sql("CREATE TABLE half_done (id INTEGER)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with reading(counter) as connection:
        assert value(connection) == 0
        assert sa.inspect(connection).get_table_names() == ["counter"]


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE child (parent INTEGER REFERENCES parent (id))")
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO child VALUES (1)")


def test_commits_are_durable_on_either_database(engine: Engine) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 10_000
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == "10s"
            assert connection.exec_driver_sql("SHOW timezone").scalar_one() == "UTC"


def test_the_file_and_its_log_are_readable_by_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "milepost.db"
    path.touch(mode=0o644)
    engine = open_database(f"sqlite:///{path}")
    with writing(engine) as connection:
        COUNTER.create(connection)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    engine.dispose()
    assert modes == dict.fromkeys(("milepost.db", "milepost.db-wal", "milepost.db-shm"), 0o600)


def test_a_missing_folder_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match=r"No such file or directory\. Its folder must exist"):
        open_database(f"sqlite:///{tmp_path}/missing/milepost.db")


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but dear to somebody\n" * 40)
    before = path.read_bytes()
    with pytest.raises(DatabaseUnreachable, match="file is not a database"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_an_unreachable_server_is_named_without_its_password() -> None:
    url = "postgresql://clerk:hunter2@127.0.0.1:1/books?password=hunter2"
    with pytest.raises(DatabaseUnreachable, match=r"clerk@127\.0\.0\.1:1/books") as caught:
        open_database(url)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_database_that_cannot_hold_every_name_is_refused(postgresql_server: str) -> None:
    with psycopg.connect(
        host=postgresql_server, user="postgres", dbname="postgres", autocommit=True
    ) as server:
        server.execute("CREATE DATABASE narrow ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
    with pytest.raises(DatabaseUnreachable, match="its encoding is LATIN1"):
        open_database(f"postgresql://postgres@/narrow?host={postgresql_server}")


@pytest.mark.parametrize(
    "url", ["mysql://localhost/books", "sqlite://", "sqlite:///:memory:", "no url at all"]
)
def test_a_store_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="store"):
        open_database(url)


def test_an_sqlite_without_strict_tables_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(DatabaseUnreachable, match="has no STRICT tables"):
        open_database(f"sqlite:///{tmp_path}/milepost.db")


def full(store: Store) -> None:
    """From here on the store's file cannot grow, as on a full disk."""
    event.listen(
        store.engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1")
    )
    store.engine.dispose()


def test_a_full_disk_is_told_with_the_file_and_loses_what_was_not_committed_alone(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/milepost.db")
    store.signs.put("kept", {"n": 1}, NOW)
    full(store)
    with pytest.raises(StoreFailed, match=f"{tmp_path}/milepost.db fails: its disk is full. Make room"):
        store.signs.put("large", {"n": "x" * 100_000}, NOW)
    assert store.signs.last("kept") is not None
    store.close()
    with closing(Store(f"sqlite:///{tmp_path}/milepost.db")) as mended:
        mended.signs.put("after", {}, NOW)
        assert mended.signs.last("kept") is not None


def test_what_a_statement_does_wrong_is_no_failure_of_the_store(tmp_path: Path) -> None:
    twice = "INSERT INTO pace (account, doc, kept_at) VALUES ('a', '', ''), ('a', '', '')"
    with (
        closing(Store(f"sqlite:///{tmp_path}/milepost.db")) as store,
        writing(store.engine) as connection,
        pytest.raises(IntegrityError),
    ):
        connection.exec_driver_sql(twice)
