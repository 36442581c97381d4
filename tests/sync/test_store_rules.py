"""Rule versions by content, and which contracts are to be looked at."""

from __future__ import annotations

from datetime import timedelta

from store_facts import NOW, billed, in_force, rows

from sync.store import Store

SOON = NOW + timedelta(hours=1)


def test_a_new_version_makes_its_contract_dirty_and_the_same_again_does_not(store: Store) -> None:
    in_force(store)
    first = store.rules.dirty(NOW)
    assert set(first) == {"acme"}
    store.rules.clean("acme", first["acme"], None)
    in_force(store)
    assert store.rules.dirty(NOW) == {}
    in_force(store, version="v2")
    assert set(store.rules.dirty(NOW)) == {"acme"}
    assert [row["version"] for row in rows(store, "rule_source")] == ["v1", "v2"]


def test_going_back_to_an_old_version_is_a_change_but_no_new_source(store: Store) -> None:
    in_force(store)
    in_force(store, version="v2")
    store.rules.clean("acme", store.rules.dirty(NOW)["acme"], None)
    in_force(store)
    assert set(store.rules.dirty(NOW)) == {"acme"}
    assert rows(store, "contract_state")[0]["rule_version"] == "v1"
    assert len(rows(store, "rule_source")) == 2


def test_a_mark_made_while_a_contract_is_looked_at_survives(store: Store) -> None:
    in_force(store)
    mark = store.rules.dirty(NOW)["acme"]
    store.rules.mark_all()
    store.rules.clean("acme", mark, None)
    later = store.rules.dirty(NOW)
    assert set(later) == {"acme"}
    store.rules.clean("acme", later["acme"], None)
    assert store.rules.dirty(NOW) == {}


def test_a_date_alone_makes_a_contract_due(store: Store) -> None:
    in_force(store)
    store.rules.clean("acme", store.rules.dirty(NOW)["acme"], SOON)
    assert store.rules.dirty(SOON - timedelta(microseconds=1)) == {}
    assert set(store.rules.dirty(SOON)) == {"acme"}
    store.rules.clean("acme", store.rules.dirty(SOON)["acme"], None)
    assert store.rules.dirty(SOON) == {}


def test_the_versions_of_claims_are_remembered_by_their_text(store: Store) -> None:
    in_force(store)
    assert store.rules.recorded() == {}
    billed(store)
    in_force(store, version="v2")
    recorded = store.rules.recorded()
    assert {version: source.text for version, source in recorded.items()} == {"v1": "# acme v1"}
