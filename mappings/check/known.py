"""What is known of the names of one site: what rules asked for, and what the site lists whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeVar

from mappings.contract.book import Reach
from model.work import TrackerCatalogue, TrackerNames

Kind = Literal["projects", "boards", "fields"]


@dataclass(frozen=True, slots=True)
class KnownSite:
    """`catalogue` holds every name that is known; `asked` are those that rules asked for (None: any), and of `whole`
    kinds there are no others."""

    catalogue: TrackerCatalogue
    asked: Reach | None
    whole: frozenset[Kind]

    def tells(self, kind: Kind, *names: str) -> bool:
        """Whether absence of these names says that the site has none of them."""
        if self.asked is None or kind in self.whole:
            return True
        wanted: tuple[str, ...] = getattr(self.asked, kind)
        return set(names) <= {*wanted, *(self.asked.named_projects if kind == "projects" else ())}


def known_site(catalogue: TrackerCatalogue, asked: Reach | None, names: TrackerNames | None) -> KnownSite:
    """What a `catalogue` made for the names `asked` and a list of all `names` tell together."""
    if names is None or names.site != catalogue.site:
        return KnownSite(catalogue, asked, frozenset())
    every: tuple[Kind, ...] = ("projects", "boards", "fields")
    joined = replace(
        catalogue,
        projects=_both(names.projects, catalogue.projects),
        boards=_both(names.boards, catalogue.boards),
        fields=_both(names.fields, catalogue.fields),
        types=names.types,
        statuses=names.statuses,
    )
    return KnownSite(joined, asked, frozenset(kind for kind in every if kind not in names.cut))


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Entry = TypeVar("_Entry", bound=_Named)


def _both(all_of_them: Iterable[_Entry], asked_later: Iterable[_Entry]) -> tuple[_Entry, ...]:
    """The first list with the second laid over it: what was asked for by name is the newer word."""
    return tuple({each.id: each for each in (*all_of_them, *asked_later)}.values())
