"""The contract files held against the configuration, and against what was last read of Jira and QuickBooks."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mappings.check.company import cautions
from mappings.check.names import check
from mappings.check.unasked import unasked
from mappings.check.unreached import unreached
from mappings.check.vocabulary import Releases
from mappings.check.written import written
from mappings.contract.book import Reach, RuleBook
from mappings.contract.rules import Contract
from mappings.grammar.positions import Positions
from mappings.grammar.tomlfile import read
from mappings.load import load_folder, load_with, parse_contract
from model.billing import BooksCatalogue
from model.finding import Finding, Problem
from model.work import Mirror, TrackerCatalogue, TrackerNames
from sync.installation.settings import Settings

if TYPE_CHECKING:
    from sync.store import Store  # who only reads files need not load a database


@dataclass(frozen=True, slots=True)
class Lists:
    """What names meant when they were last read, by the names of site and company; `asked` are the names that each
    site was asked about, `names` what it has under any name; of others nothing is known. `releases` are the fix
    versions of the projects whose versions were read, by site and project key."""

    sites: Mapping[str, TrackerCatalogue] = field(default_factory=dict)
    companies: Mapping[str, BooksCatalogue] = field(default_factory=dict)
    asked: Mapping[str, Reach] = field(default_factory=dict)
    releases: Mapping[str, Releases] = field(default_factory=dict)
    names: Mapping[str, TrackerNames] = field(default_factory=dict)

    def problems(self, book: RuleBook) -> list[Problem]:
        """Every problem of `book`: its own, those of its examples, and names that mean nothing here."""
        return check(book, self.sites, self.companies, self.asked, self.releases, self.names)

    def cautions(self, book: RuleBook, *, unreadable: bool = False) -> tuple[Finding, ...]:
        """What companies would do by themselves to invoices that wait for review, `unreadable` settings too."""
        return tuple(
            one
            for name, books in sorted(self.companies.items())
            for one in cautions(name, books, book.contracts, unreadable=unreadable)
        )


def read_rules(settings: Settings, edited: Path | None = None) -> RuleBook:
    """The contract files of the configured folder with every problem that they alone have: or of the folder
    `edited`, or with the one contract file `edited` in place of its namesake."""
    folder = Path(settings.rules.folder)
    in_place = edited is not None and not edited.is_dir()
    book = load_with(folder, edited) if edited and in_place else load_folder(edited or folder)
    return replace(book, problems=(*book.problems, *_unknown_names(book, settings)))


def rules_in_force(store: Store) -> RuleBook:
    """The contracts as the store knows them to be in force, whatever the files hold now."""
    contracts, sources = [], {}
    for source in store.rules.in_force().values():
        contract, _ = parse_contract(source.text, source.file)
        if contract is not None:
            contracts.append(contract)
            sources[contract.version] = (source.file, source.text)
    return RuleBook(tuple(sorted(contracts, key=lambda each: each.id)), (), sources)


def left_contracts(store: Store, book: RuleBook) -> tuple[Contract, ...]:
    """Contracts that were in force once and that `book` does not have, as they were last, by id."""
    left = store.rules.retired({contract.id for contract in book.contracts})
    parsed = (parse_contract(source.text, source.file)[0] for _, source in sorted(left.items()))
    return tuple(contract for contract in parsed if contract is not None)


class FormerRules:
    """Earlier versions of contracts that decide for billed work, each parsed once, and contracts whose files are gone.
    What they read has to be read on: a field that only they name would be forgotten otherwise, and the work held for
    it; and what is finished for a contract without a file has to be seen."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parsed: dict[str, Contract | None] = {}

    def beside(
        self, book: RuleBook, trackers: Container[str], companies: Container[str]
    ) -> tuple[Contract, ...]:
        """Those of contracts in `book` that are on the same site still, and those that left it; of `trackers` and
        `companies` (by alias) alone."""
        left = tuple(each for each in left_contracts(self._store, book) if each.site in trackers)
        sites = {contract.id: contract.site for contract in (*book.contracts, *left)}
        for version, source in self._store.rules.recorded().items():
            if version not in self._parsed:
                self._parsed[version] = parse_contract(source.text, source.file)[0]
        present = {contract.version for contract in (*book.contracts, *left)}
        former = (
            rules for version, rules in self._parsed.items() if rules is not None and version not in present
        )
        return tuple(
            rules
            for rules in (*former, *left)
            if sites.get(rules.id) == rules.site and rules.company in companies
        )


def last_lists(store: Store, settings: Settings) -> Lists:
    """The lists kept by the last read, without a request."""
    mirror = store.mirror
    sites = {name: mirror.catalogue("tracker", name, TrackerCatalogue) for name in settings.jira}
    books = {name: mirror.catalogue("books", name, BooksCatalogue) for name in settings.quickbooks}
    asked = {name: mirror.catalogue("asked", name, Reach) for name in settings.jira}
    names = {name: mirror.catalogue("names", name, TrackerNames) for name in settings.jira}
    return Lists(
        {name: each for name, each in sites.items() if each is not None},
        {name: each for name, each in books.items() if each is not None},
        {name: each for name, each in asked.items() if each is not None},
        {name: _releases(store, name, each) for name, each in sites.items() if each is not None},
        {name: each for name, each in names.items() if each is not None},
    )


def ignored_files(book: RuleBook) -> list[Problem]:
    """Files that look like contract files and are not read, for a person to look at."""
    message = "this file is not read: contract files end in .toml and stand in the rules folder itself"
    hint = "move or rename it if its contract shall be billed; files that contracts share stand in its folder shared"
    return [Problem(file, 1, 1, message, hint) for file in book.ignored]


def left_files(store: Store, book: RuleBook) -> list[Problem]:
    """Contract files that are gone, for a person to look at: what is finished and not billed is held for them."""
    wrong = {problem.file for problem in book.problems}
    message = (
        "contract {!r} was in force from this file, which is gone: its finished work is held, not billed"
    )
    hint = "put it back where it was; milepost status lists the work"
    left = left_contracts(store, book)
    return [
        Problem(each.file, 1, 1, message.format(each.id), hint) for each in left if each.file not in wrong
    ]


def unreached_names(store: Store, settings: Settings, book: RuleBook) -> list[Problem]:
    """What `book` names and nothing that was read so far has: for a person to look at, no reason to refuse it."""
    mirror, mirrors, read = store.mirror, dict[str, Mirror](), dict[str, Reach]()
    for name, site, reach in _sites_seen(store, settings):
        if reach is not None:
            projects, boards = ([each.id for each in listed] for listed in (site.projects, site.boards))
            mirrors[name], read[name] = mirror.load(site, projects, boards, ()), reach
    return unreached(book, mirrors, read)


def unasked_names(store: Store, settings: Settings, book: RuleBook) -> list[Problem]:
    """What `book` names and nothing that was read so far can tell of, on sites that were looked at."""
    nothing = Reach((), (), ())
    return unasked(book, {name: reach or nothing for name, _, reach in _sites_seen(store, settings)})


def _sites_seen(store: Store, settings: Settings) -> Iterator[tuple[str, TrackerCatalogue, Reach | None]]:
    """Sites whose names are known, with what of them was read to the end."""
    for name in settings.jira:
        site = store.mirror.catalogue("tracker", name, TrackerCatalogue)
        if site is not None:
            yield name, site, store.mirror.catalogue("read", name, Reach)


def _releases(store: Store, alias: str, site: TrackerCatalogue) -> Releases:
    """The fix versions of a site, of projects whose versions were read to the end."""
    read, found = store.mirror.catalogue("read", alias, Reach), store.mirror.releases(site.site)
    visible = {project.key.upper() for project in site.projects}
    return {key: found.get(key, ()) for key in (read.version_projects if read else ()) if key in visible}


def _unknown_names(book: RuleBook, settings: Settings) -> list[Problem]:
    """Files that name a site or a company that the configuration does not have; what defaults name is said in their
    own file, whoever uses them."""
    problems = []
    for path, text in book.shared.items():
        defaults = read(text, path)[0].get("defaults")
        for kind, message, hint in _strange(defaults if isinstance(defaults, Mapping) else {}, settings):
            problems.append(Problem(path, *Positions(text).of("defaults", kind), message, hint))
    strange = [each for each in book.contracts if not _is_configured(each, settings)]
    for file in written(replace(book, contracts=tuple(strange))):
        own = next((table for _, table in file.tables("contract")), {})
        for kind, message, hint in _strange(own, settings):
            if file.says("contract", kind):
                problems.append(Problem(file.file, *file.place(("contract", kind)), message, hint))
    return problems


def _strange(table: Mapping[str, Any], settings: Settings) -> Iterator[tuple[str, str, str]]:
    """What `table` names that is not configured: its key, with the words for it."""
    for kind, section, known in (
        ("site", "jira", settings.jira),
        ("company", "quickbooks", settings.quickbooks),
    ):
        name = table.get(kind)
        if isinstance(name, str) and name not in known:
            hint = f"[{section}.NAME] there has: {', '.join(sorted(known))}"
            yield kind, f"{kind} {name!r} is not in the configuration", hint


def _is_configured(contract: Contract, settings: Settings) -> bool:
    return contract.site in settings.jira and contract.company in settings.quickbooks
