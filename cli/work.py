"""The open store with the engine on it, for commands that need more than files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cli.opening import Opened, now
from cli.screen import USAGE, complain, leave
from sync import log
from sync.engine import Engine
from sync.installation.connect import connect_companies, connect_noticeboards, connect_trackers
from sync.installation.environment import WrongEnvironment, assert_environment
from sync.store import Store
from sync.store.database import DatabaseUnreachable


@contextmanager
def open_store(opened: Opened, *, quiet: bool = True) -> Iterator[Store]:
    """The store of the configuration. `quiet`: a command that a person watches logs warnings only."""
    settings = opened.settings
    level = "warning" if quiet and settings.log.level == "info" else settings.log.level
    log.configure(level, settings.log.format)
    log.conceal(*(secret.reveal() for secret in settings.all_secrets()))
    try:
        store = Store(settings.store.address)
    except DatabaseUnreachable as error:
        complain([str(error)])
        leave(USAGE)
    try:
        assert_environment(settings, store, now())
        yield store
    except WrongEnvironment as error:
        complain([str(error)])
        leave(USAGE)
    finally:
        store.close()


@contextmanager
def open_engine(opened: Opened, *, quiet: bool = True, reprice: bool = False) -> Iterator[Engine]:
    """The engine over the configured sites and companies. Nothing is sent by opening it."""
    with open_store(opened, quiet=quiet) as store:
        yield engine_on(store, opened, reprice=reprice)


def engine_on(store: Store, opened: Opened, *, reprice: bool = False) -> Engine:
    """The engine over an open store."""
    companies = connect_companies(opened.settings, store, now)
    trackers, noticeboards = connect_trackers(opened.settings), connect_noticeboards(opened.settings)
    return Engine(store, opened.book, trackers, companies, now, reprice=reprice, noticeboards=noticeboards)
