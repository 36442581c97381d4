"""How a document stands in QuickBooks: by its links, its mail and its print, an estimate by its status too."""

from __future__ import annotations

from connectors.quickbooks.figures import JsonObject
from connectors.quickbooks.kinds import link_kind
from model.billing import DocumentKind, DocumentState, LinkedTxn

_CLOSED = frozenset({"Closed", "Converted"})


def state_of(kind: DocumentKind, row: JsonObject) -> DocumentState:
    """What `row`, which is not voided, says of itself. Whether an estimate expired takes a day to know."""
    linked = {link.kind for link in links_of(row)}
    # A balance of nothing can come from a credit or a journal entry: only a payment's link is a payment.
    if kind == "invoice" and "payment" in linked:
        return DocumentState.PAID
    if kind == "estimate" and (answered := _answer(row, linked)) is not None:
        return answered
    if was_mailed(row) or row.get("PrintStatus") == "PrintComplete":
        return DocumentState.SENT
    return DocumentState.QUEUED if row.get("EmailStatus") == "NeedToSend" else DocumentState.DRAFT


def links_of(row: JsonObject) -> tuple[LinkedTxn, ...]:
    """The transactions that the document as a whole names, in their order."""
    links = row.get("LinkedTxn") or ()
    return tuple(LinkedTxn(link_kind(link.get("TxnType")), str(link.get("TxnId") or "")) for link in links)


def fields_of(row: JsonObject) -> tuple[tuple[str, str], ...]:
    """The custom fields that hold something, by the names that people see."""
    fields = ((str(each.get("Name") or ""), each.get("StringValue")) for each in row.get("CustomField") or ())
    return tuple((name, str(value)) for name, value in fields if name and value)


def approval_of(row: JsonObject) -> str:
    """What QuickBooks' own approval says ("approved"); "" where there is none."""
    info = row.get("TxnApprovalInfo")
    return str(info.get("ApprovalStatus") or "").lower() if isinstance(info, dict) else ""


def is_closed(estimate: JsonObject) -> bool:
    """Whether nothing more of the estimate is to be invoiced."""
    return estimate.get("TxnStatus") in _CLOSED


def was_mailed(row: JsonObject) -> bool:
    """Whether it went to the client by mail."""
    info = row.get("DeliveryInfo")
    delivered = isinstance(info, dict) and bool(info.get("DeliveryTime"))
    return delivered or row.get("EmailStatus") == "EmailSent"


def _answer(estimate: JsonObject, linked: set[str]) -> DocumentState | None:
    """What became of an estimate; None while it is open and nobody answered."""
    if "invoice" in linked:
        return DocumentState.CONVERTED
    if estimate.get("TxnStatus") == "Rejected" or is_closed(estimate):
        return DocumentState.REJECTED
    return DocumentState.ACCEPTED if estimate.get("TxnStatus") == "Accepted" else None
