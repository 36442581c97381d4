"""A backtest at the terminal: the money of an edit before it is saved, then the same money in QuickBooks."""

from __future__ import annotations

from decimal import Decimal

import pytest

PRICE = '{ percent = { field = "Billing %" } }'


@pytest.mark.parametrize("whole", [True, False])
def test_an_edit_beyond_its_limit_ends_with_one_and_its_figures_come_true(launcher, office, whole):
    office.epic("Search", 10.0)
    assert launcher.run("apply", cwd=office.home).code == 0
    office.epic("Checkout", 10.0)
    assert launcher.run("plan", cwd=office.home).code == 0
    text = office.contract.read_text("utf-8")
    folder = office.home / "edited"
    folder.mkdir()
    edited = folder / "new.toml"
    edited.write_text(text.replace(PRICE, '{ fixed = "120.00" }'), "utf-8")
    tried = str(folder if whole else edited)

    office.forget_requests()
    outcome = launcher.run("backtest", tried, "--limit", "5", "--json", cwd=office.home)
    assert len(office.sandbox.jira_log) == len(office.sandbox.quickbooks_log) == 0
    assert outcome.code == 1
    (client,) = outcome.document["clients"]
    money = {key: client[key]["amount"] for key in ("before", "after", "difference", "moved")}
    assert money == {"before": "200.00", "after": "220.00", "difference": "20.00", "moved": "20.00"}
    assert client["moved_percent"] == "10.00"
    assert outcome.document["beyond"] == ["Harbor & Pine Outfitters"]
    (change,) = outcome.document["changed"]
    assert [change[key]["amount"]["amount"] for key in ("before", "after")] == ["100.00", "120.00"]
    assert launcher.run("backtest", tried, "--limit", "10 %", cwd=office.home).code == 0
    page = launcher.run("backtest", tried, "--from-start", cwd=office.home)
    assert (page.code, "from the start" in page.out, "240.00 USD" in page.out) == (0, True, True)

    office.contract.write_text(edited.read_text("utf-8"), "utf-8")
    assert launcher.run("apply", cwd=office.home).code == 0
    assert sum(row.body["TotalAmt"] for row in office.made()) == Decimal("220.00")


def test_mistakes_in_the_edit_and_in_the_limit_are_usage(launcher, office):
    edited = office.home / "edited.toml"
    edited.write_text(office.contract.read_text("utf-8") + "surplus = 1\n", "utf-8")
    wrong = launcher.run("backtest", str(edited), "--json", cwd=office.home)
    assert (wrong.code, wrong.document["ok"]) == (2, False)
    assert launcher.run("backtest", str(edited), "--limit", "lots", cwd=office.home).code == 2
    assert launcher.run("backtest", "nowhere", cwd=office.home).code == 2
