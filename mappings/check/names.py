"""Rules against what Jira and QuickBooks hold: names that mean nothing, or too much, said beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mappings.bundle import unpack
from mappings.check.books import against_books
from mappings.check.cards import against_cards, cards_of
from mappings.check.gaps import gaps
from mappings.check.jira import against_jira
from mappings.check.known import known_site
from mappings.check.trials import run_examples
from mappings.check.vocabulary import Releases, against_words
from mappings.check.written import written
from mappings.contract.book import Reach, RuleBook
from mappings.contract.rules import Contract
from mappings.grammar.positions import Positions
from mappings.grammar.tomlfile import read
from mappings.lint.cards import doubts_of_card
from mappings.lint.contradictions import doubts
from mappings.lint.ties import names_of_two, taken_over
from mappings.tables.parts import Parts, sound
from mappings.tables.shared import SharedFile
from model.billing import BooksCatalogue
from model.finding import Problem
from model.work import TrackerCatalogue, TrackerNames


def check(
    book: RuleBook,
    tracker: Mapping[str, TrackerCatalogue],
    books: Mapping[str, BooksCatalogue],
    asked: Mapping[str, Reach] | None = None,
    releases: Mapping[str, Releases] | None = None,
    names: Mapping[str, TrackerNames] | None = None,
) -> list[Problem]:
    """The problems of `book` itself, those of its examples, and those against the lists that are known; by file,
    line and column. The sound names of a file with mistakes are compared all the same.

    `tracker` and `books` are by the configuration's names of site and company; a missing one is not checked.
    `asked` are the names that each site's list was made for: a site tells only of these, None: of any, and of what
    `names` list whole. `releases` are the fix versions that each site has, as far as they were read.
    """
    known = {
        site: known_site(each, (asked or {}).get(site), (names or {}).get(site))
        for site, each in tracker.items()
    }
    files = {file.file: file for file in written(book)}
    problems = list(book.problems)
    for file in files.values():
        site, company = file.word("site") or "", file.word("company") or ""
        found = [*against_jira(file, known.get(site))]
        found += against_words(file, known.get(site), (releases or {}).get(site, {}))
        found += against_books(file, books.get(company))
        problems += (Problem(file.file, *file.place(loc), message, hint) for loc, message, hint in found)
    for contract in book.contracts:
        file = files[contract.file]
        problems += (
            Problem(file.file, *file.place(loc), message, hint) for loc, message, hint in gaps(contract)
        )
        problems += run_examples(contract, _text(book, contract))
    problems += against_cards(cards_of(files.values()), known)
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))


def notices(book: RuleBook) -> list[Problem]:
    """What may go wrong one day by names that nothing has yet, and terms that are most likely not meant: a person
    should know, and `book` is sound."""
    texts = {contract.file: _text(book, contract) for contract in book.contracts}
    found = [problem for file, text in texts.items() for problem in _doubtful(file, text)]
    found += [problem for file, text in book.shared.items() for problem in _doubtful_card(file, text)]
    return [*found, *names_of_two(book.contracts, texts), *taken_over(book.contracts, texts)]


def _doubtful(file: str, text: str) -> Iterator[Problem]:
    positions = Positions(text)
    for loc, message, hint in doubts(Parts.of(read(text, file)[0])):
        yield Problem(file, *positions.of(*loc), message, hint)


def _doubtful_card(file: str, text: str) -> Iterator[Problem]:
    shape = sound(SharedFile, read(text, file)[0])
    for loc, message, hint in doubts_of_card(shape) if shape is not None else ():
        yield Problem(file, *Positions(text).of(*loc), message, hint)


def _text(book: RuleBook, contract: Contract) -> str:
    """The text of a contract's own file."""
    return unpack(book.sources.get(contract.version, ("", ""))[1])[0]
