"""A first look at a site and a company before any contract names them, kept so that `check` can compare names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from model.billing import BooksCatalogue
from model.work import TrackerCatalogue
from sync.store import Store


class _Known(Protocol):
    @property
    def id(self) -> str: ...


_Entry = TypeVar("_Entry", bound=_Known)


def keep_site(store: Store, alias: str, seen: TrackerCatalogue, now: datetime) -> None:
    """Keep what a site was seen to have. What is known of it already, by the contracts that there are, stays."""
    known = store.mirror.catalogue("tracker", alias, TrackerCatalogue)
    store.mirror.save_catalogue("tracker", alias, seen if known is None else _joined(known, seen), now)


def keep_company(store: Store, alias: str, seen: BooksCatalogue, now: datetime) -> None:
    """Keep what a company was seen to have; that is always all of it."""
    store.mirror.save_catalogue("books", alias, seen, now)


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
