"""Dispatch: every write leaves through here, at most once per answer, and is looked up before it leaves again.

The order of one try: claim durably → send the stored bytes under the stored id → settle. Whatever ends a
process in between leaves an intent that the next owner of the company's lease finds and looks up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import structlog

from connectors.errors import ConnectorError, Rejected, Stale, Transient, Unauthorized, Unknown
from connectors.ports import WriteRequest
from model.billing import Document, DocumentState
from sync.outbox.company import Company, Drained
from sync.outbox.crew import Crew
from sync.outbox.recovery import Adopt, Again, Drop, Park, Wait, look, match_lines
from sync.planning.intent import Job, Postponement, Settlement
from sync.store import Store
from sync.store.outbox import lease_name

log = structlog.get_logger()

_LEASE = timedelta(seconds=60)
_TO_LOOK_FOR = frozenset({"unknown", "parked"})
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=15)
_TRIES_OF_AN_OUTAGE = 5
_FOREIGN = "it would have changed another document than its own; nothing was sent"


class Dispatcher:
    """Drains one company's intents while it holds the company's lease."""

    def __init__(
        self,
        store: Store,
        company: Company,
        holder: str,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store, self._company, self._holder = store, company, holder
        self._clock, self._new_id = clock, new_id
        self._fence = 0
        self._unconfirmed = frozenset[str]()
        self._giving: dict[str, dict[int, datetime | None]] = {}
        self._counting = threading.Lock()
        self._failures = 0  # in a row, of the kind that passes
        self.result = Drained()

    def drain(self, confirmed: Collection[str], stopping: Callable[[], bool] = lambda: False) -> Drained:
        """Work off everything that is due now, until `stopping`. `busy` when another process has the company.

        What waits queued is sent only for contracts that are `confirmed`, planned anew since it was queued: the store
        may be a copy that was put back, and know nothing of what was sent meanwhile.
        """
        realm = self._company.realm
        if not self._store.outbox.has_work(realm):
            return self.result  # nobody's lease is needed for that
        if not self._renew():
            self.result.busy = True
            return self.result
        try:
            self._store.outbox.reclaim(realm, self._fence, self._company.settle, self._clock())
            self._giving = self._store.outbox.giving_back(realm)
            self._unconfirmed = self._store.outbox.queued(realm) - frozenset(confirmed)
            with Crew(self._company.at_once) as crew:
                while not stopping() and self._work(crew):
                    pass
        finally:
            self._store.leases.release(lease_name(realm), self._holder, self._clock())
        waiting = self._store.outbox.next_due_at(realm, self._unconfirmed)
        if waiting is not None and self._is_tired:
            waiting = max(waiting, self._clock() + _FIRST_PAUSE)
        self.result.waiting_until = waiting
        return self.result

    def _work(self, crew: Crew) -> bool:
        """Give the next job to a free hand; False when nothing is left that could be worked on now."""
        job = self._next(crew.under_way)
        if job is None:
            return crew.wait()  # what is under way may leave something due
        if not job.action.gives_back:
            while self._giving.get(job.action.contract, {}).keys() & crew.under_way:
                crew.wait()  # it may bill what these give back
        if not self._renew():
            return False
        self._company.glance()
        crew.give(job.intent, lambda: self._handle(job))
        return True

    @property
    def _is_tired(self) -> bool:
        """Whether so many tries failed in a row that the company, not the write, must be the reason."""
        return self._failures >= _TRIES_OF_AN_OUTAGE

    def _renew(self) -> bool:
        name = lease_name(self._company.realm)
        fence = self._store.leases.acquire(name, self._holder, self._clock(), _LEASE)
        if fence is None:
            return False
        self._fence = fence
        return True

    def _next(self, under_way: frozenset[int]) -> Job | None:
        if self._is_tired or any(isinstance(error, Unauthorized) for error in self.result.trouble):
            return None  # one login, one service: the rest would only fail alike
        return self._store.outbox.due(self._company.realm, self._clock(), under_way, self._unconfirmed)

    def _handle(self, job: Job) -> None:
        try:
            if job.state in _TO_LOOK_FOR:
                self._look(job)
            elif (ready := self._prepare(job)) is not None:
                self._send(ready)
        except (Transient, Unauthorized) as error:  # a read on the way failed: nothing was sent
            self._later(job, job.state, error, job.settled_after_at)
        except Rejected as error:
            if job.state in _TO_LOOK_FOR:  # the look was refused, not the write: that may have happened
                self._later(job, job.state, error, job.settled_after_at)
            else:
                self._refuse(job, error)

    def _prepare(self, job: Job) -> Job | None:
        """Its bytes, made now or before; None when its document moved since it was planned, the intent was taken, or
        what it may bill was to be given back by another write that is not done: else both would bill it."""
        action, books, made = job.action, self._company.books, job.generation is not None
        if not made and not action.gives_back and self._counts_on_another(job):
            self._drop(job, "it may count on what another write gives back, and that is not done")
            return None
        if action.draft is not None:
            return job if made else self._add(job, books.render_create(action.draft), None)
        current = self._read_unmoved(job)
        if current is None:
            return None
        if made:
            return job
        if action.kind == "withdraw":
            return self._add(job, books.render_withdrawal(current), current.version)
        return self._add(job, books.render_update(current, action.edits()), current.version)

    def _add(self, job: Job, request: WriteRequest, base: str | None) -> Job | None:
        return self._store.outbox.add_generation(job, self._new_id(), request, base, self._clock())

    def _read_unmoved(self, job: Job) -> Document | None:
        """Its document as it is now; None when that is not what it was planned upon.

        Read before each try, for stored bytes may have waited for hours; and the version alone does not tell: whether a
        payment or a mail raises it is unverified.
        """
        action = job.action
        current = self._company.books.read(action.external_id or "", job.kind)
        same = current.version == action.base_version and current.marker == job.marker
        if same and current.state is DocumentState.DRAFT:
            return current
        # Planning must see what was read here: a change told before the document was known to be ours
        # is told to nobody again.
        self._store.accounts.observe(job.realm, [current], "read", self._clock())
        self._drop(job, "it changed in QuickBooks since it was planned")
        return None

    def _counts_on_another(self, job: Job) -> bool:
        """Whether it may have been planned upon a write that makes a fee less and is not done: one that was sent
        before it was planned was left out of that plan."""
        giving = self._giving.get(job.action.contract, {}).values()
        return any(sent_at is None or sent_at >= job.made_at for sent_at in giving)

    def _send(self, job: Job) -> None:
        now = self._clock()
        target = None if job.generation is None else job.generation.request.target
        if target != self._store.accounts.stands_at(job.action.document_key):
            log.error("write.forbidden", intent=job.intent, document=job.action.document_key, target=target)
            self._refuse(job, Rejected("the outbox", job.action.kind, _FOREIGN, hint="Report this defect."))
            return
        send_by = now + self._company.send_within
        claimed = self._store.outbox.begin(job, self._fence, send_by, now)
        if claimed is None or claimed.generation is None:
            return  # another process took the lease or the intent: it is theirs now
        made = claimed.generation
        log.info(
            "intent.sent", intent=claimed.intent, document=claimed.action.document_key, try_=claimed.attempts
        )
        try:
            shown = self._company.books.send(made.request, made.request_id, send_by)
        except Stale:
            self._drop(claimed, "it changed in QuickBooks since it was planned")
        except Rejected as error:
            self._refuse(claimed, error)
        except Unknown as error:
            self._later(claimed, "unknown", error, send_by + self._company.settle)
        except (Transient, Unauthorized) as error:
            # An answer came, so the write is not under way; that it had no effect is looked up all the same.
            self._later(claimed, "unknown" if error.sent else "todo", error, self._clock())
        else:
            self._settle(claimed, Adopt(shown, untouched=not claimed.action.edited, answered=True))

    def _look(self, job: Job) -> None:
        ours = self._store.accounts.documents(job.realm)
        known = frozenset(id_ for kind, id_ in ours if kind == job.kind)
        sight = look(job, self._company.books, known, self._clock())
        log.info(
            "intent.looked_up",
            intent=job.intent,
            document=job.action.document_key,
            sight=type(sight).__name__,
        )
        match sight:
            case Adopt():
                self._settle(job, sight)
            case _ if job.state == "parked":
                self._store.outbox.look_later(job, self._clock() + _LONGEST_PAUSE)
            case Again():
                self._count("absent", self._store.outbox.absent(job, self._clock()))
            case Wait(until):
                text = "its outcome is not known yet; it is looked up before anything is sent again"
                why = Postponement(
                    "unknown", until, job.settled_after_at, text, f"Next look {until:%H:%M:%S} UTC."
                )
                self._store.outbox.postpone(job, why, self._clock())
            case Park(problem, hint):
                self._park(job, problem, hint)
            case Drop(reason):
                self._drop(job, reason)

    def _count(self, name: str, times: int) -> None:
        """More of what this drain did; an end of whatever kind says that the company is there."""
        with self._counting:
            setattr(self.result, name, getattr(self.result, name) + times)
            self._failures = 0

    def _park(self, job: Job, problem: str, hint: str) -> None:
        now = self._clock()
        self._count("parked", self._store.outbox.park(job, problem, hint, now + _LONGEST_PAUSE, now))
        log.warning("intent.parked", intent=job.intent, document=job.action.document_key, reason=problem)

    def _settle(self, job: Job, found: Adopt) -> None:
        lines = match_lines(job.action, found.shown)
        settlement = Settlement(found.shown, lines, found.untouched, found.answered)
        settled = self._store.outbox.settle(job, settlement, self._clock())
        self._count("done", settled)
        if settled:
            self._giving.get(job.action.contract, {}).pop(job.intent, None)
            log.info(
                "intent.settled", intent=job.intent, document=job.action.document_key, kind=job.action.kind
            )

    def _later(self, job: Job, state: str, error: ConnectorError, settled_after: datetime | None) -> None:
        with self._counting:
            self.result.trouble.append(error)
            self._failures += 1
        pause = min(_FIRST_PAUSE * 2 ** min(job.attempts, 10), _LONGEST_PAUSE)
        if error.retry_after is not None:
            pause = max(pause, timedelta(seconds=error.retry_after))
        why = Postponement(state, self._clock() + pause, settled_after, error.reason, error.hint)
        self._store.outbox.postpone(job, why, self._clock())
        log.warning(
            "intent.postponed", intent=job.intent, state=state, reason=error.reason, seconds=pause.seconds
        )

    def _refuse(self, job: Job, error: Rejected) -> None:
        self.result.trouble.append(error)
        closed = self._store.outbox.close(job, "refused", error.reason, error.hint, self._clock())
        self._count("refused", closed)
        log.warning("intent.refused", intent=job.intent, code=error.code, reason=error.reason)

    def _drop(self, job: Job, reason: str) -> None:
        self._count("dropped", self._store.outbox.close(job, "dropped", reason, "", self._clock()))
        log.info("intent.dropped", intent=job.intent, document=job.action.document_key, reason=reason)
