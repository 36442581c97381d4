"""Logins reach their own service alone: no redirect is followed, and no address in an answer either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from connectors.errors import ConnectorError, Transient
from connectors.jira.grants import atlassian, sites_opened
from connectors.jira.login import JiraLogin
from connectors.jira.tracker import JiraTracker
from connectors.oauth.issuer import Issuer
from connectors.oauth.tokens import Tokens
from connectors.ports import Scope
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.tokens import intuit
from connectors.retry import ReadRetry
from sandbox.clock import Clock
from sandbox.http import Request, Response, Server
from sandbox.jira import verbs
from sandbox.jira.app import JiraApp
from sandbox.world.site import ACCOUNTS, LOGIN, TOKEN, open_site

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
PAIR = Tokens("access", "refresh", NOW)


@dataclass
class Stranger:
    """Another server, which must never be asked anything."""

    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        return Response.json({"access_token": "a", "refresh_token": "b", "expires_in": 3600})


@pytest.fixture
def stranger() -> Iterator[tuple[Stranger, str]]:
    watching = Stranger()
    with Server(watching) as server:
        yield watching, server.url


@pytest.fixture(params=[301, 302, 303, 307, 308])
def sending_on(request: pytest.FixtureRequest, stranger: tuple[Stranger, str]) -> Iterator[str]:
    """A service that sends everybody on to a stranger."""
    _, elsewhere = stranger

    def answer(asked: Request) -> Response:
        return Response(request.param, headers={"Location": f"{elsewhere}{asked.path}"})

    with Server(answer) as server:
        yield server.url


def issuers(url: str) -> list[Issuer]:
    books = QuickBooksLogin("42", "id", "secret", token_url=f"{url}/oauth2/v1/tokens/bearer")
    return [intuit(books), atlassian("id", "secret", url)]


def test_keys_and_codes_follow_no_redirect(sending_on: str, stranger: tuple[Stranger, str]) -> None:
    for issuer in issuers(sending_on):
        with pytest.raises(Transient):
            issuer.refresh(PAIR, "refresh", NOW)
        with pytest.raises(Transient):
            issuer.exchange("code", "http://localhost:8765/connected", None, NOW)
    with pytest.raises(ConnectorError):
        sites_opened("access", sending_on)
    assert stranger[0].asked == []


def test_a_tracker_follows_no_redirect(sending_on: str, stranger: tuple[Stranger, str]) -> None:
    with (
        JiraTracker(JiraLogin(sending_on, LOGIN, TOKEN), ReadRetry(attempts=1)) as tracker,
        pytest.raises(ConnectorError),
    ):
        tracker.catalogue(Scope(("HPO",), (), ()))
    assert stranger[0].asked == []


def test_no_address_in_an_answer_is_followed(stranger: tuple[Stranger, str]) -> None:
    watching, elsewhere = stranger
    clock = Clock.at(NOW)
    site, places = open_site()
    site.site.base_url = elsewhere  # every `self`, every link of a page, names the stranger
    place = places["HPO"]
    for number in range(3):
        verbs.create_issue(
            site, place.project.id, place.types["Epic"], f"Epic {number}", by=ACCOUNTS[0], at=NOW
        )
    with (
        Server(JiraApp(site, clock)) as server,
        JiraTracker(JiraLogin(server.url, LOGIN, TOKEN)) as tracker,
    ):
        scope = Scope(("HPO",), (), ())
        catalogue = tracker.catalogue(scope)
        assert catalogue.base_url == elsewhere  # it is shown to people, and that is all
        batches = list(tracker.changed_since(scope, catalogue, None))
        assert sum(len(batch.issues) for batch in batches) == 3
        assert len(tracker.read(catalogue, tuple(i.id for batch in batches for i in batch.issues))) == 3
        tracker.sprints(catalogue, {})
        tracker.versions(catalogue)
    assert watching.asked == []
