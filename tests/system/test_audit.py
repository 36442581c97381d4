"""The audit from the command line: whole, explained, taken away, and what a forged or an older store is told."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys


def test_the_story_of_an_invoice_is_told_verified_and_taken_away(launcher, office):
    config = office.home / "config.toml"
    config.write_text(f'{config.read_text("utf-8")}\n[audit]\nhead_file = "heads"\n', "utf-8")
    epic = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    (row,) = office.made()
    office.finance.void(row.id)
    assert launcher.run("apply", cwd=office.home).code == 0

    assert launcher.run("audit", "verify", "--json", cwd=office.home).document["whole"] is True
    assert len((office.home / "heads").read_text().splitlines()) >= 2
    number = str(row.body["DocNumber"])
    (told,) = launcher.run("audit", "explain", number, "--json", cwd=office.home).document["documents"]
    said = [one["what"] for one in told["told"]]
    assert any(f"invoice {number}, draft" in one for one in said)
    assert any(f"invoice {number}, voided" in one for one in said)
    assert any(epic.key in detail for one in told["told"] for detail in one["details"])
    assert f"invoice {number}, voided" in launcher.run("audit", "explain", row.id, cwd=office.home).out

    assert launcher.run("audit", "export", "trail", cwd=office.home).code == 0
    checked = subprocess.run(
        [sys.executable, "-I", "trail/check.py", "trail"], cwd=office.home, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked
    again = launcher.run("audit", "explain", number, "--from", "trail", "--json", cwd=office.home).document
    assert again["documents"] == [told]
    unknown = launcher.run("audit", "explain", "4711", cwd=office.home)
    assert (unknown.code, "tells of no document called '4711'" in unknown.err) == (2, True)


def test_a_forged_ledger_and_an_older_copy_are_told(launcher, office):
    config = office.home / "config.toml"
    config.write_text(f'{config.read_text("utf-8")}\n[audit]\nhead_file = "heads"\n', "utf-8")
    assert launcher.run("plan", cwd=office.home).code == 0
    (database,) = office.home.glob("*.db")
    shutil.copy(database, office.home / "yesterday.copy")
    office.epic("Search", 10.0)
    assert launcher.run("apply", cwd=office.home).code == 0

    with sqlite3.connect(database) as books:
        books.execute("DROP TRIGGER claim_no_update")
        books.execute("UPDATE claim SET amount = amount + 1")
    forged = launcher.run("audit", "verify", cwd=office.home)
    assert forged.code == 1
    assert "was changed in the ledger" in forged.err

    for path in office.home.glob(f"{database.name}*"):
        path.unlink()
    shutil.copy(office.home / "yesterday.copy", database)
    refused = launcher.run("apply", cwd=office.home)
    assert refused.code == 1
    assert "This store is older than its audit" in refused.err
    assert len(office.made()) == 1
    told = launcher.run("audit", "restored", "--why", "the disk was lost", "--json", cwd=office.home).document
    assert told["epoch"] == 2
    assert launcher.run("audit", "verify", cwd=office.home).code == 0
    assert launcher.run("apply", cwd=office.home).code in (0, 1)
    assert len(office.made()) == 1  # what stands in QuickBooks under our marker is not made again
