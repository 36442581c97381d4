"""Costs and hours on their way to a customer's invoice: charges for billable lines, and what was billed."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks.ledger.accounts import special
from sandbox.quickbooks.state import Company, Json, Row

BILLED_BY = ("TimeActivity", "ReimburseCharge")  #: what an invoice's links bill, beside estimates
_DETAILS = ("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail")


def charge(company: Company, source: Row, before: list[Json], *, by: str) -> None:
    """Keep one ReimburseCharge for every billable line of a bill or purchase; drop those of other lines.

    `before` are the lines that it had until now.
    """
    wanted: dict[str, Json] = {}
    for line in source.body.get("Line", ()):
        if _detail(line).get("BillableStatus") == "Billable" and _detail(line).get("CustomerRef"):
            wanted[line["Id"]] = line
    for line_id, row in _charges_of(company, before):
        if line_id in wanted:
            line = wanted.pop(line_id)
            line["LinkedTxn"] = [_link_to(row)]
            if row.body["HasBeenInvoiced"]:
                _detail(line)["BillableStatus"] = "HasBeenBilled"
                continue
            row.body |= _charge_body(company, source, line)
            company.touch(row, by=by)
        elif not row.body["HasBeenInvoiced"]:
            company.remove(row, by=by)
    for line in wanted.values():
        made = company.add("ReimburseCharge", _charge_body(company, source, line), by=by)
        line["LinkedTxn"] = [_link_to(made)]


def uncharge(company: Company, source: Row, *, by: str) -> None:
    """Drop the charges of a deleted bill or purchase."""
    for _line_id, row in _charges_of(company, source.body["Line"]):
        company.remove(row, by=by)


def follow(company: Company, invoice: Row, before: list[Json], *, by: str) -> None:
    """Let what the invoice bills now, or billed (`before`), show it."""
    after = [] if invoice.deleted else invoice.body["LinkedTxn"]
    for link in before:
        if link not in after:
            _show(company, link, invoice, by, billed=False)
    for link in after:
        if link not in before:
            _show(company, link, invoice, by, billed=True)


def _show(company: Company, link: Json, invoice: Row, by: str, *, billed: bool) -> None:
    row = company.find(link["TxnType"], link["TxnId"]) if link["TxnType"] in BILLED_BY else None
    if row is None:
        return
    if row.kind == "TimeActivity":
        row.body |= {"BillableStatus": "HasBeenBilled" if billed else "Billable"}
    else:
        mine = [{"TxnId": invoice.id, "TxnType": "Invoice"}] if billed else []
        lines = [line | {"LinkedTxn": mine} for line in row.body["Line"]]
        row.body |= {"HasBeenInvoiced": billed, "LinkedTxn": mine, "Line": lines}
        _mark_source(company, row, by, billed=billed)
    company.touch(row, by=by)


def _mark_source(company: Company, charged: Row, by: str, *, billed: bool) -> None:
    """Mark the line of the bill or purchase that the charge came from."""
    for kind in ("Bill", "Purchase"):
        for source in company.rows(kind):
            for line in source.body["Line"]:
                if any(link["TxnId"] == charged.id for link in line.get("LinkedTxn", ())):
                    _detail(line)["BillableStatus"] = "HasBeenBilled" if billed else "Billable"
                    company.touch(source, by=by)


def _charges_of(company: Company, lines: list[Json]) -> list[tuple[str, Row]]:
    """The charges of these lines, each with the id of its line."""
    links = [(line["Id"], link["TxnId"]) for line in lines for link in line.get("LinkedTxn", ())]
    found = [(line_id, company.find("ReimburseCharge", charge_id)) for line_id, charge_id in links]
    return [(line_id, row) for line_id, row in found if row is not None]


def _link_to(charged: Row) -> Json:
    return {"TxnId": charged.id, "TxnType": "ReimburseCharge", "TxnLineId": "1"}


def _detail(line: Json) -> Json:
    return next((line[name] for name in _DETAILS if name in line), {})


def _charge_body(company: Company, source: Row, line: Json) -> Json:
    detail = _detail(line)
    account = company.find(
        "Account", special(company, "Billable Expense Income", "Income", "ServiceFeeIncome")
    )
    charged: Json = {"TaxCodeRef": detail.get("TaxCodeRef", {"value": "NON"})}
    charged |= {name: detail[name] for name in ("ItemRef", "Qty", "UnitPrice") if name in detail}
    charged["ItemAccountRef"] = account.reference() if account else None
    entry: Json = {"Id": "1", "LineNum": 1, "Amount": line["Amount"], "DetailType": "ReimburseLineDetail"}
    entry |= {"ReimburseLineDetail": charged, "LinkedTxn": []}
    if "Description" in line:
        entry["Description"] = line["Description"]
    rate: Decimal | None = source.body.get("ExchangeRate")
    return {
        "CustomerRef": detail["CustomerRef"],
        "TxnDate": source.body["TxnDate"],
        "CurrencyRef": source.body["CurrencyRef"],
        "Amount": line["Amount"],
        "HasBeenInvoiced": False,
        "LinkedTxn": [],
        "Line": [entry],
    } | ({"ExchangeRate": rate, "HomeTotalAmt": line["Amount"] * rate} if rate is not None else {})
