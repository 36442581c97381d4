"""Rules against what Jira and QuickBooks hold: names that mean nothing, or too much, said beforehand."""

from __future__ import annotations

from collections.abc import Mapping

from mappings.bundle import unpack
from mappings.check.books import against_books
from mappings.check.gaps import gaps
from mappings.check.jira import Loc, against_jira
from mappings.check.trials import run_examples
from mappings.contract.book import Reach, RuleBook
from mappings.grammar.positions import Positions
from model.billing import BooksCatalogue
from model.finding import Problem
from model.work import TrackerCatalogue


def check(
    book: RuleBook,
    tracker: Mapping[str, TrackerCatalogue],
    books: Mapping[str, BooksCatalogue],
    asked: Mapping[str, Reach] | None = None,
) -> list[Problem]:
    """The problems of `book` itself, those of its examples, and those against the lists that are known.

    `tracker` and `books` are by the configuration's names of site and company; a missing one is not checked.
    `asked` are the names that each site's list was made for: a site tells only of these. None: of any.
    """
    problems = list(book.problems)
    for contract in book.contracts:
        text, _ = unpack(book.sources.get(contract.version, ("", ""))[1])
        positions = Positions(text)
        found = [*against_jira(contract, tracker.get(contract.site), (asked or {}).get(contract.site))]
        found += gaps(contract)
        found += against_books(contract, books.get(contract.company))
        for loc, message, hint in found:
            line, column = _place(positions, loc)
            problems.append(Problem(contract.file, line, column, message, hint))
        problems += run_examples(contract, text)
    return problems


def _place(positions: Positions, loc: Loc) -> tuple[int, int]:
    """Where `loc` stands; what the contract takes of the defaults that it uses stands where it says so."""
    from_defaults = loc[0] == "contract" and not positions.find(loc)[1]
    return positions.of("contract", "use") if from_defaults else positions.of(*loc)
