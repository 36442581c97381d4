"""Walking what changed: nothing twice, nothing missed, cursors that are right wherever a walk broke off."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from served_jira import ACME, BETA, DOING, DONE, PERCENT, SCOPE, Site, found_in, walk

from connectors.errors import Rejected, Transient
from sandbox.faults import answer, answer_after
from sandbox.http import Request, Response
from sandbox.jira.entities import Status
from sandbox.messages import Application

SEARCH, BULK, HISTORY = "search/jql", "issue/bulkfetch", "changelog/bulkfetch"
LATER = timedelta(hours=2)


def test_a_quiet_tick_is_one_search_whatever_the_history(site: Site) -> None:
    counts = []
    for size in (5, 100):
        site.issues(size)
        site.clock.advance(LATER)
        with site.tracker() as tracker:
            _, cursor = walk(tracker)
        with site.tracker() as fresh_process:
            catalogue = fresh_process.catalogue(SCOPE)
            site.server.log.clear()
            batches = list(fresh_process.changed_since(SCOPE, catalogue, cursor))
        assert found_in(batches) == []
        counts.append([call.path for call in site.server.log])
    assert counts == [["/rest/api/2/search/jql"]] * 2


def test_a_quiet_tick_right_after_a_busy_one_fetches_nothing_again(site: Site) -> None:
    site.issues(30)
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        site.server.log.clear()
        found, _ = walk(tracker, cursor)
    assert found == []
    assert site.server.log.count("POST") == 0


def test_the_first_walk_reads_ids_by_thousands_and_issues_in_bulk(site: Site) -> None:
    site.issues(120)
    with site.tracker(issues_per_fetch=50, ids_per_page=100) as tracker:
        batches = list(tracker.changed_since(SCOPE, tracker.catalogue(SCOPE), None))
    assert [len(batch.issues) for batch in batches] == [50, 50, 20, 0]
    assert site.server.log.count("GET", SEARCH) == 2
    assert (site.server.log.count("POST", BULK), site.server.log.count("POST", HISTORY)) == (3, 3)
    updated = [issue.updated_at for issue in found_in(batches)]
    assert updated == sorted(updated)


def test_only_what_changed_is_fetched(site: Site) -> None:
    issues = site.issues(20)
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        site.step(issues[3], DOING)
        fresh = site.issue()
        found, _ = walk(tracker, cursor)
    assert [work.id for work in found] == [str(issues[3].id), str(fresh.id)]
    assert found[0].history[-1].new == "indeterminate"


def test_every_tick_of_a_busy_issue_is_seen(site: Site) -> None:
    """A ceiling such as `updated <= now` would never catch an issue that changes all the time."""
    issue = site.issue()
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        for number in range(5):
            site.set(issue, PERCENT, float(number + 1))
            found, cursor = walk(tracker, cursor)
            assert [work.fields[PERCENT] for work in found] == [(str(number + 1),)]


def test_what_the_index_shows_late_is_still_seen(site: Site) -> None:
    issue = site.issue()
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        site.clock.advance(LATER)
        _, cursor = walk(tracker, cursor)
        site.state.lag.delay = timedelta(minutes=10)
        site.step(issue, DONE)
        site.clock.advance(timedelta(minutes=1))
        unseen, cursor = walk(tracker, cursor)
        site.clock.advance(timedelta(minutes=4))
        still, cursor = walk(tracker, cursor)
        site.clock.advance(timedelta(minutes=6))
        found, cursor = walk(tracker, cursor)
        again, _ = walk(tracker, cursor)
    assert (unseen, still, again) == ([], [], [])
    assert [work.category for work in found] == ["done"]


def test_the_watermark_is_their_clock_and_not_ours(site: Site) -> None:
    """The site lives in March 2026 whatever this machine thinks."""
    site.issue()
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
    assert json.loads(cursor)["at"] == int(site.clock.now().timestamp() * 1000)


def test_without_a_date_header_the_site_is_asked_for_its_time(site: Site) -> None:
    def dateless(request: Request, ask: Application) -> Response:
        response = ask(request)
        return Response(200, response.body, response.headers | {"Date": ""})

    site.issue()
    site.faults.add(dateless, path=SEARCH, count=None)
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
    assert json.loads(cursor)["at"] == int(site.clock.now().timestamp() * 1000)


def test_a_cursor_from_the_future_is_refused(site: Site) -> None:
    site.issue()
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        site.clock.set(site.clock.now() - timedelta(days=2))
        with pytest.raises(Rejected, match="future") as caught:
            walk(tracker, cursor)
    assert caught.value.code == "cursor.future"


def test_a_clock_that_is_a_little_behind_is_no_reason_to_stop(site: Site) -> None:
    issue = site.issue()
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        site.clock.set(site.clock.now() - timedelta(minutes=3))
        _, cursor = walk(tracker, cursor)
        site.clock.advance(timedelta(minutes=5))
        site.step(issue, DOING)
        found, _ = walk(tracker, cursor)
    assert [work.status for work in found] == ["In Progress"]


@pytest.mark.parametrize("taken", range(4))
def test_a_broken_first_walk_goes_on_where_it_stood(site: Site, taken: int) -> None:
    issues = site.issues(10)
    with site.tracker(issues_per_fetch=3, ids_per_page=4) as tracker:
        walking = tracker.changed_since(SCOPE, tracker.catalogue(SCOPE), None)
        before = [next(walking) for _ in range(taken)]
        site.step(issues[0], DONE)
        cursor = before[-1].cursor if before else None
        after, _ = walk(tracker, cursor)
    assert {work.id for work in [*found_in(before), *after]} == {str(issue.id) for issue in issues}
    if before:
        handed_out = {work.id for work in found_in(before)}
        assert handed_out.isdisjoint({work.id for work in after} - {str(issues[0].id)})


@pytest.mark.parametrize("page", [3, 100])
def test_a_change_while_a_walk_lies_broken_is_seen(site: Site, page: int) -> None:
    issues = site.issues(6)
    with site.tracker(issues_per_fetch=3, ids_per_page=page) as tracker:
        first = next(tracker.changed_since(SCOPE, tracker.catalogue(SCOPE), None))
        site.clock.advance(LATER)
        site.step(issues[0], DONE)
        site.clock.advance(LATER)
        rest, cursor = walk(tracker, first.cursor)
        found, _ = walk(tracker, cursor)
    assert {work.id: work.category for work in [*rest, *found]}[str(issues[0].id)] == "done"


def test_a_walk_whose_page_token_died_starts_over(site: Site) -> None:
    issues = site.issues(10)
    with site.tracker(issues_per_fetch=4, ids_per_page=4) as tracker:
        walking = tracker.changed_since(SCOPE, tracker.catalogue(SCOPE), None)
        cursor = [next(walking), next(walking)][-1].cursor
        site.clock.advance(timedelta(days=8))
        found, _ = walk(tracker, cursor)
    assert {work.id for work in found} == {str(issue.id) for issue in issues}


def test_a_broken_later_walk_repeats_nothing_and_misses_nothing(site: Site) -> None:
    issues = site.issues(9)
    with site.tracker(issues_per_fetch=3, changes_per_page=2) as tracker:
        _, cursor = walk(tracker)
        for issue in issues:
            site.step(issue, DOING)
        walking = tracker.changed_since(SCOPE, tracker.catalogue(SCOPE), cursor)
        before = [next(walking), next(walking)]
        after, _ = walk(tracker, before[-1].cursor)
    assert sorted(work.id for work in [*found_in(before), *after]) == [str(issue.id) for issue in issues]


def test_a_failed_walk_leaves_the_old_cursor_good(site: Site) -> None:
    issues = site.issues(4)
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        for issue in issues:
            site.step(issue, DONE)
        site.faults.add(answer(503), path=BULK, count=3)
        with pytest.raises(Transient):
            walk(tracker, cursor)
        found, _ = walk(tracker, cursor)
    assert len(found) == 4


def test_a_change_between_the_two_reads_is_seen_by_the_next_walk(site: Site) -> None:
    """Read the other way round, the history would lack it for ever."""
    issue = site.issue()

    def meanwhile(request: Request, ask: Application) -> Response:
        response = ask(request)
        site.step(issue, DONE)
        return response

    site.faults.add(meanwhile, path=BULK)
    with site.tracker() as tracker:
        first, cursor = walk(tracker)
        second, _ = walk(tracker, cursor)
    assert [(work.status, len(work.history)) for work in first] == [("To Do", 3)]
    assert [(work.status, len(work.history)) for work in second] == [("Done", 3)]


def test_a_hidden_project_is_read_whole_when_it_returns_and_no_other(site: Site) -> None:
    ours, theirs = site.issue(ACME), site.issue(BETA)
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        site.hide(BETA)
        site.step(theirs, DONE)
        site.clock.advance(LATER)
        hidden, cursor = walk(tracker, cursor)
        site.show(BETA)
        site.clock.advance(LATER)
        shown, cursor = walk(tracker, cursor)
        quiet, _ = walk(tracker, cursor)
    assert (hidden, quiet) == ([], [])
    assert [(work.id, work.category) for work in shown] == [(str(theirs.id), "done")]
    assert str(ours.id) not in {work.id for work in shown}


def test_with_nothing_visible_nothing_is_searched(site: Site) -> None:
    site.issue()
    for project in (ACME, BETA):
        site.hide(project)
    with site.tracker() as tracker:
        assert walk(tracker)[0] == []
    assert site.server.log.count("GET", SEARCH) == 0


def test_permission_lost_in_the_middle_is_a_definite_answer(site: Site) -> None:
    site.issue()
    with site.tracker() as tracker:
        catalogue = tracker.catalogue(SCOPE)
        site.hide(BETA)
        with pytest.raises(Rejected, match="not visible to this login"):
            list(tracker.changed_since(SCOPE, catalogue, None))


@pytest.mark.parametrize("cursor", ["", "{}", "[1]", "no json", '{"scope":"x","at":"y"}'])
def test_a_cursor_that_is_not_ours_means_everything(site: Site, cursor: str) -> None:
    site.issues(2)
    with site.tracker() as tracker:
        assert len(walk(tracker, cursor)[0]) == 2


def test_another_set_of_fields_is_another_scope(site: Site) -> None:
    site.issues(2)
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        assert len(walk(tracker, cursor, replace(SCOPE, fields=("Story Points",)))[0]) == 2
        assert walk(tracker, cursor, replace(SCOPE, boards=()))[0] == []


def test_what_was_seen_is_forgotten_once_it_is_out_of_sight(site: Site) -> None:
    site.issues(40)
    with site.tracker() as tracker:
        _, busy = walk(tracker)
        site.clock.advance(LATER)
        _, quiet = walk(tracker, busy)
    assert len(json.loads(busy)["seen"]) == 40
    assert json.loads(quiet)["seen"] == {}


def test_history_pages_are_joined_and_in_order(site: Site) -> None:
    issue = site.issue()
    for status in (DOING, DONE, DOING, DONE):
        site.step(issue, status)
    with site.tracker(history_per_page=1) as tracker:
        found, _ = walk(tracker)
    categories = [change.new for change in found[0].history if change.field == "category"]
    assert categories == ["indeterminate", "done", "indeterminate", "done"]


def test_a_history_that_repeats_its_page_token_is_refused(site: Site) -> None:
    site.issue()
    page = {"issueChangeLogs": [], "nextPageToken": "same"}
    site.faults.add(lambda _request, _ask: Response.json(page), path=HISTORY, count=None)
    with site.tracker() as tracker, pytest.raises(Transient, match="same page token"):
        walk(tracker)
    assert site.server.log.count("POST", HISTORY) == 2


def test_issues_that_an_answer_could_not_carry_are_asked_for_again(site: Site) -> None:
    """`issueErrors` names what failed for a passing reason or for size; it is not an absence."""
    issues = site.issues(4)

    def halved(request: Request, ask: Application) -> Response:
        asked = request.json()["issueIdsOrKeys"]
        if len(asked) <= 2:
            return ask(request)
        body = {"issues": [], "issueErrors": [{"id": it, "errorMessage": "too large"} for it in asked]}
        return Response.json(body)

    site.faults.add(halved, path=BULK, count=None)
    with site.tracker() as tracker:
        found, _ = walk(tracker)
    assert len(found) == len(issues)


def test_an_issue_that_can_never_be_given_is_an_error_and_not_an_absence(site: Site) -> None:
    issue = site.issue()
    body = json.dumps({"issues": [], "issueErrors": [{"id": str(issue.id), "errorMessage": "x"}]})
    site.faults.add(answer_after(200, body), path=BULK, count=None)
    with site.tracker() as tracker, pytest.raises(Transient, match=f"read issue {issue.id}"):
        walk(tracker)


def test_a_deleted_issue_is_simply_absent(site: Site) -> None:
    kept, gone = site.issues(2)
    with site.tracker() as tracker:
        catalogue = tracker.catalogue(SCOPE)
        site.state.remove(gone, site.now())
        found = tracker.read(catalogue, (str(kept.id), str(gone.id), str(kept.id)))
    assert [work.id for work in found] == [str(kept.id)]


def test_many_ids_are_read_by_thousands(site: Site) -> None:
    issues = site.issues(7)
    with site.tracker(issues_per_fetch=3) as tracker:
        catalogue = tracker.catalogue(SCOPE)
        site.server.log.clear()
        found = tracker.read(catalogue, tuple(str(issue.id) for issue in issues))
    assert len(found) == 7
    assert site.server.log.count("POST", BULK) == 3


def test_a_status_made_a_moment_ago_is_known(site: Site) -> None:
    """Slow lists are believed for a while, but not against what an issue shows."""
    issue = site.issue()
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        site.state.add_vocabulary([Status(77, "Accepted", "done")])
        site.step(issue, 77)
        (found,), _ = walk(tracker, cursor)
    assert [change.new for change in found.history if change.field == "category"] == ["done"]


def test_a_deleted_status_is_unknown_and_looked_for_once(site: Site) -> None:
    issue = site.issue()
    site.step(issue, DOING)
    site.step(issue, DONE)
    del site.state.statuses[DOING]
    with site.tracker() as tracker:
        (found,), cursor = walk(tracker)
        site.set(issue, PERCENT, 1.0)
        walk(tracker, cursor)
    categories = [change.new for change in found.history if change.field == "category"]
    assert categories == ["unknown", "done"]
    assert site.server.log.count("GET", r"/status$") == 2


def test_a_walk_broken_off_over_other_projects_starts_over(site: Site) -> None:
    ours, theirs = site.issues(4, ACME), site.issues(4, BETA)
    site.hide(BETA)
    with site.tracker(issues_per_fetch=2) as tracker:
        first = next(tracker.changed_since(SCOPE, tracker.catalogue(SCOPE), None))
        site.show(BETA)
        found, _ = walk(tracker, first.cursor)
    assert {work.id for work in found} == {str(issue.id) for issue in [*ours, *theirs]}


def test_a_hit_without_its_time_is_read_rather_than_passed_over(site: Site) -> None:
    issue = site.issue()
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        hit = {"issues": [{"id": str(issue.id)}], "isLast": True}
        site.faults.add(lambda _request, _ask: Response.json(hit), path=SEARCH)
        found, _ = walk(tracker, cursor)
    assert [work.id for work in found] == [str(issue.id)]
