"""The entities that fewer clients meet: stock counts, card and tax payments, charges, templates, budgets."""

from __future__ import annotations

from sandbox.quickbooks.vocabulary.fields import (
    choice,
    currency,
    day,
    flag,
    kept,
    number,
    reference,
    text,
    whole,
)
from sandbox.quickbooks.vocabulary.kinds import Kind

JOURNAL_TYPES = ("Expenses", "Sales", "Bank", "Nouveaux", "Wages", "Cash", "Others")

FURTHER_KINDS = (
    Kind(
        "InventoryAdjustment",
        {
            "AdjustAccountRef": reference("Account"),
            "TxnDate": day(filterable=True),
            "DocNumber": text(21, filterable=True),
            "PrivateNote": text(4000),
            "DepartmentRef": reference("Department", feature="TrackDepartments"),
        },
        required=("AdjustAccountRef", "Line"),
    ),
    Kind(
        "CreditCardPayment",
        {
            "BankAccountRef": reference("Account", filterable=True),
            "CreditCardAccountRef": reference("Account", filterable=True),
            "VendorRef": reference("Vendor"),
            "Amount": number(),
            "TxnDate": day(filterable=True),
            "PrivateNote": text(4000),
            "Memo": text(4000),
            "CheckNum": text(21),
            "PrintStatus": choice("NotSet", "NeedToPrint", "PrintComplete"),
            "CurrencyRef": currency(),
            "ExchangeRate": number(),
        },
        required=("BankAccountRef", "CreditCardAccountRef", "Amount"),
        json_name="CreditCardPaymentTxn",
    ),
    Kind(
        "TaxPayment",
        {"Description": text(4000), "Refund": flag(filterable=True)},
        {"PaymentDate": "day", "PaymentAmount": "number"},
        reads_only=True,
    ),
    Kind(
        "ReimburseCharge",
        {"PrivateNote": text(4000)},
        {"CustomerRef": "reference", "HasBeenInvoiced": "flag", "TxnDate": "day", "Amount": "number"},
        reads_only=True,
    ),
    Kind(
        "RecurringTransaction",
        {},
        {
            "Type": "text",
            "RecurDataRef": "reference",
            "RecurringInfo.Name": "text",
            "RecurringInfo.Active": "flag",
        },
    ),
    Kind(
        "Budget",
        {
            "Name": text(100, filterable=True),
            "StartDate": day(filterable=True),
            "EndDate": day(filterable=True),
            "BudgetType": choice("ProfitAndLoss", filterable=True),
            "BudgetEntryType": choice("Monthly", "Quarterly", "Annually"),
            "BudgetDetail": kept(),
            "Active": flag(filterable=True),
        },
        {},
        {"Active": True, "BudgetType": "ProfitAndLoss", "BudgetEntryType": "Monthly", "BudgetDetail": []},
        ("StartDate", "EndDate"),
        unique="Name",
    ),
    Kind(
        "JournalCode",
        {
            "Name": text(20, filterable=True),
            "Description": text(4000),
            "Type": choice(*JOURNAL_TYPES, filterable=True),
            "Active": flag(filterable=True),
            "CustomField": whole(),
        },
        {},
        {"Active": True, "Type": "Others"},
        ("Name",),
        unique="Name",
        in_feed=False,
    ),
)
