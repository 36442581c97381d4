"""The selftest holds for what ships, and tells when something does not: planted bugs are seen by their columns."""

from __future__ import annotations

from decimal import Decimal
from unittest.mock import patch

import pytest
from typer import Exit

import sync.outbox.dispatch
from cli import selftest
from cli.proving.house import open_house
from cli.proving.process import apply_once
from cli.proving.scenarios import SCENARIOS, play
from cli.proving.verdict import Verdict, Work, judge
from sandbox.quickbooks.rules import invoices
from sandbox.quickbooks.state import Json, Row
from sync.outbox.recovery import Again

pytestmark = pytest.mark.timeout(300)  # a busy machine may take ten times the usual
_, _, LOSSY, CHANGING, OVERTAKEN, TOGETHER = SCENARIOS


def sends_again_without_a_look(*arguments) -> None:
    """An apply whose outbox takes every unknown outcome for "it did not happen"."""
    with patch.object(sync.outbox.dispatch, "look", lambda *_: Again()):
        apply_once(*arguments)


def copied(row: Row) -> Json:
    """What one would send to make the same invoice again."""
    kept = ("CustomerRef", "CurrencyRef", "TxnDate", "PrivateNote", "Line")
    lines = [{name: value for name, value in line.items() if name != "Id"} for line in row.body["Line"]]
    sold = [line for line in lines if line["DetailType"] == "SalesItemLineDetail"]
    return {name: row.body[name] for name in kept if name in row.body} | {"Line": sold}


@pytest.mark.parametrize(
    ("scenario", "stride"), [(LOSSY, 17), (CHANGING, 25), (OVERTAKEN, 17), (TOGETHER, 5)]
)
def test_what_ships_holds_wherever_it_is_disturbed(scenario, stride):
    verdict = play(scenario, stride=stride)
    assert (verdict.violations, verdict.duplicates, verdict.lost, verdict.overwritten) == ([], 0, 0, 0)
    assert verdict.disturbed > 1
    assert verdict.invoices > verdict.disturbed


def test_an_outbox_that_sends_again_without_a_look_is_seen():
    verdict = play(LOSSY, sends_again_without_a_look, stride=40)
    assert verdict.astray > 0
    assert any("in the books, None in the ledger" in each for each in verdict.violations)


def test_a_second_invoice_a_missing_one_and_an_edit_that_is_gone_are_counted_in_the_books():
    with open_house() as house:
        key = house.office.epic("Feature", 0.01).key
        house.finish()
        (row,) = house.office.made()
        with house.office.world.company.lock:
            invoices.create(house.office.world.company, copied(row), by="1")
        typed = {"message": "Thank you!"}
        verdict = Verdict("a test")
        judge(house, Work({key: Decimal(100), "HPO-99": Decimal(5)}, {row.id: typed}), verdict)
    assert (verdict.invoices, verdict.duplicates, verdict.lost, verdict.overwritten) == (2, 1, 1, 1)
    assert verdict.astray == 1
    assert len(verdict.violations) == 4


@pytest.mark.parametrize("broken", [False, True])
def test_the_command_shows_the_table_and_ends_with_one_on_a_violation(capsys, broken):
    verdict = Verdict("killed at every step", disturbed=51, invoices=104, seconds=9.0)
    if broken:
        verdict.violated("duplicates", "HPO-7 has 2 invoices")
    with patch.object(selftest, "play", lambda _scenario: verdict), pytest.raises(Exit) as ended:
        selftest.run(as_json=False)
    shown = capsys.readouterr().out
    assert ended.value.exit_code == int(broken)
    assert ("HPO-7 has 2 invoices" in shown, "exactly one invoice" in shown) == (broken, not broken)
    assert f"{6 * 51}" in shown
