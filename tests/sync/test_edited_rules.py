"""Edits under a running service: an edit takes effect only when its names mean something, as far as can be asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict
from sync_bench import Bench, rules

from connectors.errors import Transient
from model.work import FieldInfo
from sync.installation.settings import Rules, Settings
from sync.planning.findings import RULES_FOLDER
from sync.reload import RulesWatch
from sync.store import Store

DOWN = Transient("Jira", "read names", "no route to host")
TEXT = rules("acme")
BOARD = """
[[milestone]]
rule = "support"
phase = "delivery"
work = { sprints = { board = "Suport" } }
price = { fixed = "1.00" }
"""
VERSION = """
[[milestone]]
rule = "release"
phase = "delivery"
work = { version = { project = "ACME", name = "9.9" } }
price = { fixed = "1.00" }
"""


class Desk:
    """A service on a bench, and the folder that an admin edits."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.bench, self.file = Bench(store), folder / "acme.toml"
        self.file.write_text(TEXT)
        settings = Settings.model_construct(
            rules=Rules(folder=str(folder)), jira={"acme-site": None}, quickbooks={"acme-books": None}
        )
        self.watch = RulesWatch(self.bench.engine, settings)
        self.bench.engine.read()
        self.looks(3)

    def looks(self, times: int = 2) -> list[EventDict]:
        """So many looks in a row, and what they logged."""
        with capture_logs() as logs:
            for _ in range(times):
                self.watch.look()
        return logs

    def edit(self, text: str) -> list[str]:
        """What is logged of an edit until nothing is looked at any more."""
        self.file.write_text(text)
        return [str(each["event"]) for each in self.looks(4)]

    @property
    def in_force(self) -> str:
        """The text that decides now."""
        (contract,) = self.bench.engine.book.contracts
        return self.bench.engine.book.sources[contract.version][1]

    @property
    def said(self) -> list[str]:
        """Codes and reasons that `status` shows."""
        found = self.bench.store.journal.findings()
        return [
            f"{each.finding.code} {each.finding.reason}" for each in found if each.contract == RULES_FOLDER
        ]


@pytest.fixture
def desk(quick_store: Store, tmp_path: Path) -> Desk:
    return Desk(quick_store, tmp_path)


WRONG = {
    "a project": (TEXT.replace('project = "ACME"', 'project = "ACNE"', 1), "project 'ACNE' is not visible"),
    "a field": (TEXT.replace('"Amount"', '"Amuont"'), "there is no field 'Amuont' in project ACME"),
    "a board": (TEXT + BOARD, "there is no board 'Suport'"),
    "a version": (TEXT + VERSION, "there is no version '9.9' in project ACME"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_name_that_was_never_asked_for_is_looked_up_before_it_takes_effect(desk: Desk, name: str) -> None:
    text, message = WRONG[name]
    assert desk.edit(text) == ["rules.refused"]
    assert desk.in_force == TEXT
    (said,) = desk.said
    assert said.startswith("rules.refused it does not pass, so the service goes on by the rules")
    assert message in said


def test_status_says_what_was_most_likely_meant(desk: Desk) -> None:
    desk.edit(TEXT.replace('client = "acme Corp"', 'client = "acme Crop"'))
    (said,) = desk.said
    assert "(did you mean 'acme Corp'?)" in said


def test_what_passes_takes_effect_and_ends_what_was_said(desk: Desk) -> None:
    desk.edit(WRONG["a field"][0])
    better = TEXT + "# better\n"
    assert desk.edit(better) == ["rules.adopted"]
    assert (desk.in_force, desk.said) == (better, [])


def test_a_site_that_does_not_answer_stops_no_edit_and_is_asked_again(desk: Desk) -> None:
    tracker = desk.bench.acme.tracker
    tracker.failure = DOWN
    assert desk.edit(TEXT + VERSION) == ["rules.adopted"]
    tracker.failure = None
    assert [each["event"] for each in desk.looks(3)] == ["rules.doubtful"]
    (said,) = desk.said
    assert said.startswith("rules.doubtful it is in force, and does not pass")


def test_while_a_site_does_not_answer_a_name_that_it_did_not_list_is_refused_until_it_is_asked(
    desk: Desk,
) -> None:
    tracker = desk.bench.acme.tracker
    tracker.failure = DOWN
    assert desk.edit(TEXT.replace('field = "Amount"', 'field = "Sum"')) == ["rules.refused"]
    tracker.site = replace(tracker.site, fields=(*tracker.site.fields, FieldInfo("9", "Sum", "float", None)))
    tracker.failure = None
    assert [each["event"] for each in desk.looks(3)] == ["rules.adopted"]


def test_while_a_site_does_not_answer_a_refusal_is_said_once(desk: Desk) -> None:
    desk.bench.acme.tracker.failure = DOWN
    assert desk.edit(TEXT.replace('client = "acme Corp"', 'client = "acme Crop"')) == ["rules.refused"]
    assert desk.looks(3) == []


def test_looking_something_up_changes_nothing_that_is_known(desk: Desk) -> None:
    before = desk.bench.engine.last_read()
    desk.edit(WRONG["a project"][0])
    assert desk.bench.engine.last_read() == before


def test_a_word_that_nothing_read_has_is_logged_when_it_takes_effect(desk: Desk) -> None:
    desk.bench.close(1)
    desk.bench.engine.read()
    assert desk.edit(TEXT.replace('"billable"', '"bilable"')) == ["rules.adopted", "rules.unreached"]
