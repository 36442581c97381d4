"""Which charges share a draft, and from when on it may be made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from acme import EPICS, NOW, contract, day, due, epic, judged, milestone, mirror

from mappings.contract.grouping import Group, group_of, month_ready_at

RULES = contract(milestone(EPICS, '{ fixed = "1.00" }'))
CHARGE = due(judged(RULES, mirror(epic(1, closed=day(3))))["ACME-1"])
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("group", "key"),
    [
        ("milestone", CHARGE.key),
        ("phase", "acme|phase:delivery"),
        ("run", "acme|run:2026-06-01"),
        ("month", "acme|month:2026-03"),
    ],
)
def test_the_key_says_what_is_shared_and_each_payer_has_its_own(group: str, key: str) -> None:
    rules = replace(RULES, group=group)  # type: ignore[arg-type]
    assert group_of(rules, CHARGE, BERLIN, NOW).key == key
    labs = replace(CHARGE, payer="labs")
    assert group_of(rules, labs, BERLIN, NOW).key == f"{key}|labs"
    deposit = replace(CHARGE, kind="deposit", key="acme|contract|deposit")
    assert group_of(rules, deposit, BERLIN, NOW) == Group("acme|contract|deposit")


def test_a_change_gathers_in_the_month_in_which_its_work_was_billed_however_late_it_comes_up() -> None:
    rules, billed_at = replace(RULES, group="month", month_grace=2), datetime(2026, 4, 2, 22, tzinfo=UTC)
    for now in (billed_at, NOW, NOW.replace(year=2027)):
        assert group_of(rules, CHARGE, BERLIN, now, billed_at) == Group(
            "acme|month:2026-04", datetime(2026, 5, 2, 22, tzinfo=UTC)
        )


@pytest.mark.parametrize(
    "last", [date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30), date(2026, 12, 31)]
)
def test_a_month_is_billed_when_it_ends_whichever_day_it_is(last: date) -> None:
    ends = datetime(last.year + last.month // 12, last.month % 12 + 1, 1, tzinfo=UTC)
    for each in (last, last.replace(day=1)):
        assert month_ready_at(replace(RULES, month_grace=0), each, ZoneInfo("UTC")) == ends


def test_what_goes_with_another_charge_stands_on_the_document_of_that_one() -> None:
    late = replace(CHARGE, key=CHARGE.key.replace("|fee", "|late"), anchor=CHARGE.key)
    assert group_of(RULES, late, BERLIN, NOW) == Group(CHARGE.key)
