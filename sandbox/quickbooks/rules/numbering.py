"""Document numbers: the company's own or the next one, and when a taken one is refused."""

from __future__ import annotations

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json

AUTO = "AUTO_GENERATE"
_FIRST = 1001
_OWN_SERIES = {"Estimate": "Estimate", "PurchaseOrder": "PurchaseOrder"}  # other sales forms share one


def document_number(
    company: Company,
    kind: str,
    body: Json,
    before: Json | None,
    *,
    automatic: bool = False,
    allow_duplicate: bool,
) -> str | None:
    """The DocNumber of a form: the one sent, the next one, or none; the next follows the last one used.

    `automatic` asks for the next one whatever the company prefers, as AUTO_GENERATE does in its place.

    Raises 6140 for a number that another form of the kind has, where the company wants its own numbers and
    to be warned, unless `allow_duplicate`.
    """
    series = _OWN_SERIES.get(kind, "sales")
    custom = company.preference("SalesFormsPrefs", "CustomTxnNumbers")
    number: str | None = AUTO if automatic else body.get("DocNumber")
    old: str | None = before.get("DocNumber") if before else None
    if number is None and not custom:
        number = old or AUTO
    if number == AUTO:
        number = str(company.numbers.get(series, _FIRST - 1) + 1)
    if number is None or number == old:
        return number
    if custom and company.behaviour.duplicate_number_warning and not allow_duplicate:
        for other in company.rows(kind):
            if other.body.get("DocNumber") == number:
                raise refusals.duplicate_number(number, kind, other.id)
    if number.isdecimal() and number.isascii():
        company.numbers[series] = int(number)
    return number
