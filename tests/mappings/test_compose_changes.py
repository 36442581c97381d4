"""What later documents say and bear: changes, credit lines, and the day of a document when books are closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from acme import EPICS, NOW, ZONE, contract, day, due, epic, judged, milestone, mirror, usd

from mappings.compose import Piece, compose, compose_credit, credit_line, whole
from model.billing import Document, DocumentState, Leaf

RULES = contract(milestone(EPICS, '{ fixed = "100.00" }', 'text = "Build"'))
CHARGE = due(judged(RULES, mirror(epic(1, closed=day(3))))["ACME-1"])
INVOICE = Document(
    external_id="7", version="0", number="1007", state=DocumentState.SENT, client_id="1", currency="USD",
    total=usd("100.00"), balance=usd("100.00"), invoice_date=date(2026, 3, 3), marker=None, lines=(),
    content="", changed_at=NOW, raw="",
)  # fmt: skip


def text_of(before: str, raised: str | None = None) -> str:
    piece = Piece(CHARGE, usd("10.00"), None, usd(before), None if raised is None else usd(raised))
    return compose(RULES, "k", (piece,), "", ZONE, NOW).lines[0].text


class TestChanges:
    def test_a_change_says_what_was_billed_before_and_what_finance_put_on_top(self) -> None:
        assert text_of("90.00") == "Build: 100.00 USD to date, less 90.00 USD billed before"
        assert text_of("90.00", "5.00") == (
            "Build: 100.00 USD to date, less 90.00 USD of the 95.00 USD billed before"
        )

    def test_a_change_after_more_was_given_back_than_billed_says_that(self) -> None:
        assert text_of("-30.00") == "Build: 100.00 USD to date, and 30.00 USD given back before"
        assert text_of("-0.01") == "Build: 100.00 USD to date, and 0.01 USD given back before"
        assert text_of("0.00") == "Build: 100.00 USD to date, less 0.00 USD billed before"

    @pytest.mark.parametrize("entitled", ["0.00", "-50.00"])
    def test_a_reduction_goes_on_from_what_it_took_off(self, entitled: str) -> None:
        charge = replace(CHARGE, entitled=usd(entitled))
        line = compose(RULES, "k", (Piece(charge, usd("-20.00"), None, usd("-30.00")),), "", ZONE, NOW).lines[
            0
        ]
        assert line.text == f"Build: {usd(entitled)} to date, less -30.00 USD billed before"

    def test_a_cent_of_work_after_a_credit_is_said_like_any(self) -> None:
        charge = replace(CHARGE, entitled=usd("0.01"))
        line = compose(RULES, "k", (Piece(charge, usd("5.01"), None, usd("-5.00")),), "", ZONE, NOW).lines[0]
        assert line.text == "Build: 0.01 USD to date, and 5.00 USD given back before"


class TestCredits:
    def test_a_credit_line_gives_back_a_part_of_the_line_as_it_was_written(self) -> None:
        (written,) = compose(RULES, "k", (whole(CHARGE),), "", ZONE, NOW).lines
        written = replace(written, quantity=Decimal(3), leaves=(Leaf("1", "ACME-1", Decimal(3)),))
        back = credit_line(written, usd("40.00"), Decimal(4), INVOICE)
        assert back == replace(
            written,
            amount=usd("40.00"),
            quantity=Decimal(1),
            unit_price=Decimal("40.00"),
            text="Credit for invoice 1007: Build",
            share=Decimal(4),
            leaves=(),
        )

    @pytest.mark.parametrize(
        ("invoiced", "expected"),
        [
            (None, date(2026, 6, 1)),
            (date(2026, 3, 3), date(2026, 6, 1)),
            (date(2026, 6, 30), date(2026, 6, 30)),
        ],
    )
    def test_a_credit_memo_is_of_today_and_never_of_a_day_before_its_invoice(
        self, invoiced: date | None, expected: date
    ) -> None:
        lines = compose(RULES, "k", (whole(CHARGE),), "", ZONE, NOW).lines
        memo = compose_credit(RULES, "c", lines, replace(INVOICE, invoice_date=invoiced), "", NOW.date())
        assert (memo.invoice_date, memo.memo) == (expected, "Credit for invoice 1007")


class TestDays:
    @pytest.mark.parametrize(
        ("policy", "closed_on", "expected"),
        [
            ("next_open_day", date(2026, 2, 10), date(2026, 3, 3)),
            ("next_open_day", date(2026, 3, 3), date(2026, 3, 4)),
            ("next_open_day", date(2026, 3, 31), date(2026, 4, 1)),
            ("hold", date(2026, 3, 31), date(2026, 3, 3)),
        ],
    )
    def test_a_draft_takes_the_first_open_day_where_the_contract_says_so(
        self, policy: str, closed_on: date, expected: date
    ) -> None:
        rules = replace(RULES, closed_books=policy)  # type: ignore[arg-type]
        assert compose(rules, "k", (whole(CHARGE),), "", ZONE, NOW, closed_on).invoice_date == expected

    def test_by_the_closing_it_is_of_the_day_itself_and_not_of_the_month_s_end(self) -> None:
        charge = replace(CHARGE, due_at=datetime(2026, 3, 9, tzinfo=UTC))
        assert compose(RULES, "k", (whole(charge),), "", ZONE, NOW).invoice_date == date(2026, 3, 9)


def test_an_amount_of_another_currency_is_refused_with_the_charge_and_both() -> None:
    euros = replace(usd("1.00"), currency="EUR")
    with pytest.raises(ValueError, match=r"^acme\|.*\|fee: 1.00 EUR on a draft in USD$"):
        compose(RULES, "k", (Piece(CHARGE, euros, None),), "", ZONE, NOW)
