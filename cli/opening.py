"""What most commands begin with: settings and rules, all problems at once, then the store and the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from cli.screen import USAGE, complain, leave, print_json
from mappings.contract.book import RuleBook
from model.finding import Problem
from sync.installation.settings import Settings, load
from sync.ruleset import read_rules


@dataclass(frozen=True, slots=True)
class Opened:
    """Settings and rules that are free of problems."""

    settings: Settings
    book: RuleBook


def open_files(config: Path, *, as_json: bool, secrets: bool = True) -> Opened:
    """Read everything a person wrote; with any problem, print all of them and end with exit code 2."""
    settings = open_settings(config, as_json=as_json, secrets=secrets)
    book = read_rules(settings)
    if book.problems:
        refuse(book.problems, as_json=as_json)
    return Opened(settings, book)


def open_settings(config: Path, *, as_json: bool, secrets: bool = True) -> Settings:
    """The configuration alone; with any problem, print all of them and end with exit code 2."""
    settings, problems = load(config, secrets=secrets)
    if settings is None:
        refuse(problems, as_json=as_json)
    return settings


def refuse(
    problems: Sequence[Problem],
    *,
    as_json: bool,
    notices: Sequence[Problem] | None = None,
    ending: str = "nothing was started",
) -> NoReturn:
    """Print every problem and end, saying how. `notices` is what was seen beside them by who looks for it."""
    if as_json:
        seen = {} if notices is None else {"notices": [problem_json(each) for each in notices]}
        print_json({"ok": False, "problems": [problem_json(problem) for problem in problems], **seen})
    else:
        complain(str(problem) for problem in problems)
        complain(f"notice: {notice}" for notice in notices or ())
        count = len(problems)
        complain([f"{count} problem{'s' if count > 1 else ''}; {ending}."])
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
