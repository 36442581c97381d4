"""Whether the answer to a write shows what was written: if not, the write is unknown, never done."""

from __future__ import annotations

from decimal import Decimal

from connectors.ports import WriteRequest
from connectors.quickbooks import figures
from connectors.quickbooks.figures import JsonObject
from connectors.quickbooks.observe import marker_in, net_total, sales_lines
from model.billing import called


def doubt_about(request: WriteRequest, shown: JsonObject) -> str | None:
    """Why `shown` cannot be the outcome of `request`, or None. It may raise as `shown` is malformed."""
    sent = figures.parse(request.body)
    if request.target is not None and str(shown["Id"]) != request.target:
        return f"the answer shows {called(request.kind)} {shown['Id']} instead"
    match request.operation:
        case "create":
            return _doubt_about_create(sent, shown)
        case "update":
            return _doubt_about_update(sent, shown)
        case "void":
            return None if not Decimal(str(shown["TotalAmt"])) else "the answer does not show it voided"
        case "reject":
            return None if shown["TxnStatus"] == "Rejected" else "the answer does not show it rejected"


def _doubt_about_create(sent: JsonObject, invoice: JsonObject) -> str | None:
    if marker_in(str(invoice.get("PrivateNote") or "")) != sent["PrivateNote"]:
        return "the answer shows another document"
    wanted = sum((Decimal(line["Amount"]) for line in sent["Line"]), Decimal(0))
    shown = net_total(invoice)
    return None if shown == wanted else f"the answer shows {shown} before tax instead of {wanted}"


def _doubt_about_update(sent: JsonObject, invoice: JsonObject) -> str | None:
    shown = {line.get("Id"): line.get("Amount") for line in sales_lines(invoice["Line"])}
    lines = list(sales_lines(sent["Line"]))
    for line in lines:
        amount = shown.pop(line.get("Id"), None)
        if line.get("Id") is not None and amount != line["Amount"]:
            return f"the answer shows {amount} on line {line.get('Id')} instead of {line['Amount']}"
    added = sorted(line["Amount"] for line in lines if line.get("Id") is None)
    left = sorted(Decimal(amount) for amount in shown.values() if amount is not None)
    return None if left == added else f"the answer shows new lines of {left} instead of {added}"
