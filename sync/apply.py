"""An apply: plan, compare with what was approved, store the intents, send them, and see how things stand then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import structlog

from connectors.errors import Unauthorized
from sync.engine import Engine
from sync.noticing import post_notices
from sync.outbox.company import Drained
from sync.planning.actions import Action
from sync.plans import Applied, Plan, StalePlan
from sync.reading.sources import Reading

log = structlog.get_logger()

_PASSES = (
    3  # what the books moved under us is planned again, but a document that never rests is left for later
)
_SHORTEST = 6  # characters of a digest that a person may type instead of all 16
_NAP = timedelta(seconds=5)  # well under the lease and short enough for a clean stop


class Patience:
    """How long a drain may wait for what is due soon, and how: `sleep` takes seconds, `told` hears the reason once.
    Once it is `stopping`, nothing more is begun."""

    def __init__(
        self,
        longest: timedelta,
        sleep: Callable[[float], None],
        told: Callable[[str], None] = lambda _text: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.longest, self.sleep, self.stopping = longest, sleep, stopping
        self._told, self._last = told, ""

    def tell(self, reason: str) -> None:
        """Say why it waits, unless that was the last thing said."""
        if reason != self._last:
            self._last = reason
            self._told(reason)


def apply(engine: Engine, patience: Patience, approved: str | None = None) -> Applied:
    """Do what is due. With `approved` (a digest or its beginning) only exactly that plan: else StalePlan."""
    started = engine.clock()
    engine.put_in_force()
    marks = engine.store.rules.dirty(started)
    reading = engine.read()
    first = plan = engine.confirmed(engine.plan(reading), reading)
    if approved is not None:
        if reading.trouble:  # what could not be read now cannot be compared with what was approved
            return Applied(plan, plan, trouble=reading.trouble)
        require_same(engine, approved, plan)
    drained: dict[str, Drained] = {}
    for _ in range(_PASSES):
        moved = engine.enqueue(plan)
        drain_all(engine, reading, plan.confirms(moved), patience, drained)
        if approved is not None or not (moved or any(_unsettled(each) for each in drained.values())):
            break  # what was approved is done or dropped; nobody approved what comes up meanwhile
        reading = engine.read()
        plan = engine.confirmed(engine.plan(reading, refused_before=started), reading, started)
    posted = post_notices(engine, reading, denied_before=started)
    after = engine.plan(reading, refused_before=started)
    engine.keep(after, marks)
    unsettled = (error for each in drained.values() if each.is_unfinished for error in each.trouble)
    trouble = [*reading.trouble, *unsettled]  # a fault that the same run settled concerns nobody any more
    return Applied(first, after, drained, posted, trouble)


def _unsettled(each: Drained) -> bool:
    """Whether something ended without effect and planning has to look at it again."""
    return bool(each.dropped or each.absent)


def drain_all(
    engine: Engine,
    reading: Reading,
    confirmed: Collection[str],
    patience: Patience,
    drained: dict[str, Drained],
) -> None:
    """Drain every company that was read of what contracts `confirmed` have queued, waiting for what becomes due within
    the patience."""
    for alias in sorted(reading.companies):
        total = drained.setdefault(alias, Drained())
        total.dropped = total.absent = 0
        deadline = engine.clock() + patience.longest
        while True:
            once = engine.dispatch(alias, confirmed, patience.stopping)
            _add(total, once)
            wait = _wait(once, engine.clock(), deadline)
            if wait is None:
                break
            _say_why(total, patience)
            patience.sleep(wait.total_seconds())


def _wait(once: Drained, now: datetime, deadline: datetime) -> timedelta | None:
    """How long to wait before draining once more, or None when it is not worth it."""
    if now >= deadline or any(isinstance(error, Unauthorized) for error in once.trouble):
        return None  # a login that was refused does not come back by waiting
    if once.busy:
        return min(timedelta(seconds=0.2), deadline - now)
    if once.waiting_until is None or once.waiting_until > deadline:
        return None
    return min(max(once.waiting_until - now, timedelta(seconds=0.05)), _NAP)


def _say_why(total: Drained, patience: Patience) -> None:
    if total.busy:
        patience.tell("another milepost is posting to this company; waiting for it")
    elif total.waiting_until is not None:
        reason = f" ({total.trouble[-1].reason})" if total.trouble else ""
        patience.tell(
            f"a write waits until {total.waiting_until:%H:%M:%S} UTC{reason}; stopping now loses nothing"
        )


def _add(total: Drained, once: Drained) -> None:
    total.done += once.done
    total.refused += once.refused
    total.dropped += once.dropped
    total.absent += once.absent
    total.parked += once.parked
    total.busy = once.busy
    total.waiting_until = once.waiting_until
    total.trouble = [*total.trouble, *once.trouble]


def require_same(engine: Engine, approved: str, present: Plan) -> None:
    """Refuse a plan that is not what would be done now, naming what moved."""
    if len(approved) < _SHORTEST:
        raise StalePlan(approved, present.digest, [f"a digest is named by at least {_SHORTEST} characters"])
    if present.digest.startswith(approved):
        return
    saved = engine.store.journal.saved_plan(approved)
    if saved is None:
        raise StalePlan(approved, present.digest, ["no plan with this digest was ever shown"])
    before = [action for each in saved[1] for action in each.actions]
    raise StalePlan(approved, present.digest, _moved(before, present.actions))


def _moved(before: Sequence[Action], now: Sequence[Action]) -> list[str]:
    old = {(action.kind, action.document_key): action for action in before}
    new = {(action.kind, action.document_key): action for action in now}
    gone = [f"{old[key].subject} is not to be written any more" for key in old.keys() - new.keys()]
    come = [
        f"{new[key].subject} came in ({new[key].amount}): {new[key].reason}"
        for key in new.keys() - old.keys()
    ]
    differ = [_difference(old[key], new[key]) for key in old.keys() & new.keys() if old[key] != new[key]]
    return sorted([*gone, *come, *differ]) or ["the rules were edited since it was shown"]


def _difference(old: Action, new: Action) -> str:
    if old.base_version != new.base_version:
        return f"the document of {new.subject} was changed in QuickBooks since then"
    return f"{new.subject} changed: {old.amount} was shown, it is {new.amount} now"
