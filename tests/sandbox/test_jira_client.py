"""The unmodified `jira` library against the running site."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from acme_site import DONE, NOW, POINTS, STORY, Acme
from jira import JIRA, JIRAError

from sandbox.http import Server
from sandbox.jira import sprints, verbs


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Acme, JIRA, Server]]:
    acme = Acme.make()
    for number in range(127):
        acme.create(STORY, f"story {number}")
    with Server(acme.app) as server:
        acme.state.site.base_url = server.url
        login = ("ana@acme.test", "ana-token")
        client = JIRA(server.url, basic_auth=login, max_retries=0, timeout=(3, 10))
        yield acme, client, server
        client.close()


Served = tuple[Acme, JIRA, Server]


def test_the_client_takes_the_site_for_a_cloud_and_knows_its_login(served: Served) -> None:
    _, client, server = served
    assert client._is_cloud
    assert client.server_info()["baseUrl"] == server.url
    assert client.myself()["accountId"] == "ana"
    assert client.myself()["timeZone"] == "Asia/Tokyo"


def test_one_page_of_search_stops_at_a_hundred_and_false_fetches_all(served: Served) -> None:
    _, client, _ = served
    assert len(client.search_issues("project = ACME", maxResults=250)) == 100
    everything = client.search_issues("project = ACME ORDER BY key ASC", maxResults=False)
    assert [issue.key for issue in everything] == [f"ACME-{number}" for number in range(1, 131)]


def test_a_search_can_be_posted_with_the_nulls_the_client_sends(served: Served) -> None:
    _, client, _ = served
    found = client.enhanced_search_issues("key = ACME-2", use_post=True, fields=["summary"], json_result=True)
    assert found["issues"][0]["fields"] == {"summary": "Pay by card"}


def test_an_issue_arrives_with_its_fields_and_history(served: Served) -> None:
    _, client, server = served
    issue = client.issue("ACME-2", expand="changelog")
    assert issue.self == f"{server.url}/rest/api/2/issue/10002"
    assert issue.fields.parent.key == "ACME-1"
    assert issue.fields.resolution.name == "Done"
    assert getattr(issue.fields, POINTS) == 5.0
    assert [item.field for history in issue.changelog.histories for item in history.items] == [
        "resolution",
        "status",
        "Story point estimate",
        "Sprint",
    ]


def test_fields_projects_boards_and_sprints_are_listed(served: Served) -> None:
    _, client, _ = served
    sprint_field = next(field for field in client.fields() if field["id"] == "customfield_10020")
    assert sprint_field["schema"]["custom"] == "com.pyxis.greenhopper.jira:gh-sprint"
    assert [project.key for project in client.projects()] == ["ACME", "TEAM"]
    assert [board.name for board in client.boards(type="scrum")] == ["Acme board"]
    assert [(s.id, s.state) for s in client.sprints(1)] == [(1, "active")]
    assert client.sprint(1).originBoardId == 1
    with pytest.raises(JIRAError) as refused:
        client.sprints(2)
    assert refused.value.status_code == 400
    assert "The board does not support sprints" in refused.value.text


def test_what_does_not_exist_is_a_404_in_jiras_words(served: Served) -> None:
    _, client, _ = served
    with pytest.raises(JIRAError) as refused:
        client.issue("ACME-999")
    assert refused.value.status_code == 404
    assert refused.value.text == "Issue does not exist or you do not have permission to see it."


def test_wrong_credentials_are_a_401_in_plain_text(served: Served) -> None:
    _, _, server = served
    client = JIRA(server.url, basic_auth=("ana@acme.test", "wrong"), max_retries=0, timeout=(3, 10))
    with pytest.raises(JIRAError) as refused:
        client.myself()
    assert refused.value.status_code == 401
    assert refused.value.text == "Client must be authenticated to access this resource."


def test_a_personal_token_signs_in_too(served: Served) -> None:
    _, _, server = served
    client = JIRA(server.url, token_auth="ana-pat", max_retries=0, timeout=(3, 10))
    assert client.myself()["accountId"] == "ana"
    client.close()


def test_the_client_sees_a_change_at_once(served: Served) -> None:
    acme, client, _ = served
    with acme.state.lock:
        future = sprints.create_sprint(acme.state, 1, "Sprint 2", at=NOW)
        sprints.put_in_sprint(acme.state, acme.issue("ACME-3"), future, by="ana", at=NOW)
        verbs.transition(acme.state, acme.issue("ACME-3"), DONE, by="ana", at=NOW)
    assert client.issue("ACME-3").fields.status.statusCategory.key == "done"
    assert [i.key for i in client.search_issues(f"sprint = {future.id}")] == ["ACME-3"]
