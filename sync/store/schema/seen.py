"""What was seen of the work, who we are, and how far reading has come."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint

from sync.store.columns import Big, Flag, Text, UtcStamp
from sync.store.tables import seq, table

identity = table(
    "identity",
    Column("ledger", Text, primary_key=True),  # opaque; part of every request id and marker
    Column("epoch", Big, nullable=False),  # one more after each restore from a backup
    Column("environment", Text, nullable=True),  # of the books it is for; once said, for ever
    Column("made_at", UtcStamp, nullable=False),
)
cursor = table(
    "cursor",
    Column("source", Text, primary_key=True),  # "jira:<site>" or "quickbooks:<realm>"
    Column("position", Text, nullable=False),  # the connector's own opaque text
    Column("moved_at", UtcStamp, nullable=False),
)
catalogue = table(
    "catalogue",
    # "tracker", "books"; "names": what a tracker has under any name, "asked": the names it was asked about,
    # "read": those whose work was read to the end
    Column("kind", Text, nullable=False),
    Column("alias", Text, nullable=False),  # the name in config.toml
    Column("doc", Text, nullable=False),
    Column("fetched_at", UtcStamp, nullable=False),
    PrimaryKeyConstraint("kind", "alias"),
)

work_observation = table(
    "work_observation",
    seq(),
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "issue", "sprint" or "version"
    Column("work_id", Text, nullable=False),
    Column("observed_at", UtcStamp, nullable=False),
    Column("digest", Text, nullable=False),
    Column("doc", Text, nullable=False),
    Index(None, "site", "kind", "work_id", "seq"),
)
work = table(
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
