"""The empty store that every story begins with: migrated once, under a ledger id that is always the same."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from real_house import START

from sync.store import Store

_MEMORY = Path("/dev/shm")  # where it exists, a commit need not wait for a disk


@contextmanager
def empty_store() -> Iterator[Path]:
    """A migrated SQLite file to copy; its folder is for the copies, too."""
    folder = Path(tempfile.mkdtemp(prefix="milepost-", dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        file = folder / "empty.db"
        store = Store(f"sqlite:///{file}")
        with patch("sync.store.journal.secrets.token_hex", lambda size: "0" * 2 * size):
            store.journal.ledger_id(START)  # made by chance, it would make every marker chance
        store.close()
        yield file
    finally:
        shutil.rmtree(folder)
