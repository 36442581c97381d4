"""What was decided silences a finding while the state and amounts that it was made on still stand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plan_cases import NOW, REALM, key_of
from sync_bench import usd

from model.billing import Claim, DocumentState
from model.decision import Decision
from model.finding import Finding
from sync.planning.decided import answer, fingerprint, unanswered
from sync.planning.views import Account, Head

KEY = key_of("ACME-1")
FOUND = Finding(
    "amount.down", "ACME-1", "worth 80.00 USD now, 100.00 USD settled", "Correct it.", "finance", KEY
)
CLAIM = Claim(KEY, "client", f"{KEY}#1", usd("100.00"), None, "v0", NOW)
HEAD = Head(CLAIM.document_key, REALM, DocumentState.SENT, False, None, {KEY: "1"})
ACCOUNT = Account(1, (CLAIM,), {HEAD.document_key: HEAD}, ())


def decided(*decisions: Decision, account: Account = ACCOUNT) -> Account:
    return replace(account, decisions=decisions)


def a_keep(seq: int = 1, *, code: str = "amount.down", choice: str = "keep") -> Decision:
    seen = fingerprint(FOUND, ACCOUNT)
    return Decision("acme", KEY, choice, {"code": code, "seen": seen}, "ada", "agreed by phone", seq, NOW)


def test_a_finding_that_was_answered_is_not_told_again() -> None:
    other = replace(FOUND, code="draft.raised")
    assert unanswered([FOUND, other], decided(a_keep())) == (other,)
    assert unanswered([FOUND], ACCOUNT) == (FOUND,)


@pytest.mark.parametrize(
    "moved",
    [
        replace(ACCOUNT, claims=(replace(CLAIM, amount=usd("101.00")),)),
        replace(ACCOUNT, claims=(replace(CLAIM, waived=usd("1.00")),)),
        replace(ACCOUNT, claims=(replace(CLAIM, ended="declined"),)),
        replace(ACCOUNT, claims=(CLAIM, replace(CLAIM, payer="another"))),
        replace(ACCOUNT, heads={HEAD.document_key: replace(HEAD, state=DocumentState.PAID)}),
    ],
)
def test_it_is_told_again_once_an_amount_or_a_state_behind_it_moved(moved: Account) -> None:
    assert unanswered([FOUND], decided(a_keep(), account=moved)) == (FOUND,)


def test_it_is_told_again_once_its_own_words_say_something_else() -> None:
    told = replace(FOUND, reason="worth 70.00 USD now, 100.00 USD settled")
    assert unanswered([told], decided(a_keep())) == (told,)


def test_another_charge_or_another_finding_does_not_wake_it() -> None:
    other = replace(CLAIM, charge_key=key_of("ACME-2"))
    account = decided(a_keep(), account=replace(ACCOUNT, claims=(CLAIM, other)))
    assert unanswered([replace(FOUND, hint="said in other words")], account) == ()


def test_the_last_decision_on_the_very_state_that_stands_counts() -> None:
    lapsed = replace(a_keep(3), detail={"code": "amount.down", "seen": "something else"})
    assert answer(FOUND, decided(a_keep(), a_keep(2, choice="carry"), lapsed)) == a_keep(2, choice="carry")
    assert answer(FOUND, decided(lapsed)) is None
