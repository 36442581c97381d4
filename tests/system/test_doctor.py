"""`milepost doctor`: a sound installation has nothing to mend; each thing that goes wrong is said with its fix."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from launcher import PRODUCT

from sandbox import faults
from sync.installation.settings import load
from sync.store import Store


def checks(launcher, office, *more, code=0):
    """The checks by name; several of one name as they come."""
    result = launcher.run("doctor", "--json", *more, cwd=office.home)
    assert (result.code, result.document["healthy"]) == (code, code == 0), result.document
    return result.document["checks"]


def not_good(found):
    return {each["name"]: each for each in found if each["verdict"] != "good"}


@pytest.fixture
def used(launcher, office):
    """An office that billed something."""
    office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    return office


def test_a_sound_installation_has_nothing_to_mend(launcher, used):
    found = checks(launcher, used)
    assert {each["name"] for each in found} >= {"config", "rules", "store", "audit", "reads", "jira.main"}
    assert not_good(found).keys() <= {"audit.head", "service", "store.space", "company.settings"}
    assert all(each["fix"] for each in not_good(found).values())
    documented = (PRODUCT / "docs" / "json.md").read_text("utf-8")
    assert all(key in documented for key in ("healthy", "checks", "verdict", "said", "fix"))
    assert "Nothing to mend." in launcher.run("doctor", cwd=used.home).out


def test_offline_asks_nobody(launcher, used):
    used.forget_requests()
    found = checks(launcher, used, "--offline")
    assert not any(each["name"].startswith(("jira.", "quickbooks.")) for each in found)
    assert used.sandbox.jira_log.count("GET", "") + used.sandbox.quickbooks_log.count("GET", "") == 0


def test_a_login_that_is_refused_is_said(launcher, used):
    used.sandbox.jira_faults.add(faults.answer(401, "{}"), count=None)
    wrong = not_good(checks(launcher, used, code=1))
    assert "let us in" in wrong["jira.main"]["said"]


def test_a_project_that_the_login_does_not_see_is_said(launcher, used):
    used.contract.write_text(
        used.contract.read_text("utf-8").replace('project = "HPO"', 'project = "GONE"'), "utf-8"
    )
    wrong = not_good(checks(launcher, used, code=1))
    assert "GONE" in wrong["jira.main.projects"]["said"]


def test_a_right_that_writing_back_needs_is_said(launcher, used):
    assert "jira.main.rights" not in not_good(checks(launcher, used))
    used.contract.write_text(used.contract.read_text("utf-8") + "\n[write_back]\namount = true\n", "utf-8")
    assert "jira.main.rights" not in not_good(checks(launcher, used))
    jira = used.sandbox.world.jira
    for user in jira.users.values():
        user.denied |= {"LINK_ISSUES"}
    (wrong,) = [each for each in checks(launcher, used, code=1) if each["name"] == "jira.main.rights"]
    assert "lacks Link issues in HPO" in wrong["said"]
    assert "[write_back]" in wrong["fix"]


def test_a_mistake_in_a_contract_file_is_said_with_its_line(launcher, used):
    used.contract.write_text(used.contract.read_text("utf-8").replace("currency", "currancy"), "utf-8")
    wrong = not_good(checks(launcher, used, "--offline", code=1))
    assert "shop.toml:" in wrong["rules"]["said"]


def test_a_service_that_went_silent_and_what_reconciling_found_are_said(launcher, used):
    settings, _ = load(used.config)
    assert settings is not None
    with closing(Store(settings.store.address)) as store:
        long_ago = datetime.now(UTC) - timedelta(days=2)
        store.signs.put("service", {"reached_at": {}, "refused": []}, long_ago)
        store.signs.put(
            "reconciled", {"whole": False, "drifts": {"document voided": 2}, "unread": 0}, long_ago
        )
    wrong = not_good(checks(launcher, used, "--offline", code=1))
    assert "48 h" in wrong["service"]["said"] or "2 days" in wrong["service"]["said"]
    assert "2 × document voided" in wrong["reconciled"]["said"]


def test_a_store_that_others_may_open_is_closed_by_opening_it_and_a_month_used_up_is_said(launcher, used):
    (used.home / "milepost.db").chmod(0o644)
    used.configure("reads_per_month = 1\n")
    wrong = not_good(checks(launcher, used, "--offline", code=1))
    assert "store.mode" not in wrong
    assert wrong["reads"]["verdict"] == "wrong"


def test_status_shows_the_reads_of_the_month(launcher, used):
    status = launcher.run("status", "--json", cwd=used.home).document
    (reads,) = status["reads"]
    assert (reads["name"], reads["most"], reads["month"]) == ("main", 500_000, f"{datetime.now(UTC):%Y-%m}")
    assert reads["taken"] > 0
    assert f"Reads of main in {reads['month']}" in launcher.run("status", cwd=used.home).out
    assert json.dumps(status)
