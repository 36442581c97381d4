"""What a rate card most likely does not mean: which days count as a hole, which rates fill it, which roles have one."""

from __future__ import annotations

import tomllib

import pytest

from mappings.lint.cards import doubts_of_card
from mappings.tables.shared import SharedFile

CARD = '[rate_card]\nname = "standard"\ncurrency = "USD"\n'
ROLES = '[roles]\ndeveloper = ["Ann"]\ntester = ["Bob", "Eve"]\n'


def rate(first: str, last: str = "", **words: str) -> str:
    """A [[rate]] between two days of 2026; of several words any is enough."""
    lines = [f"from = 2026-{first}", f"until = 2026-{last}" if last else "", 'per_hour = "120.00"']
    lines += [f"{key} = {value.split('/')}" for key, value in words.items()]
    return "\n".join(["[[rate]]", *lines, ""])


def doubts(*rates: str, roles: str = "", card: str = CARD) -> list[tuple[object, ...]]:
    """Where, and what of it; of a hole its two days."""
    file = SharedFile.model_validate(tomllib.loads(card + roles + "".join(rates)))
    found = [
        (loc, [word for word in said.split() if word[0] in "2'"]) for loc, said, _ in doubts_of_card(file)
    ]
    return [(*loc, " ".join(words)) for loc, words in found]


def test_rates_of_no_card_are_a_mistake_already_and_no_doubt() -> None:
    assert doubts(rate("01-01", "01-31"), rate("03-01"), roles=ROLES, card="") == []


class TestHoles:
    """A month between two rates of the same words."""

    HOLE = (("rate", 1, "from", "2026-02-01 2026-02-28"),)

    @pytest.mark.parametrize(
        "words", [{}, {"role": "developer"}, {"role": "tester/developer", "project": "ACME"}]
    )
    def test_its_days_are_said_at_the_later_rate(self, words: dict[str, str]) -> None:
        assert doubts(rate("01-01", "01-31", **words), rate("03-01", **words)) == [*self.HOLE]

    def test_one_day_is_a_hole_and_rates_that_meet_or_overlap_have_none(self) -> None:
        assert doubts(rate("01-01", "01-31"), rate("02-02")) == [("rate", 1, "from", "2026-02-01 2026-02-01")]
        for first in ("02-01", "01-15"):
            assert doubts(rate("01-01", "01-31"), rate(first)) == []

    def test_a_rate_without_an_end_leaves_none(self) -> None:
        assert doubts(rate("01-01"), rate("03-01")) == []

    def test_rates_are_looked_at_by_their_days_in_whatever_order_they_are_written(self) -> None:
        later = rate("03-01", "03-31")
        assert doubts(later, rate("01-01", "01-31")) == [("rate", 0, "from", "2026-02-01 2026-02-28")]

    def test_rates_of_other_words_follow_each_other_in_nothing(self) -> None:
        assert doubts(rate("01-01", "01-31", role="developer"), rate("03-01", role="tester")) == []

    @pytest.mark.parametrize(
        ("fills", "filled"),
        [
            (rate("02-01", "02-28"), True),
            (rate("02-02"), False),
            (rate("01-01", "02-27"), False),
            (rate("02-01", role="developer/tester"), True),
            (rate("02-01", role="tester"), False),
            (rate("02-01", role="developer", project="ACME"), False),
            (rate("02-01", person="Ann"), False),
        ],
        ids=["all", "a day late", "a day short", "more roles", "another role", "one project", "one person"],
    )
    def test_a_rate_that_is_as_wide_fills_it_on_all_its_days(self, fills: str, *, filled: bool) -> None:
        of_role = (rate("01-01", "01-31", role="developer"), rate("03-01", role="developer"))
        assert doubts(*of_role, fills) == ([] if filled else [*self.HOLE])

    def test_a_rate_of_the_same_role_for_all_projects_fills_that_of_one_project(self) -> None:
        one = {"role": "developer", "project": "ACME"}
        fills = rate("02-01", role="developer")
        assert doubts(rate("01-01", "01-31", **one), rate("03-01", **one), fills) == []

    def test_a_rate_for_one_of_two_roles_fills_no_hole_of_both(self) -> None:
        both = {"role": "developer/tester"}
        found = doubts(rate("01-01", "01-31", **both), rate("03-01", **both), rate("02-01", role="tester"))
        assert found == [*self.HOLE]


class TestRoles:
    """Roles that no rate is for."""

    TESTER = (("roles", "tester", "'tester':"),)

    def test_a_rate_for_all_people_is_for_each_role_whatever_others_there_are(self) -> None:
        assert doubts(rate("01-01"), rate("01-01", role="developer"), roles=ROLES) == []

    def test_a_rate_for_other_roles_or_persons_is_not(self) -> None:
        of_developers = rate("01-01", role="developer")
        assert doubts(of_developers, roles=ROLES) == [*self.TESTER]
        assert doubts(of_developers, rate("01-01", person="Ann"), roles=ROLES) == [*self.TESTER]

    def test_all_people_of_a_role_may_have_rates_of_their_own(self) -> None:
        of_developers = rate("01-01", role="developer")
        assert doubts(of_developers, rate("01-01", person="bob/EVE"), roles=ROLES) == []
        assert doubts(of_developers, rate("01-01", person="bob"), roles=ROLES) == [*self.TESTER]
