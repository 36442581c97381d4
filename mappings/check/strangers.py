"""Rate cards beside the time that was read: people who never logged any, projects that no contract reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mappings.check.cards import Card, cards_of
from mappings.check.written import Written
from mappings.words.mistakes import did_you_mean
from mappings.words.text import inert
from model.finding import Problem
from model.work import Mirror


def strangers(files: Iterable[Written], mirrors: Mapping[str, Mirror]) -> Iterator[Problem]:
    """What rates name and no time has. People are known by their time alone: Milepost lists no accounts, and of
    somebody who is new, or whose account is closed, no list would tell anything better."""
    authors = {site: dict(_authors(mirror)) for site, mirror in mirrors.items()}
    for card in cards_of(files):
        if card.sites <= mirrors.keys():
            yield from _people(
                card, {ident: name for site in card.sites for ident, name in authors[site].items()}
            )
            yield from _projects(card, [mirrors[site] for site in card.sites])


def _people(card: Card, authors: Mapping[str, str]) -> Iterator[Problem]:
    known = {text.casefold() for pair in authors.items() for text in pair}
    for loc, name in card.people():
        if known and name.casefold() not in known:
            message = f"nobody called {name!r}, by name or account id, has logged time in what was read"
            yield card.problem(loc, message, did_you_mean(name, map(inert, authors.values()), "seen"))


def _projects(card: Card, mirrors: list[Mirror]) -> Iterator[Problem]:
    reached = {project.key.upper() for mirror in mirrors for project in mirror.catalogue.projects}
    named = {project.key.upper() for mirror in mirrors for project in mirror.catalogue.named}
    for number, rate in enumerate(card.table.rate):
        for index, name in enumerate(rate.project or ()):
            if name.upper() in named - reached:
                message = f"no contract reaches project {name!r}, so that the rate fits no time"
                yield card.problem(("rate", number, "project", index), message, "")


def _authors(mirror: Mirror) -> Iterator[tuple[str, str]]:
    """The account id and the name of everybody who logged time."""
    for issue in mirror.issues.values():
        yield from ((log.author_id, log.author) for log in issue.worklogs)
