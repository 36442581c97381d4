"""`milepost doctor`: everything that could be wrong, each with what it means and the fix."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from rich.text import Text

from cli.opening import now, open_settings
from cli.screen import DONE, PERSON, console, counted, leave, print_json
from cli.work import open_store
from mappings.contract.book import RuleBook
from sync.examining.at_rest import examine_at_rest
from sync.examining.check import Check
from sync.examining.sides import examine_sides
from sync.installation.connect import connect_companies, connect_trackers
from sync.installation.settings import Settings
from sync.ruleset import read_rules
from sync.store import Store

_LOOKS = {"good": ("ok", "green"), "caution": ("note", "yellow"), "wrong": ("WRONG", "bold red")}


def run(config: Path, *, offline: bool, as_json: bool) -> None:
    """Examine what is there; with `offline` ask nobody and read no login."""
    settings = open_settings(config, as_json=as_json, secrets=not offline)
    book = read_rules(settings)
    with open_store(settings) as store:
        checks = [Check("config", "good", f"{config} is free of problems")]
        checks += examine_at_rest(settings, book, store, now())
        if not offline:
            checks += _asked(settings, book, store)
    wrong = sum(each.verdict == "wrong" for each in checks)
    if as_json:
        print_json({"healthy": not wrong, "checks": [asdict(each) for each in checks]})
    else:
        _show(checks, wrong)
    leave(PERSON if wrong else DONE)


def _asked(settings: Settings, book: RuleBook, store: Store) -> list[Check]:
    companies = connect_companies(settings, store, now)
    try:
        return list(examine_sides(book, connect_trackers(settings, store, now), companies))
    finally:
        for company in companies.values():
            company.keep()


def _show(checks: list[Check], wrong: int) -> None:
    screen = console()
    for each in checks:
        word, style = _LOOKS[each.verdict]
        screen.print(Text.assemble((f"{word:>5}  ", style), (each.name, "bold"), f": {each.said}"))
        if each.fix:
            screen.print(Text(f"       → {each.fix}", "dim"))
    screen.print(Text(f"\n{counted(wrong, 'thing')} to mend." if wrong else "\nNothing to mend."))
