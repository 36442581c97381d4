"""What every Books must do: the same suite runs over the memory fake and the QuickBooks client."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from billing_examples import MARKER, a_draft, a_line

from connectors.errors import Rejected, Stale, Transient, Unknown
from connectors.ports import Books, LineEdits, Trace
from model.billing import Document, DocumentState
from model.money import Money


class Stage(Protocol):
    """One company with client "Acme Corp" and item "Consulting", a finance person, and a service that errs."""

    books: Books

    def now(self) -> datetime: ...
    def pass_time(self, by: timedelta) -> None: ...
    def edit_amount(self, document: Document, amount: str) -> None: ...
    def edit_text(self, document: Document, text: str) -> None: ...
    def edit_memo(self, document: Document, memo: str) -> None: ...
    def edit_note(self, document: Document, note: str) -> None: ...
    def queue(self, document: Document) -> None: ...
    def send(self, document: Document) -> None: ...
    def pay(self, document: Document, amount: str | None = None) -> None: ...
    def void(self, document: Document) -> None: ...
    def delete(self, document: Document) -> None: ...
    def lose_answer(self) -> None: ...
    def lose_request(self) -> None: ...
    def ignore_request_ids(self) -> None: ...
    def posts(self) -> int: ...


class BooksContract:
    """Collected by a subclass that gives a `stage` fixture."""

    def post(self, stage: Stage, request_id: str = "r-1", *, amount: str = "1200.00") -> Document:
        request = stage.books.render_create(a_draft(a_line(amount)))
        return stage.books.send(request, request_id, stage.now() + timedelta(minutes=1))

    def trace(self, stage: Stage, amount: str = "1200.00") -> Trace:
        return Trace(MARKER, "Acme Corp", Money.of(amount, "USD"), (a_line().text,), stage.now())

    def test_a_create_is_answered_with_the_draft_as_the_books_show_it(self, stage: Stage) -> None:
        document = self.post(stage)
        assert document.state is DocumentState.DRAFT
        assert document.marker == MARKER
        assert document.total == document.balance == Money.of("1200.00", "USD")
        assert [(line.amount, line.text) for line in document.lines] == [
            (document.total, "Discovery (ACME-12)")
        ]
        assert document.number
        assert document.changed_at == stage.now()
        assert stage.books.read(document.external_id) == document

    def test_the_same_request_id_makes_one_document(self, stage: Stage) -> None:
        first, second = self.post(stage), self.post(stage)
        assert first == second
        assert len(stage.books.look_for(self.trace(stage)).found) == 1

    def test_another_request_id_makes_another_document(self, stage: Stage) -> None:
        assert self.post(stage, "r-1").external_id != self.post(stage, "r-2").external_id
        assert len(stage.books.look_for(self.trace(stage)).found) == 2

    def test_where_request_ids_are_ignored_a_repeat_is_seen_by_looking(self, stage: Stage) -> None:
        stage.ignore_request_ids()
        self.post(stage)
        self.post(stage)
        assert len(stage.books.look_for(self.trace(stage)).found) == 2

    def test_an_update_sets_our_line_and_raises_the_version(self, stage: Stage) -> None:
        before = self.post(stage)
        line = a_line("1500.00", text="Discovery, revised")
        request = stage.books.render_update(before, LineEdits({before.lines[0].id: line}))
        after = stage.books.send(request, "r-2", stage.now() + timedelta(minutes=1))
        assert [(line.id, line.amount, line.text) for line in after.lines] == [
            (before.lines[0].id, Money.of("1500.00", "USD"), "Discovery, revised")
        ]
        assert after.total == Money.of("1500.00", "USD")
        assert (after.marker, after.number, after.state) == (
            before.marker,
            before.number,
            DocumentState.DRAFT,
        )
        assert after.version != before.version
        assert after.content != before.content
        assert stage.books.read(before.external_id) == after

    def test_what_was_typed_since_stands_under_the_names_of_its_fields(self, stage: Stage) -> None:
        before = self.post(stage)
        stage.edit_memo(before, "Theirs")
        old, new = map(stage.books.legible, (before, stage.books.read(before.external_id)))
        assert {place for place in old.keys() | new.keys() if old.get(place) != new.get(place)} == {
            ("", "message")
        }
        (line,) = before.lines
        assert old[line.id, "text"] == line.text
        assert {name for id_, name in old if id_ == line.id} >= {
            "amount",
            "quantity",
            "price",
            "service date",
        }

    def test_an_update_of_an_older_version_is_stale_and_changes_nothing(self, stage: Stage) -> None:
        before = self.post(stage)
        stage.edit_memo(before, "Theirs")
        theirs = stage.books.read(before.external_id)
        request = stage.books.render_update(before, LineEdits({before.lines[0].id: a_line("1500.00")}))
        with pytest.raises(Stale) as refused:
            stage.books.send(request, "r-2", stage.now() + timedelta(minutes=1))
        assert refused.value.sent
        assert stage.books.read(before.external_id) == theirs

    def test_an_update_needs_its_line(self, stage: Stage) -> None:
        with pytest.raises(Rejected, match="99 is no longer there"):
            stage.books.render_update(self.post(stage), LineEdits({"99": a_line()}))
        with pytest.raises(Rejected, match="99 is no longer there"):
            stage.books.render_update(self.post(stage), LineEdits(removed=frozenset({"99"})))

    def test_an_update_adds_lines_behind_ours_and_keeps_the_ids_that_were_there(self, stage: Stage) -> None:
        before = self.post(stage)
        edits = LineEdits(added=(a_line("70.00", text="Second"), a_line("-20.00", text="Less")))
        request = stage.books.render_update(before, edits)
        after = stage.books.send(request, "r-2", stage.now() + timedelta(minutes=1))
        assert [line.text for line in after.lines] == [before.lines[0].text, "Second", "Less"]
        assert after.lines[0] == before.lines[0]
        assert len({line.id for line in after.lines}) == 3
        assert after.total == before.total + Money.of("50.00", "USD")

    def test_an_update_takes_one_line_out_and_leaves_the_others(self, stage: Stage) -> None:
        first = self.post(stage)
        added = stage.books.render_update(first, LineEdits(added=(a_line("70.00", text="Second"),)))
        both = stage.books.send(added, "r-2", stage.now() + timedelta(minutes=1))
        gone = LineEdits(removed=frozenset({first.lines[0].id}), added=(a_line("5.00", text="Third"),))
        request = stage.books.render_update(both, gone)
        after = stage.books.send(request, "r-3", stage.now() + timedelta(minutes=1))
        assert [line.text for line in after.lines] == ["Second", "Third"]
        assert after.lines[0] == both.lines[1]
        assert after.total == Money.of("75.00", "USD")

    def test_a_line_on_an_unknown_item_is_refused_before_anything_is_sent(self, stage: Stage) -> None:
        wrong = replace(a_line("70.00"), item="No such item")
        with pytest.raises(Rejected, match="No such item"):
            stage.books.render_update(self.post(stage), LineEdits(added=(wrong,)))

    def test_a_voided_document_keeps_its_marker(self, stage: Stage) -> None:
        before = self.post(stage)
        request = stage.books.render_withdrawal(before)
        after = stage.books.send(request, "r-2", stage.now() + timedelta(minutes=1))
        assert (after.state, after.marker, after.total.minor) == (DocumentState.VOIDED, MARKER, 0)
        assert stage.books.read(before.external_id) == after

    def test_a_void_of_an_older_version_is_stale(self, stage: Stage) -> None:
        before = self.post(stage)
        stage.edit_amount(before, "900.00")
        with pytest.raises(Stale):
            stage.books.send(stage.books.render_withdrawal(before), "r-2", stage.now() + timedelta(minutes=1))
        assert stage.books.read(before.external_id).state is DocumentState.DRAFT

    @pytest.mark.parametrize(
        ("edit", "value"),
        [("edit_amount", "900.00"), ("edit_text", "Other words"), ("edit_memo", "Hi"), ("edit_note", "Note")],
    )
    def test_an_edit_by_finance_shows_in_the_content(self, stage: Stage, edit: str, value: str) -> None:
        before = self.post(stage)
        getattr(stage, edit)(before, value)
        after = stage.books.read(before.external_id)
        assert after.content != before.content
        assert after.version != before.version
        assert after.state is DocumentState.DRAFT

    def test_an_edit_taken_back_leaves_the_content_as_it_was(self, stage: Stage) -> None:
        before = self.post(stage)
        stage.edit_amount(before, "900.00")
        stage.edit_amount(before, "1200.00")
        assert stage.books.read(before.external_id).content == before.content

    def test_sending_and_paying_are_states_and_no_edits(self, stage: Stage) -> None:
        before = self.post(stage)
        stage.send(before)
        sent = stage.books.read(before.external_id)
        stage.pay(before, "200.00")
        part = stage.books.read(before.external_id)
        stage.pay(before)
        paid = stage.books.read(before.external_id)
        assert [it.state for it in (sent, part, paid)] == [
            DocumentState.SENT,
            DocumentState.PAID,
            DocumentState.PAID,
        ]
        assert [it.balance for it in (part, paid)] == [Money.of("1000.00", "USD"), Money.zero("USD")]
        assert {it.total for it in (sent, part, paid)} == {before.total}
        assert {it.content for it in (sent, part, paid)} == {before.content}

    def test_send_later_is_a_state(self, stage: Stage) -> None:
        document = self.post(stage)
        stage.queue(document)
        assert stage.books.read(document.external_id).state is DocumentState.QUEUED

    def test_a_void_by_finance_is_seen(self, stage: Stage) -> None:
        document = self.post(stage)
        stage.void(document)
        seen = stage.books.read(document.external_id)
        assert (seen.state, seen.marker) == (DocumentState.VOIDED, MARKER)

    def test_amounts_edited_to_nothing_are_an_edit_and_no_void(self, stage: Stage) -> None:
        document = self.post(stage)
        stage.edit_amount(document, "0.00")
        assert stage.books.read(document.external_id).state is DocumentState.DRAFT

    def test_a_deleted_document_reads_as_deleted_and_takes_no_write(self, stage: Stage) -> None:
        document = self.post(stage)
        stage.delete(document)
        assert stage.books.read(document.external_id).state is DocumentState.DELETED
        with pytest.raises(Rejected) as refused:
            stage.books.send(
                stage.books.render_withdrawal(document), "r-2", stage.now() + timedelta(minutes=1)
            )
        assert refused.value.code == "610"

    def test_a_document_that_never_was_reads_as_deleted(self, stage: Stage) -> None:
        assert stage.books.read("987654").state is DocumentState.DELETED

    def test_a_cursor_from_nothing_starts_now_and_lists_nothing(self, stage: Stage) -> None:
        self.post(stage)
        stage.pass_time(timedelta(minutes=30))
        start = stage.books.changes_since(None)
        assert start.documents == ()
        assert stage.books.changes_since(start.cursor).documents == ()

    def test_changes_list_what_was_made_edited_voided_and_deleted(self, stage: Stage) -> None:
        cursor = stage.books.changes_since(None).cursor
        kept, edited, voided, deleted = (self.post(stage, f"r-{number}") for number in range(4))
        stage.pass_time(timedelta(minutes=1))
        stage.edit_amount(edited, "900.00")
        stage.void(voided)
        stage.delete(deleted)
        changes = stage.books.changes_since(cursor)
        assert changes.complete
        by_id = {document.external_id: document for document in changes.documents}
        assert by_id[kept.external_id] == kept
        assert by_id[edited.external_id] == stage.books.read(edited.external_id)
        assert by_id[voided.external_id].state is DocumentState.VOIDED
        assert by_id[deleted.external_id].state is DocumentState.DELETED
        stage.pass_time(timedelta(hours=1))
        quiet = stage.books.changes_since(stage.books.changes_since(changes.cursor).cursor)
        assert quiet.documents == ()

    def test_a_lost_answer_is_unknown_and_the_document_is_found_by_its_marker(self, stage: Stage) -> None:
        trace = self.trace(stage)
        stage.lose_answer()
        with pytest.raises(Unknown) as lost:
            self.post(stage)
        assert lost.value.sent
        sighting = stage.books.look_for(trace)
        assert [document.marker for document in sighting.found] == [MARKER]
        assert (sighting.suspects, sighting.vanished) == ((), 0)
        assert self.post(stage) == sighting.found[0]

    def test_a_lost_request_is_unknown_too_and_nothing_is_found(self, stage: Stage) -> None:
        trace = self.trace(stage)
        stage.lose_request()
        with pytest.raises(Unknown):
            self.post(stage)
        sighting = stage.books.look_for(trace)
        assert (sighting.found, sighting.suspects, sighting.vanished) == ((), (), 0)

    def test_a_lost_document_that_finance_deleted_has_vanished(self, stage: Stage) -> None:
        trace = self.trace(stage)
        document = self.post(stage)
        stage.delete(document)
        sighting = stage.books.look_for(trace)
        assert (sighting.found, sighting.vanished) == ((), 1)

    def test_a_deleted_document_that_is_known_to_be_another_has_not_vanished(self, stage: Stage) -> None:
        other = self.post(stage)
        stage.delete(other)
        trace = replace(self.trace(stage), known=frozenset({other.external_id}))
        assert stage.books.look_for(trace).vanished == 0

    def test_a_document_without_marker_but_alike_is_a_suspect(self, stage: Stage) -> None:
        trace = self.trace(stage)
        alike, changed = self.post(stage, "r-1"), self.post(stage, "r-2", amount="77.00")
        stage.edit_note(alike, "typed over")
        stage.edit_note(changed, "typed over")
        sighting = stage.books.look_for(trace)
        assert {document.external_id for document in sighting.suspects} == {
            alike.external_id,
            changed.external_id,
        }
        assert sighting.found == ()

    def test_a_document_that_is_known_to_be_another_is_no_suspect(self, stage: Stage) -> None:
        other = self.post(stage)
        stage.edit_note(other, "typed over")
        trace = replace(self.trace(stage), known=frozenset({other.external_id}))
        assert stage.books.look_for(trace).suspects == ()

    def test_documents_made_long_before_are_not_looked_at(self, stage: Stage) -> None:
        self.post(stage)
        stage.pass_time(timedelta(hours=2))
        assert stage.books.look_for(self.trace(stage)).found == ()

    def test_invoices_are_found_by_their_numbers_whoever_made_them(self, stage: Stage) -> None:
        first, second = self.post(stage, "r-1"), self.post(stage, "r-2", amount="77.00")
        stage.edit_note(first, "typed over")
        numbers = tuple(str(each.number) for each in (second, first))
        assert [
            (each.number, each.external_id, each.net) for each in stage.books.numbered(numbers)
        ] == sorted((str(each.number), each.external_id, each.total) for each in (first, second))
        (found,) = stage.books.numbered((numbers[0], "no such number", "'"))
        assert (found.external_id, found.client_id) == (second.external_id, second.client_id)
        assert stage.books.numbered(()) == ()

    def test_invoices_of_a_client_are_found_by_their_dates_whoever_made_them(self, stage: Stage) -> None:
        made = self.post(stage, "r-1")
        assert made.invoice_date is not None
        stage.edit_note(made, "typed over")
        day, one = made.invoice_date, timedelta(days=1)
        (found,) = stage.books.dated("Acme Corp", day, day)
        assert (found.external_id, found.total, found.marker) == (made.external_id, made.total, None)
        assert stage.books.dated("Acme Corp", day + one, day + 9 * one) == ()
        assert stage.books.dated("Nobody of that name", day, day) == ()
        stage.delete(made)
        assert stage.books.dated("Acme Corp", day, day) == ()

    def test_documents_of_a_client_are_found_since_they_were_last_changed(self, stage: Stage) -> None:
        old, changed = self.post(stage, "r-1"), self.post(stage, "r-2")
        stage.pass_time(timedelta(days=3))
        since = stage.now()
        stage.edit_note(changed, "typed over")
        both = {each.external_id for each in stage.books.touched("Acme Corp", since - timedelta(days=9))}
        assert both == {old.external_id, changed.external_id}
        (found,) = stage.books.touched("Acme Corp", since)
        assert (found.external_id, found.marker) == (changed.external_id, None)
        assert stage.books.touched("Nobody of that name", since) == ()
        stage.delete(changed)
        assert stage.books.touched("Acme Corp", since) == ()

    def test_of_a_voided_invoice_nothing_is_left_and_a_deleted_one_is_absent(self, stage: Stage) -> None:
        voided, deleted = self.post(stage, "r-1"), self.post(stage, "r-2")
        stage.void(voided)
        stage.delete(deleted)
        (found,) = stage.books.numbered((str(voided.number), str(deleted.number)))
        assert (found.external_id, found.state) == (voided.external_id, DocumentState.VOIDED)
        assert found.net == Money.zero("USD")

    def test_after_the_deadline_nothing_leaves_the_process(self, stage: Stage) -> None:
        request = stage.books.render_create(a_draft())
        with pytest.raises(Transient) as late:
            stage.books.send(request, "r-1", stage.now())
        assert not late.value.sent
        assert stage.posts() == 0

    def test_names_the_company_does_not_have_are_refused(self, stage: Stage) -> None:
        for draft in (
            a_draft(client="Acme Crop"),
            a_draft(a_line(item="Conslting")),
            a_draft(terms="Net 31"),
        ):
            with pytest.raises(Rejected, match="did you mean"):
                stage.books.render_create(draft)

    def test_every_document_with_a_marker_is_found_whoever_it_belongs_to(self, stage: Stage) -> None:
        began = stage.now()
        ours, other = self.post(stage), self.post(stage, "r-2")
        stage.edit_note(other, "by hand")
        assert [each.external_id for each in stage.books.marked(began)] == [ours.external_id]
