"""Trials and the real books stay apart: a store is for the environment that it was first used with."""

from __future__ import annotations

from datetime import datetime

from sync.installation.settings import Settings
from sync.store import Store


class WrongEnvironment(Exception):
    """The store was made for other books than the settings name. Nothing was read or written."""


def assert_environment(settings: Settings, store: Store, now: datetime) -> None:
    """Bind a new store to the environment of the settings. WrongEnvironment when it is bound to another."""
    bound = store.journal.bind(settings.environment, now)
    if bound != settings.environment:
        raise WrongEnvironment(
            f"the store {settings.store.url} is for {bound} books, and the configuration names"
            f" {settings.environment} ones. Give each a store of its own: change [store] url"
        )
