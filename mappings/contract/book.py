"""All contracts together: the book of a folder, and what it makes Milepost read of a site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mappings.contract.rules import Contract
from model.finding import Problem


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All contracts of a folder by id, and every problem found. `sources` maps versions to (file, source).

    A source is the contract's text with the shared files it uses (`mappings.bundle`)."""

    contracts: tuple[Contract, ...]
    problems: tuple[Problem, ...] = ()
    sources: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def of_site(self, site: str) -> tuple[Contract, ...]:
        """Contracts whose work is on `site` (its name in the configuration)."""
        return tuple(contract for contract in self.contracts if contract.site == site)


@dataclass(frozen=True, slots=True)
class Reach:
    """What some contracts read on one site: project keys, board and field names, each sorted; `timed_projects`
    and `timed_boards` are those of contracts that bill logged time."""

    projects: tuple[str, ...]
    boards: tuple[str, ...]
    fields: tuple[str, ...]
    timed_projects: tuple[str, ...] = ()
    timed_boards: tuple[str, ...] = ()


def reach_of(contracts: Iterable[Contract]) -> Reach:
    """The union of what `contracts` read, as a tracker's scope needs it."""
    known = tuple(contracts)
    timed = tuple(contract for contract in known if contract.bills_time)
    return Reach(
        projects=_union(contract.projects for contract in known),
        boards=_union(contract.boards for contract in known),
        fields=_union(contract.fields for contract in known),
        timed_projects=_union(contract.projects for contract in timed),
        timed_boards=_union(contract.boards for contract in timed),
    )


def _union(names: Iterable[frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted(frozenset[str]().union(*names)))
