"""Fixtures of the connector tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from served_jira import Site, running_site


@pytest.fixture
def site() -> Iterator[Site]:
    """A small Jira site that listens for one test."""
    with running_site() as running:
        yield running
