"""What a request makes of a sales form: the merged header, the defaults, lines, tax and totals; no effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.currencies import currency_reference, rate_of
from sandbox.quickbooks.ledger.accounts import bank_account
from sandbox.quickbooks.ledger.settlement import SETTLED, ZERO, open_amounts
from sandbox.quickbooks.rules.account_fields import refuse_wrong_accounts
from sandbox.quickbooks.rules.lines import SUBTOTAL, add_up, read_lines, with_subtotal
from sandbox.quickbooks.rules.lookup import named, refuse_closed
from sandbox.quickbooks.rules.numbering import document_number
from sandbox.quickbooks.rules.tax import compute
from sandbox.quickbooks.rules.taxcodes import is_taxed
from sandbox.quickbooks.rules.terms import due_on
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.fields import custom_field_names
from sandbox.quickbooks.vocabulary.kinds import Kind, read_fields
from sandbox.quickbooks.vocabulary.registry import KINDS
from sandbox.quickbooks.vocabulary.values import cents, present, reference_id, referred, without_nothing


@dataclass(frozen=True, slots=True)
class _Work:
    """One request at work: the form's kind, what was sent, and the row it changes, if any."""

    company: Company
    kind: Kind
    sent: Json
    row: Row | None

    @property
    def before(self) -> Json | None:
        return self.row.body if self.row else None

    @property
    def sparse(self) -> bool:
        return self.row is not None and present(self.sent, "sparse") in (True, "true")


def assemble(
    company: Company, kind: str, sent: Json, row: Row | None, *, allow_duplicate: bool = False
) -> tuple[Json, int]:
    """The whole body after a create (`row` None) or an update of `row`, and the highest line id ever used.

    Raises Refusal where the service would. `allow_duplicate` lets a taken DocNumber pass.
    """
    work = _Work(company, KINDS[kind], sent, row)
    body = merged(company, work.kind, sent, work.before, sparse=work.sparse)
    customer = referred(company, body, "CustomerRef", "Customer", work.before)
    if customer is None and "CustomerRef" in work.kind.required:
        raise refusals.missing("CustomerRef")
    body.setdefault("TxnDate", company.today().isoformat())
    refuse_closed(company, body)
    refuse_wrong_accounts(company, kind, body)
    body |= currency_and_rate(company, body, customer)
    body |= _statuses(work, body)
    if kind == "Invoice":
        body.setdefault("DueDate", _due_on(company, body))
    if row is None and customer is not None:
        body = _from_customer(customer) | body
    body["CustomField"] = _all_custom_fields(company, body)
    last_line_id = _set_lines(work, body)
    body["TxnTaxDetail"] = _tax(work, body, customer)
    body |= totals(company, kind, body, row)
    automatic = row is None and present(sent, "AutoDocNumber") in (True, "true")
    number = document_number(
        company, kind, body, work.before, automatic=automatic, allow_duplicate=allow_duplicate
    )
    if kind == "SalesReceipt":
        body.setdefault("DepositToAccountRef", named(company, "Account", bank_account(company, body)))
    return without_nothing(body | {"DocNumber": number}), last_line_id


def merged(company: Company, kind: Kind, sent: Json, before: Json | None, *, sparse: bool) -> Json:
    """Defaults, what stays of `before`, and the fields that `sent` names; currency and rate are fixed."""
    header = read_fields(company, kind, sent, before)
    kept: Json = {}
    if before is not None:
        refuse_closed(company, before)
        writable = {*kind.fields, "Line"}
        kept = {name: value for name, value in before.items() if sparse or name not in writable}
        kept |= {name: before[name] for name in ("CurrencyRef", "ExchangeRate") if name in before}
    return {**kind.defaults, **_tax_model(company, kind), **without_nothing(kept | header)}


def _tax_model(company: Company, kind: Kind) -> Json:
    """Outside the US every form with tax tells how its amounts stand to it."""
    if company.country == "US" or "GlobalTaxCalculation" not in kind.fields:
        return {}
    taxed = company.preference("TaxPrefs", "UsingSalesTax")
    return {"GlobalTaxCalculation": "TaxExcluded" if taxed else "NotApplicable"}


def currency_and_rate(company: Company, body: Json, owner: Row | None) -> Json:
    """CurrencyRef and ExchangeRate: a foreign customer or vendor must be billed in its own currency."""
    home = company.home_currency
    currency = reference_id(body, "CurrencyRef") or home
    if not company.multicurrency:
        if currency != home:
            raise refusals.business(
                "Multi currency should be enabled to perform this operation.", "CurrencyRef"
            )
        return {"CurrencyRef": currency_reference(home), "ExchangeRate": None}
    if owner is not None and currency != owner.body["CurrencyRef"]["value"]:
        detail = "The currency of the transaction is invalid for customer / vendor / account."
        raise refusals.business(detail, "CurrencyRef")
    rate = Decimal(1)
    if currency != home:
        rate = body.get("ExchangeRate") or rate_of(company, currency, date.fromisoformat(body["TxnDate"]))
    return {"CurrencyRef": currency_reference(currency), "ExchangeRate": rate}


def _statuses(work: _Work, body: Json) -> Json:
    knobs = work.company.behaviour
    email = body.get("EmailStatus", "NotSet")
    if work.row is None and email == "EmailSent" and knobs.email_sent_on_create == "reset":
        email = "NotSet"
    if email == "NeedToSend" and "BillEmail" not in body:
        raise refusals.business("An email address is required when EmailStatus is NeedToSend.", "BillEmail")
    return {"EmailStatus": email, "PrintStatus": body.get("PrintStatus", knobs.print_status_on_create)}


def _due_on(company: Company, body: Json) -> str:
    term = referred(company, body, "SalesTermRef", "Term", body)
    return due_on(term.body if term else None, date.fromisoformat(body["TxnDate"])).isoformat()


def _from_customer(customer: Row) -> Json:
    return {name: customer.body[name] for name in ("BillAddr", "ShipAddr") if name in customer.body}


def _all_custom_fields(company: Company, body: Json) -> list[Json]:
    """The fields that have a value, and the others that the company uses, without one."""
    filled = {entry["DefinitionId"]: entry for entry in body.get("CustomField", ())}
    empty = {
        definition: {"DefinitionId": definition, "Name": name, "Type": "StringType"}
        for definition, name in custom_field_names(company).items()
    }
    return list((empty | filled).values())


def _set_lines(work: _Work, body: Json) -> int:
    """Put the Line array into `body`: as sent, or as it was when a sparse update sends none."""
    row = work.row
    before = [line for line in row.body["Line"] if line["DetailType"] != SUBTOTAL] if row else []
    last_line_id = row.last_line_id if row else 0
    lines = before
    given = present(work.sent, "Line")
    keeps = work.sparse or (row is not None and work.company.behaviour.uncleared_lines == "keep")
    if given is not None or not keeps:
        merges = work.sparse and work.company.behaviour.sparse_lines == "keep"
        taxed = is_taxed(work.company, body)
        lines, last_line_id = read_lines(
            work.company, given or [], before, last_line_id, taxed=taxed, keep=merges
        )
    body["Line"] = with_subtotal(lines, add_up(lines).subtotal)
    return last_line_id


def _tax(work: _Work, body: Json, customer: Row | None) -> Json:
    detail = compute(work.company, body, customer, taxed=is_taxed(work.company, body))
    body["Line"] = with_subtotal(
        [line for line in body["Line"] if line["DetailType"] != SUBTOTAL], add_up(body["Line"]).subtotal
    )
    return detail


def totals(company: Company, kind: str, body: Json, row: Row | None) -> Json:
    """TotalAmt, Balance, and their home values under multicurrency; 6000 when one would be negative."""
    sums = add_up(body["Line"])
    total = sums.subtotal - sums.discount + body["TxnTaxDetail"]["TotalTax"]
    if total < 0:
        raise refusals.business("Transaction amount must be 0 or greater.", "TotalAmt")
    amounts: Json = {"TotalAmt": total}
    rate = body.get("ExchangeRate")
    if rate is not None:
        amounts["HomeTotalAmt"] = cents(total * rate)
    if kind in SETTLED:
        amounts |= open_amounts(company, kind, body | amounts, row)
        if amounts["Balance"] < 0:
            raise refusals.business("The total is less than what is already paid.", "TotalAmt")
    elif kind != "Estimate":
        amounts["Balance"] = ZERO
    return amounts
