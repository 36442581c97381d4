"""Tax codes on the lines of a form: whether tax applies at all, and which code a line carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import reference_id, referred

US_CODES = ("TAX", "NON")  #: on lines; the third code nobody made stands for tax that a client computed
_BUILT_IN = (("TAX", True, False), ("NON", False, False), ("CustomSalesTax", True, True))


def add_built_in_codes(company: Company) -> None:
    """The codes that every US company has, with neither version nor Active."""
    for code, taxable, group in _BUILT_IN:
        body = {"Name": code, "Description": code, "Taxable": taxable, "TaxGroup": group}
        company.add("TaxCode", body, row_id=code)


def is_built_in(row: Row) -> bool:
    """Whether this is a tax code that nobody made."""
    return row.kind == "TaxCode" and not row.id.isdecimal()


def is_taxed(company: Company, body: Mapping[str, Any]) -> bool:
    """Whether a form with this header takes part in sales tax at all."""
    return bool(company.preference("TaxPrefs", "UsingSalesTax")) and not (
        company.country != "US" and body.get("GlobalTaxCalculation") == "NotApplicable"
    )


def line_tax_code(company: Company, detail: Mapping[str, Any], item: Row, *, taxed: bool) -> Json | None:
    """The TaxCodeRef of a sales line: checked when sent, the item's default in the US when not.

    Raises 6100 for a US line that is neither TAX nor NON, 6000 for a line without a code elsewhere.
    """
    sent = reference_id(detail, "TaxCodeRef")
    if company.country == "US":
        if sent is not None and sent not in US_CODES:
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
