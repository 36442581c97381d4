"""The tax service: a new tax code with the rates it is made of, existing ones or new."""

from __future__ import annotations

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.values import choice, number, present, text, without_nothing


def create_tax_code(company: Company, sent: Json, *, by: str = API_USER) -> Json:
    """`POST /taxservice/taxcode`: what was made, with the ids of code and rates."""
    name = text(sent, "TaxCode", 100)
    details = present(sent, "TaxRateDetails")
    if name is None or not isinstance(details, list) or not details:
        raise refusals.missing("TaxCode" if name is None else "TaxRateDetails")
    taken = company.named("TaxCode", name)
    if taken is not None:
        raise refusals.duplicate_name("TaxCode", taken.id)
    made = [_rate(company, detail, by) for detail in details]
    lists: dict[str, list[Json]] = {"Sales": [], "Purchase": []}
    for at, (rate, applies) in enumerate(made):
        entry = {"TaxRateRef": rate.reference(), "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": at}
        lists[applies].append(entry)
    body: Json = {"Name": name, "Description": name, "Active": True, "Taxable": True, "TaxGroup": True}
    body["SalesTaxRateList"] = {"TaxRateDetail": lists["Sales"]}
    body["PurchaseTaxRateList"] = {"TaxRateDetail": lists["Purchase"]}
    code = company.add("TaxCode", body, by=by)
    shown = [_shown(rate, applies) for rate, applies in made]
    return {"TaxCode": name, "TaxCodeId": code.id, "TaxRateDetails": shown}


def _rate(company: Company, detail: Json, by: str) -> tuple[Row, str]:
    applies = choice(detail, "TaxApplicableOn", ("Sales", "Purchase")) or "Sales"
    known = present(detail, "TaxRateId")
    if known is not None:
        rate = company.find("TaxRate", str(known))
        if rate is None:
            raise refusals.bad_reference("TaxRate", known)
        return rate, applies
    name, percent = text(detail, "TaxRateName", 100), number(detail, "RateValue")
    agency = company.find("TaxAgency", str(present(detail, "TaxAgencyId") or ""))
    for field, value in (("TaxRateName", name), ("RateValue", percent), ("TaxAgencyId", agency)):
        if value is None:
            raise refusals.missing(field)
    taken = company.named("TaxRate", name or "")
    if taken is not None:
        raise refusals.duplicate_name("TaxRate", taken.id)
    body = {
        "Name": name,
        "Description": name,
        "Active": True,
        "RateValue": percent,
        "AgencyRef": agency and {"value": agency.id},
        "SpecialTaxType": "NONE",
        "DisplayType": "ReadOnly",
    }
    return company.add("TaxRate", without_nothing(body), by=by), applies


def _shown(rate: Row, applies: str) -> Json:
    return {
        "TaxRateName": rate.body["Name"],
        "TaxRateId": rate.id,
        "RateValue": rate.body["RateValue"],
        "TaxAgencyId": rate.body.get("AgencyRef", {}).get("value", ""),
        "TaxApplicableOn": applies,
    }
