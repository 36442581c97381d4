"""Snapshots: everything the companies of a state hold, put aside and back, independent of later changes."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from datetime import datetime

from sandbox.quickbooks.state import QuickBooksState


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state at one moment; `companies` by realm and `tokens`, each packed."""

    taken_at: datetime
    companies: dict[str, bytes]
    tokens: bytes


def take(state: QuickBooksState) -> Snapshot:
    """What `state` holds now, tokens and remembered request ids included."""
    packed = {}
    for realm, company in state.companies.items():
        with company.lock:
            memory = company.memory() | {"replays": company.replays.memory()}
            packed[realm] = pickle.dumps(memory, protocol=pickle.HIGHEST_PROTOCOL)
    return Snapshot(state.clock.now(), packed, pickle.dumps(state.tokens.memory()))


def restore(state: QuickBooksState, snapshot: Snapshot) -> None:
    """Put `state` back, companies opened since then gone; knobs, watchers and the clock stay as they are."""
    for realm in state.companies.keys() - snapshot.companies.keys():
        del state.companies[realm]
    for realm, packed in snapshot.companies.items():
        company = state.company(realm)
        with company.lock:
            memory = pickle.loads(packed)  # noqa: S301  our own bytes, never outside this process
            company.replays.recall(memory.pop("replays"))
            for name, value in memory.items():
                setattr(company, name, value)
            company.revision += 1
    state.tokens.recall(pickle.loads(snapshot.tokens))  # noqa: S301  as above
