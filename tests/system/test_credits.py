"""Corrections of what the client has, and invoices that look billed already, against the served QuickBooks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from launcher import Launcher
from office import Office
from test_half_billed import number, typed_in

WHY = ("--why", "agreed with the client on the phone", "--who", "ada")
HARBOR = "Harbor & Pine Outfitters"


def _apply(launcher: Launcher, office: Office) -> dict[str, Any]:
    document: dict[str, Any] = launcher.run("apply", "--json", cwd=office.home).document
    return document


def _decide(launcher: Launcher, office: Office, *words: str) -> dict[str, Any]:
    outcome = launcher.run("decide", *words, *WHY, "--json", cwd=office.home)
    assert (outcome.code, outcome.err) == (0, "")
    document: dict[str, Any] = outcome.document
    return document


def test_reopened_work_that_was_sent_is_credited_by_decision_and_billed_again(launcher, office):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    invoice = office.invoice_for(epic)
    office.finance.send(invoice.id, "client@harbor.example")
    office.lead.reopen(epic.key)
    (memo,) = _apply(launcher, office)["proposed"]
    assert (memo["document_kind"], memo["amount"]["amount"]) == ("credit_memo", "300.00")
    office.forget_requests()
    _apply(launcher, office)
    assert office.writes() == 0
    (choice,) = [
        each
        for each in launcher.run("decide", epic.key, "--json", cwd=office.home).document["items"][0][
            "choices"
        ]
        if each["choice"] == "credit"
    ]
    assert (choice["before"]["amount"], choice["after"]["amount"]) == ("300.00", "0.00")
    _decide(launcher, office, epic.key, "credit")
    _apply(launcher, office)
    _apply(launcher, office)
    (row,) = [each for each in office.books.rows("CreditMemo") if "MP-" in each.body.get("PrivateNote", "")]
    assert row.body["TotalAmt"] == Decimal("300.00")
    line = row.body["Line"][0]
    assert line["Description"].startswith(f"Credit for invoice {number(invoice)}: {epic.key}")
    mine = invoice.body["Line"][0]["SalesItemLineDetail"]
    assert line["SalesItemLineDetail"]["ItemRef"] == mine["ItemRef"]
    office.lead.close(epic.key)
    (action,) = _apply(launcher, office)["actions"]
    assert (action["kind"], action["amount"]["amount"]) == ("create", "300.00")
    assert office.ledger()[invoice.id] == Decimal("300.00")


def test_an_invoice_that_finance_wrote_for_the_same_work_is_asked_about_before_a_second_one(launcher, office):
    epic = office.epic("Search", 30.0)
    row = typed_in(office, HARBOR, "280.00", f"{epic.key}: the search, as agreed")
    plan = launcher.run("plan", "--json", cwd=office.home)
    assert (plan.code, plan.document["actions"]) == (1, [])
    (finding,) = [each for each in plan.document["findings"] if each["code"] == "looks_billed"]
    assert f"invoice {number(row)}" in finding["reason"]
    assert f"names {epic.key}" in finding["reason"]
    office.forget_requests()
    _apply(launcher, office)
    assert office.writes() == 0
    (item,) = [
        each
        for each in launcher.run("decide", "--json", cwd=office.home).document["items"]
        if each["code"] == "looks_billed"
    ]
    _decide(launcher, office, item["id"], "same", number(row))
    _apply(launcher, office)
    assert office.writes() == 0
    status = launcher.run("status", "--json", cwd=office.home).document
    assert status["buckets"]["billed"]["amounts"] == {"USD": "300.00"}


def test_one_that_bills_something_else_does_not_stand_in_the_way_once_that_is_said(launcher, office):
    epic = office.epic("Search", 30.0)
    typed_in(office, HARBOR, "300.00", "Licences")
    launcher.run("plan", cwd=office.home)
    (item,) = [
        each
        for each in launcher.run("decide", "--json", cwd=office.home).document["items"]
        if each["code"] == "looks_billed"
    ]
    _decide(launcher, office, item["id"], "different")
    _apply(launcher, office)
    assert office.invoice_for(epic).body["TotalAmt"] == Decimal("300.00")


def test_a_credit_that_finance_applies_to_an_invoice_is_let_go_and_told(launcher, office):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    invoice = office.invoice_for(epic)
    office.finance.send(invoice.id, "client@harbor.example")
    office.finance.credit(invoice.id, Decimal("50.00"), "Goodwill")
    office.forget_requests()
    found = {each["code"]: each["reason"] for each in _apply(launcher, office)["findings"]}
    assert "finance gave 50.00 USD back" in found["credit.given"]
    _apply(launcher, office)
    assert office.writes() == 0
