"""Logged time through Jira's lists and feeds: nothing missed, nothing asked twice, deletion told, never guessed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from served_jira import ACME, BETA, MONDAY, SCOPE, SIDE, Site, walk

from connectors.errors import Transient
from connectors.jira.tracker import JiraTracker
from connectors.ports import Batch, Scope
from model.work import Worklog
from sandbox.faults import answer
from sandbox.http import Request, Response
from sandbox.jira.effort import delete_worklog, edit_worklog
from sandbox.jira.issue import Issue as SandboxIssue
from sandbox.messages import Application

TIMED = replace(SCOPE, timed_projects=("ACME",))
FEEDS, BULK = r"/worklog/(updated|deleted)$", "issue/bulkfetch"


def seconds(worklogs: tuple[Worklog, ...]) -> list[int]:
    return [log.seconds for log in worklogs]


def batches(tracker: JiraTracker, cursor: str | None, scope: Scope = TIMED) -> list[Batch]:
    return list(tracker.changed_since(scope, tracker.catalogue(scope), cursor))


def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site gives and takes three worklogs at once."""
    monkeypatch.setattr("sandbox.jira.wire.ticket.worklogs.PAGE", 3)
    monkeypatch.setattr("connectors.jira.feeds._AT_ONCE", 3)


def later(site: Site) -> None:
    site.clock.advance(timedelta(minutes=2))


def asked_by(tracker: JiraTracker, cursor: str, scope: Scope = TIMED) -> int:
    """How many requests one walk makes."""
    catalogue = tracker.catalogue(scope)
    before = tracker.usage.requests
    list(tracker.changed_since(scope, catalogue, cursor))
    return tracker.usage.requests - before


def edited_in_silence(site: Site, issue: SandboxIssue, number: int, to: int) -> None:
    """A worklog is edited, and nothing but its own stamp tells: not its issue's, nor its history."""
    site.state.knobs.worklogs_move_issues = False
    edit_worklog(site.state, issue, issue.worklogs[number], to, by="person-2", at=site.now())


def test_a_site_that_is_not_billed_by_time_is_asked_for_none(site: Site) -> None:
    issue = site.issue()
    for _ in range(30):
        site.log(issue, 60)
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        later(site)
        assert asked_by(tracker, cursor, SCOPE) == 1
    assert site.server.log.count("GET|POST", "worklog") == 0
    assert site.server.log.count("POST", BULK) == 1


@pytest.mark.parametrize(("logs", "lists"), [(0, 0), (1, 0), (19, 0), (20, 1), (21, 1), (45, 1)])
def test_an_issue_with_more_time_than_its_answer_carries_is_listed(site: Site, logs: int, lists: int) -> None:
    issue = site.issue()
    for number in range(logs):
        site.log(issue, 60 * (number + 1))
    with site.tracker() as tracker:
        ((found,), _) = walk(tracker, scope=TIMED)
    assert seconds(found.worklogs) == [60 * (number + 1) for number in range(logs)]
    assert site.server.log.count("GET", rf"issue/{issue.id}/worklog$") == lists


def test_an_answer_that_counts_more_than_it_shows_is_not_all(site: Site) -> None:
    """A page may have been cut before what others alone may see was taken out of it."""

    def cut(request: Request, ask: Application) -> Response:
        found = json.loads(ask(request).body)
        embedded = found["issues"][0]["fields"]["worklog"]
        embedded["worklogs"] = embedded["worklogs"][:19]
        return Response.json(found)

    issue = site.issue()
    for _ in range(25):
        site.log(issue, 60)
    site.faults.add(cut, path=BULK, when=lambda request: b'"fields":["worklog"]' in request.body)
    with site.tracker() as tracker:
        ((found,), _) = walk(tracker, scope=TIMED)
    assert len(found.worklogs) == 25


def test_an_answer_without_the_field_is_no_answer_without_time(site: Site) -> None:
    """A field can be taken off all screens: the issue's own list still has what was logged."""

    def without(request: Request, ask: Application) -> Response:
        return Response.json({"issues": [{"id": str(issue.id), "fields": {}}]})

    issue = site.issue()
    site.log(issue, 3600)
    site.faults.add(without, path=BULK, when=lambda request: b'"fields":["worklog"]' in request.body)
    with site.tracker() as tracker:
        ((found,), _) = walk(tracker, scope=TIMED)
    assert seconds(found.worklogs) == [3600]


def test_an_issue_that_goes_out_of_sight_between_two_requests_is_absent(site: Site) -> None:
    issue = site.issue()
    for _ in range(20):
        site.log(issue, 60)
    site.faults.add(answer(404, b'{"errorMessages":["gone"],"errors":{}}'), path=r"issue/\d+/worklog$")
    with site.tracker() as tracker:
        assert walk(tracker, scope=TIMED)[0] == []


def test_a_list_that_ignores_where_to_start_ends(site: Site) -> None:
    """Data Center gives everything at once, whatever page is asked for."""

    def whole(request: Request, ask: Application) -> Response:
        found = json.loads(ask(replace(request, query=())).body)
        return Response.json(found | {"maxResults": len(found["worklogs"])})

    issue = site.issue()
    for _ in range(25):
        site.log(issue, 60)
    site.faults.add(whole, path=r"issue/\d+/worklog$", count=None)
    with site.tracker() as tracker:
        ((found,), _) = walk(tracker, scope=TIMED)
    assert len(found.worklogs) == 25
    assert site.server.log.count("GET", r"issue/\d+/worklog$") == 2


def test_an_edit_that_moves_nothing_but_the_worklog_is_noticed(site: Site) -> None:
    """Nothing documents that a worklog's day, comment or bulk edit moves its issue."""
    issue = site.issue()
    site.log(issue, 3600)
    site.clock.advance(timedelta(hours=2))
    with site.tracker() as tracker:
        _, cursor = walk(tracker, scope=TIMED)
        edited_in_silence(site, issue, 0, 7200)
        later(site)
        (found,), cursor = walk(tracker, cursor, TIMED)
        assert seconds(found.worklogs) == [7200]
        later(site)
        assert walk(tracker, cursor, TIMED)[0] == []


@pytest.mark.parametrize("overlap", [60, 900])
def test_a_worklog_too_young_for_the_feed_is_told_by_a_later_walk(site: Site, overlap: int) -> None:
    issue = site.issue()
    site.log(issue, 3600)
    site.clock.advance(timedelta(hours=2))
    with site.tracker(overlap_seconds=overlap) as tracker:
        _, cursor = walk(tracker, scope=TIMED)
        edited_in_silence(site, issue, 0, 7200)
        for _ in range(3):  # the feed keeps its last minute to itself
            found, cursor = walk(tracker, cursor, TIMED)
            assert found == []
            site.clock.advance(timedelta(seconds=15))
        site.clock.advance(timedelta(seconds=15))
        assert len(walk(tracker, cursor, TIMED)[0]) == 1


def test_a_deletion_that_moves_nothing_is_told(site: Site) -> None:
    issue = site.issue()
    log = site.log(issue, 3600)
    with site.tracker() as tracker:
        cursor = batches(tracker, None)[-1].cursor
        site.state.knobs.worklogs_move_issues = False
        delete_worklog(site.state, issue, log, by="person-1", at=site.now())
        later(site)
        last = batches(tracker, cursor)[-1]
        assert last.deleted_worklogs == (str(log.id),)
        for _ in range(20):
            later(site)
            last = batches(tracker, last.cursor)[-1]
        assert last.deleted_worklogs == ()


def test_a_deletion_is_told_after_the_issues_of_its_walk(site: Site) -> None:
    """Whoever stores a walk in its order is left without the worklog, even if the issue was read before."""
    issue = site.issue()
    log = site.log(issue, 3600)
    with site.tracker() as tracker:
        cursor = batches(tracker, None)[-1].cursor
        delete_worklog(site.state, issue, log, by="person-1", at=site.now())
        later(site)
        told = batches(tracker, cursor)
    assert [bool(batch.issues) for batch in told] == [True, False]
    assert told[-1].deleted_worklogs == (str(log.id),)


def test_a_quiet_walk_costs_three_requests_however_much_time_was_logged(site: Site) -> None:
    issues = site.issues(4)
    costs = []
    with site.tracker() as tracker:
        cursor = None
        for round_ in range(3):
            for issue in issues:
                for _ in range(30 * round_):
                    site.log(issue, 60)
            _, cursor = walk(tracker, cursor, TIMED)
            later(site)
            costs.append(asked_by(tracker, cursor))
    assert costs == [3, 3, 3]


def test_time_in_other_projects_is_looked_at_once_and_not_read(site: Site) -> None:
    mine, theirs, hidden = site.issue(ACME), site.issue(BETA), site.issue(SIDE)
    site.hide(SIDE)
    with site.tracker() as tracker:
        _, cursor = walk(tracker, scope=replace(TIMED, projects=("ACME",)))
        scope = replace(TIMED, projects=("ACME",))
        site.log(theirs, 3600)
        site.log(hidden, 3600)
        later(site)
        assert asked_by(tracker, cursor, scope) == 5
        found, cursor = walk(tracker, cursor, scope)
        assert found == []
        later(site)
        assert asked_by(tracker, cursor, scope) == 3
    assert mine.worklogs == []


def test_what_a_broken_walk_did_not_hand_out_is_handed_out_by_the_next(site: Site) -> None:
    issues = site.issues(3)
    for issue in issues:
        site.log(issue, 3600)
    site.clock.advance(timedelta(hours=2))
    with site.tracker(issues_per_fetch=1) as tracker:
        _, cursor = walk(tracker, scope=TIMED)
        for issue in issues:
            edited_in_silence(site, issue, 0, 7200)
        later(site)
        site.faults.add(answer(503), path="changelog/bulkfetch", nth=2, count=3)
        walking = tracker.changed_since(TIMED, tracker.catalogue(TIMED), cursor)
        first = next(walking)
        with pytest.raises(Transient):
            next(walking)
        rest, _ = walk(tracker, first.cursor, TIMED)
    assert len(first.issues) == 1
    assert {issue.id for issue in (*first.issues, *rest)} == {str(issue.id) for issue in issues}
    assert len(rest) == 2
    assert all(seconds(issue.worklogs) == [7200] for issue in rest)


def test_an_edit_after_its_issue_was_read_in_a_long_walk_is_read_again(site: Site) -> None:
    issue, other = site.issues(2)
    site.log(issue, 3600)
    site.clock.advance(timedelta(hours=2))
    with site.tracker(issues_per_fetch=1) as tracker:
        _, cursor = walk(tracker, scope=TIMED)
        for changed in (issue, other):
            site.step(changed, 2)
        walking = tracker.changed_since(TIMED, tracker.catalogue(TIMED), cursor)
        assert [seconds(it.worklogs) for it in next(walking).issues] == [[3600]]
        edited_in_silence(site, issue, 0, 7200)
        later(site)
        rest = [it for batch in walking for it in batch.issues]
    assert [(it.id, seconds(it.worklogs)) for it in rest] == [(str(other.id), []), (str(issue.id), [7200])]


@pytest.mark.parametrize("path", [r"worklog/updated$", r"worklog/deleted$", r"worklog/list$"])
def test_an_answer_of_a_feed_that_fails_is_asked_for_again(site: Site, path: str) -> None:
    issue = site.issue()
    log = site.log(issue, 3600)
    site.clock.advance(timedelta(hours=2))
    with site.tracker() as tracker:
        cursor = batches(tracker, None)[-1].cursor
        edited_in_silence(site, issue, 0, 7200)
        later(site)
        script = site.faults.add(answer(503), path=path)
        (found,) = batches(tracker, cursor)[0].issues
        assert seconds(found.worklogs) == [7200]
        assert found.worklogs[0].id == str(log.id)
    assert script.fired == 1
    assert len(site.waits) == 1


def test_a_feed_longer_than_a_page_is_read_to_its_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    small_pages(monkeypatch)
    issues = site.issues(8)
    logs = [site.log(issue, 3600) for issue in issues]
    site.clock.advance(timedelta(hours=2))
    with site.tracker() as tracker:
        cursor = batches(tracker, None)[-1].cursor
        for issue in issues[:7]:
            edited_in_silence(site, issue, 0, 7200)
        delete_worklog(site.state, issues[7], logs[7], by="person-1", at=site.now())
        later(site)
        told = batches(tracker, cursor)
    found = {issue.id for batch in told for issue in batch.issues}
    assert found == {str(issue.id) for issue in issues[:7]}
    assert told[-1].deleted_worklogs == (str(logs[7].id),)


def test_more_of_one_moment_than_a_page_holds_makes_the_projects_be_read_whole(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pages(monkeypatch)
    issues = site.issues(6)
    for issue in issues:
        site.log(issue, 3600)
    site.clock.advance(timedelta(hours=2))
    with site.tracker() as tracker:
        cursor = batches(tracker, None)[-1].cursor
        site.state.knobs.worklogs_move_issues = False
        at = site.now()
        for issue in issues:
            edit_worklog(site.state, issue, issue.worklogs[0], 7200, by="person-2", at=at)
        later(site)
        found, cursor = walk(tracker, cursor, TIMED)
        assert {issue.id for issue in found} == {str(issue.id) for issue in issues}
        assert all(seconds(issue.worklogs) == [7200] for issue in found)
        for _ in range(10):
            later(site)
        assert asked_by(tracker, walk(tracker, cursor, TIMED)[1]) == 3


def test_time_is_billed_by_when_it_was_worked_and_read_in_utc(site: Site) -> None:
    """The site shows times in its own zone, Shanghai, and the day there is another one."""
    issue = site.issue()
    site.log(issue, 900, MONDAY.replace(hour=23, minute=30))
    with site.tracker() as tracker:
        ((found,), _) = walk(tracker, scope=TIMED)
    assert [log.started_at for log in found.worklogs] == [MONDAY.replace(hour=23, minute=30)]
    assert found.worklogs[0].author == "Person-1"
