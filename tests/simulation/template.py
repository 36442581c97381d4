"""The empty store that every story begins with: migrated once, under a ledger id that is always the same."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.store import Store

_MEMORY = Path("/dev/shm")  # where it exists, a commit need not wait for a disk


@contextmanager
def empty_store() -> Iterator[Path]:
    """A migrated SQLite file to copy; its folder is for the copies, too."""
    folder = Path(tempfile.mkdtemp(prefix="milepost-", dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        file = folder / "empty.db"
        Store(f"sqlite:///{file}").close()
        with sqlite3.connect(file) as connection:  # else the ledger's id, and with it every marker, is chance
            connection.execute(
                "INSERT INTO identity VALUES ('0123456789abcdef', 1, '2026-01-01T00:00:00.000000Z')"
            )
        connection.close()
        yield file
    finally:
        shutil.rmtree(folder)
