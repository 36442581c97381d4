"""The audit of a store: each fact enters it with the transaction that makes it, and no fact can be changed unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from store_facts import (
    LATER,
    NOW,
    a_create,
    a_document,
    begun,
    billed,
    charge_key,
    in_force,
    postponed,
    revision_of,
    rows,
    settled,
)

from model.billing import DocumentState
from sync.auditing.export import CHECKER, ENTRIES, TABLE, export, exported
from sync.auditing.published import HeadFile, Unreadable, behind
from sync.auditing.story import stories
from sync.auditing.verify import verify
from sync.chain import Entry
from sync.store import Store
from sync.store.audit import FACTS
from sync.store.changing import Revival
from sync.store.database import writing
from sync.store.decisions import Made

DOCUMENT = a_create().document_key


def lived(store: Store) -> None:
    """A draft that finance deleted, whose work a person had billed again."""
    in_force(store)
    billed(store)
    gone = a_document(version="1", state=DocumentState.DELETED)
    store.accounts.observe("9000", [gone], "changes", LATER)
    made = Made("acme", charge_key(), "rebill", {"document": DOCUMENT}, "ada", "=agreed by phone")
    again = Revival(charge_key(), "client", DOCUMENT)
    assert store.decisions.record(made, revision_of(store), LATER, [again]) is not None


def forge(store: Store, table: str, statement: str) -> None:
    """What somebody does who owns the database: the guards go first."""
    with writing(store.engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
        else:
            connection.execute(text(f"DROP TRIGGER {table}_only_grows ON {table}"))
        connection.exec_driver_sql(statement)


def actions(store: Store) -> list[str]:
    return [entry.said.action for entry in store.audit.entries()]


def test_every_fact_of_a_life_is_in_the_audit_in_its_order(store: Store) -> None:
    lived(store)
    assert actions(store) == [
        "rules.recorded",
        "rules.put_in_force",
        "write.planned",
        "bytes.stored",
        "write.sending",
        "write.done",
        "document.seen",
        "claim.recorded",
        "document.seen",
        "claim.ended",
        "decision.made",
        "claim.revived",
    ]
    assert verify(store).broken is None
    assert {fact for fact in FACTS if rows(store, fact)} == set(FACTS) - {"waiver"}


def test_a_transaction_that_leaves_nothing_leaves_no_entry(store: Store) -> None:
    in_force(store)
    before = store.audit.head()
    with pytest.raises(ValueError, match="no such claim"):
        store.decisions.record(
            Made("acme", "x", "rebill", {}, "ada", ""), 0, NOW, [Revival(charge_key(), "client", DOCUMENT)]
        )
    assert store.audit.head() == before


def test_each_outcome_of_a_write_is_told_with_its_request_and_bytes(store: Store) -> None:
    in_force(store)
    job = begun(store, a_create())
    assert store.outbox.postpone(job, postponed(), LATER)
    sent, unknown = list(store.audit.entries())[-2:]
    assert [entry.said.action for entry in (sent, unknown)] == ["write.sending", "write.unknown"]
    assert sent.said.doc["request_id"] == unknown.said.doc["request_id"] == "request-1"
    assert len(sent.said.doc["body"]) == 64
    assert unknown.said.private == "no answer"


def test_who_opened_the_store_is_who_acts(store: Store) -> None:
    other = Store(store.engine.url.render_as_string(hide_password=False), "grace")
    in_force(other)
    lived(store)
    assert [entry.said.actor for entry in store.audit.entries()][:2] == ["grace", "grace"]
    (decided,) = (entry for entry in store.audit.entries() if entry.said.action == "decision.made")
    assert decided.said.actor == "ada"
    other.close()


@pytest.mark.parametrize("table", ["audit", *sorted(FACTS)])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_fact(store: Store, table: str, statement: str) -> None:
    lived(store)
    billed(store, 2)
    store.accounts.observe("9000", [a_document(2, "60.00", version="1")], "changes", LATER)
    column = next(iter(rows(store, table)[0]))
    with pytest.raises(DBAPIError, match="only grows"), writing(store.engine) as connection:
        connection.execute(text(statement.format(table, column, column)))


@pytest.mark.parametrize(
    ("table", "statement", "said"),
    [
        ("claim", "UPDATE claim SET amount = 1", "the claim 1 it tells of was changed in the ledger"),
        (
            "claim",
            "UPDATE claim SET inputs = '{\"a\":1}'",
            "was changed in the ledger",
        ),
        ("claim_end", "DELETE FROM claim_end", "the claim end 1 it tells of is not in the ledger any more"),
        (
            "decision",
            "UPDATE decision SET why = 'because'",
            "the decision 1 it tells of was changed in the ledger",
        ),
        ("document_observation", "UPDATE document_observation SET doc = '{}'", "was changed in the ledger"),
        ("audit", "UPDATE audit SET doc = '{}' WHERE seq = 8", "its content was changed"),
        ("audit", "UPDATE audit SET actor = 'eve' WHERE seq = 8", "its content was changed"),
        (
            "audit_private",
            "UPDATE audit_private SET salt = 'x' WHERE seq = 4",
            "its private text was changed",
        ),
        (
            "waiver",
            "INSERT INTO waiver (charge_key, payer, document_key, round, amount, currency, recorded_at)"
            " SELECT charge_key, payer, document_key, round, amount, currency, recorded_at FROM claim",
            "1 of the ledger's waiver rows have no entry",
        ),
    ],
)
def test_what_the_owner_of_the_database_changes_is_found(
    quick_store: Store, table: str, statement: str, said: str
) -> None:
    lived(quick_store)
    forge(quick_store, table, statement)
    found = verify(quick_store).broken
    assert found is not None
    assert said in found.reason


def test_an_erased_text_leaves_the_audit_whole(quick_store: Store) -> None:
    lived(quick_store)
    forge(quick_store, "audit_private", "DELETE FROM audit_private")
    assert verify(quick_store).broken is None
    (story,) = stories(quick_store.audit.entries(), DOCUMENT)
    assert any("(its text was erased)" in one.what for one in story.told)


def test_the_audit_alone_tells_the_story_of_an_invoice(store: Store) -> None:
    lived(store)
    settled(store, a_create(2), a_document(2))
    for name in ("101", "41", DOCUMENT.upper()):
        (story,) = stories(store.audit.entries(), name)
        assert (story.document, story.contract) == (DOCUMENT, "acme")
    told = "\n".join("\n".join((one.what, *one.details)) for one in story.told)
    for said in (
        "rules of acme recorded as version v1 from acme.toml",
        "planned to create it in plan digest: closed",
        f"{charge_key()} 100.00 USD = 1 × 100.00, 'ACME-1', by rule 'epics' version v1",
        "try 1 leaves under request id request-1, bytes ",
        "QuickBooks answered: invoice 101, draft, version 0, total 100.00 USD",
        f"100.00 USD of {charge_key()} count as billed on it (posted)",
        "QuickBooks showed: invoice 101, deleted",
        f"{charge_key()} is declined",
        "decided 'rebill' on ",
        f"{charge_key()} may be billed again",
    ):
        assert said in told
    assert "ACME-2" not in told
    assert [one.seq for one in story.told] == sorted(one.seq for one in story.told)


def test_an_export_is_checked_without_milepost(quick_store: Store, tmp_path: Path) -> None:
    lived(quick_store)
    made = export(quick_store, tmp_path / "all", NOW)
    assert (made.entries, made.first) == (12, 1)
    assert list(exported(made.folder)) == list(quick_store.audit.entries())
    assert checked(made.folder) == (0, f"12 entries hold, up to 12, head {made.head.hash}\n")
    part = export(quick_store, tmp_path / "part", NOW, since=5, private=False)
    assert checked(part.folder)[0] == 0
    assert b"by phone" not in b"".join(path.read_bytes() for path in part.folder.iterdir())
    assert (tmp_path / "all" / TABLE).read_text("utf-8").count("=agreed") == 0
    with pytest.raises(FileExistsError):
        export(quick_store, tmp_path / "all", NOW)


@pytest.mark.parametrize("seq", [1, 5, 12])
def test_a_forged_export_is_named_by_its_own_script(quick_store: Store, tmp_path: Path, seq: int) -> None:
    lived(quick_store)
    folder = export(quick_store, tmp_path / "all", NOW).folder
    lines = (folder / ENTRIES).read_text().splitlines()
    forged = json.loads(lines[seq - 1]) | {"actor": "eve"}
    (folder / ENTRIES).write_text("\n".join([*lines[: seq - 1], json.dumps(forged), *lines[seq:]]))
    assert checked(folder) == (1, f"entry {seq}: its content was changed\n")
    (folder / ENTRIES).write_text("\n".join(lines[: seq - 1]))
    assert checked(folder) == (1, f"entry {seq}: the manifest ends at entry 12, the file at {seq - 1}\n")


def checked(folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-I", str(folder / CHECKER), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_cells_of_an_export_are_no_formulas(quick_store: Store, tmp_path: Path) -> None:
    in_force(quick_store)
    made = Made("acme", "=cmd|'/C calc'!A0", "keep", {}, "+ada", "")
    assert quick_store.decisions.record(made, revision_of(quick_store), NOW) is not None
    table = (export(quick_store, tmp_path / "all", NOW).folder / TABLE).read_text("utf-8")
    assert "\"'=cmd|'/C calc'!A0\"" in table
    assert '"\'+ada"' in table
    assert ',"=' not in table


def test_the_head_is_published_once_for_each_move(quick_store: Store, tmp_path: Path) -> None:
    file = HeadFile(tmp_path / "heads")
    assert file.publish(quick_store, NOW) is None
    in_force(quick_store)
    assert file.publish(quick_store, NOW) == quick_store.audit.head()
    assert file.publish(quick_store, LATER) is None
    lived(quick_store)
    file.publish(quick_store, LATER)
    assert [head.seq for head in file.heads()] == [2, 12]
    assert verify(quick_store, file.heads()).broken is None
    assert (tmp_path / "heads").stat().st_mode & 0o777 == 0o600


def test_a_line_that_is_no_head_is_named(tmp_path: Path) -> None:
    (tmp_path / "heads").write_text("12 abc now\n")
    with pytest.raises(Unreadable, match=r"heads:1 is no published head: put back the line"):
        HeadFile(tmp_path / "heads").heads()


def test_a_store_put_back_from_a_copy_knows_that_it_is_older(quick_stores, tmp_path: Path) -> None:
    file, newer, older = HeadFile(tmp_path / "heads"), quick_stores(), quick_stores()
    for store in (newer, older):
        in_force(store)
    lived(newer)
    file.publish(newer, NOW)
    assert behind(newer, file.heads()) == ""
    assert behind(older, file.heads()) == "entry 12 of its audit was published, and it ends at 2"
    lived(older)  # the same length, another history
    settled(older, a_create(3), a_document(3))
    assert "was published as another" in behind(older, file.heads())
    assert older.journal.ledger_id(NOW)
    assert older.journal.restored(12, "the disk was lost", NOW + timedelta(days=1)) == 2
    last = list(older.audit.entries())[-1]
    assert isinstance(last, Entry)
    assert (last.said.action, last.said.doc) == ("store.restored", {"epoch": 2, "lost": 12})
