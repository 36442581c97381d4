"""Finance's hand wins: what a person did in QuickBooks is never written over, and never undone."""

from __future__ import annotations

import signal
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from launcher import Launcher
from office import PERCENT, WRITES, Office, is_voided, open_office, our_line

from sandbox.quickbooks.state import FINANCE_USER, Row

Hand = Callable[[Office, Row], object]


def _line(invoice: Row) -> str:
    return str(our_line(invoice)["Id"])


def _replace_our_line(office: Office, invoice: Row) -> None:
    line = _line(invoice)
    office.finance.add_line(invoice.id, "1", Decimal("20.00"), "Something else")
    office.finance.remove_line(invoice.id, line)


HANDS: dict[str, Hand] = {
    "lowers the amount": lambda office, row: office.finance.edit_amount(row.id, _line(row), Decimal("90.00")),
    "raises the amount": lambda office, row: office.finance.edit_amount(
        row.id, _line(row), Decimal("900.00")
    ),
    "edits the text": lambda office, row: office.finance.edit_text(row.id, _line(row), "As agreed by phone"),
    "adds a line": lambda office, row: office.finance.add_line(row.id, "1", Decimal("20.00"), "Travel"),
    "changes the message": lambda office, row: office.finance.edit_memo(row.id, "Thank you"),
    "renumbers it": lambda office, row: office.finance.renumber(row.id, f"2026-{row.id}"),
    "queues it": lambda office, row: office.finance.queue(row.id, "ap@harborpine.example"),
    "sends it": lambda office, row: office.finance.send(row.id, "ap@harborpine.example"),
    "prints it": lambda office, row: office.finance.print_out(row.id),
    "takes a payment": lambda office, row: office.finance.take_payment(row.id, Decimal("1.00")),
    "removes our line": _replace_our_line,
    "voids it": lambda office, row: office.finance.void(row.id),
    "deletes it": lambda office, row: office.finance.delete(row.id),
}
ENDED = {"removes our line", "voids it", "deletes it"}
BESIDE = {
    "adds a line",
    "changes the message",
    "edits the text",
    "renumbers it",
}  # our figures are left alone


def _apply(launcher: Launcher, office: Office) -> list[dict[str, str]]:
    """One apply that must end well; its findings."""
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert (outcome.code, outcome.document["trouble"]) == (0, [])
    findings: list[dict[str, str]] = outcome.document["findings"]
    return findings


@pytest.mark.parametrize("hand", sorted(BESIDE))
def test_what_finance_wrote_beside_our_line_stays_when_our_line_is_changed(launcher, office, hand):
    epics = [office.epic("Search", 30.0), office.epic("Checkout", 20.0), office.epic("Gift cards", 10.0)]
    _apply(launcher, office)
    rows = [office.invoice_for(epic) for epic in epics]
    for row in rows:
        HANDS[hand](office, row)
    by_finance = [_beside(row) for row in rows]
    held = dict(rows[2].body)
    office.forget_requests()
    office.lead.reopen(epics[2].key)
    for epic, percent in ((epics[0], 35.0), (epics[1], 15.0)):
        office.lead.set_field(epic.key, PERCENT, percent)
        _apply(launcher, office)
    assert [our_line(row)["Amount"] for row in rows] == [
        Decimal("350.00"),
        Decimal("150.00"),
        Decimal("100.00"),
    ]
    assert [_beside(row) for row in rows] == by_finance
    if hand == "edits the text":
        assert {our_line(row)["Description"] for row in rows} == {"As agreed by phone"}
    assert (rows[2].body, office.writes()) == (held, 2)


def _beside(invoice: Row) -> dict[str, object]:
    """All of an invoice that is not our line, and not a sum that follows from it."""
    sums = {"TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance", "TxnTaxDetail", "Line"}
    kept: dict[str, object] = {name: value for name, value in invoice.body.items() if name not in sums}
    ours = _line(invoice)
    others = [line for line in invoice.body["Line"] if line.get("DetailType") != "SubTotalLineDetail"]
    return kept | {"others": [line for line in others if str(line["Id"]) != ours]}


@pytest.mark.parametrize("hand", [each for each in HANDS if each not in BESIDE])
def test_nothing_is_written_on_a_draft_after_finance_touched_it_whatever_the_work_does(
    launcher, office, hand
):
    """Three drafts are touched in the same way; then one work is worth more and one reopens, and then one is worth
    less. What is more goes on a draft of its own."""
    epics = [office.epic("Search", 30.0), office.epic("Checkout", 20.0), office.epic("Gift cards", 10.0)]
    _apply(launcher, office)
    rows = [office.invoice_for(epic) for epic in epics]
    for row in rows:
        HANDS[hand](office, row)
    left_by_finance = [(row.version, row.changed_by, dict(row.body)) for row in rows]
    office.forget_requests()
    office.lead.set_field(epics[0].key, PERCENT, 35.0)
    office.lead.reopen(epics[2].key)
    _apply(launcher, office)
    office.lead.set_field(epics[1].key, PERCENT, 15.0)

    for _ in range(2):
        findings = _apply(launcher, office)
        named = {each["subject"].split()[0] for each in findings}
        assert named >= {epic.key for epic in (epics if hand in ENDED else epics[1:])}
        if hand not in ENDED:
            told = [each["reason"] for each in findings]
            billed = (
                rows[2:] if hand == "lowers the amount" else rows[1:]
            )  # of a lowered one only sums are told
            assert all(any(f"invoice {row.body['DocNumber']}" in text for text in told) for row in billed)
    assert [(row.version, row.changed_by, row.body) for row in rows] == left_by_finance
    more = [row.body["TotalAmt"] for row in office.made() if row.id not in {each.id for each in rows}]
    assert more == ([] if hand in ENDED else [Decimal("50.00")])
    assert office.writes() == len(more)


@pytest.mark.parametrize("hand", sorted(ENDED))
def test_what_finance_ended_is_never_made_again_even_when_the_work_closes_anew(launcher, office, hand):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    row = office.invoice_for(epic)
    HANDS[hand](office, row)
    office.forget_requests()
    (finding,) = _apply(launcher, office)
    assert (finding["code"], finding["owner"]) == ("draft.declined", "finance")
    office.lead.reopen(epic.key)
    _apply(launcher, office)
    office.lead.close(epic.key)
    (finding,) = _apply(launcher, office)
    assert finding["code"] == "draft.declined"
    assert office.writes() == 0
    assert [each.id for each in office.made()] == [row.id]


def test_what_finance_let_go_is_not_billed_again(launcher, office):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    HANDS["lowers the amount"](office, office.invoice_for(epic))
    office.forget_requests()
    _apply(launcher, office)
    assert office.writes() == 0
    (work,) = launcher.run("status", "--json", cwd=office.home).document["work"]
    assert (work["bucket"], work["amount"]["amount"]) == ("billed", "300.00")
    assert "finance let go 210.00 USD" in work["reason"]


def test_an_untouched_draft_is_changed_in_place(launcher, office):
    epic, other = office.epic("Search", 30.0), office.epic("Checkout", 20.0)
    _apply(launcher, office)
    row, untouched = office.invoice_for(epic), office.invoice_for(other)
    number, line = row.body["DocNumber"], _line(row)
    for percent, total in ((35.5, "355.00"), (12.25, "122.50")):
        office.lead.set_field(epic.key, PERCENT, percent)
        assert _apply(launcher, office) == []
        assert (row.body["DocNumber"], _line(row), row.body["TotalAmt"]) == (number, line, Decimal(total))
    assert (row.version, untouched.version) == (2, 0)
    assert office.ledger() == {row.id: Decimal("122.50"), untouched.id: Decimal("200.00")}
    assert len(office.made()) == 2


def test_a_reopened_epic_is_held_and_its_draft_stays(launcher, office):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    office.lead.reopen(epic.key)
    office.forget_requests()
    (finding,) = _apply(launcher, office)
    assert finding["code"] == "work.reopened"
    assert f"invoice {office.invoice_for(epic).body['DocNumber']}" in finding["reason"]
    office.lead.close(epic.key)
    assert _apply(launcher, office) == []
    assert office.writes() == 0


@pytest.fixture
def withdrawing(tmp_path: Path):
    """An office whose contract withdraws the draft of reopened work."""
    with open_office(tmp_path / "withdrawing", reopened="withdraw") as running:
        yield running


def test_a_withdrawn_draft_is_voided_and_the_work_gets_a_successor_when_it_closes(launcher, withdrawing):
    office = withdrawing
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    first = office.invoice_for(epic)
    office.lead.reopen(epic.key)
    (action,) = launcher.run("apply", "--json", cwd=office.home).document["actions"]
    assert (action["kind"], action["invoice"]) == ("withdraw", first.id)
    assert "open again" in action["reason"]
    assert is_voided(first)
    assert office.ledger() == {}
    assert _apply(launcher, office) == []
    office.lead.close(epic.key)
    assert _apply(launcher, office) == []
    gone, second = office.made()
    assert (gone.id, is_voided(gone), is_voided(second)) == (first.id, True, False)
    assert second.body["TotalAmt"] == Decimal("300.00")
    assert office.ledger() == {second.id: Decimal("300.00")}


def test_a_draft_that_finance_touched_is_not_withdrawn(launcher, withdrawing):
    office = withdrawing
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    row = office.invoice_for(epic)
    HANDS["changes the message"](office, row)
    office.lead.reopen(epic.key)
    office.forget_requests()
    (finding,) = _apply(launcher, office)
    assert f"invoice {row.body['DocNumber']}" in finding["reason"]
    assert (office.writes(), row.changed_by, is_voided(row)) == (0, FINANCE_USER, False)


@pytest.mark.parametrize("hand", HANDS)
def test_an_invoice_whose_answer_was_lost_is_adopted_as_finance_left_it(launcher, tmp_path, office, hand):
    """The process dies after the post; finance is at the draft before the restart looks. What the work is worth
    more afterwards goes on a draft of its own."""
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = False
    epic = office.epic("Search", 30.0)
    assert (
        launcher.run("apply", cwd=office.home, kill_at=_after_the_post(launcher, tmp_path)).code
        == -signal.SIGKILL
    )
    (row,) = office.made()
    HANDS[hand](office, row)
    left_by_finance = row.version, dict(row.body)
    office.forget_requests()
    for _ in range(2):
        outcome = launcher.run("apply", "--json", cwd=office.home)
        codes = {each["code"] for each in outcome.document["findings"]}
        # A deleted invoice shows no marker any more: whether it was ours is for a person to say.
        assert (outcome.code, "write.parked" in codes) == (1, True) if hand == "deletes it" else (0, False)
        office.lead.set_field(epic.key, PERCENT, 40.0)
    first, *more = office.made()
    assert first.id == row.id
    if hand in BESIDE:
        assert (our_line(row)["Amount"], more, office.writes()) == (Decimal("400.00"), [], 1)
        return
    assert (row.version, row.body) == left_by_finance
    assert [each.body["TotalAmt"] for each in more] == ([] if hand in ENDED else [Decimal("100.00")])
    assert office.writes() == len(more)


def _after_the_post(launcher: Launcher, tmp_path: Path) -> int:
    """The number of the step at which QuickBooks has answered the post of an only invoice."""
    with open_office(tmp_path / "all") as office:
        office.epic("Search", 30.0)
        steps = launcher.run("apply", cwd=office.home, watch=True).points
    return next(
        n for n, step in enumerate(steps) if step.startswith("after POST") and step.endswith(WRITES[:-1])
    )
