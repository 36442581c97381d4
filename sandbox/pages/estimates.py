"""How finance sees estimates: the list with what the client said, and one with what was invoiced of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sandbox.pages.html import Child, Html, element, joined, said
from sandbox.pages.invoices import PAGE, money, number_of
from sandbox.pages.parts import acts, facts, field, filters, form, pager, pill, sheet, table
from sandbox.quickbooks.rules import estimates
from sandbox.quickbooks.rules.lines import SALES, add_up
from sandbox.quickbooks.state import Company, Row

STATUSES = ("Pending", "Accepted", "Rejected", "Closed", "Converted")
_OPEN = ("Pending", "Accepted")


def estimate_list(company: Company, path: str, wanted: str, page_number: int) -> Html:
    """The newest first; `wanted` is a status or empty for all."""
    every = company.rows("Estimate")[::-1]
    counts = Counter(str(row.body["TxnStatus"]) for row in every)
    shown = [row for row in every if wanted in ("", row.body["TxnStatus"])]
    cells: list[list[Child]] = [
        [
            element("a", number_of(row), href=f"{path}/{row.id}"),
            said(row.body["CustomerRef"].get("name", "")),
            row.body["TxnDate"],
            pill(str(row.body["TxnStatus"])),
            money(estimates.invoiced(company, row), row.body),
            money(row.body["TotalAmt"], row.body),
        ]
        for row in shown[(page_number - 1) * PAGE : page_number * PAGE]
    ]
    return joined(
        element("p", "An estimate moves nothing in the books; the invoice made of it does.", class_="quiet"),
        filters(path, wanted, [(word, counts[word]) for word in STATUSES]),
        table(("No.", "Client", "Date", "Status", "Invoiced", "Total"), cells, numbers=(4, 5)),
        pager(path, page_number, PAGE, len(shown), **({"status": wanted} if wanted else {})),
    )


def estimate_sheet(company: Company, path: str, estimate: Row) -> Html:
    """One estimate: what it offers, what was made of it, and what finance can do with it."""
    body = estimate.body
    lines: list[list[Child]] = [
        [said(line.get("Description", "")), money(line["Amount"], body)]
        for line in body["Line"]
        if line["DetailType"] == SALES
    ]
    lines.append(["Total with tax", element("span", money(body["TotalAmt"], body), class_="sum")])
    customer = body["CustomerRef"]
    there = path.replace("/estimates", f"/customers/{customer['value']}")
    content = (
        facts(
            ("Client", element("a", said(customer.get("name", "")), href=there)),
            ("Status", pill(str(body["TxnStatus"]))),
            ("Total", money(body["TotalAmt"], body)),
            ("Invoiced", money(estimates.invoiced(company, estimate), body)),
            ("Date", body["TxnDate"]),
            ("Expires", body.get("ExpirationDate", "")),
            ("Accepted by", said(body["AcceptedBy"]) if body.get("AcceptedBy") else None),
            ("Accepted on", body.get("AcceptedDate", "")),
            ("Id, version", f"{estimate.id}, {estimate.version}"),
        ),
        element("h2", "Lines"),
        table(("Text", "Amount"), lines, numbers=(1,)),
        *_invoices(company, path, estimate),
    )
    return sheet(content, acts("What finance can do", _acts(company, path, estimate)))


def _invoices(company: Company, path: str, estimate: Row) -> Iterator[Html]:
    rows: list[list[Child]] = []
    for link in estimate.body["LinkedTxn"]:
        invoice = company.find("Invoice", link["TxnId"])
        if invoice is not None:
            there = f"{path.replace('/estimates', '/invoices')}/{invoice.id}"
            amount = money(invoice.body["TotalAmt"], invoice.body)
            rows.append([element("a", number_of(invoice), href=there), invoice.body["TxnDate"], amount])
    if rows:
        yield element("h2", "Invoices made of it")
        yield table(("No.", "Date", "Total"), rows, numbers=(2,))


def _acts(company: Company, path: str, estimate: Row) -> Iterator[Html]:
    here, status = f"{path}/{estimate.id}", estimate.body["TxnStatus"]
    left = add_up(estimate.body["Line"]).subtotal - estimates.invoiced(company, estimate)
    if status in _OPEN and left > 0:
        share = field("Percent", "percent", "100", kind="number", short=True, required=True)
        yield form(f"{here}/convert", "Make the invoice", share)
    if status != "Accepted":
        yield form(f"{here}/accept", "Accept", field("By whom", "who"), kind="plain")
    if status not in ("Rejected", "Closed"):
        yield form(f"{here}/reject", "Reject", kind="plain")
    if status != "Pending":
        yield form(f"{here}/pending", "Back to pending", kind="plain")
