"""What counts for the cents of the next split, and how a charge that changed is shared out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from acme import NOW, ZONE, claim, contract, day, due, epic, judged, mirror, usd
from test_split_history import BY_SHARE, FEE, KNOWN, ORDER, SHARED, TRIP, billed, fee, payer, shared

from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.progress.verdict import Verdict
from mappings.translate import translate
from model.billing import Claim

THIRDS = {"labs": "33.34", "main": "33.33", "pier": "33.33"}


def on(number: int, claims: list[Claim]) -> list[Claim]:
    """Those claims as if they were of the epic of that number."""
    return [replace(each, charge_key=f"acme|site-1/epic/1000{number}|fee") for each in claims]


def split(rules: Contract, claims: Sequence[Claim], *amounts: str) -> list[list[tuple[str, str]]]:
    """The parts of the first epics, worth so much now."""
    seen = mirror(*(fee(number, amount) for number, amount in enumerate(amounts, 1)))  # type: ignore[arg-type]
    found = judged(rules, seen, claims, recorded=KNOWN)
    return [shared(found[f"ACME-{number}"]) for number in range(1, len(amounts) + 1)]


def parts(labs: str, main: str, pier: str) -> list[tuple[str, str]]:
    return [("labs", labs), ("main", main), ("pier", pier)]


class TestChanged:
    """Two epics of 100.00 are billed in thirds, both with their odd cent to the first payer."""

    CLAIMS = (*billed(BY_SHARE, "100.00", **THIRDS), *on(2, billed(BY_SHARE, "100.00", **THIRDS)))

    def test_what_comes_on_top_evens_out_the_cents_of_all(self) -> None:
        first, _, third = split(BY_SHARE, self.CLAIMS, "110.00", "100.00", "100.00")
        assert first == parts("36.66", "36.67", "36.67")
        assert third == parts("33.34", "33.33", "33.33")

    def test_what_comes_on_top_of_a_declined_part_is_shared_by_this_work_alone(self) -> None:
        """So it stays the same whatever others are billed; for them it counts."""
        declined = [replace(self.CLAIMS[0], ended="declined"), *self.CLAIMS[1:]]
        first, _, third = split(BY_SHARE, declined, "110.00", "100.00", "100.00")
        assert first == parts("36.67", "36.67", "36.66")
        assert third == parts("33.33", "33.33", "33.34")

    def test_who_still_has_a_live_part_of_it_goes_on_with_the_others(self) -> None:
        labs, *others = self.CLAIMS
        ended, lives = (
            replace(labs, amount=usd("20.00"), ended="declined"),
            replace(labs, amount=usd("13.34")),
        )
        first, *_ = split(BY_SHARE, [ended, lives, *others], "110.00", "100.00")
        assert first == parts("36.66", "36.67", "36.67")

    def test_what_is_taken_off_is_taken_off_the_parts_of_this_work(self) -> None:
        first, _ = split(BY_SHARE, self.CLAIMS, "90.00", "100.00")
        assert first == parts("30.00", "30.00", "30.00")


def test_of_odd_cents_the_first_in_the_file_has_the_first_in_whatever_order_they_were_billed() -> None:
    claims = billed(BY_SHARE, "90.00", pier="30.00", main="30.00", labs="30.00")
    assert split(BY_SHARE, claims, "100.00") == [[("pier", "33.33"), ("main", "33.33"), ("labs", "33.34")]]


def test_shares_that_say_the_same_in_other_numbers_go_on_with_the_cents() -> None:
    doubled = contract(SHARED.replace("share = 1", "share = 2") + FEE)
    claims = billed(BY_SHARE, "100.00", **THIRDS)
    assert split(doubled, claims, "100.00", "100.00")[1] == parts("33.33", "33.34", "33.33")


def test_what_was_billed_under_rules_that_nobody_knows_counts_by_the_present_shares() -> None:
    lost = [replace(each, rule_version="lost") for each in billed(BY_SHARE, "100.00", **THIRDS)]
    assert split(BY_SHARE, lost, "100.00", "100.00")[1] == parts("33.33", "33.34", "33.33")


def test_what_is_priced_anew_does_not_count_by_the_shares_it_was_billed_by() -> None:
    before, now = (
        contract(payer("labs", f"share = {share}") + payer("main", "share = 1") + FEE) for share in (3, 1)
    )
    claims = billed(before, "100.00", labs="75.00", main="25.00")
    seen = mirror(fee(1, "100.00"), fee(2, "100.00"))  # type: ignore[arg-type]
    anew = {before.version: now, now.version: now}
    found = translate(now, RuleBook((now,)), seen, anew, claims, ZONE, NOW)
    assert shared(found[1]) == [("labs", "50.00"), ("main", "50.00")]


def test_what_another_contract_billed_to_payers_of_the_same_names_counts_for_nothing_here() -> None:
    strange = [
        replace(each, charge_key="other|site-1/epic/10009|fee")
        for each in billed(BY_SHARE, "100.00", labs="100.00")
    ]
    assert split(BY_SHARE, strange, "90.00") == [parts("30.00", "30.00", "30.00")]


@pytest.mark.parametrize("now", ["unseen", "reopened"])
def test_work_that_is_not_due_any_more_still_counts_for_the_cents_of_the_next(now: str) -> None:
    words = contract(SHARED.replace("share = 1", 'share = 1\nwhen = { label = "ours" }') + FEE)
    seen = [fee(2, "100.00", "ours")]
    if now == "reopened":
        seen.append(epic(1, closed=day(1), reopened=day(2), labels=("ours",)))
    found = judged(words, mirror(*seen), billed(words, "100.00", **THIRDS))["ACME-2"]  # type: ignore[arg-type]
    assert shared(found) == parts("33.33", "33.34", "33.33")


@pytest.mark.parametrize("kind", ["expense", "change"])
def test_every_kind_of_charge_evens_out_its_own_cents(kind: str) -> None:
    table = TRIP if kind == "expense" else ORDER
    twice = table.replace("5.00", "1.00") + table.replace("5.00", "1.00").replace(
        '"trip"', '"hotel"'
    ).replace("CO-1", "CO-2")
    found = judged(contract(SHARED + FEE + twice), mirror())
    both = [shared(each) for each in found.values() if each.charge_key.split("|")[-1].startswith(kind)]
    assert sorted(both) == [parts("0.33", "0.34", "0.33"), parts("0.34", "0.33", "0.33")]


def test_what_one_payer_has_alone_leaves_the_shares_of_the_others_alone() -> None:
    own, common = TRIP + 'payer = "main"\n', TRIP.replace('"trip"', '"hotel"').replace("5.00", "6.00")
    rules = contract(SHARED + FEE + own + common)
    first = judged(rules, mirror())
    (part,) = first["expense:trip"].parts
    found: dict[str, Verdict] = judged(rules, mirror(), [claim(part, payer="main")])
    assert shared(found["expense:trip"]) == [("main", "5.00")]
    assert shared(found["expense:hotel"]) == parts("2.00", "2.00", "2.00")
    assert due(first["expense:hotel"]).entitled == usd("6.00")
