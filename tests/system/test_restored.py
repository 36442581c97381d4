"""Yesterday's copy of the store is put back: what was posted since is not posted again, and is told plainly."""

from __future__ import annotations

import shutil

import pytest
from launcher import Launcher, Outcome
from office import Office

from sandbox.jira.issue import Issue

pytestmark = pytest.mark.timeout(300)  # a busy machine may take ten times the usual


def put_back(launcher: Launcher, office: Office, head_file: str) -> tuple[Issue, Issue]:
    """One epic billed before the copy was made, one after it; then the copy stands in the store's place."""
    if head_file:
        office.configure(f'[audit]\nhead_file = "{head_file}"\n')
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = False
    store, copy = office.home / "milepost.db", office.home / "yesterday.copy"
    before = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    shutil.copy(store, copy)
    since = office.epic("Checkout", 12.5)
    assert launcher.run("apply", cwd=office.home).code == 0
    assert len(office.made()) == 2
    for path in office.home.glob("milepost.db*"):
        path.unlink()
    shutil.copy(copy, store)
    return before, since


def assert_held_for_a_person(launcher: Launcher, office: Office, since: Issue) -> Outcome:
    """However often it is applied, nothing is made again; the inbox names the work and the document."""
    for _ in range(2):
        applied = launcher.run("apply", cwd=office.home)
    assert len(office.made()) == 2
    assert "Traceback" not in applied.err
    inbox = launcher.run("decide", cwd=office.home)
    assert since.key in inbox.out + applied.out
    return inbox


def test_without_a_published_head_nothing_comes_twice_and_a_person_is_asked(
    launcher: Launcher, office: Office
) -> None:
    _, since = put_back(launcher, office, "")
    inbox = assert_held_for_a_person(launcher, office, since)
    assert "same" in inbox.out
    found = launcher.run("reconcile", cwd=office.home)
    assert found.code == 1
    assert (
        office.invoice_for(since).id in found.out
        or str(office.invoice_for(since).body["DocNumber"]) in found.out
    )


@pytest.mark.parametrize("command", ["apply", "run"])
def test_with_a_published_head_whatever_writes_refuses_until_it_is_said(
    launcher: Launcher, office: Office, command: str
) -> None:
    _, since = put_back(launcher, office, "heads")
    refused = launcher.run(command, cwd=office.home)
    assert refused.code == 1
    assert "older than its audit" in refused.err
    assert "milepost audit restored" in refused.err
    assert launcher.run("audit", "restored", "--why", "the disk broke", cwd=office.home).code == 0
    assert_held_for_a_person(launcher, office, since)
