"""Estimates on their way to invoices: the links both sides show, and the status that follows them."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.rules.lines import add_up
from sandbox.quickbooks.state import FINANCE_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.values import present, reference_id

_OPEN = ("Pending", "Accepted")
_LINKED = ("Estimate", "TimeActivity")
_LINKED_BY_HAND = (*_LINKED, "ReimburseCharge")


def wanted_links(company: Company, sent: Json, body: Json, row: Row | None, *, by: str) -> list[Json]:
    """The LinkedTxn of an invoice: what stands for payments, and the estimate or time that `sent` names.

    An estimate that is closed or rejected is ignored; a second one is refused, and so is another
    customer's. A sparse update that says nothing of links keeps them. Charges are linked by people only.
    """
    linkable = _LINKED_BY_HAND if by == FINANCE_USER else _LINKED
    old: list[Json] = row.body["LinkedTxn"] if row else []
    settled = [link for link in old if link["TxnType"] not in linkable]
    given = present(sent, "LinkedTxn")
    if given is None and row is not None and present(sent, "sparse") in (True, "true"):
        return old
    links: list[Json] = []
    for entry in given or ():
        kind, txn_id = present(entry, "TxnType"), str(present(entry, "TxnId") or "")
        if kind not in linkable:
            continue
        source = company.find(kind, txn_id)
        if source is None:
            raise refusals.bad_reference(kind, txn_id)
        if kind == "Estimate" and not _usable(source, body, {"TxnId": txn_id, "TxnType": kind} in old):
            continue
        links.append({"TxnId": txn_id, "TxnType": kind})
    if sum(1 for link in links if link["TxnType"] == "Estimate") > 1:
        raise refusals.business("Only one estimate can be linked to an invoice.", "LinkedTxn")
    return links + settled


def _usable(estimate: Row, body: Json, linked_already: bool) -> bool:  # noqa: FBT001  a private yes or no
    if reference_id(estimate.body, "CustomerRef") != reference_id(body, "CustomerRef"):
        raise refusals.cannot_be_linked("The estimate belongs to another customer.")
    return linked_already or estimate.body["TxnStatus"] in _OPEN


def follow(company: Company, invoice: Row, before: list[Json], *, by: str) -> None:
    """Let the estimates that the invoice is linked to now, or was (`before`), show it."""
    after = [] if invoice.deleted else invoice.body["LinkedTxn"]
    for link in _estimates(before):
        if link not in after:
            _show(company, link["TxnId"], invoice, by, linked=False)
    for link in _estimates(after):
        if link not in before:
            _show(company, link["TxnId"], invoice, by, linked=True)


def _estimates(links: list[Json]) -> list[Json]:
    return [link for link in links if link["TxnType"] == "Estimate"]


def _show(company: Company, estimate_id: str, invoice: Row, by: str, *, linked: bool) -> None:
    estimate = company.find("Estimate", estimate_id)
    if estimate is None:
        return
    mine = {"TxnId": invoice.id, "TxnType": "Invoice"}
    links = [link for link in estimate.body["LinkedTxn"] if link != mine]
    estimate.body |= {"LinkedTxn": [*links, mine] if linked else links}
    estimate.body["TxnStatus"] = _status(company, estimate)
    company.touch(estimate, by=by)


def _status(company: Company, estimate: Row) -> str:
    """Open until its invoices are worth all of it: a person may invoice it in parts, the API only whole."""
    if not estimate.body["LinkedTxn"]:
        return "Pending"
    if invoiced(company, estimate) >= add_up(estimate.body["Line"]).subtotal or not _is_split(
        company, estimate
    ):
        return company.behaviour.estimate_when_invoiced
    return "Accepted"


def invoiced(company: Company, estimate: Row) -> Decimal:
    """What the invoices linked to an estimate sell, before discount and tax."""
    rows = [company.find("Invoice", link["TxnId"]) for link in estimate.body["LinkedTxn"]]
    return sum((add_up(row.body["Line"]).subtotal for row in rows if row), Decimal(0))


def _is_split(company: Company, estimate: Row) -> bool:
    """Whether its invoices bill parts of its lines, as progress invoicing in the product's pages does."""
    rows = [company.find("Invoice", link["TxnId"]) for link in estimate.body["LinkedTxn"]]
    return any(line.get("LinkedTxn") for row in rows if row for line in row.body["Line"])
