"""Sales tax: which code a line carries, and what the service computes from the codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.values import cents, number, reference_id, referred

_ZERO = Decimal(0)
_US_CODES = ("TAX", "NON")


def is_taxed(company: Company, body: Mapping[str, Any]) -> bool:
    """Whether an invoice with this header takes part in sales tax at all."""
    if body.get("GlobalTaxCalculation") == "TaxInclusive" and company.country != "US":
        raise refusals.business(
            "TaxInclusive amounts are not modelled by this sandbox", "GlobalTaxCalculation"
        )
    return bool(company.preference("TaxPrefs", "UsingSalesTax")) and not (
        company.country != "US" and body.get("GlobalTaxCalculation") == "NotApplicable"
    )


def line_tax_code(company: Company, detail: Mapping[str, Any], item: Row, *, taxed: bool) -> Json | None:
    """The TaxCodeRef of a sales line: checked when sent, the item's default in the US when not.

    Raises 6100 for a US line that is neither TAX nor NON, 6000 for a line without a code elsewhere.
    """
    sent = reference_id(detail, "TaxCodeRef")
    if company.country == "US":
        if sent is not None and sent not in _US_CODES:
            raise refusals.bad_us_tax_code(sent)
        return {"value": sent or ("TAX" if taxed and item.body.get("Taxable") else "NON")}
    if not taxed:
        return None
    code = referred(company, detail, "TaxCodeRef", "TaxCode")
    if code is None:
        raise refusals.business(
            "Make sure all your transactions have a GST/VAT rate before you save.", "TaxCodeRef"
        )
    return {"value": code.id}


def compute(
    company: Company, sales: Sequence[Json], sent: Mapping[str, Any], customer: Row, *, taxed: bool
) -> Json:
    """The TxnTaxDetail of an invoice with these sales lines; `sent` is the one the client gave, or empty."""
    if not taxed:
        return {"TotalTax": _ZERO}
    nets: dict[str, Decimal] = defaultdict(lambda: _ZERO)
    if company.country != "US":
        for line in sales:
            nets[line["SalesItemLineDetail"]["TaxCodeRef"]["value"]] += line["Amount"]
        return _computed(company, nets)
    code = _us_code(company, sent, customer)
    if code is None or not company.behaviour.tax_code_computes:
        return dict(sent) | {"TotalTax": cents(number(sent, "TotalTax") or _ZERO)}
    for line in sales:
        if line["SalesItemLineDetail"]["TaxCodeRef"]["value"] == "TAX":
            nets[code.id] += line["Amount"]
    return {"TxnTaxCodeRef": {"value": code.id}} | _computed(company, nets)


def _us_code(company: Company, sent: Mapping[str, Any], customer: Row) -> Row | None:
    """With automated tax the service puts its own code in place of the client's."""
    if company.preference("TaxPrefs", "PartnerTaxEnabled"):
        return next((row for row in company.rows("TaxCode") if row.id not in _US_CODES), None)
    sent_code = referred(company, sent, "TxnTaxCodeRef", "TaxCode")
    return sent_code or referred(company, customer.body, "DefaultTaxCodeRef", "TaxCode")


def _computed(company: Company, nets: Mapping[str, Decimal]) -> Json:
    tax_lines = [
        _tax_line(company, entry["TaxRateRef"]["value"], net)
        for code, net in nets.items()
        for entry in _rates(company, code)
    ]
    total = sum((line["Amount"] for line in tax_lines), _ZERO)
    return {"TotalTax": total, "TaxLine": tax_lines}


def _rates(company: Company, code: str) -> Sequence[Json]:
    row = company.find("TaxCode", code)
    return row.body.get("SalesTaxRateList", {}).get("TaxRateDetail", ()) if row else ()


def _tax_line(company: Company, rate_id: str, net: Decimal) -> Json:
    rate = company.find("TaxRate", rate_id)
    if rate is None:
        raise refusals.bad_reference("TaxRateRef", "TaxRate", rate_id)
    percent = rate.body["RateValue"]
    detail = {
        "TaxRateRef": {"value": rate_id},
        "PercentBased": True,
        "TaxPercent": percent,
        "NetAmountTaxable": net,
    }
    return {"Amount": cents(net * percent / 100), "DetailType": "TaxLineDetail", "TaxLineDetail": detail}
