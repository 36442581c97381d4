"""What a site and a company have under any name, kept so that `check` can compare: also before contracts name it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog

from connectors.errors import ConnectorError
from connectors.ports import Tracker
from model.billing import BooksCatalogue
from model.work import TrackerCatalogue
from sync.store import Store

log = structlog.get_logger()

_LISTED_EVERY = timedelta(hours=1)


class _Known(Protocol):
    @property
    def id(self) -> str: ...


_Entry = TypeVar("_Entry", bound=_Known)


def keep_site(store: Store, alias: str, seen: TrackerCatalogue, now: datetime) -> None:
    """Keep what a site was seen to have. What is known of it already, by the contracts that there are, stays."""
    known = store.mirror.catalogue("tracker", alias, TrackerCatalogue)
    whole = seen if known is None else _joined(known, seen)
    store.mirror.save_catalogues(alias, {"tracker": whole}, now)


def keep_names(store: Store, alias: str, tracker: Tracker, now: datetime) -> None:
    """Keep what a site has under any name, listed at most once an hour. Where it cannot be listed now, what was listed
    before stays: it is only compared with, and nothing that bills waits for it."""
    listed_at = store.mirror.fetched_at("names", alias)
    if listed_at is not None and now - listed_at < _LISTED_EVERY:
        return
    try:
        names = tracker.names()
    except ConnectorError as error:
        log.warning("names.unlisted", site=alias, reason=str(error))
        return
    store.mirror.save_catalogues(alias, {"names": names}, now)


def keep_company(store: Store, alias: str, seen: BooksCatalogue, now: datetime) -> None:
    """Keep what a company was seen to have; that is always all of it."""
    store.mirror.save_catalogues(alias, {"books": seen}, now)


def _joined(known: TrackerCatalogue, seen: TrackerCatalogue) -> TrackerCatalogue:
    if known.site != seen.site:
        return seen  # the name stands for another site now
    return replace(
        seen,
        projects=_both(known.projects, seen.projects),
        boards=_both(known.boards, seen.boards),
        fields=_both(known.fields, seen.fields),
        timed=known.timed,
        named=known.named,
        components=known.components,
    )


def _both(known: Iterable[_Entry], seen: Iterable[_Entry]) -> tuple[_Entry, ...]:
    return tuple(({each.id: each for each in known} | {each.id: each for each in seen}).values())
