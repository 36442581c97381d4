"""What the service keeps beside: findings, notices, leases, logins, allowances, signs and alerts."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint

from sync.store.columns import Big, Json, Text, UtcStamp
from sync.store.tables import table

finding = table(
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
notice = table(  # what an issue of a tracker says about its money: the small outbox of the noticeboard
    "notice",
    Column("site", Text, nullable=False),
    Column("issue", Text, nullable=False),
    Column("place", Text, nullable=False),  # "record" or "link"
    Column("name", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("project", Text, nullable=False),  # where the issue was last seen; "" when it never was
    Column("wanted", Text, nullable=True),  # null: it shall not stand there any more
    Column("stands", Text, nullable=True),  # as put there last; null: nothing of ours, "": nobody knows
    Column(
        "outcome", Text, nullable=True
    ),  # why the last try put nothing there: "denied", "refused", "unseen"
    Column("problem", Text, nullable=True),
    Column("tried_at", UtcStamp, nullable=True),  # when that outcome came
    Column("put_off", Big, nullable=False),  # how often a passing failure ended a try; those go last
    PrimaryKeyConstraint("site", "issue", "place", "name"),
    Index(None, "contract"),
)
lease = table(
    "lease",
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("fence", Big, nullable=False),
    Column("expires_at", UtcStamp, nullable=False),
)
token = table(
    "token",
    Column("account", Text, primary_key=True),  # "quickbooks/<environment>/<realm>" or "jira/<host>"
    Column("sealed", Text, nullable=False),  # AES-GCM, bound to the account
    Column("unused_until", UtcStamp, nullable=True),  # no secret: when it ends without use, and in any case
    Column("ends_at", UtcStamp, nullable=True),
    Column("stored_at", UtcStamp, nullable=False),
)

pace = table(  # how a limiter stood: the allowance of an account outlives a process
    "pace",
    Column("account", Text, primary_key=True),  # or "<account>|<holder>", of a process that asks now
    Column("doc", Text, nullable=False),
    Column("kept_at", UtcStamp, nullable=False),
)
metered = table(  # reads that QuickBooks counts
    "metered",
    Column("account", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("reads", Big, nullable=False),
    PrimaryKeyConstraint("account", "month"),
)

sign = table(  # the last of its kind: how the last tick ended, what the last reconciling found
    "sign",
    Column("name", Text, primary_key=True),
    Column("doc", Json, nullable=False),
    Column("at", UtcStamp, nullable=False),
)
alert = table(  # what people were asked to look at: each is told once, and once when it is over
    "alert",
    Column("ref", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("since_at", UtcStamp, nullable=False),
    Column("told_at", UtcStamp, nullable=True),
    Column("over_at", UtcStamp, nullable=True),
)
