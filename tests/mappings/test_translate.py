"""Each piece of work ends in exactly one verdict, and the verdict says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from acme import (
    ACCEPTED,
    AMOUNT,
    BILLING,
    EPICS,
    HEAD,
    NOW,
    POINTS,
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

from mappings.contract.rules import Contract
from model.work import Issue

FIXED = '{ fixed = "500.00" }'
PLAIN = contract(milestone(EPICS, FIXED))
GATED = contract(milestone(EPICS, FIXED, 'accept = { field = "Client accepted", is = "Yes" }'))
LABELLED = contract(milestone('{ epics = { project = "ACME", label = "billable" } }', FIXED))
TIED = contract(
    milestone('{ epics = { project = "ACME", label = "a" } }', FIXED, rule="one")
    + milestone('{ epics = { project = "ACME", label = "b" } }', FIXED, rule="two")
)
EXCLUDING = contract(
    milestone(EPICS, FIXED)
    + '[[exclude]]\nrule = "internal"\nreason = "ours"\n'
    + 'work = { epics = { project = "ACME", label = "internal" } }\n'
)
AMOUNTS = contract(milestone(EPICS, '{ amount = { field = "Amount" } }'))
UNKNOWN_FIELD = contract(milestone(EPICS, '{ amount = { field = "Amuont" } }'))
SHARES = contract(milestone(EPICS, '{ percent = { field = "Billing %" } }'))
UNSIZED = contract(milestone(EPICS, '{ per_point = "1.00" }'), head=HEAD + 'points_field = "Size"\n')
POINTED = contract(milestone(EPICS, '{ per_point = "150.00" }'))

EARLY = epic(1, closed=datetime(2025, 12, 31, 12, tzinfo=UTC))
DONE = epic(1, closed=day(1))


def done(**more: object) -> Issue:
    return epic(1, closed=day(1), **more)


def child(**more: object) -> Issue:
    return issue(2, parent=1, closed=day(1), **more)  # type: ignore[arg-type]


CASES = [
    ("closed work is due", PLAIN, [DONE], "due", "due"),
    ("open work is open", PLAIN, [epic(1)], "open", "open"),
    ("reopened before it was billed is open", PLAIN, [done(reopened=day(2))], "open", "open"),
    ("won't do is excluded", PLAIN, [done(resolution="won't do")], "excluded", "excluded.resolution"),
    ("closed before the start", PLAIN, [EARLY], "excluded", "excluded.before_start"),
    ("an exclusion", EXCLUDING, [done(labels=["Internal"])], "excluded", "excluded.rule"),
    ("an exclusion for other work", EXCLUDING, [DONE], "due", "due"),
    ("no rule", LABELLED, [done(labels=["x"])], "held", "rule.none"),
    ("two rules", TIED, [done(labels=["a", "b"])], "held", "rule.tie"),
    ("one of two rules", TIED, [done(labels=["b"])], "due", "due"),
    ("an open child", PLAIN, [DONE, issue(2, parent=1)], "held", "children.open"),
    ("closed children", PLAIN, [DONE, child()], "due", "due"),
    ("not accepted", GATED, [DONE], "held", "accept.missing"),
    ("accepted otherwise", GATED, [done(fields={ACCEPTED: "No"})], "held", "accept.missing"),
    ("accepted", GATED, [done(fields={ACCEPTED: "yes"})], "due", "due"),
    ("no amount", AMOUNTS, [DONE], "held", "field.missing"),
    ("an unknown field", UNKNOWN_FIELD, [DONE], "held", "field.missing"),
    ("an odd amount", AMOUNTS, [done(fields={AMOUNT: "about 12"})], "held", "field.invalid"),
    ("thousand separators", AMOUNTS, [done(fields={AMOUNT: "1,200"})], "held", "field.invalid"),
    ("a negative amount", AMOUNTS, [done(fields={AMOUNT: "-5"})], "held", "field.invalid"),
    ("half a cent", AMOUNTS, [done(fields={AMOUNT: "1.005"})], "held", "field.invalid"),
    ("a share beyond the whole", SHARES, [done(fields={BILLING: "101"})], "held", "field.invalid"),
    ("a negative share", SHARES, [done(fields={BILLING: "-5"})], "held", "field.invalid"),
    ("a share with its sign", SHARES, [done(fields={BILLING: "12.5 %"})], "due", "due"),
    ("no field of points", UNSIZED, [DONE, child()], "held", "field.missing"),
    ("no points", POINTED, [DONE, child()], "held", "points.missing"),
    ("odd points", POINTED, [DONE, child(fields={POINTS: "-1"})], "held", "field.invalid"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "work", "outcome", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_work_ends_in_its_verdict(rules: Contract, work: list[Issue], outcome: str, code: str) -> None:
    verdict = judged(rules, mirror(*work))["ACME-1"]
    assert (verdict.outcome, verdict.code) == (outcome, code), verdict.reason
    assert (verdict.charge is not None) == (outcome == "due")
    assert verdict.reason
    assert verdict.hint or outcome == "due"


def test_hidden_work_is_held_whether_by_itself_or_with_its_project() -> None:
    work = epic(1, closed=day(1))
    for seen in (mirror(work, hidden=[work.id]), mirror(work, hidden_projects=["1"])):
        verdict = judged(PLAIN, seen)["ACME-1"]
        assert (verdict.outcome, verdict.code) == ("held", "hidden")


def test_billed_work_that_the_mirror_never_saw_is_held_as_not_visible() -> None:
    first = due(judged(PLAIN, mirror(epic(1, closed=day(1))))["ACME-1"])
    verdict = judged(PLAIN, mirror(), [claim(first)])["epic-10001"]
    assert (verdict.outcome, verdict.code, verdict.amount) == ("held", "hidden", usd("500.00"))


def test_a_reopened_epic_is_held_while_its_claim_lives() -> None:
    first = due(judged(PLAIN, mirror(epic(1, closed=day(1))))["ACME-1"])
    again = mirror(epic(1, closed=day(1), reopened=day(2)))
    assert judged(PLAIN, again, [claim(first)])["ACME-1"].code == "reopened"
    for ended in ("withdrawn", "declined"):
        assert judged(PLAIN, again, [claim(first, ended=ended)])["ACME-1"].code == "open"
    rejected = mirror(epic(1, closed=day(1), resolution="Duplicate"))
    assert judged(PLAIN, rejected, [claim(first)])["ACME-1"].code == "reopened"


def test_a_billed_epic_keeps_the_rules_it_was_billed_under() -> None:
    dearer = contract(milestone(EPICS, '{ fixed = "900.00" }'))
    work = [epic(1, closed=day(1)), epic(2, closed=day(2))]
    first = due(judged(PLAIN, mirror(*work))["ACME-1"])
    verdicts = judged(dearer, mirror(*work), [claim(first)], recorded=[PLAIN])
    assert due(verdicts["ACME-1"]) == first
    assert due(verdicts["ACME-2"]).entitled == usd("900.00")
    assert due(verdicts["ACME-2"]).rule_version == dearer.version != first.rule_version


def test_work_whose_draft_we_withdrew_is_priced_by_the_rules_of_today() -> None:
    dearer = contract(milestone(EPICS, '{ fixed = "900.00" }'))
    seen = mirror(epic(1, closed=day(1)))
    withdrawn = claim(due(judged(PLAIN, seen)["ACME-1"]), ended="withdrawn")
    assert due(judged(dearer, seen, [withdrawn], recorded=[PLAIN])["ACME-1"]).entitled == usd("900.00")


def test_billed_work_whose_recorded_rules_are_lost_is_held() -> None:
    other = contract(milestone(EPICS, '{ fixed = "900.00" }'))
    first = due(judged(other, mirror(epic(1, closed=day(1))))["ACME-1"])
    assert judged(PLAIN, mirror(epic(1, closed=day(1))), [claim(first)])["ACME-1"].code == "rule.lost"


def test_billed_work_that_left_its_rule_is_held_and_not_dropped() -> None:
    first = due(judged(LABELLED, mirror(epic(1, closed=day(1), labels=["billable"])))["ACME-1"])
    verdict = judged(LABELLED, mirror(epic(1, closed=day(1))), [claim(first)])["ACME-1"]
    assert (verdict.outcome, verdict.code) == ("held", "rule.none")
    excluded = judged(
        EXCLUDING,
        mirror(epic(1, closed=day(1), labels=["internal"])),
        [claim(due(judged(EXCLUDING, mirror(epic(1, closed=day(1))))["ACME-1"]))],
    )
    assert (excluded["ACME-1"].outcome, excluded["ACME-1"].code) == ("held", "rule.none")


def test_billed_work_that_moved_to_an_unreached_project_stays_in_sight() -> None:
    first = due(judged(PLAIN, mirror(epic(1, closed=day(1))))["ACME-1"])
    moved = epic(1, closed=day(1), project=("2", "BETA"))
    verdict = judged(PLAIN, mirror(moved), [claim(first)])["BETA-1"]
    assert (verdict.outcome, verdict.code, verdict.charge_key) == ("held", "rule.none", first.key)


def test_the_latest_closing_decides_and_midnight_is_the_company_s() -> None:
    closed = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)  # 1 January in Berlin
    charge = due(judged(PLAIN, mirror(epic(1, closed=closed)))["ACME-1"])
    assert (charge.service_on.isoformat(), charge.due_at) == ("2026-01-01", closed)
    twice = epic(
        1,
        closed=day(20),
        history=steps("category", (day(1), "new", "done"), (day(2), "done", "new")),
    )
    assert due(judged(PLAIN, mirror(twice))["ACME-1"]).due_at == day(20)


def test_work_that_is_done_without_a_recorded_closing_still_has_a_closing_time() -> None:
    silent = replace(epic(1, closed=day(1)), history=())
    assert due(judged(PLAIN, mirror(silent))["ACME-1"]).due_at == silent.created_at
    renamed = replace(silent, history=tuple(steps("status", (day(4), "Old", "Shipped"))))
    assert due(judged(PLAIN, mirror(renamed))["ACME-1"]).due_at == day(4)


def test_a_change_between_two_done_statuses_does_not_move_the_closing() -> None:
    moved = epic(1, closed=day(1), history=steps("category", (day(9), "done", "done")))
    assert due(judged(PLAIN, mirror(moved))["ACME-1"]).due_at == day(1)


def test_sub_tasks_are_part_of_their_story() -> None:
    assert (
        judged(PLAIN, mirror(epic(1, closed=day(1)), issue(2, level=-1, parent=1)))["ACME-1"].outcome == "due"
    )


def test_only_epics_by_level_are_billed_otherwise_rules() -> None:
    assert judged(PLAIN, mirror(issue(1, closed=day(1)))) == {}


def test_open_children_may_be_billed_by_policy() -> None:
    brave = contract(milestone(EPICS, FIXED), head=HEAD + 'open_children = "bill"\n')
    assert judged(brave, mirror(epic(1, closed=day(1)), issue(2, parent=1)))["ACME-1"].outcome == "due"


def test_an_open_epic_whose_children_are_all_done_is_noticed() -> None:
    verdict = judged(PLAIN, mirror(epic(1), issue(2, parent=1, closed=day(1))))["ACME-1"]
    assert [notice.code for notice in verdict.notices] == ["children.done"]
    assert judged(PLAIN, mirror(epic(1), issue(2, parent=1)))["ACME-1"].notices == ()
    assert judged(PLAIN, mirror(epic(1)))["ACME-1"].notices == ()


def test_held_work_says_what_it_would_be_worth() -> None:
    assert judged(GATED, mirror(epic(1, closed=day(1))))["ACME-1"].amount == usd("500.00")
    assert judged(PLAIN, mirror(epic(1)))["ACME-1"].amount == usd("500.00")


def test_the_nearest_rule_and_its_failing_clause_are_named() -> None:
    rules = contract(
        milestone('{ epics = { project = "ACME", label = "billable", type = "Bug" } }', FIXED, rule="far")
        + milestone('{ epics = { project = "ACME", label = "billable" } }', FIXED, rule="near").replace(
            '"billable" }', '"billable", summary = "Work*" }'
        )
    )
    verdict = judged(rules, mirror(epic(1, closed=day(1), labels=["later"])))["ACME-1"]
    assert "'near'" in verdict.reason
    assert "label is 'billable', but it is later" in verdict.reason
    assert [clause.holds for clause in verdict.clauses] == [True, False, True]


def test_epic_points_count_as_they_were_when_epic_and_child_were_closed() -> None:
    estimates = steps(POINTS, (day(4).replace(hour=20), "3", "5"), (day(9), "5", "8"))
    late = issue(2, parent=1, closed=day(5), fields={POINTS: "8"}, history=estimates)
    rejected = issue(3, parent=1, closed=day(1), fields={POINTS: "13"}, resolution="Won't Do")
    charge = due(judged(POINTED, mirror(epic(1, closed=day(4)), late, rejected))["ACME-1"])
    assert (charge.quantity, charge.entitled) == (5, usd("750.00"))
    assert [(leaf.key, leaf.quantity) for leaf in charge.leaves] == [("ACME-2", 5)]
    assert charge.arithmetic == "1 issue, 5 points × 150.00 USD = 750.00 USD"


def test_an_issue_that_moves_to_another_epic_stays_where_the_client_was_billed_for_it() -> None:
    child = issue(9, parent=1, closed=day(1), fields={POINTS: "3"})
    other = issue(8, parent=2, closed=day(1), fields={POINTS: "1"})
    epics = [epic(1, closed=day(1)), epic(2, closed=day(1))]
    first = due(judged(POINTED, mirror(*epics, child, other))["ACME-1"])
    moved = replace(child, parent_id=epics[1].id)
    verdicts = judged(POINTED, mirror(*epics, moved, other), [claim(first)])
    assert due(verdicts["ACME-2"]).quantity == 1
    assert due(verdicts["ACME-1"]).entitled == usd("450.00")


def test_texts_from_jira_are_made_inert() -> None:
    nasty = epic(1, closed=day(1), summary="Pay\u202e me\n{contract.po}\x00 =1+1\u200b" + "x" * 500)
    verdict = judged(PLAIN, mirror(nasty))["ACME-1"]
    assert verdict.title.startswith("ACME-1 Pay me {contract.po} =1+1xxx")
    assert len(verdict.title) == 120
    assert due(verdict).text.startswith("ACME-1 Pay me {contract.po} =1+1x")


class TestDeposit:
    RULES = contract(milestone(EPICS, FIXED) + '[deposit]\namount = "20 %"\nitem = "Deposits"\n')

    def test_waits_for_its_day_in_the_company_s_zone(self) -> None:
        before = judged(self.RULES, mirror(), now=datetime(2025, 12, 31, 22, 59, tzinfo=UTC))["deposit"]
        assert (before.outcome, before.code, before.charge) == ("open", "deposit.waiting", None)
        after = judged(self.RULES, mirror(), now=datetime(2025, 12, 31, 23, 0, tzinfo=UTC))["deposit"]
        assert due(after).entitled == usd("200.00")
        assert (due(after).share, due(after).item, due(after).kind, due(after).work) == (
            None,
            "Deposits",
            "deposit",
            None,
        )
        assert due(after).key == "acme|contract|deposit"

    def test_once_billed_it_stays_due_whatever_its_day(self) -> None:
        billed = claim(due(judged(self.RULES, mirror())["deposit"]))
        early = judged(self.RULES, mirror(), [billed], now=datetime(2025, 6, 1, tzinfo=UTC))["deposit"]
        assert due(early).entitled == usd("200.00")

    def test_keeps_the_version_it_was_billed_under_even_when_the_rules_drop_it(self) -> None:
        billed = claim(due(judged(self.RULES, mirror())["deposit"]))
        again = judged(PLAIN, mirror(), [billed], recorded=[self.RULES])["deposit"]
        assert due(again).entitled == usd("200.00")

    def test_may_be_a_fixed_amount_on_a_later_day(self) -> None:
        rules = contract(
            milestone(EPICS, FIXED) + '[deposit]\namount = "75.50"\nwhen = 2026-07-01\nitem = "D"\n'
        )
        assert judged(rules, mirror())["deposit"].code == "deposit.waiting"
        assert due(judged(rules, mirror(), now=day(2, 7))["deposit"]).entitled == usd("75.50")

    def test_stands_outside_the_percent_schedule(self) -> None:
        rules = contract(
            milestone(EPICS, '{ percent = "100 %" }') + '[deposit]\namount = "20 %"\nitem = "D"\n'
        )
        billed = claim(due(judged(rules, mirror())["deposit"]))
        whole = judged(rules, mirror(epic(1, closed=day(1))), [billed])["ACME-1"]
        assert due(whole).entitled == usd("1000.00")


class TestSeveralContracts:
    OTHER = replace(PLAIN, id="zeta", file="zeta.toml", version="2" * 12)
    WORK = mirror(epic(1, closed=day(1)))

    def test_a_tie_across_contracts_is_one_verdict_of_the_first(self) -> None:
        assert judged(PLAIN, self.WORK, others=[self.OTHER])["ACME-1"].code == "rule.tie"
        assert judged(self.OTHER, self.WORK, others=[PLAIN]) == {}

    def test_work_that_nobody_matches_belongs_to_the_first_that_reaches_it(self) -> None:
        later = replace(LABELLED, id="zeta", version="3" * 12)
        assert judged(LABELLED, self.WORK, others=[later])["ACME-1"].code == "rule.none"
        assert judged(later, self.WORK, others=[LABELLED]) == {}

    def test_the_only_one_that_matches_speaks_for_it(self) -> None:
        first = replace(LABELLED, id="aaa", version="4" * 12)
        assert judged(PLAIN, self.WORK, others=[first])["ACME-1"].outcome == "due"
        assert judged(first, self.WORK, others=[PLAIN]) == {}

    def test_a_successor_leaves_earlier_closings_to_its_predecessor(self) -> None:
        successor = replace(self.OTHER, starts=NOW.date())
        assert judged(PLAIN, self.WORK, others=[successor])["ACME-1"].outcome == "due"
        assert judged(successor, self.WORK, others=[PLAIN]) == {}

    def test_a_successor_s_first_day_begins_at_the_company_s_midnight(self) -> None:
        closed = mirror(epic(1, closed=datetime(2026, 5, 31, 23, 0, tzinfo=UTC)))  # 1 June in Berlin
        successor = replace(self.OTHER, starts=NOW.date())
        assert judged(PLAIN, closed, others=[successor]) == {}
        assert judged(successor, closed, others=[PLAIN])["ACME-1"].outcome == "due"

    def test_work_belongs_to_the_contract_that_started_last_when_it_was_closed(self) -> None:
        third = replace(self.OTHER, id="third", version="6" * 12, starts=date(2026, 3, 1))
        second = replace(self.OTHER, starts=date(2026, 2, 1))
        works = mirror(
            *(epic(month, closed=datetime(2026, month, 15, 12, tzinfo=UTC)) for month in (1, 2, 3)), epic(4)
        )
        for own, key in ((PLAIN, "ACME-1"), (second, "ACME-2"), (third, "ACME-3")):
            others = [each for each in (PLAIN, second, third) if each is not own]
            found = judged(own, works, others=others)
            assert found.pop(key).outcome == "due"
            assert list(found) == (["ACME-4"] if own is third else []), "open work is the newest one's"

    def test_what_a_former_contract_billed_stays_with_it(self) -> None:
        work = mirror(epic(1, closed=datetime(2026, 2, 15, 12, tzinfo=UTC)))
        billed = claim(due(judged(PLAIN, work)["ACME-1"]))
        successor = replace(self.OTHER, starts=date(2026, 2, 1))
        assert judged(PLAIN, work, [billed], others=[successor])["ACME-1"].outcome == "due"
        assert judged(successor, work, [billed], others=[PLAIN]) == {}

    def test_contracts_of_two_clients_never_follow_each_other(self) -> None:
        other = replace(self.OTHER, client="Beta", starts=date(2026, 2, 1))
        work = mirror(epic(1, closed=datetime(2026, 2, 15, 12, tzinfo=UTC)))
        assert judged(PLAIN, work, others=[other])["ACME-1"].code == "rule.tie"

    def test_work_billed_under_one_contract_is_never_billed_under_another(self) -> None:
        billed = claim(due(judged(self.OTHER, self.WORK)["ACME-1"]))
        assert judged(PLAIN, self.WORK, [billed], others=[self.OTHER]) == {}
        kept = judged(self.OTHER, self.WORK, [billed], others=[PLAIN])["ACME-1"]
        assert kept.outcome == "due"
        assert kept.notices == ()
        orphan = judged(PLAIN, self.WORK, [billed])["ACME-1"]
        assert (orphan.outcome, orphan.code) == ("held", "rule.other_contract")

    def test_billed_work_that_only_another_contract_matches_now_stays_and_is_said(self) -> None:
        labelled = mirror(epic(1, closed=day(1), labels=["billable"]))
        mine = replace(LABELLED, id="zeta", version="5" * 12)
        billed = claim(due(judged(mine, labelled)["ACME-1"]))
        verdict = judged(mine, self.WORK, [billed], others=[PLAIN])["ACME-1"]
        assert (verdict.outcome, verdict.code) == ("held", "rule.other_contract")
        recorded = replace(PLAIN, id="zeta", version="6" * 12)
        billed = claim(due(judged(recorded, self.WORK)["ACME-1"]))
        still = judged(mine, self.WORK, [billed], others=[PLAIN], recorded=[recorded])["ACME-1"]
        assert still.outcome == "due"
        assert [notice.code for notice in still.notices] == ["rule.other_contract"]
