"""What can be examined without asking anybody: files, the store, the audit, logins that end, the service itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from mappings.contract.book import RuleBook
from sync.auditing.published import HeadFile, Unreadable, behind
from sync.chain import EMPTY, Break, head_of, walk
from sync.examining.check import Check, aged
from sync.installation.allowance import reads_of
from sync.installation.settings import Settings
from sync.installation.watch import standing
from sync.ruleset import last_lists
from sync.store import Store
from sync.watching.watch import RECONCILED, SERVICE

_LITTLE, _TOO_LITTLE = 1 << 30, 100 << 20  # bytes of free space
_NEWEST = 1000  # entries of the audit that a quick look walks
_MUCH = 0.8  # of the month's reads
_MISSED = 3  # polls after which a service that said nothing is not running


def examine_at_rest(settings: Settings, book: RuleBook, store: Store, now: datetime) -> Iterator[Check]:
    """Every check that needs no network, in the order in which a person would mend them."""
    yield from _rules(settings, book, store)
    yield from _file(settings)
    yield from _audit(settings, store)
    for each in standing(settings, store, now):
        yield Check("login.lasting", "caution", f"{each.subject}: {each.reason}", each.hint)
    yield from _writes(store, now)
    yield from _reads(settings, store, now)
    yield from _leases(store, now)
    yield from _service(settings, store, now)


def _rules(settings: Settings, book: RuleBook, store: Store) -> Iterator[Check]:
    problems = last_lists(store, settings).problems(book)
    for problem in problems:
        yield Check(
            "rules", "wrong", str(problem), "Correct the file; `milepost check` shows it with all others."
        )
    if not problems:
        yield Check("rules", "good", f"{len(book.contracts)} contracts, free of problems")
    for each in last_lists(store, settings).cautions(book):
        yield Check("company.settings", "caution", f"{each.subject}: {each.reason}", each.hint)


def _file(settings: Settings) -> Iterator[Check]:
    url = make_url(settings.store.url)
    if url.get_backend_name() != "sqlite":
        yield Check("store", "good", "the database answers, and its schema is up to date")
        return
    path = Path(url.database or "")
    yield Check("store", "good", f"{path.name} can be read and written, and its schema is up to date")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        yield Check(
            "store.mode", "wrong", f"others may open {path.name} (mode {mode:o})", f"chmod 600 {path}"
        )
    free = shutil.disk_usage(path.parent).free
    said = f"{free / (1 << 30):.1f} GiB free beside the store"
    fix = "Make room: without any, nothing can be stored, and so nothing is sent."
    if free < _LITTLE:
        yield Check("store.space", "wrong" if free < _TOO_LITTLE else "caution", said, fix)
    else:
        yield Check("store.space", "good", said)


def _audit(settings: Settings, store: Store) -> Iterator[Check]:
    head = store.audit.head()
    first = max(0, head.seq - _NEWEST - 1)
    entries = store.audit.entries(first)
    before = head_of(next(entries)) if first else EMPTY
    broken = next((each for each in walk(entries, (), before) if isinstance(each, Break)), None)
    if broken is not None:
        fix = "Do not bill by this store. `milepost audit verify` walks it whole; see docs/audit.md."
        yield Check("audit", "wrong", f"entry {broken.seq} does not hold: {broken.reason}", fix)
    else:
        yield Check("audit", "good", f"{head.seq} entries; the newest {min(head.seq, _NEWEST)} hold")
    yield from _published(settings, store)


def _published(settings: Settings, store: Store) -> Iterator[Check]:
    if not settings.audit.head_file:
        fix = "Name a file where who can write the store cannot: [audit] head_file."
        yield Check(
            "audit.head", "caution", "its head is published nowhere: a rewritten trail stays unseen", fix
        )
        return
    try:
        heads = HeadFile(Path(settings.audit.head_file)).heads()
    except (OSError, Unreadable) as error:
        yield Check("audit.head", "wrong", str(error), "See docs/audit.md, publishing the head.")
        return
    why, unpublished = behind(store, heads), store.audit.head().seq - (heads[-1].seq if heads else 0)
    if why:
        yield Check(
            "audit.head", "wrong", why, "`milepost audit restored --why TEXT`, then `milepost reconcile`."
        )
    elif unpublished:
        fix = "Any command that opens the store publishes it; if this stays, the file cannot be written."
        yield Check("audit.head", "caution", f"{unpublished} entries are not published yet", fix)
    else:
        yield Check("audit.head", "good", "what is published is what the store holds")


def _writes(store: Store, now: datetime) -> Iterator[Check]:
    counts, since = store.outbox.unfinished(), store.outbox.waiting_since()
    for state, fix in (
        ("parked", "`milepost decide` shows what may be chosen."),
        ("unknown", "It is looked for by itself; nothing is sent again before that."),
    ):
        if number := counts.get(state, 0):
            said = f"{number} writes are {state}, the oldest for {aged(now - since[state])}"
            yield Check(f"writes.{state}", "wrong" if state == "parked" else "caution", said, fix)
    if not counts.keys() & {"parked", "unknown"}:
        yield Check("writes", "good", f"{sum(counts.values())} wait to be sent; none is in doubt")
    if denied := store.notices.backlog().get("denied", 0):
        fix = "Give the login the right to edit and link issues there, or take [write_back] out."
        yield Check("jira.write_back", "wrong", f"{denied} notices may not be put on issues", fix)


def _reads(settings: Settings, store: Store, now: datetime) -> Iterator[Check]:
    fix = "Poll less often, reconcile less often, or raise reads_per_month if your plan allows more."
    for each in reads_of(settings, store, now):
        said = f"quickbooks.{each.name}: {each.taken:,} reads this month"
        said += f" of {each.most:,}" if each.most else ""
        if each.most and each.taken >= _MUCH * each.most:
            yield Check("reads", "wrong" if each.taken >= each.most else "caution", said, fix)
        else:
            yield Check("reads", "good", said)


def _leases(store: Store, now: datetime) -> Iterator[Check]:
    for each in store.leases.held(now):
        host, *_, pid, _ = each.holder.partition("#")[0].split("/")
        left = aged(each.expires_at - now)
        if each.dead:
            yield Check("lease", "good", f"{each.name} was held by a process that ended; it is free")
        elif each.expires_at - now > timedelta(hours=1):
            fix = "The clock was set back. It frees itself then; nothing else may take it before."
            yield Check("lease", "wrong", f"{each.name} is held on {host} for {left}", fix)
        else:
            yield Check("lease", "good", f"{each.name} is held by process {pid} on {host} for {left} more")


def _service(settings: Settings, store: Store, now: datetime) -> Iterator[Check]:
    sign, poll = store.signs.last(SERVICE), settings.service.poll_seconds
    start = "Start `milepost run` (docs/operations.md), unless you bill by `milepost apply` alone."
    if sign is None:
        yield Check("service", "caution", "no service ever ran on this store", start)
    elif now - sign.at > timedelta(seconds=_MISSED * poll):
        yield Check(
            "service", "wrong", f"the service finished its last tick {aged(now - sign.at)} ago", start
        )
    else:
        yield Check("service", "good", f"the service finished a tick {aged(now - sign.at)} ago")
        heard = {name: datetime.fromisoformat(at) for name, at in sign.doc.get("heard_at", {}).items()}
        if settings.webhooks.listen and not heard:
            fix = "See docs/webhooks.md; polls find everything meanwhile."
            yield Check("webhooks", "caution", "no notification was heard since the service started", fix)
        for name, at in heard.items():
            yield Check("webhooks", "good", f"{name} was last heard {aged(now - at)} ago")
    found = store.signs.last(RECONCILED)
    if found is not None and not found.doc["whole"]:
        said = f"reconciling found differences {aged(now - found.at)} ago: {_kinds(found.doc['drifts'])}"
        yield Check("reconciled", "wrong", said, "`milepost reconcile` names each with what to do.")
    elif found is not None:
        yield Check("reconciled", "good", f"Jira, ledger and QuickBooks agreed {aged(now - found.at)} ago")


def _kinds(drifts: dict[str, int]) -> str:
    return ", ".join(f"{number} × {kind}" for kind, number in drifts.items()) or "a side could not be read"
