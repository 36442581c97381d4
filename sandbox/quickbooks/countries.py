"""What editions of the product differ in: currency, tax agencies and the tax codes a company starts with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A tax code: its rates as (name, percent), and the region (a state's code) that it is for, if any."""

    name: str
    rates: tuple[tuple[str, str], ...]
    region: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One country's edition."""

    currency: str
    agency: str
    codes: tuple[Code, ...]


def _plain(*codes: tuple[str, str]) -> tuple[Code, ...]:
    return tuple(Code(name, ((name, percent),)) for name, percent in codes)


_US_CODES = (
    Code("California", (("California", "8.00"),), "CA"),
    Code("Tucson", (("AZ State tax", "7.1"), ("Tucson City", "2")), "AZ"),
)
EDITIONS = {
    "US": Edition("USD", "Board of Equalization", _US_CODES),
    "GB": Edition(
        "GBP",
        "HMRC",
        _plain(("20.0% S", "20"), ("5.0% R", "5"), ("0.0% Z", "0"), ("Exempt", "0"), ("No VAT", "0")),
    ),
    "CA": Edition(
        "CAD",
        "Canada Revenue Agency",
        (
            *_plain(("HST ON", "13"), ("GST", "5"), ("Zero-rated", "0"), ("Exempt", "0")),
            Code("GST/QST QC - 9.975", (("GST (QC)", "5"), ("QST", "9.975"))),
        ),
    ),
    "AU": Edition(
        "AUD", "Australian Taxation Office", _plain(("GST", "10"), ("GST free", "0"), ("Input taxed", "0"))
    ),
    "DE": Edition("EUR", "Finanzamt", _plain(("19% USt", "19"), ("7% USt", "7"), ("0% USt", "0"))),
}
ELSEWHERE = Edition("USD", "Tax Agency", _plain(("Standard", "20"), ("Zero", "0")))
