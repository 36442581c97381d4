"""What names in edited rules mean, asked of both systems before the rules take effect. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.errors import ConnectorError
from connectors.ports import Tracker
from mappings.check.vocabulary import Releases
from mappings.contract.book import Reach, RuleBook, reach_of
from model.work import TrackerCatalogue
from sync.outbox.company import Company
from sync.reading.sources import scope_of
from sync.ruleset import Lists


def ask_names(
    known: Lists, trackers: Mapping[str, Tracker], companies: Mapping[str, Company], book: RuleBook
) -> tuple[Lists, tuple[ConnectorError, ...]]:
    """What all names in the sound contracts of `book` mean now, and who could not be asked: of these, and of whom no
    contract names, what was `known` before."""
    sites, asked, releases = dict(known.sites), dict(known.asked), dict(known.releases)
    books, names, silent = dict(known.companies), dict(known.names), list[ConnectorError]()
    for alias in sorted({contract.site for contract in book.contracts} & trackers.keys()):
        wanted = reach_of(book.of_site(alias))
        try:
            catalogue = trackers[alias].catalogue(scope_of(wanted))
            releases[alias] = _releases(trackers[alias], catalogue, wanted)
            names[alias] = trackers[alias].names()
        except ConnectorError as error:
            silent.append(error)
            continue
        sites[alias], asked[alias] = catalogue, wanted
    for alias in sorted({contract.company for contract in book.contracts} & companies.keys()):
        try:
            books[alias] = companies[alias].books.catalogue()
        except ConnectorError as error:
            silent.append(error)
    return Lists(sites, books, asked, releases, names), tuple(silent)


def _releases(tracker: Tracker, catalogue: TrackerCatalogue, wanted: Reach) -> Releases:
    """Names of the fix versions of those visible projects whose versions rules name."""
    named = tuple(each for each in catalogue.projects if each.key.upper() in wanted.version_projects)
    if not named:
        return {}
    found: dict[str, list[str]] = {project.key.upper(): [] for project in named}
    for version in tracker.versions(replace(catalogue, projects=named)):
        found.setdefault(version.project_key.upper(), []).append(version.name)
    return found
