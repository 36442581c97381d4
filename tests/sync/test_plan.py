"""Planning one contract, by the cases of tests/cases."""

from __future__ import annotations

import pytest
from plan_cases import Case, cases, in_words, planned, sentences


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_contract_is_planned_as_its_case_says(case: Case) -> None:
    plan = planned(case)
    expected = {part: list(case.words[part]) for part in ("does", "says", "stands")}
    assert in_words(plan) == expected
    assert plan.open_work == case.words.get("open", 0)
    told = sentences(plan)
    for words in case.words.get("words", ()):
        assert words in told
    for words in case.words.get("never", ()):
        assert words not in told


def test_no_two_cases_have_the_same_name() -> None:
    names = [str(case) for case in cases()]
    assert len(set(names)) == len(names)
