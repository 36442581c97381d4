"""The traps of the `jira` library and of Jira's search: each once bit somebody, each is held shut here."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from served_jira import EMAIL, SCOPE, TOKEN, Site, walk

from connectors.errors import ConnectorError, Rejected, Transient, Unauthorized
from connectors.jira.login import JiraLogin
from connectors.jira.tracker import JiraTracker
from connectors.retry import ReadRetry
from sandbox.faults import (
    answer,
    cut_off,
    delayed,
    drop_before,
    too_many_requests,
    truncated_body,
)
from sandbox.http import Response

SEARCH, BULK = "search/jql", "issue/bulkfetch"
ROOT = Path(__file__).parents[2]


def test_making_a_tracker_sends_nothing(site: Site) -> None:
    with site.tracker():
        assert len(site.server.log) == 0


def test_the_removed_search_is_never_asked(site: Site) -> None:
    """Without server info the library falls back to /search, which answers 410 since 2025."""
    site.issue()
    with site.tracker() as tracker:
        found, _ = walk(tracker)
    assert len(found) == 1
    assert site.server.log.count("GET|POST", r"/api/\d/search$") == 0


def test_nothing_is_cut_at_one_page(site: Site) -> None:
    """The library returns one page of 50 or 100 as if it were all."""
    issues = site.issues(130)
    with site.tracker() as tracker:
        first, cursor = walk(tracker)
        for issue in issues:
            site.step(issue, 2)
        again, _ = walk(tracker, cursor)
    assert {issue.id for issue in first} == {str(issue.id) for issue in issues}
    assert {issue.id for issue in again} == {str(issue.id) for issue in issues}


@pytest.mark.parametrize("shortest", [1, 3])
def test_short_pages_are_no_end(site: Site, shortest: int) -> None:
    site.state.knobs.short_pages = shortest
    issues = site.issues(7)
    with site.tracker() as tracker:
        found, _ = walk(tracker)
    assert [issue.id for issue in found] == [str(issue.id) for issue in issues]


def test_an_empty_page_with_a_token_is_no_end(site: Site) -> None:
    issue = site.issue()
    pages = [
        {"issues": [], "isLast": False, "nextPageToken": "more"},
        {"issues": [{"id": str(issue.id)}], "isLast": True},
    ]
    site.faults.add(lambda _request, _ask: Response.json(pages.pop(0)), path=SEARCH, count=2)
    with site.tracker() as tracker:
        found, _ = walk(tracker)
    assert [work.id for work in found] == [str(issue.id)]


def test_a_last_page_that_repeats_its_token_ends_the_walk(site: Site) -> None:
    """The library never reads isLast and asks for ever."""
    site.state.knobs.short_pages, site.state.knobs.repeat_token = 2, True
    site.issues(5)
    with site.tracker() as tracker:
        found, _ = walk(tracker)
    assert len(found) == 5
    assert site.server.log.count("GET", SEARCH) == 3


def _endless(_request: object, _ask: object) -> Response:
    return Response.json({"issues": [{"id": "1"}], "isLast": False, "nextPageToken": "same"})


def test_a_token_that_comes_twice_is_refused(site: Site) -> None:
    site.faults.add(_endless, path=SEARCH, count=None)
    with site.tracker() as tracker, pytest.raises(Transient, match="same page token twice"):
        walk(tracker)
    assert site.server.log.count("GET", SEARCH) == 2


def test_a_walk_without_end_is_refused(site: Site) -> None:
    pages = iter(range(99))
    site.faults.add(
        lambda _request, _ask: Response.json({"issues": [], "nextPageToken": str(next(pages))}),
        path=SEARCH,
        count=None,
    )
    with site.tracker(most_pages=10) as tracker, pytest.raises(Transient, match="did not end after 10 pages"):
        walk(tracker)


def test_a_warning_means_incomplete_and_moves_no_cursor(site: Site) -> None:
    site.issue()
    site.state.knobs.search_warnings = ("The result set was truncated.",)
    with site.tracker() as tracker:
        batches = tracker.changed_since(SCOPE, tracker.catalogue(SCOPE), None)
        with pytest.raises(Transient, match="cut short"):
            next(batches)


def test_more_without_a_token_is_incomplete(site: Site) -> None:
    site.faults.add(lambda _r, _a: Response.json({"issues": [], "isLast": False}), path=SEARCH)
    with site.tracker() as tracker, pytest.raises(Transient, match="not where"):
        walk(tracker)


def test_a_post_is_sent_once_by_the_library(site: Site) -> None:
    """ResilientSession repeats POST after a lost connection, whatever it did."""
    site.issue()
    site.faults.add(drop_before(), path=BULK, count=None)
    with JiraTracker(site.login, ReadRetry(attempts=1)) as tracker, pytest.raises(Transient):
        walk(tracker)
    assert site.server.log.count("POST", BULK) == 1


@pytest.mark.parametrize("wait", ["1.5", "Mon, 02 Mar 2026 09:00:05 GMT", "2", None])
def test_every_form_of_retry_after_is_waited_for(site: Site, wait: str | None) -> None:
    """The library fails on fractions and dates with a ValueError, and halves what it is told."""
    site.issue()
    site.faults.add(too_many_requests(wait), path=BULK)
    with site.tracker() as tracker:
        found, _ = walk(tracker)
    assert len(found) == 1
    least = {"1.5": 1.5, "2": 2.0, None: 0.5}.get(wait, 0.5)
    assert len(site.waits) == 1
    assert site.waits[0] >= least


def test_a_quota_wait_of_half_an_hour_is_not_hammered(site: Site) -> None:
    headers = {"Retry-After": "1847", "RateLimit-Reason": "jira-quota-global-based"}
    site.faults.add(answer(429, b"", headers), path=SEARCH, count=None)
    with site.tracker() as tracker, pytest.raises(Transient, match=r"quota.*wait 1847 s") as caught:
        walk(tracker)
    assert caught.value.retry_after == 1847
    assert site.server.log.count("GET", SEARCH) == 1
    assert site.waits == []


@pytest.mark.parametrize(
    "fault",
    [
        answer(502, "<html>Bad Gateway</html>", {"Content-Type": "text/html"}),
        answer(503, b""),
        answer(500, "null"),
        answer(200, "<!DOCTYPE html><html>Log in</html>", {"Content-Type": "text/html"}),
        answer(200, b""),
        answer(200, b"{}"),
        truncated_body(),
        cut_off(),
        drop_before(),
    ],
)
def test_a_passing_failure_is_read_again_and_nothing_is_lost(site: Site, fault: object) -> None:
    """The library repeats none of these, and turns a 200 with HTML into a ValueError."""
    site.issues(3)
    for path in (SEARCH, BULK, "changelog/bulkfetch"):
        site.faults.add(fault, path=path)  # type: ignore[arg-type]  # a Fault
    with site.tracker() as tracker:
        found, _ = walk(tracker)
    assert len(found) == 3
    assert len(site.waits) == 3


@pytest.mark.parametrize(
    "body", ["null", "[]", '"text"', '{"errorMessages": null, "errors": null}', "\xff", ""]
)
def test_odd_error_bodies_break_nothing(site: Site, body: str) -> None:
    """The library's reader of errors raises TypeError on null."""
    site.faults.add(answer(400, body.encode("latin-1")), path=SEARCH, count=None)
    with site.tracker() as tracker, pytest.raises(Rejected, match="refused"):
        walk(tracker)


def test_a_silent_server_is_not_waited_for_for_ever(site: Site) -> None:
    """The library's default is no time limit."""
    site.faults.add(delayed(2), path="myself", count=None)
    login = JiraLogin(site.server.url, EMAIL, TOKEN, timeout_seconds=0.05)
    with JiraTracker(login, ReadRetry(attempts=1)) as tracker, pytest.raises(Transient, match="no answer"):
        tracker.catalogue(SCOPE)


def test_a_redirect_does_not_carry_the_login_away(site: Site) -> None:
    site.faults.add(answer(302, headers={"Location": f"{site.server.url}/rest/api/2/field"}), path="myself")
    with site.tracker() as tracker, pytest.raises(Rejected, match="another address"):
        tracker.catalogue(SCOPE)
    assert len(site.server.log) == 1


def test_neither_errors_nor_logs_show_login_body_or_headers(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """str(JIRAError) is the whole answer with its headers; the library also logs them."""
    caplog.set_level(logging.DEBUG)
    leaky = f"<html>{TOKEN} customer@example.com</html>"
    for status in (400, 401, 403, 404, 410, 429, 500, 502, 200):
        site.faults.clear()
        site.faults.add(answer(status, leaky, {"X-Secret": TOKEN}), path="myself", count=None)
        with site.tracker() as tracker, pytest.raises(ConnectorError) as caught:
            tracker.catalogue(SCOPE)
        shown = f"{caught.value} {caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
        assert TOKEN not in shown
        assert "customer@example.com" not in shown
    assert TOKEN not in caplog.text
    assert "customer@example.com" not in caplog.text
    assert TOKEN not in repr(site.login)


def test_a_lost_connection_leaves_no_trace_of_the_login(site: Site) -> None:
    """The requests library's error holds the request, and with it the Authorization header."""
    site.faults.add(drop_before(), path="myself", count=None)
    with site.tracker() as tracker, pytest.raises(Transient) as caught:
        tracker.catalogue(SCOPE)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_a_tracker_left_open_ends_quietly(site: Site) -> None:
    """The library's __del__ prints an ImportError when the interpreter ends."""
    program = f"""
from connectors.jira.login import JiraLogin
from connectors.jira.tracker import JiraTracker
from connectors.ports import Scope
kept = JiraTracker(JiraLogin({site.server.url!r}, {EMAIL!r}, {TOKEN!r}))
kept.catalogue(Scope((), (), ()))
"""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_client_that_could_not_be_made_is_collected_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no session")

    unraisable: list[object] = []
    monkeypatch.setattr("connectors.jira.session.JiraSession", refuse)
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    with pytest.raises(RuntimeError):
        JiraTracker(JiraLogin("https://acme.example", EMAIL, TOKEN))
    gc.collect()
    assert unraisable == []


def test_closing_releases_every_socket(site: Site) -> None:
    with site.tracker() as tracker:
        walk(tracker)
    del tracker
    gc.collect()  # an open socket would be a ResourceWarning, and a warning is an error here


def test_a_visitor_is_not_an_empty_site(site: Site) -> None:
    """Without a valid login Jira answers 200 with nothing in it."""
    site.faults.add(answer(200, "{}"), path="myself", count=None)
    with site.tracker() as tracker, pytest.raises(Unauthorized, match="visitor"):
        tracker.catalogue(SCOPE)


def test_a_login_that_fails_midway_is_noticed(site: Site) -> None:
    nothing = b'{"issues":[],"isLast":true}'
    site.faults.add(
        answer(200, nothing, {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}), path=SEARCH, count=None
    )
    with site.tracker() as tracker, pytest.raises(Unauthorized):
        walk(tracker)


def test_an_answer_for_somebody_else_is_refused(site: Site) -> None:
    site.faults.add(answer(200, b'{"issues":[],"isLast":true}', {"X-AAccountId": "someone"}), path=SEARCH)
    with site.tracker() as tracker, pytest.raises(Unauthorized, match="another account"):
        walk(tracker)


def test_a_cut_emoji_does_not_make_a_batch_unreadable(site: Site) -> None:
    """Java escapes half a surrogate pair as it is; strict JSON readers refuse the whole answer."""
    summaries = (rb"half \ud83d", rb"whole \ud83d\ude00, \\ud83d")
    issues = b",".join(
        b'{"id":"%d","key":"ACME-1","fields":{"summary":"%s","status":{"id":"1","name":"x"},'
        b'"issuetype":{"name":"x"},"project":{"id":"10001","key":"ACME"},'
        b'"created":"2026-03-02T09:00:00.000+0000","updated":"2026-03-02T09:00:00.000+0000"}}'
        % (number, text)
        for number, text in enumerate(summaries, start=10001)
    )
    site.faults.add(answer(200, b'{"issues":[' + issues + b"]}"), path=BULK)
    site.issues(2)
    with site.tracker() as tracker:
        found, _ = walk(tracker)
    assert [issue.summary for issue in found] == ["half \ufffd", "whole \U0001f600, \\ud83d"]
