from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from billing_examples import a_catalogue
from books_contract import BooksContract
from kinds_contract import KindsContract

from connectors.errors import Unknown
from connectors.memory_books import MemoryBooks
from model.billing import Document, DocumentState
from model.money import Money


@dataclass
class MemoryStage:
    moment: datetime = datetime(2026, 2, 3, 20, 0, tzinfo=UTC)
    books: MemoryBooks = field(init=False)

    def __post_init__(self) -> None:
        self.books = MemoryBooks(a_catalogue(), self.now)

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, by: timedelta) -> None:
        self.moment += by

    def edit_amount(self, document: Document, amount: str) -> None:
        line = document.lines[0].id
        self.books.finance.edit_line(document.external_id, line, Money.of(amount, document.currency))

    def edit_text(self, document: Document, text: str) -> None:
        line = document.lines[0]
        self.books.finance.edit_line(document.external_id, line.id, line.amount or document.total, text)

    def edit_memo(self, document: Document, memo: str) -> None:
        self.books.finance.edit(document.external_id, memo=memo)

    def edit_note(self, document: Document, note: str) -> None:
        self.books.finance.edit(document.external_id, note=note)

    def _by_finance(name: str) -> Callable[[MemoryStage, Document], None]:  # noqa: N805  makes the four plain verbs
        def act(self: MemoryStage, document: Document) -> None:
            getattr(self.books.finance, name)(document.external_id)

        return act

    queue, send, void, delete = map(_by_finance, ("queue", "send", "void", "delete"))

    def pay(self, document: Document, amount: str | None = None) -> None:
        part = None if amount is None else Money.of(amount, document.currency)
        self.books.finance.pay(document.external_id, part)

    def answer(self, estimate: Document, state: DocumentState) -> None:
        self.books.finance.answer(estimate.external_id, state)

    def close(self, estimate: Document) -> None:
        self.books.finance.close(estimate.external_id)

    def convert(self, estimate: Document, share: str = "1") -> str:
        parts = None
        if share != "1":
            amounts = {line.id: line.amount or estimate.total for line in estimate.lines}
            parts = {id_: amount.times(Fraction(share)) for id_, amount in amounts.items()}
        return self.books.finance.convert(estimate.external_id, parts).external_id

    def lose_answer(self) -> None:
        self.books.lose_answers = 1

    def lose_request(self) -> None:
        self.books.fail_next.append(
            Unknown("the books", "create invoice", "the connection was lost", sent=True)
        )

    def ignore_request_ids(self) -> None:
        self.books.honours_request_ids = False

    def posts(self) -> int:
        return self.books.posts


class TestMemoryBooks(BooksContract, KindsContract):
    @pytest.fixture
    def stage(self) -> MemoryStage:
        return MemoryStage()
