"""The tables. Facts are append-only; a mutable row is a cursor, a lease, an intent, or points at the newest fact.

Every key carries immutable ids: the site's cloud id, numeric work ids, the realm id, this ledger's id.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)

from sync.store import tables
from sync.store.columns import Big, Blob, Exact, Flag, Json, Minor, Text, UtcStamp

metadata, _table, _seq = tables.metadata, tables.table, tables.seq

# ── who we are, how far we have read ─────────────────────────────────────────────────────────────────────

identity = _table(
    "identity",
    Column("ledger", Text, primary_key=True),  # opaque; part of every request id and marker
    Column("epoch", Big, nullable=False),  # one more after each restore from a backup
    Column("environment", Text, nullable=True),  # of the books it is for; once said, for ever
    Column("made_at", UtcStamp, nullable=False),
)
cursor = _table(
    "cursor",
    Column("source", Text, primary_key=True),  # "jira:<site>" or "quickbooks:<realm>"
    Column("position", Text, nullable=False),  # the connector's own opaque text
    Column("moved_at", UtcStamp, nullable=False),
)
catalogue = _table(
    "catalogue",
    # "tracker", "books"; "names": what a tracker has under any name, "asked": the names it was asked about,
    # "read": those whose work was read to the end
    Column("kind", Text, nullable=False),
    Column("alias", Text, nullable=False),  # the name in config.toml
    Column("doc", Text, nullable=False),
    Column("fetched_at", UtcStamp, nullable=False),
    PrimaryKeyConstraint("kind", "alias"),
)

# ── what was seen of the work ────────────────────────────────────────────────────────────────────────────

work_observation = _table(
    "work_observation",
    _seq(),
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "issue", "sprint" or "version"
    Column("work_id", Text, nullable=False),
    Column("observed_at", UtcStamp, nullable=False),
    Column("digest", Text, nullable=False),
    Column("doc", Text, nullable=False),
    Index(None, "site", "kind", "work_id", "seq"),
)
work = _table(
    "work",
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),  # as above, and "worklog", which its issue's document holds
    Column("work_id", Text, nullable=False),
    Column(
        "home", Text, nullable=False
    ),  # project of an issue or version, board of a sprint, issue of a worklog
    Column("digest", Text, nullable=False),
    Column("updated_at", UtcStamp, nullable=True),  # the tracker's own stamp, where it has one
    Column("observation", Big, ForeignKey("work_observation.seq"), nullable=False),
    Column("hidden", Flag, nullable=False),  # seen once, not visible now
    PrimaryKeyConstraint("site", "kind", "work_id"),
    Index(None, "site", "kind", "home"),
)

# ── rules by content ─────────────────────────────────────────────────────────────────────────────────────

rule_source = _table(
    "rule_source",
    Column("version", Text, primary_key=True),
    Column("contract", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("seen_at", UtcStamp, nullable=False),
)
contract_state = _table(
    "contract_state",
    Column("contract", Text, primary_key=True),
    Column("rule_version", Text, nullable=False),
    Column("dirty", Big, nullable=False),  # counts marks; 0 is clean
    Column(
        "revision", Big, nullable=False
    ),  # one more with every fact or intent: plans compare-and-set on it
    Column("due_at", UtcStamp, nullable=True),  # the next moment a date alone makes the contract dirty
)

# ── documents: what we made, what QuickBooks shows ───────────────────────────────────────────────────────

document = _table(
    "document",
    Column("document_key", Text, primary_key=True),  # <contract>|<group>#<successor>
    Column("contract", Text, nullable=False),
    Column("realm", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "invoice", "estimate" or "credit_memo"
    Column("marker", Text, nullable=False, index=True),  # a converted estimate and its invoice share one
    Column("made_at", UtcStamp, nullable=False),
    Column("writable_until_at", UtcStamp, nullable=False),  # end of the review window
    Column("external_id", Text, nullable=True),
    Column("base_content", Text, nullable=True),  # digest of the copy we last wrote; null after an adoption
    Column("last_observation", Big, nullable=True),
    UniqueConstraint("realm", "kind", "external_id"),
    Index(None, "contract"),
)
document_observation = _table(
    "document_observation",
    _seq(),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("version", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("source", Text, nullable=False),  # "answer", "changes", "read", or "date": time passed
    Column("observed_at", UtcStamp, nullable=False),
    Column("doc", Text, nullable=False),
    Index(None, "document_key", "seq"),
)

# ── the ledger of facts ──────────────────────────────────────────────────────────────────────────────────

claim = _table(
    "claim",
    _seq(),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("round", Big, nullable=False),  # one more each time a charge comes back to a document it had left
    Column(
        "origin", Text, nullable=False
    ),  # "posted", "credit", "deferred" by a decision, "followed" to an invoice
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=True),
    Column(
        "moved_from", Text, ForeignKey("document.document_key"), nullable=True
    ),  # the estimate it came from
    Column(
        "corrects", Text, ForeignKey("document.document_key"), nullable=True
    ),  # of a credit: the document whose line it takes from
    Column("line_id", Text, nullable=False),  # QuickBooks' own line id
    Column("amount", Minor, nullable=False),  # signed: an update records its difference
    Column("currency", Text, nullable=False),
    Column("quantity", Exact, nullable=False),
    Column("share", Exact, nullable=True),  # percent of the contract, for percent prices
    Column("rule", Text, nullable=False),
    Column("rule_version", Text, ForeignKey("rule_source.version"), nullable=False),
    Column("leaves", Text, nullable=False),
    Column("inputs", Json, nullable=False),  # the observations it was computed from
    Column("intent", Big, ForeignKey("intent.seq"), nullable=True),
    Column("recorded_at", UtcStamp, nullable=False),
    Index(None, "contract"),
)
claim_end = _table(
    "claim_end",
    _seq(),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("round", Big, nullable=False),
    Column("ended", Text, nullable=False),  # "withdrawn" by us, "declined" by finance
    Column("reason", Text, nullable=False),
    Column("observation", Big, nullable=True),
    Column("decision", Big, ForeignKey("decision.seq"), nullable=True),
    Column("recorded_at", UtcStamp, nullable=False),
    UniqueConstraint("charge_key", "payer", "document_key", "round"),  # a claim ends once
)
waiver = _table(
    "waiver",
    _seq(),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("round", Big, nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", Text, nullable=False),
    Column("observation", Big, nullable=True),
    Column("decision", Big, ForeignKey("decision.seq"), nullable=True),
    Column("recorded_at", UtcStamp, nullable=False),
)
decision = _table(
    "decision",
    _seq(),
    Column("contract", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("decided_at", UtcStamp, nullable=False),
    Index(None, "contract"),
)
revival = _table(  # a claim that finance ended does not block its charge any more
    "revival",
    _seq(),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("round", Big, nullable=False),
    Column("decision", Big, ForeignKey("decision.seq"), nullable=False),
    Column("recorded_at", UtcStamp, nullable=False),
    UniqueConstraint("charge_key", "payer", "document_key", "round"),
)

# ── the outbox of intents ────────────────────────────────────────────────────────────────────────────────

plan = _table(
    "plan",
    _seq(),
    Column("digest", Text, nullable=False, index=True),
    Column("doc", Text, nullable=False),
    Column("made_at", UtcStamp, nullable=False),
)
_OPEN = text("finished_at IS NULL")
intent = _table(
    "intent",
    _seq(),
    Column("plan_digest", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("realm", Text, nullable=False),
    Column("document_key", Text, ForeignKey("document.document_key"), nullable=False),
    Column("action", Text, nullable=False),  # the planned action itself: planned, printed, stored, applied
    Column("state", Text, nullable=False),  # see sync/outbox/intent.py
    Column("generation", Big, nullable=False),
    Column("attempts", Big, nullable=False),
    Column("fence", Big, nullable=False),
    Column("not_before_at", UtcStamp, nullable=False),
    Column("settled_after_at", UtcStamp, nullable=True),  # an unknown outcome cannot still be under way then
    Column("problem", Text, nullable=True),
    Column("hint", Text, nullable=True),
    Column("made_at", UtcStamp, nullable=False),
    Column("finished_at", UtcStamp, nullable=True),
    Index("uq_intent_open_document", "document_key", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "realm", "finished_at", "not_before_at"),
)
intent_claim = _table(
    "intent_claim",
    Column("intent", Big, ForeignKey("intent.seq"), nullable=False),
    Column("charge_key", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", Text, nullable=False),
    Column("leaves", Text, nullable=False),
    Column("inputs", Json, nullable=False),
    Column("finished_at", UtcStamp, nullable=True),
    PrimaryKeyConstraint("intent", "charge_key", "payer"),
    # At most one unfinished claim per charge and payer across all documents: the last guard against billing twice.
    Index(
        "uq_intent_claim_open", "charge_key", "payer", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    ),
)
generation = _table(
    "generation",
    Column("intent", Big, ForeignKey("intent.seq"), nullable=False),
    Column("number", Big, nullable=False),
    Column("request_id", Text, nullable=False, unique=True),
    Column("operation", Text, nullable=False),
    Column("target", Text, nullable=True),
    Column("base_version", Text, nullable=True),  # the document's version that the bytes build on
    Column("body", Blob, nullable=False),
    Column("made_at", UtcStamp, nullable=False),
    PrimaryKeyConstraint("intent", "number"),
)
attempt = _table(
    "attempt",
    Column("intent", Big, ForeignKey("intent.seq"), nullable=False),
    Column("number", Big, nullable=False),
    Column("generation", Big, nullable=False),
    Column("fence", Big, nullable=False),
    Column("started_at", UtcStamp, nullable=False),
    Column("send_by_at", UtcStamp, nullable=False),
    Column("outcome", Text, nullable=True),  # null: nobody knows yet
    Column("detail", Text, nullable=True),
    Column("finished_at", UtcStamp, nullable=True),
    PrimaryKeyConstraint("intent", "number"),
)

# ── findings, notices, leases, tokens ────────────────────────────────────────────────────────────────────

finding = _table(
    "finding",
    Column("contract", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("doc", Text, nullable=False),
    Column("first_seen_at", UtcStamp, nullable=False),
    Column("last_seen_at", UtcStamp, nullable=False),
    Column("cleared_at", UtcStamp, nullable=True),
    PrimaryKeyConstraint("contract", "code", "ref"),
)
notice = _table(  # what an issue of a tracker says about its money: the small outbox of the noticeboard
    "notice",
    Column("site", Text, nullable=False),
    Column("issue", Text, nullable=False),
    Column("place", Text, nullable=False),  # "record" or "link"
    Column("name", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("project", Text, nullable=False),  # where the issue was last seen; "" when it never was
    Column("wanted", Text, nullable=True),  # null: it shall not stand there any more
    Column("stands", Text, nullable=True),  # as put there last; null: nothing of ours, "": nobody knows
    Column("outcome", Text, nullable=True),  # why the last try put nothing there: "denied" or "refused"
    Column("problem", Text, nullable=True),
    Column("tried_at", UtcStamp, nullable=True),  # when that outcome came
    Column("put_off", Big, nullable=False),  # how often a passing failure ended a try; those go last
    PrimaryKeyConstraint("site", "issue", "place", "name"),
    Index(None, "contract"),
)
lease = _table(
    "lease",
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("fence", Big, nullable=False),
    Column("expires_at", UtcStamp, nullable=False),
)
token = _table(
    "token",
    Column("account", Text, primary_key=True),  # "quickbooks/<environment>/<realm>" or "jira/<host>"
    Column("sealed", Text, nullable=False),  # AES-GCM, bound to the account
    Column("unused_until", UtcStamp, nullable=True),  # no secret: when it ends without use, and in any case
    Column("ends_at", UtcStamp, nullable=True),
    Column("stored_at", UtcStamp, nullable=False),
)

pace = _table(  # how a limiter stood: the allowance of an account outlives a process
    "pace",
    Column("account", Text, primary_key=True),  # or "<account>|<holder>", of a process that asks now
    Column("doc", Text, nullable=False),
    Column("kept_at", UtcStamp, nullable=False),
)
metered = _table(  # reads that QuickBooks counts
    "metered",
    Column("account", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("reads", Big, nullable=False),
    PrimaryKeyConstraint("account", "month"),
)

# ── what the service says about itself ───────────────────────────────────────────────────────────────────

sign = _table(  # the last of its kind: how the last tick ended, what the last reconciling found
    "sign",
    Column("name", Text, primary_key=True),
    Column("doc", Json, nullable=False),
    Column("at", UtcStamp, nullable=False),
)
alert = _table(  # what people were asked to look at: each is told once, and once when it is over
    "alert",
    Column("ref", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("since_at", UtcStamp, nullable=False),
    Column("told_at", UtcStamp, nullable=True),
    Column("over_at", UtcStamp, nullable=True),
)

# ── the audit ────────────────────────────────────────────────────────────────────────────────────────────

audit = _table(  # a chain (sync/chain.py); triggers refuse every change of it
    "audit",
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("at", UtcStamp, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("contract", Text, nullable=False),  # "" where it is about none alone
    Column("subject", Text, nullable=False),
    Column("doc", Json, nullable=False),
    Column("sealed", Text, nullable=False),  # digest of the salted private text; "" without any
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "subject"),
)
audit_private = _table(  # text about people and work: what a law may ask to erase, one row an entry
    "audit_private",
    Column("seq", Big, ForeignKey("audit.seq"), primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
    Column("doc", Blob, nullable=False),
)
