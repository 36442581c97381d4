"""Fixtures of the system tests: one launcher for each test process, and an office for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from launcher import Launcher, launching
from office import Office, open_office


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    """Starts `milepost` processes."""
    with launching() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A running office without work."""
    with open_office(tmp_path / "home") as running:
        yield running
