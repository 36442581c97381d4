"""Drafts that are estimates: claims follow them to the invoices that finance makes, whole, in part or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from outbox_steps import drain
from sync_bench import Bench, rules, usd

from model.billing import Document, DocumentState
from sync.planning.actions import Action
from sync.store import Store

ESTIMATES = rules(draft="pending_estimate")
PHASES = rules(draft="pending_estimate", more='group = "phase"')
WITHDRAWING = rules(draft="pending_estimate", reopened="withdraw")


@pytest.fixture
def bench(store: Store) -> Bench:
    """One epic of 100.00 on an estimate."""
    return drafted(Bench(store, texts=[ESTIMATES]), 1)


def drafted(bench: Bench, *epics: int) -> Bench:
    for number in epics:
        bench.close(number)
    apply(bench)
    return bench


def apply(bench: Bench) -> tuple[Action, ...]:
    """One run; what it planned."""
    plan = bench.plan()
    assert bench.engine.enqueue(plan) == []
    drain(bench)
    return plan.actions


def the(bench: Bench, kind: str) -> Document:
    """The one document of a kind."""
    (found,) = (each for each in bench.books.documents() if each.kind == kind)
    return found


def says(bench: Bench) -> list[str]:
    return [finding.code for each in bench.plan().assessments for finding in each.plan.findings]


def stands(bench: Bench) -> list[str]:
    return [position.reason for each in bench.plan().assessments for position in each.plan.positions]


def test_a_draft_is_a_pending_estimate_and_a_second_run_makes_none(bench: Bench) -> None:
    estimate = the(bench, "estimate")
    assert (estimate.state, estimate.total) == (DocumentState.DRAFT, usd("100.00"))
    assert bench.plan().actions == ()
    assert bench.sums() == {"billed": "100.00"}
    assert stands(bench) == ["on estimate 1001 (draft)"]


def test_an_untouched_estimate_is_updated_like_any_draft(bench: Bench) -> None:
    bench.price(1, "150.00")
    (action,) = apply(bench)
    assert (action.kind, the(bench, "estimate").total) == ("update", usd("150.00"))


def test_a_reopening_takes_an_untouched_estimate_back_by_rejecting_it(store: Store) -> None:
    bench = drafted(Bench(store, texts=[WITHDRAWING]), 1)
    bench.reopen(1)
    (action,) = apply(bench)
    assert (action.kind, the(bench, "estimate").state) == ("withdraw", DocumentState.REJECTED)
    bench.close(1)
    (again,) = apply(bench)
    assert (again.kind, again.document_key[-2:]) == ("create", "#2")


@pytest.mark.parametrize("note", ["kept", "gone"])
def test_an_invoice_made_of_it_carries_the_claim_known_by_its_link(bench: Bench, note: str) -> None:
    bench.books.finance.convert("1", keeps_note=note == "kept")
    assert bench.plan().actions == ()
    assert says(bench) == []
    assert bench.sums() == {"billed": "100.00"}
    assert stands(bench) == ["on invoice 1002 (edited)"]


def test_an_invoice_made_of_it_is_never_written_by_us(bench: Bench) -> None:
    bench.books.finance.convert("1")
    bench.price(1, "150.00")
    (action,) = apply(bench)
    assert (action.kind, action.amount) == ("create", usd("50.00"))
    assert action.draft is not None
    assert action.draft.kind == "estimate"


def test_what_finance_bills_less_on_the_invoice_is_let_go(bench: Bench) -> None:
    invoice = bench.books.finance.convert("1")
    bench.books.finance.edit_line(invoice.external_id, "1", usd("90.00"))
    assert says(bench) == ["draft.reduced"]
    assert bench.plan().actions == ()


def test_a_part_is_carried_by_its_invoice_and_the_rest_stays_on_the_estimate(bench: Bench) -> None:
    bench.books.finance.convert("1", {"1": usd("40.00")})
    assert (bench.plan().actions, says(bench)) == ((), [])
    assert bench.sums() == {"billed": "100.00"}
    assert stands(bench) == ["on estimate 1001 (converted), invoice 1002 (edited)"]
    bench.books.finance.convert("1", {"1": usd("60.00")})
    assert (bench.plan().actions, says(bench)) == ((), [])
    assert stands(bench) == ["on invoice 1002 (edited), invoice 1003 (edited)"]


def test_a_part_that_finance_lowers_goes_back_to_the_open_estimate(bench: Bench) -> None:
    invoice = bench.books.finance.convert("1", {"1": usd("40.00")})
    bench.books.finance.edit_line(invoice.external_id, "1", usd("25.00"))
    assert (bench.plan().actions, says(bench)) == ((), [])
    assert bench.sums() == {"billed": "100.00"}


@pytest.mark.parametrize("hand", ["void", "delete"])
def test_an_invoice_that_is_gone_gives_its_part_back_to_the_estimate(bench: Bench, hand: str) -> None:
    invoice = bench.books.finance.convert("1")
    assert bench.plan().actions == ()
    getattr(bench.books.finance, hand)(invoice.external_id)
    assert (bench.plan().actions, says(bench)) == ((), [])
    assert stands(bench) == ["on estimate 1001 (draft)"]
    bench.books.finance.convert("1")
    assert stands(bench) == ["on invoice 1003 (edited)"]


ENDINGS: dict[str, Callable[[Bench], object]] = {
    "rejected": lambda bench: bench.books.finance.answer("1", DocumentState.REJECTED),
    "closed without an invoice": lambda bench: bench.books.finance.close("1"),
    "deleted": lambda bench: bench.books.finance.delete("1"),
    "expired": lambda bench: bench.books.finance.set_expiry("1", bench.now.date() - timedelta(days=2)),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_estimate_that_comes_to_nothing_is_declined_and_not_made_again(bench: Bench, ending: str) -> None:
    ENDINGS[ending](bench)
    assert bench.plan().actions == ()
    assert says(bench) == ["draft.declined"]
    assert bench.sums() == {"held": "100.00"}


def test_an_estimate_expires_by_the_passing_of_time_alone(bench: Bench) -> None:
    bench.books.finance.set_expiry("1", bench.now.date() + timedelta(days=5))
    assert says(bench) == []
    bench.wait(timedelta(days=6).total_seconds())
    assert says(bench) == []  # it may still be that day somewhere
    bench.wait(timedelta(days=1).total_seconds())
    assert says(bench) == ["draft.declined"]


def test_an_accepted_estimate_does_not_expire(bench: Bench) -> None:
    bench.books.finance.set_expiry("1", bench.now.date())
    bench.books.finance.answer("1", DocumentState.ACCEPTED)
    bench.wait(timedelta(days=9).total_seconds())
    assert says(bench) == []
    assert stands(bench) == ["on estimate 1001 (accepted)"]


@pytest.mark.parametrize(
    "again",
    [
        lambda bench: bench.books.finance.answer("1", DocumentState.DRAFT),
        lambda bench: bench.books.finance.answer("1", DocumentState.ACCEPTED),
        lambda bench: bench.books.finance.convert("1"),
    ],
)
def test_an_estimate_that_finance_takes_up_again_is_claimed_again(
    bench: Bench, again: Callable[[Bench], object]
) -> None:
    bench.books.finance.answer("1", DocumentState.REJECTED)
    assert says(bench) == ["draft.declined"]
    again(bench)
    assert (bench.plan().actions, says(bench)) == ((), [])
    assert bench.sums() == {"billed": "100.00"}


def test_an_estimate_whose_last_day_is_put_off_is_open_again(bench: Bench) -> None:
    bench.books.finance.set_expiry("1", date(2026, 1, 1))
    assert says(bench) == ["draft.declined"]
    bench.books.finance.set_expiry("1", date(2027, 1, 1))
    assert (says(bench), bench.sums()) == ([], {"billed": "100.00"})


def test_lines_of_several_works_each_go_where_they_are_invoiced(store: Store) -> None:
    bench = drafted(Bench(store, texts=[PHASES]), 1, 2, 3)
    assert [line.amount for line in the(bench, "estimate").lines] == [usd("100.00")] * 3
    bench.books.finance.convert("1", {"2": usd("100.00"), "3": usd("30.00")})
    assert (bench.plan().actions, says(bench)) == ((), [])
    assert stands(bench) == [
        "on estimate 1001 (converted)",
        "on invoice 1002 (edited)",
        "on estimate 1001 (converted), invoice 1002 (edited)",
    ]


def test_work_that_the_closing_invoice_leaves_out_is_declined(store: Store) -> None:
    bench = drafted(Bench(store, texts=[PHASES]), 1, 2)
    invoice = bench.books.finance.convert("1")
    bench.books.finance.remove_line(invoice.external_id, "2")
    assert bench.plan().actions == ()
    assert says(bench) == ["draft.declined"]
    assert bench.sums() == {"billed": "100.00", "held": "100.00"}


def test_lines_under_other_words_count_as_billed_and_are_said(store: Store) -> None:
    bench = drafted(Bench(store, texts=[PHASES]), 1, 2)
    invoice = bench.books.finance.convert("1")
    bench.books.finance.remove_line(invoice.external_id, "2")
    bench.books.finance.edit_line(invoice.external_id, "1", usd("200.00"), "Services as agreed")
    assert bench.plan().actions == ()
    assert says(bench) == ["estimate.unfollowed"]
    assert bench.sums() == {"billed": "200.00"}


def test_a_line_taken_off_an_estimate_after_its_conversion_is_found_on_the_invoice(bench: Bench) -> None:
    bench.books.finance.convert("1")
    bench.books.finance.remove_line("1", "1")
    assert (bench.plan().actions, says(bench)) == ((), [])
    assert stands(bench) == ["on invoice 1002 (edited)"]


def test_a_line_taken_off_an_estimate_after_a_part_of_it_is_declined_but_for_that_part(bench: Bench) -> None:
    invoice = bench.books.finance.convert("1", {"1": usd("40.00")})
    bench.books.finance.remove_line("1", "1")
    assert bench.plan().actions == ()
    assert bench.sums() == {"billed": "40.00", "held": "60.00"}
    bench.books.finance.void(invoice.external_id)
    assert bench.plan().actions == ()
    assert bench.sums() == {"held": "100.00"}


def test_an_estimate_that_we_took_back_and_finance_invoiced_is_said(store: Store) -> None:
    bench = drafted(Bench(store, texts=[WITHDRAWING]), 1)
    bench.reopen(1)
    apply(bench)
    bench.books.finance.convert("1")
    assert says(bench) == ["estimate.taken_up"]


def test_a_conversion_that_no_change_told_is_noticed_when_the_estimate_is_read(bench: Bench) -> None:
    bench.books.finance.convert("1")
    realm = bench.acme.company.realm
    bench.store.mirror.move(f"quickbooks:{realm}", str(len(bench.books._shelf.log)), bench.now)
    seen = bench.books.read("1", "estimate")
    bench.store.accounts.observe(realm, [seen], "read", bench.now)
    assert stands(bench) == ["on invoice 1002 (edited)"]


def test_a_payment_on_the_invoice_is_seen(bench: Bench) -> None:
    invoice = bench.books.finance.convert("1")
    assert bench.plan().actions == ()
    bench.books.finance.pay(invoice.external_id)
    assert stands(bench) == ["on invoice 1002 (paid)"]
