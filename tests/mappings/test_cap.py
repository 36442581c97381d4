"""A cap is never passed, whatever the order of events; what crosses it is split to the cent and held in sight."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from acme import (
    AMOUNT,
    EPICS,
    HEAD,
    NOW,
    ZONE,
    claim,
    contract,
    day,
    due,
    epic,
    fee,
    judged,
    milestone,
    mirror,
    usd,
)
from hypothesis import given
from hypothesis import strategies as st

from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.explain import explain
from mappings.progress.claimed import settled
from mappings.progress.verdict import Verdict
from mappings.translate import translate
from model.billing import Claim
from model.money import Money


def capped(cap: str, currency: str = "USD") -> Contract:
    head = HEAD.replace("USD", currency).replace('"1000.00"', '"1000"')
    return contract(milestone(EPICS, '{ amount = { field = "Amount" }, cap = "' + cap + '" }'), head=head)


def dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def codes(verdict: Verdict) -> set[str]:
    return {notice.code for notice in verdict.notices}


def test_the_fee_that_crosses_the_cap_is_split_to_the_cent_and_the_rest_is_held() -> None:
    seen = mirror(fee(1, "600.00"), fee(2, "500.01"), fee(3, "10.00"))
    verdicts = judged(capped("1000.00"), seen)
    assert due(verdicts["ACME-1"]).entitled == usd("600.00")
    crossing = verdicts["ACME-2"]
    assert due(crossing).entitled == usd("400.00")
    assert crossing.rest is not None
    assert crossing.rest.amount == usd("100.01")
    assert "not to exceed 1,000.00 USD" in due(crossing).arithmetic
    assert "cap.reached" in codes(crossing)
    held = verdicts["ACME-3"]
    assert (held.outcome, held.code, held.amount) == ("held", "cap.reached", usd("10.00"))
    assert explain(held, ()).change == (
        "agree on a higher cap (1,110.01 USD lets all of it go), or bill the rest by hand"
    )


@given(
    st.lists(st.integers(1, 90_000), min_size=1, max_size=6),
    st.integers(1, 200_000),
    st.integers(0, 5),
)
def test_the_cap_that_is_named_lets_all_of_it_go_and_a_cent_less_does_not(
    amounts: list[int], cap: int, which: int
) -> None:
    seen = mirror(*(fee(number, dollars(cents)) for number, cents in enumerate(amounts, 1)))
    key = f"ACME-{which % len(amounts) + 1}"
    told = [
        re.search(r"\(([0-9,.]+) USD lets", each.hint)
        for verdict in (judged(capped(dollars(cap)), seen)[key],)
        for each in (verdict, *verdict.notices)
        if each.hint and "lets all" in each.hint
    ]
    if not told:
        return
    enough = int(told[0][1].replace(",", "").replace(".", ""))
    for cents, whole in ((enough, True), (enough - 1, False)):
        verdict = judged(capped(dollars(cents)), seen)[key]
        assert (verdict.outcome == "due" and verdict.rest is None) == whole


def test_what_is_settled_counts_before_what_was_closed_earlier() -> None:
    rules = capped("1000.00")
    billed = claim(due(judged(rules, mirror(fee(5, "700.00")))["ACME-5"]))
    verdicts = judged(rules, mirror(fee(1, "600.00"), fee(5, "700.00")), [billed])
    assert due(verdicts["ACME-1"]).entitled == usd("300.00")
    assert due(verdicts["ACME-5"]).entitled == usd("700.00")


def test_work_that_was_closed_first_comes_first_whatever_its_number() -> None:
    verdicts = judged(capped("1000.00"), mirror(fee(1, "600.00", 9), fee(2, "600.00", 3)))
    assert due(verdicts["ACME-2"]).entitled == usd("600.00")
    assert due(verdicts["ACME-1"]).entitled == usd("400.00")


def test_a_claim_counts_for_its_rule_though_the_rule_reaches_its_work_no_longer() -> None:
    rules = contract(
        milestone(
            '{ epics = { project = "ACME", label = "billable" } }',
            '{ amount = { field = "Amount" }, cap = "1000.00" }',
        )
    )
    labelled = [replace(fee(number, "700.00"), labels=("billable",)) for number in (1, 2)]
    billed = claim(due(judged(rules, mirror(*labelled))["ACME-1"]))
    verdicts = judged(rules, mirror(fee(1, "700.00"), labelled[1]), [billed])
    assert verdicts["ACME-1"].code == "rule.none"
    assert due(verdicts["ACME-2"]).entitled == usd("300.00")


def test_caps_of_two_rules_do_not_touch_each_other() -> None:
    price = '{ amount = { field = "Amount" }, cap = "1000.00" }'
    rules = contract(
        milestone('{ epic = "ACME-1" }', price, rule="a") + milestone('{ epic = "ACME-2" }', price, rule="b")
    )
    verdicts = judged(rules, mirror(fee(1, "900.00"), fee(2, "900.00")))
    assert [due(verdict).entitled for verdict in verdicts.values()] == [usd("900.00")] * 2


def test_a_higher_cap_lets_go_what_was_held_and_a_lower_one_takes_nothing_back() -> None:
    old, work = capped("1000.00"), mirror(fee(1, "1500.00"))
    billed = claim(due(judged(old, work)["ACME-1"]))
    higher = judged(capped("1400.00"), work, [billed], recorded=[old])["ACME-1"]
    assert (due(higher).entitled, due(higher).rule_version) == (usd("1400.00"), old.version)
    lower = judged(capped("10.00"), work, [billed], recorded=[old])["ACME-1"]
    assert due(lower).entitled == usd("1000.00")


@pytest.mark.parametrize(
    ("used", "level"), [("749.99", None), ("750.00", 75), ("900.00", 90), ("999.99", 90), ("1000.00", 100)]
)
def test_a_finding_says_how_far_the_cap_is_used(used: str, level: int | None) -> None:
    verdict = judged(capped("1000.00"), mirror(fee(1, used)))["ACME-1"]
    said = [notice for notice in verdict.notices if notice.code == "cap.used"]
    assert [notice.reason.split(" %")[0] for notice in said] == ([str(level)] if level else [])
    assert all((notice.ref, notice.owner) == ("acme|cap|work", "finance") for notice in said)


def test_the_finding_is_said_once_for_a_rule_however_much_work_it_has() -> None:
    verdicts = judged(capped("1000.00"), mirror(*(fee(number, "300.00") for number in range(1, 6))))
    said = [
        notice for verdict in verdicts.values() for notice in verdict.notices if notice.code == "cap.used"
    ]
    assert [notice.reason for notice in said] == ["100 % of the cap is reached: 1,000.00 USD of 1,000.00 USD"]


def test_what_is_on_its_way_counts_before_work_that_was_closed_earlier() -> None:
    rules = capped("1000.00")
    late = mirror(fee(5, "700.00"))
    waiting = claim(due(judged(rules, late)["ACME-5"]), rule="", rule_version="", open_intent=True)
    for seen, amounts in (
        (mirror(fee(1, "600.00"), fee(5, "700.00")), {"ACME-1": "300.00", "ACME-5": "700.00"}),
        (mirror(fee(1, "600.00"), epic(5, fields={AMOUNT: "700.00"})), {"ACME-1": "300.00"}),
    ):
        verdicts = translate(rules, RuleBook((rules,)), seen, {}, (), ZONE, NOW, (waiting,))
        assert {each.key: due(each).entitled for each in verdicts if each.outcome == "due"} == {
            key: usd(amount) for key, amount in amounts.items()
        }


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, int, list[list[int]], list[int]]:
    """A currency, a cap in minor units, the amounts of each epic run by run, and the order of closing."""
    currency = draw(st.sampled_from(["JPY", "USD", "KWD"]))
    epics = draw(st.integers(1, 5))
    runs = draw(
        st.lists(st.lists(st.integers(0, 5000), min_size=epics, max_size=epics), min_size=1, max_size=4)
    )
    return currency, draw(st.integers(1, 12_000)), runs, draw(st.permutations(range(1, epics + 1)))


@given(histories(), st.data())
def test_no_order_of_events_bills_more_than_the_cap_and_split_parts_sum_to_the_whole(
    history: tuple[str, int, list[list[int]], list[int]], data: st.DataObject
) -> None:
    currency, cap, runs, order = history
    rules = BASES[currency]
    rule = rules.milestones[0]
    rules = replace(rules, milestones=(replace(rule, adjust=replace(rule.adjust, cap=Money(cap, currency))),))
    claims: list[Claim] = []
    for amounts in runs:
        closed = data.draw(st.sets(st.sampled_from(order)))
        work = [
            epic(number, closed=day(at + 1), fields={AMOUNT: f"{Money(amount, currency).decimal:f}"})
            for at, (number, amount) in enumerate(zip(order, amounts, strict=True))
            if number in closed
        ]
        for verdict in judged(rules, mirror(*work), claims).values():
            claims += _billed(verdict, claims)
        used = settled(claims, currency)
        assert used.minor <= cap
        fate = data.draw(st.sampled_from(["kept", "withdrawn", "declined"]))
        if claims and fate != "kept" and claims[-1].ended is None:
            claims[-1] = replace(claims[-1], ended=fate)  # type: ignore[arg-type]


BASES = {currency: capped("1", currency) for currency in ("JPY", "USD", "KWD")}


def _billed(verdict: Verdict, claims: list[Claim]) -> list[Claim]:
    """What one run bills of a verdict; what it holds of it must be the rest of the whole, to the minor unit."""
    if verdict.outcome != "due":
        return []
    charge = due(verdict)
    own = settled([each for each in claims if each.charge_key == charge.key], charge.entitled.currency)
    if verdict.rest is not None:
        whole = charge.arithmetic.split(" says ")[1].split(";")[0]
        assert str(charge.entitled + verdict.rest.amount) == whole
    delta = charge.entitled - own
    at = NOW + timedelta(minutes=len(claims))
    return [claim(charge, at, amount=delta)] if delta.minor > 0 else []
