"""All contracts together: the book of a folder, and what it makes Milepost read of a site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mappings.contract.prices import Hours
from mappings.contract.rules import Contract
from mappings.contract.works import EpicsWork
from model.finding import Problem


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All contracts of a folder by id, and every problem found. `sources` maps versions to (file, source).

    A source is the contract's text with the shared files it uses (`mappings.bundle`). `broken` are the sources of
    files that make no contract, by file: what is sound of them can still be compared. `ignored` are files beside them
    that look like contracts and are not read. `left` are contracts that were in force once and have no file any more:
    they speak for what no other contract reaches, so that finished work stays in sight. `shared` are the texts of all
    shared files by path, whether a contract takes something from them or not."""

    contracts: tuple[Contract, ...]
    problems: tuple[Problem, ...] = ()
    sources: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    left: tuple[Contract, ...] = ()
    shared: Mapping[str, str] = field(default_factory=dict)

    def of_site(self, site: str) -> tuple[Contract, ...]:
        """Contracts whose work is on `site` (its name in the configuration)."""
        return tuple(contract for contract in self.contracts if contract.site == site)


@dataclass(frozen=True, slots=True)
class Reach:
    """What some contracts read on one site: project keys, board and field names, each sorted; `timed_projects`
    and `timed_boards` are those of contracts that bill logged time, `component_projects` and `version_projects`
    those whose components and versions rules name. `named_projects` are keys that only rate cards name."""

    projects: tuple[str, ...]
    boards: tuple[str, ...]
    fields: tuple[str, ...]
    timed_projects: tuple[str, ...] = ()
    timed_boards: tuple[str, ...] = ()
    component_projects: tuple[str, ...] = ()
    version_projects: tuple[str, ...] = ()
    named_projects: tuple[str, ...] = ()


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
        component_projects=_union(map(_componented, known)),
        version_projects=_union(contract.version_projects for contract in known),
        named_projects=_union(map(_rated, timed)),
    )


def _componented(contract: Contract) -> frozenset[str]:
    """Keys of the projects whose components its rules and payers name."""
    if any(payer.when is not None and payer.when.components for payer in contract.payers):
        return contract.projects
    tables = (work.table for work in contract.works if isinstance(work, EpicsWork))
    return frozenset(key for table in tables if table.components for key in table.projects)


def _rated(contract: Contract) -> frozenset[str]:
    """Keys of the projects that the rate cards it uses name, whoever's they are."""
    cards = (rule.price.card for rule in contract.milestones if isinstance(rule.price, Hours))
    return frozenset(key.upper() for card in cards for rate in card.rates for key in rate.projects or ())


def _union(names: Iterable[frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted(frozenset[str]().union(*names)))
