"""The schema is what the migrations make, on both databases, and the facts in it only ever grow."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import UniqueConstraint, inspect
from store_facts import (
    NOW,
    a_create,
    a_document,
    a_withdrawal,
    an_update,
    begun,
    billed,
    charge_key,
    due,
    dump,
    fence_of,
    in_force,
    postponed,
    revision_of,
    settled,
    with_bytes,
)

from model.billing import DocumentState
from model.decision import Made
from sync.store import _MIGRATIONS, HEAD, Store
from sync.store.changing import Deferral, Revival
from sync.store.database import reading
from sync.store.schema import metadata

FACTS = (
    "work_observation",
    "rule_source",
    "document_observation",
    "claim",
    "claim_end",
    "waiver",
    "decision",
    "revival",
    "plan",
    "generation",
)


def test_the_migrations_make_exactly_the_schema(store: Store) -> None:
    with reading(store.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_constraints_and_partial_indexes_are_there(store: Store) -> None:
    with reading(store.engine) as connection:
        look = inspect(connection)
        for table in metadata.sorted_tables:
            indexes = {index["name"] for index in look.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= indexes
            unique = {tuple(each["column_names"]) for each in look.get_unique_constraints(table.name)}
            declared = {
                tuple(column.name for column in each.columns)
                for each in table.constraints
                if isinstance(each, UniqueConstraint)
            }
            assert declared <= unique
            assert len(look.get_foreign_keys(table.name)) == len(table.foreign_keys)


def test_every_table_on_sqlite_is_strict_and_never_reuses_a_number(quick_store: Store) -> None:
    with reading(quick_store.engine) as connection:
        made = dict(
            connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
        )
    for table in metadata.sorted_tables:
        assert made[table.name].rstrip().endswith("STRICT")
        numbered = any(column.autoincrement is True for column in table.primary_key.columns)
        assert ("AUTOINCREMENT" in made[table.name]) == numbered
        assert numbered == ("seq" in table.primary_key.columns) or table.name.startswith("audit")


def test_the_store_knows_its_newest_migration() -> None:
    assert ScriptDirectory(str(_MIGRATIONS)).get_current_head() == HEAD


def test_a_store_that_two_processes_open_at_once_is_migrated_once(database_url: str) -> None:
    opening = [sys.executable, "-c", f"from sync.store import Store; Store({database_url!r}).close()"]
    processes = [subprocess.Popen(opening, stderr=subprocess.PIPE) for _ in range(2)]
    for process in processes:
        _, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint.decode()
    opened = Store(database_url)
    with reading(opened.engine) as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [(HEAD,)]
    opened.close()


def test_facts_only_ever_grow(store: Store) -> None:
    """A life with everything in it; after each step all earlier rows are still there, unchanged."""
    in_force(store)
    before: dict[str, frozenset[str]] = dict.fromkeys(FACTS, frozenset())

    def grew(*names: str) -> None:
        now = {name: found for name, found in dump(store).items() if name in FACTS}
        for name in FACTS:
            assert before[name] <= now[name], f"a fact in {name} was changed or taken away"
        for name in names:
            assert len(before[name]) < len(now[name])
        before.update(now)

    billed(store)
    grew("claim", "generation", "document_observation", "rule_source")
    settled(store, an_update(), a_document(amount="150.00", version="1"))
    grew("claim", "document_observation")
    in_force(store, version="v2")
    grew("rule_source")
    store.accounts.observe("9000", [a_document(amount="120.00", version="2")], "changes", NOW)
    grew("waiver", "document_observation")
    made = Made("acme", charge_key(), "defer", {}, "ada", "next month")
    deferral = Deferral(charge_key(), "client", a_create().document_key)
    assert store.decisions.record(made, revision_of(store), NOW, [deferral])
    grew("decision", "claim", "waiver")
    store.accounts.observe("9000", [a_document(version="3", state=DocumentState.VOIDED)], "changes", NOW)
    grew("claim_end", "document_observation")
    made = Made("acme", charge_key(), "rebill", {}, "ada", "a mistake")
    revival = Revival(charge_key(), "client", a_create().document_key)
    assert store.decisions.record(made, revision_of(store), NOW, [revival])
    grew("decision", "revival")
    billed(store, 2)
    settled(store, a_withdrawal(2), a_document(2, version="1", state=DocumentState.VOIDED))
    grew("claim_end")
    job = begun(store, a_create(3))
    assert store.outbox.postpone(job, postponed("todo", NOW), NOW)
    refused = with_bytes(store, due(store)) if due(store).generation is None else due(store)
    assert store.outbox.close(refused, "refused", "no such item", "", NOW)
    grew("generation")
    assert fence_of(store, now=NOW + timedelta(hours=1)) > 1
    grew()
