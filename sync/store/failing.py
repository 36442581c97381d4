"""What a person reads when the store itself fails: which one, why, and what to do, in place of a driver's error."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, ExceptionContext

_NOTHING_IS_LOST = "Nothing is lost: what was under way is looked for before anything is sent again."
_ROOM = f"Make room on its disk. {_NOTHING_IS_LOST}"
_DISK = f"Look at its disk and at the system's log. {_NOTHING_IS_LOST}"
_RIGHTS = "The user that runs milepost must be able to write the file and its folder."
_BACKUP = "Keep the file, and put back the last backup: docs/operations.md says how."
_HOLDER = "Close what else has it open, such as a backup or a database browser."
_SERVER = f"See that its server runs. {_NOTHING_IS_LOST}"
#: Of SQLite's error codes, by how their names begin: why the store does not work, and what to do.
_OF_SQLITE: Mapping[str, tuple[str, str]] = {
    "SQLITE_FULL": ("its disk is full", _ROOM),
    "SQLITE_IOERR": ("its disk cannot be read or written", _DISK),
    "SQLITE_CORRUPT": ("the file is damaged", _BACKUP),
    "SQLITE_NOTADB": ("the file is not a database", f"Check [store] url. {_BACKUP}"),
    "SQLITE_READONLY_": ("it cannot be written", _RIGHTS),
    "SQLITE_CANTOPEN": ("it cannot be opened", _RIGHTS),
    "SQLITE_PERM": ("it cannot be opened", _RIGHTS),
    "SQLITE_BUSY": ("another program holds it", _HOLDER),
}
#: Of PostgreSQL's SQLSTATE, by its beginning.
_OF_POSTGRESQL: Mapping[str, tuple[str, str]] = {
    "53100": ("its disk is full", _ROOM),
    "53": ("its server has no resources left", _SERVER),
    "55P03": ("another program holds it", _HOLDER),
    "57P": ("its server ended the connection", _SERVER),
    "58": ("its disk cannot be read or written", _DISK),
    "08": ("its server cannot be reached", _SERVER),
}


class StoreFailed(Exception):
    """The store did not do what was asked. What it did before stands; nothing was half done."""

    def __init__(self, place: str, reason: str, hint: str) -> None:
        self.reason, self.hint = reason, hint
        super().__init__(f"the store {place} fails: {reason}. {hint}")


def place_of(url: URL) -> str:
    """Where a store is, without its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return str(URL.create(url.get_backend_name(), url.username, None, url.host, url.port, url.database))


def tell_failures(engine: Engine) -> None:
    """From here on what the database cannot do is StoreFailed; errors of a statement stay what they are."""
    place = place_of(engine.url)

    def tell(context: ExceptionContext) -> None:
        found = why(context.original_exception)
        if found is not None:
            raise StoreFailed(place, *found) from context.original_exception

    event.listen(engine, "handle_error", tell)


def why(error: BaseException | None) -> tuple[str, str] | None:
    """Why the store does not work, and what to do; None for an error that is none of the store's."""
    if isinstance(error, sqlite3.Error):
        return _begins(_OF_SQLITE, getattr(error, "sqlite_errorname", ""))
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return "its server ended the connection", _SERVER
    if isinstance(error, psycopg.Error):
        return _begins(_OF_POSTGRESQL, error.sqlstate or "")
    return None


def _begins(table: Mapping[str, tuple[str, str]], code: str) -> tuple[str, str] | None:
    return next((why for name, why in table.items() if code.startswith(name)), None)
