"""What the world's currencies are worth to each other: a made-up market that stands still, as a sandbox needs."""

from __future__ import annotations

from decimal import Decimal

_PLACES = Decimal("0.000001")
_IN_DOLLARS = """
    USD 1 AED 0.2723 ARS 0.0167 AUD 0.685 AWG 0.5556 BAM 0.57 BBD 0.4947 BDT 0.01178 BGN 0.5693 BHD 2.652
    BIF 0.000532 BMD 1 BND 0.7371 BOB 0.1444 BRL 0.246 BSD 0.9988 BTN 0.01408 BWP 0.0932 CAD 0.76 CDF 0.000595
    CHF 1.02 CLP 0.00132 CNY 0.143 COP 0.0003 CRC 0.00176 CUP 0.9989 CVE 0.0101 CZK 0.0438 DJF 0.00563
    DKK 0.149 DOP 0.0189 DZD 0.00838 EGP 0.0624 ERN 0.0663 ETB 0.0316 EUR 1.115 FJD 0.461 FKP 1.23 GBP 1.31
    GEL 0.345 GHS 0.175 GIP 1.23 GMD 0.0194 GNF 0.000105 GTQ 0.13 GYD 0.00479 HKD 0.1284 HNL 0.0404
    HRK 0.1496 HTG 0.0104 HUF 0.00337 IDR 0.000071 ILS 0.287 INR 0.0141 IQD 0.000837 IRR 0.000024 ISK 0.00813
    JMD 0.00747 JOD 1.41 JPY 0.00914 KES 0.00985 KHR 0.000245 KMF 0.00227 KRW 0.000858 KWD 3.292 KYD 1.199
    KZT 0.0026 LAK 0.000113 LBP 0.000661 LKR 0.00551 LRD 0.00533 LSL 0.0694 LYD 0.715 MAD 0.104 MDL 0.058
    MGA 0.000277 MKD 0.0181 MMK 0.000664 MNT 0.000367 MOP 0.1245 MUR 0.0274 MVR 0.0647 MWK 0.00136 MXN 0.0528
    MYR 0.2413 MZN 0.0158 NAD 0.0694 NGN 0.00276 NIO 0.0296 NOK 0.1106 NPR 0.0088 NZD 0.656 OMR 2.597
    PAB 0.9976 PEN 0.298 PGK 0.2941 PHP 0.0197 PKR 0.00645 PLN 0.2613 PYG 0.000155 QAR 0.2747 RON 0.233
    RSD 0.00948 RUB 0.016 RWF 0.00107 SAR 0.2666 SBD 0.1206 SCR 0.073 SDG 0.0222 SEK 0.1063 SGD 0.7372
    SHP 0.757 SZL 0.0694 THB 0.0331 TND 0.354 TOP 0.431 TRY 0.17 TTD 0.148 TWD 0.0332 TZS 0.000435 UAH 0.0426
    UGX 0.000272 UYU 0.0265 UZS 0.000105 VND 0.000043 VUV 0.0086 WST 0.373 XAF 0.0017 XCD 0.37 XOF 0.0017
    XPF 0.00934 YER 0.00399 ZAR 0.0699 ZMW 0.0707
"""
_WORTH = dict(zip(_IN_DOLLARS.split()[::2], map(Decimal, _IN_DOLLARS.split()[1::2]), strict=True))


def market_rates(home: str) -> dict[str, Decimal]:
    """What one unit of each currency costs in `home`, by code; nothing for a home that the market lacks."""
    price = _WORTH.get(home)
    if price is None:
        return {}
    costs = {code: (worth / price).quantize(_PLACES) for code, worth in sorted(_WORTH.items())}
    return {code: cost.normalize() + 0 for code, cost in costs.items()}  # no closing zeros, no exponent


def market_rate(currency: str, home: str) -> Decimal | None:
    """What one unit of `currency` costs in `home`; None where the market lacks either."""
    return market_rates(home).get(currency)
