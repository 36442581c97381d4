"""A schedule that stops short of the whole is said once nothing is left that would fill it, and not before."""

from __future__ import annotations

import pytest
from acme import ACCEPTED, BILLING, EPICS, claim, contract, day, due, epic, judged, milestone, mirror

from mappings.contract.rules import Contract
from model.finding import Finding
from model.work import Issue, Mirror

SHARES = milestone(EPICS, '{ percent = { field = "Billing %" } }', rule="shares")
RULES = contract(SHARES)


def share(number: int, percent: str, **more: object) -> Issue:
    fields = {BILLING: percent, ACCEPTED: "No"}
    return epic(number, fields=fields, **{"closed": day(number), **more})  # type: ignore[arg-type]


def short(rules: Contract, seen: Mirror, *claims: object) -> list[Finding]:
    found = judged(rules, seen, claims).values()  # type: ignore[arg-type]
    return [each for verdict in found for each in verdict.notices if each.code == "schedule.short"]


def test_it_says_how_far_the_shares_go_and_what_is_left() -> None:
    (said,) = short(RULES, mirror(share(1, "33.3"), share(2, "66.66")))
    assert said.reason == (
        "the shares reach 99.96 %, and no work is open that would bill the other 0.04 %: 0.40 USD of 1,000.00 USD"
    )
    assert (said.owner, said.subject) == ("admin", "acme: percentages")


def test_what_is_billed_or_declined_counts_as_reached() -> None:
    seen = mirror(share(1, "40"), share(2, "60"))
    first, second = (due(each) for each in judged(RULES, seen).values())
    declined = claim(first, ended="declined")
    assert short(RULES, seen, declined, claim(second)) == []
    (said,) = short(RULES, mirror(share(1, "40"), share(2, "50")), declined)
    assert "reach 90 %" in said.reason


@pytest.mark.parametrize(
    "going_on",
    [
        epic(3),
        share(3, "", closed=day(3)),
        share(3, "80", closed=day(3)),
        share(3, "10", closed=day(3), reopened=day(4)),
    ],
    ids=["open", "without its share", "beyond", "reopened"],
)
def test_nothing_is_said_while_work_is_open_or_held(going_on: Issue) -> None:
    assert short(RULES, mirror(share(1, "40"), going_on)) == []


def test_nothing_is_said_before_the_first_share_nor_at_the_whole() -> None:
    assert short(RULES, mirror(share(1, "40", closed=None))) == []
    assert short(RULES, mirror()) == []
    assert short(RULES, mirror(share(1, "40"), share(2, "60"))) == []


def test_work_that_was_rejected_or_excluded_fills_nothing() -> None:
    assert short(RULES, mirror(share(1, "70"), share(2, "30", resolution="Won't Do")))
    gone = '[[exclude]]\nrule = "gone"\nreason = "cut"\nwork = { epic = "ACME-2" }\n'
    assert short(contract(SHARES + gone), mirror(share(1, "70"), share(2, "30")))


def test_a_rest_as_large_as_a_share_is_work_to_come() -> None:
    assert short(RULES, mirror(share(1, "30"))) == []
    assert short(RULES, mirror(share(1, "30"), share(2, "40"))) == []
    assert short(RULES, mirror(share(1, "31"), share(2, "40")))


def test_an_epic_that_no_rule_reaches_yet_may_fill_it() -> None:
    labelled = contract(SHARES.replace('"ACME" }', '"ACME", label = "billable" }'))
    first = share(1, "60", labels=["billable"])
    assert short(labelled, mirror(first))
    assert short(labelled, mirror(first, epic(2))) == []


def test_an_epic_that_a_rule_names_and_nobody_saw_may_fill_it() -> None:
    named = milestone('{ epic = "BETA-9" }', '{ percent = "60 %" }', rule="named")
    assert short(contract(SHARES + named), mirror(share(1, "40"))) == []
    assert short(
        contract(SHARES + named), mirror(share(1, "30"), epic(9, closed=day(3), project=("2", "BETA")))
    )


def test_what_is_accepted_in_part_may_be_accepted_whole() -> None:
    accepted = (
        SHARES + 'accept = { recorded = true }\n[[accepted]]\nof = "ACME-1"\non = 2026-03-01\nby = "them"\n'
    )
    assert short(contract(accepted), mirror(share(1, "60")))
    assert short(contract(accepted + 'share = "70 %"\n'), mirror(share(1, "60"))) == []


def test_a_contract_with_other_prices_has_no_schedule_to_fill() -> None:
    fixed = milestone('{ epic = "BETA-9" }', '{ fixed = "9.00" }', rule="fixed")
    assert short(contract(SHARES + fixed), mirror(share(1, "40"))) == []


def test_a_change_of_what_remains_is_part_of_what_is_left() -> None:
    order = (
        '[[change_order]]\nid = "CO-1"\non = 2026-02-01\nvalue = "{}"\napplies = "remaining"\n'
        'approved_by = "us"\nreason = "more"\n'
    )
    (said,) = short(contract(SHARES + order.format("+200.00")), mirror(share(1, "60")))
    assert "the other 40 %: 480.00 USD of 1,200.00 USD" in said.reason
    seen = mirror(share(1, "50"))
    billed = claim(due(judged(RULES, seen)["ACME-1"]))
    cut = contract(SHARES + order.format("-500.00"))
    found = judged(cut, seen, [billed], recorded=[RULES])
    assert not [
        each for verdict in found.values() for each in verdict.notices if each.code == "schedule.short"
    ]
