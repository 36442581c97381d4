"""`milepost init`: a first configuration, then a first contract file from what the connected systems hold."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from cli.interviewing import Interviewer
from cli.opening import Opened, now, refuse
from cli.screen import DONE, PERSON, complain, console, leave, print_json
from cli.work import open_store
from connectors.errors import ConnectorError
from connectors.ports import Survey, Tracker
from mappings.rules import RuleBook
from mappings.starter.interview import Facts, Question, interview, one_of
from mappings.starter.outline import Outline
from mappings.starter.proof import problems_with
from mappings.starter.remarks import remarks_of
from mappings.starter.sampling import by_activity, sample_of
from mappings.starter.writing import contract_text
from mappings.text import inert
from model.billing import BooksCatalogue
from model.finding import Problem
from sync.connect import connect_companies, connect_trackers
from sync.firstlook import keep_company, keep_site
from sync.newfiles import make_files
from sync.settings import Settings, load
from sync.store import Store

_EXAMPLE = "config.example.toml"
_TO_FILL_IN = (
    "[secrets] key: the reference of 32 bytes in base64, made with `openssl rand -base64 32`",
    "[jira.NAME] url, email and token: an account that may read the projects, and its API token",
    "[quickbooks.NAME] environment, realm, client_id, client_secret and refresh_token: your application at Intuit",
    "the [jira.…] and [quickbooks.…] names: contract files use them as `site` and `company`",
)
_DECIDE = (
    "draft: an unsent invoice moves receivables, income and tax on its date; ask your accountant first",
    "starts: work closed before this day is not billed",
)


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


def run(folder: Path, given: Mapping[str, str], *, as_json: bool) -> None:
    """Write config.toml where there is none yet, else a contract file. `given` are answers by option."""
    config = folder / "config.toml"
    if not config.exists():
        _first_config(config, as_json=as_json)
    settings, problems = load(config)
    if settings is None:
        refuse(problems, as_json=as_json)
    interviewer = Interviewer(given, as_json=as_json)
    site = interviewer(_named("site", "the Jira site", settings.jira))
    company = interviewer(_named("company", "the QuickBooks company", settings.quickbooks))
    interviewer.leave_if_stuck()
    with open_store(Opened(settings, RuleBook(()))) as store:
        place = Place(settings, site, company, store)
        try:
            outline, text = _first_contract(place, interviewer, as_json=as_json)
        except ConnectorError as error:
            complain([f"! {error}", "Nothing was written."])
            leave(PERSON)
    path = place.rules / outline.file
    write_new({path: text}, as_json=as_json)
    _tell(path, outline, place, config, as_json=as_json)
    leave(DONE)


def write_new(texts: Mapping[Path, str], *, as_json: bool) -> None:
    """Make files, or say which is there already and end: none is written over."""
    try:
        make_files(texts)
    except FileExistsError as error:
        message, hint = "this file is there already, and stays as it is", "remove it, or take another --id"
        refuse([Problem(str(error.filename), 1, 1, message, hint)], as_json=as_json)
    except OSError as error:
        refuse([Problem(str(error.filename), 1, 1, f"cannot be written: {error.strerror}")], as_json=as_json)


def _named(option: str, what: str, table: Iterable[str]) -> Question:
    names = tuple(sorted(table))
    only = names[0] if len(names) == 1 else ""
    return Question(option, what, one_of(option, names), only, names, minor=bool(only))


def _first_contract(place: Place, interviewer: Interviewer, *, as_json: bool) -> tuple[Outline, str]:
    tracker = connect_trackers(place.settings)[place.site]
    books = connect_companies(place.settings, place.store, now)[place.company].books.catalogue()
    everywhere, survey, key = _surveyed(tracker, interviewer)
    project = next(each for each in survey.catalogue.projects if each.key == key)
    facts = Facts(
        site=place.site,
        company=place.company,
        tracker=survey.catalogue,
        sample=sample_of(project, survey.catalogue, survey.sample),
        books=books,
        today=now().astimezone(ZoneInfo(books.zone)).date(),
    )
    outline = interview(facts, interviewer)
    interviewer.leave_if_stuck()
    text = contract_text(
        outline, remarks_of(facts, outline, by_activity(everywhere.catalogue, everywhere.sample))
    )
    prove(place, {place.rules / outline.file: text}, survey, books, as_json=as_json)
    return outline, text


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


def prove(
    place: Place, texts: Mapping[Path, str], survey: Survey, books: BooksCatalogue, *, as_json: bool
) -> None:
    """End with every problem that the new files would have; else keep what the systems were seen to have."""
    named = {str(path): text for path, text in texts.items()}
    problems = problems_with(place.rules, named, {place.site: survey.catalogue}, {place.company: books})
    if problems:
        refuse(problems, as_json=as_json)
    keep_site(place.store, place.site, survey.catalogue, now())
    keep_company(place.store, place.company, books, now())


def _first_config(config: Path, *, as_json: bool) -> None:
    write_new({config: _example().read_text("utf-8")}, as_json=as_json)
    if as_json:
        print_json({"created": [str(config)], "contracts": [], "decide": list(_TO_FILL_IN)})
    else:
        screen = console()
        screen.print(f"{config} is written. Fill in:")
        for line in _TO_FILL_IN:
            screen.print(f"  • {line}")
        screen.print("Then run `milepost init` again: it makes the first contract file.")
    leave(DONE)


def _example() -> Path:
    """The commented example: beside the packages in a working copy, with the shared data where it was installed."""
    beside = Path(__file__).parents[1] / _EXAMPLE
    return beside if beside.exists() else Path(sysconfig.get_path("data")) / "share" / "milepost" / _EXAMPLE


def _tell(path: Path, outline: Outline, place: Place, config: Path, *, as_json: bool) -> None:
    if as_json:
        compared = [place.site, place.company]
        document = {"created": [str(path)], "contracts": [outline.id], "decide": list(_DECIDE)}
        print_json(document | {"compared_with": compared})
        return
    screen = console()
    screen.print(f"{path} is written: {inert(outline.client)} pays for the work of {outline.project}.")
    screen.print("Decide in it, with what was found beside:")
    for line in _DECIDE:
        screen.print(f"  • {line}")
    screen.print(f"Then `milepost check --config {config}` and `milepost plan --config {config}`.")
