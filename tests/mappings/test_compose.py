"""Drafts of charges: exact products, dates by policy; and explanations that follow from the verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from acme import (
    ACCEPTED,
    EPICS,
    HEAD,
    NOW,
    POINTS,
    SPRINTS,
    ZONE,
    claim,
    contract,
    day,
    due,
    epic,
    issue,
    judged,
    milestone,
    mirror,
    sprint,
    usd,
)
from hypothesis import given
from hypothesis import strategies as st

from mappings.compose import Piece, compose, compose_credit, whole
from mappings.contract.payers import SOLE_PAYER
from mappings.contract.rules import Contract
from mappings.explain import explain
from model.billing import Charge, Document, DocumentState
from model.money import Money

SPRINT_RULES = contract(
    milestone(SPRINTS, '{ per_point = "33.33" }'),
    head=HEAD + 'terms = "Net 30"\npo = "PO 7"\ntax_code = "TAX"\nclass = "C"\n',
)
SPRINT = sprint(1, start=day(1), completed=datetime(2026, 3, 30, 23, 30, tzinfo=UTC))
STORY = issue(1, closed=day(5), sprints=["1"], fields={POINTS: "7.5"})


def sprint_charge() -> Charge:
    return due(judged(SPRINT_RULES, mirror(SPRINT, STORY))["sprint-1"])


def test_a_draft_says_all_that_the_contract_and_the_charge_say() -> None:
    charge = sprint_charge()
    draft = compose(SPRINT_RULES, "acme|x#1", (whole(charge),), "MP-1", ZONE, NOW)
    (line,) = draft.lines
    assert (draft.key, draft.client, draft.currency, draft.terms, draft.marker) == (
        "acme|x#1",
        "Acme Corp",
        "USD",
        "Net 30",
        "MP-1",
    )
    assert draft.memo == "Purchase order PO 7"
    assert (line.quantity, line.unit_price, line.amount) == (Decimal("7.5"), Decimal("33.33"), usd("249.98"))
    assert (line.item, line.klass, line.tax_code, line.payer) == ("Services", "C", "TAX", SOLE_PAYER)
    assert line.service_on == date(2026, 3, 31)  # half past one in the night in Berlin
    assert line.leaves == charge.leaves
    assert line.text == "Sprint 1: 7.5 points"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("closing", date(2026, 3, 31)), ("posting", date(2026, 6, 1)), ("month_end", date(2026, 3, 31))],
)
def test_the_invoice_date_follows_the_policy_in_the_company_s_zone(policy: str, expected: date) -> None:
    charge = sprint_charge()
    rules: Contract = replace(SPRINT_RULES, invoice_date=policy)  # type: ignore[arg-type]
    assert compose(rules, "k", (whole(charge),), "", ZONE, NOW).invoice_date == expected


def test_month_end_is_the_last_day_of_the_closing_month() -> None:
    charge = replace(sprint_charge(), due_at=datetime(2028, 2, 3, tzinfo=UTC))
    rules = replace(SPRINT_RULES, invoice_date="month_end")
    assert compose(rules, "k", (whole(charge),), "", ZONE, NOW).invoice_date == date(2028, 2, 29)


@given(st.integers(1, 10**7), st.integers(1, 10**6), st.integers(0, 10**8))
def test_quantity_times_price_is_the_amount_of_every_line(points: int, rate: int, minor: int) -> None:
    quantity, price = Decimal(points).scaleb(-2), Decimal(rate).scaleb(-2)
    entitled = Money.rounded(quantity * price, "USD")
    charge = replace(sprint_charge(), quantity=quantity, unit_price=price, entitled=entitled)
    for amount in (entitled, Money(minor, "USD")):
        (line,) = compose(SPRINT_RULES, "k", (Piece(charge, amount, None),), "", ZONE, NOW).lines
        assert line.amount == amount == Money.rounded(line.quantity * line.unit_price, "USD")
        assert line.quantity == round(line.quantity, 5)


def test_a_later_difference_in_points_is_billed_as_points() -> None:
    charge = replace(
        sprint_charge(), quantity=Decimal(10), unit_price=Decimal("150.00"), entitled=usd("1500.00")
    )
    (line,) = compose(SPRINT_RULES, "k", (Piece(charge, usd("300.00"), None),), "", ZONE, NOW).lines
    assert (line.quantity, line.unit_price) == (2, Decimal("150.00"))


def test_a_draft_without_lines_or_in_two_currencies_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^draft k has no lines$"):
        compose(SPRINT_RULES, "k", (), "", ZONE, NOW)
    with pytest.raises(ValueError, match=r"^acme\|.*: 0.01 EUR on a draft in USD$"):
        compose(SPRINT_RULES, "k", (Piece(sprint_charge(), Money(1, "EUR"), None),), "", ZONE, NOW)


def test_a_change_says_what_was_billed_before_and_is_dated_on_the_day_it_came_up() -> None:
    charge = sprint_charge()
    change = Piece(charge, usd("49.98"), None, before=usd("200.00"))
    draft = compose(SPRINT_RULES, "k", (whole(charge), change), "", ZONE, NOW)
    assert draft.lines[1].text == "Sprint 1: 7.5 points: 249.98 USD to date, less 200.00 USD billed before"
    assert draft.invoice_date == date(2026, 6, 1)


def test_a_draft_is_dated_on_the_last_closing_of_its_lines() -> None:
    charge = sprint_charge()
    early = replace(charge, due_at=day(2))
    assert compose(SPRINT_RULES, "k", (whole(charge), whole(early)), "", ZONE, NOW).invoice_date == date(
        2026, 3, 31
    )


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "factors"),
    [
        ("2", "1.50", "3.00", ("2", "1.50")),
        ("0", "1.50", "3.00", ("2", "1.50")),
        ("1", "3.00", "1.50", ("1", "1.50")),
        ("2", "0.00", "3.00", ("1", "3.00")),
        ("2", "1.50", "100.00", ("1", "100.00")),
        ("2", "8.00", "0.01", ("0.00125", "8.00")),
        ("2", "16.00", "0.01", ("1", "0.01")),
    ],
)
def test_a_part_of_a_charge_keeps_its_rate_where_five_digits_of_quantity_say_it_exactly(
    quantity: str, price: str, amount: str, factors: tuple[str, str]
) -> None:
    charge = replace(
        sprint_charge(), quantity=Decimal(quantity), unit_price=Decimal(price), entitled=usd("100.00")
    )
    (line,) = compose(SPRINT_RULES, "k", (Piece(charge, usd(amount), None),), "", ZONE, NOW).lines
    assert (line.quantity, line.unit_price) == (Decimal(factors[0]), Decimal(factors[1]))


class TestExplain:
    def test_a_billed_line_shows_issues_rule_clause_and_arithmetic(self) -> None:
        verdict = judged(SPRINT_RULES, mirror(SPRINT, STORY))["sprint-1"]
        told = explain(verdict, [claim(due(verdict), waived=usd("9.98"))])
        text = "\n".join(told.steps)
        assert f"rule 'work' (acme.toml:16, version {SPRINT_RULES.version})" in text
        assert "holds: board is 'ACME board' (it is ACME board, 7)" in text
        assert "1 issue, 7.5 points × 33.33 USD = 249.98 USD, rounded half-up" in text
        assert "issues: ACME-1 × 7.5" in text
        assert "249.98 USD, of which finance let go 9.98 USD" in text
        assert "entitled 249.98 USD, settled 249.98 USD: nothing is left to bill" in text
        assert told.change == ""

    def test_an_unbilled_item_shows_what_is_missing_and_the_smallest_change(self) -> None:
        gated = contract(
            milestone(EPICS, '{ fixed = "5.00" }', 'accept = { field = "Client accepted", is = "Yes" }')
        )
        verdict = judged(gated, mirror(epic(1, closed=day(1), fields={ACCEPTED: "No"})))["ACME-1"]
        told = explain(verdict, [])
        text = "\n".join(told.steps)
        assert "FAILS: 'Client accepted' is 'Yes' (it is No)" in text
        assert "held (accept.missing)" in text
        assert "it would be 5.00 USD" in text
        assert "accepted ACME-1" in told.change

    def test_unmatched_work_shows_the_nearest_rule(self) -> None:
        rules = contract(milestone('{ epics = { project = "ACME", label = "b" } }', '{ fixed = "5.00" }'))
        told = explain(judged(rules, mirror(epic(1, closed=day(1))))["ACME-1"], [])
        assert "no rule reaches it; the nearest asks:" in told.steps
        assert any("FAILS: label is 'b' (it is nothing)" in step for step in told.steps)
        assert told.change.startswith("make it so that label is 'b'")


class TestPosting:
    """How a line and its document are posted."""

    def test_a_milestone_s_tax_code_wins_over_the_contract_s_and_the_location_is_the_contract_s(self) -> None:
        rules = contract(
            milestone(SPRINTS, '{ fixed = "10.00" }', 'tax_code = "NON"'),
            head=HEAD + 'tax_code = "TAX"\nlocation = "Oslo"\n',
        )
        charge = replace(sprint_charge(), tax_code="NON")
        draft = compose(rules, "k", (whole(charge), whole(sprint_charge())), "", ZONE, NOW)
        assert ([line.tax_code for line in draft.lines], draft.location) == (["NON", "TAX"], "Oslo")
        assert rules.milestones[0].tax_code == "NON"

    def test_expenses_and_change_orders_have_tax_codes_of_their_own(self) -> None:
        trip = '[[expense]]\nid = "trip"\non = 2026-02-01\namount = "5.00"\ntext = "Trip"\n'
        order = '[[change_order]]\nid = "CO-1"\non = 2026-02-01\nvalue = "+5.00"\nreason = "r"\n'
        words = 'approved_by = "Jo"\ntax_code = "{}"\n'
        rules = contract(
            milestone(SPRINTS, '{ fixed = "10.00" }')
            + (trip + words.format("OUT"))
            + (order + words.format("LOW")),
            head=HEAD + 'tax_code = "TAX"\n',
        )
        found = judged(rules, mirror())
        assert {key: due(found[key]).tax_code for key in ("expense:trip", "change:CO-1")} == {
            "expense:trip": "OUT",
            "change:CO-1": "LOW",
        }

    def test_the_client_reads_the_contract_s_own_words_or_the_purchase_order(self) -> None:
        for head, memo in (
            (HEAD, ""),
            (HEAD + 'po = "7"\n', "Purchase order 7"),
            (HEAD + 'memo = "Thank you, {contract.client}"\n', "Thank you, Acme Corp"),
            (HEAD + 'memo = "{contract.id}: {contract.po}"\n', "acme:"),
            (HEAD + 'memo = "PO {contract.po}"\npo = "=cmd\\u202e"\n', "PO =cmd"),
        ):
            rules = contract(milestone(SPRINTS, '{ fixed = "10.00" }'), head=head)
            assert compose(rules, "k", (whole(sprint_charge()),), "", ZONE, NOW).memo == memo


def test_a_credit_memo_takes_an_open_day_even_where_drafts_are_estimates() -> None:
    # An estimate may bear a day of closed books, for it posts nothing; what gives back of its invoice posts.
    words = 'draft = "pending_estimate"\nclosed_books = "next_open_day"'
    rules = contract(
        milestone(SPRINTS, '{ fixed = "10.00" }'), head=HEAD.replace('draft = "unsent_invoice"', words)
    )
    piece, closed_on = whole(sprint_charge()), date(2026, 6, 30)
    drafted = compose(rules, "k", (piece,), "", ZONE, NOW, closed_on)
    assert (drafted.kind, drafted.invoice_date) == ("estimate", date(2026, 3, 31))
    invoice = Document(
        external_id="7", version="0", number=None, state=DocumentState.SENT, client_id="1", currency="USD",
        total=usd("10.00"), balance=usd("10.00"), invoice_date=date(2026, 3, 31), marker=None, lines=(),
        content="", changed_at=NOW, raw="",
    )  # fmt: skip
    memo = compose_credit(rules, "c", drafted.lines, invoice, "", NOW.date(), closed_on)
    assert (memo.kind, memo.invoice_date) == ("credit_memo", date(2026, 7, 1))
    assert (memo.client, memo.terms, memo.memo) == ("Acme Corp", None, "Credit for invoice 7")
