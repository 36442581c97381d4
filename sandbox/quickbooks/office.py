"""A finance person's other work: estimates, the lists, the books, the subscription."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.desk import Desk, identity
from sandbox.quickbooks.rules import estimates, invoices, lists, sales
from sandbox.quickbooks.rules.lines import SUBTOTAL, add_up
from sandbox.quickbooks.rules.lookup import read
from sandbox.quickbooks.state import Happening, Json, Row
from sandbox.quickbooks.vocabulary.values import cents, reference_id

_FROM_ESTIMATE = ("CustomerRef", "CurrencyRef", "ExchangeRate", "SalesTermRef", "BillEmail", "CustomerMemo")

_BEFORE_ALL = "1991-01-01T00:00:00-08:00"


def _at_midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00-08:00"


class OfficeWork(Desk):
    """Estimates, lists, books and subscription."""

    def write_estimate(self, customer_id: str, item_id: str, amount: Decimal, text: str = "") -> Row:
        """Write an estimate of one line, dated today."""
        with self._company.lock:
            customer = read(self._company, "Customer", customer_id)
            line: Json = {
                "Amount": cents(amount),
                "Description": text,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": item_id}},
            }
            sent: Json = {"CustomerRef": customer.reference(), "CurrencyRef": customer.body["CurrencyRef"]}
            return sales.create(self._company, "Estimate", sent | {"Line": [line]}, by=self._user)

    def convert_estimate(self, estimate_id: str, share: Decimal = Decimal(1)) -> Row:
        """Make an invoice of an estimate, of all of it or of a `share` of each line (0 to 1).

        A split is progress invoicing, which only the product's pages have: the estimate stays open until
        its invoices are worth all of it; what the last one bills is what is left. Returns the Invoice.
        """
        with self._company.lock:
            estimate = read(self._company, "Estimate", estimate_id)
            body = estimate.body
            left = add_up(body["Line"]).subtotal - estimates.invoiced(self._company, estimate)
            whole = share == 1 and not body["LinkedTxn"]
            lines = [
                _part(line, estimate.id, share, whole=whole)
                for line in body["Line"]
                if line["DetailType"] != SUBTOTAL
            ]
            _leave_nothing_over(lines, left)
            kept = (
                *_FROM_ESTIMATE,
                *(("PrivateNote",) if self._company.behaviour.conversion_keeps_note else ()),
            )
            sent: Json = {name: body[name] for name in kept if name in body} | {"Line": lines}
            sent["LinkedTxn"] = [{"TxnId": estimate.id, "TxnType": "Estimate"}]
            return invoices.create(self._company, sent, by=self._user)

    def decide_estimate(self, estimate_id: str, status: str, by_whom: str = "") -> Row:
        """Set its TxnStatus (Accepted, Rejected, Closed, Pending), with who accepted it and when."""
        with self._company.lock:
            row = read(self._company, "Estimate", estimate_id)
            changes: Json = {"TxnStatus": status}
            if status == "Accepted":
                changes |= {"AcceptedBy": by_whom, "AcceptedDate": self._company.today().isoformat()}
            sent = identity(row) | {"sparse": True} | changes
            return sales.update(self._company, "Estimate", sent, by=self._user)

    def close_books(self, through: date | None) -> Row:
        """Close the books up to and including `through`, or open them again with None."""
        with self._company.lock:
            row = self._company.preferences
            prefs = {**row.body["AccountingInfoPrefs"]}
            prefs.pop("BookCloseDate", None)
            prefs |= {} if through is None else {"BookCloseDate": through.isoformat()}
            row.body["AccountingInfoPrefs"] = prefs
            self._company.touch(row, by=self._user)
            return row

    def deactivate_item(self, item_id: str) -> Row:
        """Make an item inactive."""
        return self._set_active("Item", item_id, active=False)

    def deactivate_customer(self, customer_id: str) -> Row:
        """Make a customer inactive."""
        return self._set_active("Customer", customer_id, active=False)

    def reactivate(self, kind: str, row_id: str) -> Row:
        """Make a list entry active again, under its old name."""
        return self._set_active(kind, row_id, active=True)

    def rename_customer(self, customer_id: str, name: str) -> Row:
        """Give a customer another name."""
        with self._company.lock:
            sent = identity(read(self._company, "Customer", customer_id))
            sent |= {"sparse": True, "DisplayName": name}
            return lists.update(self._company, "Customer", sent, by=self._user)

    def merge_customers(self, kept_id: str, gone_id: str) -> Row:
        """Merge one customer into another: what named the one that goes names the other from here on."""
        with self._company.lock:
            kept, gone = (read(self._company, "Customer", row_id) for row_id in (kept_id, gone_id))
            if kept is gone:
                raise refusals.business("A customer cannot be merged with itself.")
            if kept.body["CurrencyRef"]["value"] != gone.body["CurrencyRef"]["value"]:
                raise refusals.business("Customers of two currencies cannot be merged.", "CurrencyRef")
            for kind in self._company.kinds():
                for row in self._company.rows(kind):
                    _repoint(row, gone.id, kept)
            gone.deleted = True
            self._company.touch(gone, by=self._user)
            self._company.touch(kept, by=self._user)
            now = self._company.clock.now()
            self._company.announce(Happening("Customer", kept.id, "Merge", now, deleted_id=gone.id))
            return kept

    def make_project(self, customer_id: str) -> Row:
        """Turn a sub-customer into a project."""
        with self._company.lock:
            row = read(self._company, "Customer", customer_id)
            if reference_id(row.body, "ParentRef") is None:
                raise refusals.business("A project needs a customer above it.", "ParentRef")
            row.body = row.body | {"IsProject": True, "Job": True}
            self._company.touch(row, by=self._user)
            return row

    def change_tax_rate(self, rate_id: str, percent: Decimal, starting: date) -> Row:
        """Let a tax rate be another from a day on; forms dated earlier keep to what it was then."""
        with self._company.lock:
            rate = read(self._company, "TaxRate", rate_id)
            began = {"RateValue": rate.body["RateValue"], "EffectiveDate": _BEFORE_ALL}
            *earlier, last = rate.body.get("EffectiveTaxRate", (began,))
            last = last | {"EndDate": _at_midnight(starting - timedelta(days=1))}
            new = {"RateValue": percent, "EffectiveDate": _at_midnight(starting)}
            rate.body |= {"RateValue": percent, "EffectiveTaxRate": [*earlier, last, new]}
            self._company.touch(rate, by=self._user)
            return rate

    def add_customer_type(self, name: str) -> Row:
        """Enter a kind of customer, which the API can read and refer to but not make."""
        with self._company.lock:
            return self._company.add("CustomerType", {"Active": True, "Name": name}, by=self._user)

    def cancel_subscription(self) -> None:
        """Stop paying for QuickBooks: calls are refused (6190) until it is resumed (see `ended_subscription`)."""
        self._subscribe("CANCELLED", subscribed=False)

    def resume_subscription(self) -> None:
        """Pay again."""
        self._subscribe("SUBSCRIBED", subscribed=True)

    def _subscribe(self, status: str, *, subscribed: bool) -> None:
        with self._company.lock:
            self._company.subscribed = subscribed
            values = self._company.info.body["NameValue"]
            others = [entry for entry in values if entry["Name"] != "SubscriptionStatus"]
            self._company.info.body["NameValue"] = [{"Name": "SubscriptionStatus", "Value": status}, *others]

    def _set_active(self, kind: str, row_id: str, *, active: bool) -> Row:
        with self._company.lock:
            sent = identity(read(self._company, kind, row_id)) | {"sparse": True, "Active": active}
            return lists.update(self._company, kind, sent, by=self._user)


def _part(line: Json, estimate_id: str, share: Decimal, *, whole: bool) -> Json:
    """A line of the invoice: the estimate's own, or a share of it that says where it comes from."""
    made = {name: value for name, value in line.items() if name not in ("Id", "LineNum")}
    if whole or line["DetailType"] != "SalesItemLineDetail":
        return made
    amount = cents(line["Amount"] * share)
    detail = line["SalesItemLineDetail"] | {"Qty": Decimal(1), "UnitPrice": amount}
    link = {"TxnId": estimate_id, "TxnType": "Estimate", "TxnLineId": line["Id"]}
    return made | {"Amount": amount, "SalesItemLineDetail": detail, "LinkedTxn": [link]}


def _leave_nothing_over(lines: list[Json], left: Decimal) -> None:
    """Let shares that rounding made too big by a cent a line end at what is left; 6000 for more than that."""
    excess = add_up(lines).subtotal - left
    if excess > Decimal("0.01") * len(lines):
        raise refusals.business("More than is left of the estimate.", "Amount")
    if excess > 0:
        last = next(line for line in reversed(lines) if line["DetailType"] == "SalesItemLineDetail")
        last["Amount"] -= excess
        last["SalesItemLineDetail"] |= {"UnitPrice": last["Amount"]}


def _repoint(row: Row, gone_id: str, kept: Row) -> None:
    for name in ("CustomerRef", "ProjectRef", "ParentRef"):
        if row.kind != "Customer" and name == "ParentRef":
            continue
        if reference_id(row.body, name) == gone_id:
            row.body = row.body | {name: kept.reference()}
    row.body = _lines_repointed(row.body, gone_id, kept)


def _lines_repointed(body: Json, gone_id: str, kept: Row) -> Json:
    lines: list[Any] = body.get("Line", [])
    if not any(_customer_of(line) == gone_id for line in lines):
        return body
    changed = []
    for line in lines:
        detail_name = line.get("DetailType", "")
        if _customer_of(line) == gone_id:
            line = line | {detail_name: line[detail_name] | {"CustomerRef": kept.reference()}}  # noqa: PLW2901
        changed.append(line)
    return body | {"Line": changed}


def _customer_of(line: Mapping[str, Any]) -> str | None:
    detail = line.get(str(line.get("DetailType", "")))
    return reference_id(detail, "CustomerRef") if isinstance(detail, dict) else None
