"""What most commands begin with: settings and rules, all problems at once, then the store and the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from cli.screen import USAGE, complain, leave, print_json
from mappings.load import load_folder
from mappings.rules import RuleBook
from model.finding import Problem
from sync.settings import Settings, load


@dataclass(frozen=True, slots=True)
class Opened:
    """Settings and rules that are free of problems."""

    settings: Settings
    book: RuleBook


def open_files(config: Path, *, as_json: bool, secrets: bool = True) -> Opened:
    """Read everything a person wrote; with any problem, print all of them and end with exit code 2."""
    settings, problems = load(config, secrets=secrets)
    if settings is None:
        refuse(problems, as_json=as_json)
    book = load_folder(Path(settings.rules.folder))
    found = [*problems, *book.problems, *unknown_names(book, settings)]
    if found:
        refuse(found, as_json=as_json)
    return Opened(settings, book)


def unknown_names(book: RuleBook, settings: Settings) -> list[Problem]:
    """Contracts that name a site or a company that the configuration does not have."""
    problems = []
    for contract in book.contracts:
        for kind, name, table in (
            ("site", contract.site, settings.jira),
            ("company", contract.company, settings.quickbooks),
        ):
            if name not in table:
                known = ", ".join(sorted(table))
                section = "jira" if kind == "site" else "quickbooks"
                message = f"{kind} {name!r} is not in the configuration"
                problems.append(Problem(contract.file, 1, 1, message, f"[{section}.NAME] there has: {known}"))
    return problems


def refuse(problems: list[Problem], *, as_json: bool) -> NoReturn:
    """Print every problem and end: nothing was started."""
    if as_json:
        print_json({"ok": False, "problems": [problem_json(problem) for problem in problems]})
    else:
        complain(str(problem) for problem in problems)
        count = len(problems)
        complain([f"{count} problem{'s' if count > 1 else ''}; nothing was started."])
    leave(USAGE)


def problem_json(problem: Problem) -> dict[str, object]:
    """A problem in a file as JSON."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "hint": problem.hint,
    }


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)
