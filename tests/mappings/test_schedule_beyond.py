"""Percents at the edge of the whole: what is billed beyond its worth, given back or priced anew, and what is left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from acme import HEAD, contract, usd
from test_schedule_pools import NEW, OLD, RULES, billed, key, part, settled

from mappings.money.schedule import Schedule
from model.billing import Claim

KNOWN = {OLD.version: OLD, NEW.version: NEW}


def amounts(*parts: tuple[str, str | None], sent: bool = True) -> list[str | None]:
    """What each part of 1,000.00 may bill: by its share now, and the share that it was billed with, if it was."""
    claims = [
        None
        if before is None
        else billed(number, before, str(10 * Decimal(before)), OLD.version, writable=not sent)
        for number, (_, before) in enumerate(parts, 1)
    ]
    made = [
        part(number, share, "1000.00", *([each] if each else []))
        for number, ((share, _), each) in enumerate(zip(parts, claims, strict=True), 1)
    ]
    found = settled(OLD, made, [each for each in claims if each], KNOWN)
    return [None if each.amount is None else str(each.amount.decimal) for each in found]


def test_a_draft_that_shrinks_makes_room_for_one_that_closed_before_it() -> None:
    assert amounts(("60", "50"), ("40", "50"), sent=False) == ["600.00", "400.00"]


def test_a_charge_priced_anew_takes_the_cent_in_its_place_of_the_order() -> None:
    tiny = contract(RULES, head=HEAD.replace("1000.00", "0.01"))
    once = billed(2, "50", "500.00", OLD.version)
    found = settled(tiny, [part(1, "50", "0.01"), part(2, "50", "0.01", once)], [once], {OLD.version: tiny})
    assert [each.amount for each in found] == [usd("0.01"), usd("0.00")]


def test_what_was_billed_at_a_price_without_percents_takes_none_of_a_share() -> None:
    fixed = billed(1, None, "500.00", OLD.version)
    (found,) = settled(OLD, [part(2, "10", "1000.00")], [fixed], KNOWN)
    assert found.amount == usd("100.00")


def test_a_draft_that_was_taken_back_whole_leaves_its_percents_to_others() -> None:
    found = Schedule(OLD, {key(1): ()}, KNOWN).settle([part(2, "100", "1000.00")])
    assert found[key(2)].amount == usd("1000.00")


@pytest.mark.parametrize(
    ("wanted", "amount"),
    [("40.5", "400.00"), ("41", "400.00"), ("60", "400.00"), ("60.5", None)],
    ids=["a little more", "a percent more", "all of it", "more than the whole"],
)
def test_what_one_share_has_beyond_its_worth_another_gets_as_far_as_the_whole_goes(
    wanted: str, amount: str | None
) -> None:
    """60 % are sent and lowered to 40 %: the other's share fits the whole, but for what the client holds too much."""
    assert amounts(("40", "60"), (wanted, None)) == ["400.00", amount]


def test_half_a_percent_that_is_left_is_billed() -> None:
    assert amounts(("40", "60"), ("39.5", "39.5"), ("10", None)) == ["400.00", "395.00", "5.00"]


def test_a_share_that_grows_takes_nothing_off_what_another_has_beyond_its_worth() -> None:
    assert amounts(("40", "60"), ("20", "10"), ("40", None)) == ["400.00", "200.00", "200.00"]


def test_shares_that_pass_the_whole_by_a_percent_are_held_and_not_cut() -> None:
    assert amounts(("50.5", None), ("50.5", None)) == ["505.00", None]


def test_a_share_lowered_so_that_all_billed_comes_to_the_whole_is_worth_less() -> None:
    assert amounts(("40", "60"), ("60", "60")) == ["400.00", "600.00"]


def test_a_share_priced_anew_gets_what_another_leaves_of_the_whole() -> None:
    """Of 1,200.00 60 % are sent and lowered to 40 %; 30 % of the former value grow to 50 % and are priced anew."""
    sent, before = billed(1, "60", "720.00", NEW.version), billed(2, "30", "300.00", OLD.version)
    parts = [part(1, "40", "1200.00", sent), part(2, "50", "1200.00", before)]
    found = settled(NEW, parts, [sent, before], {OLD.version: NEW, NEW.version: NEW})
    assert [each.amount for each in found] == [usd("480.00"), usd("480.00")]


def test_what_still_fits_counts_the_percents_of_every_value_and_not_its_own() -> None:
    """30 % of a former value, 20 % of the present one, and 10 % of its own are billed: it may have 50 % in all."""
    claims = [
        billed(1, "30", "300.00", OLD.version),
        billed(2, "20", "240.00", NEW.version),
        billed(3, "10", "120.00", NEW.version),
    ]
    known = {each.version: each for each in (OLD, NEW)}
    schedule = Schedule(NEW, {each.charge_key: [each] for each in claims}, known)
    found = schedule.settle([part(3, "60", "1200.00", claims[2])])[key(3)]
    assert (found.amount, found.left) == (None, 50)


def test_a_final_share_after_more_than_the_whole_says_how_much_is_billed() -> None:
    others: list[Claim] = [billed(number, "60", "600.00", OLD.version) for number in (2, 3)]
    last = replace(part(1, "10", "1000.00"), final=True)
    found = Schedule(OLD, {each.charge_key: [each] for each in others}, KNOWN).settle([last])[key(1)]
    assert (found.amount, found.share, found.left) == (None, None, 0)
    assert found.arithmetic == "to 100 %, the final share; 120 % of the contract would be billed"
