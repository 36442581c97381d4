"""What every Books must do with estimates and credit memos: the same suite runs over fake and real client."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from billing_examples import MARKER, a_draft, a_line

from connectors.errors import Rejected, Stale
from connectors.ports import Books, LineEdits, Trace
from model.billing import Document, DocumentKind, DocumentState, LinkedTxn
from model.money import Money


class EstimateStage(Protocol):
    """A company as `books_contract.Stage` has it, whose finance person also handles estimates."""

    books: Books

    def now(self) -> datetime: ...
    def pass_time(self, by: timedelta) -> None: ...
    def delete(self, document: Document) -> None: ...
    def void(self, document: Document) -> None: ...
    def answer(self, estimate: Document, state: DocumentState) -> None: ...
    def close(self, estimate: Document) -> None: ...
    def convert(self, estimate: Document, share: str = "1") -> str: ...


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


class KindsContract:
    """Collected by a subclass that gives a `stage` fixture."""

    def make(self, stage: EstimateStage, kind: DocumentKind, request_id: str = "r-1") -> Document:
        draft = a_draft(a_line(), a_line("70.00", text="Second"), kind=kind)
        request = stage.books.render_create(draft)
        assert request.kind == kind
        return stage.books.send(request, request_id, stage.now() + timedelta(minutes=1))

    def write(self, stage: EstimateStage, estimate: Document, edits: LineEdits | None) -> Document:
        request = (
            stage.books.render_withdrawal(estimate)
            if edits is None
            else stage.books.render_update(estimate, edits)
        )
        return stage.books.send(request, "r-2", stage.now() + timedelta(minutes=1))

    @pytest.mark.parametrize("kind", ["estimate", "credit_memo"])
    def test_a_document_of_each_kind_is_made_and_read_by_its_kind(
        self, stage: EstimateStage, kind: DocumentKind
    ) -> None:
        made = self.make(stage, kind)
        assert (made.kind, made.state, made.marker) == (kind, DocumentState.DRAFT, MARKER)
        assert made.total == usd("1270.00")
        assert made.balance == (usd("0.00") if kind == "estimate" else made.total)
        assert [line.amount for line in made.lines] == [usd("1200.00"), usd("70.00")]
        assert stage.books.read(made.external_id, kind) == made

    def test_an_id_means_nothing_without_its_kind(self, stage: EstimateStage) -> None:
        made = self.make(stage, "estimate")
        other = stage.books.read(made.external_id, "invoice")
        assert (other.kind, other.state) == ("invoice", DocumentState.DELETED)

    def test_a_look_for_one_kind_sees_no_other(self, stage: EstimateStage) -> None:
        trace = Trace(MARKER, "Acme Corp", usd("1270.00"), (a_line().text,), stage.now(), kind="estimate")
        made = self.make(stage, "estimate")
        self.make(stage, "invoice", "r-9")
        assert stage.books.look_for(trace).found == (made,)
        assert [each.kind for each in stage.books.look_for(replace(trace, kind="invoice")).found] == [
            "invoice"
        ]

    def test_changes_tell_of_every_kind(self, stage: EstimateStage) -> None:
        cursor = stage.books.changes_since(None).cursor
        made = [self.make(stage, kind, f"r-{kind}") for kind in ("invoice", "estimate", "credit_memo")]
        seen = stage.books.changes_since(cursor)
        assert seen.complete
        assert {(each.kind, each.external_id) for each in seen.documents} == {
            (each.kind, each.external_id) for each in made
        }

    def test_a_clients_documents_are_asked_for_by_their_kinds(self, stage: EstimateStage) -> None:
        kinds: tuple[DocumentKind, ...] = ("invoice", "estimate", "credit_memo")
        made = {(kind, self.make(stage, kind, f"r-{kind}").external_id) for kind in kinds}
        since = stage.now() - timedelta(minutes=1)
        found = {kind: stage.books.touched("Acme Corp", since, (kind,)) for kind in kinds}
        assert {(each.kind, each.external_id) for some in found.values() for each in some} == made
        assert {each.kind for each in stage.books.touched("Acme Corp", since)} == {"invoice", "estimate"}

    def test_an_estimate_is_updated_like_an_invoice(self, stage: EstimateStage) -> None:
        made = self.make(stage, "estimate")
        after = self.write(stage, made, LineEdits({made.lines[0].id: a_line("1500.00")}))
        assert (after.kind, after.total, after.state) == ("estimate", usd("1570.00"), DocumentState.DRAFT)
        with pytest.raises(Stale):
            stage.books.send(stage.books.render_withdrawal(made), "r-3", stage.now() + timedelta(minutes=1))

    def test_an_estimate_that_is_taken_back_is_rejected_and_stays(self, stage: EstimateStage) -> None:
        made = self.make(stage, "estimate")
        after = self.write(stage, made, None)
        assert (after.state, after.total, after.marker) == (DocumentState.REJECTED, made.total, MARKER)
        assert after.content == made.content
        assert stage.books.read(made.external_id, "estimate") == after

    def test_a_credit_memo_cannot_be_taken_back(self, stage: EstimateStage) -> None:
        with pytest.raises(Rejected, match="credit memo"):
            stage.books.render_withdrawal(self.make(stage, "credit_memo"))

    @pytest.mark.parametrize("state", [DocumentState.ACCEPTED, DocumentState.REJECTED])
    def test_an_answer_of_the_client_is_a_state_and_no_edit(
        self, stage: EstimateStage, state: DocumentState
    ) -> None:
        made = self.make(stage, "estimate")
        stage.answer(made, state)
        seen = stage.books.read(made.external_id, "estimate")
        assert (seen.state, seen.content) == (state, made.content)

    def test_an_estimate_closed_by_hand_without_an_invoice_counts_as_rejected(
        self, stage: EstimateStage
    ) -> None:
        made = self.make(stage, "estimate")
        stage.close(made)
        seen = stage.books.read(made.external_id, "estimate")
        assert (seen.state, seen.closed) == (DocumentState.REJECTED, True)

    def test_an_estimate_invoiced_whole_is_closed_and_both_sides_say_so(self, stage: EstimateStage) -> None:
        made = self.make(stage, "estimate")
        invoice = stage.books.read(stage.convert(made))
        seen = stage.books.read(made.external_id, "estimate")
        assert (seen.state, seen.closed) == (DocumentState.CONVERTED, True)
        assert seen.links == (LinkedTxn("invoice", invoice.external_id),)
        assert invoice.links == (LinkedTxn("estimate", made.external_id),)
        assert [(line.amount, line.text) for line in invoice.lines] == [
            (line.amount, line.text) for line in made.lines
        ]

    def test_an_estimate_invoiced_in_part_stays_open_until_nothing_is_left(
        self, stage: EstimateStage
    ) -> None:
        made = self.make(stage, "estimate")
        first = stage.convert(made, "0.5")
        part = stage.books.read(made.external_id, "estimate")
        assert (part.state, part.closed) == (DocumentState.CONVERTED, False)
        assert stage.books.read(first).total == usd("635.00")
        second = stage.convert(part, "0.5")
        whole = stage.books.read(made.external_id, "estimate")
        assert (whole.state, whole.closed) == (DocumentState.CONVERTED, True)
        assert [link.id for link in whole.links] == [first, second]

    @pytest.mark.parametrize("hand", ["void", "delete"])
    def test_an_estimate_whose_invoice_is_gone_is_open_again(self, stage: EstimateStage, hand: str) -> None:
        made = self.make(stage, "estimate")
        invoice = stage.books.read(stage.convert(made))
        getattr(stage, hand)(invoice)
        seen = stage.books.read(made.external_id, "estimate")
        assert (seen.state, seen.closed, seen.links) == (DocumentState.DRAFT, False, ())
