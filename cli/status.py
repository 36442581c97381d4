"""`milepost status`: the four buckets from the store alone, without a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from cli.opening import Opened, now, open_settings, refuse
from cli.pages.status import show_proposed, show_reads, show_status
from cli.screen import DONE, PERSON, leave, print_json
from cli.work import engine_apart, open_store
from mappings.contract.book import RuleBook
from model.finding import Finding
from sync.installation.allowance import reads_of
from sync.installation.lasting import endings
from sync.installation.watch import standing
from sync.planning.findings import RULES_FOLDER
from sync.reload import REFUSED, mistaken
from sync.ruleset import last_lists, read_rules, rules_in_force
from sync.store import Store
from sync.store.database import is_there
from sync.telling.report import finding_json, held_json, status_json, summarise


def run(config: Path, *, as_json: bool) -> None:
    """Show where all finished work stands by what was last read. While the files have mistakes, by the rules that
    are in force, with every mistake."""
    settings = open_settings(config, as_json=as_json, secrets=False)
    files = read_rules(settings)
    if files.problems and not is_there(settings.store.url):
        refuse(files.problems, as_json=as_json)
    with open_store(settings) as store:
        about_rules = _about_rules(store, files)
        opened = Opened(settings, _standing(store, files, about_rules, as_json=as_json))
        engine = engine_apart(store, opened)
        reading = engine.last_read()
        plan = engine.plan(reading)
        summary, waiting = summarise(plan.assessments), store.outbox.unfinished()
        notices = store.notices.backlog()
        unread = [each.id for each in opened.book.contracts if not reading.covers(each)]
        cautions = last_lists(store, settings).cautions(opened.book)
        logins = standing(settings, store, now())
        reads = reads_of(settings, store, now())
        if as_json:
            more = {
                "writes": dict(waiting),
                "write_back": dict(notices),
                "unread": unread,
                "rules": [finding_json(RULES_FOLDER, each) for each in about_rules],
                "connections": [finding_json("", each) for each in logins],
                "lasting": [
                    {"name": each.name, "ends_at": each.at.isoformat(), "why": each.why}
                    for each in endings(settings, store)
                ],
                "proposed": [held_json(held) for held in plan.proposed],
                "reads": [asdict(each) for each in reads],
            }
            print_json(
                status_json(summary) | more | {"cautions": [finding_json("", each) for each in cautions]}
            )
        else:
            show_status(summary, waiting, notices, unread, [*about_rules, *logins, *cautions])
            show_proposed(plan.proposed)
            show_reads(reads)
    person = summary.gap or waiting.get("parked") or waiting.get("unknown") or summary.counts["failed"]
    leave(PERSON if person or about_rules or logins or plan.held else DONE)


def _standing(store: Store, files: RuleBook, about: Sequence[Finding], *, as_json: bool) -> RuleBook:
    """The files, or what is in force while they have mistakes or the service refuses them."""
    if not any(each.code == REFUSED for each in about):
        return files
    in_force = rules_in_force(store)
    if files.problems and not in_force.contracts:
        refuse(files.problems, as_json=as_json)
    return in_force


def _about_rules(store: Store, files: RuleBook) -> list[Finding]:
    """What is wrong with the files as they are, and what the service said of others."""
    wrong = mistaken(files.problems)
    said = {each.ref for each in wrong}
    kept = (each.finding for each in store.journal.findings() if each.contract == RULES_FOLDER)
    return [*wrong, *(each for each in kept if each.ref not in said)]
