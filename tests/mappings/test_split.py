"""Sharing among payers: whatever is billed, each has its share of the whole to date, and the parts are the whole."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from acme import AMOUNT, BILLING, EPICS, claim, contract, day, epic, judged, milestone, mirror
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.contract.rules import Contract
from mappings.money.split import _Pool
from model.billing import Claim
from model.money import Money, allocate_to_date

EXAMPLES = int(os.environ.get("MILEPOST_EXAMPLES", "200"))  # of each property; long runs take 20,000
weights = st.lists(st.integers(1, 1000), min_size=1, max_size=6)


def payers(shares: list[int]) -> str:
    return "".join(
        f'[[payer]]\nname = "p{number}"\nclient = "Client {number}"\nshare = {share}\n'
        for number, share in enumerate(shares)
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(shares=weights, bills=st.lists(st.integers(1, 10**7), min_size=1, max_size=30))
def test_parts_sum_to_each_bill_and_stay_within_a_cent_of_the_share_to_date(
    shares: list[int], bills: list[int]
) -> None:
    sharing = contract(payers(shares) + milestone(EPICS, '{ fixed = "1.00" }')).payers
    pool, had = _Pool(), dict.fromkeys((payer.name for payer in sharing), 0)
    for bill in bills:
        parts = pool.next(sharing, Money(bill, "USD"))
        assert sum(part.minor for part in parts.values()) == bill
        assert all(part.minor >= 0 for part in parts.values()), "a bill of less than nothing"
        for name, part in parts.items():
            had[name] += part.minor
        for payer, share in zip(sharing, shares, strict=True):
            ideal = Fraction(sum(had.values()) * share, sum(shares))
            assert abs(had[payer.name] - ideal) < 2


def test_thirds_of_a_hundred_over_120_bills_stay_within_a_cent() -> None:
    sharing = contract(payers([1, 1, 1]) + milestone(EPICS, '{ fixed = "1.00" }')).payers
    pool, had = _Pool(), [0, 0, 0]
    for number in range(1, 121):
        parts = pool.next(sharing, Money(100_00, "USD"))
        had = [sum_ + part.minor for sum_, part in zip(had, parts.values(), strict=True)]
        assert all(abs(sum_ - Fraction(number * 100_00, 3)) < 1 for sum_ in had)
    assert had == [400_000, 400_000, 400_000]


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    shares=weights,
    amount=st.integers(-(10**7), 10**7),
    drift=st.lists(st.fractions(-3, 3), min_size=6, max_size=6),
)
def test_what_is_due_is_shared_out_exactly_whatever_each_had_before(
    shares: list[int], amount: int, drift: list[Fraction]
) -> None:
    due = [Fraction(amount * share, sum(shares)) for share in shares]
    moved = drift[: len(due)]
    due = [each + step - sum(moved) / len(moved) for each, step in zip(due, moved, strict=True)]
    parts = allocate_to_date(Money(amount, "USD"), due)
    assert sum(part.minor for part in parts) == amount
    assert all(part.minor * (1 if amount >= 0 else -1) >= 0 for part in parts)


def test_an_epic_goes_to_the_payer_whose_words_it_has() -> None:
    rules = contract(
        '[[payer]]\nname = "labs"\nclient = "Labs"\nwhen = { label = "labs" }\n'
        '[[payer]]\nname = "main"\nclient = "Main"\nwhen = { "Billing %" = 10 }\n'
        + milestone(EPICS, '{ fixed = "70.00" }')
    )
    for labels, fields, expected in (
        (("labs",), {}, ["labs"]),
        ((), {BILLING: "10.0"}, ["main"]),
        (("labs",), {BILLING: "10"}, "payer.tie"),
        ((), {}, "payer.none"),
    ):
        (verdict,) = judged(rules, mirror(epic(1, closed=day(3), labels=labels, fields=fields))).values()
        found = [part.payer for part in verdict.parts] if verdict.charge else verdict.code
        assert found == expected


def test_a_part_says_what_it_is_part_of_and_the_share_of_the_contract_is_counted_once() -> None:
    rules = contract(payers([2, 1]) + milestone(EPICS, '{ percent = "10 %" }'))
    (verdict,) = judged(rules, mirror(epic(1, closed=day(3)))).values()
    assert [(part.payer, str(part.entitled.decimal), part.share) for part in verdict.parts] == [
        ("p0", "66.67", 10),
        ("p1", "33.33", 0),
    ]
    assert verdict.parts[1].arithmetic == "10 % of 1,000.00 USD = 100.00 USD; p1 pays 33.33 USD"
    assert rules.payer("p1").client == "Client 1"


DEPOSIT = '[deposit]\namount = "100.01"\nitem = "Advances"\n'
VERSIONS = [
    contract(DEPOSIT + payers(shares) + milestone(EPICS, '{ amount = { field = "Amount" } }'))
    for shares in ([1, 1, 1], [3, 1, 2])
]


def _bill(rules: Contract, number: int, minor: int, claims: list[Claim]) -> list[Claim]:
    """What the due charges add to the claims when the epic of that number has closed, too."""
    amount = str(Money(minor, "USD").decimal)
    seen = mirror(epic(number, closed=day(1) + timedelta(hours=number), fields={AMOUNT: amount}))
    return [
        replace(claim(part, payer=part.payer, amount=part.entitled), recorded_at=part.due_at)
        for verdict in judged(rules, seen, claims, recorded=VERSIONS).values()
        for part in verdict.parts
        if not any(each.charge_key == part.key and each.payer == part.payer for each in claims)
    ]


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(
    bills=st.lists(
        st.tuples(
            st.integers(1, 10**6), st.integers(0, 1), st.none() | st.integers(0, 2), st.integers(0, 500)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_shares_to_date_stay_within_a_cent_under_deposits_draws_declines_and_new_shares(
    bills: list[tuple[int, int, int | None, int]],
) -> None:
    """Each bill: its amount, the version of the shares, whose part finance declines, what one payer draws on it."""
    claims: list[Claim] = []
    for number, (minor, version, declined, drawn) in enumerate(bills, 1):
        for each in _bill(VERSIONS[version], number, minor, claims):
            claims.append(replace(each, ended="declined") if each.payer == f"p{declined}" else each)
            riding = replace(
                each, charge_key=each.charge_key.replace("|fee", "|draw"), amount=Money(-drawn, "USD")
            )
            claims += [riding] if each.payer == "p0" and drawn else []
    for rules in VERSIONS:
        had: defaultdict[str, int] = defaultdict(int)
        for each in claims:
            if each.rule_version == rules.version and each.charge_key.endswith("|fee"):
                had[each.payer] += each.amount.minor
        for payer in rules.payers:
            ideal = sum(had.values()) * Fraction(payer.share or 0) / 6 * (2 if rules is VERSIONS[0] else 1)
            assert abs(had[payer.name] - ideal) < 1
