"""Data Center as its clients meet it: accounts by name, sessions by cookie, personal tokens, what versions lack."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from jira import JIRA, JIRAError

from sandbox.clock import Clock
from sandbox.http import Request, Server
from sandbox.jira.app import JiraApp
from sandbox.jira.defaults import open_site
from sandbox.jira.entities import User
from sandbox.jira.site import Site

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class House:
    """A Data Center under /jira with an administrator, and somebody to connect to it."""

    def __init__(self, version: str = "") -> None:
        site = Site("c", "http://jira.test/jira", deployment="Server", context_path="/jira", version=version)
        self.state = open_site(site)
        self.state.add_user(User("admin", "Ada Admin", "admin@acme.test", "secret", admin=True))
        self.clock = Clock.at(NOW)
        self.server = Server(JiraApp(self.state, self.clock))
        self.url = f"{self.server.url}/jira"
        site.base_url = self.url

    def connect(self, name: str, secret: str) -> JIRA:
        return JIRA(self.url, basic_auth=(name, secret), max_retries=0, timeout=(3, 10))


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    with made.server:
        yield made


@pytest.fixture
def admin(house: House) -> Iterator[JIRA]:
    client = house.connect("admin", "secret")
    yield client
    client.close()


def test_an_account_is_made_used_and_removed_by_its_name(house: House, admin: JIRA) -> None:
    assert admin.add_user("Rita", "rita@acme.test", password="pw", fullname="Rita Roe")
    (found,) = admin.search_users("rita")
    assert (found.name, found.displayName, found.key) == ("Rita", "Rita Roe", "JIRAUSER10100")
    assert [user.name for user in admin.search_users(".")] == ["admin", "Rita"]
    rita = house.connect("rita", "pw")
    assert rita.current_user() == "Rita"
    assert "Rita" in admin.group_members("jira-software-users")
    with pytest.raises(JIRAError, match="A user with that username already exists"):
        admin.add_user("rita", "other@acme.test")
    assert admin.add_user("rita", "other@acme.test", ignore_existing=True)
    with pytest.raises(JIRAError) as refused:
        rita.add_user("eve", "eve@acme.test")
    assert refused.value.status_code == 403
    assert admin.delete_user("rita")
    assert admin.search_users("rita") == []
    with pytest.raises(JIRAError, match="The user named 'rita' does not exist"):
        admin.user("rita")
    with pytest.raises(JIRAError):
        rita.myself()
    rita.close()


def test_an_account_is_renamed_and_gets_another_password(house: House, admin: JIRA) -> None:
    admin.add_user("rita", "rita@acme.test", password="pw")
    users = f"{house.url}/rest/api/2/user"
    call = admin._session
    call.put(users, params={"username": "rita"}, json={"name": "roe", "emailAddress": "roe@acme.test"})
    assert admin.user("roe").emailAddress == "roe@acme.test"
    call.put(f"{users}/password", params={"username": "roe"}, json={"password": "new"})
    assert requests.get(f"{house.url}/rest/api/2/myself", auth=("roe", "pw"), timeout=5).status_code == 401
    assert (
        requests.get(f"{house.url}/rest/api/2/myself", auth=("roe", "new"), timeout=5).json()["name"] == "roe"
    )
    for wrong in ({"name": "admin"}, {"emailAddress": "nothing"}):
        with pytest.raises(JIRAError) as refused:
            call.put(users, params={"username": "roe"}, json=wrong)
        assert refused.value.status_code == 400
    with pytest.raises(JIRAError):
        call.put(f"{users}/password", params={"username": "roe"}, json={"password": ""})


def test_who_reported_an_issue_cannot_be_deleted(admin: JIRA) -> None:
    admin.create_project("DC", "Data Center")
    admin.add_user("rita", "rita@acme.test", password="pw")
    admin.create_issue(project="DC", summary="x", issuetype="Task", reporter={"name": "rita"})
    assert not _deleted(admin, "rita")


def _deleted(admin: JIRA, name: str) -> bool:
    try:
        return bool(admin.delete_user(name))
    except JIRAError:
        return False


def test_a_cookie_signs_in_until_it_is_given_back(house: House) -> None:
    home = f"{house.url}/rest/auth/1/session"
    assert requests.post(home, json={"username": "admin", "password": "no"}, timeout=5).status_code == 401
    with requests.Session() as browser:
        answer = browser.post(home, json={"username": "admin", "password": "secret"}, timeout=5)
        assert answer.json()["session"] == {
            "name": "JSESSIONID",
            "value": browser.cookies["JSESSIONID"],
        }
        assert browser.get(home, timeout=5).json()["name"] == "admin"
        assert browser.get(f"{house.url}/rest/api/2/myself", timeout=5).json()["key"] == "admin"
        assert browser.delete(f"{house.url}/rest/auth/1/websudo", timeout=5).status_code == 204
        assert browser.delete(home, timeout=5).status_code == 204
        assert browser.get(home, timeout=5).status_code == 401
    with pytest.warns(DeprecationWarning, match="Cookie"):
        client = JIRA(house.url, auth=("admin", "secret"), max_retries=0, timeout=(3, 10))
    assert client.session().name == "admin"
    client.close()


def test_a_personal_token_is_good_until_it_ends_or_is_revoked(house: House, admin: JIRA) -> None:
    home = f"{house.url}/rest/pat/latest/tokens"
    made = admin._session.post(home, json={"name": "ci", "expirationDuration": 1}).json()
    listed = admin._session.get(home).json()
    assert [token["name"] for token in listed] == ["ci"]
    assert "rawToken" not in listed[0]
    client = JIRA(house.url, token_auth=made["rawToken"], max_retries=0, timeout=(3, 10))
    assert client.myself() == admin.myself()
    house.clock.advance(timedelta(days=1))
    with pytest.raises(JIRAError) as late:
        client.myself()
    assert late.value.status_code == 401
    client.close()
    assert admin._session.delete(f"{home}/{made['id']}").status_code == 204
    assert admin._session.get(home).json() == []


def test_files_lie_under_secure_by_their_names(house: House, admin: JIRA) -> None:
    admin.create_project("DC", "Data Center")
    issue = admin.create_issue(project="DC", summary="x", issuetype="Task")
    attached = admin.add_attachment(issue, io.BytesIO(b"bytes"), filename="a note.txt")
    assert attached.content == f"{house.url}/secure/attachment/{attached.id}/a%20note.txt"
    assert attached.get() == b"bytes"


def test_answers_lack_what_only_the_cloud_says(admin: JIRA) -> None:
    admin.create_project("DC", "Data Center", template_name="com.pyxis.greenhopper.jira:gh-scrum-template")
    (project,) = admin.projects(expand="projectKeys")
    assert project.projectKeys == ["DC"]
    assert not {"style", "simplified", "uuid"} & project.raw.keys()
    assert not hasattr(admin.project("DC"), "projectKeys")
    assert all("hierarchyLevel" not in kind.raw for kind in admin.issue_types())
    issue = admin.create_issue(project="DC", summary="x", issuetype="Task")
    admin.add_comment(issue, "one\n\ntwo")
    (comment,) = admin.comments(issue, expand="renderedBody")
    assert comment.renderedBody == "<p>one</p><p>two</p>"
    assert "jsdPublic" not in comment.raw
    (board,) = admin.boards()
    assert board.raw.keys() == {"id", "self", "name", "type"}
    sprint = admin.create_sprint("S", board.id)
    assert (sprint.synced, "createdDate" in sprint.raw) == (False, False)
    role = admin.project_role("DC", admin.project_roles("DC")["Administrators"]["id"])
    assert [actor.name for actor in role.actors] == ["jira-administrators"]


@pytest.mark.parametrize(("version", "status"), [("8.22.6", 200), ("9.12.15", 404)])
def test_the_tree_of_createmeta_went_with_version_9(version: str, status: int) -> None:
    house = House(version)
    with house.server:
        got = requests.get(f"{house.url}/rest/api/2/issue/createmeta", auth=("admin", "secret"), timeout=5)
        info = requests.get(f"{house.url}/rest/api/2/serverInfo", timeout=5).json()
    assert (got.status_code, info["version"]) == (status, version)


def test_an_address_may_end_in_a_slash_and_not_be_endless(house: House) -> None:
    signed = ("admin", "secret")
    mine = requests.get(f"{house.url}/rest/api/2/myself/", auth=signed, timeout=5)
    assert mine.json()["name"] == "admin"
    search = f"{house.url}/rest/api/2/search"
    jql = " OR ".join(f"id = {number}" for number in range(1000))
    assert requests.get(search, params={"jql": jql}, auth=signed, timeout=5).status_code == 400
    house.state.site.deployment, house.state.site.context_path = "Cloud", ""
    cloud = JiraApp(house.state, house.clock)
    assert cloud(Request("GET", "/rest/api/3/search/jql", (("jql", jql),))).status == 414


@pytest.mark.parametrize("line", [
    "GET /rest/pat/latest/tokens", "PUT /rest/api/2/user", "PUT /rest/api/2/user/password",
    "DELETE /rest/auth/1/websudo", "GET /secure/attachment/1/a.txt",
])  # fmt: skip
def test_the_cloud_lacks_what_only_data_center_has(house: House, line: str) -> None:
    house.state.site.deployment, house.state.site.context_path = "Cloud", ""
    method, path = line.split()
    assert JiraApp(house.state, house.clock)(Request(method, path)).status == 404


def test_the_cloud_takes_no_password_for_a_cookie(house: House) -> None:
    house.state.site.deployment, house.state.site.context_path = "Cloud", ""
    body = b'{"username":"admin@acme.test","password":"secret"}'
    answer = JiraApp(house.state, house.clock)(Request("POST", "/rest/auth/1/session", (), {}, body))
    assert answer.status == 401


def test_members_of_a_group_come_in_ranges(house: House, admin: JIRA) -> None:
    for number in range(60):
        house.state.add_user(User(f"u{number:02}", f"User {number}", f"u{number:02}@acme.test"))
    admin.add_group("crowd")
    house.state.groups[next(g.id for g in house.state.groups.values() if g.name == "crowd")].members.update(
        f"u{number:02}" for number in range(60)
    )
    assert len(admin.group_members("crowd")) == 60
    assert admin.groups("crowd") == ["crowd"]
    assert admin.add_user_to_group("admin", "crowd")["name"] == "crowd"
    assert admin.remove_user_from_group("admin", "crowd")
    admin.remove_group("crowd")
    with pytest.raises(JIRAError):
        admin.group_members("crowd")


def test_an_index_is_rebuilt_on_request_and_one_node_is_no_cluster(house: House) -> None:
    asked = requests.Session()
    asked.auth = ("admin", "secret")
    home = f"{house.url}/rest/api/2"
    assert asked.get(f"{home}/reindex", timeout=5).status_code == 404
    assert asked.post(f"{home}/reindex", params={"type": "SIDEWAYS"}, timeout=5).status_code == 400
    assert asked.post(f"{home}/reindex", params={"type": "FOREGROUND"}, timeout=5).status_code == 202
    told = asked.get(f"{home}/reindex", timeout=5).json()
    assert (told["currentProgress"], told["success"]) == (100, True)
    assert asked.get(f"{home}/cluster/nodes", timeout=5).status_code == 405
    assert asked.get(f"{home}/index/summary", timeout=5).json()["issueIndex"]["countInIndex"] == 0
    (scheme,) = asked.get(f"{home}/priorityschemes", timeout=5).json()["schemes"]
    assert asked.get(scheme["self"], timeout=5).json()["optionIds"] == ["1", "2", "3", "4", "5"]
    house.state.site.deployment, house.state.site.context_path = "Cloud", ""
    for path in ("reindex", "cluster/nodes", "priorityschemes"):
        answer = JiraApp(house.state, house.clock)(Request("GET", f"/rest/api/2/{path}"))
        assert answer.status == 404
