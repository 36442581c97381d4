"""Shared by many tests: a private PostgreSQL server for the session, fresh databases of both kinds."""

from __future__ import annotations

import gc
import logging
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import Engine

from sync import log
from sync.store.database import open_database

# Every property takes these: few examples for a quick run, and never a verdict about the machine's speed.
settings.register_profile(
    "milepost",
    max_examples=int(os.environ.get("MILEPOST_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("milepost")

gc.set_threshold(50_000)  # walked at each 700 new objects, what tests load is a fifth of their time

NO_SERVER = "no PostgreSQL server on this machine (Debian, Ubuntu: apt-get install postgresql)"


def _postgresql_programs() -> Path | None:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda it: int(it.parts[-3]))
    found = packaged[-1] if packaged else shutil.which("postgres")
    return Path(found).parent if found else None


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A throw-away server without TCP; gives the folder of its socket. Some 2 s for each test process."""
    programs = _postgresql_programs()
    if programs is None:
        pytest.skip(NO_SERVER)
    user = _server_user()
    folder = tempfile.mkdtemp(prefix="milepost-pg-")
    try:
        if user is not None:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        make = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run(make, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        serve = [programs / "postgres", "-D", data, "-k", folder, "-h", "", "-c", "fsync=off"]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(serve, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            _wait_until_it_answers(folder, server)
            yield folder
        finally:
            server.send_signal(2)  # "fast": sessions are ended, not waited for
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_it_answers(folder: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(psycopg.OperationalError), _administer(folder):
            return
        time.sleep(0.03)
    raise RuntimeError(f"PostgreSQL did not start: {(Path(folder) / 'log').read_text()}")


def _administer(folder: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh, empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/milepost.db"
    folder: str = request.getfixturevalue("postgresql_server")
    with _administer(folder) as connection:  # a few ms, where a database of its own takes 200
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return f"postgresql://postgres@/postgres?host={folder}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh, empty database of each kind."""
    made = open_database(database_url)
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """What one test sets up of logging would hide the events of the next."""
    root, raising = logging.getLogger(), logging.raiseExceptions
    before, hidden = root.handlers[:], set(log._concealed)
    yield
    root.handlers[:] = before
    logging.raiseExceptions = raising
    log._concealed.clear()
    log._concealed.update(hidden)
    log._passing.clear()
    structlog.reset_defaults()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A run that left PostgreSQL out must not look like one that did not."""
    skipped = [
        report for report in terminalreporter.stats.get("skipped", ()) if NO_SERVER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} tests did not run on PostgreSQL: {NO_SERVER}", yellow=True
        )
