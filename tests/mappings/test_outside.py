"""What is done in no sprint of a board that a contract bills by sprints is held, by name and with its worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from acme import (
    CATALOGUE,
    EPICS,
    HEAD,
    SPRINTS,
    claim,
    contract,
    day,
    due,
    epic,
    judged,
    milestone,
    mirror,
    sprint,
    steps,
    story,
    usd,
    version,
)
from timed import by_time, timed

from model.work import Board, Issue, Mirror, Sprint

PRICE = '{ per_point = "100.00" }'
SUPPORT = '{ sprints = { board = "ACME board", name = "Support *" } }'
OTHERS = '{ sprints = { board = "ACME board", name = "Team *" } }'
RULES = contract(milestone(SPRINTS, PRICE))
FIRST = sprint(1, start=day(1), completed=day(14))
SECOND = sprint(2, start=day(14), completed=day(28))


NEVER = story(1, closed=day(5))
BEFORE = story(2, "5", closed=day(1, 2), sprints=["1"])
BETWEEN = story(3, "0.5", closed=day(8), history=steps("sprint", (day(2), "", "1"), (day(6), "1", "")))


def test_each_way_to_miss_a_sprint_is_held_by_name_with_what_it_would_be() -> None:
    verdict = judged(RULES, mirror(FIRST, NEVER, BEFORE, BETWEEN))["board-7"]
    assert (verdict.outcome, verdict.code, verdict.title) == ("held", "sprint.outside", "ACME board")
    assert verdict.reason == (
        "done in no sprint that bills them; never in a sprint: ACME-1; done before their sprint began: ACME-2; "
        "done while in none: ACME-3; rule 'work' would make it 3 issues, 8.5 points × 100.00 USD = 850.00 USD"
    )
    assert (verdict.amount, verdict.charge) == (usd("850.00"), None)
    assert (verdict.closed_at, verdict.source) == (day(8), "acme.toml:12")


def test_of_many_issues_a_few_are_named_and_the_others_counted() -> None:
    verdict = judged(RULES, mirror(FIRST, *(story(number, closed=day(5)) for number in range(1, 31))))[
        "board-7"
    ]
    assert "ACME-1, ACME-2, ACME-3, ACME-4, ACME-5 and 25 more;" in verdict.reason
    assert verdict.amount == usd("9000.00")
    assert len(verdict.issues) == 30


@pytest.mark.parametrize(
    "inside",
    [
        story(4, closed=day(5), sprints=["1"]),
        story(4),
        story(4, closed=day(5), reopened=day(6)),
        story(4, closed=day(5), resolution="Won't Do"),
        story(4, closed=day(5), level=-1, parent=1),
        story(4, closed=day(20), sprints=["1", "2"], history=steps("sprint", (day(14), "1", "1,2"))),
        story(4, closed=day(5), sprints=["99"]),
        story(4, closed=day(20), sprints=["99"], history=steps("sprint", (day(14), "1", "99"))),
        story(4, closed=day(5), project=("2", "BETA")),
    ],
    ids=[
        "in its sprint",
        "open",
        "reopened",
        "rejected",
        "sub-task",
        "in the next sprint",
        "in another board's",
        "moved to another board's",
        "of another project",
    ],
)
def test_what_is_done_in_a_sprint_or_elsewhere_or_not_at_all_is_none_of_it(inside: Issue) -> None:
    assert "board-7" not in judged(RULES, mirror(FIRST, SECOND, inside))


def test_what_is_done_in_a_sprint_that_still_runs_waits_for_its_end() -> None:
    running = replace(SECOND, state="active", completed_at=None)
    seen = mirror(running, story(1, closed=day(20), sprints=["2"]))
    assert "board-7" not in judged(RULES, seen)


def test_what_was_done_before_the_contract_starts_is_none_of_it() -> None:
    late = contract(milestone(SPRINTS, PRICE), head=HEAD.replace("2026-01-01", "2026-03-06"))
    assert "board-7" not in judged(late, mirror(FIRST, NEVER))
    assert "board-7" in judged(late, mirror(FIRST, BETWEEN))


class TestOtherWork:
    CHILD = story(1, closed=day(5), parent=10)

    @pytest.mark.parametrize("closed", [None, day(9)])
    def test_an_epic_that_a_rule_bills_answers_for_its_issues(self, closed: datetime | None) -> None:
        epics = '{ epics = { project = "ACME", label = "whole" } }'
        rules = contract(milestone(SPRINTS, PRICE) + milestone(epics, '{ fixed = "9.00" }', rule="epics"))
        labelled = epic(10, closed=closed, labels=["whole"])
        assert "board-7" not in judged(rules, mirror(FIRST, labelled, self.CHILD))
        assert "board-7" in judged(rules, mirror(FIRST, epic(10, closed=closed), self.CHILD))

    def test_one_that_is_excluded_does_not_because_its_issues_are_billed_by_sprints(self) -> None:
        no = f"[[exclude]]\nrule = 'no epics'\nreason = 'billed by the sprint'\nwork = {EPICS}\n"
        rules = contract(milestone(SPRINTS, PRICE) + no)
        assert "board-7" in judged(rules, mirror(FIRST, epic(10), self.CHILD))

    def test_so_do_a_version_another_contract_and_a_change_order(self) -> None:
        release = '{ version = { project = "ACME", name = "2.0" } }'
        rules = contract(milestone(SPRINTS, PRICE) + milestone(release, '{ fixed = "9.00" }', rule="release"))
        assert "board-7" not in judged(
            rules, mirror(FIRST, version(5, "2.0"), story(1, closed=day(5), versions=["5"]))
        )
        other = contract(
            milestone('{ epic = "ACME-10" }', '{ fixed = "9.00" }'), head=HEAD.replace("acme", "zeta")
        )
        seen = mirror(FIRST, epic(10), self.CHILD)
        assert "board-7" in judged(RULES, seen)
        assert "board-7" not in judged(RULES, seen, others=[other])
        order = (
            '[[change_order]]\nid = "CO-1"\non = 2026-02-01\nvalue = "+10.00"\nwhen = { epic = "ACME-10" }\n'
            'approved_by = "us"\nreason = "more"\n'
        )
        assert "board-7" not in judged(contract(milestone(SPRINTS, PRICE) + order), seen)

    def test_what_is_billed_already_is_not_held_again(self) -> None:
        epics = contract(milestone('{ epic = "ACME-10" }', '{ fixed = "9.00" }', rule="epics"))
        seen = mirror(FIRST, epic(10, closed=day(9)), self.CHILD)
        billed = claim(due(judged(epics, seen)["ACME-10"]))
        assert "board-7" not in judged(RULES, seen, [billed], recorded=[epics])
        elsewhere = replace(billed, charge_key=billed.charge_key.replace("acme|", "zeta|"))
        assert "board-7" not in judged(RULES, seen, [elsewhere], recorded=[epics])

    def test_one_contract_of_those_that_bill_a_board_holds_it(self) -> None:
        head = HEAD.replace('"acme"', '"zeta"').replace("2026-01-01", "2026-03-06")
        later = contract(milestone(SPRINTS, PRICE), head=head)
        seen = mirror(FIRST, NEVER, BETWEEN)
        assert judged(RULES, seen, others=[later])["board-7"].amount == usd("300.00")
        assert judged(later, seen, others=[RULES])["board-7"].amount == usd("50.00")


class TestWorth:
    @pytest.mark.parametrize(
        ("price", "amount"),
        [
            ('{ per_issue = "40.00" }', "80.00"),
            ('{ per_point = "100.00", discount = "10 %" }', "720.00"),
            ('{ per_point = "100.00", discount = "10.00" }', None),
            ('{ per_point = "100.00", minimum = "10.00" }', None),
            ('{ fixed = "500.00" }', None),
        ],
    )
    def test_it_is_what_the_rule_makes_of_issues_and_unknown_where_sprints_count_whole(
        self, price: str, amount: str | None
    ) -> None:
        verdict = judged(contract(milestone(SPRINTS, price)), mirror(FIRST, NEVER, BEFORE))["board-7"]
        assert verdict.amount == (usd(amount) if amount else None)
        assert ("would make it" in verdict.reason) is (amount is not None)

    def test_it_is_unknown_without_points_and_under_two_rules(self) -> None:
        assert judged(RULES, mirror(FIRST, story(1, None, closed=day(5))))["board-7"].amount is None
        both = contract(milestone(SUPPORT, PRICE) + milestone(OTHERS, PRICE, rule="others"))
        assert judged(both, mirror(FIRST, NEVER))["board-7"].amount is None

    def test_a_board_that_is_billed_by_time_counts_no_issues(self) -> None:
        assert "board-7" not in judged(timed(by_time(SPRINTS)), mirror(FIRST, NEVER, BEFORE))

    def test_a_contract_without_a_rule_for_sprints_holds_none(self) -> None:
        epics_only = contract(
            milestone('{ epics = { project = "ACME", label = "x" } }', '{ fixed = "1.00" }')
        )
        assert "board-7" not in judged(epics_only, mirror(FIRST, NEVER))


def test_an_issue_in_two_boards_is_held_once() -> None:
    boards = (*CATALOGUE.boards, Board("8", "Second board", "scrum", "1"))
    second = Sprint("5", "Second 1", "closed", "8", "Second board", day(1), day(14), day(14))
    rules = contract(
        milestone(SPRINTS, PRICE)
        + milestone('{ sprints = { board = "Second board" } }', PRICE, rule="second")
    )
    seen = mirror(FIRST, second, NEVER)
    both = Mirror(replace(seen.catalogue, boards=boards), seen.issues, seen.sprints)
    verdicts = judged(rules, both)
    assert "board-7" in verdicts
    assert "board-8" not in verdicts
