"""The first schema."""

import sqlalchemy as sa
from alembic import op

from sync.store import columns

revision = "0001"
down_revision = None


#: Tables of facts: the database itself refuses to change or remove a row.
ONLY_GROW = (
    "audit",
    "rule_source",
    "work_observation",
    "generation",
    "document_observation",
    "claim",
    "claim_end",
    "waiver",
    "revival",
    "decision",
)


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("ref", columns.Text(), nullable=False),
        sa.Column("kind", columns.Text(), nullable=False),
        sa.Column("text", columns.Text(), nullable=False),
        sa.Column("since_at", columns.UtcStamp(), nullable=False),
        sa.Column("told_at", columns.UtcStamp(), nullable=True),
        sa.Column("over_at", columns.UtcStamp(), nullable=True),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_alert")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        sa.Column("seq", columns.Big(), autoincrement=False, nullable=False),
        sa.Column("at", columns.UtcStamp(), nullable=False),
        sa.Column("actor", columns.Text(), nullable=False),
        sa.Column("action", columns.Text(), nullable=False),
        sa.Column("contract", columns.Text(), nullable=False),
        sa.Column("subject", columns.Text(), nullable=False),
        sa.Column("doc", columns.Json(), nullable=False),
        sa.Column("sealed", columns.Text(), nullable=False),
        sa.Column("previous", columns.Text(), nullable=False),
        sa.Column("hash", columns.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "catalogue",
        sa.Column("kind", columns.Text(), nullable=False),
        sa.Column("alias", columns.Text(), nullable=False),
        sa.Column("doc", columns.Text(), nullable=False),
        sa.Column("fetched_at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "alias", name=op.f("pk_catalogue")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "contract_state",
        sa.Column("contract", columns.Text(), nullable=False),
        sa.Column("rule_version", columns.Text(), nullable=False),
        sa.Column("dirty", columns.Big(), nullable=False),
        sa.Column("revision", columns.Big(), nullable=False),
        sa.Column("due_at", columns.UtcStamp(), nullable=True),
        sa.PrimaryKeyConstraint("contract", name=op.f("pk_contract_state")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "cursor",
        sa.Column("source", columns.Text(), nullable=False),
        sa.Column("position", columns.Text(), nullable=False),
        sa.Column("moved_at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_cursor")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "decision",
        sa.Column("seq", columns.Big(), autoincrement=True, nullable=False),
        sa.Column("contract", columns.Text(), nullable=False),
        sa.Column("subject", columns.Text(), nullable=False),
        sa.Column("choice", columns.Text(), nullable=False),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.Column("who", columns.Text(), nullable=False),
        sa.Column("why", columns.Text(), nullable=False),
        sa.Column("decided_at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_decision")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_contract"), ["contract"], unique=False)

    op.create_table(
        "document",
        sa.Column("document_key", columns.Text(), nullable=False),
        sa.Column("contract", columns.Text(), nullable=False),
        sa.Column("realm", columns.Text(), nullable=False),
        sa.Column("kind", columns.Text(), nullable=False),
        sa.Column("marker", columns.Text(), nullable=False),
        sa.Column("made_at", columns.UtcStamp(), nullable=False),
        sa.Column("writable_until_at", columns.UtcStamp(), nullable=False),
        sa.Column("external_id", columns.Text(), nullable=True),
        sa.Column("base_content", columns.Text(), nullable=True),
        sa.Column("last_observation", columns.Big(), nullable=True),
        sa.PrimaryKeyConstraint("document_key", name=op.f("pk_document")),
        sa.UniqueConstraint("realm", "kind", "external_id", name=op.f("uq_document_realm_kind_external_id")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_contract"), ["contract"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_marker"), ["marker"], unique=False)

    op.create_table(
        "finding",
        sa.Column("contract", columns.Text(), nullable=False),
        sa.Column("code", columns.Text(), nullable=False),
        sa.Column("ref", columns.Text(), nullable=False),
        sa.Column("doc", columns.Text(), nullable=False),
        sa.Column("first_seen_at", columns.UtcStamp(), nullable=False),
        sa.Column("last_seen_at", columns.UtcStamp(), nullable=False),
        sa.Column("cleared_at", columns.UtcStamp(), nullable=True),
        sa.PrimaryKeyConstraint("contract", "code", "ref", name=op.f("pk_finding")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "identity",
        sa.Column("ledger", columns.Text(), nullable=False),
        sa.Column("epoch", columns.Big(), nullable=False),
        sa.Column("environment", columns.Text(), nullable=True),
        sa.Column("made_at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("ledger", name=op.f("pk_identity")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "lease",
        sa.Column("name", columns.Text(), nullable=False),
        sa.Column("holder", columns.Text(), nullable=False),
        sa.Column("fence", columns.Big(), nullable=False),
        sa.Column("expires_at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "notice",
        sa.Column("site", columns.Text(), nullable=False),
        sa.Column("issue", columns.Text(), nullable=False),
        sa.Column("place", columns.Text(), nullable=False),
        sa.Column("name", columns.Text(), nullable=False),
        sa.Column("contract", columns.Text(), nullable=False),
        sa.Column("project", columns.Text(), nullable=False),
        sa.Column("wanted", columns.Text(), nullable=True),
        sa.Column("stands", columns.Text(), nullable=True),
        sa.Column("outcome", columns.Text(), nullable=True),
        sa.Column("problem", columns.Text(), nullable=True),
        sa.Column("tried_at", columns.UtcStamp(), nullable=True),
        sa.Column("put_off", columns.Big(), nullable=False),
        sa.PrimaryKeyConstraint("site", "issue", "place", "name", name=op.f("pk_notice")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_contract"), ["contract"], unique=False)

    op.create_table(
        "metered",
        sa.Column("account", columns.Text(), nullable=False),
        sa.Column("month", columns.Text(), nullable=False),
        sa.Column("reads", columns.Big(), nullable=False),
        sa.PrimaryKeyConstraint("account", "month", name=op.f("pk_metered")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "pace",
        sa.Column("account", columns.Text(), nullable=False),
        sa.Column("doc", columns.Text(), nullable=False),
        sa.Column("kept_at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_pace")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "plan",
        sa.Column("seq", columns.Big(), autoincrement=True, nullable=False),
        sa.Column("digest", columns.Text(), nullable=False),
        sa.Column("doc", columns.Text(), nullable=False),
        sa.Column("made_at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_plan")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_digest"), ["digest"], unique=False)

    op.create_table(
        "rule_source",
        sa.Column("version", columns.Text(), nullable=False),
        sa.Column("contract", columns.Text(), nullable=False),
        sa.Column("file", columns.Text(), nullable=False),
        sa.Column("source", columns.Text(), nullable=False),
        sa.Column("seen_at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rule_source")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "sign",
        sa.Column("name", columns.Text(), nullable=False),
        sa.Column("doc", columns.Json(), nullable=False),
        sa.Column("at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sign")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "token",
        sa.Column("account", columns.Text(), nullable=False),
        sa.Column("sealed", columns.Text(), nullable=False),
        sa.Column("unused_until", columns.UtcStamp(), nullable=True),
        sa.Column("ends_at", columns.UtcStamp(), nullable=True),
        sa.Column("stored_at", columns.UtcStamp(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_token")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "work_observation",
        sa.Column("seq", columns.Big(), autoincrement=True, nullable=False),
        sa.Column("site", columns.Text(), nullable=False),
        sa.Column("kind", columns.Text(), nullable=False),
        sa.Column("work_id", columns.Text(), nullable=False),
        sa.Column("observed_at", columns.UtcStamp(), nullable=False),
        sa.Column("digest", columns.Text(), nullable=False),
        sa.Column("doc", columns.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_work_observation")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("work_observation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_observation_site_kind_work_id_seq"),
            ["site", "kind", "work_id", "seq"],
            unique=False,
        )

    op.create_table(
        "claim_end",
        sa.Column("seq", columns.Big(), autoincrement=True, nullable=False),
        sa.Column("charge_key", columns.Text(), nullable=False),
        sa.Column("payer", columns.Text(), nullable=False),
        sa.Column("document_key", columns.Text(), nullable=False),
        sa.Column("round", columns.Big(), nullable=False),
        sa.Column("ended", columns.Text(), nullable=False),
        sa.Column("reason", columns.Text(), nullable=False),
        sa.Column("observation", columns.Big(), nullable=True),
        sa.Column("decision", columns.Big(), nullable=True),
        sa.Column("recorded_at", columns.UtcStamp(), nullable=False),
        sa.ForeignKeyConstraint(["decision"], ["decision.seq"], name=op.f("fk_claim_end_decision_decision")),
        sa.ForeignKeyConstraint(
            ["document_key"], ["document.document_key"], name=op.f("fk_claim_end_document_key_document")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_claim_end")),
        sa.UniqueConstraint(
            "charge_key",
            "payer",
            "document_key",
            "round",
            name=op.f("uq_claim_end_charge_key_payer_document_key_round"),
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "document_observation",
        sa.Column("seq", columns.Big(), autoincrement=True, nullable=False),
        sa.Column("document_key", columns.Text(), nullable=False),
        sa.Column("version", columns.Text(), nullable=False),
        sa.Column("state", columns.Text(), nullable=False),
        sa.Column("content", columns.Text(), nullable=False),
        sa.Column("source", columns.Text(), nullable=False),
        sa.Column("observed_at", columns.UtcStamp(), nullable=False),
        sa.Column("doc", columns.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_key"],
            ["document.document_key"],
            name=op.f("fk_document_observation_document_key_document"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_document_observation")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("document_observation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_observation_document_key_seq"), ["document_key", "seq"], unique=False
        )

    op.create_table(
        "intent",
        sa.Column("seq", columns.Big(), autoincrement=True, nullable=False),
        sa.Column("plan_digest", columns.Text(), nullable=False),
        sa.Column("contract", columns.Text(), nullable=False),
        sa.Column("realm", columns.Text(), nullable=False),
        sa.Column("document_key", columns.Text(), nullable=False),
        sa.Column("action", columns.Text(), nullable=False),
        sa.Column("state", columns.Text(), nullable=False),
        sa.Column("generation", columns.Big(), nullable=False),
        sa.Column("attempts", columns.Big(), nullable=False),
        sa.Column("fence", columns.Big(), nullable=False),
        sa.Column("not_before_at", columns.UtcStamp(), nullable=False),
        sa.Column("settled_after_at", columns.UtcStamp(), nullable=True),
        sa.Column("problem", columns.Text(), nullable=True),
        sa.Column("hint", columns.Text(), nullable=True),
        sa.Column("made_at", columns.UtcStamp(), nullable=False),
        sa.Column("finished_at", columns.UtcStamp(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_key"], ["document.document_key"], name=op.f("fk_intent_document_key_document")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_intent")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_intent_realm_finished_at_not_before_at"),
            ["realm", "finished_at", "not_before_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_intent_open_document",
            ["document_key"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "revival",
        sa.Column("seq", columns.Big(), autoincrement=True, nullable=False),
        sa.Column("charge_key", columns.Text(), nullable=False),
        sa.Column("payer", columns.Text(), nullable=False),
        sa.Column("document_key", columns.Text(), nullable=False),
        sa.Column("round", columns.Big(), nullable=False),
        sa.Column("decision", columns.Big(), nullable=False),
        sa.Column("recorded_at", columns.UtcStamp(), nullable=False),
        sa.ForeignKeyConstraint(["decision"], ["decision.seq"], name=op.f("fk_revival_decision_decision")),
        sa.ForeignKeyConstraint(
            ["document_key"], ["document.document_key"], name=op.f("fk_revival_document_key_document")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_revival")),
        sa.UniqueConstraint(
            "charge_key",
            "payer",
            "document_key",
            "round",
            name=op.f("uq_revival_charge_key_payer_document_key_round"),
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "waiver",
        sa.Column("seq", columns.Big(), autoincrement=True, nullable=False),
        sa.Column("charge_key", columns.Text(), nullable=False),
        sa.Column("payer", columns.Text(), nullable=False),
        sa.Column("document_key", columns.Text(), nullable=False),
        sa.Column("round", columns.Big(), nullable=False),
        sa.Column("amount", columns.Minor(), nullable=False),
        sa.Column("currency", columns.Text(), nullable=False),
        sa.Column("observation", columns.Big(), nullable=True),
        sa.Column("decision", columns.Big(), nullable=True),
        sa.Column("recorded_at", columns.UtcStamp(), nullable=False),
        sa.ForeignKeyConstraint(["decision"], ["decision.seq"], name=op.f("fk_waiver_decision_decision")),
        sa.ForeignKeyConstraint(
            ["document_key"], ["document.document_key"], name=op.f("fk_waiver_document_key_document")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_waiver")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "work",
        sa.Column("site", columns.Text(), nullable=False),
        sa.Column("kind", columns.Text(), nullable=False),
        sa.Column("work_id", columns.Text(), nullable=False),
        sa.Column("home", columns.Text(), nullable=False),
        sa.Column("digest", columns.Text(), nullable=False),
        sa.Column("updated_at", columns.UtcStamp(), nullable=True),
        sa.Column("observation", columns.Big(), nullable=False),
        sa.Column("hidden", columns.Flag(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation"], ["work_observation.seq"], name=op.f("fk_work_observation_work_observation")
        ),
        sa.PrimaryKeyConstraint("site", "kind", "work_id", name=op.f("pk_work")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_site_kind_home"), ["site", "kind", "home"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("intent", columns.Big(), nullable=False),
        sa.Column("number", columns.Big(), nullable=False),
        sa.Column("generation", columns.Big(), nullable=False),
        sa.Column("fence", columns.Big(), nullable=False),
        sa.Column("started_at", columns.UtcStamp(), nullable=False),
        sa.Column("send_by_at", columns.UtcStamp(), nullable=False),
        sa.Column("outcome", columns.Text(), nullable=True),
        sa.Column("detail", columns.Text(), nullable=True),
        sa.Column("finished_at", columns.UtcStamp(), nullable=True),
        sa.ForeignKeyConstraint(["intent"], ["intent.seq"], name=op.f("fk_attempt_intent_intent")),
        sa.PrimaryKeyConstraint("intent", "number", name=op.f("pk_attempt")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "claim",
        sa.Column("seq", columns.Big(), autoincrement=True, nullable=False),
        sa.Column("charge_key", columns.Text(), nullable=False),
        sa.Column("payer", columns.Text(), nullable=False),
        sa.Column("contract", columns.Text(), nullable=False),
        sa.Column("round", columns.Big(), nullable=False),
        sa.Column("origin", columns.Text(), nullable=False),
        sa.Column("document_key", columns.Text(), nullable=True),
        sa.Column("moved_from", columns.Text(), nullable=True),
        sa.Column("corrects", columns.Text(), nullable=True),
        sa.Column("line_id", columns.Text(), nullable=False),
        sa.Column("amount", columns.Minor(), nullable=False),
        sa.Column("currency", columns.Text(), nullable=False),
        sa.Column("quantity", columns.Exact(), nullable=False),
        sa.Column("share", columns.Exact(), nullable=True),
        sa.Column("rule", columns.Text(), nullable=False),
        sa.Column("rule_version", columns.Text(), nullable=False),
        sa.Column("leaves", columns.Text(), nullable=False),
        sa.Column("inputs", columns.Json(), nullable=False),
        sa.Column("intent", columns.Big(), nullable=True),
        sa.Column("recorded_at", columns.UtcStamp(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects"], ["document.document_key"], name=op.f("fk_claim_corrects_document")
        ),
        sa.ForeignKeyConstraint(
            ["document_key"], ["document.document_key"], name=op.f("fk_claim_document_key_document")
        ),
        sa.ForeignKeyConstraint(["intent"], ["intent.seq"], name=op.f("fk_claim_intent_intent")),
        sa.ForeignKeyConstraint(
            ["moved_from"], ["document.document_key"], name=op.f("fk_claim_moved_from_document")
        ),
        sa.ForeignKeyConstraint(
            ["rule_version"], ["rule_source.version"], name=op.f("fk_claim_rule_version_rule_source")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_claim")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_contract"), ["contract"], unique=False)

    op.create_table(
        "generation",
        sa.Column("intent", columns.Big(), nullable=False),
        sa.Column("number", columns.Big(), nullable=False),
        sa.Column("request_id", columns.Text(), nullable=False),
        sa.Column("operation", columns.Text(), nullable=False),
        sa.Column("target", columns.Text(), nullable=True),
        sa.Column("base_version", columns.Text(), nullable=True),
        sa.Column("body", columns.Blob(), nullable=False),
        sa.Column("made_at", columns.UtcStamp(), nullable=False),
        sa.ForeignKeyConstraint(["intent"], ["intent.seq"], name=op.f("fk_generation_intent_intent")),
        sa.PrimaryKeyConstraint("intent", "number", name=op.f("pk_generation")),
        sa.UniqueConstraint("request_id", name=op.f("uq_generation_request_id")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    op.create_table(
        "intent_claim",
        sa.Column("intent", columns.Big(), nullable=False),
        sa.Column("charge_key", columns.Text(), nullable=False),
        sa.Column("payer", columns.Text(), nullable=False),
        sa.Column("amount", columns.Minor(), nullable=False),
        sa.Column("currency", columns.Text(), nullable=False),
        sa.Column("leaves", columns.Text(), nullable=False),
        sa.Column("inputs", columns.Json(), nullable=False),
        sa.Column("finished_at", columns.UtcStamp(), nullable=True),
        sa.ForeignKeyConstraint(["intent"], ["intent.seq"], name=op.f("fk_intent_claim_intent_intent")),
        sa.PrimaryKeyConstraint("intent", "charge_key", "payer", name=op.f("pk_intent_claim")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    with op.batch_alter_table("intent_claim", schema=None) as batch_op:
        batch_op.create_index(
            "uq_intent_claim_open",
            ["charge_key", "payer"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
    op.create_table(
        "audit_private",
        sa.Column("seq", columns.Big(), autoincrement=False, nullable=False),
        sa.Column("salt", columns.Text(), nullable=False),
        sa.Column("doc", columns.Blob(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit.seq"], name=op.f("fk_audit_private_seq_audit")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_private")),
        sqlite_autoincrement=False,
        sqlite_strict=True,
    )
    for table in ONLY_GROW:
        _refuse_changes(table)


def _refuse_changes(table: str) -> None:
    """The database itself keeps what is a fact: rows are added to such a table and nothing else."""
    said = f"{table} only grows: its rows are never changed or removed"
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{said}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}()"
    )


def downgrade() -> None:
    op.drop_table("audit_private")
    with op.batch_alter_table("intent_claim", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_intent_claim_open",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.drop_table("intent_claim")
    op.drop_table("generation")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_contract"))

    op.drop_table("claim")
    op.drop_table("attempt")
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_site_kind_home"))

    op.drop_table("work")
    op.drop_table("waiver")
    op.drop_table("revival")
    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_intent_open_document",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_intent_realm_finished_at_not_before_at"))

    op.drop_table("intent")
    with op.batch_alter_table("document_observation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_observation_document_key_seq"))

    op.drop_table("document_observation")
    op.drop_table("claim_end")
    with op.batch_alter_table("work_observation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_observation_site_kind_work_id_seq"))

    op.drop_table("work_observation")
    op.drop_table("token")
    op.drop_table("rule_source")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_digest"))

    op.drop_table("plan")
    op.drop_table("pace")
    op.drop_table("metered")
    op.drop_table("lease")
    op.drop_table("identity")
    op.drop_table("finding")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_marker"))
        batch_op.drop_index(batch_op.f("ix_document_contract"))

    op.drop_table("document")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_contract"))

    op.drop_table("decision")
    op.drop_table("cursor")
    op.drop_table("contract_state")
    op.drop_table("catalogue")
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        for table in ONLY_GROW:
            op.execute(f"DROP FUNCTION refuse_{table}()")
