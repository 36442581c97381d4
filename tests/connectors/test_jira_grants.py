"""An app at Atlassian: its rotating tokens, and which site they open; played on the sandbox's own login."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connectors.errors import Rejected, Transient, Unauthorized
from connectors.jira.grants import READING, WRITING, Site, atlassian, opened, sites_opened
from connectors.jira.login import JiraLogin
from connectors.jira.noticeboard import JiraNoticeboard
from connectors.jira.tracker import JiraTracker
from connectors.oauth.consent import Attempt, Door
from connectors.oauth.issuer import Issuer
from connectors.oauth.source import RefreshedTokens
from connectors.oauth.tokens import MemoryVault, Tokens
from connectors.ports import Scope
from connectors.retry import ReadRetry
from sandbox import faults
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.jira import verbs
from sandbox.jira.app import JiraApp
from sandbox.jira.grants import OAuthApp
from sandbox.jira.state import JiraState
from sandbox.world.inprocess import InProcess
from sandbox.world.site import ACCOUNTS, Place, open_site

BASE, BACK = "http://localhost:8081", "http://localhost:8765/connected"
START = datetime(2026, 3, 2, 15, tzinfo=UTC)
HERE = Scope(("HPO",), (), ())


@dataclass
class Desk:
    """An app at a site, and the wire to it."""

    site: JiraState
    places: dict[str, Place]
    clock: Clock
    faults: Faults
    session: requests.Session
    issuer: Issuer

    def now(self) -> datetime:
        return self.clock.now()

    def consent(self, *, pkce: bool = True, scopes: tuple[str, ...] = READING) -> Tokens:
        attempt = Attempt(Door("Jira", f"{BASE}/authorize", "app", BACK, scopes, pkce=pkce), self.now())
        back = self.session.get(attempt.address, allow_redirects=False).headers["Location"]
        answer = attempt.answer(back, self.now())
        return self.issuer.exchange(answer.code, BACK, answer.verifier, self.now())

    def login(self, tokens: Tokens) -> tuple[JiraLogin, MemoryVault]:
        vault = MemoryVault(tokens)
        source = RefreshedTokens(self.issuer, vault, self.now)
        return JiraLogin(f"{BASE}/ex/jira/{self.site.site.cloud_id}", tokens=source), vault

    def tracker(self, login: JiraLogin) -> JiraTracker:
        tracker = JiraTracker(login, ReadRetry(attempts=1))
        tracker._client._session.mount(BASE, self.session.get_adapter(BASE))
        return tracker


@pytest.fixture
def desk() -> Desk:
    clock, wire = Clock.at(START), Faults()
    site, places = open_site()
    site.site.base_url = BASE
    site.grants.apps["app"] = OAuthApp("app", "hush", (BACK,))
    session = requests.Session()
    session.mount(BASE, InProcess(wire.wrap(JiraApp(site, clock))))
    return Desk(site, places, clock, wire, session, atlassian("app", "hush", BASE, session))


def test_a_consent_opens_the_site_and_reads_it(desk: Desk) -> None:
    tokens = desk.consent()
    (site,) = sites_opened(tokens.access, BASE, desk.session)
    assert (site.id, opened((site,), f"{BASE}/")) == (desk.site.site.cloud_id, site)
    assert tokens.refresh_expires_at == desk.now() + timedelta(days=90)
    assert tokens.ends_at == desk.now() + timedelta(days=365)
    assert desk.tracker(desk.login(tokens)[0]).catalogue(HERE).site == site.id


def test_a_code_is_worth_nothing_without_its_verifier(desk: Desk) -> None:
    attempt = Attempt(Door("Jira", f"{BASE}/authorize", "app", BACK, READING, pkce=True), desk.now())
    back = desk.session.get(attempt.address, allow_redirects=False).headers["Location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    with pytest.raises(Unauthorized, match="not for us"):
        desk.issuer.exchange(code, BACK, None, desk.now())


def test_tokens_are_renewed_in_time_and_each_value_is_used_once(desk: Desk) -> None:
    login, vault = desk.login(desk.consent())
    tracker, seen = desk.tracker(login), set[str]()
    ends_at = desk.now() + timedelta(days=365)
    for _ in range(5):
        tracker.catalogue(HERE)
        held = vault.load()
        assert held is not None
        assert held.ends_at == ends_at
        seen.add(held.refresh)
        desk.clock.advance(timedelta(minutes=51))
    assert len(seen) == 5


def test_a_token_that_is_refused_early_is_replaced_and_the_request_made_again(desk: Desk) -> None:
    login, vault = desk.login(desk.consent())
    tracker = desk.tracker(login)
    tracker.catalogue(HERE)
    before = vault.load()
    desk.site.grants.access.clear()
    assert tracker.catalogue(HERE).site == desk.site.site.cloud_id
    assert vault.load() != before


def test_a_consent_that_was_taken_back_says_connect_again(desk: Desk) -> None:
    login, _ = desk.login(desk.consent())
    tracker = desk.tracker(login)
    desk.site.grants.access.clear()
    desk.site.grants.refresh.clear()
    with pytest.raises(Unauthorized, match="Connect again"):
        tracker.catalogue(HERE)


@pytest.mark.parametrize(
    "body",
    [
        '{"error":"unauthorized_client","error_description":"refresh_token is invalid"}',
        '{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}',
    ],
)
def test_atlassians_words_for_a_dead_value_are_known(desk: Desk, body: str) -> None:
    login, _ = desk.login(desk.consent())
    desk.clock.advance(timedelta(hours=1))
    desk.faults.add(faults.answer(403, body), path="/oauth/token")
    with pytest.raises(Unauthorized, match="revoked or has expired"):
        desk.tracker(login).catalogue(HERE)


def test_a_wrong_secret_is_the_applications_fault(desk: Desk) -> None:
    wrong = atlassian("app", "wrong", BASE, desk.session)
    with pytest.raises(Unauthorized, match="Check client_id and client_secret"):
        wrong.exchange("code", BACK, None, desk.now())


def test_a_consent_for_another_site_is_refused_by_name() -> None:
    others = (Site("1", "https://other.atlassian.net", ("read:jira-work",)),)
    with pytest.raises(Unauthorized, match=r"opens https://other\.atlassian\.net, not https://acme"):
        opened(others, "https://acme.atlassian.net")
    with pytest.raises(Unauthorized, match="opens none"):
        opened((), "https://acme.atlassian.net")


def test_a_site_whose_id_is_none_is_not_asked(desk: Desk) -> None:
    with pytest.raises(Unauthorized):
        opened((Site("../../evil", "https://acme.atlassian.net"),), "https://acme.atlassian.net")


@pytest.mark.parametrize("body", ["<html>", '{"a": 1}', '[{"id": 5}]'])
def test_a_list_of_sites_that_cannot_be_read_is_tried_again(desk: Desk, body: str) -> None:
    desk.faults.add(faults.answer(200, body), path="/oauth/token/accessible-resources")
    with pytest.raises(Transient):
        sites_opened("token", BASE, desk.session)


def test_an_app_that_was_not_let_write_writes_nothing(desk: Desk) -> None:
    place = desk.places["HPO"]
    issue = verbs.create_issue(
        desk.site, place.project.id, place.types["Epic"], "Checkout", by=ACCOUNTS[0], at=desk.now()
    ).id
    for scopes, done in ((READING, False), (READING + WRITING, True)):
        login, _ = desk.login(desk.consent(scopes=scopes))
        board = JiraNoticeboard(login)
        board._client._session.mount(BASE, desk.session.get_adapter(BASE))
        try:
            assert (board.mark(issue, "milepost.test", {"a": 1}) == "done") is done
        except (Unauthorized, Rejected):
            assert not done
