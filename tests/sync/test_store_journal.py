"""What is kept for people: findings with their age, plans as shown, runs, sealed tokens, who we are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from store_facts import NOW, a_create, an_update, in_force, plan_of, rows

from model.finding import Finding
from sync.store import Store

REOPENED = Finding("work.reopened", "ACME-1", "reopened", "close it", "team", "acme|cloud/epic/1|fee")
HIDDEN = replace(REOPENED, code="work.hidden", ref="acme|cloud/epic/2|fee")


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def ages(store: Store) -> dict[str, datetime]:
    return {f"{each.contract} {each.finding.code}": each.first_seen_at for each in store.journal.findings()}


def test_a_finding_that_stays_keeps_its_age_and_its_newest_words(store: Store) -> None:
    store.journal.keep_findings("acme", [REOPENED], at(0))
    store.journal.keep_findings("acme", [replace(REOPENED, reason="still"), HIDDEN], at(5))
    assert ages(store) == {"acme work.reopened": at(0), "acme work.hidden": at(5)}
    assert [each.finding.reason for each in store.journal.findings()] == ["still", "reopened"]


def test_a_finding_that_is_gone_is_cleared_and_comes_back_young(store: Store) -> None:
    store.journal.keep_findings("acme", [REOPENED], at(0))
    store.journal.keep_findings("acme", [], at(5))
    assert ages(store) == {}
    assert rows(store, "finding")[0]["cleared_at"] == at(5)
    store.journal.keep_findings("acme", [REOPENED], at(9))
    assert ages(store) == {"acme work.reopened": at(9)}


def test_findings_of_other_contracts_are_left_alone(store: Store) -> None:
    store.journal.keep_findings("acme", [REOPENED], at(0))
    store.journal.keep_findings("beta", [REOPENED], at(1))
    store.journal.keep_findings("beta", [], at(2))
    assert ages(store) == {"acme work.reopened": at(0)}


def test_the_same_finding_twice_is_kept_once(store: Store) -> None:
    store.journal.keep_findings("acme", [REOPENED, REOPENED], at(0))
    assert ages(store) == {"acme work.reopened": at(0)}


def test_a_plan_is_found_by_the_beginning_of_its_digest_as_it_was_shown(store: Store) -> None:
    in_force(store)
    shown = plan_of(store, a_create(), an_update(2))
    store.journal.save_plan("abcdef", [shown, replace(shown, contract="beta", actions=())], at(0))
    assert store.journal.saved_plan("abc") == ("abcdef", (shown,))
    assert store.journal.saved_plan("b") is None
    assert store.journal.saved_plan("%") is None
    assert store.journal.saved_plan("_bcdef") is None
    newer = replace(shown, actions=(a_create(3),))
    store.journal.save_plan("abcdef", [newer], at(1))
    assert store.journal.saved_plan("abcdef") == ("abcdef", (newer,))


def test_a_ledger_keeps_its_id(store: Store) -> None:
    first = store.journal.ledger_id(NOW)
    assert len(first) >= 16
    assert store.journal.ledger_id(at(60)) == first
    assert [row["epoch"] for row in rows(store, "identity")] == [1]


def test_the_newest_tokens_of_a_company_are_the_ones_in_use(store: Store) -> None:
    assert store.connections.sealed("9000") is None
    store.connections.keep("9000", "old", at(0))
    store.connections.keep("9001", "other", at(0))
    store.connections.keep("9000", "new", at(1))
    assert store.connections.sealed("9000") == "new"
    assert store.connections.sealed("9001") == "other"
