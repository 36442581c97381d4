"""What the team sees in Jira of the money: links and records on epics, put there by the command itself."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from launcher import Outcome
from office import PERCENT, SERVICE_ACCOUNT, Office

from sandbox.faults import answer, drop_after
from sandbox.jira.issue import Issue

NOTICES = r"/(remotelink|properties/.*)$"


@pytest.fixture
def telling(office: Office) -> Office:
    """An office whose contract writes back, amounts included."""
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text + "\n[write_back]\namount = true\n", "utf-8")
    return office


def titles(epic: Issue) -> list[str]:
    """What the links on an epic say."""
    bodies: list[dict[str, Any]] = [link.body for link in epic.remote_links or []]
    return [body["object"]["title"] for body in bodies]


def unsaid(outcome: Outcome) -> list[tuple[str, str]]:
    """Code and subject of what an apply found that it could not say."""
    found = outcome.document["findings"]
    return [(each["code"], each["subject"]) for each in found if each["code"].startswith("notice.")]


def written(office: Office) -> int:
    """How many requests since the last count changed something in Jira."""
    log = office.sandbox.jira_log
    return sum(log.count(method, NOTICES) for method in ("PUT", "POST", "DELETE"))


def test_the_epic_says_what_became_of_its_money(launcher, telling):
    epic = telling.epic("Search <b>\u202e", 30.0)
    applied = launcher.run("apply", "--json", cwd=telling.home)
    assert applied.code == 0
    assert applied.document["write_back"]["main"] == {
        "put": 2, "taken_away": 0, "denied": 0, "refused": 0, "waiting": 0, "trouble": [],
    }  # fmt: skip
    row = telling.invoice_for(epic)
    number = row.body["DocNumber"]
    assert titles(epic) == [f"Invoice {number}: drafted (300.00 USD)"]
    (document,) = epic.properties["milepost.shop"]["documents"]
    assert (document["id"], document["number"], document["state"]) == (row.id, number, "draft")
    telling.finance.send(row.id, "client@example.com")
    assert launcher.run("apply", cwd=telling.home).code == 0
    assert titles(epic) == [f"Invoice {number}: sent (300.00 USD)"]
    assert epic.properties["milepost.shop"]["documents"][0]["state"] == "sent"
    telling.finance.take_payment(row.id)
    assert launcher.run("apply", cwd=telling.home).code == 0
    assert titles(epic) == [f"Invoice {number}: paid (300.00 USD)"]
    page = requests.get(f"{telling.sandbox.jira_url}/sandbox/issues/{epic.key}", timeout=5).text
    assert "<s><a" in page
    assert f"Invoice {number}: paid (300.00 USD)" in page
    assert "milepost.shop" in page
    address = epic.remote_links[0].body["object"]["url"]
    assert f"Invoice {number}" in requests.get(address, timeout=5).text


def test_our_own_writing_is_no_news_and_no_run_after_it_writes(launcher, telling):
    telling.sandbox.world.jira.knobs.property_touches_issue = True
    telling.epic("Search", 30.0)
    assert launcher.run("apply", cwd=telling.home).code == 0
    for _ in range(2):
        telling.forget_requests()
        again = launcher.run("apply", "--json", cwd=telling.home)
        assert (again.code, again.document["actions"], unsaid(again)) == (0, [], [])
        assert (written(telling), telling.writes()) == (0, 0)


def test_a_missing_right_is_a_finding_and_the_money_goes_on(launcher, telling):
    telling.sandbox.world.jira.users[SERVICE_ACCOUNT].denied |= {"LINK_ISSUES"}
    epics = [telling.epic(title, 10.0) for title in ("Search", "Checkout", "Cart")]
    applied = launcher.run("apply", "--json", cwd=telling.home)
    assert (applied.code, len(telling.made())) == (0, 3)
    assert unsaid(applied) == [("notice.denied", "epics of project HPO")]
    assert [titles(epic) for epic in epics] == [[], [], []]
    assert all("milepost.shop" in epic.properties for epic in epics)
    status = launcher.run("status", "--json", cwd=telling.home)
    assert (status.code, status.document["write_back"]) == (0, {"denied": 3})
    assert "Not said in Jira yet: 3 notices denied." in launcher.run("status", cwd=telling.home).out


def test_an_outage_in_the_middle_is_made_good_by_the_next_run(launcher, telling):
    epic = telling.epic("Search", 30.0)
    telling.sandbox.jira_faults.add(drop_after(), path=NOTICES)
    first = launcher.run("apply", "--json", cwd=telling.home)
    assert (first.code, first.document["trouble"]) == (0, [])
    assert first.document["write_back"]["main"]["waiting"] == 2
    telling.sandbox.jira_faults.add(answer(503), path=NOTICES)
    assert launcher.run("apply", "--json", cwd=telling.home).document["write_back"]["main"]["waiting"] > 0
    assert launcher.run("apply", cwd=telling.home).code == 0
    assert len(titles(epic)) == 1
    assert "milepost.shop" in epic.properties


def test_without_the_table_jira_is_never_written_to(launcher, office):
    epic = office.epic("Search", 30.0)
    assert "write_back" in launcher.run("apply", "--json", cwd=office.home).document
    assert (written(office), epic.remote_links, epic.properties) == (0, None, None)
    office.lead.set_field(epic.key, PERCENT, 40.0)
    assert launcher.run("apply", cwd=office.home).code == 0
    assert written(office) == 0


def test_check_names_the_contracts_that_write_to_jira(launcher, telling):
    assert launcher.run("check", "--json", cwd=telling.home).document["write_back"] == ["shop"]
    assert "Written to in Jira: the epics of shop." in launcher.run("check", cwd=telling.home).out.replace(
        "\n", " "
    )
