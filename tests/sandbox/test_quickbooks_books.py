"""The ledger under the QuickBooks twin: what moves which account, in which currency, and that it balances."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quickbooks_twin import Bench, encoded, identity

from sandbox.quickbooks import starter
from sandbox.quickbooks.ledger.books import Books, Posting
from sandbox.quickbooks.ledger.posting import what_the_books_say
from sandbox.quickbooks.refusals import Refusal
from sandbox.quickbooks.vocabulary.values import cents


def balances(bench: Bench) -> dict[str, Decimal]:
    return {standing.account: standing.balance for standing in what_the_books_say(bench.company)}


def euro_bench(rate: str) -> Bench:
    """A dollar company whose client Acme is billed in euros at `rate`."""
    bench = Bench(multicurrency=True)
    bench.company.exchange_rates["EUR"] = Decimal(rate)
    bench.customer = starter.add_customer(bench.company, "Lumière", currency="EUR")
    return bench


EURO = {"CurrencyRef": {"value": "EUR"}}


def test_an_invoice_moves_receivables_and_the_account_of_each_item() -> None:
    bench = Bench()
    deposit = starter.add_item(bench.company, "Client deposits", account="Client Deposits")
    lines = [bench.line("100.00"), bench.line("20.00", ItemRef={"value": deposit.id})]
    made = bench.post("/invoice", bench.draft() | {"Line": lines})["Invoice"]
    expected = {"Accounts Receivable (A/R)": 120, "Client Deposits": 20, "Services Income": 100}
    assert balances(bench) == expected
    bench.change(made, Line=[bench.line("30.00")])
    assert balances(bench) == {"Accounts Receivable (A/R)": 30, "Services Income": 30}


def test_payment_void_and_delete_move_it_back() -> None:
    bench = Bench()
    first, second = bench.invoice("100.00"), bench.invoice("50.00")
    payment = bench.finance.take_payment(first["Id"], Decimal("60"))
    assert balances(bench) == {
        "Accounts Receivable (A/R)": 90,
        "Undeposited Funds": 60,
        "Services Income": 150,
    }
    bench.finance.delete(second["Id"])
    bench.finance.undo_payment(payment.id)
    assert balances(bench) == {"Accounts Receivable (A/R)": 100, "Services Income": 100}
    bench.finance.void(first["Id"])
    assert balances(bench) == {}


def test_a_received_deposit_on_the_invoice_is_money_and_no_receivable() -> None:
    bench = Bench()
    made = bench.invoice("100.00", Deposit="30.00")
    assert made["Balance"] == 70
    assert balances(bench)["Undeposited Funds"] == 30
    assert bench.balance("Accounts Receivable") == 70


def test_foreign_invoices_stand_in_home_currency_at_their_own_rate() -> None:
    bench = euro_bench("1.0850")
    made = bench.invoice("100.03", "0.07", **EURO)
    assert (made["ExchangeRate"], made["TotalAmt"]) == (Decimal("1.0850"), Decimal("100.10"))
    assert made["HomeTotalAmt"] == Decimal("108.61")
    assert balances(bench) == {
        "Accounts Receivable (A/R) - EUR": Decimal("108.61"),
        "Services Income": Decimal("108.61"),
    }
    assert bench.invoice("100.00", ExchangeRate=1, **EURO)["HomeTotalAmt"] == 100


def test_a_rate_that_moved_until_payment_is_a_gain_and_leaves_no_cent_of_receivable() -> None:
    bench = euro_bench("1.0833")
    made = bench.invoice("100.01", **EURO)
    bench.company.exchange_rates["EUR"] = Decimal("1.10")
    for part in ("33.33", "33.33", "33.35"):
        bench.finance.take_payment(made["Id"], Decimal(part))
    books = balances(bench)
    assert "Accounts Receivable (A/R) - EUR" not in books
    assert books["Services Income"] == Decimal("108.34")
    assert books["Undeposited Funds"] == Decimal("110.01")
    assert books["Exchange Gain or Loss"] == Decimal("-1.67")


def test_a_part_paid_foreign_invoice_that_is_edited_and_paid_leaves_no_cent_either() -> None:
    bench = euro_bench("0.3333")
    bench.invoice("0.04", **EURO)
    bench.finance.take_payment("1", Decimal("0.01"))
    bench.finance.edit_amount("1", "1", Decimal("0.02"))
    bench.finance.take_payment("1")
    assert bench.balance("Accounts Receivable") == 0


def test_a_client_is_billed_in_its_own_currency_only() -> None:
    bench = euro_bench("1.0850")
    for fields in ({}, {"CurrencyRef": {"value": "USD"}}, {"CurrencyRef": {"value": "GBP"}}):
        error = bench.refused("/invoice", bench.draft(**fields))
        assert (error["code"], error["element"]) == ("6000", "CurrencyRef")


def test_an_update_keeps_currency_and_rate() -> None:
    bench = euro_bench("1.0850")
    made = bench.invoice("100.00", **EURO)
    bench.company.exchange_rates["EUR"] = Decimal("1.20")
    assert bench.change(made, PrivateNote="x")["ExchangeRate"] == Decimal("1.0850")
    full = bench.post("/invoice", {"Id": "1", "SyncToken": "1", **bench.draft("50.00")})["Invoice"]
    assert (full["CurrencyRef"]["value"], full["ExchangeRate"]) == ("EUR", Decimal("1.0850"))


def test_the_books_can_be_read_as_of_a_day() -> None:
    bench = Bench()
    bench.invoice("10.00", TxnDate="2026-01-31")
    bench.invoice("5.00", TxnDate="2026-02-01")
    assert bench.company.books.trial_balance(date(2026, 1, 31)) == (10, 10)
    assert bench.company.books.trial_balance() == (15, 15)


def test_a_transaction_out_of_balance_is_refused_by_the_ledger_itself() -> None:
    with pytest.raises(ArithmeticError, match=r"out of balance by 0\.01"):
        Books().post(("Invoice", "1"), date(2026, 1, 1), [Posting("1", Decimal("0.01"))])


AMOUNTS = st.decimals(min_value=0, max_value=5000, places=2)
STEPS = st.one_of(
    st.tuples(st.just("create"), st.lists(AMOUNTS, min_size=1, max_size=3)),
    st.tuples(st.just("edit"), st.lists(AMOUNTS, min_size=1, max_size=3)),
    st.tuples(st.just("pay"), AMOUNTS),
    st.tuples(st.sampled_from(["bounce", "void", "delete"]), st.none()),
)


@given(
    steps=st.lists(st.tuples(st.integers(0, 3), STEPS), max_size=12),
    rate=st.sampled_from(["1.0833", "0.3333"]),
)
def test_after_any_history_the_books_balance_and_paying_all_leaves_no_cent(steps: list, rate: str) -> None:
    bench = euro_bench(rate)
    for pick, (action, value) in steps:
        act(bench, pick, action, value)
        debits, credits_ = bench.company.books.trial_balance()
        assert debits == credits_
    for row in bench.company.rows("Invoice"):
        assert row.body["Balance"] == row.body["TotalAmt"] - paid_on(bench, row.id) >= 0
        if row.body["Balance"]:
            bench.finance.take_payment(row.id)
    unapplied = [row.body["UnappliedAmt"] for row in bench.company.rows("Payment")]
    assert bench.balance("Accounts Receivable") == -sum(cents(amount * Decimal(rate)) for amount in unapplied)


def paid_on(bench: Bench, invoice_id: str) -> Decimal:
    """What live payments say they paid on the invoice."""
    lines = [line for payment in bench.company.rows("Payment") for line in payment.body["Line"]]
    mine = (line["Amount"] for line in lines if line["LinkedTxn"][0]["TxnId"] == invoice_id)
    return sum(mine, Decimal(0))


def act(bench: Bench, pick: int, action: str, value: object) -> None:
    """One step of a random history; what the service refuses changes nothing."""
    invoices, payments = bench.company.rows("Invoice"), bench.company.rows("Payment")
    if action == "create" and isinstance(value, list):
        bench.invoice(*map(str, value), **EURO)
    elif action == "bounce" and payments:
        bench.finance.undo_payment(payments[pick % len(payments)].id)
    elif invoices and action in ("edit", "pay", "void", "delete"):
        row = invoices[pick % len(invoices)]
        with suppress(Refusal):
            if action == "pay" and isinstance(value, Decimal):
                bench.finance.take_payment(row.id, value)
            elif action == "edit" and isinstance(value, list):
                lines = [bench.line(str(amount)) for amount in value]
                sent = identity(bench.get(f"/invoice/{row.id}")["Invoice"]) | {"sparse": True, "Line": lines}
                bench.ask("POST", "/invoice", encoded(sent))
            elif action in ("void", "delete"):
                getattr(bench.finance, action)(row.id)
