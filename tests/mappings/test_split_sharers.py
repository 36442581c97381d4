"""Who pays for a charge that was billed already: those who were billed, and who else shares it with them."""

from __future__ import annotations

import pytest
from acme import contract, usd
from test_split_history import BY_SHARE, BY_WORDS, FEE, PLAIN, SHARED, billed, looked_at, payer, shared

from mappings.contract.rules import Contract

SHARED_BY_WORDS = contract(SHARED.replace("share = 1", 'share = 1\nwhen = { label = "ours" }') + FEE)


def test_work_with_the_words_of_two_stays_whole_with_the_one_who_was_billed_a_part() -> None:
    verdict = looked_at(BY_WORDS, billed(BY_WORDS, "30.00", labs="30.00"), "100.00", "labs", "main")
    assert shared(verdict) == [("labs", "100.00")]
    assert [notice.code for notice in verdict.notices] == ["payer.changed"]


@pytest.mark.parametrize(
    "labs", ["share = 1", 'share = 1\nwhen = { label = "labs" }'], ids=["of all work", "of its own words"]
)
def test_who_was_billed_the_whole_keeps_it_when_the_work_gets_the_words_of_a_sharer(labs: str) -> None:
    rules = contract(payer("labs", labs) + payer("main", 'share = 1\nwhen = { label = "main" }') + FEE)
    verdict = looked_at(rules, billed(rules, "70.00", labs="70.00"), "100.00", "labs", "main")
    assert shared(verdict) == [("labs", "100.00")]


def test_who_shares_all_work_shares_it_though_one_was_billed_more_than_its_share() -> None:
    verdict = looked_at(BY_SHARE, billed(BY_SHARE, "60.00", labs="60.00"), "90.00")
    assert shared(verdict) == [("labs", "60.00"), ("main", "15.00"), ("pier", "15.00")]


@pytest.mark.parametrize(
    ("had", "expected"),
    [
        ("30.01", [("labs", "30.01"), ("main", "30.00"), ("pier", "29.99")]),
        ("30.02", [("labs", "90.00")]),
        ("40.00", [("labs", "90.00")]),
    ],
)
def test_two_cents_more_than_its_third_were_no_part_of_what_all_share(
    had: str, expected: list[tuple[str, str]]
) -> None:
    """Rounding to date moves a part by less than two minor units."""
    verdict = looked_at(SHARED_BY_WORDS, billed(SHARED_BY_WORDS, "90.00", labs=had), "90.00", "ours")
    assert shared(verdict) == expected


def test_two_thirds_are_a_part_of_what_is_shared_two_to_one() -> None:
    words = '\nwhen = { label = "ours" }'
    rules = contract(payer("labs", f"share = 2{words}") + payer("main", f"share = 1{words}") + FEE)
    verdict = looked_at(rules, billed(rules, "90.00", labs="60.00"), "90.00", "ours")
    assert shared(verdict) == [("labs", "60.00"), ("main", "30.00")]


def test_one_who_had_what_is_anothers_is_enough_for_all_to_keep_it_among_them() -> None:
    claims = billed(SHARED_BY_WORDS, "80.00", labs="70.00", main="10.00")
    verdict = looked_at(SHARED_BY_WORDS, claims, "100.00", "ours")
    assert [name for name, _ in shared(verdict)] == ["labs", "main"]
    assert sum((part.entitled.minor for part in verdict.parts), 0) == usd("100.00").minor


def test_what_the_client_was_billed_alone_stays_with_it_when_the_file_names_payers() -> None:
    verdict = looked_at(BY_SHARE, billed(PLAIN, "70.00", client="70.00"), "100.00")
    assert (shared(verdict), verdict.notices) == ([("client", "100.00")], ())


@pytest.mark.parametrize("by", [BY_WORDS, PLAIN], ids=["known", "forgotten"])
@pytest.mark.parametrize(
    "had", [{"labs": "70.00"}, {"client": "40.00", "labs": "30.00"}], ids=["alone", "two"]
)
def test_nobody_else_is_billed_the_difference_in_the_place_of_one_who_left(
    had: dict[str, str], by: Contract
) -> None:
    verdict = looked_at(PLAIN, billed(by, "70.00", **had), "100.00")
    assert shared(verdict) == list(had.items())
    assert [notice.code for notice in verdict.notices] == ["payer.left"]


def test_where_the_file_never_named_payers_nothing_is_shared() -> None:
    assert looked_at(PLAIN, [], "70.00").parts == ()
    assert looked_at(PLAIN, billed(PLAIN, "70.00", client="70.00"), "100.00").parts == ()
