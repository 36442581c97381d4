"""Acceptance decides what is billed: gates, shares to date, named acceptances and named dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from acme import (
    ACCEPTED,
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
    steps,
    usd,
)
from hypothesis import given
from hypothesis import strategies as st

from mappings.contract.rules import Contract
from mappings.explain import explain
from mappings.load import parse_contract
from mappings.progress.claimed import settled
from model.billing import Claim
from model.money import Money

FIXED = '{ fixed = "1000.00" }'
RECORDED = "accept = { recorded = true }"


def entry(share: str, on: str = "2026-03-10", of: str = "ACME-1", by: str = "Jo") -> str:
    """One [[accepted]]."""
    return f'[[accepted]]\nof = "{of}"\nshare = "{share}"\non = {on}\nby = "{by}"\n'


def shares(*entries: str, price: str = FIXED) -> Contract:
    """A contract whose epics are billed by recorded shares."""
    return contract(milestone(EPICS, price, RECORDED) + "".join(entries))


class TestGates:
    @pytest.mark.parametrize(
        ("accept", "code"),
        [
            ('{ status = "done" }', "due"),
            ('{ status = ["Accepted", "Signed"] }', "accept.missing"),
            ('{ label = "accepted" }', "due"),
            ('{ label = "signed" }', "accept.missing"),
            ('{ field = "Client accepted", is = "Yes" }', "due"),
            ('{ field = "Client accepted", is = "No" }', "accept.missing"),
        ],
    )
    def test_work_is_held_until_its_gate_holds(self, accept: str, code: str) -> None:
        rules = contract(milestone(EPICS, FIXED, f"accept = {accept}"))
        seen = mirror(epic(1, closed=day(2), labels=["Accepted"], fields={ACCEPTED: "Yes"}))
        verdict = judged(rules, seen)["ACME-1"]
        assert verdict.code == code
        assert verdict.clauses[-1].holds == (code == "due")


class TestShares:
    def test_a_share_is_billed_while_the_epic_is_open_and_the_rest_waits(self) -> None:
        verdict = judged(shares(entry("70 %")), mirror(epic(1), issue(2, parent=1)))["ACME-1"]
        charge = due(verdict)
        assert (charge.entitled, str(charge.service_on)) == (usd("700.00"), "2026-03-10")
        assert [leaf.key for leaf in charge.leaves] == ["ACME-2"]
        assert verdict.rest is not None
        assert (verdict.rest.amount, verdict.rest.reason) == (
            usd("300.00"),
            "not accepted yet: 70 % accepted by Jo on 2026-03-10",
        )
        assert (
            "amount: fixed price 1,000.00 USD; 70 % accepted by Jo on 2026-03-10: 700.00 USD"
            in explain(verdict, ()).steps
        )

    def test_shares_are_to_date_and_the_newest_that_has_come_holds(self) -> None:
        rules = shares(entry("70 %"), entry("80 %", "2026-03-20"), entry("100 %", "2026-07-01"))
        assert due(judged(rules, mirror(epic(1)))["ACME-1"]).entitled == usd("800.00")
        assert date(2026, 7, 1) in rules.dates

    def test_without_any_acceptance_closed_work_is_held_and_open_work_is_open(self) -> None:
        rules = shares(entry("70 %", of="ACME-9"))
        verdicts = judged(rules, mirror(epic(1, closed=day(2)), epic(2)))
        assert [verdicts[key].code for key in ("ACME-1", "ACME-2")] == ["accept.missing", "open"]
        assert verdicts["ACME-1"].hint == 'record what is accepted: [[accepted]] of = "ACME-1"'

    def test_a_share_stays_when_the_epic_is_reopened_and_open_children_do_not_matter(self) -> None:
        rules = shares(entry("70 %"))
        first = due(judged(rules, mirror(epic(1, closed=day(2))))["ACME-1"])
        seen = mirror(epic(1, closed=day(2), reopened=day(12)), issue(2, parent=1))
        again = judged(rules, seen, [claim(first)])["ACME-1"]
        assert (again.outcome, due(again).entitled) == ("due", usd("700.00"))

    def test_an_acceptance_taken_back_reopens_what_was_billed_by_it(self) -> None:
        rules = shares(entry("70 %"))
        first = claim(due(judged(rules, mirror(epic(1)))["ACME-1"]))
        back = shares(entry("70 %"), entry("0 %", "2026-04-01"))
        verdict = judged(back, mirror(epic(1)), [first], recorded=[rules])["ACME-1"]
        assert (verdict.code, verdict.reason) == ("reopened", "billed, and now its acceptance is withdrawn")
        less = shares(entry("70 %"), entry("40 %", "2026-04-01"))
        lowered = judged(less, mirror(epic(1)), [first], recorded=[rules])["ACME-1"]
        assert due(lowered).entitled == usd("400.00")
        assert lowered.notices == ()

    def test_an_entry_that_was_billed_and_is_gone_or_changed_is_said(self) -> None:
        rules = shares(entry("70 %"))
        first = claim(due(judged(rules, mirror(epic(1)))["ACME-1"]))
        changed = judged(shares(entry("70 %", by="Al")), mirror(epic(1)), [first], recorded=[rules])["ACME-1"]
        (notice,) = changed.notices
        assert (notice.code, due(changed).entitled) == ("accept.changed", usd("700.00"))
        assert "70 % accepted by Jo on 2026-03-10" in notice.reason

    def test_rejected_work_is_billed_as_far_as_it_was_accepted(self) -> None:
        rejected = epic(1, closed=day(12), resolution="Won't Do")
        assert due(judged(shares(entry("70 %")), mirror(rejected))["ACME-1"]).entitled == usd("700.00")
        assert judged(shares(), mirror(rejected))["ACME-1"].code == "excluded.resolution"

    def test_a_field_says_the_share_and_since_when(self) -> None:
        rules = contract(milestone(EPICS, FIXED, 'accept = { share = { field = "Amount" } }'))
        history = steps("customfield_3", (day(5), "", "25"), (day(6), "25", "62.5"))
        seen = mirror(epic(1, fields={"customfield_3": "62.5"}, history=history))
        charge = due(judged(rules, seen)["ACME-1"])
        assert (charge.entitled, charge.due_at) == (usd("625.00"), day(6))

    @pytest.mark.parametrize("value", ["101", "-1", "most"])
    def test_a_field_that_holds_no_share_holds_closed_work(self, value: str) -> None:
        rules = contract(milestone(EPICS, FIXED, 'accept = { share = { field = "Amount" } }'))
        seen = mirror(epic(1, closed=day(3), fields={"customfield_3": value}))
        assert judged(rules, seen)["ACME-1"].code == "field.invalid"

    def test_a_share_of_a_percentage_is_a_share_of_the_contract(self) -> None:
        rules = shares(entry("70 %"), price='{ percent = "33.3 %" }')
        charge = due(judged(rules, mirror(epic(1)))["ACME-1"])
        assert (charge.entitled, charge.share) == (usd("233.10"), Decimal("23.31"))

    def test_under_a_cap_both_rests_wait(self) -> None:
        rules = shares(entry("70 %"), price='{ fixed = "1000.00", cap = "600.00" }')
        verdict = judged(rules, mirror(epic(1)))["ACME-1"]
        assert due(verdict).entitled == usd("600.00")
        assert verdict.rest is not None
        assert verdict.rest.amount == usd("400.00")

    @given(st.integers(1, 10**9), st.lists(st.integers(0, 10_000), max_size=6))
    def test_shares_in_any_order_end_at_the_price_to_the_cent(self, minor: int, steps_: list[int]) -> None:
        price = Money(minor, "USD")
        rules, claims = shares(price=f'{{ fixed = "{price.decimal}" }}'), list[Claim]()
        for share in [*sorted(steps_), 10_000]:
            accepted = replace(_ENTRY, share=Decimal(share) / 100)
            now = replace(rules, accepted=(accepted,))
            verdict = judged(now, mirror(epic(1)), claims)["ACME-1"]
            if verdict.charge is not None:
                delta = verdict.charge.entitled - settled(claims, "USD")
                assert delta.minor >= 0
                claims += [claim(verdict.charge, amount=delta)] if delta else []
        assert settled(claims, "USD") == price


_ENTRY = shares(entry("1 %")).accepted[0]


class TestNamed:
    def test_a_named_date_is_due_on_its_day(self) -> None:
        rules = contract(milestone('{ date = 2026-05-01, id = "fee" }', FIXED, rule="annual fee"))
        before = judged(rules, mirror(), now=day(30, 4))["fee"]
        assert (before.outcome, before.reason) == ("open", "due on 2026-05-01")
        charge = due(judged(rules, mirror())["fee"])
        assert (charge.key, charge.text) == ("acme|acme/date/fee|fee", "annual fee")
        assert charge.service_on == date(2026, 5, 1)
        assert date(2026, 5, 1) in rules.dates

    def test_moving_a_billed_date_bills_nothing_twice(self) -> None:
        rules = contract(milestone('{ date = 2026-05-01, id = "fee" }', FIXED))
        moved = contract(milestone('{ date = 2026-09-01, id = "fee" }', '{ fixed = "2000.00" }'))
        billed = claim(due(judged(rules, mirror())["fee"]))
        verdict = judged(moved, mirror(), [billed], recorded=[rules])["fee"]
        assert (due(verdict).entitled, due(verdict).service_on) == (usd("1000.00"), date(2026, 5, 1))

    def test_a_billed_date_that_left_the_file_stays_billed(self) -> None:
        rules = contract(milestone('{ date = 2026-05-01, id = "fee" }', FIXED))
        billed = claim(due(judged(rules, mirror())["fee"]))
        gone = contract(milestone(EPICS, FIXED))
        assert due(judged(gone, mirror(), [billed], recorded=[rules])["fee"]).entitled == usd("1000.00")

    def test_the_date_of_a_renamed_contract_is_not_billed_again(self) -> None:
        rules = contract(milestone('{ date = 2026-05-01, id = "fee" }', FIXED))
        billed = claim(due(judged(rules, mirror())["fee"]))
        renamed = contract(
            milestone('{ date = 2026-05-01, id = "fee" }', FIXED), head=HEAD.replace('"acme"', '"acme-2"')
        )
        verdict = judged(renamed, mirror(), [billed], recorded=[rules])["fee"]
        assert (verdict.outcome, verdict.code) == ("held", "rule.other_contract")

    def test_two_contracts_may_name_a_date_alike(self) -> None:
        one = contract(milestone('{ date = 2026-05-01, id = "fee" }', FIXED))
        two = contract(
            milestone('{ date = 2026-05-01, id = "fee" }', FIXED), head=HEAD.replace('"acme"', '"beta"')
        )
        billed = claim(due(judged(one, mirror(), others=[two])["fee"]))
        assert due(judged(two, mirror(), [billed], others=[one], recorded=[one])["fee"]).key.startswith(
            "beta|"
        )

    def test_a_named_acceptance_is_billed_as_far_as_it_is_recorded(self) -> None:
        text = milestone('{ acceptance = "handover" }', FIXED)
        waiting = judged(contract(text), mirror())["handover"]
        assert (waiting.outcome, waiting.reason) == ("open", "not accepted yet")
        part = contract(text + entry("40 %", of="handover"))
        charge = due(judged(part, mirror())["handover"])
        assert (charge.key, charge.entitled) == ("acme|acme/acceptance/handover|fee", usd("400.00"))
        whole = contract(text + entry("40 %", of="handover") + entry("100 %", "2026-04-01", of="handover"))
        again = judged(whole, mirror(), [claim(charge)], recorded=[part])["handover"]
        assert due(again).entitled == usd("1000.00")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (milestone("{ date = 2026-05-01 }", FIXED), "'date' and 'id' belong together"),
        (milestone('{ id = "fee", epic = "ACME-1" }', FIXED), "'date' and 'id' belong together"),
        (milestone('{ date = 2025-05-01, id = "fee" }', FIXED), "before the contract starts"),
        (milestone('{ date = 2026-05-01, id = "deposit" }', FIXED), "already taken"),
        (milestone('{ date = 2026-05-01, id = "fee" }', '{ per_issue = "1.00" }'), "no issues to count"),
        (milestone('{ date = 2026-05-01, id = "fee" }', '{ amount = { field = "Amount" } }'), "no field"),
        (milestone('{ acceptance = "fee" }', FIXED, RECORDED), "nothing that could say accepted"),
        (
            milestone('{ acceptance = "a" }', FIXED) + milestone('{ acceptance = "a" }', FIXED, rule="b"),
            "already taken",
        ),
        (milestone(EPICS, '{ per_point = "1.00" }', RECORDED), "cannot be accepted in shares"),
        (milestone(EPICS, FIXED, 'accept = { field = "X" }'), "'field' and 'is' belong together"),
        (milestone(EPICS, FIXED, 'accept = { status = "X", label = "y" }'), "exactly one of"),
        (milestone(EPICS, FIXED) + entry("70 %"), "nothing here waits for the acceptance of 'ACME-1'"),
        (milestone('{ acceptance = "handover" }', FIXED) + entry("70 %", of="handovr"), "nothing here waits"),
        (milestone(EPICS, FIXED, RECORDED) + entry("101 %"), "more than the whole"),
        (milestone(EPICS, FIXED, RECORDED) + entry("1 %", "2025-01-01"), "before the contract starts"),
        (
            milestone(EPICS, FIXED, RECORDED) + entry("1 %") + entry("2 %", "2026-03-09"),
            "before the entry above it",
        ),
        (
            milestone(EPICS, FIXED) + '[[exclude]]\nrule = "x"\nwork = { acceptance = "a" }\nreason = "no"\n',
            "is not excluded",
        ),
    ],
)
def test_a_mistake_is_said_with_its_place(rules: str, message: str) -> None:
    found, problems = parse_contract(HEAD + rules, "acme.toml")
    assert found is None
    (problem,) = problems
    assert message in problem.message
    assert problem.line > HEAD.count("\n")


def test_looking_at_another_day_changes_only_what_is_open() -> None:
    rules = contract(milestone('{ date = 2026-05-01, id = "fee" }', FIXED))
    assert judged(rules, mirror(), now=NOW)["fee"].outcome == "due"
