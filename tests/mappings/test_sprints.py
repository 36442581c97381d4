"""Sprints bill what was done in them, each issue once ever, with the points it had when they were completed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from acme import (
    EPICS,
    POINTS,
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
)

RULES = contract(milestone(SPRINTS, '{ per_point = "100.00" }'))
BOTH = contract(
    milestone(SPRINTS, '{ per_point = "100.00" }', rule="sprints")
    + milestone('{ epics = { project = "ACME", label = "billable" } }', '{ fixed = "500.00" }', rule="epics")
    + milestone('{ epics = { project = "BETA" } }', '{ fixed = "1.00" }', rule="far")
)
FIRST = sprint(1, start=day(1), completed=day(14))
SECOND = sprint(2, start=day(14), completed=day(28))


def test_points_done_in_the_sprint_are_billed_at_its_completion() -> None:
    seen = mirror(
        FIRST, story(1, closed=day(5), sprints=["1"]), story(2, sprints=["1"]), story(3, closed=day(5))
    )
    verdict = judged(RULES, seen)["sprint-1"]
    charge = due(verdict)
    assert (charge.quantity, charge.unit_price, charge.entitled) == (3, usd("100.00").decimal, usd("300.00"))
    assert (charge.due_at, charge.title) == (FIRST.completed_at, "Sprint 1")
    assert charge.text == "Sprint 1: 3 points"
    assert [leaf.key for leaf in charge.leaves] == ["ACME-1"]


def test_a_running_sprint_is_open_and_a_reopened_billed_one_is_held() -> None:
    running = replace(FIRST, state="active", completed_at=None)
    work = story(1, closed=day(5), sprints=["1"])
    assert judged(RULES, mirror(running, work))["sprint-1"].outcome == "open"
    billed = claim(due(judged(RULES, mirror(FIRST, work))["sprint-1"]))
    assert judged(RULES, mirror(running, work), [billed])["sprint-1"].code == "reopened"


def test_a_later_estimate_changes_nothing() -> None:
    late = story(
        1, "8", closed=day(5), sprints=["1"], history=steps(POINTS, (day(2), "", "5"), (day(20), "5", "8"))
    )
    assert due(judged(RULES, mirror(FIRST, late))["sprint-1"]).quantity == 5


def test_carried_over_work_counts_where_it_finishes() -> None:
    carried = story(
        1,
        closed=day(20),
        sprints=["1", "2"],
        history=steps("sprint", (day(2), "", "1"), (day(14), "1", "1, 2")),
    )
    verdicts = judged(RULES, mirror(FIRST, SECOND, carried))
    assert due(verdicts["sprint-1"]).entitled == usd("0.00")
    assert due(verdicts["sprint-2"]).entitled == usd("300.00")


def test_work_finished_twice_counts_where_it_was_finished_first() -> None:
    again = story(
        1,
        closed=day(20),
        sprints=["1", "2"],
        history=[
            *steps("category", (day(5), "new", "done"), (day(16), "done", "new")),
            *steps("sprint", (day(16), "1", "1,2")),
        ],
    )
    verdicts = judged(RULES, mirror(SECOND, FIRST, again))
    assert [leaf.key for leaf in due(verdicts["sprint-1"]).leaves] == ["ACME-1"]
    assert due(verdicts["sprint-2"]).leaves == ()


def test_a_claimed_issue_stays_with_the_sprint_that_billed_it() -> None:
    both = story(1, closed=day(5), sprints=["1", "2"])
    second = replace(SECOND, starts_at=day(1))
    first_late = replace(FIRST, completed_at=day(30))
    billed = claim(due(judged(RULES, mirror(first_late, second, both))["sprint-2"]))
    assert [leaf.key for leaf in billed.leaves] == ["ACME-1"]
    verdicts = judged(RULES, mirror(FIRST, second, both), [billed])
    assert due(verdicts["sprint-2"]).leaves == billed.leaves
    assert due(verdicts["sprint-1"]).leaves == ()


def test_work_taken_out_before_the_end_or_rejected_does_not_count() -> None:
    out = story(1, closed=day(5), history=steps("sprint", (day(2), "", "1"), (day(10), "1", "")))
    rejected = story(2, closed=day(5), sprints=["1"], resolution="Won't Do")
    reopened = story(3, closed=day(5), reopened=day(6), sprints=["1"])
    undone_later = story(4, closed=day(5), reopened=day(20), sprints=["1"])
    charge = due(judged(RULES, mirror(FIRST, out, rejected, reopened, undone_later))["sprint-1"])
    assert [leaf.key for leaf in charge.leaves] == ["ACME-4"]


def test_scope_that_came_late_went_or_was_done_before_is_shown_until_it_is_billed() -> None:
    stayed = story(1, closed=day(5), sprints=["1"])
    late = story(2, closed=day(5), sprints=["1"], history=steps("sprint", (day(3), "", "1")))
    gone = story(3, history=steps("sprint", (day(3), "1", "")))
    before = story(4, closed=day(1, 2), sprints=["1"])
    seen = mirror(FIRST, stayed, late, gone, before)
    verdict = judged(RULES, seen)["sprint-1"]
    assert [leaf.key for leaf in due(verdict).leaves] == ["ACME-1", "ACME-2"]
    (notice,) = verdict.notices
    assert notice.code == "sprint.scope"
    assert "started: ACME-2" in notice.reason
    assert "removed while it ran: ACME-3" in notice.reason
    assert "ACME-4" in notice.reason
    assert judged(RULES, seen, [claim(due(verdict))])["sprint-1"].notices == ()


def test_issues_without_points_are_not_billed_and_are_named() -> None:
    seen = mirror(FIRST, story(1, closed=day(5), sprints=["1"]), story(2, None, closed=day(5), sprints=["1"]))
    verdict = judged(RULES, seen)["sprint-1"]
    assert due(verdict).entitled == usd("300.00")
    assert [(notice.code, "ACME-2" in notice.reason) for notice in verdict.notices] == [
        ("points.missing", True)
    ]
    alone = judged(RULES, mirror(FIRST, story(2, None, closed=day(5), sprints=["1"])))["sprint-1"]
    assert (alone.outcome, alone.code) == ("held", "points.missing")


@pytest.mark.parametrize(
    ("name", "code"), [("Support 7", "due"), ("support 12", "due"), ("Sprint 7", "rule.none")]
)
def test_sprints_are_chosen_by_name(name: str, code: str) -> None:
    rules = contract(
        milestone('{ sprints = { board = "acme BOARD", name = "Support *" } }', '{ fixed = "9.00" }')
    )
    verdict = judged(rules, mirror(replace(FIRST, name=name)))["sprint-1"]
    assert verdict.code == code


def test_sprints_of_other_boards_are_none_of_our_work() -> None:
    assert judged(RULES, mirror(replace(FIRST, board_name="Other", board_id="8"))) == {}
    assert judged(RULES, mirror(replace(FIRST, board_name="Renamed"))) == {}


class TestOverlap:
    EPIC = epic(10, closed=day(20), labels=["billable"])
    STORY = story(1, closed=day(5), sprints=["1"], parent=10)

    def test_an_epic_and_a_sprint_that_reach_one_issue_are_both_held(self) -> None:
        verdicts = judged(BOTH, mirror(FIRST, self.EPIC, self.STORY))
        assert {verdicts[key].code for key in ("sprint-1", "ACME-10")} == {"overlap"}
        assert "ACME-1 " in verdicts["sprint-1"].reason

    def test_the_sprint_is_held_while_the_epic_is_open_as_well(self) -> None:
        verdicts = judged(BOTH, mirror(FIRST, epic(10, labels=["billable"]), self.STORY))
        assert (verdicts["sprint-1"].code, verdicts["ACME-10"].code) == ("overlap", "open")

    def test_the_epic_is_held_while_the_sprint_runs_as_well(self) -> None:
        running = replace(FIRST, state="active", completed_at=None)
        verdicts = judged(BOTH, mirror(running, self.EPIC, self.STORY))
        assert (verdicts["sprint-1"].code, verdicts["ACME-10"].code) == ("open", "overlap")

    def test_a_claimed_one_keeps_its_claim(self) -> None:
        seen = mirror(FIRST, self.EPIC, self.STORY)
        sprint_only = contract(milestone(SPRINTS, '{ per_point = "100.00" }', rule="sprints"))
        billed = claim(due(judged(sprint_only, seen)["sprint-1"]))
        verdicts = judged(BOTH, seen, [billed], recorded=[sprint_only])
        assert (verdicts["sprint-1"].outcome, verdicts["ACME-10"].code) == ("due", "overlap")
        epics_only = contract(milestone(EPICS, '{ fixed = "500.00" }', rule="epics"))
        billed = claim(due(judged(epics_only, seen)["ACME-10"]))
        verdicts = judged(BOTH, seen, [billed], recorded=[epics_only])
        assert (verdicts["sprint-1"].code, verdicts["ACME-10"].outcome) == ("overlap", "due")

    def test_an_epic_that_no_rule_reaches_is_in_nobody_s_way(self) -> None:
        verdicts = judged(BOTH, mirror(FIRST, epic(10, closed=day(20)), self.STORY))
        assert verdicts["sprint-1"].outcome == "due"
