"""A store is for the environment of its first use: a trial never lands in the real books, nor they in a trial."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sync.installation.environment import WrongEnvironment, assert_environment
from sync.store import Store

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def named(environment: str) -> Any:
    """Settings, as far as this question goes."""
    place = SimpleNamespace(url="sqlite:///books.db")
    return SimpleNamespace(environment=environment, store=place)


def test_a_store_stays_with_the_environment_of_its_first_use(store: Store) -> None:
    assert_environment(named("production"), store, NOW)
    assert_environment(named("production"), store, NOW)
    for other in ("sandbox", "local"):
        with pytest.raises(WrongEnvironment, match=f"is for production books.*names {other} ones"):
            assert_environment(named(other), store, NOW)
    assert_environment(named("production"), store, NOW)


def test_a_ledger_that_was_begun_before_is_bound_with_its_next_use(store: Store) -> None:
    ledger = store.journal.ledger_id(NOW)
    assert_environment(named("sandbox"), store, NOW)
    assert store.journal.ledger_id(NOW) == ledger
    with pytest.raises(WrongEnvironment):
        assert_environment(named("production"), store, NOW)


def test_the_files_of_a_store_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "milepost.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    opened = Store(f"sqlite:///{path}")
    opened.journal.ledger_id(NOW)
    modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    opened.close()
    assert modes == dict.fromkeys(("milepost.db", "milepost.db-wal", "milepost.db-shm"), 0o600)
