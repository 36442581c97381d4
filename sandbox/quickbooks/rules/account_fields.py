"""Which types of account each field of a transaction or item takes; fault 6430 for any other."""

from __future__ import annotations

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json
from sandbox.quickbooks.vocabulary.values import reference_id

_BANK, _CARD, _HELD = "Bank", "Credit Card", "Other Current Asset"
_RECEIVABLE, _PAYABLE = "Accounts Receivable", "Accounts Payable"
_OWED: dict[str, tuple[str, ...]] = {"ARAccountRef": (_RECEIVABLE,)}
_SALES = {**_OWED, "DepositToAccountRef": (_BANK, _HELD)}
_TYPES: dict[str, dict[str, tuple[str, ...]]] = {
    "Invoice": _SALES,
    "SalesReceipt": _SALES,
    "RefundReceipt": {"DepositToAccountRef": (_BANK, _HELD, _CARD)},
    "CreditMemo": _OWED,
    "Payment": _SALES,
    "Deposit": {"DepositToAccountRef": (_BANK, _HELD)},
    "Bill": {"APAccountRef": (_PAYABLE,)},
    "VendorCredit": {"APAccountRef": (_PAYABLE,)},
    "BillPayment": {"APAccountRef": (_PAYABLE,)},
    "CreditCardPayment": {"BankAccountRef": (_BANK,), "CreditCardAccountRef": (_CARD,)},
    "Item": {
        "AssetAccountRef": (_HELD,),
        "IncomeAccountRef": ("Income", "Other Income"),
    },
}
_PAID_FROM = {"CreditCard": (_CARD,), "Cash": (_BANK, _HELD), "Check": (_BANK, _HELD)}


def refuse_wrong_accounts(company: Company, kind: str, body: Json) -> None:
    """6430 for the first field of an object of `kind` whose account is of a type that it does not take."""
    fields = _TYPES.get(kind, {})
    if kind == "Purchase":
        fields = {"AccountRef": _PAID_FROM[body["PaymentType"]]}
    for name, types in fields.items():
        account = company.find("Account", reference_id(body, name) or "")
        if account is not None and account.body["AccountType"] not in types:
            raise refusals.wrong_account(name, " or ".join(types))
