"""The currency codes of ISO 4217 (list one, funds and metals left out): a typing mistake is no currency."""

from __future__ import annotations

from mappings.words.mistakes import did_you_mean
from model.money import Money

_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW "
    "KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD "
    "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW "
    "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "
)
CURRENCIES = frozenset(_CODES.split())


def unknown_currency(code: str) -> tuple[str, str] | None:
    """What is wrong with `code` and what was probably meant; None for a currency."""
    if code in CURRENCIES:
        return None
    return f"{code!r} is not a currency of ISO 4217", did_you_mean(code, CURRENCIES) or "such as USD or EUR"


def has_fraction(text: str, currency: str) -> bool:
    """True when the amount `text` has a fraction of a minor unit of `currency`."""
    try:
        Money.of(text, currency)
    except ValueError as error:
        return "fraction" in str(error)
    return False
