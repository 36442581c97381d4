"""`milepost check`: configuration and contract files, all problems at once; the first thing to run after an edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from cli.opening import Opened, open_settings, problem_json, refuse
from cli.screen import DONE, console, counted, leave, print_json
from mappings.check import names
from mappings.contract.book import RuleBook
from model.finding import Problem
from sync.ruleset import (
    Lists,
    ignored_files,
    last_lists,
    left_files,
    read_rules,
    unasked_names,
    unreached_names,
)


def schema(kind: Literal["contract", "shared"]) -> None:
    """Print the JSON Schema of a kind of file, for editors."""
    from mappings.tables.schema import json_schema
    from mappings.tables.shape import ContractFile
    from mappings.tables.shared import SharedFile

    print_json(json_schema(ContractFile if kind == "contract" else SharedFile))
    leave(DONE)


def run(config: Path, *, as_json: bool) -> None:
    """Lint files against themselves, and against what Jira and QuickBooks were last seen to have: sound contracts
    also while others have mistakes."""
    settings = open_settings(config, as_json=as_json, secrets=False)
    opened = Opened(settings, read_rules(settings))
    lists, unread = _last_seen(opened)
    problems = lists.problems(opened.book)
    seen_beside = [*ignored_files(opened.book), *names.notices(opened.book), *unread]
    wrong = {(each.file, each.line, each.column) for each in problems}
    notices = [each for each in seen_beside if (each.file, each.line, each.column) not in wrong]
    if problems:
        refuse(problems, as_json=as_json, notices=notices)
    seen = sorted([*lists.sites, *lists.companies])
    cautions = lists.cautions(opened.book, unreadable=True)
    if as_json:
        shown = {"ok": True, "problems": [], "notices": [problem_json(each) for each in notices]}
        told = {"cautions": [{"contract": "", **asdict(each)} for each in cautions]}
        ids = {"contracts": [each.id for each in opened.book.contracts], "write_back": _telling(opened.book)}
        print_json(shown | ids | {"compared_with": seen} | told)
    else:
        read = [*(f"site {name}" for name in lists.sites), *(f"company {name}" for name in lists.companies)]
        _show(opened.book, sorted(read, reverse=True), notices)
        for each in cautions:
            console().print(f"caution: {each.subject}: {each.reason}. {each.hint}")
    leave(DONE)


def _show(book: RuleBook, seen: Sequence[str], notices: Sequence[Problem]) -> None:
    """Notices one by one, then what was found sound and beside what it was held."""
    screen, rules = console(), sum(len(each.milestones) for each in book.contracts)
    for notice in notices:
        screen.print(f"notice: {notice}")
    against = f"names compared with what was last read of {', '.join(seen)}" if seen else "names not compared"
    if unknown := _unknown(book, seen):
        against += f"{' and not' if seen else ''} with {unknown}, of which nothing was read yet (run `milepost plan`)"
    found = f"no problem{_counted(len(notices))}"
    screen.print(
        f"{counted(len(book.contracts), 'contract')}, {counted(rules, 'rule')}: {found}; {against}; "
        "logins were not tried."
    )
    if telling := _telling(book):
        screen.print(f"Written to in Jira: the epics of {', '.join(telling)}.")


def _unknown(book: RuleBook, seen: Sequence[str]) -> str:
    """The sites and companies of contracts of which nothing is known."""
    named = {f"site {each.site}" for each in book.contracts} | {
        f"company {each.company}" for each in book.contracts
    }
    return ", ".join(sorted(named - set(seen), reverse=True))


def _telling(book: RuleBook) -> list[str]:
    return [each.id for each in book.contracts if each.write_back is not None]


def _counted(notices: int) -> str:
    return f", {counted(notices, 'notice')}" if notices else ""


def _last_seen(opened: Opened) -> tuple[Lists, list[Problem]]:
    """The lists kept by the last read, and what rules name in vain beside all that was read. A store that was never
    made is not made by a check."""
    url = opened.settings.store.url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return Lists(), []
    from contextlib import closing

    from sync.store import Store
    from sync.store.database import DatabaseUnreachable

    try:
        # A check goes without the password of a store too: then names stay uncompared.
        opening = closing(Store(opened.settings.store.address))
    except (DatabaseUnreachable, LookupError):
        return Lists(), []
    with opening as store:
        notices = [
            *left_files(store, opened.book),
            *unasked_names(store, opened.settings, opened.book),
            *unreached_names(store, opened.settings, opened.book),
        ]
        return last_lists(store, opened.settings), notices
