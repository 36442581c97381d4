"""The cap of a contract and those of its rules, word for word: what is held, why, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from acme import (
    EPICS,
    HEAD,
    NOW,
    POINTS,
    SPRINTS,
    claim,
    contract,
    day,
    due,
    epic,
    fee,
    issue,
    judged,
    milestone,
    mirror,
    sprint,
    usd,
)

from mappings.contract.rules import Contract
from mappings.money.cap import Capped, Caps, Part
from mappings.progress.verdict import Rest
from model.billing import Claim
from model.finding import Finding


def hint(enough: str) -> str:
    return f"agree on a higher cap ({enough} USD lets all of it go), or bill the rest by hand"


def capped(cap: str, rule_cap: str = "") -> Contract:
    price = '{ amount = { field = "Amount" }' + (f', cap = "{rule_cap}"' if rule_cap else "") + " }"
    return contract(milestone(EPICS, price), head=f'{HEAD}cap = "{cap}"\n')


def reason(cap: str, used: str, left: str) -> str:
    return f"not to exceed {cap} USD in this contract: {used} USD before it leaves {left} USD"


def test_the_fee_that_crosses_the_contract_s_cap_is_cut_and_the_next_one_waits() -> None:
    found = judged(capped("1000.00"), mirror(fee(1, "600.00"), fee(2, "500.01"), fee(3, "10.00"), epic(4)))
    cut, charge = found["ACME-2"], due(found["ACME-2"])
    why = reason("1,000.00", "600.00", "400.00")
    assert (charge.entitled, charge.quantity, charge.unit_price) == (usd("400.00"), 1, Decimal("400.00"))
    alone = due(judged(capped("9000.00"), mirror(fee(2, "500.01")))["ACME-2"])
    assert charge.arithmetic == f"{alone.arithmetic}; {why}"
    assert (cut.amount, cut.rest) == (usd("400.00"), Rest(usd("100.01"), why))
    told = f"100.01 USD of 500.01 USD is held: {why}"
    assert cut.notices == (
        Finding("cap.reached", cut.title, told, hint("1,100.01"), "finance", f"{charge.key}|contract"),
    )
    held = found["ACME-3"]
    assert (held.outcome, held.code, held.charge, held.amount) == ("held", "cap.reached", None, usd("10.00"))
    assert (held.reason, held.hint) == (reason("1,000.00", "1,000.00", "0.00"), hint("1,110.01"))
    assert held.owner == "finance"
    (used,) = found["ACME-1"].notices
    assert (used.code, used.subject, used.ref) == ("cap.used", "acme", "acme|cap")


def test_what_two_caps_hold_is_said_as_one_rest() -> None:
    rules = capped("700.00", rule_cap="800.00")
    found = judged(rules, mirror(fee(1, "600.00"), fee(2, "500.01")))
    assert due(found["ACME-2"]).entitled == usd("100.00")
    assert found["ACME-2"].rest == Rest(usd("400.01"), reason("700.00", "600.00", "100.00"))
    all_held = judged(capped("600.00", rule_cap="800.00"), mirror(fee(1, "600.00"), fee(2, "500.01")))[
        "ACME-2"
    ]
    assert (all_held.outcome, all_held.charge, all_held.rest) == ("held", None, None)


def test_what_is_billed_uses_the_contract_s_cap_up_before_what_closed_earlier() -> None:
    rules = capped("1000.00")
    billed = claim(due(judged(rules, mirror(fee(5, "700.00")))["ACME-5"]))
    found = judged(rules, mirror(fee(1, "600.00"), fee(5, "700.00")), [billed])
    assert [due(found[key]).entitled for key in ("ACME-1", "ACME-5")] == [usd("300.00"), usd("700.00")]
    lowered = judged(capped("500.00"), mirror(fee(5, "900.00")), [billed], recorded=[rules])["ACME-5"]
    assert due(lowered).entitled == usd("700.00")


def test_what_a_charge_has_billed_itself_is_not_counted_against_it() -> None:
    rules = capped("1000.00")
    billed = claim(due(judged(rules, mirror(fee(5, "700.00")))["ACME-5"]))
    assert due(judged(rules, mirror(fee(5, "900.00")), [billed])["ACME-5"]).entitled == usd("900.00")


def test_a_price_by_the_point_that_is_cut_is_one_times_what_is_left() -> None:
    rules = contract(milestone(SPRINTS, '{ per_point = "100.00" }'), head=f'{HEAD}cap = "250.00"\n')
    story = issue(2, closed=day(3), sprints=["1"], fields={POINTS: "3"})
    charge = due(judged(rules, mirror(sprint(1, start=day(1), completed=day(9)), story))["sprint-1"])
    assert (charge.entitled, charge.quantity, charge.unit_price) == (usd("250.00"), 1, Decimal("250.00"))


def test_of_work_closed_at_one_moment_the_earlier_made_comes_first() -> None:
    found = judged(capped("600.00"), mirror(fee(10, "600.00", 9), fee(2, "600.00", 9)))
    assert (found["ACME-2"].outcome, found["ACME-10"].outcome) == ("due", "held")


class TestRule:
    """The cap of one rule."""

    RULES = contract(milestone(EPICS, '{ amount = { field = "Amount" }, cap = "1000.00" }'))

    def claimed(self, number: int, amount: str, rule: str = "work") -> Claim:
        charge = due(judged(self.RULES, mirror(fee(number, amount)))[f"ACME-{number}"])
        return claim(charge, NOW, rule=rule)

    def settle(self, cap: str, amount: str, *claims: Claim) -> Capped:
        rule = self.RULES.milestones[0]
        rules = replace(self.RULES, milestones=(replace(rule, adjust=replace(rule.adjust, cap=usd(cap))),))
        part = Part(self.claimed(1, "1.00").charge_key, rule, usd(amount), day(1))
        return Caps(rules, claims).settle([part])[part.charge_key]

    def test_a_lowered_cap_leaves_what_the_charge_has_and_holds_the_rest(self) -> None:
        claims = self.claimed(1, "300.00"), self.claimed(1, "200.00"), self.claimed(2, "400.00")
        found = self.settle("100.00", "600.00", *claims)
        assert (found.amount, found.held, found.enough) == (usd("500.00"), usd("100.00"), usd("1000.00"))
        assert found.reason == (
            "not to exceed 100.00 USD for all work of rule 'work': 400.00 USD before it leaves 500.00 USD"
        )

    def test_a_bill_of_a_former_rule_stays_though_this_rule_has_no_room(self) -> None:
        found = self.settle(
            "500.00", "900.00", self.claimed(1, "300.00", "former"), self.claimed(2, "400.00")
        )
        assert (found.amount, found.held, found.enough) == (usd("300.00"), usd("600.00"), usd("1300.00"))

    def test_nothing_is_said_while_nothing_is_held(self) -> None:
        found = self.settle("1000.00", "600.00")
        assert (found.held, found.reason, found.notices) == (usd("0.00"), "", ())

    @pytest.mark.parametrize(
        ("used", "level", "hint"),
        [
            ("750.00", 75, "agree on a higher cap before the work goes on"),
            ("900.00", 90, "agree on a higher cap before the work goes on"),
            ("1000.00", 100, "agree on a higher cap"),
        ],
    )
    def test_a_cap_that_comes_near_says_what_to_do(self, used: str, level: int, hint: str) -> None:
        (notice,) = self.settle("1000.00", used).notices
        assert notice == Finding(
            "cap.used",
            "acme: rule 'work'",
            f"{level} % of the cap is reached: {usd(used)} of 1,000.00 USD",
            hint,
            "finance",
            "acme|cap|work",
        )
