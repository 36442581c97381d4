"""Contracts that began before Milepost: what was billed by hand counts, and is billed no second time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from acme import (
    BILLING,
    EPICS,
    HEAD,
    SPRINTS,
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
from fernwood import BOOKS
from hypothesis import given
from hypothesis import strategies as st
from test_riders import CURRENCIES, all_held, bill, rules, start

from mappings.contract.rules import Contract
from mappings.load import parse_contract
from mappings.money.balance import brought_forward
from mappings.money.retained import opened
from mappings.money.statement import statement_of
from mappings.money.tie import held_back, untied
from mappings.progress.forward import unknown_works
from mappings.progress.site import Site
from model.billing import BookInvoice, DocumentState
from model.money import Money

PERCENT = milestone(EPICS, '{ percent = { field = "Billing %" } }')
FIXED = milestone('{ epic = "ACME-1" }', '{ fixed = "100.00" }')
DEPOSIT = '[deposit]\namount = "20 %"\nitem = "Client deposits"\n'
RETAINAGE = '[retainage]\nhold = "5 %"\nitem = "Retainage"\nrelease = 2026-05-01\n'


def opening(words: str, on: str = "2026-02-01") -> str:
    """An [opening]."""
    return f'[opening]\non = {on}\ninvoices = ["1001"]\n{words}\n'


def problems(text: str, head: str = HEAD) -> list[str]:
    """What a file has wrong, without its place."""
    found, said = parse_contract(head + text, "acme.toml")
    assert found is None
    return [each.message for each in said]


def epics_of(shares: Sequence[Fraction | Decimal | str]) -> list[object]:
    """Epics closed one day after the other, each worth a percentage."""
    return [epic(n, closed=day(n), fields={BILLING: str(share)}) for n, share in enumerate(shares, 1)]


@given(
    currency=st.sampled_from(CURRENCIES),
    value=st.integers(1, 10**9),
    weights=st.lists(st.integers(1, 20), min_size=2, max_size=8),
    data=st.data(),
)
def test_what_was_billed_by_hand_and_all_later_bills_are_the_value(
    currency: str, value: int, weights: list[int], data: st.DataObject
) -> None:
    """Whatever the split, and whether or not the bills by hand were a few cents off."""
    parts = [Decimal(weight * 10_000 // sum(weights)) / 100 for weight in weights]
    parts[-1] += 100 - sum(parts)
    by_hand = data.draw(st.integers(1, len(parts) - 1))
    settled = sum(parts[:by_hand], Decimal(0))
    exact = Money(value, currency).times(Fraction(settled) / 100).minor
    billed = max(exact + data.draw(st.integers(-3, 3)), 1)
    head = HEAD.replace("USD", currency).replace("1000.00", f"{Money(value, currency).decimal:f}")
    words = f'billed = "{Money(billed, currency).decimal:f}"\npercent = "{settled} %"'
    agreed = contract(opening(words) + PERCENT, head=head)
    found = judged(agreed, mirror(*epics_of(parts[by_hand:])))
    total = sum(due(verdict).entitled.minor for verdict in found.values())
    assert billed + total == max(value, billed)


def test_thirds_of_a_hundred_go_on_from_what_was_billed() -> None:
    agreed = contract(
        opening('billed = "33.33"\npercent = "33.33 %"') + PERCENT, head=HEAD.replace("1000.00", "100.01")
    )
    first, second = judged(agreed, mirror(*epics_of(["33.33", "33.34"]))).values()
    assert (due(first).entitled, due(second).entitled) == (usd("33.34"), usd("33.34"))
    assert "less 33.33 USD billed before" in due(first).arithmetic


def test_more_than_the_whole_is_held_with_what_was_settled_before() -> None:
    agreed = contract(opening('billed = "900.00"\npercent = "90 %"') + PERCENT)
    (verdict,) = judged(agreed, mirror(*epics_of(["10.01"]))).values()
    assert (verdict.outcome, verdict.code) == ("held", "schedule.beyond")


def test_a_claim_of_ours_goes_on_from_the_opening_too() -> None:
    agreed = contract(opening('billed = "333.33"\npercent = "33.33 %"') + PERCENT)
    seen = mirror(*epics_of(["33.33", "33.34"]))
    first = judged(agreed, seen)["ACME-1"]
    again = judged(agreed, seen, [claim(due(first))])
    assert (due(first).entitled, due(again["ACME-2"]).entitled) == (usd("333.27"), usd("333.40"))


def test_work_closed_before_the_opening_is_excluded_by_name() -> None:
    agreed = contract(opening("") + FIXED)
    early = judged(agreed, mirror(epic(1, closed=day(31, 1))))["ACME-1"]
    assert (early.outcome, early.code) == ("excluded", "excluded.opening")
    assert "2026-02-01" in early.reason
    assert due(judged(agreed, mirror(epic(1, closed=day(1, 2))))["ACME-1"]).entitled == usd("100.00")


def test_work_that_is_named_is_excluded_whenever_it_closes_and_reopening_changes_nothing() -> None:
    agreed = contract(opening('works = ["acme-1"]') + FIXED)
    late = judged(agreed, mirror(epic(1, closed=day(3))))["ACME-1"]
    assert (late.outcome, late.code) == ("excluded", "excluded.opening")
    assert judged(agreed, mirror(epic(1)))["ACME-1"].outcome == "open"


def test_issues_of_what_was_billed_by_hand_are_in_no_later_sprint_and_that_is_said() -> None:
    agreed = contract(
        opening('works = ["ACME-1", "ACME-9"]')
        + FIXED
        + milestone(SPRINTS, '{ per_issue = "10.00" }', rule="s")
    )
    done = [
        issue(number, closed=day(5), sprints=["30"], parent=parent)
        for number, parent in ((2, 1), (9, None), (10, None))
    ]
    seen = mirror(epic(1, closed=day(6)), *done, sprint(30, start=day(1), completed=day(14)))
    found = judged(agreed, seen)
    assert found["ACME-1"].code == "excluded.opening"
    billed = due(found["sprint-30"])
    assert ([leaf.key for leaf in billed.leaves], billed.entitled) == (["ACME-10"], usd("10.00"))
    (notice,) = [each for each in found["sprint-30"].notices if each.code == "opening.leaves"]
    assert "ACME-2, ACME-9" in notice.reason


def test_a_sprint_that_is_named_is_excluded() -> None:
    agreed = contract(opening('works = ["Sprint 30"]') + milestone(SPRINTS, '{ per_issue = "10.00" }'))
    found = judged(agreed, mirror(sprint(30, start=day(1), completed=day(14))))
    assert found["sprint-30"].code == "excluded.opening"


def test_a_name_that_nobody_ever_saw_is_a_finding() -> None:
    agreed = contract(opening('works = ["ACME-1", "ACME-77", "Sprint 30"]') + FIXED)
    site = Site(mirror(epic(1), sprint(30, start=day(1), completed=None)))
    (finding,) = unknown_works(agreed, site)
    assert (finding.code, finding.subject) == ("opening.unknown", "acme-77")


def test_a_cap_of_a_rule_counts_what_the_rule_had_billed() -> None:
    capped = milestone(SPRINTS, '{ per_issue = "400.00", cap = "1000.00" }', rule="s")
    agreed = contract(opening('billed = "900.00"\nrules = { s = "800.00" }') + capped)
    seen = mirror(issue(2, closed=day(5), sprints=["30"]), sprint(30, start=day(1), completed=day(14)))
    verdict = judged(agreed, seen)["sprint-30"]
    assert due(verdict).entitled == usd("200.00")
    assert verdict.rest is not None
    assert verdict.rest.amount == usd("200.00")


def test_the_cap_of_the_contract_counts_all_that_was_billed() -> None:
    head = HEAD.replace('value = "1000.00"', 'cap = "150.00"')
    agreed = contract(opening('billed = "100.00"') + FIXED, head=head)
    verdict = judged(agreed, mirror(epic(1, closed=day(3))))["ACME-1"]
    assert due(verdict).entitled == usd("50.00")


def test_a_deposit_that_fell_due_before_is_excluded_and_a_later_one_is_billed_less_what_was() -> None:
    before = contract(opening('deposit = "200.00"') + DEPOSIT + FIXED)
    verdict = judged(before, mirror())["deposit"]
    assert (verdict.outcome, verdict.code) == ("excluded", "excluded.opening")
    later = DEPOSIT + "when = 2026-03-01\n"
    assert due(
        judged(contract(opening('deposit = "50.00"') + later + FIXED), mirror())["deposit"]
    ).entitled == usd("150.00")
    all_of_it = judged(contract(opening('deposit = "200.00"') + later + FIXED), mirror())["deposit"]
    assert all_of_it.code == "excluded.opening"


def test_an_expense_from_before_the_opening_is_excluded() -> None:
    expense = (
        '[[expense]]\nid = "trip"\non = 2026-01-20\namount = "9.00"\ntext = "Trip"\napproved_by = "Jo"\n'
    )
    verdict = judged(contract(opening("") + FIXED + expense), mirror())["expense:trip"]
    assert (verdict.outcome, verdict.code) == ("excluded", "excluded.opening")


ORDER = '[[change_order]]\nid = "{}"\non = {}\nvalue = "+80.00"\napproved_by = "Jo"\nreason = "more"\n\n'


def test_change_orders_from_before_the_opening_or_named_are_excluded_and_later_ones_are_billed() -> None:
    orders = (
        ORDER.format("co-1", "2026-01-20")
        + ORDER.format("co-2", "2026-02-20")
        + ORDER.format("co-3", "2026-02-21")
    )
    agreed = contract(
        opening('billed = "80.00"\nrules = { co-1 = "80.00" }\nworks = ["CO-2"]') + PERCENT + orders
    )
    found = judged(agreed, mirror())
    assert [found[f"change:co-{number}"].code for number in (1, 2)] == ["excluded.opening"] * 2
    assert due(found["change:co-3"]).entitled == usd("80.00")
    assert list(unknown_works(agreed, Site(mirror()))) == []


def test_the_statement_of_a_contract_counts_what_was_billed_by_hand() -> None:
    agreed = contract(opening('billed = "400.00"\npercent = "40 %"') + PERCENT)
    figures = statement_of(agreed, [], [("acme|x|fee", usd("100.00"))], date(2026, 3, 1))
    assert (figures.billed, figures.this_bill, figures.balance) == (
        usd("400.00"),
        usd("100.00"),
        usd("500.00"),
    )


def test_a_change_order_for_what_remains_is_spread_over_what_is_not_billed_by_hand_either() -> None:
    order = ORDER.format("co-1", "2026-02-20").rstrip() + '\napplies = "remaining"\n'
    agreed = contract(opening('billed = "400.00"\npercent = "40 %"') + PERCENT + order)
    found = judged(agreed, mirror(*epics_of(["30", "30"])))
    assert [due(found[f"ACME-{number}"]).entitled for number in (1, 2)] == [usd("340.00"), usd("340.00")]


def test_what_was_withheld_by_hand_is_released_less_what_was_billed_of_it() -> None:
    words = 'billed = "500.00"\nretained = "25.00"\nreleased = "10.00"'
    agreed = contract(opening(words) + RETAINAGE + FIXED)
    charge = due(judged(agreed, mirror())["retainage"])
    assert charge.entitled == usd("15.00")
    assert charge.arithmetic == (
        "100 % of 25.00 USD withheld is released: 25.00 USD, less 10.00 USD released before Milepost = 15.00 USD"
    )
    done = contract(opening(words.replace("10.00", "25.00")) + RETAINAGE + FIXED)
    assert "retainage" not in judged(done, mirror())


@given(
    currency=st.sampled_from(CURRENCIES),
    works=st.lists(st.integers(1, 10**9), min_size=2, max_size=8),
    hold=st.sampled_from(["0.5", "3.333", "5", "33.34"]),
    draw=st.sampled_from(["full", "proportional", "last"]),
    data=st.data(),
)
def test_riders_go_on_from_what_was_done_by_hand_as_if_all_had_been_ours(
    currency: str, works: list[int], hold: str, draw: str, data: st.DataObject
) -> None:
    received = data.draw(st.integers(0, sum(works)))
    by_hand = data.draw(st.integers(1, len(works) - 1))
    agreed = rules(currency, hold, draw, sum(works), None)
    balance = start(agreed, received)
    for work in works[:by_hand]:
        _, balance = bill(agreed, balance, work)
    ours = balance
    written = {
        "billed": balance.done,
        "retained": all_held(balance),
        "deposit": balance.received,
        "drawn": balance.drawn,
    }
    forward = brought_forward(_with_opening(agreed, written), start(agreed, 0))
    assert forward == ours
    for work in works[by_hand:]:
        mine, ours = bill(agreed, ours, work)
        theirs, forward = bill(agreed, forward, work)
        assert (mine.held, mine.drawn) == (theirs.held, theirs.drawn)


def _with_opening(agreed: Contract, written: dict[str, Money]) -> Contract:
    """The same agreement with balances brought forward."""
    words = "\n".join(f'{key} = "{amount.decimal:f}"' for key, amount in written.items())
    head = HEAD.replace("USD", agreed.currency).replace("1000.00", f"{agreed.value.decimal:f}")  # type: ignore[union-attr]
    assert agreed.deposit is not None
    assert agreed.retainage is not None
    terms = f'[deposit]\namount = "20 %"\nitem = "D"\ndraw = "{agreed.deposit.draw}"\n'
    terms += f'[retainage]\nhold = "{agreed.retainage.hold} %"\nitem = "R"\nrelease = 2030-01-01\n'
    unit = f"{Money(1, agreed.currency).decimal:f}"
    return contract(opening(words) + terms + milestone(EPICS, f'{{ fixed = "{unit}" }}'), head=head)


def test_what_was_withheld_of_what_a_draw_left_goes_on_to_the_cent() -> None:
    """5 % of the 200.10 that the draw left is 10.005: the next bill goes on from that, not from what was rounded."""
    words = 'billed = "400.10"\ndeposit = "200.00"\ndrawn = "200.00"\nretained = "10.01"'
    terms = RETAINAGE.replace("item", 'base = "work_after_draw"\nitem')
    agreed = contract(opening(words) + DEPOSIT + 'draw = "full"\n' + terms + FIXED)
    assert opened(agreed) == Fraction("1000.5")
    assert opened(contract(DEPOSIT + FIXED)) == 0
    assert brought_forward(agreed, start(agreed, 0)).to_hold == {None: Fraction("1000.5")}


def test_what_was_withheld_otherwise_than_agreed_stands_as_it_was() -> None:
    agreed = contract(opening('billed = "500.00"\nretained = "10.00"') + RETAINAGE + FIXED)
    balance = brought_forward(agreed, start(agreed, 0))
    assert (balance.held, balance.to_hold) == ({None: usd("10.00")}, {None: 1000})
    _, after = bill(agreed, balance, 10_000)
    assert all_held(after) == usd("15.00")
    assert after.to_hold == {None: 1500}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (opening("", on="2025-12-31") + FIXED, "before the contract starts"),
        (opening('billed = "1.00"').replace('invoices = ["1001"]\n', "") + FIXED, "no invoices are named"),
        (opening('billed = "1.00"') + PERCENT, "how much of the value that settled is not said"),
        (opening('percent = "10 %"') + PERCENT, "nothing was billed for it"),
        (opening('billed = "1.00"\npercent = "101 %"') + PERCENT, "more than the contract"),
        (
            opening('billed = "1.00"\nrules = { wrk = "1.00" }') + FIXED,
            "there is no rule or change order 'wrk'",
        ),
        (opening('billed = "1.00"\nrules = { work = "2.00" }') + FIXED, "more than was billed in all"),
        (opening('deposit = "1.00"') + FIXED, "there is no [deposit]"),
        (opening('retained = "1.00"') + FIXED, "there is no [retainage]"),
        (opening('deposit = "1.00"\ndrawn = "1.01"') + DEPOSIT + FIXED, "more than was deposit"),
        (opening('retained = "1.00"\nreleased = "2.00"') + RETAINAGE + FIXED, "more than was retained"),
        (opening('billed = "1.001"') + FIXED, "has a fraction"),
        (opening('billed = "1.00"').replace('["1001"]', '["1001", "1001"]') + FIXED, "is named twice"),
        (opening("").replace("1001", "1\\n2") + FIXED, "opening.invoices.1"),
    ],
)
def test_what_contradicts_is_said(text: str, said: str) -> None:
    assert [message for message in problems(text) if said in message], problems(text)


def test_a_contract_with_payers_brings_no_balances_forward() -> None:
    payers = (
        '[[payer]]\nname = "a"\nclient = "A"\nshare = 50\n[[payer]]\nname = "b"\nclient = "B"\nshare = 50\n'
    )
    found = problems(opening('billed = "1.00"') + FIXED + payers)
    assert [message for message in found if "several payers" in message], found


def invoice(
    number: str, net: str, client: str = "1", state: DocumentState = DocumentState.SENT
) -> BookInvoice:
    """An invoice as QuickBooks shows it."""
    return BookInvoice(number, number, client, usd(net), state)


def test_the_invoices_must_be_there_be_the_clients_and_come_to_the_sum() -> None:
    words = 'billed = "500.00"\ndeposit = "200.00"\ndrawn = "100.00"\nretained = "25.00"'
    text = opening(words).replace('["1001"]', '["1001", "1007"]')
    agreed = contract(text + DEPOSIT + RETAINAGE + FIXED)
    good = [invoice("1001", "500.00"), invoice("1007", "75.00")]
    assert untied(agreed, good, BOOKS) == ""
    assert "not looked up" in untied(agreed, None, BOOKS)
    assert "there is no invoice 1007" in untied(agreed, good[:1], BOOKS)
    assert "invoice 1001 is not Acme Corp's" in untied(
        agreed, [invoice("1001", "500.00", "2"), good[1]], BOOKS
    )
    assert "2 invoices carry" in untied(agreed, [good[0], good[0], good[1]], BOOKS)
    voided = invoice("1007", "0.00", state=DocumentState.VOIDED)
    assert "invoice 1007 is voided" in untied(agreed, [good[0], voided], BOOKS)
    apart = untied(agreed, [good[0], invoice("1007", "75.01")], BOOKS)
    assert (
        "= 575.00 USD, the invoices without tax 1001 500.00 USD + 1007 75.01 USD = 575.01 USD: 0.01 USD apart"
        in apart
    )


def test_everything_due_is_held_until_it_ties_and_nothing_else_changes() -> None:
    agreed = contract(opening('billed = "500.00"') + FIXED)
    found = judged(agreed, mirror(epic(1, closed=day(3)), epic(2, closed=day(3))))
    verdicts, finding = held_back(agreed, list(found.values()), "apart")
    held = {verdict.key: verdict for verdict in verdicts}
    assert (held["ACME-1"].outcome, held["ACME-1"].code, held["ACME-1"].charge) == (
        "held",
        "opening.untied",
        None,
    )
    assert held["ACME-1"].amount == usd("100.00")
    assert held["ACME-2"] == found["ACME-2"]
    assert (finding.code, finding.owner) == ("opening.untied", "finance")
    assert untied(contract(FIXED), None, BOOKS) == ""
    assert agreed.begins == date(2026, 2, 1)
