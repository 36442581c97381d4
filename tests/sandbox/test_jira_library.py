"""The whole relevant surface of the unmodified `jira` library, against a site that starts empty."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from jira import JIRA, JIRAError

from sandbox.clock import Clock
from sandbox.http import Server
from sandbox.jira.app import JiraApp
from sandbox.jira.defaults import open_site
from sandbox.jira.entities import User
from sandbox.jira.site import Site

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def client() -> Iterator[JIRA]:
    """An administrator of an empty site with one project, LIB."""
    state = open_site(Site("cloud-2", "http://127.0.0.1", "Empty"))
    state.add_user(User("ana", "Ana Alvarez", "ana@acme.test", "ana-token", admin=True))
    state.add_user(User("bob", "Bob Brown", "bob@acme.test", "bob-token"))
    with Server(JiraApp(state, Clock.at(NOW))) as server:
        state.site.base_url = server.url
        made = JIRA(server.url, basic_auth=("ana@acme.test", "ana-token"), max_retries=0, timeout=(3, 10))
        made.create_project(
            "LIB", "Library", template_name="com.pyxis.greenhopper.jira:gh-simplified-scrum-classic"
        )
        yield made
        made.close()


def test_projects_are_made_read_and_deleted(client: JIRA) -> None:
    made = client.create_project("TMP", "Temporary", assignee="bob")
    project = client.project("TMP")
    assert (str(made["id"]), project.name, project.lead.accountId) == (project.id, "Temporary", "bob")
    assert {p.key for p in client.projects()} == {"LIB", "TMP"}
    project.update(name="Renamed")
    assert client.project("TMP").name == "Renamed"
    assert client.delete_project("TMP")
    with pytest.raises(JIRAError) as gone:
        client.project("TMP")
    assert gone.value.status_code == 404
    with pytest.raises(JIRAError, match="uses this project key"):
        client.create_project("LIB", "Again")


def test_issues_live_their_life(client: JIRA) -> None:
    issue = client.create_issue(
        project="LIB", summary="First", issuetype={"name": "Story"}, description="*Text*"
    )
    assert (issue.key, issue.fields.description, issue.fields.status.name) == ("LIB-1", "*Text*", "To Do")
    issue.update(summary="Better", fields={"labels": ["x"]})
    issue.add_field_value("labels", "y")
    assert (client.issue("LIB-1").fields.summary, client.issue("LIB-1").fields.labels) == (
        "Better",
        ["x", "y"],
    )
    assert [t["name"] for t in client.transitions(issue)] == ["To Do", "In Progress", "Done"]
    client.transition_issue(issue, "Done", resolution={"name": "Won't Do"}, comment="Not now")
    closed = client.issue("LIB-1")
    assert (closed.fields.status.name, closed.fields.resolution.name) == ("Done", "Won't Do")
    assert [c.body for c in client.comments(closed)] == ["Not now"]
    assert client.assign_issue(issue, "bob@acme.test")
    assert client.issue("LIB-1").fields.assignee.displayName == "Bob Brown"
    made = client.create_issues(
        [{"project": "LIB", "issuetype": "Task", "summary": "A"}, {"project": "LIB", "issuetype": "Task"}]
    )
    assert [entry["status"] for entry in made] == ["Success", "Error"]
    assert client.createmeta(projectKeys="LIB")["projects"][0]["key"] == "LIB"
    assert "summary" in client.editmeta(issue)["fields"]
    made[0]["issue"].delete()
    with pytest.raises(JIRAError) as refused:
        client.create_issue(project="LIB", summary="x", issuetype="Story", nonsense=1)
    assert "cannot be set. It is not on the appropriate screen, or unknown." in refused.value.text


def test_comments_worklogs_watchers_and_votes(client: JIRA) -> None:
    issue = client.create_issue(
        project="LIB", summary="Talk", issuetype="Task", reporter={"accountId": "bob"}
    )
    comment = client.add_comment(issue, "One")
    comment.update(body="Two")
    assert client.comment(issue, comment.id).body == "Two"
    comment.delete()
    assert client.comments(issue) == []
    worklog = client.add_worklog(
        issue, timeSpent="2h", comment="Work", started=NOW, adjustEstimate="new", newEstimate="1d"
    )
    assert (worklog.timeSpentSeconds, client.issue(issue.key).fields.timeestimate) == (7200, 28_800)
    worklog.update(fields={"timeSpent": "3h"})
    assert client.worklog(issue, worklog.id).timeSpent == "3h"
    worklog.delete()
    assert client.worklogs(issue) == []
    client.add_watcher(issue, "bob@acme.test")
    assert {w.accountId for w in client.watchers(issue).watchers} == {"ana", "bob"}
    client.remove_watcher(issue, "bob@acme.test")
    client.add_vote(issue)
    assert client.votes(issue).votes == 1
    client.remove_vote(issue)


def test_links_properties_and_files(client: JIRA) -> None:
    one, two = (client.create_issue(project="LIB", summary=name, issuetype="Task") for name in ("a", "b"))
    assert "Blocks" in {kind.name for kind in client.issue_link_types()}
    client.create_issue_link("Blocks", one, two, comment={"body": "Linked"})
    (link,) = client.issue(one.key).fields.issuelinks
    assert (link.outwardIssue.key, client.issue_link(link.id).type.outward) == (two.key, "blocks")
    client.delete_issue_link(link.id)
    remote = client.add_simple_link(one, {"url": "https://books.test/1", "title": "Invoice 1"})
    assert client.remote_link(one, remote.id).object.title == "Invoice 1"
    remote.update({"url": "https://books.test/2", "title": "Invoice 2"})
    assert [entry.object.title for entry in client.remote_links(one)] == ["Invoice 2"]
    remote.delete()
    client.add_issue_property(one, "billed", {"invoice": 7})
    assert client.issue_property(one, "billed").value.invoice == 7
    assert client.issue_properties(one)[0].key == "billed"
    client.issue_property(one, "billed").delete()
    attached = client.add_attachment(one, io.BytesIO(b"hello"), filename="note.txt")
    assert (attached.filename, attached.size, client.attachment(attached.id).get()) == (
        "note.txt",
        5,
        b"hello",
    )
    assert client.attachment_meta()["enabled"]
    attached.delete()


def test_versions_components_and_roles(client: JIRA) -> None:
    version = client.create_version("1.0", "LIB", releaseDate="2026-05-01", startDate="2026-04-01")
    later = client.create_version("2.0", "LIB")
    issue = client.create_issue(
        project="LIB", summary="In 1.0", issuetype="Task", fixVersions=[{"name": "1.0"}]
    )
    assert client.version_count_related_issues(version.id)["issuesFixedCount"] == 1
    assert client.version_count_unresolved_issues(version.id) == 1
    client.move_version(later.id, position="First")
    assert [v.name for v in client.project_versions("LIB")] == ["2.0", "1.0"]
    version.update(released=True)
    assert client.version(version.id).released
    version.delete(moveFixIssuesTo=later.id)
    assert [v.name for v in client.issue(issue.key).fields.fixVersions] == ["2.0"]
    component = client.create_component("Shop", "LIB", description="All of it")
    assert [c.name for c in client.project_components(client.project("LIB"))] == ["Shop"]
    assert client.component_count_related_issues(component.id) == 0
    component.update(name="Store")
    assert client.component(component.id).name == "Store"
    client.delete_component(component.id)
    roles = client.project_roles("LIB")
    role = client.project_role("LIB", roles["Administrators"]["id"])
    role.add_user(users=["bob"])
    actors = [actor.displayName for actor in client.project_role("LIB", role.id).actors]
    assert actors == ["Ana Alvarez", "Bob Brown", "jira-administrators"]


def test_boards_sprints_epics_and_rank(client: JIRA) -> None:
    saved = client.create_filter("Library work", jql="project = LIB ORDER BY Rank")
    board = client.create_board(
        "Second board", saved.id, preset="scrum", location_type="project", location_id="LIB"
    )
    assert board.name in {entry.name for entry in client.boards(projectKeyOrID="LIB")}
    sprint = client.create_sprint("Sprint A", board.id, startDate="2026-03-10T12:00:00.000Z",
                                  endDate="2026-03-24T12:00:00.000Z", goal="Ship")  # fmt: skip
    first, second = (client.create_issue(project="LIB", summary=n, issuetype="Story") for n in ("s1", "s2"))
    client.add_issues_to_sprint(sprint.id, [first.key, second.key])
    client.update_sprint(sprint.id, name="Sprint A", startDate="2026-03-10T12:00:00.000Z",
                         endDate="2026-03-24T12:00:00.000Z", state="active")  # fmt: skip
    assert client.sprint(sprint.id).state == "active"
    assert [i.key for i in client.search_issues(f"sprint = {sprint.id} ORDER BY key")] == [
        first.key,
        second.key,
    ]
    client.rank(second.key, next_issue=first.key)
    assert [i.key for i in client.search_issues(f"sprint = {sprint.id} ORDER BY Rank")] == [
        second.key,
        first.key,
    ]
    client.move_to_backlog([second.key])
    epic = client.create_issue(project="LIB", summary="Epic", issuetype="Epic")
    client.add_issues_to_epic(epic.id, [first.key])
    assert client.issue(first.key).fields.parent.key == epic.key
    client.update_sprint(sprint.id, name="Sprint A", state="closed")
    assert [s.state for s in client.sprints(board.id, state="closed")] == ["closed"]
    assert client.sprint_info(board.id, sprint.id)["name"] == "Sprint A"
    sprint.delete()
    board.delete()


def test_people_groups_filters_and_permissions(client: JIRA) -> None:
    assert [u.displayName for u in client.search_users(query="bob")] == ["Bob Brown"]
    assert client.user("bob").emailAddress == "bob@acme.test"
    assert [u.accountId for u in client.search_assignable_users_for_issues(query="b", project="LIB")] == [
        "bob"
    ]
    assert client.add_group("makers")
    assert client.add_user_to_group("bob", "makers")
    assert "makers" in client.groups()
    assert list(client.group_members("makers")) == ["bob"]
    with pytest.raises(JIRAError, match="GDPR strict mode"):  # the library names people as Data Center does
        client.remove_user_from_group("bob", "makers")
    assert client.remove_group("makers")
    saved = client.create_filter("Mine", jql="project = LIB", favourite=True)
    assert client.update_filter(saved.id, name="Ours").name == "Ours"
    assert "Ours" in {entry.name for entry in client.favourite_filters()}
    assert client.filter(saved.id).jql == "project = LIB"
    granted = client.my_permissions(permissions="ADMINISTER,CREATE_ISSUES", projectKey="LIB")["permissions"]
    assert all(entry["havePermission"] for entry in granted.values())
    with pytest.raises(JIRAError) as refused:
        client.create_filter("Wrong", jql="project =")
    assert refused.value.status_code == 400


def test_the_words_of_the_site(client: JIRA) -> None:
    assert [s.name for s in client.statuses()] == ["To Do", "In Progress", "Done"]
    assert client.status("3").statusCategory.key == "indeterminate"
    assert client.statuscategory("3").key == "done"
    assert len(client.statuscategories()) == 4
    assert client.issue_type("10000").name == "Epic"
    assert client.issue_type_by_name("Bug").id == "10004"
    assert client.priority("3").name == "Medium"
    assert client.resolution("10001").name == "Won't Do"
    assert {field["id"] for field in client.fields()} >= {"summary", "customfield_10020"}
    assert client.server_info()["deploymentType"] == "Cloud"
    assert client.current_user() == "ana"
    assert [scheme["id"] for scheme in client.permissionschemes()] == [0, 10000]
    issue = client.create_issue(project="LIB", summary="Closed once", issuetype="Task")
    client.transition_issue(issue, "Done")
    client.transition_issue(issue, "To Do")
    found = client.search_issues("project = LIB AND status was Done AND status != Done", maxResults=False)
    assert [entry.key for entry in found] == [issue.key]
