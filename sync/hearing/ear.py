"""What notifications name, kept until the next look: judged by signature, age and repetition, never believed.

Everything here lives in memory. What is lost with the process is found by the next poll, which never stops.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from connectors import heard as words
from connectors.heard import Heard
from connectors.jira import webhooks as jira
from connectors.quickbooks import webhooks as quickbooks

_AS_OLD_AS = timedelta(hours=24)  # services repeat theirs for some hours; what is older was kept by somebody
_AHEAD = timedelta(minutes=10)  # their clock and ours
_REMEMBERED = 20_000  # keys of what was heard, so that a repeat is one

#: What became of a notification: all of it counted, new or not; not signed; signed, and not of the service's shape.
Verdict = Literal["taken", "forged", "unreadable"]


@dataclass(frozen=True, slots=True)
class Named:
    """What is worth a look: per site the ids of issues, and the sites to be read whole because of sprints or versions;
    per company (realm) its documents by kind and id."""

    issues: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sites: frozenset[str] = frozenset()
    documents: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)


class Ear:
    """Takes notifications from any thread; `take` gives what they name and forgets it.

    `secrets` are those of the sites by name, `verifiers` of the companies by realm: one that has none is deaf.
    """

    def __init__(
        self, secrets: Mapping[str, str], verifiers: Mapping[str, str], clock: Callable[[], datetime]
    ) -> None:
        self._secrets, self._verifiers, self._clock = secrets, verifiers, clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._issues: dict[str, set[str]] = {}
        self._sites: set[str] = set()
        self._documents: dict[str, set[tuple[str, str]]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._last: dict[str, datetime] = {}

    def knows(self, site: str) -> bool:
        """Whether notifications of that site are listened to."""
        return site in self._secrets

    def jira(self, site: str, body: bytes, signature: str) -> Verdict:
        """A notification that came for a site."""
        if not jira.is_signed(body, signature, self._secrets[site]):
            return self._refused("jira", "forged")
        try:
            told = jira.heard(body)
        except words.Unreadable:
            return self._refused("jira", "unreadable")
        with self._lock:
            for each in self._worth_a_look("jira", site, told):
                if each.kind == "issue":
                    self._issues.setdefault(site, set()).add(each.id)
                else:
                    self._sites.add(site)
        return "taken"

    def quickbooks(self, body: bytes, signature: str) -> Verdict:
        """A notification of QuickBooks; of what it names, only companies whose own verifier signed it count."""
        signed = {
            realm
            for realm, verifier in self._verifiers.items()
            if quickbooks.is_signed(body, signature, verifier)
        }
        if not signed:
            return self._refused("quickbooks", "forged")
        try:
            told = [each for each in quickbooks.heard(body) if each.place in signed]
        except words.Unreadable:
            return self._refused("quickbooks", "unreadable")
        with self._lock:
            for each in self._worth_a_look("quickbooks", "", told):
                if each.kind != "other":
                    self._documents.setdefault(each.place, set()).add((each.kind, each.id))
        return "taken"

    def take(self) -> Named | None:
        """What was named since the last time, once; None when nothing was."""
        with self._lock:
            if not (self._issues or self._sites or self._documents):
                return None
            named = Named(
                {site: frozenset(ids) for site, ids in self._issues.items()},
                frozenset(self._sites),
                {realm: frozenset(named) for realm, named in self._documents.items()},
            )
            self._issues, self._sites, self._documents = {}, set(), {}
            return named

    @property
    def is_waiting(self) -> bool:
        """Whether something was named that nobody looked at yet."""
        with self._lock:
            return bool(self._issues or self._sites or self._documents)

    @property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """By service ("jira", "quickbooks") and what became of it: "heard", "repeated", "old", "forged", "unreadable".
        The first three count what is named, the others whole notifications."""
        with self._lock:
            return dict(self._counts)

    @property
    def last_heard(self) -> Mapping[str, datetime]:
        """When each service was last heard with a good signature."""
        with self._lock:
            return dict(self._last)

    def _refused(self, service: str, verdict: Literal["forged", "unreadable"]) -> Verdict:
        with self._lock:
            self._counts[service, verdict] += 1
        return verdict

    def _worth_a_look(self, service: str, place: str, told: Iterable[Heard]) -> list[Heard]:
        now, fresh = self._clock(), []
        self._last[service] = now
        for each in told:
            key = f"{service}/{place}/{each.place}/{each.key}"
            if each.at is None or not now - _AS_OLD_AS <= each.at <= now + _AHEAD:
                self._counts[service, "old"] += 1
            elif key in self._seen:
                self._counts[service, "repeated"] += 1
            else:
                self._seen[key] = None
                self._counts[service, "heard"] += 1
                fresh.append(each)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return fresh
