"""With notifications on, what a person closes is a draft within seconds, and what finance does is seen as soon."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request

import pytest
from office import Office
from service import log_of, serving, ticks, until

from sandbox.jira.webhooks import Hook
from sandbox.quickbooks.wire.webhooks import Webhooks

SECRETS = {"jira-webhook": "jira-hook-secret", "books-verifier": "books-verifier-token"}
EVENTS = ("jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "sprint_closed")


@pytest.fixture
def door(office: Office) -> str:
    """The office takes notifications at this address, and both services send theirs there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, value in SECRETS.items():
        (office.home / "secrets" / name).touch(mode=0o600)
        (office.home / "secrets" / name).write_text(value)
    text = office.config.read_text("utf-8")
    token = 'token = "file:secrets/jira-token"\n'
    assert token in text
    hook = 'webhook_secret = "file:secrets/jira-webhook"\n'
    office.config.write_text(text.replace(token, token + hook), "utf-8")
    office.configure('webhook_verifier = "file:secrets/books-verifier"\n')
    office.configure(f'[webhooks]\nlisten = "127.0.0.1:{port}"\n')
    address, world = f"http://127.0.0.1:{port}", office.sandbox.world
    world.jira.webhooks.hooks[1] = Hook(
        1, f"{address}/jira/main", EVENTS, "", "admin", secret=SECRETS["jira-webhook"]
    )
    Webhooks(world.quickbooks).subscribe(f"{address}/quickbooks", SECRETS["books-verifier"])
    return address


def test_close_to_draft_is_seconds_and_what_finance_does_is_seen(office: Office, door: str) -> None:
    with serving(office, poll_seconds=3600):
        until(lambda: ticks(office) == 1)
        closed_at = time.monotonic()
        first = office.epic("Checkout", 10)
        until(lambda: len(office.made()) == 1)
        assert time.monotonic() - closed_at < 15
        second = office.epic("Search", 20)
        until(lambda: len(office.made()) == 2)
        office.finance.delete(office.invoice_for(second).id)
        until(
            lambda: (
                office.invoice_for(second).deleted
                and office.ledger().keys() == {office.invoice_for(first).id}
            )
        )
    said = log_of(office)
    assert "Traceback" not in said
    assert not [value for value in SECRETS.values() if value in said]


def test_a_thousand_that_are_forged_change_nothing(office: Office, door: str) -> None:
    with serving(office, poll_seconds=3600):
        until(lambda: ticks(office) == 1)
        office.sandbox.world.jira.webhooks.hooks.clear()
        epic = office.epic("Checkout", 10)
        office.forget_requests()
        body = (
            b'{"webhookEvent": "jira:issue_updated", "timestamp": 1, "issue": {"id": "%s"}}'
            % str(epic.id).encode()
        )
        for number in range(1000):
            header = {"X-Hub-Signature": f"sha256={number:064x}"}
            request = urllib.request.Request(f"{door}/jira/main", body, header, method="POST")
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=10)
            assert refused.value.code == 401
            refused.value.close()
        assert ticks(office) == 1
        assert len(office.sandbox.jira_log) + len(office.sandbox.quickbooks_log) == 0
    assert office.made() == []
