"""OAuth 2.0 for apps: a person lets one in, its tokens last and rotate, and it may do what was granted."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from acme_site import NOW, Acme

from sandbox.http import Request, Response
from sandbox.jira.grants import OAuthApp
from sandbox.world.file.opening import open_world
from sandbox.world.file.whole import WorldFile

BACK = "http://127.0.0.1:9/callback"
APP = {"client_id": "app", "client_secret": "hush"}
WORK = "read:jira-work read:jira-user offline_access"


@pytest.fixture
def site() -> Acme:
    acme = Acme.make()
    acme.state.grants.apps["app"] = OAuthApp("app", "hush", (BACK,))
    return acme


def ask(acme: Acme, method: str, path: str, body: object = None, bearer: str = "", **query: str) -> Response:
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    data = b"" if body is None else json.dumps(body).encode()
    return acme.app(Request(method, path, tuple(query.items()), headers, data))


def allow(acme: Acme, scope: str = WORK, **more: str) -> dict[str, str]:
    query = {"client_id": "app", "redirect_uri": BACK, "response_type": "code", "scope": scope, "state": "s"}
    answer = ask(acme, "GET", "/authorize", **(query | more))
    assert answer.status == 302, answer.body
    target = urlsplit(answer.headers["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == BACK
    return {name: values[0] for name, values in parse_qs(target.query).items()}


def tokens(acme: Acme, scope: str = WORK, **more: str) -> dict[str, Any]:
    code = allow(acme, scope, **more)["code"]
    body = APP | {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    answer = ask(acme, "POST", "/oauth/token", body)
    assert answer.status == 200, answer.body
    return dict(json.loads(answer.body))


def through(acme: Acme, method: str, path: str, bearer: str, body: object = None, **query: str) -> Response:
    return ask(acme, method, f"/ex/jira/cloud-1{path}", body, bearer, **query)


def test_an_app_let_in_acts_for_the_person_through_the_gateway(site: Acme) -> None:
    assert allow(site)["state"] == "s"
    got = tokens(site, user="bob@acme.test")
    assert (got["token_type"], got["expires_in"], got["scope"]) == ("Bearer", 3600, WORK)
    me = through(site, "GET", "/rest/api/3/myself", got["access_token"])
    assert json.loads(me.body)["accountId"] == "bob"
    assert ask(site, "GET", "/rest/api/3/myself", bearer=got["access_token"]).status == 401
    site.clock.advance(timedelta(hours=1))
    assert through(site, "GET", "/rest/api/3/myself", got["access_token"]).status == 401


def test_a_token_tells_which_site_it_opens_and_whose_it_is(site: Acme) -> None:
    got = tokens(site, f"{WORK} read:me")["access_token"]
    (resource,) = json.loads(ask(site, "GET", "/oauth/token/accessible-resources", bearer=got).body)
    assert (resource["id"], resource["url"], resource["name"]) == ("cloud-1", "https://acme.test", "Acme")
    assert resource["scopes"] == ["read:jira-work", "read:jira-user"]
    assert json.loads(ask(site, "GET", "/me", bearer=got).body)["email"] == "ana@acme.test"
    assert ask(site, "GET", "/oauth/token/accessible-resources", bearer="none").status == 401
    assert ask(site, "GET", "/me", bearer=tokens(site)["access_token"]).status == 403


def test_a_refresh_token_is_good_once_and_gives_the_next(site: Acme) -> None:
    first = tokens(site)["refresh_token"]
    body = APP | {"grant_type": "refresh_token", "refresh_token": first}
    second = json.loads(ask(site, "POST", "/oauth/token", body).body)
    assert second["refresh_token"] != first
    assert through(site, "GET", "/rest/api/3/myself", second["access_token"]).status == 200
    again = ask(site, "POST", "/oauth/token", body)
    assert (again.status, json.loads(again.body)) == (
        403,
        {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."},
    )
    site.clock.advance(timedelta(days=91))
    late = ask(site, "POST", "/oauth/token", body | {"refresh_token": second["refresh_token"]})
    assert late.status == 403


def test_without_offline_access_there_is_no_refresh_token(site: Acme) -> None:
    assert "refresh_token" not in tokens(site, "read:jira-work")


def test_a_code_is_good_once_for_its_app_address_and_five_minutes(site: Acme) -> None:
    def status(code: str, **changed: str) -> int:
        body = APP | {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK} | changed
        return ask(site, "POST", "/oauth/token", body).status

    code = allow(site)["code"]
    assert (status(code), status(code)) == (200, 403)
    assert status(allow(site)["code"], redirect_uri="http://127.0.0.1:9/other") == 403
    assert status(allow(site)["code"], client_secret="wrong") == 401
    late = allow(site)["code"]
    site.clock.advance(timedelta(minutes=5))
    assert status(late) == 403
    assert status("x", grant_type="password") == 403


def test_a_form_is_read_as_json_is(site: Acme) -> None:
    form = APP | {"grant_type": "authorization_code", "code": allow(site)["code"], "redirect_uri": BACK}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = site.app(Request("POST", "/oauth/token", (), headers, urlencode(form).encode()))
    assert answer.status == 200


@pytest.mark.parametrize(
    ("method", "path", "scope", "status"),
    [
        ("GET", "/rest/api/3/issue/ACME-1", "read:jira-work", 200),
        ("GET", "/rest/api/3/issue/ACME-1", "read:issue:jira", 200),
        ("GET", "/rest/api/3/issue/ACME-1", "write:jira-work", 401),
        ("GET", "/rest/api/3/myself", "read:jira-work", 401),
        ("GET", "/rest/api/3/serverInfo", "read:me", 200),
        ("POST", "/rest/api/3/issue/bulkfetch", "read:jira-work", 200),
        ("POST", "/rest/api/3/search/jql", "read:jira-work", 200),
        ("DELETE", "/rest/api/3/issue/ACME-3", "read:jira-work", 401),
        ("DELETE", "/rest/api/3/issue/ACME-3", "write:jira-work", 204),
        ("GET", "/rest/api/3/webhook", "manage:jira-webhook", 401),
        ("GET", "/rest/api/3/webhook", "manage:jira-webhook read:jira-work", 200),
        ("GET", "/rest/agile/1.0/board", "read:jira-work", 401),
        ("GET", "/rest/agile/1.0/board/1/sprint", "read:sprint:jira-software", 200),
        ("GET", "/rest/agile/1.0/sprint/1", "read:sprint:jira-software", 200),
        ("GET", "/rest/agile/1.0/board/1/configuration", "read:board-scope.admin:jira-software", 401),
        (
            "GET", "/rest/agile/1.0/board/1/configuration",
            "read:board-scope.admin:jira-software read:project:jira", 200,
        ),
    ],
)  # fmt: skip
def test_an_app_may_do_what_it_was_granted_and_no_more(
    site: Acme, method: str, path: str, scope: str, status: int
) -> None:
    body = {"issueIdsOrKeys": ["ACME-1"]} if path.endswith("bulkfetch") else None
    body = {"jql": "project = ACME"} if path.endswith("search/jql") else body  # type: ignore[dict-item]
    answer = through(site, method, path, tokens(site, scope)["access_token"], body)
    assert answer.status == status, answer.body
    if status == 401:
        assert json.loads(answer.body) == {"code": 401, "message": "Unauthorized; scope does not match"}


def test_a_person_may_say_no_on_the_page(site: Acme) -> None:
    site.state.knobs.consent = "page"
    query = {"client_id": "app", "redirect_uri": BACK, "response_type": "code", "scope": WORK, "state": "s"}
    page = ask(site, "GET", "/authorize", **query)
    assert (page.status, b"sandbox" in page.body, b"read:jira-work" in page.body) == (200, True, True)
    for decision, told in (("cancel", "error=access_denied"), ("accept", "code=")):
        form = urlencode({"user": "bob", "decision": decision}).encode()
        answer = site.app(Request("POST", "/authorize", tuple(query.items()), {}, form))
        assert told in answer.headers["Location"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"client_id": "x"}, 403), ({"redirect_uri": "http://evil"}, 403), ({"response_type": "token"}, 400)],
)
def test_a_wrong_request_is_not_sent_back_to_anybody(
    site: Acme, changed: dict[str, str], status: int
) -> None:
    query = {"client_id": "app", "redirect_uri": BACK, "response_type": "code", "scope": WORK} | changed
    assert ask(site, "GET", "/authorize", **query).status == status


def test_data_center_has_none_of_it(site: Acme) -> None:
    site.state.site.deployment = "Server"
    assert ask(site, "POST", "/oauth/token", APP).status == 404


def test_a_world_file_lets_an_app_in_beforehand() -> None:
    file = WorldFile.model_validate(
        {
            "jira": {
                "start": "empty",
                "user": [{"name": "Cy", "email": "cy@x.test"}],
                "app": [
                    {
                        "client_id": "a", "client_secret": "b", "user": "cy@x.test",
                        "access_token": "here", "refresh_token": "again",
                    }
                ],
            }
        }
    )  # fmt: skip
    grants = open_world(file, NOW).jira.grants
    assert grants.good("here", NOW) is not None
    assert grants.renew(grants.apps["a"], "again", NOW) is not None
    with pytest.raises(ValueError, match="no user let it in"):
        WorldFile.model_validate(
            {"jira": {"app": [{"client_id": "a", "client_secret": "b", "access_token": "x"}]}}
        )
