"""What names mean on a site: logins, the immutable site id, projects, boards and fields; and what it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from served_jira import ACME, BETA, BOT, SCOPE, SIDE, SIDE_POINTS, TOKEN, Site, walk

from connectors.errors import Rejected, Transient
from connectors.jira.login import JiraLogin
from connectors.jira.tracker import JiraTracker
from connectors.ports import Scope
from connectors.retry import ReadRetry
from model.work import TypeInfo, WordInfo
from sandbox.faults import answer
from sandbox.http import Request, Response
from sandbox.jira import verbs
from sandbox.jira.entities import Board, Component, CustomField, IssueType, Project, Status
from sandbox.jira.settings import Organization
from sandbox.messages import Application


def test_a_catalogue_tells_what_the_scope_means(site: Site) -> None:
    site.state.users[BOT].zone = "America/St_Johns"
    with site.tracker() as tracker:
        found = tracker.catalogue(SCOPE)
    assert (found.site, found.base_url) == ("cloud-0001", "https://acme.example")
    assert (found.account_id, found.account_zone) == (BOT, "America/St_Johns")
    assert [(project.id, project.key, project.style) for project in found.projects] == [
        ("10001", "ACME", "classic"),
        ("10002", "BETA", "classic"),
    ]
    assert [(board.id, board.name, board.kind, board.project_id) for board in found.boards] == [
        ("1", "ACME board", "scrum", "10001"),
        ("2", "ACME kanban", "kanban", "10001"),
    ]
    assert [(info.name, info.kind) for info in found.fields] == [
        ("Story Points", "number"),
        ("Billing %", "number"),
        ("Client accepted", "option"),
    ]


def test_a_personal_access_token_needs_no_address(site: Site) -> None:
    with JiraTracker(JiraLogin(site.server.url, None, "pat-of-the-bot")) as tracker:
        assert tracker.catalogue(SCOPE).account_id == BOT


def test_what_is_hidden_is_simply_absent(site: Site) -> None:
    site.hide(BETA)
    with site.tracker() as tracker:
        found = tracker.catalogue(
            replace(SCOPE, projects=("ACME", "BETA", "NONE"), boards=("No such board",))
        )
    assert [project.key for project in found.projects] == ["ACME"]
    assert found.boards == ()


def test_fields_of_a_team_managed_project_come_with_it_only(site: Site) -> None:
    with site.tracker() as tracker:
        without = tracker.catalogue(SCOPE)
        found = tracker.catalogue(replace(SCOPE, projects=("ACME", "SIDE")))
    points = [(info.id, info.project_id) for info in found.fields if info.name == "Story Points"]
    assert (SIDE_POINTS, str(SIDE)) in points
    assert len(points) == 2
    assert SIDE_POINTS not in {info.id for info in without.fields}
    assert {project.style for project in found.projects} == {"classic", "next-gen"}


def test_a_field_can_be_named_by_its_id(site: Site) -> None:
    with site.tracker() as tracker:
        found = tracker.catalogue(replace(SCOPE, fields=("customfield_10050",)))
    assert [info.name for info in found.fields] == ["Billing %"]


def test_organizations_of_a_request_are_read_by_name(site: Site) -> None:
    site.state.add_vocabulary([CustomField(10070, "Organizations", "organizations")])
    for number, name in ((7, "Harbor & Pine"), (9, "Östra Hamnen AB")):
        site.state.organizations[number] = Organization(number, name)
    both, none = site.issues(2)
    verbs.set_field(site.state, both, "customfield_10070", ("7", "9"), by="person-1", at=site.now())
    with site.tracker() as tracker:
        found, _ = walk(tracker, scope=replace(SCOPE, fields=("organizations",)))
    fields = {issue.id: dict(issue.fields) for issue in found}
    assert fields == {
        str(both.id): {"customfield_10070": ("Harbor & Pine", "Östra Hamnen AB")},
        str(none.id): {},
    }


def test_time_is_asked_for_by_key_in_any_case_and_through_boards_without_a_further_request(
    site: Site,
) -> None:
    with site.tracker() as tracker:
        assert tracker.catalogue(SCOPE).timed == ()
        before = tracker.usage.requests
        by_key = tracker.catalogue(replace(SCOPE, timed_projects=("beta", "NONE")))
        by_board = tracker.catalogue(replace(SCOPE, timed_boards=("acme Board",)))
        assert tracker.usage.requests - before == 4
    assert by_key.timed == (str(BETA),)
    assert by_board.timed == (str(ACME),)


def test_the_cost_is_constant_in_history_and_later_two_requests(site: Site) -> None:
    counts = []
    for size in (0, 80):
        site.issues(size)
        with site.tracker() as tracker:
            site.server.log.clear()
            tracker.catalogue(SCOPE)
            first = len(site.server.log)
            tracker.catalogue(SCOPE)
            counts.append((first, len(site.server.log) - first))
    assert counts == [(10, 2), (10, 2)]


def test_slow_lists_are_read_again_after_a_while(site: Site) -> None:
    now = [0.0]
    with JiraTracker(site.login, clock=lambda: now[0]) as tracker:
        tracker.catalogue(SCOPE)
        site.state.boards[1].name = "Renamed"
        assert len(tracker.catalogue(SCOPE).boards) == 2
        now[0] = site.login.lists_seconds
        assert [board.name for board in tracker.catalogue(SCOPE).boards] == ["ACME kanban"]


def test_a_board_made_later_is_found_at_once(site: Site) -> None:
    scope = replace(SCOPE, boards=("New board",))
    with site.tracker() as tracker:
        assert tracker.catalogue(scope).boards == ()
        site.state.add_board(Board(9, "New board", "scrum", ACME, (), 9))
        assert [board.id for board in tracker.catalogue(scope).boards] == ["9"]


def test_more_projects_and_boards_than_a_page_holds_are_found(site: Site) -> None:
    keys = [f"P{number}" for number in range(70)]
    for number, key in enumerate(keys):
        site.state.add_project(Project(20_000 + number, key, key))
        site.state.add_board(Board(100 + number, f"Copy of Team {number}", "scrum", ACME, (), 1))
    site.state.add_board(Board(900, "team", "scrum", ACME, (), 1))
    with site.tracker() as tracker:
        found = tracker.catalogue(Scope(tuple(keys), ("Team",), ()))
    assert {project.key for project in found.projects} == {*keys, "ACME"}
    assert [board.id for board in found.boards] == ["900"]


def test_the_words_that_rules_may_write_are_listed_for_the_projects_in_scope(site: Site) -> None:
    site.state.add_vocabulary(
        [
            Component(1, ACME, "Search"),
            Component(2, BETA, "Ads"),
            IssueType(50, "Bet", 1, project_id=SIDE),
            Status(51, "Parked", "new", project_id=SIDE),
        ]
    )
    with site.tracker() as tracker:
        found = tracker.catalogue(replace(SCOPE, component_projects=("acme", "SIDE")))
        more = tracker.catalogue(replace(SCOPE, projects=("SIDE",)))
    assert [(info.name, info.level) for info in found.types] == [("Epic", 1), ("故事", 0), ("Sub-task", -1)]
    assert [info.name for info in found.statuses] == ["To Do", "In Progress", "Done", "Closed"]
    assert found.resolutions == ("Done", "Won't Do")
    assert found.components == (WordInfo("Search", str(ACME)),)
    assert TypeInfo("Bet", 1, str(SIDE)) in more.types
    assert WordInfo("Parked", str(SIDE)) in more.statuses
    assert more.components == ()


def test_a_login_that_may_not_list_words_reads_all_the_same(site: Site) -> None:
    for path in ("issuetype", "resolution", "components"):
        site.faults.add(answer(403, "{}"), path=path, count=None)
    with site.tracker() as tracker:
        found = tracker.catalogue(replace(SCOPE, component_projects=("ACME",)))
        before = tracker.usage.requests
        tracker.catalogue(replace(SCOPE, component_projects=("ACME",)))
        assert tracker.usage.requests - before == 2
    assert (found.types, found.resolutions, found.components) == ((), (), ())
    assert [project.key for project in found.projects] == ["ACME", "BETA"]


def test_projects_that_are_only_named_cost_no_request(site: Site) -> None:
    with site.tracker() as tracker:
        tracker.catalogue(SCOPE)
        before = tracker.usage.requests
        assert [each.key for each in tracker.catalogue(replace(SCOPE, named_projects=("SIDE",))).named] == [
            "SIDE"
        ]
        assert tracker.usage.requests - before == 2


def test_all_names_cost_two_requests_more_and_none_while_they_are_believed(site: Site) -> None:
    with site.tracker() as tracker:
        tracker.catalogue(SCOPE)
        before = tracker.usage.requests
        tracker.names()
        tracker.names()
        assert tracker.usage.requests - before == 2


def test_a_site_with_too_many_boards_is_listed_in_part_and_says_so(site: Site) -> None:
    for number in range(1100):
        site.state.add_board(Board(100 + number, f"Team {number}", "scrum", ACME, (), 1))
    with site.tracker() as tracker:
        found = tracker.names()
        assert len(site.server.log) < 30
    assert (found.cut, len(found.boards)) == (("boards",), 1000)


def test_a_login_that_may_not_list_boards_knows_none_of_them_and_says_so(site: Site) -> None:
    site.faults.add(answer(403, "{}"), path="agile/1.0/board", count=None)
    with site.tracker() as tracker:
        found = tracker.names()
    assert (found.cut, found.boards) == (("boards",), ())
    assert [project.key for project in found.projects][:2] == ["ACME", "BETA"]


def test_without_projects_none_is_listed(site: Site) -> None:
    """A request without keys would list every project of the site."""
    with site.tracker() as tracker:
        assert tracker.catalogue(Scope((), (), ())).projects == ()
        assert walk(tracker, scope=Scope((), (), ()))[0] == []


def test_data_center_gets_an_id_of_its_address(site: Site) -> None:
    def server(request: Request, ask: Application) -> Response:
        response = ask(request)
        return Response(200, response.body.replace(b'"Cloud"', b'"Server"'), response.headers)

    site.faults.add(server, path="serverInfo", count=None)
    ids = []
    for _ in range(2):
        with site.tracker() as tracker:
            ids.append(tracker.catalogue(SCOPE).site)
    assert ids[0] == ids[1] != "cloud-0001"
    assert ids[0].startswith("dc-")
    assert site.server.log.count("GET", "tenant_info") == 0


def test_a_site_that_cannot_tell_its_id_just_now_gets_no_other(site: Site) -> None:
    """Another identity would bill everything a second time."""
    site.faults.add(answer(404), path="tenant_info")
    with site.tracker() as tracker:
        with pytest.raises(Rejected):
            tracker.catalogue(SCOPE)
        site.faults.add(answer(200, '{"cloudId":"../evil"}'), path="tenant_info")
        with pytest.raises(Transient, match="no cloud id"):
            tracker.catalogue(SCOPE)
        assert tracker.catalogue(SCOPE).site == "cloud-0001"


def test_a_gateway_address_carries_the_cloud_id(site: Site) -> None:
    login = JiraLogin("https://api.atlassian.com/ex/jira/11111111-2222-3333", "bot@example.com", TOKEN)
    with JiraTracker(login, ReadRetry(attempts=1)) as tracker:
        assert tracker._client.tenant == "11111111-2222-3333"


def test_a_site_under_a_path_is_reached(site: Site) -> None:
    """Data Center lives below a context path, scoped tokens below /ex/jira/<cloud id>."""
    paths: list[str] = []

    def below(request: Request, ask: Application) -> Response:
        paths.append(request.path)
        return ask(replace(request, path=request.path.removeprefix("/jira")))

    site.faults.add(below, count=None)
    with JiraTracker(replace(site.login, url=f"{site.server.url}/jira/")) as tracker:
        tracker.catalogue(SCOPE)
    assert all(path.startswith("/jira/") for path in paths)
    assert any(path.startswith("/jira/rest/agile/1.0/") for path in paths)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://acme.example"},
        {"url": "https://bot:token@acme.example"},
        {"token": ""},
        {"token": "se\ncret"},
        {"token": "secrét"},
        {"email": "bot:x@example.com"},
        {"issues_per_fetch": 1001},
        {"ids_per_page": 0},
        {"overlap_seconds": 59},
    ],
)
def test_a_login_that_cannot_work_is_refused_without_showing_its_token(wrong: dict[str, object]) -> None:
    good = JiraLogin("https://acme.example", "bot@example.com", TOKEN)
    with pytest.raises(ValueError) as caught:  # noqa: PT011  each has its own words
        replace(good, **wrong)  # type: ignore[arg-type]  # the names are real
    assert TOKEN not in str(caught.value)
    assert "cret" not in str(caught.value)
