"""One refresh at a time over all processes: however many ask, the service never calls a value dead."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.http import Server
from sandbox.quickbooks.state import QuickBooksState
from sandbox.quickbooks.wire.app import QuickBooksApp
from sandbox.world.company import REALM, open_books
from sync.store import Store

SCRIPT = Path(__file__).parent / "refreshing.py"
TOKENS = "/oauth2/v1/tokens/bearer"


@contextmanager
def served(grace: timedelta) -> Iterator[tuple[QuickBooksState, Server]]:
    """Intuit's token endpoint, which replaces the value with every use."""
    clock = Clock.real()
    state = open_books(clock, datetime.now(UTC))
    state.behaviour.refresh_rotates_after, state.behaviour.refresh_grace = timedelta(0), grace
    server = Server(QuickBooksApp(state, clock))
    with server:
        yield state, server


def refreshed_by(state: QuickBooksState, server: Server, database: str, **wish: Any) -> list[int]:
    """How the processes ended that refreshed over one database."""
    Store(database).close()
    wish |= {
        "database": database,
        "url": f"{server.url}{TOKENS}",
        "first": state.tokens.connect(REALM).refresh_token,
        "id": state.tokens.client_id,
        "secret": state.tokens.client_secret,
    }
    folder = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, str(SCRIPT), json.dumps(wish)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=110, check=True)
    ended: list[int] = json.loads(done.stdout)
    assert 1 not in ended, done.stderr
    return ended


def refusals(server: Server) -> int:
    """How often the service called a value dead."""
    return sum(call.status == 400 for call in server.log)


def test_many_processes_refresh_without_one_dead_value(database_url: str) -> None:
    with served(timedelta(0)) as (state, server):  # the value before dies at once: one mistake would show
        ended = refreshed_by(state, server, database_url, processes=6, times=3, dying=0)
        assert ended == [0] * 6
        assert refusals(server) == 0
        assert 3 <= server.log.count("POST", TOKENS) <= 19  # who waited takes the pair of who was quicker


@pytest.mark.slow
def test_processes_that_die_with_an_unstored_pair_leave_the_others_connected(database_url: str) -> None:
    with served(timedelta(hours=24)) as (
        state,
        server,
    ):  # as on record of Intuit: the value before works for a day
        ended = refreshed_by(state, server, database_url, processes=8, times=2, dying=3)
        assert ended == [-signal.SIGKILL] * 3 + [0] * 5
        assert refusals(server) == 0
