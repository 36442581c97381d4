"""Planning one contract, by the cases of tests/cases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plan_cases import NOW, REALM, Case, cases, in_words, key_of, planned, sentences
from sync_bench import ZONE, contract_of, rules, usd

from model.billing import Claim, DocumentState
from sync.planning.plan import plan_contract
from sync.planning.terms import Terms
from sync.planning.views import Account, Head


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


def test_a_billed_charge_that_no_rule_reaches_any_more_stays_billed_and_is_said() -> None:
    contract = contract_of(rules())
    claim = Claim(key_of("ACME-1"), "client", f"{key_of('ACME-1')}#1", usd("100.00"), None, "v0", NOW)
    head = Head(claim.document_key, REALM, DocumentState.SENT, False, None, {claim.charge_key: "1"})
    account = Account(1, (claim,), {head.document_key: head}, ())
    plan = plan_contract(contract, (), account, {}, Terms(NOW, ZONE, REALM, {}, str, NOW))
    assert in_words(plan) == {
        "does": [],
        "says": ["ACME-1 rules.unreached, admin"],
        "stands": ["ACME-1 billed 100.00"],
    }


def test_what_we_withdrew_ourselves_is_forgotten_when_no_rule_reaches_it() -> None:
    claim = Claim(key_of("ACME-1"), "client", f"{key_of('ACME-1')}#1", usd("100.00"), None, "v0", NOW)
    account = Account(1, (replace(claim, ended="withdrawn"),), {}, ())
    plan = plan_contract(contract_of(rules()), (), account, {}, Terms(NOW, ZONE, REALM, {}, str, NOW))
    assert in_words(plan) == {"does": [], "says": [], "stands": []}
