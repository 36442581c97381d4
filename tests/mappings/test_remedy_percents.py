"""A percentage beyond 100 % is told the one that fits, or how its amount is agreed; done so, the work is billed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from acme import BILLING, EPICS, HEAD, claim, contract, day, due, epic, judged, milestone, mirror, usd
from hypothesis import given
from hypothesis import strategies as st
from test_remedy import found, world_of

from mappings.contract.rules import Contract
from mappings.remedy.search import Remedy
from model.work import Issue

FIELD = milestone(EPICS, '{ percent = { field = "Billing %" } }')
BY_FIELD = contract(FIELD)
ODD = contract(FIELD, head=HEAD.replace("1000.00", "1000.01"))
ORDER = """
[[change_order]]
id = "CO-1"
on = 2026-03-05
value = "{}"
when = {{ epic = "ACME-2" }}
approved_by = "Ada"
reason = "More of it"
"""


def share(number: int, percent: str) -> Issue:
    return epic(number, closed=day(number), fields={BILLING: percent})


def single(number: int, price: str) -> str:
    return milestone(f'{{ epic = "ACME-{number}" }}', price, rule=f"r{number}")


def test_what_is_left_to_100_is_named_and_bills_the_work_beside_all_others() -> None:
    work = [share(1, "60"), share(2, "70.5"), share(3, "12.5")]
    told = found(world_of(BY_FIELD, *work), "ACME-2")
    assert told == Remedy(
        (
            "set 'Billing %' to 27.5 on ACME-2, what is left to 100 % (the other 43 % would be a [[change_order]])",
        ),
        "",
    )
    before, after = (judged(BY_FIELD, mirror(*each)) for each in (work, [work[0], share(2, "27.5"), work[2]]))
    assert due(after["ACME-2"]).entitled == usd("275.00")
    assert [due(after[key]).entitled for key in ("ACME-1", "ACME-3")] == [
        due(before[key]).entitled for key in ("ACME-1", "ACME-3")
    ]


def test_where_nothing_is_left_its_amount_becomes_a_change_order() -> None:
    work = [share(1, "100"), share(2, "20")]
    told = found(world_of(BY_FIELD, *work), "ACME-2")
    assert told == Remedy(
        (
            "set 'Billing %' to 0 on ACME-2, as all 100 % are taken, and agree on a [[change_order]]"
            ' with value = "+200.00" and when = { epic = "ACME-2" }',
        ),
        "",
    )
    agreed = contract(FIELD + ORDER.format("+200.00"))
    after = judged(agreed, mirror(work[0], share(2, "0")))
    assert [due(each).entitled for each in after.values()] == [usd("1000.00"), usd("0.00"), usd("200.00")]


def edited(billed: str, mine: str) -> tuple[Contract, Contract, list[Issue]]:
    """A contract whose first work was billed with `billed` percent, and its edited file with `mine` for the second."""
    old = contract(single(1, f'{{ percent = "{billed} %" }}'))
    new = contract(single(1, '{ percent = "10 %" }') + single(2, mine))
    return old, new, [epic(1, closed=day(1)), epic(2, closed=day(2))]


@pytest.mark.parametrize(
    ("billed", "written", "amount"),
    [
        ("50", 'percent = "50 %"', "500.00"),
        ("33.33", 'percent = "66.67 %"', "666.70"),
        ("100", 'fixed = "700.00"', "700.00"),
    ],
)
def test_a_percentage_of_the_file_is_told_with_its_line_and_what_to_write(
    billed: str, written: str, amount: str
) -> None:
    old, new, work = edited(billed, '{ percent = "70 %" }')
    claims = [claim(due(judged(old, mirror(work[0]))["ACME-1"]))]
    told = found(replace(world_of(new, *work), claims=tuple(claims), recorded=known(old, new)), "ACME-2")
    (step,) = told.steps
    assert f"write price = {{ {written} }} in rule 'r2' (acme.toml:{new.milestones[1].line})" in step
    assert told.left == ""
    _, after, _ = edited(billed, f"{{ {written} }}")
    verdicts = judged(after, mirror(*work), claims, recorded=[old])
    assert due(verdicts["ACME-2"]).entitled == usd(amount)
    assert due(verdicts["ACME-1"]).entitled == claims[0].amount


def known(*rules: Contract) -> dict[str, Contract]:
    return {each.version: each for each in rules}


def test_a_rule_that_would_bill_other_work_by_less_is_not_told_to_change() -> None:
    shared = contract(milestone(EPICS, '{ percent = "40 %" }'))
    told = found(world_of(shared, *(epic(number, closed=day(number)) for number in (1, 2, 3))), "ACME-3")
    assert told.steps == ()
    assert told.left.startswith("20 % still fit in its turn: ")


def test_what_is_billed_of_the_work_itself_does_not_count_against_it() -> None:
    claims = [
        claim(each) for each in map(due, judged(BY_FIELD, mirror(share(1, "20"), share(2, "75"))).values())
    ]
    raised = world_of(BY_FIELD, share(1, "40"), share(2, "75"))
    told = found(replace(raised, claims=tuple(claims)), "ACME-1")
    assert next(iter(judged(BY_FIELD, raised.mirror, claims).values())).hint.startswith(
        "25 % still fit in its turn: "
    )
    assert told.steps[0].startswith("set 'Billing %' to 25 on ACME-1, what is left to 100 %")
    after = judged(BY_FIELD, mirror(share(1, "25"), share(2, "75")), claims)
    assert due(after["ACME-1"]).entitled == usd("250.00")


def test_what_the_client_has_of_other_work_stays_though_that_is_worth_less_now() -> None:
    sent = claim(due(judged(BY_FIELD, mirror(share(1, "80")))["ACME-1"]), writable=False)
    lowered = world_of(BY_FIELD, share(1, "10"), share(2, "95"))
    told = found(replace(lowered, claims=(sent,)), "ACME-2")
    assert told.steps[0].startswith("set 'Billing %' to 20 on ACME-2, what is left to 100 %")
    after = judged(BY_FIELD, mirror(share(1, "10"), share(2, "20")), [sent])
    assert due(after["ACME-2"]).entitled == usd("200.00")


def test_what_was_brought_forward_takes_its_percent_first() -> None:
    opening = """
[opening]
on = 2026-02-01
percent = "80 %"
billed = "800.00"
invoices = ["1001"]
"""
    rules = contract(opening + FIELD)
    told = found(world_of(rules, share(1, "25")), "ACME-1")
    assert told.steps[0].startswith("set 'Billing %' to 20 on ACME-1")
    assert told.left == ""


@given(st.lists(st.integers(1, 100), min_size=2, max_size=4), st.sets(st.integers(0, 3)))
def test_what_is_told_always_bills_the_work_and_leaves_all_other_amounts(
    percents: list[int], billed: set[int]
) -> None:
    """Whatever else is billed or due; a cent may move among what is rounded to date."""
    work = [share(number, str(percent)) for number, percent in enumerate(percents, 1)]
    claims = [
        claim(each.charge)
        for number, each in enumerate(judged(ODD, mirror(*work)).values())
        if number in billed and each.charge is not None
    ]
    world = replace(world_of(ODD, *work), claims=tuple(claims))
    before = judged(ODD, mirror(*work), claims)
    for key in (each.key for each in before.values() if each.code == "schedule.beyond"):
        told = found(world, key)
        (step,), left = told.steps, told.left
        percent = re.match(r"set 'Billing %' to ([0-9.]+) on", step)
        assert percent is not None, told
        assert left == ""
        done = [share(int(each.key[5:]), percent[1]) if each.key == key else each for each in work]
        after = judged(ODD, mirror(*done), claims)
        assert after[key].outcome == "due"
        assert (due(after[key]).entitled.minor == 0) == ("[[change_order]]" in step and percent[1] == "0")
        for other in (each for each in before.values() if each.outcome == "due"):
            assert abs(due(after[other.key]).entitled.minor - due(other).entitled.minor) <= 1
