"""Time and materials: hours by the day they were worked, each worklog once, summed exactly, rounded once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from acme import (
    EPICS,
    HEAD,
    NOW,
    SPRINTS,
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
from timed import CARD, by_time, log, on, timed

from mappings.compose import compose, whole
from mappings.contract.rules import Contract
from mappings.explain import explain
from model.billing import Charge, DraftLine
from model.money import Money, round_half_up
from model.work import Worklog

EPIC_TIME = timed(by_time(EPICS))
SPRINT_TIME = timed(by_time(SPRINTS))
FIRST = sprint(1, start=day(2), completed=day(14))
SECOND = sprint(2, start=day(14), completed=day(28))


def charge_of(*logs: Worklog, rules: Contract = EPIC_TIME) -> Charge:
    """The charge of an epic with one issue on which this time was logged."""
    seen = mirror(epic(1, closed=day(20)), on(issue(2, parent=1, closed=day(19)), *logs))
    return due(judged(rules, seen)["ACME-1"])


def line_of(charge: Charge, rules: Contract = EPIC_TIME) -> DraftLine:
    return compose(rules, "k", (whole(charge),), "", "UTC", NOW).lines[0]


class TestRates:
    def test_hours_at_one_rate_are_a_line_of_hours_times_the_rate(self) -> None:
        charge = charge_of(log(1, 3, 1.5), log(2, 4, 2.25, "Bob"))
        line = line_of(charge)
        assert (line.quantity, line.unit_price) == (usd("3.75").decimal, usd("120.00").decimal)
        assert line.amount == usd("450.00")
        assert charge.arithmetic == "3.75 h × 120.00 USD = 450.00 USD"
        assert charge.text.endswith(": 3.75 hours")

    def test_a_rate_that_changes_in_the_middle_counts_from_its_first_day(self) -> None:
        charge = charge_of(log(1, 9), log(2, 10), log(3, 11, 2, "Cy"))
        assert charge.entitled == usd("566.00")
        assert charge.arithmetic == "2 h × 160.00 USD + 1 h × 126.00 USD + 1 h × 120.00 USD = 566.00 USD"
        assert (charge.quantity, charge.unit_price) == (1, usd("566.00").decimal)
        assert (line_of(charge).quantity, line_of(charge).unit_price) == (1, usd("566.00").decimal)

    @pytest.mark.parametrize(("hour", "rate"), [(22, "120.00"), (23, "126.00")])
    def test_the_day_is_that_of_the_company_not_of_the_one_who_worked(self, hour: int, rate: str) -> None:
        # Berlin is an hour ahead in winter: 23:00 in UTC is the next day there.
        assert charge_of(log(1, datetime(2026, 3, 9, hour, tzinfo=UTC))).entitled == usd(rate)

    def test_the_strictest_rate_wins(self) -> None:
        rules = timed(by_time('{ epics = { project = "BETA" } }'))
        place = ("2", "BETA")
        work = on(issue(2, parent=1, closed=day(19), project=place), log(1, 3), log(2, 3, 1, "Bob"))
        charge = due(judged(rules, mirror(epic(1, closed=day(20), project=place), work))["BETA-1"])
        assert charge.arithmetic == "1 h × 120.00 USD + 1 h × 90.00 USD = 210.00 USD"

    def test_a_missing_rate_holds_the_work_and_names_who_when_and_where(self) -> None:
        seen = mirror(epic(1, closed=day(20)), on(issue(2, parent=1, closed=day(19)), log(1, 3, 1, "Di")))
        verdict = judged(EPIC_TIME, seen)["ACME-1"]
        assert (verdict.outcome, verdict.code, verdict.amount) == ("held", "rate.missing", None)
        assert verdict.reason == "rate card 'standard' has no rate for Di on 2026-03-03 (ACME-2)"
        assert "add a rate" in explain(verdict, ()).change

    def test_time_that_is_not_visible_any_more_holds_the_work_and_takes_nothing_back(self) -> None:
        billed = claim(charge_of(log(1, 3), log(2, 4)))
        gone = replace(log(2, 4), hidden=True)
        seen = mirror(epic(1, closed=day(20)), on(issue(2, parent=1, closed=day(19)), log(1, 3), gone))
        for claims in ([], [billed]):
            verdict = judged(EPIC_TIME, seen, claims)["ACME-1"]
            assert (verdict.outcome, verdict.code) == ("held", "time.hidden")
            assert verdict.reason.endswith("Ann on 2026-03-04 (ACME-2)")
            assert explain(verdict, claims).change == verdict.hint
            assert verdict.hint

    def test_one_person_under_a_name_and_an_account_id_is_a_tie_that_holds_the_work(self) -> None:
        twice = '[[rate]]\nfrom = 2026-01-01\n{}\nper_hour = "{}"\n'
        card = CARD[: CARD.index("[[rate]]")] + twice.format('person = "Eve"', "1.00")
        card += twice.format('person = "id-eve"', "2.00")
        seen = mirror(epic(1, closed=day(20)), on(issue(2, parent=1, closed=day(19)), log(1, 3, 1, "Eve")))
        verdict = judged(timed(by_time(EPICS), card), seen)["ACME-1"]
        assert (verdict.outcome, verdict.code) == ("held", "rate.tie")
        assert "lines 10, 14" in verdict.reason

    def test_a_third_of_an_hour_is_no_quantity_and_still_exact(self) -> None:
        charge = charge_of(log(1, 3, 1 / 3))
        assert charge.arithmetic == "0:20 h × 120.00 USD = 40.00 USD"
        assert (line_of(charge).quantity, line_of(charge).amount) == (1, usd("40.00"))

    def test_work_without_any_time_is_worth_nothing_and_not_forgotten(self) -> None:
        assert (charge_of().entitled, charge_of().arithmetic) == (usd("0.00"), "no time is logged")

    @given(
        st.lists(st.tuples(st.integers(1, 200_000), st.sampled_from(["Ann", "Cy"])), max_size=8),
        st.sampled_from(["USD", "JPY", "KWD"]),
        st.randoms(use_true_random=False),
    )
    def test_any_seconds_sum_exactly_and_round_once_in_any_order(
        self, entries: list[tuple[int, str]], currency: str, shuffled: object
    ) -> None:
        rates = {"Ann": 12_011, "Cy": 16_007}  # minor units
        card = CARD.replace("USD", currency)
        for old, who in (("120.00", "Ann"), ("160.00", "Cy")):
            card = card.replace(old, f"{Money(rates[who], currency).decimal:f}")
        card = card.replace("126.00", "1").replace("90.00", "1")
        head = HEAD.replace("USD", currency).replace("1000.00", "1000")
        logs = [replace(log(at, 3, 1, who), seconds=time) for at, (time, who) in enumerate(entries)]
        shuffled.shuffle(logs)  # type: ignore[attr-defined]
        rules = timed(by_time(EPICS), card, head)
        charge = charge_of(*logs, rules=rules)
        exact = sum((Fraction(time * rates[who], 3600) for time, who in entries), Fraction(0))
        assert charge.entitled == Money(round_half_up(exact), currency)
        line = line_of(charge, rules)
        assert Money.rounded(line.quantity * line.unit_price, currency) == charge.entitled == line.amount


class TestEpic:
    def test_time_counts_on_the_epic_its_issues_and_their_sub_tasks_whatever_became_of_them(self) -> None:
        seen = mirror(
            on(epic(1, closed=day(20)), log(1, 3)),
            on(issue(2, parent=1, closed=day(19), resolution="Won't Do"), log(2, 3)),
            on(issue(3, parent=2, level=-1, closed=day(19)), log(3, 3)),
            on(issue(4, closed=day(19)), log(4, 3)),
        )
        charge = due(judged(EPIC_TIME, seen)["ACME-1"])
        assert [(leaf.key, leaf.worklog_id) for leaf in charge.leaves] == [
            ("ACME-1", "1"),
            ("ACME-2", "2"),
            ("ACME-3", "3"),
        ]
        assert {leaf.quantity for leaf in charge.leaves} == {3600}

    def test_time_that_is_added_corrected_or_removed_later_is_a_difference_of_the_same_charge(self) -> None:
        first = charge_of(log(1, 3, 2))
        billed = claim(first)
        for logs, amount in (((log(1, 3, 3), log(2, 4)), "480.00"), ((), "0.00")):
            seen = mirror(epic(1, closed=day(20)), on(issue(2, parent=1, closed=day(19)), *logs))
            later = due(judged(EPIC_TIME, seen, [billed])["ACME-1"])
            assert (later.key, later.entitled) == (first.key, usd(amount))

    def test_billed_time_keeps_the_card_it_was_billed_by_also_for_what_is_logged_late(self) -> None:
        billed = claim(charge_of(log(1, 3)))
        dearer = timed(by_time(EPICS), CARD.replace("120.00", "200.00"))
        seen = mirror(
            epic(1, closed=day(20)),
            on(issue(2, parent=1, closed=day(19)), log(1, 3), log(2, 4)),
            epic(5, closed=day(20)),
            on(issue(6, parent=5, closed=day(19)), log(3, 3)),
        )
        verdicts = judged(dearer, seen, [billed], recorded=[EPIC_TIME])
        assert due(verdicts["ACME-1"]).entitled == usd("240.00")
        assert due(verdicts["ACME-5"]).entitled == usd("200.00")

    def test_time_from_before_the_contract_starts_is_not_billed_and_is_said(self) -> None:
        early = log(1, datetime(2025, 12, 31, 12, tzinfo=UTC), 2.5)
        seen = mirror(epic(1, closed=day(20)), on(issue(2, parent=1, closed=day(19)), early, log(2, 3)))
        verdict = judged(EPIC_TIME, seen)["ACME-1"]
        assert due(verdict).entitled == usd("120.00")
        (notice,) = verdict.notices
        assert notice.code == "time.before_start"
        assert notice.reason.startswith("2.5 hours worked before the contract starts on 2026-01-01")

    def test_time_of_the_contract_s_first_day_counts(self) -> None:
        rules = timed(by_time(EPICS), head=HEAD.replace("2026-01-01", "2026-03-03"))
        assert charge_of(log(1, 2), log(2, 3), rules=rules).entitled == usd("120.00")

    def test_not_to_exceed(self) -> None:
        rules = timed(by_time(EPICS, ', cap = "150.00"'))
        seen = mirror(epic(1, closed=day(20)), on(issue(2, parent=1, closed=day(19)), log(1, 3, 2)))
        verdict = judged(rules, seen)["ACME-1"]
        assert (due(verdict).entitled, due(verdict).quantity) == (usd("150.00"), 1)
        assert verdict.rest is not None
        assert verdict.rest.amount == usd("90.00")

    def test_the_explanation_lists_hours_by_issue(self) -> None:
        seen = mirror(
            epic(1, closed=day(20)), on(issue(2, parent=1, closed=day(19)), log(1, 3), log(2, 4, 0.5))
        )
        steps = explain(judged(EPIC_TIME, seen)["ACME-1"], ()).steps
        assert "issues: ACME-2 1.5 h" in steps


class TestSprint:
    def test_time_counts_by_day_from_start_to_completion(self) -> None:
        logs = [log(at, at) for at in (1, 2, 14, 15)]
        seen = mirror(FIRST, on(issue(1, sprints=["1"]), *logs))
        charge = due(judged(SPRINT_TIME, seen)["sprint-1"])
        assert [leaf.worklog_id for leaf in charge.leaves] == ["2", "14"]

    def test_time_on_no_day_of_any_sprint_is_said_with_the_last_sprint_of_its_issue(self) -> None:
        second = sprint(2, start=day(16), completed=day(28))
        seen = mirror(
            FIRST, second, on(issue(1, sprints=["1", "2"]), log(1, 14), log(2, 15, 1.5), log(3, 20))
        )
        verdicts = judged(SPRINT_TIME, seen)
        assert verdicts["sprint-1"].notices == ()
        (notice,) = verdicts["sprint-2"].notices
        assert notice.code == "time.outside"
        assert notice.reason.startswith("1.5 hours on its issues were worked on no day of any sprint")

    def test_a_day_of_two_sprints_belongs_to_the_one_completed_first(self) -> None:
        seen = mirror(FIRST, SECOND, on(issue(1, sprints=["1", "2"]), log(1, 14), log(2, 20)))
        verdicts = judged(SPRINT_TIME, seen)
        worked = {key: [leaf.worklog_id for leaf in due(each).leaves] for key, each in verdicts.items()}
        assert worked == {"sprint-1": ["1"], "sprint-2": ["2"]}

    def test_time_that_a_sprint_billed_stays_with_it_and_the_rest_of_the_issue_is_free(self) -> None:
        both = on(issue(1, sprints=["1", "2"]), log(1, 14), log(2, 20))
        billed = claim(due(judged(SPRINT_TIME, mirror(SECOND, both))["sprint-2"]))
        assert [leaf.worklog_id for leaf in billed.leaves] == ["1", "2"]
        verdicts = judged(SPRINT_TIME, mirror(FIRST, SECOND, both), [billed])
        assert due(verdicts["sprint-1"]).leaves == ()
        assert due(verdicts["sprint-2"]).leaves == billed.leaves
        more = replace(both, worklogs=(*both.worklogs, log(3, 5)))
        verdicts = judged(SPRINT_TIME, mirror(FIRST, SECOND, more), [billed])
        assert [leaf.worklog_id for leaf in due(verdicts["sprint-1"]).leaves] == ["3"]

    def test_time_on_an_issue_that_left_the_sprint_before_its_end_counts(self) -> None:
        left = issue(1, history=steps("sprint", (day(1), "", "1"), (day(6), "1", "")))
        never = issue(
            2, history=steps("sprint", (day(1), "", "1"), (datetime(2026, 3, 1, 13, tzinfo=UTC), "1", ""))
        )
        seen = mirror(FIRST, on(left, log(1, 4)), on(never, log(2, 4)))
        assert [leaf.worklog_id for leaf in due(judged(SPRINT_TIME, seen)["sprint-1"]).leaves] == ["1"]

    def test_only_members_count_and_a_sub_task_counts_with_its_story(self) -> None:
        seen = mirror(
            FIRST,
            on(issue(1, sprints=["1"])),
            on(issue(2, parent=1, level=-1), log(1, 3)),
            on(issue(3, sprints=["9"]), log(2, 3)),
        )
        charge = due(judged(SPRINT_TIME, seen)["sprint-1"])
        assert [(leaf.key, leaf.worklog_id) for leaf in charge.leaves] == [("ACME-2", "1")]

    def test_an_epic_with_a_price_of_its_own_that_reaches_the_same_issue_is_held_with_the_sprint(
        self,
    ) -> None:
        rules = timed(by_time(SPRINTS) + milestone(EPICS, '{ fixed = "500.00" }'))
        seen = mirror(
            FIRST,
            epic(1, closed=day(12)),
            issue(2, parent=1, sprints=["1"], closed=day(12)),
            on(issue(3, parent=2, level=-1, closed=day(12)), log(1, 3)),
        )
        verdicts = judged(rules, seen)
        assert {verdict.code for verdict in verdicts.values()} == {"overlap"}

    def test_a_billed_epic_holds_the_time_of_its_issues(self) -> None:
        fixed = timed(milestone(EPICS, '{ fixed = "500.00" }') + by_time('{ sprints = { board = "none" } }'))
        work = [epic(1, closed=day(12)), on(issue(2, parent=1, sprints=["1"], closed=day(12)), log(1, 3))]
        billed = claim(due(judged(fixed, mirror(*work))["ACME-1"]))
        rules = timed(milestone(EPICS, '{ fixed = "500.00" }') + by_time(SPRINTS))
        verdicts = judged(rules, mirror(FIRST, *work), [billed], recorded=[fixed])
        assert (verdicts["ACME-1"].outcome, verdicts["sprint-1"].code) == ("due", "overlap")


class TestTwoContracts:
    def test_a_successor_bills_the_later_time_of_an_issue_and_never_the_same_worklog(self) -> None:
        named = '{{ sprints = {{ board = "ACME board", name = "Sprint {}" }} }}'
        before = timed(by_time(named.format(1)))
        after = timed(by_time(named.format(2)), head=HEAD.replace('"acme"', '"beta"'))
        both = on(issue(1, sprints=["1", "2"]), log(1, 5), log(2, 20))
        billed = claim(due(judged(before, mirror(FIRST, both))["sprint-1"]))
        verdicts = judged(after, mirror(FIRST, SECOND, both), [billed], others=[before])
        assert [leaf.worklog_id for leaf in due(verdicts["sprint-2"]).leaves] == ["2"]
        moved = replace(both, worklogs=(log(1, 21), log(2, 20)))
        verdicts = judged(after, mirror(FIRST, SECOND, moved), [billed], others=[before])
        assert verdicts["sprint-2"].code == "overlap"
        assert "billed already under contract 'acme'" in verdicts["sprint-2"].reason

    def test_time_billed_on_a_sub_task_elsewhere_holds_an_epic_that_bills_its_story(self) -> None:
        work = (issue(2, parent=1, sprints=["1"], closed=day(9)), on(issue(3, parent=2, level=-1), log(1, 3)))
        billed = claim(due(judged(SPRINT_TIME, mirror(FIRST, *work))["sprint-1"]))
        fixed = contract(milestone(EPICS, '{ fixed = "500.00" }'), head=HEAD.replace('"acme"', '"beta"'))
        verdict = judged(fixed, mirror(FIRST, epic(1, closed=day(9)), *work), [billed])["ACME-1"]
        assert (verdict.code, "'acme'" in verdict.reason) == ("overlap", True)


def test_a_contract_says_whether_it_bills_time() -> None:
    assert EPIC_TIME.bills_time
    assert not timed(milestone(EPICS, '{ fixed = "1.00" }')).bills_time
