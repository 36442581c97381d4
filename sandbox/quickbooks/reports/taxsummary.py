"""The tax return of a period, box by box as each country's form has them; the US has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.reports.entries import Entry, basis, entries
from sandbox.quickbooks.reports.period import macro_period, period_of
from sandbox.quickbooks.reports.shape import column, dates, money, report, summary
from sandbox.quickbooks.state import SALES_FORMS, Company, Json, Row

_PURCHASES = ("Bill", "VendorCredit", "Purchase")
_BOUGHT = ("Expense", "Other Expense", "Cost of Goods Sold", "Fixed Asset", "Other Asset")
_EARNED = ("Income", "Other Income")
_SUMS = ("due", "net")  # boxes that add up others close a section

_Boxes = tuple[tuple[str, str, str], ...]  # number, label, and the figure of _Figures it shows; empty: none
_FORMS: dict[str, _Boxes] = {
    "GB": (
        ("Box 1", "VAT due in the period on sales and other outputs", "output"),
        ("Box 2", "VAT due in the period on acquisitions of goods from EU member states", ""),
        ("Box 3", "Total VAT due", "due"),
        ("Box 4", "VAT reclaimed in the period on purchases and other inputs", "input"),
        ("Box 5", "Net VAT to pay to HMRC or reclaim", "net"),
        ("Box 6", "Total value of sales and all other outputs excluding any VAT", "sales"),
        ("Box 7", "Total value of purchases and all other inputs excluding any VAT", "purchases"),
        ("Box 8", "Total value of supplies of goods to EU member states", ""),
        ("Box 9", "Total value of acquisitions of goods from EU member states", ""),
    ),
    "CA": (
        ("Line 101", "Sales and other revenue", "sales"),
        ("Line 103", "GST/HST collected or collectible", "output"),
        ("Line 104", "Adjustments to be added to the net tax", ""),
        ("Line 105", "Total GST/HST and adjustments for period", "due"),
        ("Line 106", "Input tax credits (ITCs)", "input"),
        ("Line 107", "Adjustments to be deducted when determining the net tax", ""),
        ("Line 109", "Net tax", "net"),
    ),
    "AU": (
        ("G1", "Total sales", "sales"),
        ("G11", "Non-capital purchases", "purchases"),
        ("1A", "GST on sales", "output"),
        ("1B", "GST on purchases", "input"),
        ("9", "Your payment or refund amount", "net"),
    ),
}
_ELSEWHERE: _Boxes = (
    ("1", "Sales", "sales"),
    ("2", "Tax on sales", "output"),
    ("3", "Purchases", "purchases"),
    ("4", "Tax on purchases", "input"),
    ("5", "Tax to pay", "net"),
)


@dataclass(frozen=True, slots=True)
class _Figures:
    """What a return adds up, in home currency."""

    sales: Decimal
    purchases: Decimal
    output: Decimal
    input: Decimal

    @property
    def due(self) -> Decimal:
        return self.output

    @property
    def net(self) -> Decimal:
        return self.output - self.input


def tax_summary(company: Company, args: Mapping[str, str]) -> Json:
    """`TaxSummary` for the tax agency `agency_id`; 5020 in the US, whose companies have no such report."""
    if company.country == "US":
        raise refusals.no_permission("Report TaxSummary is not available.")
    if not args.get("agency_id"):
        raise refusals.missing("agency_id")
    agency = company.find("TaxAgency", args["agency_id"])
    if agency is None:
        raise refusals.bad_reference("TaxAgency", args["agency_id"])
    explicit = any(args.get(name) for name in ("start_date", "end_date", "date_macro"))
    period = period_of(company, args) if explicit else macro_period(company, "this fiscal year-to-date")
    found = [entry for entry in entries(company, args) if period.start <= entry.on <= period.end]
    figures = _figures(company, agency, found)
    rows = [_row(box, label, name, figures) for box, label, name in _FORMS.get(company.country, _ELSEWHERE)]
    heads = [column("", "String"), column("Total")]
    header = {**dates(period), "SummarizeColumnsBy": "Total", "ReportBasis": basis(company, args)}
    return report(company, "TaxSummary", heads, rows, **header)


def _row(box: str, label: str, name: str, figures: _Figures) -> Json:
    title, told = f"{box} {label}", money(getattr(figures, name)) if name else ""
    if name in _SUMS:
        return summary(title, [told], box)
    return {"ColData": [{"value": title}, {"value": told}], "group": box}


def _figures(company: Company, agency: Row, found: list[Entry]) -> _Figures:
    owed = {f"{agency.body['DisplayName']} Payable", "Sales Tax Payable"}
    taxes = {row.id for row in company.rows("Account") if row.name in owed}

    def added(accounts: set[str], kinds: tuple[str, ...]) -> Decimal:
        amounts = (entry.amount for entry in found if entry.account in accounts and entry.row.kind in kinds)
        return sum(amounts, Decimal(0))

    def of_types(types: tuple[str, ...]) -> set[str]:
        return {row.id for row in company.rows("Account") if row.body["AccountType"] in types}

    return _Figures(
        sales=-added(of_types(_EARNED), SALES_FORMS),
        purchases=added(of_types(_BOUGHT), _PURCHASES),
        output=-added(taxes, SALES_FORMS),
        input=added(taxes, _PURCHASES),
    )
