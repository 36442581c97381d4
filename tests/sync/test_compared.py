"""What `check` compares with comes from the last read, and from one that came to its end."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from sync_bench import START, book_of, rules, site_of

from connectors.errors import Transient
from connectors.memory_tracker import MemoryTracker
from mappings.contract.book import RuleBook
from model.work import Issue, Version
from sync.reading.sources import read_site
from sync.ruleset import last_lists, unreached_names
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
