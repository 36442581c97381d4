"""Contracts made up of every term that moves money, and histories of what team and finance do under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from model.money import Money

EPICS = tuple(f"ACME-{number}" for number in range(1, 5))
LAST = "ACME-9"
VALUE = 1000  # whole units of each currency

ACCEPTED = '[[accepted]]\nof = "handover"\non = 2026-02-09\nby = "Ann"\n'

Pricing = Literal["percent", "amount", "accepted"]
PRICINGS: tuple[Pricing, ...] = ("percent", "amount", "accepted")


@dataclass(frozen=True, slots=True)
class Mix:
    """One contract file. Epics 1 to 4 are `pricing`'s, ACME-9 closes the contract; `rule_cap` is that of the former."""

    text: str
    currency: str
    pricing: Pricing
    rule_cap: Money | None

    @property
    def field(self) -> str:
        """The field that moves the price of the epics."""
        return {"percent": "Pct", "amount": "Amt", "accepted": "Acc"}[self.pricing]


@st.composite
def mixes(draw: st.DrawFn, currency: str = "", pricing: Pricing | None = None) -> Mix:
    """Any contract that the grammar takes of these terms; in `currency` and of `pricing` if they are given."""
    currency = currency or draw(st.sampled_from(["USD", "JPY", "KWD"]))
    pricing = pricing or draw(st.sampled_from(PRICINGS))
    rule_cap = draw(st.sampled_from([None, 150, 250])) if pricing == "amount" else None
    deposit = draw(st.just("") | _deposits(currency))
    retainage = draw(st.just("") | _retainages(draws=bool(deposit)))
    parts = [
        _head(draw, currency, pricing),
        deposit,
        retainage,
        draw(st.just("") | _payers()),
        _milestones(draw, currency, pricing, rule_cap),
        draw(st.just("") | _orders(currency, pricing)),
        draw(st.just("") | _expenses(currency)),
        ACCEPTED if "handover" in retainage and draw(st.booleans()) else "",
    ]
    return Mix(
        "\n".join(parts), currency, pricing, None if rule_cap is None else Money.of(str(rule_cap), currency)
    )


def written(whole: int, currency: str) -> str:
    """An amount of whole units as contract files write it."""
    return f"{Money.of(str(whole), currency).decimal:f}"


def _head(draw: st.DrawFn, currency: str, pricing: Pricing) -> str:
    keys = {
        "currency": f'"{currency}"',
        "value": f'"{written(VALUE, currency)}"',
        "group": draw(st.sampled_from(['"milestone"', '"phase"', '"run"', '"month"'])),
        "reopened": draw(st.sampled_from(['"hold"', '"withdraw"'])),
        "review_days": str(draw(st.sampled_from([0, 3, 30]))),
    }
    if pricing != "percent" and draw(st.booleans()):
        keys["cap"] = f'"{written(draw(st.sampled_from([180, 330])), currency)}"'
    return "\n".join(f"{key} = {value}" for key, value in keys.items())


def _deposits(currency: str) -> st.SearchStrategy[str]:
    return st.builds(
        '[deposit]\namount = "{}"\nitem = "Advances"\ndraw = "{}"\ndraw_from = "{}"\n'.format,
        st.sampled_from([100, 333, 700]).map(lambda whole: written(whole, currency)),
        st.sampled_from(["full", "proportional", "last"]),
        st.sampled_from(["paid", "billed"]),
    )


def _retainages(*, draws: bool) -> st.SearchStrategy[str]:
    halves = '[{ share = "50 %", when = 2026-02-12 }, { share = "50 %", when = "closeout" }]'
    thirds = '[{ share = "30 %", when = 2026-02-08 }, { share = "70 %", when = 2026-03-01 }]'
    return st.builds(
        '[retainage]\nhold = "{} %"\nbase = "{}"\nitem = "Withheld"\nrelease = {}\n'.format,
        st.sampled_from(["5", "7.5", "10"]),
        st.sampled_from(["work", "work_and_expenses", *(["work_after_draw"] if draws else [])]),
        st.sampled_from(['"closeout"', "2026-02-12", '{ acceptance = "handover" }', halves, thirds]),
    )


def _payers() -> st.SearchStrategy[str]:
    payer = '[[payer]]\nname = "{0}"\nclient = "{0} Corp"\nshare = {1}\n'
    return st.builds(
        lambda a, b: payer.format("city", a) + payer.format("harbour", b),
        st.integers(1, 3),
        st.integers(1, 3),
    )


def _milestones(draw: st.DrawFn, currency: str, pricing: Pricing, rule_cap: int | None) -> str:
    late = 'due = 2026-02-04\nlate = { per_day = "1 %", at_most = "20 %" }\n'
    discount = draw(st.sampled_from(["", ', discount = "3.3 %"']))
    cap = f', cap = "{written(rule_cap, currency)}"' if rule_cap is not None else ""
    price, accept = {
        "percent": ('{ percent = { field = "Pct" } }', ""),
        "amount": (f'{{ amount = {{ field = "Amt" }}{discount}{cap} }}', ""),
        "accepted": (
            f'{{ fixed = "{written(123, currency)}" }}',
            'accept = { share = { field = "Acc" } }\n',
        ),
    }[pricing]
    last = f'{{ fixed = "{written(40, currency)}" }}'
    if pricing == "percent":
        last = draw(st.sampled_from([last, '{ percent = "5 %" }\nfinal = true', '{ percent = "10 %" }']))
    return (
        '[[milestone]]\nrule = "works"\nphase = "delivery"\n'
        'work = { epics = { project = "ACME", label = "works" } }\n'
        f"price = {price}\n{accept}{draw(st.sampled_from(['', late])) if pricing != 'accepted' else ''}"
        '[[milestone]]\nrule = "end"\nphase = "closeout"\n'
        f'work = {{ epic = "{LAST}" }}\nprice = {last}\n'
    )


def _orders(currency: str, pricing: Pricing) -> st.SearchStrategy[str]:
    own = st.tuples(st.sampled_from(["+55", "+100", "-30"]), st.just(""))
    remaining = st.tuples(st.sampled_from(["+55", "-50"]), st.just('applies = "remaining"\n'))
    return st.builds(
        lambda of: (
            f'[[change_order]]\nid = "CO-1"\non = 2026-02-06\nvalue = "{of[0][0]}{written(int(of[0][1:]), currency)}"\n'
            f'approved_by = "Ann"\nreason = "scope"\n{of[1]}'
        ),
        own | remaining if pricing == "percent" else own,
    )


def _expenses(currency: str) -> st.SearchStrategy[str]:
    expense = (
        f'[[expense]]\nid = "travel"\non = 2026-02-05\namount = "{written(61, currency)}"\n'
        'text = "Travel"\napproved_by = "Ann"\n'
    )
    return st.just(expense)


HANDS = (
    *("close", "close", "close", "reopen", "price", "price"),
    *("send", "pay", "pay", "void", "delete", "lower", "wait"),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person does, `days` after the one before, to epic or document `which` with the number `much` (of 5 to
    120), and whether Milepost is run then."""

    hand: str
    days: int
    which: int
    much: int
    runs: bool


deeds = st.lists(
    st.builds(
        Deed,
        hand=st.sampled_from(HANDS),
        days=st.sampled_from([0, 0, 1, 4]),
        which=st.integers(0, 9),
        much=st.sampled_from([5, 10, 20, 25, 33, 70, 100, 120]),
        runs=st.sampled_from([True, True, True, False]),
    ),
    min_size=3,
    max_size=9,
)
