"""Dashboards with their gadgets, whom filters and dashboards are shared with, avatars, application properties."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests
from acme_site import Acme
from jira import JIRA, JIRAError

from sandbox.http import Request, Response, Server

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
URI = "rest/gadgets/1.0/g/com.atlassian.jira.gadgets:filter-results-gadget/gadgets/filter-results-gadget.xml"


@pytest.fixture
def site() -> Acme:
    """The small site; ana administers it."""
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def ask(acme: Acme, who: str, method: str, path: str, body: Any = None, **query: object) -> Response:
    secret = base64.b64encode(f"{who}@acme.test:{who}-token".encode()).decode()
    sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    headers = {
        "authorization": f"Basic {secret}",
        "content-type": "image/png" if isinstance(body, bytes) else "application/json",
        "x-atlassian-token": "no-check",
    }
    told = tuple((name, str(value)) for name, value in query.items())
    return acme.app(Request(method, f"/rest/api/3/{path}", told, headers, sent))


def got(answer: Response, status: int = 200) -> Any:
    assert answer.status == status, answer.body
    return json.loads(answer.body) if answer.body else None


def test_the_library_builds_a_dashboard(site: Acme) -> None:
    with Server(site.app) as server:
        site.state.site.base_url = server.url
        client = JIRA(server.url, basic_auth=("ana@acme.test", "ana-token"), max_retries=0, timeout=(3, 10))
        made = client.create_dashboard("Money", "Ours", share_permissions=[{"type": "authenticated"}])
        assert (made.sharePermissions[0].type, made.owner.accountId) == ("loggedin", "ana")
        first = client.add_gadget_to_dashboard(made.id, color="red", uri=URI)
        client.add_gadget_to_dashboard(made.id, uri=URI, title="Second")
        assert (first.title, first.position.row) == ("Filter Results", 0)
        client.set_dashboard_item_property(made.id, first.id, "config", {"num": 5})
        shown = client.dashboard(made.id)
        assert [(g.title, g.position.row) for g in shown.gadgets] == [("Filter Results", 1), ("Second", 0)]
        assert shown.gadgets[0].item_properties[0].value.num == 5
        copied = client.copy_dashboard(made.id, "Copy")
        assert len(client.dashboard_gadgets(copied.id)) == 2
        assert first.update(made.id, color="green").color == "green"
        first.delete(made.id)
        assert client.update_dashboard_automatic_refresh_minutes(made.id, 5).status_code == 204
        assert site.state.dashboards[int(made.id)].refresh_ms == 300_000
        assert [d.name for d in client.dashboards(filter="my")] == ["Money", "Copy"]
        assert len(client.all_dashboard_gadgets()) > 5
        made.delete()
        with pytest.raises(JIRAError, match=f"The dashboard with id '{made.id}' does not exist."):
            client.dashboard(made.id)
        client.close()


def test_the_system_dashboard_is_everybodys_and_nobody_changes_it(site: Acme) -> None:
    (system,) = got(ask(site, "bob", "GET", "dashboard"))["dashboards"]
    assert (system["id"], system["systemDashboard"], system["isWritable"]) == ("10000", True, False)
    assert ask(site, "ana", "DELETE", "dashboard/10000").status == 400
    assert got(ask(site, "bob", "GET", "dashboard/search", dashboardName="sys"))["total"] == 1
    assert ask(site, "bob", "GET", "dashboard", filter="nonsense").status == 400


@pytest.mark.parametrize(("share", "seen"), [
    ([], False), ([{"type": "global"}], True), ([{"type": "user", "user": {"accountId": "bob"}}], True),
    ([{"type": "group", "group": {"name": "jira-users"}}], True),
    ([{"type": "group", "group": {"name": "administrators"}}], False),
    ([{"type": "project", "project": {"key": "ACME"}}], True),
    ([{"type": "project", "project": {"id": "1"}, "role": {"id": 10002}}], False),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["dashboard", "filter"])
def test_what_is_shared_is_seen_by_whom_it_is_shared_with(
    site: Acme, kind: str, share: Any, *, seen: bool
) -> None:
    given = {"name": "Mine", "sharePermissions": share, "editPermissions": []}
    given |= {"jql": "project = ACME"} if kind == "filter" else {}
    made = got(ask(site, "ana", "POST", kind, given))
    assert (ask(site, "bob", "GET", f"{kind}/{made['id']}").status == 200) is seen
    assert ask(site, "bob", "PUT", f"{kind}/{made['id']}", {"name": "His"}).status in (
        (400,) if seen else (400, 404)
    )
    if kind == "filter":
        answer = ask(site, "bob", "GET", "search/jql", jql=f"filter = {made['id']}", maxResults=1)
        assert (answer.status == 200) is seen


def test_an_editor_changes_what_is_not_his(site: Acme) -> None:
    editors = [{"type": "user", "user": {"accountId": "bob"}}]
    given = {"name": "Open", "sharePermissions": [], "editPermissions": editors}
    made = got(ask(site, "ana", "POST", "dashboard", given))
    assert got(ask(site, "bob", "PUT", f"dashboard/{made['id']}", {"name": "Opened"}))["name"] == "Opened"
    wrong = {"name": "x", "sharePermissions": [{"type": "nonsense"}], "editPermissions": []}
    assert ask(site, "bob", "POST", "dashboard", wrong).status == 400


@pytest.mark.parametrize("gadget", [
    {}, {"uri": URI, "moduleKey": "a:b"}, {"uri": "nowhere"}, {"uri": URI, "color": "pink"},
    {"uri": URI, "position": {"row": 0, "column": 7}},
])  # fmt: skip
def test_a_gadget_that_makes_no_sense_is_refused(site: Acme, gadget: Any) -> None:
    made = got(ask(site, "ana", "POST", "dashboard", {"name": "G", "sharePermissions": []}))
    assert ask(site, "ana", "POST", f"dashboard/{made['id']}/gadget", gadget).status == 400


def test_application_properties_are_for_administrators(site: Acme) -> None:
    key = "jira.lf.text.headingcolour"
    assert got(ask(site, "ana", "GET", "application-properties", key=key))["value"] == "#172b4d"
    assert len(got(ask(site, "ana", "GET", "application-properties", keyFilter="jira\\.lf\\..*"))) > 10
    assert all(p["key"] for p in got(ask(site, "ana", "GET", "application-properties/advanced-settings")))
    changed = ask(site, "ana", "PUT", f"application-properties/{key}", {"id": key, "value": "#000000"})
    assert got(changed)["value"] == "#000000"
    assert got(ask(site, "ana", "GET", "application-properties", key=key))["value"] == "#000000"
    assert ask(site, "ana", "PUT", "application-properties/none", {"value": "1"}).status == 404
    assert ask(site, "ana", "GET", "application-properties", keyFilter="(").status == 400
    assert ask(site, "bob", "GET", "application-properties").status == 403


def test_a_project_gets_a_picture_of_its_own(site: Acme) -> None:
    made = got(ask(site, "ana", "POST", "universal_avatar/type/project/owner/1", PNG), 201)
    assert ask(site, "ana", "PUT", "project/ACME/avatar", {"id": made["id"]}).status == 204
    urls = got(ask(site, "bob", "GET", "project/ACME"))["avatarUrls"]
    assert urls["48x48"].endswith(f"/universal_avatar/view/type/project/avatar/{made['id']}")
    shown = ask(site, "bob", "GET", f"universal_avatar/view/type/project/avatar/{made['id']}")
    assert (shown.body, shown.headers["Content-Type"]) == (PNG, "image/png")
    listed = got(ask(site, "bob", "GET", "project/ACME/avatars"))
    assert [(a["id"], a["isSelected"]) for a in listed["custom"]] == [(made["id"], True)]
    assert not any(a["isSelected"] for a in listed["system"])
    assert ask(site, "bob", "DELETE", f"project/ACME/avatar/{made['id']}").status == 403
    assert ask(site, "ana", "DELETE", f"project/ACME/avatar/{made['id']}").status == 204
    assert ask(site, "ana", "PUT", "project/ACME/avatar", {"id": made["id"]}).status == 400
    assert ask(site, "bob", "POST", "universal_avatar/type/issuetype/owner/10001", PNG).status == 403
    assert ask(site, "bob", "GET", "universal_avatar/view/type/nonsense").status == 400


def test_every_picture_a_site_names_is_there(site: Acme) -> None:
    for kind in ("project", "issuetype", "user"):
        for avatar in got(ask(site, "bob", "GET", f"avatar/{kind}/system"))["system"]:
            path = avatar["urls"]["16x16"].partition("/rest/api/2/")[2].partition("?")[0]
            assert ask(site, "bob", "GET", path).body.startswith(b"<svg")


def test_people_of_data_center_crop_their_pictures(site: Acme) -> None:
    made = site.state.site
    made.deployment = "Server"
    with Server(site.app) as server:
        made.base_url = server.url
        signed, token = ("bob", "bob-token"), {"X-Atlassian-Token": "no-check"}
        home = f"{server.url}/rest/api/2/user/avatar"
        who = {"username": "bob"}
        draft = requests.post(
            f"{home}/temporary",
            PNG,
            params=who,
            auth=signed,
            timeout=5,
            headers={**token, "Content-Type": "image/png"},
        ).json()
        assert draft["needsCropping"]
        avatar = requests.post(home, json=draft, params=who, auth=signed, timeout=5).json()
        assert avatar["owner"] == "bob"
        assert requests.put(home, json=avatar, params=who, auth=signed, timeout=5).status_code == 204
        shown = requests.get(f"{server.url}/rest/api/2/user", params=who, auth=signed, timeout=5).json()
        picture = shown["avatarUrls"]["48x48"]
        assert picture == f"{server.url}/secure/useravatar?avatarId={avatar['id']}"
        assert requests.get(picture, auth=signed, timeout=5).content == PNG
        again = requests.post(home, json=draft, params=who, auth=signed, timeout=5)
        assert again.status_code == 400
        other = requests.put(home, json=avatar, params={"username": "ana"}, auth=signed, timeout=5)
        assert other.status_code == 403
        assert (
            requests.delete(f"{home}/{avatar['id']}", params=who, auth=signed, timeout=5).status_code == 204
        )
