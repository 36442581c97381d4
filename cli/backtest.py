"""`milepost backtest RULES`: edited rules tried on everything read so far, in drafts and money."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from cli.opening import Opened, now, open_settings, refuse
from cli.pages.backtest import show_backtest
from cli.screen import DONE, PERSON, leave, print_json
from cli.work import engine_apart, open_store
from mappings.contract.book import RuleBook
from sync.installation.settings import Settings
from sync.ruleset import last_lists, read_rules, rules_in_force
from sync.store import Store
from sync.telling.backtest import Question, Trial
from sync.telling.changes import backtest_json


def run(config: Path, rules: Path, limit: Decimal | None, *, from_start: bool, as_json: bool) -> None:
    """Compare an apply under the edited rules with one under those in force; beyond the limit ends with 1, and so
    does what would wait for a person."""
    settings = open_settings(config, as_json=as_json, secrets=False)
    edited = read_rules(settings, rules)
    if edited.problems:
        refuse(edited.problems, as_json=as_json)
    with open_store(settings) as store:
        lists = last_lists(store, settings)
        problems = lists.problems(edited)
        if problems:
            refuse(problems, as_json=as_json)
        engine = engine_apart(store, Opened(settings, edited))
        trial = Trial(store, lists.asked, engine.companies, engine.marker, now())
        question: Question = "from_start" if from_start else "next"
        found = trial.compare(_present(store, settings), edited, question)
    if as_json:
        print_json(backtest_json(found, limit))
    else:
        show_backtest(found, limit)
    beyond = found.beyond(limit) if limit is not None else ()
    leave(PERSON if beyond or found.held or found.unread else DONE)


def _present(store: Store, settings: Settings) -> RuleBook:
    """What the edit is compared with: the rules in force, or before the first apply the configured folder."""
    in_force = rules_in_force(store)
    if in_force.contracts:
        return in_force
    files = read_rules(settings)
    return RuleBook(()) if files.problems else files
