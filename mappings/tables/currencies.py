"""The currency codes of ISO 4217 (list one, funds and metals left out): a typing mistake is no currency."""

from __future__ import annotations

import re

from mappings.words.mistakes import did_you_mean
from model.money import Money, exponent

_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW "
    "KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD "
    "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW "
    "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "
)
_GROUPED = re.compile(r"\+?([0-9]{1,3})\.([0-9]{3})")
_SMALLEST = "the smallest amount is such a unit"
CURRENCIES = frozenset(_CODES.split())


def unknown_currency(code: str) -> tuple[str, str] | None:
    """What is wrong with `code` and what was probably meant; None for a currency."""
    if code in CURRENCIES:
        return None
    return f"{code!r} is not a currency of ISO 4217", did_you_mean(code, CURRENCIES) or "such as USD or EUR"


def no_amount_of(currency: str, text: str) -> tuple[str, str] | None:
    """Why the number `text` is no amount of `currency`, and what to write; None where it is one, or no number.

    "120.000" is none of a currency with two digits behind the point: half the world means a hundred and twenty
    thousand by it.
    """
    try:
        Money.of(text, currency)
    except ValueError as error:
        if "not an amount" in str(error):
            return None  # which is said where the text is read
        return str(error), _SMALLEST if "fraction" in str(error) else ""
    grouped, digits = _GROUPED.fullmatch(text), exponent(currency)
    if grouped is None or digits >= len(grouped[2]):
        return None
    smaller = f"{grouped[1]}.{grouped[2][:digits]}" if digits else grouped[1]
    message = f"{text} has {len(grouped[2])} digits behind the point, and {currency} has {digits}"
    return message, f'write "{grouped[1]}{grouped[2]}" or "{smaller}"'
