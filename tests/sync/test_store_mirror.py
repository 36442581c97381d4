"""The mirror: what was seen is kept, only what can bill is an observation, and the cursor moves with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError
from store_facts import NOW, dump, in_force, rows
from sync_bench import AMOUNT, Epic, site_of

from model.work import Change, Issue, Sprint
from sync.store import Store
from sync.store.seen import Reach

SITE = "acme-cloud"
SOURCE = f"jira:{SITE}"
LATER = NOW + timedelta(minutes=5)
REACH = Reach({"1": ("acme", "both"), "2": ("beta", "both")}, {"7": ("acme",)})
SPRINT = Sprint("37", "Sprint 37", "active", "7", "Board", NOW, NOW + timedelta(days=14), None)


@pytest.fixture
def seen(store: Store) -> Store:
    """A store with three contracts that were all looked at."""
    in_force(store, "acme")
    in_force(store, "beta", version="v2")
    in_force(store, "both", version="v3")
    clean(store)
    return store


def clean(store: Store) -> None:
    for contract, mark in store.rules.dirty(NOW).items():
        store.rules.clean(contract, mark, None)


def dirty(store: Store) -> set[str]:
    """What is to be looked at, and no more from now on."""
    found = set(store.rules.dirty(NOW))
    clean(store)
    return found


def epic(number: int = 1, **more: object) -> Issue:
    return replace(Epic(number, turns=(NOW,)).issues("acme")[0], **more)  # type: ignore[arg-type]


def remember(store: Store, *issues: Issue, position: str | None = None) -> int:
    cursor = None if position is None else (SOURCE, position)
    return store.mirror.remember(SITE, issues, (), REACH, NOW, cursor)


def mirrored(store: Store) -> dict[str, Issue]:
    return dict(store.mirror.load(site_of("acme"), ["1", "2"], ["7"], []).issues)


def test_what_was_remembered_is_loaded_as_it_was(seen: Store) -> None:
    hostile = epic(
        2,
        summary="nul \0, \N{PILE OF POO} and \N{RIGHT-TO-LEFT OVERRIDE}",
        fields={AMOUNT: ("1", "2")},
        history=(Change("1", NOW, "x", "category", "", "done"),),
    )
    assert remember(seen, epic(), hostile) == 2
    loaded = mirrored(seen)
    assert loaded["10001"] == epic()
    assert loaded["10002"].fields == hostile.fields
    assert loaded["10002"].history == hostile.history


def test_the_same_again_adds_no_observation_and_makes_nothing_dirty(seen: Store) -> None:
    assert remember(seen, epic(), epic(2)) == 2
    assert dirty(seen) == {"acme", "both"}
    before = dump(seen)
    assert remember(seen, epic(), epic(2)) == 0
    assert dump(seen) == before


def test_a_new_stamp_alone_is_no_observation(seen: Store) -> None:
    remember(seen, epic())
    clean(seen)
    assert remember(seen, epic(updated_at=LATER)) == 0
    assert len(rows(seen, "work_observation")) == 1
    assert dirty(seen) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"key": "ACME-99"},
        {"summary": "Renamed"},
        {"status": "Accepted"},
        {"category": "new"},
        {"resolution": "Won't Do"},
        {"parent_id": "10009"},
        {"labels": ("other",)},
        {"components": ("api",)},
        {"sprint_ids": ("37",)},
        {"fields": {AMOUNT: ("100.01",)}},
        {"history": ()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_difference_that_can_bill_is_one_more_observation(
    seen: Store, change: dict[str, object]
) -> None:
    remember(seen, epic())
    clean(seen)
    assert remember(seen, epic(**change)) == 1
    assert len(rows(seen, "work_observation")) == 2
    assert dirty(seen) == {"acme", "both"}
    assert mirrored(seen)["10001"] == epic(**change)


def test_only_contracts_that_the_work_touches_are_looked_at(seen: Store) -> None:
    remember(seen, epic(1, project_id="2"))
    assert dirty(seen) == {"beta", "both"}
    seen.mirror.remember(SITE, (), (SPRINT,), REACH, NOW)
    assert dirty(seen) == {"acme"}
    remember(seen, epic(3, project_id="9"))
    assert dirty(seen) == set()


def test_work_that_moves_touches_the_contracts_of_both_projects(seen: Store) -> None:
    remember(seen, epic())
    clean(seen)
    remember(seen, epic(project_id="2"))
    assert dirty(seen) == {"acme", "beta", "both"}


def test_the_last_of_two_copies_in_one_batch_counts_once(seen: Store) -> None:
    assert remember(seen, epic(), epic(summary="newer")) == 1
    assert mirrored(seen)["10001"].summary == "newer"
    assert len(rows(seen, "work_observation")) == 1


def test_a_thousand_issues_keep_their_own_observations(seen: Store) -> None:
    many = [epic(number, summary=f"Epic {number}") for number in range(1, 1201)]
    assert remember(seen, *many) == 1200
    loaded = mirrored(seen)
    assert all(loaded[issue.id] == issue for issue in many)
    numbers = seen.mirror.observations(SITE, [issue.id for issue in many])
    assert len(set(numbers.values())) == 1200


def test_the_cursor_moves_with_the_batch_that_it_stands_for(seen: Store) -> None:
    assert seen.mirror.position(SOURCE) is None
    remember(seen, epic(), position="after 1")
    assert seen.mirror.position(SOURCE) == "after 1"
    with pytest.raises(StatementError):  # the batch fails, so the cursor stays
        remember(seen, epic(2), epic(3, project_id=3), position="after 3")
    assert seen.mirror.position(SOURCE) == "after 1"
    assert set(mirrored(seen)) == {"10001"}


def test_what_is_hidden_stays_as_last_seen_until_it_is_seen_again(seen: Store) -> None:
    remember(seen, epic(), epic(2))
    clean(seen)
    seen.mirror.hide(SITE, ["10001"], REACH)
    assert dirty(seen) == {"acme", "both"}
    loaded = seen.mirror.load(site_of("acme"), ["1"], [], [])
    assert (loaded.hidden, loaded.issues["10001"]) == (frozenset({"10001"}), epic())
    seen.mirror.hide(SITE, ["10001"], REACH)
    assert dirty(seen) == set()
    assert remember(seen, epic()) == 1
    assert dirty(seen) == {"acme", "both"}
    assert seen.mirror.load(site_of("acme"), ["1"], [], []).hidden == frozenset()


def test_projects_that_disappear_or_come_back_are_noticed_once(seen: Store) -> None:
    seen.mirror.note_hidden(SITE, ["2", "1"], ["acme"], NOW)
    assert dirty(seen) == {"acme"}
    seen.mirror.note_hidden(SITE, ["1", "2"], ["acme"], NOW)
    assert dirty(seen) == set()
    seen.mirror.note_hidden(SITE, [], ["acme"], NOW)
    assert dirty(seen) == {"acme"}


def test_the_states_of_sprints_are_those_last_seen(seen: Store) -> None:
    seen.mirror.remember(SITE, (), (SPRINT,), REACH, NOW)
    seen.mirror.remember(SITE, (), (replace(SPRINT, state="closed"), replace(SPRINT, id="38")), REACH, NOW)
    assert seen.mirror.sprint_states(SITE) == {"37": "closed", "38": "active"}
    assert seen.mirror.sprint_states("elsewhere") == {}


def test_homes_and_ids_are_those_ever_seen(seen: Store) -> None:
    remember(seen, epic(), epic(2, project_id="2"))
    seen.mirror.remember(SITE, (), (SPRINT,), REACH, NOW)
    seen.mirror.hide(SITE, ["10002"], REACH)
    assert seen.mirror.homes(SITE, "issue") == {"1", "2"}
    assert seen.mirror.homes(SITE, "sprint") == {"7"}
    assert seen.mirror.issue_ids(SITE, ["1"]) == ("10001",)
    assert seen.mirror.issue_ids(SITE, ["1", "2"]) == ("10001", "10002")


def test_a_catalogue_is_the_one_last_saved_under_its_name(seen: Store) -> None:
    kind = type(site_of("acme"))
    assert seen.mirror.catalogue("tracker", "main", kind) is None
    for client in ("acme", "beta"):
        seen.mirror.save_catalogues("main", {"tracker": site_of(client)}, NOW)
    assert seen.mirror.catalogue("tracker", "main", kind) == site_of("beta")
    assert seen.mirror.catalogue("books", "main", kind) is None
