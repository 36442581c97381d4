"""The final share takes a contract to 100 %, after all others; shares that do not reach it are a problem."""

from __future__ import annotations

import pytest
from acme import BILLING, EPICS, HEAD, claim, contract, day, due, epic, judged, milestone, mirror, usd

from mappings.check.names import check
from mappings.contract.book import RuleBook
from mappings.load import parse_contract

LABELLED = '{ epics = { project = "ACME", label = "billable" } }'


def shares(*written: str, final: bool = True) -> str:
    """A rule for ACME-1, ACME-2 and so on, the last one final."""
    return "".join(
        milestone(
            f'{{ epic = "ACME-{number}" }}',
            f'{{ percent = "{share} %" }}',
            "final = true" if final and number == len(written) else "",
            rule=f"part {number}",
        )
        for number, share in enumerate(written, 1)
    )


def test_the_final_share_is_all_that_is_left() -> None:
    rules = contract(shares("33.33", "33.33", "33.33"))
    found = judged(rules, mirror(*(epic(n, closed=day(n)) for n in (1, 2, 3))))
    assert [due(found[f"ACME-{n}"]).entitled for n in (1, 2, 3)] == [
        usd("333.30"),
        usd("333.30"),
        usd("333.40"),
    ]
    assert str(due(found["ACME-3"]).share) == "33.34"
    assert due(found["ACME-3"]).arithmetic.startswith("to 100 %, the final share; 33.34 %")


def test_it_is_last_also_when_it_was_closed_first() -> None:
    found = judged(
        contract(shares("25", "25", "40")), mirror(*(epic(n, closed=day(9 - n)) for n in (1, 2, 3)))
    )
    assert due(found["ACME-3"]).entitled == usd("500.00")


def test_it_waits_for_all_other_shares() -> None:
    rules = contract(shares("25", "50", "25"))
    work = [epic(1, closed=day(1)), epic(2), epic(3, closed=day(3))]
    held = judged(rules, mirror(*work))["ACME-3"]
    assert (held.outcome, held.code) == ("held", "schedule.final")
    assert "ACME-2" in held.reason
    first = judged(rules, mirror(*(epic(n, closed=day(n)) for n in (1, 2, 3))))
    claims = [claim(due(verdict)) for verdict in first.values()]
    reopened = judged(rules, mirror(epic(1), *(epic(n, closed=day(n)) for n in (2, 3))), claims)
    assert due(reopened["ACME-3"]).entitled == usd("250.00")


def test_once_billed_it_stays_when_another_share_is_agreed() -> None:
    rules = contract(shares("25", "75"))
    work = [epic(n, closed=day(n)) for n in (1, 2)]
    claims = [claim(due(verdict)) for verdict in judged(rules, mirror(*work)).values()]
    another = milestone('{ epic = "ACME-9" }', '{ percent = { field = "Billing %" } }', rule="another")
    more = contract(shares("25", "75") + another)
    found = judged(more, mirror(*work, epic(9)), claims, recorded=[rules])
    assert due(found["ACME-2"]).entitled == usd("750.00")


def test_what_finance_declined_is_not_billed_by_it_again() -> None:
    rules = contract(shares("25", "50", "20"))
    both = [epic(n, closed=day(n)) for n in (1, 2)]
    found = judged(rules, mirror(*both))
    claims = [claim(due(found["ACME-1"]), ended="declined"), claim(due(found["ACME-2"]))]
    last = judged(rules, mirror(*both, epic(3, closed=day(3))), claims)["ACME-3"]
    assert due(last).entitled == usd("250.00")
    billed = judged(rules, mirror(*both, epic(3, closed=day(3))), [*claims, claim(due(last))])["ACME-3"]
    assert due(billed).entitled == usd("250.00")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (shares("25", "74.96", final=False), "reach 99.96 %: 0.04 % of the contract is billed by no rule"),
        (shares("25", "75", final=False), ""),
        (shares("25", "74.96"), ""),
        (shares("25", final=False) + milestone('{ epic = "ACME-9" }', '{ fixed = "750.00" }'), ""),
        (
            shares("25", final=False)
            + milestone(LABELLED, '{ percent = { field = "Billing %" } }', rule="rest"),
            "",
        ),
    ],
)
def test_shares_that_do_not_reach_the_whole_are_a_problem(rules: str, message: str) -> None:
    found = contract(rules)
    problems = check(RuleBook((found,), (), {found.version: (found.file, HEAD + rules)}), {}, {})
    assert [message in problem.message for problem in problems] == ([True] if message else [])


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (milestone(EPICS, '{ percent = "10 %" }', "final = true"), "only a percentage of one piece of work"),
        (
            milestone('{ epic = "ACME-1" }', '{ fixed = "1.00" }', "final = true"),
            "only a percentage of one piece",
        ),
        (
            shares("50", "25") + shares("25").replace("ACME-1", "ACME-3").replace("part 1", "x"),
            "final already",
        ),
    ],
)
def test_a_mistake_is_said_with_its_place(rules: str, message: str) -> None:
    _, problems = parse_contract(HEAD + rules, "acme.toml")
    (problem,) = problems
    assert message in problem.message


def test_shares_from_a_field_have_no_last_one() -> None:
    rules = contract(milestone(EPICS, '{ percent = { field = "Billing %" } }'))
    assert due(
        judged(rules, mirror(epic(1, closed=day(1), fields={BILLING: "99"})))["ACME-1"]
    ).entitled == usd("990.00")
