"""Notices as rows: what is wanted and does not stand is due, the same on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_facts import NOW, in_force

from sync.planning.notices import Notice, Unsaid
from sync.store import Store

SITE = "cloud-1"
LATER = NOW + timedelta(hours=1)
LINK = Notice("10001", "link", "milepost:MP-1", "a link")
RECORD = Notice("10001", "record", "milepost.acme", "a record")
OTHER = Notice("10002", "record", "milepost.acme", "another record")


@pytest.fixture
def wanting(store: Store) -> Store:
    """Three notices that were never tried."""
    in_force(store)
    store.notices.want("acme", SITE, [LINK, RECORD, OTHER])
    return store


def due(store: Store, *, most: int = 10) -> list[tuple[str, str, str | None]]:
    """Issue, place and text of what is due now, in its order."""
    return [(each.issue_id, each.place, each.text) for each in store.notices.take(SITE, most, NOW)]


def all_done(store: Store) -> None:
    for each in store.notices.take(SITE, 10, NOW):
        store.notices.done(each)


def test_what_is_wanted_is_due_until_it_stands(wanting: Store) -> None:
    assert wanting.notices.backlog() == {"waiting": 3}
    assert due(wanting, most=2) == [("10001", "link", "a link"), ("10001", "record", "a record")]
    all_done(wanting)
    assert (due(wanting), wanting.notices.backlog(SITE)) == ([], {})
    wanting.notices.want("acme", SITE, [LINK, RECORD, OTHER])
    assert due(wanting) == []


def test_another_text_is_due_again(wanting: Store) -> None:
    all_done(wanting)
    newer = Notice("10001", "link", "milepost:MP-1", "another link")
    wanting.notices.want("acme", SITE, [newer, RECORD, OTHER])
    assert due(wanting) == [("10001", "link", "another link")]


def test_what_stands_and_is_not_wanted_is_taken_away_once(wanting: Store) -> None:
    all_done(wanting)
    wanting.notices.want("acme", SITE, [RECORD, OTHER])
    assert due(wanting) == [("10001", "link", None)]
    all_done(wanting)
    assert (due(wanting), wanting.notices.backlog()) == ([], {})


def test_what_was_never_tried_and_is_not_wanted_is_forgotten(wanting: Store) -> None:
    wanting.notices.want("acme", SITE, [])
    assert (due(wanting), wanting.notices.contracts()) == ([], frozenset())


def test_what_was_tried_and_not_heard_of_is_taken_away_to_be_sure(wanting: Store) -> None:
    assert len(due(wanting)) == 3
    wanting.notices.want("acme", SITE, [])
    assert {text for _, _, text in due(wanting)} == {None}


def test_what_is_wanted_on_another_site_leaves_the_former_one(wanting: Store) -> None:
    all_done(wanting)
    wanting.notices.want("acme", "cloud-2", [LINK])
    assert len(due(wanting)) == 3
    assert len(wanting.notices.take("cloud-2", 10, NOW)) == 1


def test_a_contract_touches_no_other(wanting: Store) -> None:
    wanting.notices.want("beta", SITE, [Notice("10001", "record", "milepost.beta", "theirs")])
    wanting.notices.want("acme", SITE, [])
    assert due(wanting) == [("10001", "record", "theirs")]


def test_a_passing_failure_comes_last_the_next_time(wanting: Store) -> None:
    (first,) = wanting.notices.take(SITE, 1, NOW)
    wanting.notices.put_off(first)
    assert [issue for issue, _, _ in due(wanting)] == ["10001", "10002", "10001"]


def test_denied_is_denied_for_its_project_and_place_until_it_is_asked_for_again(wanting: Store) -> None:
    (_, first, _) = wanting.notices.take(SITE, 10, NOW)
    assert first.place == "record"
    wanting.notices.failed(first, "denied", "", NOW)
    assert wanting.notices.unsaid("acme") == (Unsaid("denied", SITE, "", "record", 2, ""),)
    assert wanting.notices.backlog() == {"denied": 2, "waiting": 1}
    assert due(wanting) == [("10001", "link", "a link")]
    assert len(wanting.notices.take(SITE, 10, LATER)) == 3
    assert wanting.notices.unsaid("acme") == ()


def test_what_was_refused_is_tried_again_when_it_says_something_else(wanting: Store) -> None:
    (link, *_) = wanting.notices.take(SITE, 10, NOW)
    wanting.notices.failed(link, "refused", "too many links", NOW)
    assert wanting.notices.unsaid("acme") == (Unsaid("refused", SITE, "", "link", 1, "too many links"),)
    assert ("10001", "link", "a link") not in due(wanting)
    newer = Notice("10001", "link", "milepost:MP-1", "another link")
    wanting.notices.want("acme", SITE, [newer, RECORD, OTHER])
    assert ("10001", "link", "another link") in due(wanting)


def test_people_are_told_because_the_contract_is_looked_at(wanting: Store) -> None:
    wanting.rules.clean("acme", wanting.rules.dirty(NOW).get("acme", 0), None)
    assert wanting.rules.dirty(NOW) == {}
    (first, *_) = wanting.notices.take(SITE, 10, NOW)
    wanting.notices.failed(first, "denied", "", NOW)
    assert wanting.rules.dirty(NOW) == {"acme": 1}
