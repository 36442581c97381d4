"""Time without one rate is told the rate to add, or what tells the tied ones apart; written so, the work is billed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from acme import EPICS, claim, day, due, epic, issue, judged, mirror, usd
from hypothesis import given
from hypothesis import strategies as st
from test_remedy import found, world_of
from timed import CARD, by_time, log, on, timed

from mappings.contract.rules import Contract
from mappings.remedy.search import Remedy
from model.money import Money
from model.work import Issue, Worklog

RULE = by_time(EPICS)
HEADER = CARD[: CARD.index("[[rate]]")]
FILE = "rate card 'standard' (shared/card.toml)"


def rate(keys: str, per_hour: str) -> str:
    return f'[[rate]]\n{keys}\nper_hour = "{per_hour}"\n\n'


def work(*logs: Worklog, more: tuple[Worklog, ...] = ()) -> list[Issue]:
    """A closed epic with a story of ACME on which time was logged, and a bug in another project."""
    bug = on(issue(3, parent=1, closed=day(19), project=("2", "BETA")), *more)
    return [epic(1, closed=day(20)), on(issue(2, parent=1, closed=day(19)), *logs), bug]


def told(card: str, seen: list[Issue], code: str) -> str:
    """The one step to take, after which nothing is left."""
    rules = timed(RULE, card)
    assert judged(rules, mirror(*seen))["ACME-1"].code == code
    remedy = found(world_of(rules, *seen), "ACME-1")
    assert remedy.left == ""
    (step,) = remedy.steps
    return step


def entries(step: str) -> list[str]:
    """The rates that a step says to add, as the lines of a file."""
    prefix = f"add to {FILE}, with what an hour costs as per_hour: "
    assert step.startswith(prefix)
    return [
        each.replace(", ", "\n") for each in step.removeprefix(prefix + "[[rate]] ").split(" and [[rate]] ")
    ]


def worth(card: str, seen: list[Issue]) -> Money:
    return due(judged(timed(RULE, card), mirror(*seen))["ACME-1"]).entitled


def test_somebody_without_a_rate_is_given_one_from_the_first_day_on() -> None:
    seen = work(log(1, 5, 2, "Di"), log(2, 3, 1, "Di"), log(3, 9, 1, "Ann"))
    (entry,) = entries(told(CARD, seen, "rate.missing"))
    assert entry == 'from = 2026-03-03\nperson = "Di"'
    assert worth(CARD + rate(entry, "50.00"), seen) == usd("270.00")


def test_each_of_several_people_is_given_a_rate() -> None:
    seen = work(log(1, 5, 2, "Di"), log(2, 3, 1, "Eve"))
    both = entries(told(CARD, seen, "rate.missing"))
    assert both == ['from = 2026-03-03\nperson = "Eve"', 'from = 2026-03-05\nperson = "Di"']
    assert worth(CARD + rate(both[0], "60.00") + rate(both[1], "50.00"), seen) == usd("160.00")


@pytest.mark.parametrize(
    ("other", "entry"),
    [
        ('from = 2026-03-08\nperson = "Di"', 'from = 2026-03-03\nuntil = 2026-03-05\nperson = "Di"'),
        ("from = 2026-03-08", 'from = 2026-03-03\nuntil = 2026-03-05\nperson = "Di"'),
        ('from = 2026-01-01\nproject = "BETA"', 'from = 2026-03-03\nperson = "Di"\nproject = "ACME"'),
        (
            'from = 2026-01-01\nproject = "ACME"\nissue_type = "Bug"',
            'from = 2026-03-03\nperson = "Di"\nproject = "ACME"\nissue_type = "Story"',
        ),
    ],
    ids=["later", "later for all", "elsewhere", "of other work"],
)
def test_the_rate_to_add_is_in_the_way_of_no_other(other: str, entry: str) -> None:
    """What the other rate prices keeps its price."""
    card = HEADER + rate(other, "10.00")
    seen = work(log(1, 3, 1, "Di"), log(2, 5, 1, "Di"))
    assert entries(told(card, seen, "rate.missing")) == [entry]
    assert worth(card + rate(entry, "50.00"), seen) == usd("100.00")


def test_a_name_that_a_file_cannot_say_is_told_by_its_account() -> None:
    seen = work(log(1, 3, 1, "Di\u202e\nper_hour"))
    (entry,) = entries(told(CARD, seen, "rate.missing"))
    assert entry.splitlines()[1].startswith('person = "id-di')


class TestTies:
    """One person under a name and an account id: two rates that words alone do not prove to tie."""

    CARD = (
        HEADER
        + rate('from = 2026-01-01\nperson = "Eve"', "1.00")
        + rate('from = 2026-02-01\nperson = "id-eve"', "2.00")
    )

    def lines(self) -> list[int]:
        card = timed(RULE, self.CARD).milestones[0].price.card  # type: ignore[union-attr]
        return [each.line for each in card.rates]

    @pytest.mark.parametrize(("which", "amount"), [(0, "1.00"), (1, "2.00")])
    def test_either_is_told_with_its_line_and_the_condition_to_add(self, which: int, amount: str) -> None:
        seen = work(log(1, 3, 1, "Eve"))
        ways = told(self.CARD, seen, "rate.tie").split("; or ")
        first, second = self.lines()
        assert ways == [
            f'add project = "ACME" to the [[rate]] of 1.00 USD (shared/card.toml:{first}), which then holds',
            f'add project = "ACME" to the [[rate]] of 2.00 USD (shared/card.toml:{second}), which then holds',
        ]
        lines = self.CARD.splitlines()
        lines.insert((first, second)[which], 'project = "ACME"')
        assert worth("\n".join(lines), seen) == usd(amount)

    def test_where_no_condition_is_free_one_of_them_ends_before(self) -> None:
        place = '\nproject = "ACME"\nissue_type = "Story"'
        card = self.CARD.replace('"Eve"', f'"Eve"{place}').replace('"id-eve"', f'"id-eve"{place}')
        seen = work(log(1, 3, 1, "Eve"))
        ways = told(card, seen, "rate.tie").split("; or ")
        assert [re.sub(r":\d+", "", way) for way in ways] == [
            "write until = 2026-03-02 in the [[rate]] of 1.00 USD (shared/card.toml), which then gives way",
            "write until = 2026-03-02 in the [[rate]] of 2.00 USD (shared/card.toml), which then gives way",
        ]
        ended = card.replace("from = 2026-01-01\n", "from = 2026-01-01\nuntil = 2026-03-02\n")
        assert worth(ended, seen) == usd("2.00")

    def test_a_condition_by_which_it_would_tie_with_another_rate_is_passed_over(self) -> None:
        card = self.CARD + rate('from = 2026-01-01\nperson = "Eve"\nissue_type = "Bug"', "3.00")
        seen = work(log(1, 3, 1, "Eve"))
        (first, _) = told(card, seen, "rate.tie").split("; or ")
        assert first.startswith('add issue_type = "Story" to the [[rate]] of 1.00 USD')
        told_so = card.replace('person = "Eve"\nper', 'person = "Eve"\nissue_type = "Story"\nper')
        assert worth(told_so, seen) == usd("1.00")


REPRICE = "price what is billed by the present rules: milepost plan --reprice"


def test_billed_work_is_priced_anew_once_the_rate_is_there() -> None:
    """The card that it was billed by stays its own, whatever is added to the present one."""
    former, both = timed(RULE), work(log(1, 3), log(2, 5, 1, "Di"))
    billed = claim(due(judged(former, mirror(*work(log(1, 3))))["ACME-1"]))
    world = replace(world_of(former, *both), claims=(billed,))
    (step,) = found(world, "ACME-1").steps
    (entry,) = entries(step.removesuffix(f"; then {REPRICE}"))
    edited = timed(RULE, CARD + rate(entry, "50.00"))
    after = replace(world_of(edited, *both), claims=(billed,), recorded={former.version: former})
    assert not after.is_due(billed.charge_key)
    assert found(after, "ACME-1") == Remedy((REPRICE,), "")
    repriced = after.repriced().verdict(billed.charge_key)
    assert repriced is not None
    assert due(repriced).entitled == usd("170.00")


PEOPLE = st.sampled_from(["Di", "Eve"])
RATES = st.lists(
    st.tuples(
        st.integers(1, 20),
        st.none() | st.integers(0, 9),
        st.none() | PEOPLE,
        st.none() | st.sampled_from(["ACME", "BETA"]),
        st.none() | st.sampled_from(["Story", "Bug"]),
    ),
    max_size=3,
)
LOGS = st.lists(st.tuples(st.integers(1, 20), PEOPLE), max_size=4)


def written(entry: tuple[int, int | None, str | None, str | None, str | None]) -> str:
    first, length, *words = entry
    keys = [f"from = {date(2026, 3, first)}"]
    keys += [f"until = {date(2026, 3, first) + timedelta(days=length)}"] if length is not None else []
    keys += [
        f'{key} = "{each}"'
        for key, each in zip(("person", "project", "issue_type"), words, strict=True)
        if each
    ]
    return "\n".join(keys)


@given(RATES, LOGS, LOGS)
def test_the_rates_that_are_told_bill_any_time_on_any_card(
    rates: list[tuple[int, int | None, str | None, str | None, str | None]],
    here: list[tuple[int, str]],
    there: list[tuple[int, str]],
) -> None:
    """Hours that had a rate keep it, and each of the others has that of an entry to add."""
    card = HEADER + "".join(rate(written(each), "10.00") for each in rates)
    rules = sound(card)
    logs = [log(number, at, 1, who) for number, (at, who) in enumerate((*here, *there))]
    seen = work(*logs[: len(here)], more=tuple(logs[len(here) :]))
    if rules is None or judged(rules, mirror(*seen))["ACME-1"].code != "rate.missing":
        return
    missing = len(judged(rules, mirror(*seen))["ACME-1"].unrated)
    added = entries(told(card, seen, "rate.missing"))
    amount = worth(card + "".join(rate(each, "1.00") for each in added), seen)
    assert amount == usd("10.00").times(len(logs) - missing) + usd("1.00").times(missing)


def sound(card: str) -> Contract | None:
    """The contract with that card, unless two of its rates tie."""
    try:
        return timed(RULE, card)
    except AssertionError:
        return None
