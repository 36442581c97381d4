"""Who set each field: of an edited invoice, an estimate and its invoice, a credit memo, draws and retainage lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from launcher import Launcher
from office import Office

from sandbox.quickbooks import starter

WHY = ("--why", "agreed on the phone", "--who", "ada")
MAIL = "client@harbor.example"
MORE = """
[deposit]
amount = "200.00"
when = "start"
draw = "full"
item = "Client deposits"

[retainage]
hold = "5 %"
release = 2031-01-31
item = "Retainage"
"""


def _apply(launcher: Launcher, office: Office) -> None:
    assert launcher.run("apply", "--json", cwd=office.home).document["trouble"] == []


def _document(launcher: Launcher, office: Office, named: str) -> dict[str, Any]:
    (document,) = launcher.run("explain", named, "--json", cwd=office.home).document["documents"]
    told: dict[str, Any] = document
    return told


def _by(fields: list[dict[str, str]], field: str) -> tuple[str, str]:
    """Who set a field of an invoice, in a word and in words without the version of the rules."""
    (found,) = [each for each in fields if each["field"] == field]
    rule, mark, rest = found["by"].partition("@")
    return found["who"], f"{rule}{mark and '@…'}{rest.partition(' ')[1]}{rest.partition(' ')[2]}"


def _edit(office: Office, old: str, new: str) -> None:
    text = office.contract.read_text("utf-8")
    assert old in text
    office.contract.write_text(text.replace(old, new), "utf-8")


def test_each_field_of_an_edited_invoice_names_its_hand(launcher, office):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    (row,) = office.made()
    office.finance.edit_amount(row.id, "1", Decimal("250.00"))
    office.finance.edit_memo(row.id, "Thank you")
    office.finance.add_line(row.id, None, Decimal("20.00"), "Courier")
    _apply(launcher, office)
    assert launcher.run("decide", epic.key, "keep", *WHY, cwd=office.home).code == 0
    document = _document(launcher, office, row.id)
    ours, theirs = document["lines"]
    rule = "milepost", f"rule 'epics'@… for {epic.key}"
    assert [_by(ours["fields"], name) for name in ("text", "item", "service date")] == [rule] * 3
    assert _by(ours["fields"], "amount") == ("finance", "finance")
    assert {each["who"] for each in theirs["fields"]} == {"finance"}
    assert _by(document["fields"], "message") == ("finance", "finance")
    assert _by(document["fields"], "number") == ("quickbooks", "given by QuickBooks")
    assert _by(document["fields"], "client") == ("milepost", "as drafted")
    assert [each["who"] for each in document["history"]] == ["milepost", "finance", "ada"]
    assert "changed message" in document["history"][1]["what"]
    assert document["history"][2]["what"] == (
        f"decided keep (draft.reduced of {epic.key}): agreed on the phone"
    )
    page = launcher.run("explain", row.id, cwd=office.home).out
    assert "message “Thank you”" in page
    assert "ada: decided keep" in page


def test_an_invoice_made_of_an_estimate_keeps_the_rule_behind_its_lines(launcher, office):
    _edit(office, "unsent_invoice", "pending_estimate")
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    (estimate,) = office.books.rows("Estimate")
    rule = "milepost", f"rule 'epics'@… for {epic.key}"
    (line,) = _document(launcher, office, f"{estimate.body['DocNumber']}")["lines"]
    assert _by(line["fields"], "amount") == rule
    invoice = office.finance.convert_estimate(estimate.id)
    _apply(launcher, office)
    document = _document(launcher, office, str(invoice.body["DocNumber"]))
    assert document["document_kind"] == "invoice"
    assert _by(document["lines"][0]["fields"], "amount") == rule
    assert _by(document["fields"], "date") == ("finance", "finance")


def test_a_credit_memo_names_the_rule_and_the_decision_behind_it(launcher, office):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    office.finance.send(office.invoice_for(epic).id, MAIL)
    office.lead.reopen(epic.key)
    _apply(launcher, office)
    assert launcher.run("decide", epic.key, "credit", *WHY, cwd=office.home).code == 0
    _apply(launcher, office)
    (memo,) = [each for each in office.books.rows("CreditMemo") if "MP-" in each.body.get("PrivateNote", "")]
    document = _document(launcher, office, str(memo.body["DocNumber"]))
    (line,) = document["lines"]
    assert _by(line["fields"], "amount") == ("milepost", f"rule 'epics'@… for {epic.key}")
    assert [(each["who"], each["what"].split(",")[0]) for each in document["history"]] == [
        ("ada", f"decided credit (work.reopened of {epic.key}): agreed on the phone"),
        ("milepost", "create of 300.00 USD"),
    ]


def test_draws_and_retainage_are_told_as_lines_of_ours(launcher, office):
    starter.add_item(office.books, "Retainage", account="Retainage Receivable")
    office.contract.write_text(office.contract.read_text("utf-8") + MORE, "utf-8")
    _apply(launcher, office)
    (deposit,) = office.made()
    office.finance.take_payment(deposit.id)
    epic = office.epic("Search", 50.0)
    _apply(launcher, office)
    document = _document(launcher, office, office.invoice_for(epic).id)
    charges = [line["charge"].rpartition("|")[2] for line in document["lines"]]
    assert charges == ["fee", "retainage", "draw"]
    for line in document["lines"]:
        assert {each["who"] for each in line["fields"]} == {"milepost"}
        assert line["steps"]
