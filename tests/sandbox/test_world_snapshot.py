"""A world is kept and put back whole, has one digest everywhere, and answers in process as over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import requests
from jira import JIRA

from sandbox.clock import Clock
from sandbox.faults import bad_gateway, cut_off, drop_after
from sandbox.http import Request
from sandbox.jira.people import Person
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.invariants import broken_promises
from sandbox.quickbooks.starter import open_company
from sandbox.quickbooks.wire.app import QuickBooksApp
from sandbox.world import story
from sandbox.world.digest import digest
from sandbox.world.generate import World, build
from sandbox.world.inprocess import InProcess
from sandbox.world.running import RunningSandbox
from sandbox.world.site import ACCOUNTS, LOGIN, TOKEN
from sandbox.world.snapshot import restore, take

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
BASE = "http://sandbox.example"
DIGEST = """
from datetime import datetime, UTC
from sandbox.world.generate import build
from sandbox.world.digest import digest
print(digest(build(11, datetime(2026, 11, 20, 15, 0, tzinfo=UTC))))
"""


@pytest.fixture
def world() -> World:
    return build(7, UNTIL)


def live_a_little(world: World) -> str:
    """Something of everything: issues, sprints, worklogs, invoices, payments, tokens, new companies, time."""
    scene = story.an_epic_closes(world)
    story.an_epic_reopens(world)
    story.a_sprint_closes(world)
    person = Person(world.jira, world.clock, ACCOUNTS[1])
    person.log_work("HPO-1", 2)
    person.hide_project("HPO", "712020:milepost")
    person.delete("HPO-2")
    finance = FinancePerson(world.company)
    finance.take_payment(world.company.rows("Invoice")[0].id)
    finance.send("5", "x@y.example")
    world.quickbooks.tokens.connect(world.realm)
    open_company(world.quickbooks, "77", "Another")
    world.jira.knobs.short_pages = 3
    world.quickbooks.behaviour.cdc_cap = 5
    world.clock.advance(timedelta(days=3))
    return scene.subject


def test_a_world_is_put_back_whole_and_can_be_lived_again(world):
    before, snapshot = digest(world), take(world)
    closed = live_a_little(world)
    after = digest(world)
    assert after != before
    restore(world, snapshot)
    assert digest(world) == before
    assert world.clock.now() == UNTIL
    assert list(world.quickbooks.companies) == [world.realm]
    issue = world.jira.issue(closed)
    assert world.jira.statuses[issue.status_id].category != "done"
    assert world.jira.issue("HPO-2") is not None
    live_a_little(world)
    assert digest(world) == after
    restore(world, snapshot)
    assert digest(world) == before


def test_whoever_holds_the_company_or_the_site_goes_on_after_a_restore(world):
    person, finance = Person(world.jira, world.clock, ACCOUNTS[0]), FinancePerson(world.company)
    tokens, snapshot = world.quickbooks.tokens, take(world)
    live_a_little(world)
    restore(world, snapshot)
    grant = tokens.connect(world.realm)
    assert world.quickbooks.tokens.realm_of(grant.access_token) == world.realm
    person.close("HPO-1")
    finance.edit_amount("5", "1", Decimal(7))
    assert world.company.find("Invoice", "5").body["TotalAmt"] == 7
    with world.jira.lock, world.company.lock:
        assert world.company.behaviour is world.quickbooks.behaviour


def test_a_restore_takes_nobody_the_lock_away_that_they_ask_for(world):
    kept, done, failures = take(world), threading.Event(), list[Exception]()

    def ask() -> None:
        while not done.is_set():
            try:
                with world.jira.lock, world.company.lock:
                    pass
            except AttributeError as error:
                failures.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    for _ in range(10):
        restore(world, kept)
    done.set()
    thread.join()
    assert failures == []


def test_a_snapshot_of_another_world_is_refused(world):
    with pytest.raises(ValueError, match="the world it was taken of"):
        restore(world, take(build(7, UNTIL)))


def test_a_real_clock_flows_on_from_the_moment_of_the_snapshot():
    world = build(7, UNTIL, clock=Clock.real())
    snapshot = take(world)
    world.clock.advance(timedelta(days=40))
    restore(world, snapshot)
    assert timedelta(0) <= world.clock.now() - snapshot.at < timedelta(minutes=1)


def test_the_digest_is_the_same_in_every_process_and_notices_the_smallest_change(world):
    runs = [
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert runs == [digest(build(11, UNTIL))] * 2
    before = digest(world)
    world.jira.issue("HPO-1").labels += ("x",)
    assert digest(world) != before


def test_reading_changes_no_digest_but_the_meter(world):
    app = RunningSandbox(world)
    before, session = digest(world), _in_process(app)
    for jql in ("updated >= -30d", "project = HPO ORDER BY key", "sprint in openSprints()"):
        answer = session.get(f"{BASE}/rest/api/2/search/jql", params={"jql": jql}, auth=(LOGIN, TOKEN))
        assert answer.status_code == 200
    app.stop()
    assert digest(world) == before


def _in_process(sandbox: RunningSandbox) -> requests.Session:
    session = requests.Session()
    session.mount(BASE, InProcess(sandbox.application("jira")))
    session.mount(BASE + "/quickbooks", InProcess(_under("/quickbooks", sandbox.application("quickbooks"))))
    return session


def _under(prefix, application):
    return lambda request: application(replace(request, path=request.path.removeprefix(prefix)))


@pytest.fixture
def twins() -> Iterator[tuple[RunningSandbox, RunningSandbox]]:
    with RunningSandbox(build(7, UNTIL)) as served:
        other = RunningSandbox(build(7, UNTIL))
        yield served, other
        other.stop()


def _plays(realm: str, access: str, epic: str) -> list[tuple[str, str, str, dict[str, object]]]:
    """Service, method, path and what else `requests` takes; reads, writes, refusals and pages."""
    basic: dict[str, object] = {"auth": (LOGIN, TOKEN)}
    bearer = {"headers": {"Authorization": f"Bearer {access}", "Accept": "application/json"}}
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": 12.5,
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    invoice = {"CustomerRef": {"value": "1"}, "Line": [line]}
    company = f"/v3/company/{realm}"
    jql = {"jql": "project in (HPO, LUM) AND issuetype = Epic", "maxResults": "7", "fields": "*all"}
    link = {"globalId": "g-1", "object": {"url": "https://x.example", "title": "Invoice é"}}
    return [
        ("jira", "GET", "/rest/api/2/serverInfo", {}),
        ("jira", "GET", "/rest/api/3/search/jql", basic | {"params": jql}),
        ("jira", "GET", f"/rest/api/2/issue/{epic}", basic | {"params": {"expand": "changelog"}}),
        ("jira", "POST", f"/rest/api/2/issue/{epic}/remotelink", basic | {"json": link}),
        ("jira", "GET", f"/rest/api/2/issue/{epic}/remotelink", basic),
        ("jira", "GET", "/rest/agile/1.0/board", basic),
        ("jira", "GET", "/rest/api/2/issue/NO-1", basic),
        ("jira", "GET", "/rest/api/2/myself", {"auth": (LOGIN, "wrong")}),
        ("jira", "GET", "/nowhere?a=1&a=2", basic),
        ("jira", "GET", f"/sandbox/issues/{epic}", {}),
        ("jira", "POST", f"/sandbox/issues/{epic}/close", {"data": {"resolution": "Done"}}),
        ("quickbooks", "GET", f"{company}/companyinfo/{realm}", bearer),
        ("quickbooks", "GET", f"{company}/query", bearer | {"params": {"query": "SELECT * FROM Customer"}}),
        ("quickbooks", "POST", f"{company}/invoice?requestid=r1", bearer | {"json": invoice}),
        ("quickbooks", "POST", f"{company}/invoice?requestid=r1", bearer | {"json": invoice}),
        ("quickbooks", "POST", f"{company}/invoice", bearer | {"data": "{"}),
        ("quickbooks", "GET", f"{company}/cdc?entities=Invoice&changedSince=2026-11-01", bearer),
        ("quickbooks", "GET", f"{company}/preferences", {}),
        ("quickbooks", "GET", "/.well-known/openid_configuration", {}),
        ("quickbooks", "HEAD", "/sandbox/time", {}),
    ]


def test_the_same_requests_get_the_same_bytes_in_process_and_over_http(twins):
    served, other = twins
    access = [each.world.quickbooks.tokens.connect(each.world.realm).access_token for each in twins]
    assert access[0] == access[1]
    epic = served.world.jira.issues[served.world.cast.epics["closing"]].key
    apps = {name: InProcess(other.application(name)) for name in ("jira", "quickbooks")}
    urls = {"jira": served.jira_url, "quickbooks": served.quickbooks_url}
    statuses = set()
    for service, method, path, options in _plays(served.world.realm, access[0], epic):
        headers = {"Host": "127.0.0.1:8080", **options.get("headers", {})}
        arguments = {**options, "headers": headers, "allow_redirects": False}
        over_http = requests.request(method, urls[service] + path, **arguments, timeout=5)
        with requests.Session() as session:
            session.mount(BASE, apps[service])
            in_process = session.request(method, BASE + path, **arguments)
        assert in_process.status_code == over_http.status_code, path
        assert in_process.content == over_http.content, path
        shown = [dict(each.headers) for each in (in_process, over_http)]
        shown[0].setdefault("Date", shown[1]["Date"])  # the server's own, where an application gives none
        assert shown[0] == shown[1], path
        statuses.add(over_http.status_code)
    assert {200, 303, 400, 401, 404} <= statuses
    assert digest(served.world) == digest(other.world)


def test_the_jira_library_works_without_a_socket(twins):
    _, other = twins
    client = JIRA(BASE, basic_auth=(LOGIN, TOKEN), max_retries=0, get_server_info=False)
    client.deploymentType = "Cloud"
    client._session.mount(BASE, InProcess(other.application("jira")))
    found = client.enhanced_search_issues(
        "project = HPO AND issuetype = Epic", maxResults=50, fields="summary"
    )
    state = other.world.jira
    epics = {
        i.key for i in state.issues.values() if i.project_id == 10001 and state.types[i.type_id].level == 1
    }
    assert {issue.key for issue in found} == epics
    client.close()


def test_faults_of_the_wire_are_raised_in_process_as_over_http(twins):
    served, other = twins
    served.jira_faults.add(bad_gateway())
    served.jira_faults.add(cut_off())
    served.jira_faults.add(drop_after())
    other.jira_faults.add(bad_gateway())
    other.jira_faults.add(cut_off())
    other.jira_faults.add(drop_after())
    with requests.Session() as session:
        session.mount(BASE, InProcess(other.application("jira")))
        for base in (BASE, served.jira_url):
            url = f"{base}/rest/api/2/serverInfo"
            assert session.get(url, timeout=5).status_code == 502
            with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
                session.get(url, timeout=5)
            with pytest.raises(requests.ConnectionError):
                session.get(url, timeout=5)
            assert json.loads(session.get(url, timeout=5).content)["deploymentType"] == "Cloud"


def test_books_and_request_ids_are_what_they_were_after_a_restore(world):
    company, app = world.company, QuickBooksApp(world.quickbooks, world.clock)
    access = world.quickbooks.tokens.connect(world.realm).access_token
    login = {"authorization": f"Bearer {access}", "accept": "application/json"}

    def call(method, path, body=None, **query):
        address = f"/v3/company/{world.realm}{path}"
        sent = b"" if body is None else json.dumps(body).encode()
        return json.loads(app(Request(method, address, tuple(query.items()), login, sent)).body)

    def named(name, request_id):
        return call("POST", "/customer", {"DisplayName": name}, requestid=request_id)["Customer"]

    invoice = company.rows("Invoice")[0]
    shown = call("GET", f"/invoice/{invoice.id}")
    owner = f"/customer/{invoice.body['CustomerRef']['value']}"
    kept = named("Kept", "r-1")
    balance = call("GET", owner)["Customer"]["Balance"]
    before, books = take(world), dict(company.books.balances())
    finance = FinancePerson(company)
    for undo in range(2):
        finance.take_payment(invoice.id, Decimal(undo + 1))
        paid = call("GET", owner)["Customer"]["Balance"]
        named("Forgotten", "r-2")
        restore(world, before)
        assert paid == balance - undo - 1
        assert call("GET", f"/invoice/{invoice.id}")["Invoice"] == shown["Invoice"]
        assert dict(company.books.balances()) == books
        assert named("Kept", "r-1") == kept
        assert named("Another body", "r-2")["DisplayName"] == "Another body"
        restore(world, before)
        assert broken_promises(world.quickbooks) == []
    assert call("GET", owner)["Customer"]["Balance"] == balance


def test_a_served_world_is_restored_under_its_clients(twins):
    served, _ = twins
    snapshot = served.snapshot()
    url = f"{served.jira_url}/rest/api/2/search/jql"
    query = {"jql": "project = HPO", "maxResults": "5"}
    first = requests.get(url, params=query, auth=(LOGIN, TOKEN), timeout=5)
    live_a_little(served.world)
    assert requests.get(url, params=query, auth=(LOGIN, TOKEN), timeout=5).status_code == 400
    served.restore(snapshot)
    again = requests.get(url, params=query, auth=(LOGIN, TOKEN), timeout=5)
    assert (again.status_code, again.content) == (200, first.content)
