"""`milepost init`: a first configuration, then first contract files from what the connected systems hold."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

from cli.first_contracts import Made, Place, from_systems, from_table
from cli.interviewing import Interviewer
from cli.opening import refuse
from cli.screen import DONE, PERSON, USAGE, complain, console, leave, print_json
from cli.work import open_store
from connectors.errors import ConnectorError
from mappings.starter.answers import one_of
from mappings.starter.interview import Question
from mappings.words.text import inert
from model.finding import Problem
from sync.installation.newfiles import make_files
from sync.installation.settings import load

_EXAMPLE = "config.example.toml"
_TO_FILL_IN = (
    "[secrets] key: the reference of 32 bytes in base64, made with `openssl rand -base64 32`",
    "[jira.NAME] url, email and token: an account that may read the projects, and its API token",
    "[quickbooks.NAME] environment, realm, client_id, client_secret; then `milepost connect quickbooks`",
    "the [jira.…] and [quickbooks.…] names: contract files use them as `site` and `company`",
)
_DECIDE = (
    "draft: an unsent invoice moves receivables, income and tax on its date, an estimate nothing; ask your accountant",
    "starts: work closed before this day is not billed",
)
_NOTHING = "nothing was written"
_OF_ONE = frozenset({"project", "client", "value", "board", "id"})  # what each row of a table says itself


def run(folder: Path, given: Mapping[str, str], table: Path | None, *, as_json: bool) -> None:
    """Write config.toml where there is none yet, else contract files: one, or one for each row of `table`. `given`
    are answers by option."""
    config = folder / "config.toml"
    if not config.exists():
        _first_config(config, as_json=as_json)
    settings, problems = load(config)
    if settings is None:
        refuse(problems, as_json=as_json, ending=_NOTHING)
    interviewer = Interviewer(given, as_json=as_json)
    site = interviewer(_named("site", "the Jira site", settings.jira))
    company = interviewer(_named("company", "the QuickBooks company", settings.quickbooks))
    interviewer.leave_if_stuck()
    if table is not None:
        _assert_of_many(given)
    with open_store(settings) as store:
        place = Place(settings, site, company, store)
        try:
            made = from_table(place, table, given) if table else from_systems(place, interviewer)
        except ConnectorError as error:
            complain([f"! {error}", "Nothing was written."])
            leave(PERSON)
    if made.problems:
        refuse(list(made.problems), as_json=as_json, ending=_NOTHING)
    _write_new(made.texts, as_json=as_json)
    _tell(made, place, config, as_json=as_json)
    leave(DONE)


def _assert_of_many(given: Mapping[str, str]) -> None:
    strange = sorted(_OF_ONE & given.keys())
    if strange:
        options = ", ".join(f"--{option}" for option in strange)
        complain([f"With --from each row says its own: leave {options} out."])
        leave(USAGE)


def _named(option: str, what: str, table: Iterable[str]) -> Question:
    names = tuple(sorted(table))
    only = names[0] if len(names) == 1 else ""
    return Question(option, what, one_of(option, names), only, names, minor=bool(only))


def _write_new(texts: Mapping[Path, str], *, as_json: bool) -> None:
    try:
        make_files(texts)
    except FileExistsError as error:
        message, hint = "this file is there already, and stays as it is", "remove it, or take another --id"
        refuse([Problem(str(error.filename), 1, 1, message, hint)], as_json=as_json, ending=_NOTHING)
    except OSError as error:
        unwritten = Problem(str(error.filename), 1, 1, f"cannot be written: {error.strerror}")
        refuse([unwritten], as_json=as_json, ending=_NOTHING)


def _first_config(config: Path, *, as_json: bool) -> None:
    _write_new({config: _example().read_text("utf-8")}, as_json=as_json)
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


def _tell(made: Made, place: Place, config: Path, *, as_json: bool) -> None:
    if as_json:
        document = {
            "created": [str(path) for path in made.texts],
            "contracts": [each.id for each in made.outlines],
            "decide": list(_DECIDE),
            "compared_with": [place.site, place.company],
        }
        print_json(document)
        return
    screen = console()
    for path, each in zip(made.texts, made.outlines, strict=True):
        screen.print(f"{path} is written: {inert(each.client)} pays for the work of {each.project}.")
    screen.print("Decide in them:" if len(made.outlines) > 1 else "Decide in it:")
    for line in _DECIDE:
        screen.print(f"  • {line}")
    screen.print(f"Then `milepost check --config {config}` and `milepost plan --config {config}`.")
