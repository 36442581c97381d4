"""What `check` compares with comes from the last read, and from one that came to its end."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from sync_bench import START, book_of, rules, site_of

from connectors.errors import Transient
from connectors.memory_tracker import MemoryTracker
from mappings.contract.book import RuleBook
from model.work import Issue, TrackerNames, Version
from sync.reading.sources import read_site
from sync.ruleset import last_lists, unasked_names, unreached_names
from sync.store import Store

SETTINGS = SimpleNamespace(jira={"acme-site": None}, quickbooks={})
VERSIONED = """
[[milestone]]
rule = "release"
phase = "delivery"
work = {{ version = {{ project = "{project}", name = "2.0" }} }}
price = {{ fixed = "1.00" }}
"""


class FailingTracker(MemoryTracker):
    """Fails where sprints are read, after the issues."""

    def sprints(self, *_: object) -> tuple[()]:
        raise Transient("Jira", "list sprints", "no answer")


def read(store: Store, book: RuleBook, tracker: MemoryTracker) -> None:
    read_site(store, "acme-site", tracker, book.contracts, START)


def problems(store: Store, book: RuleBook) -> list[str]:
    return [each.message for each in last_lists(store, SETTINGS).problems(book)]  # type: ignore[arg-type] # its names


def notices(store: Store, book: RuleBook) -> list[str]:
    return [each.message for each in unreached_names(store, SETTINGS, book)]  # type: ignore[arg-type] # its names


def not_compared(store: Store, book: RuleBook) -> list[str]:
    return [each.message for each in unasked_names(store, SETTINGS, book)]  # type: ignore[arg-type] # its names


def an_epic() -> Issue:
    more = {"created_at": START, "updated_at": START, "labels": ("billible",), "fields": {}, "components": ()}
    names = {"project_id": "1", "project_key": "ACME", "summary": "Search", "type_name": "Epic", "level": 1}
    state = {"status": "Open", "category": "new", "resolution": None, "parent_id": None, "sprint_ids": ()}
    return Issue(id="1", key="ACME-1", **more, **names, **state)  # type: ignore[arg-type] # in three lines


def test_a_version_is_missed_only_once_versions_were_read(quick_store: Store) -> None:
    plain, book = book_of(rules()), book_of(rules(milestone=VERSIONED))
    tracker = MemoryTracker(site_of("acme"))
    missing = "there is no version '2.0' in project ACME"
    read(quick_store, plain, tracker)
    assert missing not in problems(quick_store, book)
    read(quick_store, book, tracker)
    assert missing in problems(quick_store, book)
    tracker.put_version(Version("5", "2.0", "1", "ACME", True, False, date(2026, 2, 1)))
    read(quick_store, book, tracker)
    assert missing not in problems(quick_store, book)
    tracker.delete_version("5")
    read(quick_store, book, tracker)
    assert missing in problems(quick_store, book)


@pytest.mark.parametrize("kind", [MemoryTracker, FailingTracker])
def test_a_read_that_broke_off_says_nothing_of_what_reaches_nothing(
    quick_store: Store, kind: type[MemoryTracker]
) -> None:
    book, tracker = book_of(rules()), kind(site_of("acme"))
    tracker.put(an_epic())
    assert notices(quick_store, book) == []
    if kind is FailingTracker:
        with pytest.raises(Transient):
            read(quick_store, book, tracker)
        assert notices(quick_store, book) == []
    else:
        read(quick_store, book, tracker)
        assert notices(quick_store, book) == [
            "no epic of ACME has the label 'billable', of 1 that were read",
            "no epic of ACME has the label 'goodwill', of 1 that were read",
        ]


class UnlistedTracker(MemoryTracker):
    """Answers everything but what there is beside what rules name."""

    def names(self) -> TrackerNames:
        raise Transient("Jira", "list boards", "no answer")


OTHER = rules().replace('field = "Amount"', 'field = "Amuont"')


def test_a_name_that_no_rule_had_when_it_was_read_is_compared_with_all_there_is(quick_store: Store) -> None:
    assert rules() != OTHER
    read(quick_store, book_of(rules()), MemoryTracker(site_of("acme")))
    assert problems(quick_store, book_of(OTHER)) == ["there is no field 'Amuont' in project ACME"]


def test_where_names_cannot_be_listed_all_is_read_and_what_was_listed_before_is_compared(
    quick_store: Store,
) -> None:
    book, unlisted = book_of(rules()), UnlistedTracker(site_of("acme"))
    unlisted.put(an_epic())
    read(quick_store, book, unlisted)
    assert problems(quick_store, book_of(OTHER)) == []
    assert len(notices(quick_store, book)) == 2
    read(quick_store, book, MemoryTracker(site_of("acme")))
    read(quick_store, book, unlisted)
    assert problems(quick_store, book_of(OTHER)) == ["there is no field 'Amuont' in project ACME"]


def test_what_was_not_read_to_the_end_is_said_not_to_be_compared(quick_store: Store) -> None:
    book, plain = book_of(rules(milestone=VERSIONED)), book_of(rules())
    said = "the versions of project ACME were not read yet: their names were not compared"
    assert not_compared(quick_store, book) == []  # nothing is known of the site at all, which is said once
    with pytest.raises(Transient):
        read(quick_store, plain, FailingTracker(site_of("acme")))
    assert not_compared(quick_store, book) == [
        "nothing of project ACME was read yet: what rules say of its work was not compared"
    ]
    read(quick_store, plain, MemoryTracker(site_of("acme")))
    assert not_compared(quick_store, book) == [said]
    read(quick_store, book, MemoryTracker(site_of("acme")))
    assert not_compared(quick_store, book) == []
