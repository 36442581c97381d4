"""Sales tax: what the service computes from the codes of a form's lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.countries import EDITIONS
from sandbox.quickbooks.rules.lines import SALES, add_up, sales_lines
from sandbox.quickbooks.rules.taxcodes import is_built_in
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents, number, present, referred

_ZERO = Decimal(0)
_REGIONS = {code.name: code.region for code in EDITIONS["US"].codes}


def compute(company: Company, body: Mapping[str, Any], customer: Row | None, *, taxed: bool) -> Json:
    """The TxnTaxDetail of a sales form, from its lines and the TxnTaxDetail that the client gave.

    Under TaxInclusive the lines' Amounts become net, with what was sent as TaxInclusiveAmt.
    """
    sent: Mapping[str, Any] = body.get("TxnTaxDetail", {})
    if not taxed:
        return {"TotalTax": _ZERO}
    sales = sales_lines(body["Line"])
    on = str(body.get("TxnDate") or company.today().isoformat())
    nets: dict[str, Decimal] = defaultdict(lambda: _ZERO)
    if company.country != "US":
        if body.get("GlobalTaxCalculation") == "TaxInclusive":
            return _computed_inclusive(company, sales, on)
        for line in sales:
            nets[line[SALES]["TaxCodeRef"]["value"]] += line["Amount"]
        return _computed(company, _after_discount(body, nets), on)
    code = _us_code(company, sent, customer, body)
    stated = present(sent, "UseAutomatedSalesTax") in (False, "false")
    if code is None or stated or not company.behaviour.tax_code_computes:
        return dict(sent) | {"TotalTax": cents(number(sent, "TotalTax") or _ZERO)}
    for line in sales:
        if line[SALES]["TaxCodeRef"]["value"] == "TAX":
            nets[code.id] += line["Amount"]
    return {"TxnTaxCodeRef": {"value": code.id}} | _computed(company, _after_discount(body, nets), on)


def _computed_inclusive(company: Company, sales: Sequence[Json], on: str) -> Json:
    """Tax taken out of the lines; what rounding moved goes to the first tax line, so that the sum stays."""
    for line in sales:
        _take_tax_out(company, line, on)
    nets: dict[str, Decimal] = defaultdict(lambda: _ZERO)
    for line in sales:
        nets[line[SALES]["TaxCodeRef"]["value"]] += line["Amount"]
    detail = _computed(company, nets, on)
    inside = sum((line[SALES]["TaxInclusiveAmt"] - line["Amount"] for line in sales), _ZERO)
    if detail["TaxLine"]:
        detail["TaxLine"][0]["Amount"] += inside - detail["TotalTax"]
        detail["TotalTax"] = inside
    return detail


def _take_tax_out(company: Company, line: Json, on: str) -> None:
    detail = line[SALES]
    gross = detail.get("TaxInclusiveAmt", line["Amount"])
    percent = sum(
        (_percent(company, entry, on) for entry in _rates(company, detail["TaxCodeRef"]["value"])), _ZERO
    )
    line["Amount"] = cents(gross * 100 / (100 + percent))
    detail["TaxInclusiveAmt"] = gross


def _after_discount(body: Mapping[str, Any], nets: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Taxable amounts less their share of the discount, where tax comes after it."""
    sums = add_up(body["Line"])
    if not body.get("ApplyTaxAfterDiscount") or not sums.discount or not sums.subtotal:
        return dict(nets)
    share = 1 - sums.discount / sums.subtotal
    return {code: cents(net * share) for code, net in nets.items()}


def _us_code(
    company: Company, sent: Mapping[str, Any], customer: Row | None, body: Mapping[str, Any]
) -> Row | None:
    """With automated tax the service puts its own code, by where the goods go, in place of the client's."""
    if customer is not None and customer.body.get("TaxExemptionReasonId"):
        return None
    if company.preference("TaxPrefs", "PartnerTaxEnabled"):
        codes = [row for row in company.rows("TaxCode") if not is_built_in(row)]
        region = (body.get("ShipAddr") or body.get("BillAddr") or {}).get("CountrySubDivisionCode")
        here = (row for row in codes if region and _REGIONS.get(row.name) == region)
        return next(here, codes[0] if codes else None)
    sent_code = referred(company, sent, "TxnTaxCodeRef", "TaxCode")
    default = referred(company, customer.body, "DefaultTaxCodeRef", "TaxCode") if customer else None
    return sent_code or default


def _computed(company: Company, nets: Mapping[str, Decimal], on: str) -> Json:
    tax_lines = [
        _tax_line(company, entry["TaxRateRef"]["value"], net, on)
        for code, net in nets.items()
        for entry in _rates(company, code)
    ]
    total = sum((line["Amount"] for line in tax_lines), _ZERO)
    return {"TotalTax": total, "TaxLine": tax_lines}


def _rates(company: Company, code: str) -> Sequence[Json]:
    row = company.find("TaxCode", code)
    return row.body.get("SalesTaxRateList", {}).get("TaxRateDetail", ()) if row else ()


def percent_on(rate: Row, on: str) -> Decimal:
    """What a TaxRate amounts to on a day (ISO 8601): by its EffectiveTaxRate, where it has changed."""
    periods: Sequence[Json] = rate.body.get("EffectiveTaxRate", ())
    for period in periods:
        if period["EffectiveDate"][:10] <= on <= period.get("EndDate", "9999-12-31")[:10]:
            then: Decimal = period["RateValue"]
            return then
    now: Decimal = rate.body["RateValue"]
    return now


def _percent(company: Company, entry: Json, on: str) -> Decimal:
    rate = company.find("TaxRate", entry["TaxRateRef"]["value"])
    return percent_on(rate, on) if rate else _ZERO


def _tax_line(company: Company, rate_id: str, net: Decimal, on: str) -> Json:
    rate = company.find("TaxRate", rate_id)
    if rate is None:
        raise refusals.bad_reference("TaxRate", rate_id)
    percent = percent_on(rate, on)
    detail = {
        "TaxRateRef": {"value": rate_id},
        "PercentBased": True,
        "TaxPercent": percent,
        "NetAmountTaxable": net,
    }
    return {"Amount": cents(net * percent / 100), "DetailType": "TaxLineDetail", "TaxLineDetail": detail}
