"""An approved plan is done as it was shown or not at all."""

from __future__ import annotations

from office import PERCENT, Office, assert_billed_once


def planned(launcher, office: Office) -> str:
    """The digest of what an apply would do now."""
    outcome = launcher.run("plan", "--json", cwd=office.home)
    assert outcome.code == 0
    return str(outcome.document["digest"])


def test_an_unchanged_plan_is_applied(launcher, office):
    epics = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
    digest = planned(launcher, office)
    assert planned(launcher, office) == digest
    outcome = launcher.run("apply", "--plan", digest, "--json", cwd=office.home)
    assert (outcome.code, outcome.document["digest"]) == (0, digest)
    assert_billed_once(office, *epics)


def test_an_epic_that_closed_since_is_named_and_nothing_is_written(launcher, office):
    office.epic("Search", 33.33)
    late = office.epic("Checkout", 12.5, closed=False)
    digest = planned(launcher, office)
    office.lead.close(late.key)
    refused = launcher.run("apply", "--plan", digest, cwd=office.home)
    assert refused.code == 1
    assert f"{late.key} Checkout came in (125.00 USD)" in refused.err
    assert refused.out == ""
    assert office.made() == []


def test_an_epic_whose_price_changed_since_is_named(launcher, office):
    epic = office.epic("Search", 33.33)
    digest = planned(launcher, office)
    office.lead.set_field(epic.key, PERCENT, 40.0)
    refused = launcher.run("apply", "--plan", digest, "--json", cwd=office.home)
    assert refused.code == 1
    assert refused.document["stale"] is True
    assert refused.document["moved"] == [
        f"{epic.key} Search changed: 333.30 USD was shown, it is 400.00 USD now"
    ]
    assert office.made() == []


def test_an_epic_that_reopened_since_is_named(launcher, office):
    epic = office.epic("Search", 33.33)
    digest = planned(launcher, office)
    office.lead.reopen(epic.key)
    refused = launcher.run("apply", "--plan", digest, cwd=office.home)
    assert refused.code == 1
    assert f"{epic.key} Search is not to be written any more" in refused.err
    assert office.made() == []


def test_a_draft_that_finance_touched_since_is_named(launcher, office):
    epic = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    office.lead.set_field(epic.key, PERCENT, 40.0)
    digest = planned(launcher, office)
    office.finance.edit_memo(office.invoice_for(epic).id, "Thank you")
    office.forget_requests()
    refused = launcher.run("apply", "--plan", digest, cwd=office.home)
    assert refused.code == 1
    assert f"the document of {epic.key} Search was changed in QuickBooks since then" in refused.err
    assert office.writes() == 0


def test_edited_rules_make_a_plan_stale(launcher, office):
    office.epic("Search", 33.33)
    digest = planned(launcher, office)
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text.replace('item = "Development"', 'item = "Design"'), "utf-8")
    refused = launcher.run("apply", "--plan", digest, cwd=office.home)
    assert refused.code == 1
    assert "Search changed" in refused.err
    assert office.made() == []


def test_a_digest_that_was_never_shown_is_refused(launcher, office):
    office.epic("Search", 33.33)
    refused = launcher.run("apply", "--plan", "feedfacecafebeef", cwd=office.home)
    assert refused.code == 1
    assert "no plan with this digest was ever shown" in refused.err
    assert office.made() == []
