"""Logged time and fix versions in the mirror: absence hides, only a told deletion removes, moves bill once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from store_facts import NOW, dump, in_force, rows
from sync_bench import site_of
from time_facts import A_VERSION, with_time, worklog

from model.work import Issue, Mirror, Version, Worklog
from sync.store import Store
from sync.store.seen import Reach

SITE = "acme-cloud"
LATER = NOW + timedelta(days=1)
TIMED = Reach({"1": ("acme",), "2": ("beta",)}, {"7": ("acme",)}, frozenset({"1", "2"}))
UNTIMED = replace(TIMED, timed=frozenset())


@pytest.fixture
def seen(store: Store) -> Store:
    """A store with two contracts that were looked at."""
    in_force(store, "acme")
    in_force(store, "beta", version="v2")
    dirty(store)
    return store


def dirty(store: Store) -> set[str]:
    """What is to be looked at, and no more from now on."""
    found = store.rules.dirty(NOW)
    for contract, mark in found.items():
        store.rules.clean(contract, mark, None)
    return set(found)


def remember(store: Store, *issues: Issue, reach: Reach = TIMED, deleted: Sequence[str] = ()) -> int:
    return store.mirror.remember(SITE, issues, (), reach, NOW, None, deleted)


def mirror(store: Store) -> Mirror:
    return store.mirror.load(site_of("acme"), ["1", "2"], ["7"], [])


def logged(store: Store, number: int = 1) -> dict[str, Worklog]:
    """The worklogs of an issue as mirrored, by id."""
    return {log.id: log for log in mirror(store).issues[f"{10000 + number}"].worklogs}


def test_time_is_loaded_as_it_was_read(seen: Store) -> None:
    issue = with_time(1, worklog(1), worklog(2))
    assert remember(seen, issue) == 1
    assert mirror(seen).issues["10001"] == issue
    assert dirty(seen) == {"acme"}


def test_time_that_was_added_or_corrected_is_a_difference_and_its_stamp_is_none(seen: Store) -> None:
    remember(seen, with_time(1, worklog(1)))
    dirty(seen)
    assert remember(seen, with_time(1, worklog(1, updated_at=LATER))) == 0
    assert remember(seen, with_time(1, worklog(1), worklog(2))) == 1
    assert dirty(seen) == {"acme"}
    assert remember(seen, with_time(1, worklog(1, hours=3, updated_at=LATER), worklog(2))) == 1
    assert [log.seconds for log in logged(seen).values()] == [3 * 3600, 3600]


def test_time_that_went_out_of_sight_stays_as_last_seen_and_says_so(seen: Store) -> None:
    remember(seen, with_time(1, worklog(1), worklog(2)))
    dirty(seen)
    assert remember(seen, with_time(1, worklog(2))) == 1
    assert dirty(seen) == {"acme"}
    assert logged(seen) == {"1": worklog(1, hidden=True), "2": worklog(2)}
    before = dump(seen)
    assert remember(seen, with_time(1, worklog(2))) == 0
    assert dump(seen) == before
    assert remember(seen, with_time(1, worklog(1), worklog(2))) == 1
    assert logged(seen) == {"1": worklog(1), "2": worklog(2)}


def test_time_that_is_not_asked_for_any_more_stays_as_last_seen(seen: Store) -> None:
    """History does not follow configuration."""
    remember(seen, with_time(1, worklog(1)))
    assert remember(seen, with_time(1), reach=UNTIMED) == 0
    assert remember(seen, with_time(1, summary="Renamed"), reach=UNTIMED) == 1
    assert logged(seen) == {"1": worklog(1)}


def test_a_told_deletion_removes_time_and_nothing_else(seen: Store) -> None:
    remember(seen, with_time(1, worklog(1), worklog(2)), with_time(2, worklog(3)))
    dirty(seen)
    assert remember(seen, deleted=["1", "999"]) == 1
    assert dirty(seen) == {"acme"}
    assert logged(seen) == {"2": worklog(2)}
    assert logged(seen, 2) == {"3": worklog(3)}
    before = dump(seen)
    assert remember(seen, deleted=["1"]) == 0
    assert dump(seen) == before


def test_a_deletion_in_the_batch_that_still_shows_the_worklog_wins(seen: Store) -> None:
    """Issues are read first and deletions asked for second."""
    remember(seen, with_time(1, worklog(1)), deleted=["1"])
    assert logged(seen) == {}
    assert len(rows(seen, "work_observation")) == 2


def test_deleting_time_out_of_sight_removes_it_too(seen: Store) -> None:
    remember(seen, with_time(1, worklog(1)))
    remember(seen, with_time(1))
    assert remember(seen, deleted=["1"]) == 1
    assert logged(seen) == {}


def test_a_hidden_issue_stays_hidden_when_its_time_is_deleted(seen: Store) -> None:
    remember(seen, with_time(1, worklog(1)))
    seen.mirror.hide(SITE, ["10001"], TIMED)
    remember(seen, deleted=["1"])
    assert mirror(seen).hidden == {"10001"}
    assert logged(seen) == {}


@pytest.mark.parametrize("together", [True, False], ids=["read together", "read apart"])
def test_time_that_was_moved_to_another_issue_is_there_once(seen: Store, *, together: bool) -> None:
    remember(seen, with_time(1, worklog(1), worklog(2)), with_time(2, project_id="2"))
    dirty(seen)
    target = with_time(2, worklog(1), project_id="2")
    remember(seen, *([with_time(1, worklog(2)), target] if together else [target]))
    assert logged(seen) == {"2": worklog(2)}
    assert logged(seen, 2) == {"1": worklog(1)}
    assert dirty(seen) == {"acme", "beta"}
    remember(seen, deleted=["1"])
    assert (logged(seen), logged(seen, 2)) == ({"2": worklog(2)}, {})


def test_an_older_copy_of_a_worklog_does_not_replace_a_newer_one(seen: Store) -> None:
    newer = worklog(1, hours=3, updated_at=LATER)
    remember(seen, with_time(1, newer))
    remember(seen, with_time(1, worklog(1), summary="read before, stored later"))
    assert logged(seen) == {"1": newer}


def test_a_number_that_is_a_worklog_and_an_issue_is_two_things(seen: Store) -> None:
    remember(seen, with_time(1, worklog(10002)), with_time(2))
    numbers = seen.mirror.observations(SITE, ["10001", "10002"])
    assert set(numbers) == {"issue/10001", "issue/10002"}
    remember(seen, deleted=["10002"])
    assert set(mirror(seen).issues) == {"10001", "10002"}


def test_time_of_many_issues_is_kept_apart(seen: Store) -> None:
    many = [with_time(number, worklog(2 * number), worklog(2 * number + 1)) for number in range(1, 701)]
    remember(seen, *many)
    remember(seen, *(replace(issue, worklogs=issue.worklogs[:1]) for issue in many))
    remember(seen, deleted=[issue.worklogs[0].id for issue in many[:600]])
    kept = mirror(seen).issues
    for place, issue in enumerate(many):
        stays = (replace(issue.worklogs[1], hidden=True),)
        assert kept[issue.id].worklogs == (stays if place < 600 else (issue.worklogs[0], *stays))


def versions(store: Store, *listed: Version, projects: Sequence[str] = ("1",)) -> int:
    return store.mirror.keep_versions(SITE, listed, projects, TIMED, NOW)


def test_versions_are_loaded_with_their_projects_and_a_release_is_a_difference(seen: Store) -> None:
    planned = replace(A_VERSION, released=False, released_on=None)
    assert versions(seen, planned) == 1
    assert dirty(seen) == {"acme"}
    assert versions(seen, planned) == 0
    assert dirty(seen) == set()
    assert versions(seen, A_VERSION) == 1
    assert dirty(seen) == {"acme"}
    assert versions(seen, replace(A_VERSION, released_on=date(2026, 2, 1))) == 1
    assert mirror(seen).versions == {"501": replace(A_VERSION, released_on=date(2026, 2, 1))}
    assert seen.mirror.load(site_of("acme"), ["2"], [], []).versions == {}
    assert set(seen.mirror.observations(SITE, ["501"])) == {"version/501"}


def test_a_version_that_is_listed_no_more_stays_and_is_hidden_until_it_is_back(seen: Store) -> None:
    other = replace(A_VERSION, id="502", project_id="2", project_key="BETA")
    versions(seen, A_VERSION, other, projects=("1", "2"))
    dirty(seen)
    assert versions(seen) == 1
    assert dirty(seen) == {"acme"}
    assert (mirror(seen).hidden_versions, set(mirror(seen).versions)) == ({"501"}, {"501", "502"})
    assert mirror(seen).hidden == frozenset()
    assert versions(seen) == 0
    assert versions(seen, A_VERSION) == 1
    assert mirror(seen).hidden_versions == frozenset()
