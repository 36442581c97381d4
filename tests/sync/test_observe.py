"""What finance does to a document, folded into facts: theirs stands, and nothing is told twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.billing import Claim, Document, DocumentLine, DocumentState
from model.money import Money
from sync.planning.observe import (
    Ended,
    LineClaim,
    PutOff,
    Restored,
    Waived,
    as_of,
    derive_state,
    facts_from,
    is_taken_back,
)

AT = datetime(2026, 2, 3, tzinfo=UTC)
GONE = (DocumentState.DELETED, DocumentState.VOIDED, DocumentState.REJECTED, DocumentState.EXPIRED)
THERE = [state for state in DocumentState if state not in (*GONE, DocumentState.UNKNOWN)]


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def document(
    lines: dict[str, int | None], state: DocumentState = DocumentState.DRAFT, content: str = ""
) -> Document:
    shown = tuple(
        DocumentLine(id_, None if minor is None else usd(minor), "text") for id_, minor in lines.items()
    )
    total = usd(sum(minor or 0 for minor in lines.values()))
    return Document("9", "0", "1001", state, "1", "USD", total, total, None, None, shown, content, AT, "")


def claimed(line_id: str, minor: int) -> LineClaim:
    key = f"acme|cloud/epic/{line_id}|fee"
    return LineClaim(Claim(key, "client", "doc#1", usd(minor), None, "v1", AT), line_id)


def recorded(claims: list[LineClaim], shown: Document) -> list[LineClaim]:
    """The claims once the facts of an observation are in the ledger, as the store folds them."""
    facts = facts_from(shown, [entry for entry in claims if entry.claim.ended is None])
    folded = {entry.claim.charge_key: entry.claim for entry in claims}
    for fact in facts:
        claim = folded[fact.claim.charge_key]
        if isinstance(fact, Ended):
            folded[claim.charge_key] = replace(claim, ended="declined")
        else:
            folded[claim.charge_key] = replace(claim, waived=(claim.waived or usd(0)) + fact.amount)
    return [replace(entry, claim=folded[entry.claim.charge_key]) for entry in claims]


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[LineClaim], list[Document]]:
    """Our lines, and what QuickBooks shows of them one after another; lines 8 and 9 are finance's own."""
    claims = [claimed(str(at), draw(st.integers(1, 500))) for at in range(draw(st.integers(1, 3)))]
    shown = []
    for _ in range(draw(st.integers(1, 4))):
        ids = draw(st.sets(st.sampled_from(["0", "1", "2", "8", "9"])))
        lines = {id_: draw(st.none() | st.integers(-100, 700)) for id_ in sorted(ids)}
        shown.append(document(lines, draw(st.sampled_from([*THERE, *GONE]))))
    return claims, shown


@given(stories())
def test_the_same_observation_twice_adds_nothing(story: tuple[list[LineClaim], list[Document]]) -> None:
    claims, shown = story
    for document_ in shown:
        claims = recorded(claims, document_)
        live = [entry for entry in claims if entry.claim.ended is None]
        assert facts_from(document_, live) == ()


@given(stories())
def test_what_is_waived_never_exceeds_the_claim(story: tuple[list[LineClaim], list[Document]]) -> None:
    claims, shown = story
    for document_ in shown:
        claims = recorded(claims, document_)
        for entry in claims:
            assert usd(0) <= (entry.claim.waived or usd(0)) <= entry.claim.amount


@given(stories())
def test_what_we_claim_is_what_finance_bills_up_to_our_own_amount(
    story: tuple[list[LineClaim], list[Document]],
) -> None:
    claims, shown = story
    for document_ in shown:
        claims = recorded(claims, document_)
        lines = {line.id: line.amount for line in document_.lines}
        for entry in claims:
            amount = lines.get(entry.line_id)
            if entry.claim.ended is None and amount is not None:
                theirs = min(max(amount, usd(0)), entry.claim.amount)
                assert entry.claim.amount - (entry.claim.waived or usd(0)) == theirs


@given(stories())
def test_a_claim_ends_exactly_when_its_document_or_its_line_is_gone(
    story: tuple[list[LineClaim], list[Document]],
) -> None:
    claims, shown = story
    for document_ in shown:
        after = recorded(claims, document_)
        there = {line.id for line in document_.lines}
        for before, now in zip(claims, after, strict=True):
            gone = document_.state in GONE or now.line_id not in there
            assert (now.claim.ended == "declined") == (before.claim.ended == "declined" or gone)
        claims = after


@pytest.mark.parametrize("state", GONE)
def test_a_document_that_is_gone_ends_every_claim_on_it(state: DocumentState) -> None:
    facts = facts_from(document({"1": 0, "2": 0}, state), [claimed("1", 100), claimed("2", 50)])
    assert [type(fact) for fact in facts] == [Ended, Ended]
    assert {fact.reason for fact in facts if isinstance(fact, Ended)} == {f"{state.value} in QuickBooks"}


def test_a_line_that_finance_reduces_is_waived_by_the_difference() -> None:
    entry = claimed("1", 100)
    assert facts_from(document({"1": 80}), [entry]) == (Waived(entry.claim, usd(20)),)


def test_a_line_that_finance_raises_is_no_fact_about_our_claim() -> None:
    assert facts_from(document({"1": 130}), [claimed("1", 100)]) == ()


def test_a_line_that_finance_puts_back_is_not_waived_any_more() -> None:
    reduced = recorded([claimed("1", 100)], document({"1": 80}))
    (restored,) = recorded(reduced, document({"1": 100}))
    assert restored.claim.waived == usd(0)


@pytest.mark.parametrize("state", DocumentState)
def test_only_a_draft_can_be_untouched_and_only_while_it_equals_our_copy(state: DocumentState) -> None:
    shown = document({"1": 100}, state, content="ours")
    assert derive_state(shown, "ours") is state
    edited = DocumentState.EDITED if state is DocumentState.DRAFT else state
    assert derive_state(shown, "other") is edited
    assert derive_state(shown, None) is edited


def test_a_line_that_finance_removed_ends_its_claim_alone() -> None:
    gone, kept = claimed("1", 100), claimed("2", 50)
    assert facts_from(document({"2": 50}), [gone, kept]) == (
        Ended(gone.claim, "our line was removed in QuickBooks"),
    )


def test_a_line_of_less_than_nothing_is_waived_downwards() -> None:
    entry = claimed("1", -100)
    assert facts_from(document({"1": -60}), [entry]) == (Waived(entry.claim, usd(-40)),)
    assert facts_from(document({"1": -130}), [entry]) == ()
    assert facts_from(document({"1": 10}), [entry]) == (Waived(entry.claim, usd(-100)),)


class TestEstimates:
    """What an estimate's last day, its rejection and its invoices mean."""

    @pytest.mark.parametrize("state", DocumentState)
    def test_one_that_nobody_answered_is_over_the_day_after_its_last_everywhere(
        self, state: DocumentState
    ) -> None:
        shown = replace(document({}, state), kind="estimate", expires_on=date(2026, 2, 1))
        waits = state in (DocumentState.DRAFT, DocumentState.EDITED, DocumentState.QUEUED, DocumentState.SENT)
        assert as_of(shown, datetime(2026, 2, 2, 23, 59, tzinfo=UTC)) == shown
        over = as_of(shown, datetime(2026, 2, 3, tzinfo=UTC))
        assert over == (replace(shown, state=DocumentState.EXPIRED) if waits else shown)

    def test_one_without_a_last_day_stays(self) -> None:
        shown = replace(document({}, DocumentState.SENT), kind="estimate")
        assert as_of(shown, datetime(2030, 1, 1, tzinfo=UTC)) == shown

    @pytest.mark.parametrize("state", DocumentState)
    def test_we_take_an_invoice_back_by_voiding_and_an_estimate_by_rejecting_it(
        self, state: DocumentState
    ) -> None:
        shown = document({}, state)
        assert is_taken_back(shown) == (state is DocumentState.VOIDED)
        assert is_taken_back(replace(shown, kind="estimate")) == (state is DocumentState.REJECTED)

    def test_what_its_invoices_claim_is_not_claimed_on_it_as_well(self) -> None:
        entry = claimed("1", 60)
        elsewhere = {(entry.claim.charge_key, "client"): usd(40)}
        assert facts_from(document({"1": 100}), [entry], elsewhere) == ()
        assert facts_from(document({"1": 90}), [entry], elsewhere) == (Waived(entry.claim, usd(10)),)
        of_another = {(entry.claim.charge_key, "labs"): usd(40)}
        assert facts_from(document({"1": 60}), [entry], of_another) == ()

    def test_a_claim_is_elsewhere_once_all_of_it_was_followed(self) -> None:
        assert replace(claimed("1", 0), followed=True).is_elsewhere
        assert not replace(claimed("1", 1), followed=True).is_elsewhere
        assert not claimed("1", 0).is_elsewhere


class TestPutOff:
    """Finance reduced a line of 100 to 60, and a person put the 40 (4 percent) off to the next draft."""

    def entry(self, share: str | None = "4") -> LineClaim:
        return replace(claimed("1", 60), put_off=PutOff(usd(40), None if share is None else Decimal(share)))

    def test_what_finance_bills_again_of_it_is_claimed_here_once_more(self) -> None:
        entry = self.entry()
        (back,) = facts_from(document({"1": 70}), [entry])
        assert back == Restored(entry.claim, usd(10), Decimal("1.000000000"))
        assert facts_from(document({"1": 130}), [entry]) == (Restored(entry.claim, usd(40), Decimal(4)),)
        assert facts_from(document({"1": 60}), [entry]) == ()

    def test_all_of_it_takes_its_percents_along_to_the_last_digit(self) -> None:
        (back,) = facts_from(document({"1": 100}), [self.entry("0.1234567891")])
        assert isinstance(back, Restored)
        assert back.share == Decimal("0.1234567891")

    def test_a_part_of_its_percents_goes_with_it(self) -> None:
        (back,) = facts_from(document({"1": 61}), [self.entry("1")])
        assert isinstance(back, Restored)
        assert str(back.share) == "0.025000000"
        entry = self.entry(None)
        assert facts_from(document({"1": 61}), [entry]) == (Restored(entry.claim, usd(1), None),)

    def test_what_its_invoices_claim_is_not_billed_again_here(self) -> None:
        entry = self.entry()
        gone_over = {(entry.claim.charge_key, "client"): usd(20)}
        (back,) = facts_from(document({"1": 85}), [entry], gone_over)
        assert isinstance(back, Restored)
        assert back.amount == usd(5)


class TestCreditMemos:
    """A credit memo shows what it gives back as more than nothing; its claims are less than nothing."""

    def shown(self, amount: int | None) -> Document:
        return replace(document({"1": amount}), kind="credit_memo")

    def test_what_it_gives_back_less_is_waived(self) -> None:
        entry = claimed("1", -40)
        assert facts_from(self.shown(40), [entry]) == ()
        assert facts_from(self.shown(30), [entry]) == (Waived(entry.claim, usd(-10)),)
        assert facts_from(self.shown(None), [entry]) == ()

    def test_one_that_finance_took_back_blocks_nothing(self) -> None:
        entry = claimed("1", -40)
        credit = replace(entry, claim=replace(entry.claim, document_kind="credit_memo"))
        assert [Ended(each.claim, "voided").by for each in (credit, entry)] == ["withdrawn", "declined"]
