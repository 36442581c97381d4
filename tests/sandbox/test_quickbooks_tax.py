"""Sales tax at the QuickBooks twin: in the US by TAX and NON, elsewhere by the code of each line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import Bench

from sandbox.quickbooks.behaviour import Behaviour


def taxed(bench: Bench, *lines: tuple[str, str | None], **fields: Any) -> dict[str, Any]:
    """A draft with a line per (amount, tax code)."""
    made = [
        bench.line(amount, **({} if code is None else {"TaxCodeRef": {"value": code}}))
        for amount, code in lines
    ]
    return bench.draft(**fields) | {"Line": made}


def code_of(bench: Bench, name: str) -> str:
    row = bench.company.named("TaxCode", name)
    assert row is not None
    return row.id


def test_a_us_line_takes_tax_or_non_and_nothing_else() -> None:
    bench = Bench()
    error = bench.refused("/invoice", taxed(bench, ("1.00", code_of(bench, "California"))))
    assert (error["code"], error["element"]) == ("6100", "TaxCodeRef")
    assert "Valid line TaxCodes for US should be TAX or NON. Supplied value:1" in error["Detail"]
    assert bench.post("/invoice", taxed(bench, ("1.00", "TAX")))["Invoice"]["TxnTaxDetail"] == {"TotalTax": 0}


def test_us_tax_is_computed_by_the_code_of_the_invoice_on_taxable_lines() -> None:
    bench = Bench(sales_tax=True)
    code = {"TxnTaxCodeRef": {"value": code_of(bench, "California")}, "TotalTax": "99"}
    sent = taxed(bench, ("10.06", "TAX"), ("50.00", "NON"), ("5.00", None), TxnTaxDetail=code)
    made = bench.post("/invoice", sent)["Invoice"]
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("0.80")
    assert made["TotalAmt"] == Decimal("65.86")
    (line,) = made["TxnTaxDetail"]["TaxLine"]
    assert line["TaxLineDetail"]["NetAmountTaxable"] == Decimal("10.06")
    assert bench.balance("Other Current Liability") == Decimal("0.80")
    changed = bench.change(made, Line=[made["Line"][1]])
    assert changed["TxnTaxDetail"]["TotalTax"] == 0


def test_whether_a_us_code_alone_computes_is_a_knob() -> None:
    bench = Bench(Behaviour(tax_code_computes=False), sales_tax=True)
    code = {"TxnTaxCodeRef": {"value": code_of(bench, "California")}}
    assert (
        bench.post("/invoice", taxed(bench, ("10.00", "TAX"), TxnTaxDetail=code))["Invoice"]["TotalAmt"] == 10
    )
    stated = taxed(bench, ("10.00", "TAX"), TxnTaxDetail=code | {"TotalTax": "0.81"})
    assert bench.post("/invoice", stated)["Invoice"]["TotalAmt"] == Decimal("10.81")


def test_automated_tax_puts_its_own_code_in_place() -> None:
    bench = Bench(sales_tax=True)
    bench.company.preferences.body["TaxPrefs"]["PartnerTaxEnabled"] = True
    made = bench.post("/invoice", taxed(bench, ("10.00", "TAX")))["Invoice"]
    assert made["TxnTaxDetail"]["TxnTaxCodeRef"]["value"] == code_of(bench, "California")
    assert made["TotalAmt"] == Decimal("10.80")


def test_a_taxable_item_and_a_clients_default_code_apply_when_nothing_is_said() -> None:
    bench = Bench(sales_tax=True)
    bench.item.body["Taxable"] = True
    bench.customer.body["DefaultTaxCodeRef"] = {"value": code_of(bench, "California")}
    made = bench.post("/invoice", taxed(bench, ("10.00", None)))["Invoice"]
    assert made["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "TAX"}
    assert made["TotalAmt"] == Decimal("10.80")


def test_outside_the_us_every_line_needs_a_code_and_each_rate_is_rounded_once() -> None:
    bench = Bench(country="GB", home_currency="GBP", sales_tax=True)
    standard, reduced = code_of(bench, "20.0% S"), code_of(bench, "5.0% R")
    lines = (("10.02", standard), ("10.01", standard), ("1.10", reduced))
    made = bench.post("/invoice", taxed(bench, *lines, GlobalTaxCalculation="TaxExcluded"))["Invoice"]
    assert [line["Amount"] for line in made["TxnTaxDetail"]["TaxLine"]] == [Decimal("4.01"), Decimal("0.06")]
    assert made["TotalAmt"] == Decimal("25.20")
    assert bench.refused("/invoice", taxed(bench, ("1.00", None)))["code"] == "6000"
    assert bench.refused("/invoice", taxed(bench, ("1.00", "TAX")))["code"] == "2500"
    outside = taxed(bench, ("1.00", None), GlobalTaxCalculation="NotApplicable")
    assert bench.post("/invoice", outside)["Invoice"]["TotalAmt"] == 1


def test_inclusive_amounts_are_split_into_net_and_tax_and_survive_an_update() -> None:
    bench = Bench(country="GB", sales_tax=True)
    standard = code_of(bench, "20.0% S")
    lines = (("1.00", standard), ("0.99", standard), ("0.97", standard))
    made = bench.post("/invoice", taxed(bench, *lines, GlobalTaxCalculation="TaxInclusive"))["Invoice"]
    assert made["TotalAmt"] == Decimal("2.96")
    assert [line["Amount"] for line in made["Line"][:3]] == [
        Decimal("0.83"),
        Decimal("0.83"),
        Decimal("0.81"),
    ]
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("0.49")
    assert made["Line"][0]["SalesItemLineDetail"]["TaxInclusiveAmt"] == 1
    small = bench.post(
        "/invoice", taxed(bench, *[("0.05", standard)] * 3, GlobalTaxCalculation="TaxInclusive")
    )
    assert (small["Invoice"]["TotalAmt"], small["Invoice"]["TxnTaxDetail"]["TotalTax"]) == (
        Decimal("0.15"),
        Decimal("0.03"),
    )
    assert small["Invoice"]["TxnTaxDetail"]["TaxLine"][0]["Amount"] == Decimal("0.03")
    again = bench.change(made, Line=made["Line"], GlobalTaxCalculation="TaxInclusive")
    assert (again["TotalAmt"], again["Line"]) == (made["TotalAmt"], made["Line"])


@pytest.mark.parametrize(
    "sent", [{"GlobalTaxCalculation": "TaxInclusive"}, {"GlobalTaxCalculation": "TaxExcluded"}]
)
def test_the_tax_mode_means_nothing_in_the_us(sent: dict[str, str]) -> None:
    assert Bench(sales_tax=True).invoice("10.00", **sent)["TotalAmt"] == 10


def test_a_rate_that_changes_holds_from_its_day_on() -> None:
    bench = Bench(country="GB", sales_tax=True)
    code = code_of(bench, "20.0% S")
    rates = bench.get(f"/taxcode/{code}")["TaxCode"]["SalesTaxRateList"]["TaxRateDetail"]
    (rate,) = (each["TaxRateRef"]["value"] for each in rates)
    changed = bench.finance.change_tax_rate(rate, Decimal("21.5"), date(2026, 2, 1))
    bench.finance.change_tax_rate(changed.id, Decimal(22), date(2026, 3, 1))
    shown = bench.get(f"/taxrate/{changed.id}")["TaxRate"]
    assert shown["RateValue"] == 22
    assert [each["RateValue"] for each in shown["EffectiveTaxRate"]] == [20, Decimal("21.5"), 22]
    assert [each.get("EndDate", "")[:10] for each in shown["EffectiveTaxRate"]] == [
        "2026-01-31",
        "2026-02-28",
        "",
    ]
    for day, tax in (
        ("2026-01-31", "20"),
        ("2026-02-01", "21.5"),
        ("2026-02-28", "21.5"),
        ("2026-03-01", "22"),
    ):
        made = bench.post("/invoice", taxed(bench, ("100.00", code), TxnDate=day))["Invoice"]
        assert made["TxnTaxDetail"]["TotalTax"] == Decimal(tax)
        assert made["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["TaxPercent"] == Decimal(tax)
    held = taxed(bench, ("121.50", code), TxnDate="2026-02-10", GlobalTaxCalculation="TaxInclusive")
    assert bench.post("/invoice", held)["Invoice"]["TxnTaxDetail"]["TotalTax"] == Decimal("21.50")
