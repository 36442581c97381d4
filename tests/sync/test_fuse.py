"""The money fuse: a plan that moves more than was agreed or than is usual waits for a person, and the rest goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sync_bench import START, Bench, rules, usd

from model.billing import DraftLine, InvoiceDraft
from model.decision import Made
from model.money import Money, total
from sync.planning.actions import Action, LineRemoval
from sync.planning.fuse import WINDOW, Billed, Fuses, Limits, Planned, moved, stamp
from sync.planning.holding import RELEASE, released
from sync.plans import StalePlan

OFF = Limits(times_usual_month=0, times_contract_value=0, times_usual_line=0)


def action(
    number: int, *amounts: str, client: str = "Acme", currency: str = "USD", contract: str = "acme"
) -> Action:
    """A new draft with a line for each amount."""
    lines = tuple(
        line(f"{contract}|{number}.{at}|fee", Money.of(each, currency)) for at, each in enumerate(amounts)
    )
    key = f"{contract}|{number}#1"
    draft = InvoiceDraft(key, contract, "books", client, currency, START.date(), None, "", "", lines)
    return Action("create", key, contract, "books", client, f"Work {number}", "", draft.total, draft=draft)


def line(charge: str, amount: Money) -> DraftLine:
    """A line of that amount."""
    return DraftLine(
        charge, "client", amount, Decimal(1), amount.decimal, "Work", "Consulting", None, None, START.date(), None,
        "work", "v",
    )  # fmt: skip


def withdrawal(number: int, amount: str) -> Action:
    """A draft of one line that is taken back."""
    key, taken = f"acme|{number}#1", usd(amount)
    removal = LineRemoval("1", f"acme|{number}|fee", "client", taken)
    return Action("withdraw", key, "acme", "books", "Acme", "Work", "", -taken, removals=(removal,))


def billed(amount: str, days_ago: float, *, document: str = "acme|old#1", client: str = "Acme") -> Billed:
    """Something billed in the past."""
    at = START - timedelta(days=days_ago)
    return Billed("acme", client, document, f"{document}|fee", usd(amount), at)


def blown(
    limits: Limits,
    *actions: Action,
    past: Sequence[Billed] = (),
    released: dict[str, list[str]] | None = None,
    value: str | None = None,
) -> dict[str, list[str]]:
    """Documents held, by the fuse that holds them."""
    fuses = Fuses("books", limits, past, released or {}, "America/New_York", START)
    worth = usd(value) if value else None
    trips = fuses.blown([Planned(each, worth) for each in actions])
    return {trip.ref: sorted(trip.documents) for trip in trips}


def test_a_line_beyond_its_limit_holds_its_draft_alone() -> None:
    limits = replace(OFF, line={"USD": usd("100.00")}, run={"USD": usd("200.00")})
    held = blown(limits, action(1, "100.00"), action(2, "40.00", "100.01"), action(3, "99.00"))
    assert held == {"line|acme|2#1": ["acme|2#1"]}  # and what it holds does not load the run


def test_the_drafts_of_a_client_beyond_its_limit_wait_and_those_of_others_go_on() -> None:
    limits = replace(OFF, client={"USD": usd("150.00")}, run={"USD": usd("200.00")})
    held = blown(limits, action(1, "100.00"), action(2, "50.01"), action(3, "150.00", client="Harbour"))
    assert held == {"client|books|USD|Acme": ["acme|1#1", "acme|2#1"]}


def test_a_run_beyond_its_limit_waits_as_a_whole() -> None:
    limits = replace(OFF, run={"USD": usd("250.00")})
    assert blown(limits, action(1, "150.00"), action(2, "100.00")) == {}
    held = blown(limits, action(1, "150.00"), action(2, "100.01", client="Harbour"))
    assert held == {"run|books|USD": ["acme|1#1", "acme|2#1"]}


def test_currencies_stand_apart() -> None:
    limits = replace(OFF, run={"USD": usd("100.00"), "JPY": Money.of("100", "JPY")})
    held = blown(
        limits, action(1, "100.00"), action(2, "101", currency="JPY"), action(3, "900.00", currency="EUR")
    )
    assert held == {"run|books|JPY": ["acme|2#1"]}


def test_many_small_runs_in_a_day_are_one_run() -> None:
    limits = replace(OFF, run={"USD": usd("250.00")})
    assert blown(limits, action(1, "100.00"), past=[billed("150.01", 0.5)]) == {"run|books|USD": ["acme|1#1"]}
    assert blown(limits, action(1, "100.00"), past=[billed("150.01", WINDOW.days)]) == {}
    by_client = replace(OFF, client={"USD": usd("250.00")})
    assert blown(by_client, action(1, "100.00"), past=[billed("999.00", 0.5, client="Harbour")]) == {}


def test_what_is_taken_back_loads_a_fuse_too() -> None:
    limits = replace(OFF, run={"USD": usd("250.00")})
    assert blown(limits, withdrawal(1, "150.00"), withdrawal(2, "100.01")).keys() == {"run|books|USD"}


def test_a_line_is_not_worth_more_than_its_contract() -> None:
    limits = replace(OFF, times_contract_value=1)
    assert blown(limits, action(1, "1000.00"), value="1000.00") == {}
    assert blown(limits, action(1, "1000.01"), value="1000.00") == {"line|acme|1#1": ["acme|1#1"]}
    assert blown(replace(limits, times_contract_value=2), action(1, "1000.01"), value="1000.00") == {}
    assert blown(limits, action(1, "1000.01")) == {}


def test_a_line_without_a_contract_value_is_held_against_the_usual_one() -> None:
    limits = replace(OFF, times_usual_line=20)
    past = [billed("100.00", 30, document=f"acme|{number}#1") for number in range(5)]
    assert blown(limits, action(1, "2000.00"), past=past) == {}
    assert blown(limits, action(1, "2000.01"), past=past) == {"line|acme|1#1": ["acme|1#1"]}
    assert blown(limits, action(1, "2000.01"), past=past[:4]) == {}
    assert blown(limits, action(1, "2000.01", contract="other"), past=past) == {}


def test_a_run_of_many_usual_months_waits() -> None:
    limits = replace(OFF, times_usual_month=3)
    past = [billed("80.00", 40), billed("20.00", 41), billed("120.00", 70), billed("90.00", 100)]
    assert blown(limits, action(1, "300.00"), past=past) == {}  # the usual month is the middle one: 100.00
    assert blown(limits, action(1, "300.01"), past=past) == {"run|books|USD": ["acme|1#1"]}
    assert (
        blown(limits, action(1, "300.01"), past=past[:3]) == {}
    )  # two months say nothing about what is usual
    assert (
        blown(limits, action(1, "300.01"), past=[*past[:3], billed("1.00", 1.5)]) == {}
    )  # nor does this month


def test_the_lowest_limit_is_the_one_that_is_told() -> None:
    limits = replace(OFF, run={"USD": usd("1000.00")}, times_usual_month=3)
    past = [billed("100.00", days) for days in (40, 70, 100)]
    (trip,) = Fuses("books", limits, past, {}, "UTC", START).blown([Planned(action(1, "5000.00"), None)])
    assert (trip.limit, trip.actual, trip.over) == (usd("300.00"), usd("5000.00"), usd("4700.00"))
    assert trip.rule == "3 times the usual month"


def test_a_release_lets_pass_what_it_named_and_nothing_else() -> None:
    limits = replace(OFF, run={"USD": usd("250.00")})
    first, second = action(1, "200.00"), action(2, "100.00")
    released = {"run|books|USD": [stamp(first), stamp(second)]}
    assert blown(limits, first, second, released=released) == {}
    assert blown(limits, first, second, action(3, "50.00"), released=released) == {}
    held = blown(limits, first, second, action(3, "250.01"), released=released)
    assert held == {"run|books|USD": ["acme|3#1"]}
    held = blown(limits, action(1, "300.00"), second, released=released)
    assert held == {"run|books|USD": ["acme|1#1"]}  # the amount is not the one that was released


def test_a_release_of_one_fuse_does_not_release_another() -> None:
    limits = replace(OFF, line={"USD": usd("100.00")}, run={"USD": usd("250.00")})
    large = action(1, "300.00")
    released = {"line|acme|1#1": [stamp(large)]}
    assert blown(limits, large, released=released) == {"run|books|USD": ["acme|1#1"]}


def test_what_was_released_does_not_load_the_fuse_for_the_rest_of_the_day() -> None:
    limits = replace(OFF, run={"USD": usd("250.00")})
    large = action(1, "900.00")
    past = [billed("900.00", 0.1, document="acme|1#1")]
    assert blown(limits, action(2, "10.00"), past=past).keys() == {"run|books|USD"}
    assert blown(limits, action(2, "10.00"), past=past, released={"run|books|USD": [stamp(large)]}) == {}


@given(
    st.lists(st.lists(st.integers(1, 50_000), min_size=1, max_size=3), max_size=8),
    st.integers(1, 60_000),
    st.integers(1, 90_000),
    st.integers(1, 120_000),
)
def test_what_goes_on_is_within_every_limit(
    drafts: list[list[int]], per_line: int, per_client: int, per_run: int
) -> None:
    limits = replace(
        OFF,
        line={"USD": Money(per_line, "USD")},
        client={"USD": Money(per_client, "USD")},
        run={"USD": Money(per_run, "USD")},
    )
    actions = [
        action(at, *(str(Decimal(each).scaleb(-2)) for each in amounts), client=f"Client {at % 2}")
        for at, amounts in enumerate(drafts)
    ]
    trips = Fuses("books", limits, (), {}, "UTC", START).blown([Planned(each, None) for each in actions])
    held = [key for trip in trips for key in trip.documents]
    assert len(held) == len(set(held))
    passed = [each for each in actions if each.document_key not in held]
    assert all(line.amount.minor <= per_line for each in passed for line in each.lines)
    for client in ("Client 0", "Client 1"):
        assert total([moved(each) for each in passed if each.client == client], "USD").minor <= per_client
    assert total([moved(each) for each in passed], "USD").minor <= per_run
    assert all(trip.actual.minor > trip.limit.minor for trip in trips)


# ── with the engine ──────────────────────────────────────────────────────────────────────────────────────


def limited(bench: Bench, limits: Limits) -> None:
    """The company's plans may move so much."""
    bench.acme.company = replace(bench.acme.company, limits=limits)
    bench.restart()


@pytest.fixture
def small(bench: Bench) -> Bench:
    """A bench whose lines come to 500.00 at most, and whose runs to 800.00."""
    limited(bench, replace(OFF, line={"USD": usd("500.00")}, run={"USD": usd("800.00")}))
    return bench


def test_a_mistyped_amount_is_held_with_its_figures_and_the_rest_is_drafted(small: Bench) -> None:
    small.close(1, "100.00")
    small.close(2, "50000.00")
    applied = small.apply()
    assert [str(each.total) for each in small.live()] == ["100.00 USD"]
    (finding,) = [one for each in applied.after.assessments for one in each.plan.findings]
    assert (finding.code, finding.owner) == ("fuse.line", "finance")
    assert finding.reason == (
        "one line comes to 50,000.00 USD, 49,500.00 USD more than the limit of a line (500.00 USD)"
    )
    assert small.sums() == {"billed": "100.00", "held": "50000.00"}
    (waiting,) = [each for each in small.status().positions if each.bucket == "held"]
    assert waiting.reason == finding.reason


def release(bench: Bench, who: str = "ada") -> None:
    """A person lets pass what the fuses hold now."""
    for each in bench.plan().assessments:
        for finding in (one for one in each.plan.findings if one.code.startswith("fuse.")):
            detail = {"code": finding.code, **released(each.plan, finding.ref)}
            made = Made(each.contract.id, finding.ref, RELEASE, detail, who, "it was agreed")
            assert bench.store.decisions.record(made, each.plan.revision, bench.now)


def test_a_person_releases_a_fuse_for_this_very_amount(small: Bench) -> None:
    small.close(1, "700.00")
    small.apply()
    release(small)
    small.price(1, "700.01")
    small.apply()
    assert small.live() == []
    small.price(1, "700.00")
    small.apply()
    assert [str(each.total) for each in small.live()] == ["700.00 USD"]
    small.close(2, "400.00")  # what was released does not stand in the way of the rest
    small.apply()
    assert len(small.live()) == 2


def test_a_release_is_a_new_plan_to_approve(small: Bench) -> None:
    small.close(1, "100.00")
    small.close(2, "700.00")
    before = small.plan().digest
    release(small)
    with pytest.raises(StalePlan, match="is stale"):
        small.apply(before)


def test_an_approval_signs_what_is_written_and_nothing_that_is_held(small: Bench) -> None:
    small.close(1, "100.00")
    alone = small.plan().digest
    small.close(2, "50000.00")
    held = small.plan()
    assert held.digest == alone
    assert [each.action.subject[:6] for each in held.held] == ["ACME-2"]
    small.apply(alone)
    assert [str(each.total) for each in small.live()] == ["100.00 USD"]


def test_runs_of_one_day_add_up_until_the_fuse_trips_and_it_is_set_again_a_day_later(small: Bench) -> None:
    for number in (1, 2):
        small.close(number, "400.00")
        small.apply()
    small.close(3, "400.00")
    small.apply()
    assert len(small.live()) == 2
    assert small.codes() == {"fuse.run"}
    small.wait(WINDOW.total_seconds() + 1)
    small.apply()
    assert len(small.live()) == 3


def test_a_queued_draft_that_a_fuse_holds_by_now_is_taken_back(bench: Bench) -> None:
    bench.close(1, "900.00")
    assert bench.engine.enqueue(bench.plan()) == []
    limited(bench, replace(OFF, run={"USD": usd("800.00")}))
    bench.apply()
    assert bench.live() == []
    assert bench.store.outbox.unfinished() == {}


def test_two_contracts_of_one_company_load_the_same_run(bench: Bench) -> None:
    other = (
        rules(more="")
        .replace('id = "acme"', 'id = "harbour"')
        .replace('label = "billable"', 'label = "other"')
    )
    bench.restart(rules(), other.replace('client = "acme Corp"', 'client = "Harbour"'))
    limited(bench, replace(OFF, run={"USD": usd("800.00")}))
    bench.close(1, "500.00")
    bench.close(2, "400.00", labels=("other",))
    plan = bench.apply().after
    assert bench.live() == []
    assert [each.contract.id for each in plan.assessments if each.plan.held] == ["acme", "harbour"]


def test_a_contract_that_a_fuse_holds_is_looked_at_in_every_tick(small: Bench) -> None:
    small.close(1, "50000.00")
    small.apply()
    small.apply()
    assert small.store.rules.dirty(small.now).keys() == {"acme"}
    small.price(1, "100.00")
    small.apply()
    small.apply()
    assert small.store.rules.dirty(small.now) == {}


def test_what_was_withdrawn_again_does_not_load_the_run(bench: Bench) -> None:
    bench.restart(rules(reopened="withdraw"))
    limited(bench, replace(OFF, run={"USD": usd("800.00")}))
    bench.close(1, "700.00")
    bench.apply()
    bench.wait(WINDOW.total_seconds() / 2)
    limited(bench, OFF)
    bench.reopen(1)
    bench.apply()
    limited(bench, replace(OFF, run={"USD": usd("800.00")}))
    bench.close(2, "700.00")
    bench.apply()
    assert [str(each.total) for each in bench.live()] == ["700.00 USD"]
