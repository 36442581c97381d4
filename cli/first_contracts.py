"""First contract files before they are written: both systems are looked at, the starter makes files of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from cli.interviewing import Interviewer
from cli.opening import now
from connectors.ports import Survey, Tracker
from mappings.starter.answers import one_of
from mappings.starter.cells import text_of
from mappings.starter.interview import Facts, Question, interview
from mappings.starter.outline import Outline
from mappings.starter.proof import problems_with
from mappings.starter.remarks import remarks_of
from mappings.starter.rows import Planned, Systems, contracts_of
from mappings.starter.sampling import by_activity, sample_of
from mappings.starter.writing import Remarks, contract_text
from model.billing import BooksCatalogue
from model.finding import Problem
from model.work import TrackerCatalogue
from sync.installation.connect import connect_companies, connect_trackers
from sync.installation.settings import Settings
from sync.reading.firstlook import keep_company, keep_site
from sync.store import Store

_OF_A_TABLE = Remarks(("Made by `milepost init --from`. Decide on what is marked “decide”.",))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command works: the settings, the names of the site and company in them, and the open store."""

    settings: Settings
    site: str
    company: str
    store: Store

    @property
    def rules(self) -> Path:
        """The folder of contract files."""
        return Path(self.settings.rules.folder)

    def tracker(self) -> Tracker:
        """The open site."""
        return connect_trackers(self.settings, self.store, now)[self.site]

    def books(self) -> BooksCatalogue:
        """What the company has."""
        return connect_companies(self.settings, self.store, now)[self.company].books.catalogue()


@dataclass(frozen=True, slots=True)
class Made:
    """Files that may be written, by path, with the outline of each; or every problem why not."""

    texts: Mapping[Path, str]
    outlines: Sequence[Outline]
    problems: Sequence[Problem] = ()


def from_systems(place: Place, interviewer: Interviewer) -> Made:
    """One file, by what both systems suggest and `interviewer` answers."""
    books = place.books()
    everywhere, survey, key = _surveyed(place.tracker(), interviewer)
    project = next(each for each in survey.catalogue.projects if each.key == key)
    sample = sample_of(project, survey.catalogue, survey.sample)
    facts = Facts(place.site, place.company, survey.catalogue, sample, books, _today(books))
    outline = interview(facts, interviewer)
    interviewer.leave_if_stuck()
    projects = by_activity(everywhere.catalogue, everywhere.sample)
    path, text = place.rules / outline.file, contract_text(outline, remarks_of(facts, outline, projects))
    return Made({path: text}, (outline,), _proven(place, {path: text}, survey.catalogue, books))


def from_table(place: Place, table: Path, given: Mapping[str, str]) -> Made:
    """A file for each row of `table`; `given` answers what rows leave open."""
    text, problems = _text_of(table)
    if problems:
        return Made({}, (), problems)
    books, survey = place.books(), place.tracker().survey()
    systems = Systems(place.site, place.company, survey.catalogue, books, _today(books), given)
    planned, problems = contracts_of(text, str(table), systems)
    if problems:
        return Made({}, (), problems)
    rows = {place.rules / each.outline.file: each for each in planned}
    taken = [_at(each, table, f"{path} is there already") for path, each in rows.items() if path.exists()]
    if taken:
        return Made({}, (), taken)
    texts = {path: contract_text(each.outline, _OF_A_TABLE) for path, each in rows.items()}
    found = _proven(place, texts, survey.catalogue, books)
    named = {str(path): each for path, each in rows.items()}
    outlines = [each.outline for each in planned]
    return Made(texts, outlines, [_at(named[each.file], table, each.message, each.hint) for each in found])


def _surveyed(tracker: Tracker, interviewer: Interviewer) -> tuple[Survey, Survey, str]:
    """The site as a whole, the project that was chosen on it, and that project's key."""
    everywhere = tracker.survey()
    busy = by_activity(everywhere.catalogue, everywhere.sample)
    keys = tuple(project.key for project, _ in busy)
    suggestion = busy[0][0].key if busy and busy[0][1] else ""
    key = interviewer(
        Question("project", "the Jira project", one_of("visible project", keys), suggestion, keys)
    )
    interviewer.leave_if_stuck()
    return everywhere, tracker.survey(key), key


def _proven(
    place: Place, texts: Mapping[Path, str], seen: TrackerCatalogue, books: BooksCatalogue
) -> list[Problem]:
    """Every problem that the new files would have; without any, what the systems were seen to have is kept."""
    named = {str(path): text for path, text in texts.items()}
    problems = problems_with(place.rules, named, {place.site: seen}, {place.company: books})
    if not problems:
        keep_site(place.store, place.site, seen, now())
        keep_company(place.store, place.company, books, now())
    return problems


def _text_of(table: Path) -> tuple[str, list[Problem]]:
    try:
        return text_of(table.read_bytes(), str(table))
    except OSError as error:
        return "", [Problem(str(table), 1, 1, f"cannot be read: {error.strerror}")]


def _at(row: Planned, table: Path, message: str, hint: str = "") -> Problem:
    return Problem(str(table), row.line, row.column, message, hint)


def _today(books: BooksCatalogue) -> date:
    return now().astimezone(ZoneInfo(books.zone)).date()
