"""The open store with the engine on it, for commands that need more than files."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cli.opening import Opened, now
from cli.screen import PERSON, USAGE, complain, leave
from sync import log
from sync.auditing.published import HeadFile, Unreadable, behind, keep_published
from sync.engine import Engine
from sync.installation.connect import (
    companies_apart,
    connect_companies,
    connect_noticeboards,
    connect_trackers,
)
from sync.installation.environment import WrongEnvironment, assert_environment
from sync.installation.settings import Settings
from sync.store import Store
from sync.store.database import DatabaseUnreachable
from sync.store.failing import StoreFailed

SERVICE = "service"  #: who acts in the audit where `milepost run` does


@contextmanager
def open_store(settings: Settings, *, quiet: bool = True) -> Iterator[Store]:
    """The store of the configuration. `quiet`: a command that a person watches logs warnings only, and acts by that
    person's name. What it added to the audit is published where the configuration says."""
    level = "warning" if quiet and settings.log.level == "info" else settings.log.level
    log.configure(level, settings.log.format)
    try:
        address = settings.store.address
        log.conceal(*(secret.reveal() for secret in settings.all_secrets() if secret.is_read))
        store = Store(address, getpass.getuser() if quiet else SERVICE)
    except (DatabaseUnreachable, LookupError) as error:
        complain([str(error)])
        leave(USAGE)
    except StoreFailed as error:
        complain([str(error)])
        leave(PERSON)
    try:
        assert_environment(settings, store, now())
        yield store
    except WrongEnvironment as error:
        complain([str(error)])
        leave(USAGE)
    except StoreFailed as error:
        complain([str(error)])
        leave(PERSON)
    finally:
        keep_published(settings.audit.head_file, store, now())
        store.close()


@contextmanager
def open_engine(opened: Opened, *, quiet: bool = True, reprice: bool = False) -> Iterator[Engine]:
    """The engine over the configured sites and companies. Nothing is sent by opening it."""
    with open_store(opened.settings, quiet=quiet) as store:
        _refuse_older(opened.settings, store)
        yield engine_on(store, opened, reprice=reprice)


@contextmanager
def open_for_looking(opened: Opened) -> Iterator[Engine]:
    """The engine over what was read last, for commands that ask nothing of anybody: no login is needed, nor read."""
    with open_store(opened.settings) as store:
        _refuse_older(opened.settings, store)
        yield engine_apart(store, opened)


def engine_apart(store: Store, opened: Opened) -> Engine:
    """The engine over an open store, without any connection."""
    return Engine(store, opened.book, {}, companies_apart(opened.settings), now)


def engine_on(
    store: Store, opened: Opened, *, reprice: bool = False, clock: Callable[[], datetime] = now
) -> Engine:
    """The engine over an open store. `clock` tells aware UTC."""
    companies = connect_companies(opened.settings, store, clock)
    trackers = connect_trackers(opened.settings, store, clock)
    boards = connect_noticeboards(opened.settings, store, clock)
    return Engine(store, opened.book, trackers, companies, clock, reprice=reprice, noticeboards=boards)


def _refuse_older(settings: Settings, store: Store) -> None:
    """A store that lacks what was published of its audit was put back from a copy: it does not know what it billed."""
    if not settings.audit.head_file:
        return
    try:
        why = behind(store, HeadFile(Path(settings.audit.head_file)).last())
    except (OSError, Unreadable) as error:
        complain([str(error)])
        leave(USAGE)
    if why:
        complain(
            [
                f"This store is older than its audit: {why}. What was posted since is unknown to it.",
                "If it was put back from a backup, say so with `milepost audit restored --why TEXT`, then see with"
                " `milepost reconcile` what QuickBooks holds beyond it, before the next apply.",
            ]
        )
        leave(PERSON)
