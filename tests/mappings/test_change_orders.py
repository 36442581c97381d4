"""Change orders: charges of their own or upon what remains, only ever added, and what the contract then stands at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from acme import (
    BILLING,
    EPICS,
    HEAD,
    NOW,
    claim,
    contract,
    day,
    due,
    epic,
    issue,
    judged,
    milestone,
    mirror,
    sprint,
    steps,
    usd,
)
from hypothesis import given
from hypothesis import strategies as st

from mappings.contract.rules import Contract
from mappings.load import parse_contract
from mappings.money.statement import statement_of
from mappings.progress.claimed import settled
from model.billing import Claim
from model.finding import Finding
from model.money import Money

SHARES = milestone(EPICS, '{ percent = { field = "Billing %" } }')
ONE = milestone('{ epic = "ACME-1" }', '{ percent = "10 %" }')


def order(value: str = "+80.00", more: str = "", *, id_: str = "CO-1", on: str = "2026-03-02") -> str:
    """One [[change_order]]."""
    return (
        f'[[change_order]]\nid = "{id_}"\non = {on}\nvalue = "{value}"\napproved_by = "Jo"\n'
        f'reason = "second language"\n{more}\n'
    )


def notices(found: dict[str, object]) -> list[Finding]:
    return [notice for verdict in found.values() for notice in verdict.notices]  # type: ignore[attr-defined]


class TestOwn:
    def test_an_order_is_due_on_the_day_it_was_agreed(self) -> None:
        charge = due(judged(contract(ONE + order()), mirror())["change:CO-1"])
        assert (charge.key, charge.entitled, charge.kind) == (
            "acme|contract|change:CO-1",
            usd("80.00"),
            "change",
        )
        assert (charge.text, charge.service_on) == ("Change order CO-1: second language", date(2026, 3, 2))
        assert charge.arithmetic.endswith("approved by Jo: second language")
        waiting = judged(contract(ONE + order(on="2026-07-01")), mirror())["change:CO-1"]
        assert (waiting.outcome, waiting.code, waiting.hint) == (
            "open",
            "change.waiting",
            "it is billed on 2026-07-01",
        )

    def test_an_order_waits_for_its_epic_which_is_no_work_of_its_own(self) -> None:
        rules = contract(ONE + order(more='when = { epic = "acme-77" }'))
        found = judged(rules, mirror(epic(77), epic(1)))
        assert list(found) == ["change:CO-1", "ACME-1"] or set(found) == {"change:CO-1", "ACME-1"}
        assert found["change:CO-1"].reason.startswith("due when ACME-77 is closed")
        closed = judged(rules, mirror(epic(77, closed=day(9))))["change:CO-1"]
        assert due(closed).service_on == date(2026, 3, 9)
        billed = claim(due(closed))
        again = judged(rules, mirror(epic(77, closed=day(9), reopened=day(10))), [billed])["change:CO-1"]
        assert (again.outcome, again.code) == ("held", "reopened")

    def test_an_epic_that_a_rule_reaches_keeps_its_own_fee(self) -> None:
        rules = contract(ONE + order(more='when = { epic = "ACME-1" }'))
        found = judged(rules, mirror(epic(1, closed=day(9))))
        assert [due(found[key]).entitled for key in ("ACME-1", "change:CO-1")] == [
            usd("100.00"),
            usd("80.00"),
        ]

    def test_the_project_of_an_awaited_epic_is_read_and_not_answered_for(self) -> None:
        rules = contract(
            milestone('{ date = 2026-05-01, id = "fee" }', '{ fixed = "1.00" }')
            + order(more='when = { epic = "ACME-77" }')
        )
        assert (rules.projects, rules.epic_projects) == ({"ACME"}, frozenset())
        assert "ACME-5" not in judged(rules, mirror(epic(5, closed=day(2))))

    def test_an_order_waits_for_the_whole_of_an_acceptance(self) -> None:
        entry = '[[accepted]]\nof = "handover"\nshare = "{}"\non = 2026-04-01\nby = "Jo"\n'
        text = ONE + order(more='when = { acceptance = "handover" }')
        assert judged(contract(text + entry.format("90 %")), mirror())["change:CO-1"].code == "change.waiting"
        charge = due(judged(contract(text + entry.format("100 %")), mirror())["change:CO-1"])
        assert charge.service_on == date(2026, 4, 1)

    def test_an_order_leaves_the_percentages_as_they_were_agreed(self) -> None:
        found = judged(contract(ONE + order()), mirror(epic(1, closed=day(9))))
        assert due(found["ACME-1"]).entitled == usd("100.00")

    def test_a_billed_order_that_changed_or_left_is_said_and_never_priced_again(self) -> None:
        rules = contract(ONE + order())
        billed = claim(due(judged(rules, mirror())["change:CO-1"]))
        for text, said in ((order("+90.00"), "not what it was"), ("", "not in the file any more")):
            found = judged(contract(ONE + text), mirror(), [billed], recorded=[rules])
            assert due(found["change:CO-1"]).entitled == usd("80.00")
            (notice,) = notices(found)
            assert (notice.code, said in notice.reason) == ("change.altered", True)
        assert (
            notices(judged(contract(ONE + order() + order(id_="CO-2")), mirror(), [billed], recorded=[rules]))
            == []
        )

    def test_a_renamed_contract_does_not_bill_its_orders_again(self) -> None:
        rules = contract(ONE + order())
        billed = claim(due(judged(rules, mirror())["change:CO-1"]))
        renamed = contract(ONE + order(), head=HEAD.replace('"acme"', '"acme-2"'))
        verdict = judged(renamed, mirror(), [billed], recorded=[rules])["change:CO-1"]
        assert (verdict.outcome, verdict.code) == ("held", "rule.other_contract")

    def test_a_contract_worth_less_than_what_is_billed_is_said_with_the_amounts(self) -> None:
        rules = contract(SHARES)
        work = mirror(epic(1, closed=day(2), fields={BILLING: "95"}))
        billed = claim(due(judged(rules, work)["ACME-1"]))
        lowered = contract(SHARES + order("-100.00"))
        notice, short = notices(judged(lowered, work, [billed], recorded=[rules]))
        assert (notice.code, short.code) == ("change.below_billed", "schedule.short")
        assert (
            "worth 900.00 USD with its change orders, and 950.00 USD is billed: 50.00 USD too much"
            in notice.reason
        )


class TestRemaining:
    REST = 'applies = "remaining"'

    def test_it_changes_only_what_is_not_billed_yet(self) -> None:
        before = contract(SHARES)
        first, second, third = (
            epic(n, closed=day(n), fields={BILLING: share}) for n, share in ((1, "25"), (2, "50"), (3, "25"))
        )
        billed = [claim(due(judged(before, mirror(first))["ACME-1"]))]
        after = contract(SHARES + order("+90.00", self.REST))
        found = judged(after, mirror(first, second, third), billed, recorded=[before])
        assert "change:CO-1" not in found
        assert [due(found[key]).entitled for key in ("ACME-1", "ACME-2", "ACME-3")] == [
            usd("250.00"),
            usd("560.00"),
            usd("280.00"),
        ]
        assert "50 of the 75 % not billed yet; these come to 840.00 USD" in due(found["ACME-2"]).arithmetic

    def test_a_share_that_is_raised_bills_its_step_at_the_new_rate(self) -> None:
        before = contract(SHARES)
        billed = [
            claim(due(judged(before, mirror(epic(1, closed=day(1), fields={BILLING: "50"})))["ACME-1"]))
        ]
        after = contract(SHARES + order("+100.00", self.REST))
        by_new = [replace(billed[0], rule_version=after.version)]
        again = judged(after, mirror(epic(1, closed=day(1), fields={BILLING: "60"})), by_new)
        assert due(again["ACME-1"]).entitled == usd("620.00")

    def test_what_takes_away_more_than_is_left_leaves_nothing_and_is_said(self) -> None:
        before = contract(SHARES)
        work = [epic(n, closed=day(n), fields={BILLING: "50"}) for n in (1, 2)]
        billed = [claim(due(judged(before, mirror(work[0]))["ACME-1"]))]
        after = contract(SHARES + order("-600.00", self.REST))
        found = judged(after, mirror(*work), billed, recorded=[before])
        assert due(found["ACME-2"]).entitled == usd("0.00")
        assert [notice.code for notice in notices(found)] == ["change.below_billed"]

    @given(st.data())
    def test_whatever_is_agreed_when_the_bills_sum_to_the_revised_value(self, data: st.DataObject) -> None:
        value = data.draw(st.integers(1, 10**7))
        base = replace(contract(SHARES + order("+1.00", self.REST)), value=Money(value, "USD"))
        shares = data.draw(st.sampled_from([[25, 50, 25], [33, 33, 34], [12, 13, 75], [1, 99], [100]]))
        at = data.draw(st.integers(0, len(shares) - 1))
        delta = data.draw(st.integers(-value, value))
        claims: list[Claim] = []
        for number in range(len(shares)):
            left = value + (delta if number >= at else 0) - settled(claims, "USD").minor
            changed = replace(
                base.orders[0],
                value=Money(delta, "USD"),
                on=date(2026, 1, 1) if number >= at else date(2027, 1, 1),
            )
            rules = replace(base, orders=(changed,))
            work = [
                epic(n + 1, closed=day(n + 1), fields={BILLING: str(shares[n])}) for n in range(number + 1)
            ]
            charge = due(judged(rules, mirror(*work), claims)[f"ACME-{number + 1}"])
            assert 0 <= charge.entitled.minor <= max(left, 0)
            claims.append(claim(charge))
        assert settled(claims, "USD").minor == max(value + delta, settled(claims[:at], "USD").minor)


class TestStatement:
    def test_its_figures_are_of_fees_and_orders(self) -> None:
        rules = contract(
            ONE + order() + order("-30.00", id_="CO-2") + order("+9.00", id_="CO-3", on="2026-09-01")
        )
        found = judged(rules, mirror(epic(1, closed=day(2))))
        fee, changed = due(found["ACME-1"]), due(found["change:CO-1"])
        claims = [
            claim(fee, waived=usd("10.00")),
            claim(changed, ended="declined"),
            claim(fee, charge_key="acme|contract|deposit", amount=usd("500.00")),
            claim(fee, charge_key="acme|site-1/epic/1|late", amount=usd("-5.00")),
        ]
        planned = [("acme|contract|change:CO-2", usd("-30.00")), ("acme|contract|expense:trip", usd("7.00"))]
        stated = statement_of(rules, claims, planned, NOW.date())
        assert (stated.original, stated.changes, stated.revised) == (
            usd("1000.00"),
            usd("50.00"),
            usd("1050.00"),
        )
        assert (stated.billed, stated.let_go, stated.this_bill) == (usd("90.00"), usd("90.00"), usd("-30.00"))
        assert (stated.balance, stated.late) == (usd("900.00"), usd("-5.00"))
        assert [each.id for each in stated.orders] == ["CO-1", "CO-2"]

    def test_without_a_value_there_is_no_balance(self) -> None:
        rules = contract(milestone(EPICS, '{ fixed = "1.00" }'), head=HEAD.replace('value = "1000.00"\n', ""))
        stated = statement_of(rules, (), (), NOW.date())
        assert (stated.original, stated.revised, stated.balance) == (None, None, None)


class TestDepositTriggers:
    DEPOSIT = '[deposit]\namount = "20 %"\nitem = "Deposits"\nwhen = '

    def rules(self, when: str, more: str = "") -> Contract:
        return contract(self.DEPOSIT + when + "\n" + SHARES + more)

    @pytest.mark.parametrize(
        ("number", "started"),
        [(1, "2026-02-05"), (2, "2026-01-01"), (3, None)],
        ids=["an epic", "before the contract", "not yet"],
    )
    def test_it_waits_for_the_first_work(self, number: int, started: str | None) -> None:
        begun = {1: day(5, 2), 2: day(5, 1).replace(year=2025), 3: None}[number]
        moves = steps("category", (begun, "new", "indeterminate")) if begun else []
        work = issue(2, parent=1, history=moves)
        top = epic(1)
        state = "indeterminate" if begun else "new"
        seen = mirror(replace(top, category="new"), replace(work, category=state))
        verdict = judged(self.rules('{ work = "first" }'), seen)["deposit"]
        if started is None:
            assert (verdict.code, verdict.hint) == (
                "deposit.waiting",
                "it is billed when the first work is started",
            )
        else:
            assert str(due(verdict).service_on) == started

    def test_work_of_another_contract_does_not_start_it(self) -> None:
        seen = mirror(sprint(1, start=day(2), completed=None))
        assert judged(self.rules('{ work = "first" }'), seen)["deposit"].code == "deposit.waiting"

    def test_it_waits_for_an_acceptance_and_stays_billed_without_it(self) -> None:
        entry = '[[accepted]]\nof = "kick-off"\non = 2026-02-02\nby = "Jo"\n'
        waiting = self.rules('{ acceptance = "kick-off" }')
        assert judged(waiting, mirror())["deposit"].code == "deposit.waiting"
        accepted = self.rules('{ acceptance = "kick-off" }', entry)
        charge = due(judged(accepted, mirror())["deposit"])
        assert (charge.entitled, str(charge.service_on)) == (usd("200.00"), "2026-02-02")
        assert due(
            judged(waiting, mirror(), [claim(charge)], recorded=[accepted])["deposit"]
        ).entitled == usd("200.00")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (ONE + order("80.00"), "not an amount with its sign"),
        (ONE + order().replace('"+80.00"', "80"), "never a bare number"),
        (ONE + order("+0.00"), "changes nothing"),
        (ONE + order("+0.001"), "fraction of a USD minor unit"),
        (ONE + order(on="2025-12-31"), "before the contract starts"),
        (ONE + order() + order(), "already in this file"),
        (ONE + order(more="when = { date = 2026-03-01 }"), "before the order was agreed"),
        (ONE + order(more='when = { epic = "ACME-1", date = 2026-04-01 }'), "exactly one of"),
        (milestone(EPICS, '{ fixed = "1.00" }') + order(more='applies = "remaining"'), "no percentage"),
        (ONE + order(more='text = "{epic.key}"'), "unknown placeholder"),
        (ONE + order("-80.00", more='tax_code = "LOW"'), "no bill to take it off"),
    ],
)
def test_a_mistake_is_said_with_its_place(rules: str, message: str) -> None:
    found, problems = parse_contract(HEAD + rules, "acme.toml")
    assert found is None
    (problem,) = problems
    assert message in problem.message
    assert problem.line > HEAD.count("\n")


def test_the_revised_value_counts_every_order() -> None:
    rules = contract(ONE + order() + order("-30.00", id_="CO-2", on="2026-09-01"))
    assert rules.revised_value == usd("1050.00")
    assert {date(2026, 3, 2), date(2026, 9, 1)} <= rules.dates
    assert Decimal("80.00") == rules.orders[0].value.decimal
