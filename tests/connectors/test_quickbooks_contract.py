from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from books_contract import BooksContract
from kinds_contract import KindsContract
from quickbooks_bench import WRITES, Bench, bench

from connectors.quickbooks import QuickBooksBooks
from model.billing import Document, DocumentState
from sandbox.faults import drop_after, drop_before


@dataclass
class SandboxStage:
    bench: Bench
    books: QuickBooksBooks = field(init=False)

    def __post_init__(self) -> None:
        self.books = self.bench.client()

    def now(self) -> datetime:
        return self.bench.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.bench.clock.advance(by)

    def edit_amount(self, document: Document, amount: str) -> None:
        self.bench.finance.edit_amount(document.external_id, document.lines[0].id, Decimal(amount))

    def edit_text(self, document: Document, text: str) -> None:
        self.bench.finance.edit_text(document.external_id, document.lines[0].id, text)

    def edit_memo(self, document: Document, memo: str) -> None:
        self.bench.finance.edit_memo(document.external_id, memo)

    def edit_note(self, document: Document, note: str) -> None:
        self.bench.finance.edit_note(document.external_id, note)

    def queue(self, document: Document) -> None:
        self.bench.finance.queue(document.external_id, "ap@acme.example")

    def send(self, document: Document) -> None:
        self.bench.finance.send(document.external_id, "ap@acme.example")

    def pay(self, document: Document, amount: str | None = None) -> None:
        self.bench.finance.take_payment(document.external_id, None if amount is None else Decimal(amount))

    def void(self, document: Document) -> None:
        self.bench.finance.void(document.external_id)

    def delete(self, document: Document) -> None:
        self.bench.finance.delete(document.external_id)

    def answer(self, estimate: Document, state: DocumentState) -> None:
        words = {DocumentState.ACCEPTED: "Accepted", DocumentState.REJECTED: "Rejected"}
        self.bench.finance.decide_estimate(estimate.external_id, words[state], "Ann")

    def close(self, estimate: Document) -> None:
        self.bench.finance.decide_estimate(estimate.external_id, "Closed")

    def convert(self, estimate: Document, share: str = "1") -> str:
        return self.bench.finance.convert_estimate(estimate.external_id, Decimal(share)).id

    def lose_answer(self) -> None:
        self.bench.faults.add(drop_after(), method="POST", path=WRITES)

    def lose_request(self) -> None:
        self.bench.faults.add(drop_before(), method="POST", path=WRITES)

    def ignore_request_ids(self) -> None:
        self.bench.state.behaviour.requestid_honoured = False

    def posts(self) -> int:
        return self.bench.posts()


class TestQuickBooksBooks(BooksContract, KindsContract):
    @pytest.fixture
    def stage(self) -> Iterator[SandboxStage]:
        with bench() as made:
            yield SandboxStage(made)
