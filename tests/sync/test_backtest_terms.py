"""A backtest of contracts of every term that moves money: what it says to the cent is what an apply then does.

Deposits with draw-down, retainage, change orders, caps, expenses, lateness and payers by share, before and after the
edit, upon histories of team and finance. A long run: MILEPOST_EXAMPLES=1000, both questions of each.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from mix_contracts import Deed, Mix, deeds, mixes
from mix_history import Mixed, story_of
from story_scene import REALM, Scene, company_of, headed
from story_words import sentence
from sync_bench import GONE, ZONE, book_of, company
from watched_books import WatchedBooks

from mappings.contract.book import RuleBook, reach_of
from model.money import Money
from sync.apply import Patience, apply
from sync.engine import Engine
from sync.store import Store
from sync.telling.backtest import Backtest, Question, Trial

LONG = "MILEPOST_EXAMPLES" in os.environ  # a quick run tries the same edits each time
EXAMPLES = int(os.environ.get("MILEPOST_EXAMPLES", "3"))


class Office(Scene):
    """The real engine over a store, without telling what it did."""

    @sentence(r"Milepost applies")
    def apply(self) -> None:
        """One run."""
        apply(self.engine, Patience(timedelta(0), lambda _seconds: None))


class Past(Mixed):
    """What happened before the edit: that its money held is proved elsewhere."""

    def _check(self) -> None:
        pass


@st.composite
def edits(draw: st.DrawFn) -> tuple[Mix, Mix]:
    """A contract before and after an edit of any of its terms; what it reads of Jira stays, for that was read."""
    before = draw(mixes())
    return before, draw(mixes(before.currency, before.pricing))


def book(mix: Mix) -> RuleBook:
    """The contract alone."""
    return book_of(headed("acme", mix.text))


def tried(engine: Engine, edited: RuleBook, question: Question) -> Backtest:
    """The edited rules against those in force, from the store alone."""
    asked = {"jira": reach_of(engine.book.contracts)}
    trial = Trial(engine.store, asked, engine.companies, engine.marker, engine.clock())
    return trial.compare(engine.book, edited, question)


def applied(engine: Engine) -> dict[str, Money]:
    """What one apply writes, by document."""
    result = apply(engine, Patience(timedelta(0), lambda _seconds: None))
    assert not result.trouble
    return {action.document_key: action.amount for action in result.plan.actions}


def in_books(books: WatchedBooks) -> dict[str, Money]:
    """What the live invoices of each client come to."""
    names = {each.id: each.name for each in books.catalogue().clients}
    sums: Counter[str] = Counter()
    for document in books.documents():
        if document.state not in GONE:
            sums[names[document.client_id]] += document.total.minor
    return {name: Money(minor, books.catalogue().clients[0].currency) for name, minor in sums.items()}


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(mixes=edits(), history=deeds)
def test_whatever_the_terms_its_figures_are_those_of_really_applying(
    quick_stores: Callable[[], Store], tmp_path: Path, mixes: tuple[Mix, Mix], history: list[Deed]
) -> None:
    before, after = mixes
    note(f"{before.text}\n----- edited to -----\n{after.text}")
    edited = book(after)
    house = Office(quick_stores(), tmp_path, story_of(before))
    both = RuleBook((*house.engine.book.contracts, *edited.contracts))
    house.books._catalogue = replace(house.books.catalogue(), clients=company_of(both, ZONE).clients)
    past = Past(house, before)
    for deed in history:
        past.act(deed)
    house.engine.read()
    upon_the_ledger, from_the_start = (tried(house.engine, edited, each) for each in ("next", "from_start"))
    empty = WatchedBooks(house.books.catalogue(), lambda: house.now)
    companies = {"books": company("books", REALM, empty)}
    fresh = Engine(quick_stores(), edited, house.engine.trackers, companies, lambda: house.now)
    comes_true(from_the_start, fresh, edited, empty)
    comes_true(upon_the_ledger, house.engine, edited, house.books)


def comes_true(found: Backtest, engine: Engine, edited: RuleBook, books: WatchedBooks) -> None:
    """An apply under the edited rules writes the drafts that were shown, and each client is billed what was said."""
    assert not found.unread
    engine.adopt(edited)
    written = applied(engine)
    billed = {each.client: each.after for each in found.clients if each.after}
    assert billed == {client: money for client, money in in_books(books).items() if money}
    differing = (*found.added, *(new for _, new in found.changed))
    assert {each.document_key: each.amount for each in differing}.items() <= written.items()
    assert len(written) == len(differing) + found.same
