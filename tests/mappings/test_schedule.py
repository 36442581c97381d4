"""Percent contracts bill to date: over any schedule the drafts sum to the contract value to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from acme import BILLING, EPICS, HEAD, NOW, claim, contract, day, due, epic, judged, milestone, mirror, usd
from hypothesis import given
from hypothesis import strategies as st

from mappings.compose import Piece, compose
from mappings.contract.rules import Contract
from mappings.progress.claimed import settled
from model.billing import Claim
from model.money import Money

RULES = milestone(EPICS, '{ percent = { field = "Billing %" } }')


def valued(value: str, currency: str = "USD") -> Contract:
    return contract(RULES, head=HEAD.replace("1000.00", value).replace("USD", currency))


BASE = valued("1.00")


@st.composite
def schedules(draw: st.DrawFn) -> tuple[str, list[Decimal]]:
    """A contract value in cents and percents with up to three digits that sum to exactly 100."""
    minor = draw(st.integers(1, 10**8))
    cuts = draw(st.lists(st.integers(1, 99_999), min_size=0, max_size=5, unique=True))
    edges = [0, *sorted(cuts), 100_000]
    shares = [Decimal(b - a).scaleb(-3) for a, b in pairwise(edges)]
    return str(Decimal(minor).scaleb(-2)), draw(st.permutations(shares))


@given(schedules(), st.data())
def test_the_drafts_of_a_percent_contract_sum_to_its_value_to_the_cent(
    schedule: tuple[str, list[Decimal]], data: st.DataObject
) -> None:
    value, shares = schedule
    rules = replace(BASE, value=usd(value))
    order = data.draw(st.permutations(range(len(shares))))
    claims: list[Claim] = []
    closed: set[int] = set()
    while len(closed) < len(shares):
        closed |= set(order[: data.draw(st.integers(len(closed) + 1, len(shares)))])
        billed = _run(rules, shares, closed, claims)
        claims += billed
        fate = data.draw(st.sampled_from(["kept", "withdrawn", "declined", "reduced"]))
        _fate(claims, fate)
    claims += _run(rules, shares, closed, claims)
    assert settled(claims, "USD") == usd(value)
    assert not _run(rules, shares, closed, claims)
    for each in claims:
        if each.ended is None and each.share is not None:
            ideal = Fraction(usd(value).minor) * Fraction(each.share) / 100
            assert abs(each.amount.minor - ideal) <= 1 + len(claims)


def _run(rules: Contract, shares: list[Decimal], closed: set[int], claims: list[Claim]) -> list[Claim]:
    """One run: every verdict is due, and what is left of it goes on a draft."""
    work = [
        epic(number + 1, closed=day(1 + number) if number in closed else None, fields={BILLING: f"{share}"})
        for number, share in enumerate(shares)
    ]
    made = []
    for verdict in judged(rules, mirror(*work), claims).values():
        if verdict.outcome != "due":
            continue
        charge = due(verdict)
        own = [each for each in claims if each.charge_key == charge.key]
        delta = charge.entitled - settled(own, "USD")
        if delta.minor > 0:
            draft = compose(rules, "k", (Piece(charge, delta, charge.share),), "", "UTC", NOW)
            line = draft.lines[0]
            assert Money.rounded(line.quantity * line.unit_price, "USD") == line.amount == draft.total
            made.append(claim(charge, NOW + timedelta(minutes=len(claims)), amount=line.amount))
    return made


def _fate(claims: list[Claim], fate: str) -> None:
    if not claims:
        return
    last = claims[-1]
    if fate in ("withdrawn", "declined") and last.ended is None:
        claims[-1] = replace(last, ended=fate)  # type: ignore[arg-type]
    elif fate == "reduced" and last.ended is None:
        claims[-1] = replace(last, waived=last.amount.times(Fraction(1, 2)))


def test_three_thirds_of_a_hundred_end_on_the_cent() -> None:
    rules = valued("100.00")
    work = [
        epic(n, closed=day(n), fields={BILLING: share})
        for n, share in ((1, "33.333"), (2, "33.333"), (3, "33.334"))
    ]
    amounts = [due(verdict).entitled for verdict in judged(rules, mirror(*work)).values()]
    assert amounts == [usd("33.33"), usd("33.34"), usd("33.33")]


def test_work_that_closes_first_is_billed_first_whatever_its_number() -> None:
    work = [epic(1, closed=day(9), fields={BILLING: "50"}), epic(2, closed=day(2), fields={BILLING: "50"})]
    verdicts = judged(valued("0.01"), mirror(*work))
    assert list(verdicts) == ["ACME-2", "ACME-1"]
    assert [due(verdict).entitled for verdict in verdicts.values()] == [usd("0.01"), usd("0.00")]


def test_more_than_the_whole_contract_is_held() -> None:
    work = [epic(1, closed=day(1), fields={BILLING: "60"}), epic(2, closed=day(2), fields={BILLING: "60"})]
    verdicts = judged(valued("1000.00"), mirror(*work))
    assert due(verdicts["ACME-1"]).entitled == usd("600.00")
    assert (verdicts["ACME-2"].outcome, verdicts["ACME-2"].code) == ("held", "schedule.beyond")
    assert "120 %" in verdicts["ACME-2"].reason
    assert verdicts["ACME-2"].hint.startswith("40 % still fit in its turn: ")


def test_a_share_raised_later_is_entitled_to_the_difference() -> None:
    rules = valued("1000.00")
    first = due(judged(rules, mirror(epic(1, closed=day(1), fields={BILLING: "10"})))["ACME-1"])
    later = judged(rules, mirror(epic(1, closed=day(1), fields={BILLING: "12.5"})), [claim(first)])["ACME-1"]
    assert due(later).entitled == usd("125.00")
    assert due(later).share == Decimal("12.5")


def test_a_declined_share_stays_as_it_was_and_still_counts_as_settled() -> None:
    rules = valued("1000.00")
    work = [epic(1, closed=day(1), fields={BILLING: "10"}), epic(2, closed=day(2), fields={BILLING: "90"})]
    first = due(judged(rules, mirror(*work))["ACME-1"])
    raised = epic(1, closed=day(1), fields={BILLING: "100"})
    verdicts = judged(rules, mirror(raised, work[1]), [claim(first, ended="declined")])
    assert due(verdicts["ACME-1"]).entitled == usd("100.00")
    assert due(verdicts["ACME-2"]).entitled == usd("900.00")


def test_a_withdrawn_claim_is_as_if_it_never_was() -> None:
    rules = valued("1000.00")
    seen = mirror(epic(1, closed=day(1), fields={BILLING: "10"}))
    first = due(judged(rules, seen)["ACME-1"])
    again = due(judged(rules, seen, [claim(first, ended="withdrawn")])["ACME-1"])
    assert again == first


def test_a_new_contract_value_prices_new_work_and_leaves_billed_work_alone() -> None:
    old, new = valued("1000.00"), valued("1200.00")
    work = [epic(1, closed=day(1), fields={BILLING: "50"}), epic(2, closed=day(2), fields={BILLING: "50"})]
    first = due(judged(old, mirror(*work))["ACME-1"])
    verdicts = judged(new, mirror(*work), [claim(first)], recorded=[old])
    assert due(verdicts["ACME-1"]).entitled == usd("500.00")
    assert due(verdicts["ACME-1"]).rule_version == old.version
    assert due(verdicts["ACME-2"]).entitled == usd("600.00")


@pytest.mark.parametrize(("currency", "value", "amount"), [("JPY", "1001", "334"), ("KWD", "1.001", "0.334")])
def test_percents_round_to_the_minor_unit_of_the_currency(currency: str, value: str, amount: str) -> None:
    verdict = judged(valued(value, currency), mirror(epic(1, closed=day(1), fields={BILLING: "33.35"})))[
        "ACME-1"
    ]
    assert due(verdict).entitled == Money.of(amount, currency)
    assert "rounded half-up" in due(verdict).arithmetic


class TestAShareThatIsLoweredAfterItsInvoiceIsSent:
    """30 % and 20 % of 1,000.00 are billed; the first comes down to 20 %."""

    RULES = valued("1000.00")

    def entitled(self, shares: list[str], billed: list[Claim]) -> list[Money]:
        work = [epic(n, closed=day(n), fields={BILLING: share}) for n, share in enumerate(shares, 1)]
        found = judged(self.RULES, mirror(*work), billed)
        return [due(found[f"ACME-{n}"]).entitled for n in range(1, len(shares) + 1)]

    def billed(self, shares: list[str]) -> list[Claim]:
        work = [epic(n, closed=day(n), fields={BILLING: share}) for n, share in enumerate(shares, 1)]
        charges = [due(each) for each in judged(self.RULES, mirror(*work)).values()]
        return [claim(charge, NOW + timedelta(minutes=n)) for n, charge in enumerate(charges)]

    def test_no_other_share_takes_back_what_is_billed_too_much(self) -> None:
        sent = self.billed(["30", "20"])
        assert self.entitled(["20", "20", "15"], sent) == [usd("200.00"), usd("200.00"), usd("150.00")]

    def test_it_is_still_told_once_the_next_share_is_billed(self) -> None:
        sent = self.billed(["30", "20", "15"])
        assert self.entitled(["20", "20", "15"], sent) == [usd("200.00"), usd("200.00"), usd("150.00")]

    def test_raised_again_all_come_to_the_percents_reached(self) -> None:
        sent = self.billed(["30", "20", "15"])
        assert self.entitled(["30", "20", "15"], sent) == [usd("300.00"), usd("200.00"), usd("150.00")]

    def test_raised_again_after_it_was_taken_off_it_bills_the_difference(self) -> None:
        first, *others = self.billed(["30", "20", "15"])
        carried = replace(first, amount=-usd("100.00"), share=Decimal(-10), recorded_at=day(20))
        claims = [first, *others, carried]
        assert self.entitled(["20", "20", "15"], claims) == [usd("200.00"), usd("200.00"), usd("150.00")]
        assert self.entitled(["30", "20", "15"], claims) == [usd("300.00"), usd("200.00"), usd("150.00")]

    def test_with_what_it_keeps_the_others_never_pass_the_whole_contract(self) -> None:
        sent = self.billed(["60", "30"])
        assert self.entitled(["40", "50"], sent) == [usd("400.00"), usd("400.00")]
        corrected = replace(sent[0], amount=-usd("200.00"), share=Decimal(-20), recorded_at=day(20))
        assert self.entitled(["40", "50"], [*sent, corrected]) == [usd("400.00"), usd("500.00")]

    def test_work_for_which_nothing_is_left_is_held(self) -> None:
        sent = self.billed(["60", "40"])
        work = [
            epic(n, closed=day(n), fields={BILLING: share}) for n, share in enumerate(["40", "40", "20"], 1)
        ]
        last = judged(self.RULES, mirror(*work), sent)["ACME-3"]
        assert (last.outcome, last.code) == ("held", "schedule.beyond")
        assert last.hint.startswith("0 % still fit in its turn: ")

    def test_on_a_draft_of_ours_it_is_free_for_the_others_at_once(self) -> None:
        drafted = [replace(each, writable=True) for each in self.billed(["60", "30"])]
        assert self.entitled(["40", "50"], drafted) == [usd("400.00"), usd("500.00")]
