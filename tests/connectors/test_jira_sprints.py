"""Sprints: all at first, then what is open or was, at a cost that closed ones do not add to."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from served_jira import SCOPE, Site, walk

from connectors.errors import Transient, Unauthorized
from connectors.jira.tracker import JiraTracker
from connectors.ports import Scope
from model.work import Sprint
from sandbox.faults import answer
from sandbox.http import Request, Response
from sandbox.jira import sprints as verbs
from sandbox.messages import Application

TWO_BOARDS = Scope(("ACME", "BETA"), ("ACME board", "ACME board two"), ())


def _read(
    tracker: JiraTracker, known: Mapping[str, str] | None = None, scope: Scope = SCOPE
) -> tuple[Sprint, ...]:
    return tracker.sprints(tracker.catalogue(scope), known or {})


def _known(sprints: tuple[Sprint, ...]) -> dict[str, str]:
    return {sprint.id: sprint.state for sprint in sprints}


def _closed(site: Site, count: int, board: int = 1) -> None:
    for number in range(count):
        site.close(site.sprint(f"Sprint {number}", board))


def test_at_first_all_sprints_are_listed_over_all_pages(site: Site) -> None:
    _closed(site, 120)
    with site.tracker() as tracker:
        found = _read(tracker)
    assert [sprint.id for sprint in found] == [str(number) for number in range(1, 121)]
    assert {(sprint.state, sprint.board_name) for sprint in found} == {("closed", "ACME board")}
    assert all(sprint.completed_at is not None for sprint in found)


def test_later_the_cost_is_constant_in_closed_history(site: Site) -> None:
    counts = []
    for more in (3, 110):
        _closed(site, more)
        running = site.sprint("Now")
        with site.tracker() as tracker:
            known = _known(_read(tracker))
        with site.tracker() as fresh_process:
            catalogue = fresh_process.catalogue(SCOPE)
            site.server.log.clear()
            found = fresh_process.sprints(catalogue, known)
            counts.append(len(site.server.log))
        assert [sprint.id for sprint in found] == [str(running.id)]
        site.close(running)
    assert counts[0] == counts[1] <= 3


def test_a_sprint_that_closed_is_read_once_more(site: Site) -> None:
    sprint = site.sprint("Sprint 1")
    with site.tracker() as tracker:
        known = _known(_read(tracker))
        site.close(sprint)
        (closed,) = _read(tracker, known)
        assert (closed.state, closed.completed_at) == ("closed", sprint.completed_at)
        assert _read(tracker, _known((closed,))) == ()


def test_a_reopened_sprint_is_active_again(site: Site) -> None:
    sprint = site.sprint("Sprint 1")
    site.close(sprint)
    with site.tracker() as tracker:
        known = _known(_read(tracker))
        verbs.reopen_sprint(sprint)
        (found,) = _read(tracker, known)
    assert (found.state, found.completed_at) == ("active", None)


def test_a_board_without_sprints_has_none(site: Site) -> None:
    with site.tracker() as tracker:
        assert _read(tracker, scope=Scope(("ACME",), ("ACME kanban",), ())) == ()
    assert [call.status for call in site.server.log if "sprint" in call.path] == [400, 400]


def test_a_board_added_later_brings_its_closed_sprints(site: Site) -> None:
    _closed(site, 2, board=1)
    _closed(site, 3, board=3)
    with site.tracker() as tracker:
        known = _known(_read(tracker))
        found = _read(tracker, known, TWO_BOARDS)
    assert [(sprint.id, sprint.board_name) for sprint in found] == [
        (str(number), "ACME board two") for number in (3, 4, 5)
    ]


def test_a_sprint_opened_and_closed_unseen_is_found_by_its_issues(site: Site) -> None:
    first = site.sprint("Sprint 1")
    with site.tracker() as tracker:
        _, cursor = walk(tracker)
        known = _known(_read(tracker))
        missed = site.sprint("Sprint 2", 1, site.issue())
        site.close(missed)
        _, cursor = walk(tracker, cursor)
        found = _read(tracker, known)
        assert {sprint.id: sprint.state for sprint in found} == {
            str(first.id): "active",
            str(missed.id): "closed",
        }
        assert [sprint.id for sprint in _read(tracker, known | _known(found))] == [str(first.id)]


def test_a_sprint_asked_for_with_an_unknown_state_is_read(site: Site) -> None:
    """How a caller asks for a sprint that it met in stored issues only."""
    _closed(site, 2)
    with site.tracker() as tracker:
        found = _read(tracker, {"1": "closed", "2": "unknown"})
    assert [sprint.id for sprint in found] == ["2"]


def test_a_deleted_sprint_is_absent_and_no_error(site: Site) -> None:
    sprint = site.sprint("Sprint 1")
    with site.tracker() as tracker:
        known = _known(_read(tracker))
        del site.state.sprints[sprint.id]
        assert _read(tracker, known) == ()


def test_a_sprint_without_known_home_belongs_to_the_board_that_shows_it(site: Site) -> None:
    sprint = site.sprint("Shared")

    def elsewhere(request: Request, ask: Application) -> Response:
        response = ask(request)
        body = response.body.replace(b'"originBoardId":1', b'"originBoardId":77')
        return Response(response.status, body, response.headers)

    site.faults.add(elsewhere, path="sprint", count=None)
    with site.tracker() as tracker:
        (found,) = _read(tracker)
        site.close(sprint)
        (closed,) = _read(tracker, _known((found,)))
    assert (found.board_id, closed.board_id, closed.state) == ("1", "1", "closed")


def test_a_sprint_shown_on_two_boards_is_told_once_with_its_own(site: Site) -> None:
    site.sprint("Shared", 3)
    body = Response.json
    shared = {"id": 1, "name": "Shared", "state": "active", "originBoardId": 3}
    site.faults.add(
        lambda _request, _ask: body({"isLast": True, "values": [shared]}), path="board/1/sprint", count=None
    )
    with site.tracker() as tracker:
        (found,) = _read(tracker, scope=TWO_BOARDS)
    assert (found.id, found.board_name) == ("1", "ACME board two")


def test_a_board_that_shows_only_sprints_of_others_is_listed_once(site: Site) -> None:
    others = [
        {
            "id": number,
            "name": "x",
            "state": "closed",
            "originBoardId": 3,
            "completeDate": "2026-01-01T00:00:00Z",
        }
        for number in range(1, 4)
    ]

    def shown(request: Request, _ask: Application) -> Response:
        return Response.json({"isLast": True, "values": others if request.arg("state") == "closed" else []})

    site.faults.add(shown, path="board/1/sprint", count=None)
    site.sprint("Running", 3)
    with site.tracker() as tracker:
        known = _known(_read(tracker, scope=TWO_BOARDS))
        _read(tracker, known, TWO_BOARDS)
        site.server.log.clear()
        _read(tracker, known, TWO_BOARDS)
    assert site.server.log.count("GET", "/sprint") == 2


def test_without_a_licence_for_boards_the_login_lacks_a_right(site: Site) -> None:
    site.faults.add(answer(403, b'{"errorMessages":["no licence"]}'), path="/sprint", count=None)
    with site.tracker() as tracker, pytest.raises(Unauthorized, match="lacks the right"):
        _read(tracker)


def test_a_list_without_end_is_refused(site: Site) -> None:
    page = {"values": [{"id": 1, "name": "x", "state": "active"}], "isLast": False}
    site.faults.add(lambda _request, _ask: Response.json(page), path="/sprint", count=None)
    with site.tracker() as tracker, pytest.raises(Transient, match="did not end"):
        _read(tracker)
