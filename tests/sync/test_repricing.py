"""Pricing anew what is billed: only when a person says so, by the one formula, to the cent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sync_bench import MILESTONE, Bench, rules, usd

from model.billing import DocumentState
from sync.store import Store
from sync.telling.repricing import Repriced, repriced

_AMOUNT = '{{ amount = {{ field = "Amount" }} }}'
FIXED = MILESTONE.replace(_AMOUNT, '{{ fixed = "COST" }}')
SHARE = MILESTONE.replace(_AMOUNT, '{{ percent = {{ field = "Amount" }} }}')


def priced(amount: str, review_days: int = 9) -> str:
    """A contract in which each epic costs `amount`."""
    return rules(milestone=FIXED.replace("COST", amount), review_days=review_days)


def shares_of(value: str) -> str:
    """A contract of that value, shared out in percent, whose drafts stay writable."""
    return rules(milestone=SHARE, review_days=9).replace('"100000.00"', f'"{value}"')


def moved(bench: Bench, text: str) -> tuple[Repriced, ...]:
    """What a person sees before pricing anew by `text`; the engine is left repricing."""
    as_billed = bench.restart(text).plan(bench.engine.read())
    anew = bench.restart(text, reprice=True).plan(bench.engine.last_read())
    return repriced(as_billed.assessments, anew.assessments)


def totals(bench: Bench) -> list[str]:
    """What the drafts come to."""
    return [str(document.total.decimal) for document in bench.live()]


def test_a_changed_rule_leaves_what_is_billed_alone_until_somebody_reprices(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[priced("100.00")])
    bench.close(1)
    bench.apply()
    bench.restart(priced("150.00"))
    bench.close(2)
    bench.apply()
    assert totals(bench) == ["100.00", "150.00"]

    (found,) = moved(bench, priced("150.00"))
    assert (found.before, found.after, found.difference) == (usd("100.00"), usd("150.00"), usd("50.00"))
    assert found.becomes == "line changed"
    bench.apply()
    assert totals(bench) == ["150.00", "150.00"]
    assert bench.plan().actions == ()
    bench.restart(priced("150.00"))
    assert bench.plan().actions == ()  # what was repriced is settled under the new rules


def test_more_money_for_a_draft_out_of_our_hands_is_a_line_for_the_difference(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[priced("100.00", review_days=0)])
    bench.close(1)
    bench.apply()
    bench.wait(3 * 86400)
    (found,) = moved(bench, priced("150.00", review_days=0))
    assert found.becomes == "line for the difference"
    bench.apply()
    assert totals(bench) == ["100.00", "50.00"]
    bench.restart(priced("150.00", review_days=0))
    assert bench.plan().actions == ()


def test_less_money_for_it_is_a_finding_and_no_write(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[priced("100.00", review_days=0)])
    bench.close(1)
    bench.apply()
    bench.wait(3 * 86400)
    (found,) = moved(bench, priced("60.00", review_days=0))
    assert (found.difference, found.becomes) == (usd("-40.00"), "finding")
    assert bench.plan().actions == ()
    assert {each.code for each in bench.plan().assessments[0].plan.findings} == {"amount.down"}
    bench.apply()
    assert totals(bench) == ["100.00"]


def test_less_money_on_a_draft_that_is_ours_moves_the_draft(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[priced("100.00")])
    bench.close(1)
    bench.apply()
    moved(bench, priced("60.00"))
    bench.apply()
    assert totals(bench) == ["60.00"]


def test_work_that_the_present_rules_do_not_reach_is_shown_and_stays(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[priced("100.00")])
    bench.close(1)
    bench.apply()
    (found,) = moved(bench, priced("100.00").replace('"billable"', '"chargeable"'))
    assert (found.after, found.difference, found.becomes) == (None, None, "finding")
    bench.apply()
    assert totals(bench) == ["100.00"]


def test_what_finance_declined_is_not_revived_by_a_new_price(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[priced("100.00")])
    bench.close(1)
    bench.apply()
    bench.books.finance.void(bench.books.documents()[0].external_id)
    moved(bench, priced("150.00"))
    bench.apply()
    assert [each.state for each in bench.books.documents()] == [DocumentState.VOIDED]


def test_a_cap_counts_a_renamed_rule_once(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[priced("100.00")])
    bench.close(1)
    bench.apply()
    capped = '{{ fixed = "150.00", cap = "140.00" }}'
    renamed = MILESTONE.replace(_AMOUNT, capped).replace("billable epics", "epics")
    (found,) = moved(bench, rules(milestone=renamed, review_days=9))
    assert found.after == usd("140.00")
    bench.apply()
    assert totals(bench) == ["140.00"]


TERMS = """
[deposit]
amount = "500.00"
item = "Advances"
draw = "full"
draw_from = "billed"
[retainage]
hold = "HOLD %"
item = "Withheld"
release = 2026-12-31
"""


def with_riders(amount: str, hold: str = "10", review_days: int = 9) -> str:
    """A contract of which each bill is withheld in part, and the rest drawn from a deposit."""
    return rules(
        milestone=FIXED.replace("COST", amount), review_days=review_days, more=TERMS.replace("HOLD", hold)
    )


def lines(bench: Bench) -> list[list[str]]:
    """The amounts on each invoice behind that of the deposit."""
    shown = [[str(line.amount.decimal) for line in each.lines if line.amount] for each in bench.live()]
    return shown[1:]


def test_riders_follow_a_new_price_on_a_draft_that_is_ours(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[with_riders("100.00")])
    bench.apply()
    bench.close(1)
    bench.apply()
    assert lines(bench) == [["100.00", "-10.00", "-90.00"]]
    moved(bench, with_riders("150.00"))
    bench.apply()
    assert lines(bench) == [["150.00", "-15.00", "-135.00"]]
    moved(bench, with_riders("80.00"))
    bench.apply()
    assert lines(bench) == [["80.00", "-8.00", "-72.00"]]
    assert (bench.plan().actions, bench.codes()) == ((), set())


def test_riders_of_a_sent_invoice_stay_and_the_difference_has_its_own(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[with_riders("100.00", review_days=0)])
    bench.apply()
    bench.close(1)
    bench.apply()
    bench.books.finance.send(bench.live()[-1].external_id)
    moved(bench, with_riders("150.00", review_days=0))
    bench.apply()
    assert lines(bench) == [["100.00", "-10.00", "-90.00"], ["50.00", "-5.00", "-45.00"]]
    assert bench.plan().actions == ()


def test_another_rate_is_withheld_of_what_comes_and_by_repricing_of_all_that_is_billed(
    quick_store: Store,
) -> None:
    bench = Bench(quick_store, texts=[with_riders("100.00", review_days=0)])
    bench.close(1)
    bench.apply()
    bench.wait(2 * 86400)
    bench.restart(with_riders("100.00", "20", review_days=0))
    bench.close(2)
    bench.apply()
    assert lines(bench)[1] == ["100.00", "-20.00", "-80.00"]
    bench.wait(2 * 86400)
    moved(bench, with_riders("100.00", "20", review_days=0))
    bench.close(3)
    bench.apply()
    assert lines(bench)[2][:2] == ["100.00", "-30.00"]  # 20 % of 300.00, less the 30.00 withheld before


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shares=st.lists(st.decimals("1", "33.33", places=2), min_size=1, max_size=3),
    value=st.integers(100_00, 9_999_99),
    anew=st.integers(100_00, 9_999_99),
)
def test_shares_of_a_new_value_come_to_that_value_to_the_cent(
    quick_stores: Callable[[], Store], shares: list[Decimal], value: int, anew: int
) -> None:
    texts = [shares_of(f"{Decimal(minor).scaleb(-2)}") for minor in (value, anew)]
    bench = Bench(quick_stores(), texts=texts[:1])
    for number, share in enumerate(shares, 1):
        bench.wait(1)
        bench.close(number, str(share))
    bench.apply()
    moved(bench, texts[1])
    bench.apply()
    billed = [document.total.minor for document in bench.live()]
    whole = usd(f"{Decimal(anew).scaleb(-2)}").times(Fraction(sum(shares, Decimal(0))) / 100).minor
    assert sum(billed) == whole
    assert bench.plan().actions == ()
