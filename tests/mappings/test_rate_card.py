"""A rate card with mistakes: roles that nobody has, days in the wrong order, rates that tie, each at its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from acme import EPICS, HEAD, NOW, epic, usd
from timed import CARD, by_time

from mappings.contract.rates import Logged, Rate, RateCard
from mappings.load import load_folder
from model.work import Worklog

TOP = CARD[: CARD.index("[[rate]]")]


def rate(*conditions: str, start: str = "2026-01-01", per_hour: str = "1.00") -> str:
    """One [[rate]]."""
    return "\n".join(["[[rate]]", f"from = {start}", *conditions, f'per_hour = "{per_hour}"', ""])


def problems(folder: Path, card: str) -> list[str]:
    """What is wrong with the card, as `line:column: words`."""
    (folder / "shared").mkdir()
    (folder / "shared" / "card.toml").write_text(card)
    (folder / "acme.toml").write_text(HEAD)
    named = f"{folder}/shared/card.toml:"
    return [str(each).removeprefix(named) for each in load_folder(folder).problems]


MISTAKES = {
    "an unknown role": (
        TOP + rate('role = "develper"'),
        ["12:8: [roles] has no role 'develper' (did you mean 'developer'?)"],
    ),
    "days in the wrong order": (
        TOP + rate("until = 2025-12-31"),
        ["12:9: the rate ends on 2025-12-31, before it begins (2026-01-01)"],
    ),
    "half a cent": (
        TOP + rate(per_hour="1.005"),
        ["12:12: 1.005 has a fraction of a USD minor unit (the smallest amount is such a unit)"],
    ),
    "a card of no currency": (
        TOP.replace("USD", "USX") + rate(),
        ["4:12: 'USX' is not a currency of ISO 4217 (did you mean 'UZS'?)"],
    ),
    "rates without a card": (rate(), ["1:1: rate belong to a [rate_card], and there is none in this file"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_card_is_named_at_its_place(tmp_path: Path, name: str) -> None:
    card, expected = MISTAKES[name]
    assert problems(tmp_path, card) == expected


ANN, DEV, LEAD, BETA = 'person = "Ann"', 'role = "developer"', 'role = "lead"', 'project = "BETA"'


@pytest.mark.parametrize(
    ("rates", "tied"),
    [
        ([rate(), rate()], True),
        ([rate("until = 2026-02-01"), rate(start="2026-02-01")], True),
        ([rate("until = 2026-02-01"), rate(start="2026-02-02")], False),
        ([rate(DEV), rate(LEAD)], False),
        ([rate(DEV), rate()], False),
        ([rate(DEV), rate(ANN)], True),
        ([rate(LEAD), rate(ANN)], False),
        ([rate(DEV), rate(DEV, ANN)], False),
        ([rate(DEV), rate(BETA)], True),
        ([rate(DEV), rate(BETA), rate(DEV, BETA)], False),
        ([rate(DEV), rate(BETA), rate(DEV, BETA, start="2026-02-01")], True),
        ([rate(DEV), rate(BETA), rate(LEAD, BETA)], True),
        ([rate(BETA), rate('project = ["beta", "GAMMA"]')], True),
        ([rate(BETA), rate('project = "GAMMA"')], False),
        ([rate('issue_type = "Bug"'), rate('issue_type = "Task"')], False),
    ],
)
def test_two_rates_tie_where_both_may_fit_with_as_many_conditions(
    tmp_path: Path, rates: list[str], *, tied: bool
) -> None:
    found = problems(tmp_path, TOP + "".join(rates))
    assert bool(found) is tied
    if tied:
        later = TOP.count("\n") + rates[0].count("\n") + 1
        assert found == [
            f"{later}:1: this rate and the one in line 10 may fit the same time with as many conditions "
            "(let one end before the other begins, or give one more condition)"
        ]


def test_a_contract_takes_the_card_of_its_own_currency(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "card.toml").write_text(CARD)
    (tmp_path / "acme.toml").write_text(HEAD.replace("USD", "EUR") + by_time(EPICS))
    (problem,) = load_folder(tmp_path).problems
    assert "the shared rate card 'standard' is in USD, the contract in EUR" in problem.message


HOUR = Logged(
    epic(1), Worklog("1", "a1", "Ann", datetime(2026, 3, 3, tzinfo=UTC), 3600, NOW, NOW), date(2026, 3, 3)
)
RATE = Rate(usd("1.00"), date(2026, 3, 3), date(2026, 3, 3), None, None, None, 0, 1)


def test_a_rate_without_conditions_fits_all_time_of_its_days() -> None:
    assert RATE.fits(HOUR)
    assert replace(RATE, until_on=None).fits(HOUR)
    assert not RATE.fits(replace(HOUR, day=date(2026, 3, 2)))
    assert not RATE.fits(replace(HOUR, day=date(2026, 3, 4)))


def test_each_condition_of_a_rate_decides_alone() -> None:
    for condition in ("people", "projects", "types"):
        for words, fits in (
            ({"ann", "acme", "epic"}, True),
            ({"a1", "acme", "epic"}, True),
            ({"other"}, False),
        ):
            rate = replace(RATE, **{condition: frozenset(words)})
            assert rate.fits(HOUR) is fits


def test_the_rates_with_most_conditions_win_and_none_is_a_gap() -> None:
    strict = replace(RATE, strictness=1)
    assert RateCard("card", (RATE, strict, replace(strict, line=2)), "card.toml").strictest(HOUR) == (
        strict,
        replace(strict, line=2),
    )
    assert RateCard("card", (replace(RATE, types=frozenset({"bug"})),), "card.toml").strictest(HOUR) == ()
