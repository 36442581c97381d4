"""Each kind of drift that `reconcile` knows, brought about in the served Jira and QuickBooks, found and repaired."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from launcher import Launcher
from office import PERCENT, WRITES, Office, marker_of
from test_half_billed import typed_in

from sandbox import faults
from sandbox.jira.issue import Issue
from sandbox.messages import Application, Request, Response
from sandbox.quickbooks.state import Row
from sync.reconciling.drift import Kind

HARBOR = "Harbor & Pine Outfitters"
MAIL = "client@harbor.example"


def _reconcile(launcher: Launcher, office: Office, *words: str) -> tuple[int, dict[str, Any]]:
    outcome = launcher.run("reconcile", *words, "--json", cwd=office.home)
    document: dict[str, Any] = outcome.document
    assert (outcome.code == 0) == document["whole"]
    return outcome.code, document


def _kinds(document: dict[str, Any]) -> list[str]:
    return [each["kind"] for each in document["drifts"]]


def _epic(office: Office) -> Issue:
    (epic,) = [each for each in office.sandbox.world.jira.issues.values() if each.summary == "Search"]
    return epic


def _forgets(request: Request, ask: Application) -> Response:
    """QuickBooks' feed of changes tells of nothing any more."""
    told = json.loads(ask(request).body)
    told["CDCResponse"] = [{"QueryResponse": [{}]}]
    return Response.json(told)


@pytest.fixture
def billed(launcher: Launcher, office: Office) -> Row:
    """One epic on one untouched draft, with all that changes tell taken in; what comes now, no change tells."""
    office.epic("Search", 30.0)
    assert launcher.run("apply", cwd=office.home).code == 0
    assert _reconcile(launcher, office)[0] == 0
    office.sandbox.quickbooks_faults.add(_forgets, path=r"/cdc", count=None)
    (row,) = office.made()
    return row


UNSEEN: dict[Kind, Callable[[Office, Row], object]] = {
    Kind.DELETED: lambda office, row: office.finance.delete(row.id),
    Kind.VOIDED: lambda office, row: office.finance.void(row.id),
    Kind.STATE: lambda office, row: office.finance.send(row.id, MAIL),
    Kind.LINE_GONE: lambda office, row: (
        office.finance.add_line(row.id, None, Decimal("20.00"), "Courier"),
        office.finance.remove_line(row.id, "1"),
    ),
    Kind.AMOUNT: lambda office, row: office.finance.edit_amount(row.id, "1", Decimal("250.00")),
    Kind.EDITED: lambda office, row: office.finance.edit_memo(row.id, "Thank you"),
}


@pytest.mark.parametrize("kind", UNSEEN, ids=lambda kind: kind.value)
def test_what_finance_did_and_no_change_told_is_found_and_recorded(launcher, office, billed, kind):
    UNSEEN[kind](office, billed)
    office.forget_requests()
    code, found = _reconcile(launcher, office)
    assert (code, _kinds(found)) == (1, [kind.value])
    (drift,) = found["drifts"]
    assert (drift["owner"], drift["repairable"], drift["contract"]) == ("finance", True, "shop")
    assert "--repair" in drift["hint"]
    assert _reconcile(launcher, office, "--repair")[1]["repaired"] == 1
    assert _reconcile(launcher, office)[0] == 0
    assert office.writes() == 0


def test_a_lost_marker_is_for_a_person_to_put_back(launcher, office, billed):
    marker = marker_of(billed)
    office.finance.edit_note(billed.id, "see mail")
    code, found = _reconcile(launcher, office, "--repair")
    lost = [each for each in found["drifts"] if each["kind"] == Kind.MARKER_LOST]
    assert (code, [each["repairable"] for each in lost]) == (1, [False])
    assert f"Put {marker} back" in lost[0]["hint"]


def test_a_copy_and_a_document_of_another_ledger_are_told_apart(launcher, office, billed):
    copy, stranger = (typed_in(office, HARBOR, amount) for amount in ("300.00", "80.00"))
    office.finance.edit_note(copy.id, marker_of(billed))
    office.finance.edit_note(stranger.id, "[MP-AAAAAAAAAA]")
    code, found = _reconcile(launcher, office, "--repair")
    assert code == 1
    assert {
        (each["kind"], each["contract"], each["owner"], each["repairable"]) for each in found["drifts"]
    } == {
        (Kind.MARKER_TWICE, "shop", "finance", False),
        (Kind.STRANGER, "", "admin", False),
    }


def test_a_write_without_an_answer_is_listed_until_it_is_settled(launcher, office):
    office.epic("Search", 30.0)
    office.sandbox.quickbooks_faults.add(faults.drop_before(), method="POST", path=WRITES)
    launcher.run("apply", cwd=office.home, patience_seconds=-3)
    code, found = _reconcile(launcher, office)
    assert (code, _kinds(found)) == (1, [Kind.WRITE_OPEN])
    assert launcher.run("apply", cwd=office.home).code == 0
    assert _reconcile(launcher, office)[0] == 0
    assert len(office.made()) == 1


def test_work_that_changed_without_a_word_is_found_and_recorded(launcher, office, billed):
    epic = _epic(office)
    epic.values[office.place.fields[PERCENT]] = 40.0  # no change log, no new stamp
    code, found = _reconcile(launcher, office)
    assert (code, _kinds(found), found["drifts"][0]["subject"]) == (1, [Kind.WORK], epic.key)
    assert _reconcile(launcher, office, "--repair")[1]["repaired"] == 1
    (action,) = launcher.run("plan", "--json", cwd=office.home).document["actions"]
    assert action["amount"]["amount"] == "400.00"


def test_work_that_vanished_is_found_and_nothing_is_withdrawn_for_it(launcher, office, billed):
    office.lead.delete(_epic(office).key)
    code, found = _reconcile(launcher, office)
    assert (code, _kinds(found)) == (1, [Kind.WORK_HIDDEN])
    assert _reconcile(launcher, office, "--repair")[0] == 0
    assert launcher.run("plan", "--json", cwd=office.home).document["actions"] == []


def _damage(office: Office, statement: str) -> None:
    """A ledger that somebody wrote into, past its guards."""
    (store,) = office.home.glob("*.db")
    with closing(sqlite3.connect(store)) as damaged, damaged:
        guards = damaged.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (guard,) in guards:
            damaged.execute(f'DROP TRIGGER "{guard}"')
        damaged.execute(statement)


def test_a_billed_line_that_nobody_can_point_at_is_for_a_person(launcher, office, billed):
    _damage(office, "UPDATE claim SET line_id = ''")
    code, found = _reconcile(launcher, office, "--repair")
    assert code == 1
    assert (Kind.UNPLACED, False) in [(each["kind"], each["repairable"]) for each in found["drifts"]]


def test_a_sum_that_does_not_add_up_is_no_repair_away(launcher, office, billed):
    _damage(office, "UPDATE claim SET amount = amount + 100")
    code, found = _reconcile(launcher, office, "--repair")
    assert (code, found["repaired"]) == (1, 0)
    assert Kind.SUM in _kinds(found)
    assert any(each["gap"]["amount"] != "0.00" for each in found["sums"])
