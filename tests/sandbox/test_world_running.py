"""The world over HTTP: the unmodified clients read it, and its scenes show up where a person would look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from jira import JIRA

from sandbox.faults import bad_gateway
from sandbox.http import Response, Server
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.rules import invoices
from sandbox.world import story
from sandbox.world.generate import build
from sandbox.world.running import RunningSandbox
from sandbox.world.site import LOGIN, TOKEN

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox(build(7, UNTIL)) as running:
        yield running


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[JIRA]:
    made = JIRA(sandbox.jira_url, basic_auth=(LOGIN, TOKEN), max_retries=0, timeout=(3, 10))
    yield made
    made.close()


def test_the_jira_client_reads_every_epic_of_a_project(sandbox, client):
    found = client.search_issues("project = HPO AND issuetype = Epic ORDER BY key", maxResults=False)
    state = sandbox.world.jira
    expected = [
        i for i in state.issues.values() if i.key.startswith("HPO-") and state.types[i.type_id].level == 1
    ]
    assert {issue.key for issue in found} == {issue.key for issue in expected}
    closing = client.issue(state.issues[sandbox.world.cast.epics["closing"]].key, expand="changelog")
    assert closing.fields.status.statusCategory.key == "indeterminate"
    assert closing.fields.customfield_10040 == 9.0
    assert len(closing.changelog.histories) >= 2


def test_the_jira_client_reads_boards_and_sprints(sandbox, client):
    boards = client.boards()
    assert {board.name for board in boards} == {
        "Harbor & Pine Shop board",
        "Lumière Portail client board",
        "Kestrel Care App board",
        "Kestrel Support board",
    }
    support = next(board for board in boards if board.name.startswith("Kestrel Support"))
    sprints = client.sprints(support.id)
    assert [sprint.state for sprint in sprints].count("closed") == 5
    assert all(sprint.completeDate for sprint in sprints if sprint.state == "closed")


def test_hostile_summaries_arrive_unchanged(sandbox, client):
    state = sandbox.world.jira
    for role in ("formula", "bidi"):
        epic = state.issues[sandbox.world.cast.epics[role]]
        assert client.issue(epic.key, fields="summary").fields.summary == epic.summary


def test_the_home_connects_to_quickbooks(sandbox, tmp_path: Path):
    sandbox.write_home(tmp_path)
    secrets = {path.name: path.read_text().strip() for path in (tmp_path / "secrets").iterdir()}
    answer = requests.post(
        f"{sandbox.quickbooks_url}/oauth2/v1/tokens/bearer",
        auth=(secrets["quickbooks-client-id"], secrets["quickbooks-client-secret"]),
        data={"grant_type": "refresh_token", "refresh_token": secrets["quickbooks-refresh-token"]},
        timeout=5,
    )
    token = answer.json()["access_token"]
    realm = sandbox.world.company.realm
    rows = requests.get(
        f"{sandbox.quickbooks_url}/v3/company/{realm}/query",
        params={"query": "SELECT * FROM Customer"},
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        timeout=5,
    ).json()["QueryResponse"]["Customer"]
    assert {row["DisplayName"]: row["CurrencyRef"]["value"] for row in rows}["Lumière Énergie SAS"] == "EUR"


def test_faults_stand_before_each_service_and_calls_are_logged(sandbox):
    sandbox.jira_faults.add(bad_gateway(), path="serverInfo")
    url = f"{sandbox.jira_url}/rest/api/2/serverInfo"
    assert [requests.get(url, timeout=5).status_code for _ in range(2)] == [502, 200]
    assert sandbox.jira_log.count("GET", "serverInfo") == 2
    assert len(sandbox.quickbooks_log) == 0


def test_a_taken_port_is_said_and_leaves_no_server_behind(sandbox):
    taken = int(sandbox.quickbooks_url.rpartition(":")[2])
    other = Server(lambda request: Response(200))
    free = int(other.url.rpartition(":")[2])
    other.stop()
    with pytest.raises(OSError, match="in use"):
        RunningSandbox(sandbox.world, free, taken)
    Server(lambda request: Response(200), free).stop()


def test_an_epic_closes_and_another_reopens(sandbox, client):
    closed, reopened = story.an_epic_closes(sandbox.world), story.an_epic_reopens(sandbox.world)
    now = {
        key: client.issue(key, fields="status,resolution").fields
        for key in (closed.subject, reopened.subject)
    }
    assert now[closed.subject].status.statusCategory.key == "done"
    assert now[closed.subject].resolution.name == "Done"
    assert now[reopened.subject].status.statusCategory.key == "indeterminate"
    assert now[reopened.subject].resolution is None
    assert closed.subject in closed.told


def test_the_reopening_of_a_team_managed_epic_uses_its_own_words(sandbox, client):
    scene = story.an_epic_reopens(sandbox.world, "withdrawing")
    status = client.issue(scene.subject, fields="status").fields.status
    assert (status.name, status.statusCategory.key) == ("En cours", "indeterminate")


def test_scope_is_added_to_a_closed_epic(sandbox, client):
    before = client.search_issues(f"parent = {_key(sandbox, 'growing')}", maxResults=False)
    scene = story.scope_is_added(sandbox.world, points=8)
    after = client.search_issues(f"parent = {scene.subject}", maxResults=False)
    (new,) = [issue for issue in after if issue.key not in {old.key for old in before}]
    assert new.fields.customfield_10026 == 8.0
    assert new.fields.status.statusCategory.key == "done"


def test_a_sprint_closes_and_carries_its_open_work_over(sandbox, client):
    cast = sandbox.world.cast
    added = story.scope_is_added_to_the_sprint(sandbox.world)
    open_before = {
        i.key for i in client.search_issues(f"sprint = {cast.running_sprint} AND statusCategory != Done")
    }
    scene = story.a_sprint_closes(sandbox.world)
    assert added.subject == scene.subject
    assert client.sprint(cast.running_sprint).state == "closed"
    assert client.sprint(cast.running_sprint).completeDate.startswith("2026-11-20T15:14")
    carried = {i.key for i in client.search_issues(f"sprint = {cast.next_sprint}", maxResults=False)}
    assert open_before
    assert open_before <= carried


def test_an_estimate_moves_nothing_in_the_books_and_an_unsent_invoice_does(sandbox):
    books = sandbox.world.company.books
    before = books.balances()
    company = sandbox.world.company
    customer, item = company.rows("Customer")[0], company.rows("Item")[0]
    estimate = FinancePerson(company).write_estimate(customer.id, item.id, Decimal(120_000), "A further year")
    assert estimate.body["TotalAmt"] == 120_000
    assert books.balances() == before
    _draft(sandbox, "edited")
    moved = {account: amount - before.get(account, 0) for account, amount in books.balances().items()}
    assert sorted(amount for amount in moved.values() if amount) == [-1500, 1500]


def test_finance_edits_one_draft_and_sends_another(sandbox):
    world = sandbox.world
    with pytest.raises(LookupError, match="no unsent invoice"):
        story.finance_edits_a_draft(world)
    rows = {role: _draft(sandbox, role) for role in ("edited", "sent")}
    edited, sent = story.finance_edits_a_draft(world), story.finance_sends_a_draft(world)
    assert rows["edited"].body["TotalAmt"] == Decimal("1250.00")
    assert rows["edited"].body["Line"][0]["Description"].endswith("(courtesy discount)")
    assert rows["sent"].body["EmailStatus"] == "EmailSent"
    assert rows["sent"].body["TotalAmt"] == Decimal("1500.00")
    assert edited.subject == rows["edited"].body["DocNumber"] != sent.subject
    assert world.company.mails[-1].address == "ap@harborpine.example"


def test_a_draft_is_found_by_its_whole_key_only(sandbox):
    """HPO-6 is not HPO-67, and a mailed invoice is no draft any more."""
    row = _draft(sandbox, "edited", suffix="0")
    with pytest.raises(LookupError):
        story.finance_edits_a_draft(sandbox.world)
    FinancePerson(sandbox.world.company).edit_text(row.id, "1", f"({_key(sandbox, 'edited')})")
    assert story.finance_edits_a_draft(sandbox.world).subject == row.body["DocNumber"]


def _key(sandbox: RunningSandbox, role: str) -> str:
    return sandbox.world.jira.issues[sandbox.world.cast.epics[role]].key


def _draft(sandbox: RunningSandbox, role: str, suffix: str = ""):
    company = sandbox.world.company
    item, customer = company.named("Item", "Development"), company.rows("Customer")[0]
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": Decimal(1500),
        "Description": f"{_key(sandbox, role)}{suffix} as agreed",
        "SalesItemLineDetail": {"ItemRef": item.reference()},
    }
    body = {"CustomerRef": customer.reference(), "CurrencyRef": {"value": "USD"}, "Line": [line]}
    return invoices.create(company, body)
