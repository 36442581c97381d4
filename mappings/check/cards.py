"""Projects and issue types that rate cards name, held against every site whose contracts use the card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mappings.check.known import KnownSite
from mappings.check.written import Loc, Written
from mappings.grammar.positions import Positions
from mappings.grammar.tomlfile import read
from mappings.tables.parts import sound
from mappings.tables.shared import SharedFile
from mappings.words.mistakes import did_you_mean
from model.finding import Problem
from model.work import TrackerCatalogue


@dataclass(frozen=True, slots=True)
class Card:
    """A shared file with a rate card, and the files of the contracts that use the card."""

    file: str
    table: SharedFile
    positions: Positions
    users: tuple[Written, ...]

    @property
    def sites(self) -> frozenset[str]:
        """The sites (names of the configuration) whose time it prices."""
        return frozenset(site for user in self.users if (site := user.word("site")))

    def people(self) -> Iterator[tuple[Loc, str]]:
        """Every person that it names, in a role or a rate."""
        for role, members in self.table.roles.items():
            yield from ((("roles", role, index), name) for index, name in enumerate(members))
        for number, rate in enumerate(self.table.rate):
            for index, name in enumerate(rate.person or ()):
                yield ("rate", number, "person", index), name

    def problem(self, loc: Loc, message: str, hint: str) -> Problem:
        """A problem at a place of its file."""
        return Problem(self.file, *self.positions.of(*loc), message, hint)


def cards_of(files: Iterable[Written]) -> list[Card]:
    """Every rate card that a rule of `files` prices by, once."""
    users: defaultdict[tuple[str, str], list[Written]] = defaultdict(list)
    for file in files:
        for name, text in file.shared.items():
            users[file.beside(name), text].append(file)
    cards = []
    for (name, text), using in users.items():
        table = sound(SharedFile, read(text, name)[0])
        pricing = tuple(file for file in using if table is not None and _prices_by(file, table))
        if table is not None and pricing:
            cards.append(Card(name, table, Positions(text), pricing))
    return cards


def against_cards(cards: Iterable[Card], known: Mapping[str, KnownSite]) -> Iterator[Problem]:
    """A problem for each project and issue type that none of the sites has; nothing where one is not known."""
    for card in cards:
        sites = [known[site] for site in sorted(card.sites) if site in known]
        if sites and len(sites) == len(card.sites):
            yield from _projects(card, sites)
            yield from _types(card, [site.catalogue for site in sites])


def _projects(card: Card, sites: list[KnownSite]) -> Iterator[Problem]:
    listed = (each for site in sites for each in (*site.catalogue.projects, *site.catalogue.named))
    keys = {each.key.upper() for each in listed}
    for number, rate in enumerate(card.table.rate):
        for index, name in enumerate(rate.project or ()):
            key = name.upper()
            if key not in keys and all(site.tells("projects", key) for site in sites):
                message = f"project {name!r} is not visible on {_sites(card)}"
                yield card.problem(("rate", number, "project", index), message, did_you_mean(key, keys))


def _types(card: Card, sites: list[TrackerCatalogue]) -> Iterator[Problem]:
    known = {info.name for site in sites for info in site.types}
    if not all(site.types for site in sites):
        return
    for number, rate in enumerate(card.table.rate):
        for index, name in enumerate(rate.issue_type or ()):
            if name.casefold() not in {each.casefold() for each in known}:
                message = f"there is no issue type {name!r} on {_sites(card)}"
                yield card.problem(("rate", number, "issue_type", index), message, did_you_mean(name, known))


def _prices_by(file: Written, table: SharedFile) -> bool:
    card = table.rate_card
    return card is not None and any(
        rule.price is not None
        and rule.price.rate_card == card.name
        and file.word("currency") == card.currency
        for rule in file.rules
    )


def _sites(card: Card) -> str:
    return " or ".join(f"site {site!r}" for site in sorted(card.sites))
