"""Fix versions are work: finished on the day of their release, with the issues that have them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from acme import (
    EPICS,
    NOW,
    POINTS,
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
    version,
)
from timed import by_time, log, on, timed

from mappings.contract.rules import Contract
from model.work import Version

RELEASES = '{ versions = { project = "acme", name = "2.*" } }'
ONE = '{ version = { project = "ACME", name = "2.0" } }'
FIXED = '{ fixed = "500.00" }'
MARCH_9 = date(2026, 3, 9)


def rules(work: str = RELEASES, price: str = FIXED, more: str = "") -> Contract:
    return contract(milestone(work, price, more, rule="releases"))


def test_a_released_version_is_due_on_the_day_of_its_release() -> None:
    verdict = judged(rules(), mirror(version(7, "2.0", MARCH_9), issue(1, closed=day(2), versions=["7"])))[
        "version-7"
    ]
    charge = due(verdict)
    assert (charge.key, charge.entitled) == ("acme|site-1/version/7|fee", usd("500.00"))
    assert (charge.service_on, charge.text, verdict.title) == (MARCH_9, "ACME 2.0", "ACME 2.0")
    assert [leaf.key for leaf in charge.leaves] == ["ACME-1"]


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (version(7, "2.0"), "open"),
        (version(7, "2.0", date(2026, 7, 1)), "open"),
        (version(7, "2.0", state=True), "version.undated"),
        (version(7, "2.0", MARCH_9, state=False), "open"),
        (version(7, "3.0", MARCH_9), "rule.none"),
        (version(7, "2.0", date(2025, 12, 31)), "excluded.before_start"),
    ],
)
def test_a_version_without_a_release_in_time_is_not_due(seen: Version, code: str) -> None:
    assert judged(rules(), mirror(seen))["version-7"].code == code


def test_a_version_that_is_not_released_any_more_is_reopened() -> None:
    charge = due(judged(rules(), mirror(version(7, "2.0", MARCH_9)))["version-7"])
    verdict = judged(rules(), mirror(version(7, "2.0")), [claim(charge)])["version-7"]
    assert (verdict.outcome, verdict.code) == ("held", "reopened")
    assert "not released any more" in verdict.reason


def test_a_version_that_vanished_is_hidden_and_keeps_its_bill() -> None:
    charge = due(judged(rules(), mirror(version(7, "2.0", MARCH_9)))["version-7"])
    gone = mirror(version(7, "2.0", MARCH_9), hidden_versions=["7"])
    assert judged(rules(), gone, [claim(charge)])["version-7"].code == "hidden"


def test_a_version_released_with_open_issues_is_held() -> None:
    work = (version(7, "2.0", MARCH_9), issue(1, versions=["7"]))
    verdict = judged(rules(), mirror(*work))["version-7"]
    assert (verdict.code, verdict.reason) == ("children.open", "released with open issues: ACME-1")


def test_an_open_version_whose_issues_are_done_is_said() -> None:
    work = (version(7, "2.0"), issue(1, closed=day(2), versions=["7"]))
    (notice,) = judged(rules(), mirror(*work))["version-7"].notices
    assert (notice.code, notice.hint) == ("children.done", "release the version to bill it")


def test_points_are_those_when_the_day_of_the_release_was_over() -> None:
    late = steps(POINTS, (day(9), "3", "5"), (day(12), "5", "8"))
    work = (
        version(7, "2.0", MARCH_9),
        issue(1, closed=day(2), versions=["7"], fields={POINTS: "8"}, history=late),
        issue(2, closed=day(3), versions=["7"], fields={POINTS: "1"}, resolution="Duplicate"),
    )
    charge = due(judged(rules(price='{ per_point = "10.00" }'), mirror(*work))["version-7"])
    assert (charge.entitled, charge.arithmetic) == (usd("50.00"), "1 issue, 5 points × 10.00 USD = 50.00 USD")


def test_an_issue_of_two_versions_counts_in_the_one_released_first_and_stays_there() -> None:
    per_issue = rules(price='{ per_issue = "10.00" }')
    both = issue(1, closed=day(1), versions=["7", "8"])
    first, second = version(7, "2.0", date(2026, 3, 20)), version(8, "2.1", MARCH_9)
    verdicts = judged(per_issue, mirror(both, first, second))
    assert [due(verdicts[key]).entitled for key in ("version-8", "version-7")] == [usd("10.00"), usd("0.00")]
    billed = claim(due(verdicts["version-8"]))
    again = judged(per_issue, mirror(both, replace(first, released_on=date(2026, 3, 1)), second), [billed])
    assert due(again["version-7"]).entitled == usd("0.00")


def test_an_issue_of_an_epic_and_a_version_is_held_on_both() -> None:
    both = contract(milestone(EPICS, FIXED) + milestone(ONE, FIXED, rule="release"))
    work = (
        epic(1, closed=day(5)),
        issue(2, closed=day(4), parent=1, versions=["7"]),
        version(7, "2.0", MARCH_9),
    )
    verdicts = judged(both, mirror(*work))
    assert {verdicts[key].code for key in ("ACME-1", "version-7")} == {"overlap"}
    assert "ACME-1" in verdicts["version-7"].reason


def test_an_issue_of_a_sprint_and_a_version_is_held_on_both_until_one_is_billed() -> None:
    price = '{ per_issue = "10.00" }'
    both = contract(milestone(SPRINTS, price) + milestone(RELEASES, price, rule="release"))
    shared = issue(
        2, closed=day(4), sprints=["3"], versions=["7"], history=steps("sprint", (day(1), "", "3"))
    )
    work = (shared, sprint(3, start=day(2), completed=day(6)), version(7, "2.0", MARCH_9))
    verdicts = judged(both, mirror(*work))
    assert {verdicts[key].code for key in ("sprint-3", "version-7")} == {"overlap"}
    alone = contract(milestone(SPRINTS, price))
    billed = claim(due(judged(alone, mirror(*work))["sprint-3"]), rule_version=both.version)
    after = judged(both, mirror(*work), [billed])
    assert (after["sprint-3"].code, after["version-7"].code) == ("due", "overlap")


def test_time_of_a_version_is_that_on_its_issues_each_once() -> None:
    rules = timed(by_time(RELEASES))
    work = (version(7, "2.0", MARCH_9), version(8, "2.1", date(2026, 3, 12)))
    leaf = on(issue(2, closed=day(4), versions=["7", "8"]), log(1, 3, 1.5))
    verdicts = judged(rules, mirror(*work, leaf))
    assert [due(verdicts[key]).entitled for key in ("version-7", "version-8")] == [usd("180.00"), usd("0.00")]


def test_versions_are_read_only_for_contracts_that_bill_them() -> None:
    assert rules().bills_versions
    assert rules().projects == {"ACME"}
    assert not contract(milestone(EPICS, FIXED)).bills_versions


def test_a_contract_for_versions_does_not_answer_for_epics() -> None:
    assert list(judged(rules(), mirror(epic(1, closed=day(2)), version(7, "2.0")), now=NOW)) == ["version-7"]
