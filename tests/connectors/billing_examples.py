"""Drafts, lines, catalogues and raw invoices as the books tests need them; each call gives a fresh one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from model.billing import BookClient, BookItem, BooksCatalogue, DraftLine, InvoiceDraft
from model.money import Money

MARKER = "[MP-0123456789]"


def a_line(amount: str = "1200.00", currency: str = "USD", **changes: Any) -> DraftLine:
    """One line of quantity 1, by default a fee of 1,200.00 USD."""
    line = DraftLine(
        charge_key="acme|site/epic/10012|fee",
        payer="acme",
        amount=Money.of(amount, currency),
        quantity=Decimal(1),
        unit_price=Decimal(amount),
        text="Discovery (ACME-12)",
        item="Consulting",
        klass=None,
        tax_code=None,
        service_on=date(2026, 2, 3),
        share=None,
        rule="discovery",
        rule_version="v1",
    )
    return replace(line, **changes)


def a_draft(*lines: DraftLine, **changes: Any) -> InvoiceDraft:
    """A draft for Acme Corp with the given lines, by default one."""
    draft = InvoiceDraft(
        key="acme|site/epic/10012#1",
        contract="acme-portal",
        company="main",
        client="Acme Corp",
        currency="USD",
        invoice_date=date(2026, 2, 3),
        terms="Net 30",
        memo="Thank you for working with us.",
        marker=MARKER,
        lines=lines or (a_line(),),
    )
    return replace(draft, **changes)


def a_catalogue(**changes: Any) -> BooksCatalogue:
    """A company in the US that keeps books in USD only."""
    catalogue = BooksCatalogue(
        realm="4620816365",
        name="Main Street Software",
        country="US",
        home_currency="USD",
        multicurrency=False,
        zone="America/New_York",
        books_closed_on=None,
        clients=(BookClient("1", "Acme Corp", "USD"), BookClient("2", "Globex", "EUR")),
        items=(
            BookItem("7", "Consulting", "Income"),
            BookItem("8", "Client deposits", "Other Current Liability"),
        ),
        terms=(("Net 30", "3"),),
        classes=(("Delivery", "5"), ("Delivery:Web", "6")),
        tax_codes=(("TAX", "TAX"), ("NON", "NON")),
    )
    return replace(catalogue, **changes)


def an_invoice(**changes: Any) -> dict[str, Any]:
    """An unsent invoice as QuickBooks answers it, with fields this program knows nothing of."""
    invoice: dict[str, Any] = {
        "Id": "145",
        "SyncToken": "0",
        "domain": "QBO",
        "sparse": False,
        "MetaData": {
            "CreateTime": "2026-02-03T09:15:00-08:00",
            "LastModifiedByRef": {"value": "9130"},
            "LastUpdatedTime": "2026-02-03T09:15:00-08:00",
        },
        "DocNumber": "1037",
        "TxnDate": "2026-02-03",
        "DueDate": "2026-03-05",
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "CustomerRef": {"value": "1", "name": "Acme Corp"},
        "SalesTermRef": {"value": "3", "name": "Net 30"},
        "PrivateNote": MARKER,
        "CustomerMemo": {"value": "Thank you"},
        "EmailStatus": "NotSet",
        "PrintStatus": "NeedToPrint",
        "BillEmail": {"Address": "ap@acme.example"},
        "BillAddr": {"Id": "94", "Line1": "1 Main St", "City": "Springfield", "Lat": "39.7", "Long": "-89.6"},
        "CustomField": [{"DefinitionId": "1", "Name": "PO", "Type": "StringType", "StringValue": "PO-7781"}],
        "FutureField": {"nested": [1, Decimal("2.50"), None]},
        "LinkedTxn": [],
        "TxnTaxDetail": {"TotalTax": Decimal("0")},
        "TotalAmt": Decimal("1200.00"),
        "Balance": Decimal("1200.00"),
        "Line": [
            {
                "Id": "1",
                "LineNum": 1,
                "Description": "Discovery (ACME-12)",
                "Amount": Decimal("1200.00"),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "7", "name": "Consulting"},
                    "Qty": 1,
                    "UnitPrice": 1200,
                    "ServiceDate": "2026-02-03",
                    "TaxCodeRef": {"value": "NON"},
                    "FutureDetail": "kept",
                },
            },
            {"Amount": Decimal("1200.00"), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
        ],
    }
    return {**invoice, **changes}
