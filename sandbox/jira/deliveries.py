"""Sends what webhooks are owed, again and again by the clock until settled."""

from __future__ import annotations

from sandbox.clock import Clock
from sandbox.jira.state import JiraState
from sandbox.postman import Postman, Rounds

_PATIENCE = 5.0  # seconds in which a hook may answer


def deliver(state: JiraState, clock: Clock, postman: Postman | None = None) -> int:
    """Send every delivery that is due by the clock; returns how many were tried.

    The state is not locked while a hook is asked. What is not on loopback fails without being sent, and
    what a restored site does not owe any more is not sent at all.
    """
    postman, tried = postman or Postman(_PATIENCE), 0
    with state.lock:
        owed = state.webhooks
        due = owed.due(clock.now())
    for delivery in due:
        status = postman.post(delivery.url, delivery.body, delivery.headers())
        if postman.off or state.webhooks is not owed:
            break
        with state.lock:
            delivery.settle(status, clock.now())
        tried += 1
    with state.lock:
        state.webhooks.tidy(clock.now())
    return tried


def sending(state: JiraState, clock: Clock, every: float = 0.2) -> Rounds:
    """Delivers in the background, looking every so many seconds."""
    return Rounds(lambda postman: deliver(state, clock, postman), _PATIENCE, every)
