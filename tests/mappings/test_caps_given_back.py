"""Work that is worth less than it was billed with makes room under a cap in the same run, if it can give it back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from acme import EPICS, HEAD, NOW, claim, contract, due, fee, judged, milestone, mirror, usd

from mappings.contract.rules import Contract
from mappings.money.ceiling import under_ceiling
from model.billing import Claim

PRICE = '{ amount = { field = "Amount" } }'
OF_RULE = contract(milestone(EPICS, PRICE.replace(" } }", ' }, cap = "800.00" }')))
OF_CONTRACT = contract(milestone(EPICS, PRICE), head=f'{HEAD}cap = "800.00"\n')


def billed(rules: Contract, number: int, amount: str, *, draft: bool) -> Claim:
    charge = due(judged(rules, mirror(fee(number, amount)))[f"ACME-{number}"])
    return claim(charge, NOW, amount=usd(amount), writable=draft)


@pytest.mark.parametrize("rules", [OF_RULE, OF_CONTRACT], ids=["of a rule", "of the contract"])
@pytest.mark.parametrize("closed", [1, 9], ids=["before", "after"])
@pytest.mark.parametrize(
    ("sent", "drafted", "left"),
    [("0.00", "700.00", "500.00"), ("700.00", "0.00", "100.00"), ("400.00", "300.00", "400.00")],
    ids=["a draft", "an invoice", "both"],
)
def test_work_billed_with_700_and_worth_300_now_leaves_the_rest_to_the_next(
    rules: Contract, closed: int, sent: str, drafted: str, left: str
) -> None:
    amounts = ((sent, False), (drafted, True))
    claims = [billed(rules, 1, amount, draft=draft) for amount, draft in amounts if usd(amount)]
    found = judged(rules, mirror(fee(1, "300.00", closed), fee(2, "600.00", 5)), claims)
    assert [due(found[key]).entitled for key in ("ACME-1", "ACME-2")] == [usd("300.00"), usd(left)]


def test_what_is_sent_twice_stays_as_both_together() -> None:
    claims = [billed(OF_CONTRACT, 1, amount, draft=False) for amount in ("300.00", "400.00")]
    for rules in (OF_RULE, OF_CONTRACT):
        known = [replace(each, rule_version=rules.version) for each in claims]
        found = judged(rules, mirror(fee(1, "300.00"), fee(2, "600.00")), known)
        assert due(found["ACME-2"]).entitled == usd("100.00")


@pytest.mark.parametrize("rules", [OF_RULE, OF_CONTRACT], ids=["of a rule", "of the contract"])
def test_the_cap_that_is_named_counts_what_stays_billed_and_each_work_s_own_bill_once(
    rules: Contract,
) -> None:
    """700 stays of what is worth 300 now, 50 of the second's 200 are billed; 900 hold what the first two want."""
    claims = [billed(rules, 1, "700.00", draft=False), billed(rules, 2, "50.00", draft=False)]
    work = mirror(fee(1, "300.00"), fee(2, "200.00"), fee(3, "90.00"))
    found = judged(rules, work, claims)
    (second,) = (each for each in found["ACME-2"].notices if each.code == "cap.reached")
    third = found["ACME-3"]
    assert [each.hint.split(" lets")[0] for each in (second, third)] == [
        "agree on a higher cap (900.00 USD",
        "agree on a higher cap (990.00 USD",
    ]


@pytest.mark.parametrize(("kind", "left"), [("change", "500.00"), ("late", "500.00"), ("fee", "100.00")])
def test_what_a_change_order_takes_off_is_billed_as_it_is(kind: str, left: str) -> None:
    """Its reduction is a line itself; a fee that the client holds only proposes a credit."""
    first, second = judged(OF_CONTRACT, mirror(fee(1, "300.00"), fee(2, "600.00"))).values()
    own = replace(due(first), kind=kind)  # type: ignore[arg-type]
    seen = replace(first, charge=own), replace(second, charge=replace(due(second), entitled=usd("600.00")))
    sent = billed(OF_CONTRACT, 1, "700.00", draft=False)
    found = list(under_ceiling(OF_CONTRACT, seen, [sent]))
    assert [due(each).entitled for each in found] == [usd("300.00"), usd(left)]


@pytest.mark.parametrize(("ended", "left"), [("declined", "823.00"), (None, "830.00")])
def test_what_is_left_of_a_change_order_that_finance_ended_makes_no_room(
    ended: str | None, left: str
) -> None:
    """23.00 of the 30.00 that it takes off were on a document that finance voided: the rest waits for a person."""
    uncapped = contract(milestone(EPICS, PRICE))
    first, second = judged(uncapped, mirror(fee(1, "30.00"), fee(2, "900.00"))).values()
    order = replace(due(first), kind="change", entitled=-usd("30.00"))
    taken_off = claim(order, amount=-usd("23.00"), ended=ended)
    found = list(under_ceiling(OF_CONTRACT, (replace(first, charge=order), second), [taken_off]))
    assert due(found[1]).entitled == usd(left)
