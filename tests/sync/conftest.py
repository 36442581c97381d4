"""Fixtures of the sync tests: a migrated store on each database, and a quick one on SQLite alone."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from outbox_steps import queued
from sync_bench import Bench

from sync.store import Store

_MEMORY = Path("/dev/shm")  # where it exists, a commit need not wait for a disk


@pytest.fixture(scope="session")
def migrated() -> Iterator[Path]:
    """An empty, migrated SQLite file to copy: migrating each anew would be most of the time."""
    folder = Path(tempfile.mkdtemp(prefix="milepost-", dir=_MEMORY if _MEMORY.is_dir() else None))
    Store(f"sqlite:///{folder}/empty.db").close()
    yield folder / "empty.db"
    shutil.rmtree(folder)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store: the test runs once on SQLite and once on PostgreSQL."""
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def quick_stores(migrated: Path) -> Iterator[Callable[[], Store]]:
    """Makes empty stores on SQLite, for tests of what happens above them."""
    with tempfile.TemporaryDirectory(dir=migrated.parent) as folder, ExitStack() as opened:
        numbers = itertools.count()

        def make() -> Store:
            copy = shutil.copy(migrated, f"{folder}/{next(numbers)}.db")
            return opened.enter_context(closing(Store(f"sqlite:///{copy}")))

        yield make


@pytest.fixture
def quick_store(quick_stores: Callable[[], Store]) -> Store:
    """An empty store on SQLite."""
    return quick_stores()


@pytest.fixture
def bench(quick_store: Store) -> Bench:
    """One client with its site and books."""
    return Bench(quick_store)


@pytest.fixture
def one(bench: Bench) -> Bench:
    """One closed epic of 100.00, its draft about to be sent."""
    return queued(bench, 1)
