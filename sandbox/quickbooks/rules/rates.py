"""Exchange rates as an entity: none is stored as a row, each is what one currency is worth on one day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.currencies import known_rate
from sandbox.quickbooks.market import market_rates
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.values import day, number, present, text


def rate_rows(company: Company) -> list[Row]:
    """What every currency is worth today, as rows that a query can pick from; then the rates of other days.

    The home currency comes first, then those that the company has rates for, then the rest of the market.
    """
    today = company.today()
    market = market_rates(company.home_currency) if company.multicurrency else {}
    home = {company.home_currency: Decimal(1)} if company.multicurrency else {}
    rates = (
        home | company.exchange_rates | {c: r for c, r in market.items() if c not in company.exchange_rates}
    )
    latest = [_row(company, code, today, rate) for code, rate in rates.items()]
    dated = [_row(company, code, on, rate) for (code, on), rate in company.dated_rates.items() if on != today]
    return latest + dated


def read_rate(company: Company, currency: str, on: str) -> Row:
    """The rate of one currency on a day (today when empty); 2020 without a currency."""
    if not currency:
        raise refusals.missing("sourcecurrencycode")
    wanted = day({"asofdate": on}, "asofdate") or company.today()
    rate = known_rate(company, currency.upper(), wanted)
    if rate is None:
        raise refusals.not_found(f"No exchange rate of {currency.upper()} is known.")
    return _row(company, currency.upper(), wanted, rate)


def enter_rate(company: Company, sent: Json, *, by: str = API_USER) -> Row:
    """Set what a currency is worth from a day on. It has no version: the last word counts."""
    code, rate = text(sent, "SourceCurrencyCode", 3), number(sent, "Rate")
    if code is None or rate is None:
        raise refusals.missing("SourceCurrencyCode" if code is None else "Rate")
    if not company.multicurrency:
        raise refusals.business("Multi currency should be enabled to perform this operation.")
    if present(sent, "TargetCurrencyCode") not in (None, company.home_currency):
        raise refusals.invalid_value("TargetCurrencyCode", sent["TargetCurrencyCode"])
    on = day(sent, "AsOfDate") or company.today()
    company.dated_rates[code.upper(), on] = rate
    if on <= company.today():
        company.exchange_rates[code.upper()] = rate
    company.revision += 1
    return _row(company, code.upper(), on, rate, by)


def _row(company: Company, code: str, on: date, rate: Decimal, by: str = API_USER) -> Row:
    body = {
        "SourceCurrencyCode": code,
        "TargetCurrencyCode": company.home_currency,
        "Rate": rate,
        "AsOfDate": on.isoformat(),
    }
    at = datetime.combine(on, datetime.min.time(), UTC)
    return Row("ExchangeRate", "", body, at, at, by)
