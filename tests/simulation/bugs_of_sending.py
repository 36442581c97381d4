"""Planted bugs of the way a write takes: claiming, sending, looking for it, sending again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Update, update

from connectors.errors import Stale, Unknown
from connectors.jira.noticeboard import _remote as remote_link
from connectors.ports import Sighting, WebLink, WriteRequest
from connectors.quickbooks import lookup
from connectors.quickbooks.client import QuickBooksBooks
from connectors.quickbooks.departure import Departure, TooLate
from connectors.quickbooks.render import to_quickbooks_create
from model.billing import BooksCatalogue, Document, DraftLine, InvoiceDraft
from simulation.planted import Bed, Replacements
from sync.outbox import dispatch, recovery
from sync.outbox.dispatch import Dispatcher
from sync.planning.intent import Job, Postponement
from sync.store.outbox import OutboxStore
from sync.store.schema import intent

_SEND = "connectors.quickbooks.client.QuickBooksBooks.send"
_LOOK = "sync.outbox.dispatch.look"
_FIND = "connectors.quickbooks.client.lookup.look_for"
_GATE = "connectors.quickbooks.departure.Departure.pass_gate"
_POSTPONE = "sync.store.outbox.OutboxStore.postpone"
send, look, look_for = QuickBooksBooks.send, dispatch.look, lookup.look_for
postpone, handle = OutboxStore.postpone, Dispatcher._handle

bed = Bed()


@bed.bug("a body says more than its plan")
def _more_than_planned() -> Replacements:
    def rendered(draft: InvoiceDraft, catalogue: BooksCatalogue) -> WriteRequest:
        made = to_quickbooks_create(draft, catalogue)
        return replace(made, body=made.body.replace(b'"DueDate"', b'"dueDate"', 1) + b" ")

    return {"connectors.quickbooks.render.to_quickbooks_create": rendered}


@bed.bug("rules count before they are on record")
def _unrecorded_rules() -> Replacements:
    def line(*args: Any, **more: Any) -> DraftLine:
        return DraftLine(*args, **more | {"rule_version": "0" * 64})

    return {"mappings.compose.DraftLine": line}


@bed.bug("nothing is put on the noticeboard")
def _silent() -> Replacements:
    return {"sync.outbox.notices.Poster._post": lambda _self, _due: "done"}


@bed.bug("each try makes a link of its own")
def _new_links() -> Replacements:
    turns = count()

    def remote(link: WebLink) -> dict[str, object]:
        return remote_link(replace(link, name=f"{link.name}/{next(turns)}"))

    return {"connectors.jira.noticeboard._remote": remote}


@bed.bug("a new request id for every try")
def _new_id() -> Replacements:
    def sending(self: QuickBooksBooks, request: WriteRequest, request_id: str, send_by: datetime) -> Document:
        again = f"{request_id[:20]}{self.usage.requests}"
        return send(self, request, again, send_by)

    return {_SEND: sending}


@bed.bug("other bytes at every try")
def _new_bytes() -> Replacements:
    def sending(self: QuickBooksBooks, request: WriteRequest, request_id: str, send_by: datetime) -> Document:
        body = request.body[:-1] + b" " * (self.usage.requests % 7) + request.body[-1:]
        return send(self, replace(request, body=body), request_id, send_by)

    return {_SEND: sending}


@bed.bug("sent again inside the client when the answer is lost")
def _hidden_retry() -> Replacements:
    def sending(self: QuickBooksBooks, request: WriteRequest, request_id: str, send_by: datetime) -> Document:
        try:
            return send(self, request, request_id, send_by)
        except Unknown:
            return send(self, request, request_id, send_by + timedelta(minutes=10))

    return {_SEND: sending}


@bed.bug("a refused version counts as done")
def _stale_is_done() -> Replacements:
    def sending(self: QuickBooksBooks, request: WriteRequest, request_id: str, send_by: datetime) -> Document:
        try:
            return send(self, request, request_id, send_by)
        except Stale:
            return self.read(request.target or "", request.kind)

    return {_SEND: sending}


@bed.bug("sent before it is on record")
def _send_first() -> Replacements:
    def sending(self: Dispatcher, job: Job) -> None:
        made, send_by = job.generation, self._clock() + self._company.send_within
        assert made is not None
        shown = self._company.books.send(made.request, made.request_id, send_by)
        claimed = self._store.outbox.begin(job, self._fence, send_by, self._clock())
        assert claimed is not None
        self._settle(claimed, recovery.Adopt(shown, untouched=True, answered=True))

    return {"sync.outbox.dispatch.Dispatcher._send": sending}


@bed.bug("not looked for before it is sent again")
def _no_look() -> Replacements:
    return {_LOOK: lambda *_: recovery.Again()}


@bed.bug("the request id is trusted for half a day")
def _trusting() -> Replacements:
    def looking(job: Job, books: Any, known: frozenset[str], now: datetime) -> recovery.Sight:
        young = job.first_sent_at is not None and now - job.first_sent_at < timedelta(hours=12)
        return recovery.Again() if young else look(job, books, known, now)

    return {_LOOK: looking}


@bed.bug("no time to settle")
def _no_settling() -> Replacements:
    return {"sync.outbox.recovery._unseen": lambda *_: recovery.Again()}


@bed.bug("sent again however long it is unknown, deletions and likenesses left aside")
def _never_parked() -> Replacements:
    def finding(*args: Any) -> Sighting:
        return replace(look_for(*args), suspects=(), vanished=0)

    return {_FIND: finding}


@bed.bug("a deletion meanwhile is left aside")
def _no_vanished() -> Replacements:
    return {_FIND: lambda *args: replace(look_for(*args), vanished=0)}


@bed.bug("a likeness without the marker is left aside")
def _no_suspects() -> Replacements:
    return {_FIND: lambda *args: replace(look_for(*args), suspects=())}


@bed.bug("looked for among untouched drafts only")
def _untouched_only() -> Replacements:
    def finding(*args: Any) -> Sighting:
        seen = look_for(*args)
        return replace(seen, found=tuple(each for each in seen.found if each.version == "0"))

    return {_FIND: finding}


@bed.bug("looked for from now on only")
def _since_now() -> Replacements:
    return {"connectors.quickbooks.lookup._since_by_their_clock": lambda _company, _since, now: now}


@bed.bug("a lost answer counts as nothing sent")
def _nothing_left() -> Replacements:
    def passing(self: Departure) -> None:
        if self.remaining() <= 0:
            raise TooLate

    return {_GATE: passing}


@bed.bug("no deadline at the socket")
def _no_deadline() -> Replacements:
    return {_GATE: lambda self: setattr(self, "left", True)}


@bed.bug("an unknown outcome is sent again without a look")
def _unknown_is_todo() -> Replacements:
    def postponing(self: OutboxStore, job: Job, why: Postponement, now: datetime) -> bool:
        return postpone(self, job, replace(why, state="todo"), now)

    return {_POSTPONE: postponing}


@bed.bug("an unknown outcome is forgotten and planned anew")
def _forgotten() -> Replacements:
    def postponing(self: OutboxStore, job: Job, why: Postponement, now: datetime) -> bool:
        if why.state == "unknown":
            return self.close(job, "dropped", why.problem, "", now)
        return postpone(self, job, why, now)

    return {_POSTPONE: postponing}


@bed.bug("what should be parked is forgotten and planned anew")
def _unparked() -> Replacements:
    def parking(
        self: OutboxStore, job: Job, problem: str, _hint: str, _look_at: datetime, now: datetime
    ) -> bool:
        return self.close(job, "dropped", problem, "", now)

    return {"sync.store.outbox.OutboxStore.park": parking}


@bed.bug("what a dead process was sending counts as never sent")
def _orphans() -> Replacements:
    def reclaiming(self: OutboxStore, realm: str, fence: int, _settle: timedelta, now: datetime) -> int:
        orphans = intent.c.realm == realm, intent.c.state == "sending", intent.c.fence < fence
        with self._engine.begin() as connection:
            done = update(intent).where(*orphans).values(state="todo", fence=fence, not_before_at=now)
            return connection.execute(done).rowcount

    return {"sync.store.outbox.OutboxStore.reclaim": reclaiming}


@bed.bug("what a dead process was sending is left as it is")
def _left_alone() -> Replacements:
    return {"sync.store.outbox.OutboxStore.reclaim": lambda *_: 0}


@bed.bug("writes of the store compare nothing")
def _no_compare() -> Replacements:
    def guarded(job: Job, _states: tuple[str, ...]) -> Update:
        return update(intent).where(intent.c.seq == job.intent)

    return {"sync.store.outbox.guarded": guarded, "sync.store.settling.guarded": guarded}


@bed.bug("requests leave at any pace")
def _no_pace() -> Replacements:
    return {"connectors.limits.Limiter._start_or_wait": lambda _self: 0.0}
