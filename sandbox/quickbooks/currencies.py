"""Currencies by code, as references show them, and the rate of a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sandbox.quickbooks.market import market_rate
from sandbox.quickbooks.state import Company, Json

NAMES = {
    "AUD": "Australian Dollar",
    "BRL": "Brazilian Real",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "CNY": "Chinese Yuan",
    "CZK": "Czech Koruna",
    "DKK": "Danish Krone",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "HKD": "Hong Kong Dollar",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "MXN": "Mexican Peso",
    "NOK": "Norwegian Krone",
    "NZD": "New Zealand Dollar",
    "PLN": "Polish Zloty",
    "SEK": "Swedish Krona",
    "SGD": "Singapore Dollar",
    "USD": "United States Dollar",
    "ZAR": "South African Rand",
}


def currency_reference(code: str) -> Json:
    """The `{value, name}` of a currency; one without a known name shows its code twice."""
    return {"value": code, "name": NAMES.get(code, code)}


def rate_of(company: Company, currency: str, on: date | None = None) -> Decimal:
    """Home currency for one unit of `currency`; 1 where neither the company nor the market has a rate."""
    return known_rate(company, currency, on) or Decimal(1)


def known_rate(company: Company, currency: str, on: date | None = None) -> Decimal | None:
    """The rate entered for that day, else as last entered, else the market's where currencies are on."""
    if currency == company.home_currency:
        return Decimal(1)
    dated = company.dated_rates.get((currency, on)) if on else None
    entered = dated or company.exchange_rates.get(currency)
    if entered is None and company.multicurrency:
        return market_rate(currency, company.home_currency)
    return entered
