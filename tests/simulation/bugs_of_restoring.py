"""Planted bugs that bill or give back once more after a copy of the store was put back: what was done since is there
already, and only QuickBooks knows it."""

from __future__ import annotations

from simulation.planted import Bed, Replacements
from sync.planning.alike import billed_by, raised_by

bed = Bed()


@bed.bug("what becomes more is not compared with what is there")
def _only_what_is_new() -> Replacements:
    return {"sync.planning.alike.raised_by": lambda _action: ()}


@bed.bug("a credit memo is not compared with what is there")
def _only_what_bills() -> Replacements:
    return {"sync.reading.alike.may_repeat": lambda action: bool(billed_by(action) or raised_by(action))}


@bed.bug("what waits queued is sent though no plan holds it any more")
def _sent_unplanned() -> Replacements:
    return {"sync.store.outbox.OutboxStore.queued": lambda *_args, **_named: frozenset()}
