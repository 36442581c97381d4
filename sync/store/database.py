"""Opens the store's database, SQLite or PostgreSQL, so that a transaction means the same on both.

One writer at a time, readers see one snapshot and never wait, and what is committed survives power loss.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from sync.store.failing import place_of, tell_failures, why

_WAIT_MS = 10_000  # SQLite is unfair to waiting writers: 3 s was measured with three processes
_STRICT_SINCE = (3, 37)
_WRITER_LOCK = 0x4D494C45  # "MILE": the advisory lock that one writer holds on PostgreSQL
_SQLITE_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_WAIT_MS}")
_POSTGRESQL_OPTIONS = (
    "timezone=UTC",
    "synchronous_commit=on",
    f"lock_timeout={_WAIT_MS}",
    "idle_in_transaction_session_timeout=60000",
)


class DatabaseUnreachable(Exception):
    """The store cannot be opened. Says which one (never its password), why, and what to do."""

    def __init__(self, url: URL, reason: str, hint: str) -> None:
        super().__init__(f"cannot open the store {place_of(url)}: {reason}. {hint}")


def open_database(url: str) -> Engine:
    """An engine on `url`, tried out once. Raises DatabaseUnreachable, or ValueError for another kind.

    A missing SQLite file is made, readable by its owner alone; its folder must exist.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError("the store's url is not a database url") from None
    match parsed.get_backend_name():
        case "sqlite":
            return _tried(_sqlite(parsed))
        case "postgresql" | "postgres":
            return _tried(_postgresql(parsed))
        case other:
            raise ValueError(f"the store is sqlite:///FILE or postgresql://…, not {other}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that commits at the end or leaves nothing. Waits until no other writer is at work."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER_LOCK)))
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot for all reads inside. Takes no lock that a writer waits for; a write in it is an error."""
    if engine.dialect.name == "postgresql":
        snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with snapshot.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        connection.execution_options(sqlite_begin="DEFERRED")
        driver = _driver(connection)
        driver.execute("PRAGMA query_only=ON")
        try:
            yield connection
        finally:
            connection.rollback()
            if not connection.invalidated:  # as an interrupt leaves it: what it leads to is closed
                driver.execute("PRAGMA query_only=OFF")


def _tried(engine: Engine) -> Engine:
    try:
        with engine.connect() as connection:
            _check(connection)
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0].rstrip(".")
        unknown = said, "Check [store] url, and that the server runs"
        known = (
            why(error.orig) if engine.dialect.name == "sqlite" else None
        )  # a server says itself what it lacks
        raise DatabaseUnreachable(engine.url, *(known or unknown)) from None
    finally:
        engine.dispose()
    tell_failures(engine)
    return engine


def _check(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            hint = "Create the database with ENCODING 'UTF8' TEMPLATE template0"
            raise DatabaseUnreachable(connection.engine.url, f"its encoding is {encoding}", hint)
        return
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if mode != "wal":
        hint = "Keep the store on a local disk, not on a network share"
        raise DatabaseUnreachable(connection.engine.url, f"it has no write-ahead log (mode {mode})", hint)


def is_there(url: str) -> bool:
    """Whether the database of a store exists, so that a look need not make it. One on a server always does."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()


def _sqlite(url: URL) -> Engine:
    if sqlite3.sqlite_version_info < _STRICT_SINCE:
        raise DatabaseUnreachable(
            url, f"SQLite {sqlite3.sqlite_version} has no STRICT tables", "Use 3.37 or newer"
        )
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("the store is a file that lasts: sqlite:///FILE")
    _make_private(url, Path(url.database))
    engine = sa.create_engine(url)
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _make_private(url: URL, path: Path) -> None:
    try:
        path.touch(mode=0o600)  # the -wal and -shm files take the mode of this one
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        hint = "Its folder must exist and be writable by the user that runs milepost"
        raise DatabaseUnreachable(url, error.strerror or str(error), hint) from None


def _on_sqlite_connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: in its own mode a SELECT before a write runs outside
    # of any, and two processes lose each other's updates without an error.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    # Deferred writers fail at once when their snapshot is old, whatever busy_timeout says; IMMEDIATE waits.
    if connection.get_execution_options().get("sqlite_begin") == "DEFERRED":
        _driver(connection).execute("BEGIN DEFERRED")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _driver(connection: Connection) -> sqlite3.Connection:
    """What stands below SQLAlchemy: for what needs none of it and comes with every look."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def _postgresql(url: URL) -> Engine:
    given = url.query.get("options", "")
    options = " ".join([str(given), *(f"-c {option}" for option in _POSTGRESQL_OPTIONS)])
    arguments: dict[str, Any] = {
        "connect_timeout": 10,
        "application_name": "milepost",
        "options": options.strip(),
    }
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"), connect_args=arguments, pool_pre_ping=True
    )
