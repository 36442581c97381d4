"""`--json` of every command: one document, nothing beside it, keys that scripts may rely on; secrets nowhere."""

from __future__ import annotations

import base64
import json
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from launcher import PRODUCT, milepost
from office import SERVICE_ACCOUNT, Office

from sandbox.faults import answer

PROBLEM = {"file", "line", "column", "message", "hint"}
MONEY = {"amount", "currency"}
LINE = {
    *("charge", "text", "quantity", "unit_price", "amount", "item", "class", "service_date", "rule"),
    *("rule_version", "issues"),
}
ACTION = {
    *("kind", "document", "contract", "company", "client", "subject", "reason", "amount", "invoice"),
    *("invoice_date", "marker", "lines"),
}
FINDING = {"contract", "code", "subject", "reason", "hint", "owner", "ref"}
TROUBLE = {"kind", "service", "action", "reason", "hint", "status", "code", "retry_after_seconds"}
DRAINED = {"written", "refused", "dropped", "parked", "busy", "waiting_until"}
POSTING = {"put", "taken_away", "denied", "refused", "waiting", "trouble"}
POSITION = {"contract", "charge", "title", "bucket", "amount", "reason"}
STATED = {
    "contract",
    "original",
    "changes",
    "revised",
    "billed",
    "this_bill",
    "balance",
    "late",
    "orders",
    "deposit",
}
STATUS = {"buckets", "finished", "open", "unpriced", "gap", "work"}
EXPLAINED = {"contract", "title", "outcome", "code", "steps", "change", "pending", "decided", "planned"}
ITEM = FINDING | {"id", "since", "document", "choices"}
CHOICE = {"choice", "words", "needs", "before", "after"}
DRAFT = {"contract", "document", "name", "subject", "amount", "reason"}
DECISION = {"contract", "subject", "code", "choice", "who", "why", "decided_at"}


@pytest.mark.parametrize(
    "keys",
    [
        *(PROBLEM, MONEY, LINE, ACTION, FINDING, TROUBLE, DRAINED, POSTING, POSITION, STATUS, EXPLAINED),
        *(ITEM, CHOICE, DECISION, DRAFT),
    ],
)
def test_every_key_is_documented(keys):
    documented = set(re.findall(r"\w+", (PRODUCT / "docs" / "json.md").read_text("utf-8")))
    assert keys - documented == set()


def test_a_plan_shows_every_key(launcher, office):
    epic = office.epic("Search", 33.33)
    office.epic("Wishlists", 5.0, closed=False)
    document = launcher.run("plan", "--json", cwd=office.home).document
    assert document.keys() >= {"digest", "actions", "findings", "trouble"}
    (action,) = document["actions"]
    assert action.keys() >= ACTION
    assert (action["kind"], action["invoice"], action["amount"]) == (
        "create",
        None,
        {"amount": "333.30", "currency": "USD"},
    )
    (line,) = action["lines"]
    assert line.keys() >= LINE
    assert line["amount"].keys() == MONEY
    assert epic.key in line["text"]


def test_an_apply_shows_every_key_also_when_the_plan_is_stale_or_a_service_is_down(launcher, office):
    epic = office.epic("Search", 33.33)
    told = office.contract.read_text("utf-8") + "\n[write_back]\namount = false\n"
    office.contract.write_text(told, "utf-8")
    done = launcher.run("apply", "--json", cwd=office.home).document
    assert done.keys() >= {"digest", "actions", "companies", "write_back", "findings", "trouble"}
    assert done["companies"]["main"].keys() >= DRAINED
    assert done["write_back"]["main"].keys() >= POSTING
    office.lead.reopen(epic.key)
    (finding,) = launcher.run("apply", "--json", cwd=office.home).document["findings"]
    assert finding.keys() >= FINDING
    stale = launcher.run("apply", "--plan", "feedfacecafebeef", "--json", cwd=office.home).document
    assert stale.keys() >= {"stale", "approved", "present", "moved"}
    office.sandbox.jira_faults.add(answer(401, "{}"), count=None)
    (trouble,) = launcher.run("apply", "--json", cwd=office.home).document["trouble"]
    assert trouble.keys() >= TROUBLE


def test_status_explain_and_check_show_every_key(launcher, office):
    epic = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    status = launcher.run("status", "--json", cwd=office.home).document
    assert status.keys() >= STATUS | {"writes", "write_back", "unread"}
    assert status["buckets"].keys() == {"billed", "held", "excluded", "failed"}
    assert all(bucket.keys() >= {"work", "amounts"} for bucket in status["buckets"].values())
    assert sum(bucket["work"] for bucket in status["buckets"].values()) == status["finished"]
    assert all(each.keys() >= POSITION for each in status["work"])
    explained = launcher.run("explain", epic.key, "--json", cwd=office.home).document
    assert explained.keys() >= {"key", "work"}
    (work,) = explained["work"]
    assert work.keys() >= EXPLAINED
    assert work["steps"]
    assert explained["statement"] is None
    contract = tomllib.loads(office.contract.read_text("utf-8"))["contract"]["id"]
    stated = launcher.run("explain", contract, "--json", cwd=office.home).document["statement"]
    assert stated.keys() >= STATED
    assert "billed to date" in launcher.run("explain", contract, cwd=office.home).out
    held = launcher.run("reconcile", "--json", cwd=office.home)
    assert held.document.keys() >= {
        "whole",
        "read",
        "repaired",
        "drifts",
        "sums",
        "buckets",
        "gap",
        "trouble",
    }
    assert (held.code, held.document["whole"], held.document["drifts"]) == (0, True, [])
    assert all(each["gap"]["amount"] == "0.00" for each in held.document["sums"])
    assert "agree" in launcher.run("reconcile", cwd=office.home).out
    checked = launcher.run("check", "--json", cwd=office.home).document
    assert checked.keys() >= {"ok", "problems", "notices", "contracts", "write_back", "compared_with"}
    assert (checked["ok"], checked["contracts"], checked["compared_with"]) == (
        True,
        ["shop"],
        ["main", "main"],
    )


def test_what_asks_for_a_person_and_what_was_decided_show_every_key(launcher, office):
    epic = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    office.finance.void(office.invoice_for(epic).id)
    assert launcher.run("apply", cwd=office.home).code == 0
    item, *_ = launcher.run("decide", epic.key, "--json", cwd=office.home).document["items"]
    assert item.keys() >= ITEM
    assert all(each.keys() == CHOICE for each in item["choices"])
    assert item["choices"][0]["after"].keys() == MONEY
    decide = ("decide", item["id"], "rebill", "--why", "by phone", "--json")
    taken = launcher.run(*decide, cwd=office.home).document
    assert taken.keys() >= {"decision", "repeated", "actions", "findings"}
    assert taken["decision"].keys() >= DECISION
    assert taken["decision"]["who"]


def test_what_is_undone_shows_every_key(launcher, office):
    epic = office.epic("Search", 33.33)
    run = launcher.run("apply", "--json", cwd=office.home).document["digest"]
    shown = launcher.run("undo", run, "--json", cwd=office.home)
    assert (shown.code, shown.document["undone"]) == (1, False)
    assert shown.document.keys() >= {"run", "at", "drafts", "others", "waiting"}
    (draft,) = shown.document["drafts"]
    assert draft.keys() >= DRAFT
    assert epic.key in draft["subject"]
    done = launcher.run("undo", run, "--why", "wrong rate", "--yes", "--json", cwd=office.home)
    assert (done.code, done.document["undone"], done.document["waiting"]) == (0, True, [])


@pytest.mark.parametrize(
    "command", [("check",), ("plan",), ("apply",), ("run",), ("status",), ("explain", "X-1"), ("decide",)]
)
def test_problems_in_files_are_a_document_too(launcher, office, command):
    office.contract.write_text("[contract]\nid = 7\n", "utf-8")
    outcome = launcher.run(*command, "--json", cwd=office.home)
    assert outcome.code == 2
    assert outcome.document.keys() >= {"ok", "problems"}
    assert all(each.keys() >= PROBLEM for each in outcome.document["problems"])


def test_an_unknown_key_is_no_document_but_a_message(launcher, office):
    outcome = launcher.run("explain", "HPO-999", "--json", cwd=office.home)
    assert (outcome.code, outcome.out) == (2, "")
    assert "HPO-999" in outcome.err


def test_the_sandbox_says_where_it_is(tmp_path):
    command = (
        sys.executable,
        "-c",
        "from cli import main; main()",
        "sandbox",
        str(tmp_path / "home"),
        "--json",
    )
    with subprocess.Popen(
        command, cwd=PRODUCT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        lines = _document_lines(process.stdout)
        document: dict[str, Any] = json.loads("".join(lines))
        planned = milepost("plan", "--config", document["config"], "--json", cwd=tmp_path)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert document.keys() >= {"ready", "jira", "quickbooks", "config"}
    contracts = {each.stem for each in Path(document["config"]).parent.glob("rules/*.toml")}
    assert {each["document"].partition("|")[0] for each in json.loads(planned.stdout)["actions"]} == contracts


def _document_lines(stream: Any) -> Iterator[str]:
    """Lines up to the end of the first document: the process lives on."""
    for line in stream:
        yield line
        if line == "}\n":
            return


def _plant_canaries(office: Office) -> dict[str, str]:
    """Give every secret a value that would be recognised anywhere; the values by the name of their file."""
    canaries = {
        "jira-token": "canary-jira-Zq81",
        "quickbooks-client-secret": "canary-client-secret-Zq82",
        "quickbooks-refresh-token": "canary-refresh-Zq83",
        "store-key": base64.b64encode(b"canary-store-key-Zq84-0123456789").decode(),
    }
    world = office.sandbox.world
    world.jira.users[SERVICE_ACCOUNT].token = canaries["jira-token"]
    world.quickbooks.tokens.client_secret = canaries["quickbooks-client-secret"]
    world.quickbooks.tokens.connect(office.books.realm, canaries["quickbooks-refresh-token"])
    for name, value in canaries.items():
        (office.home / "secrets" / name).write_text(value, "utf-8")
    return canaries


def test_secrets_appear_in_no_output_no_log_and_no_store(launcher, office):
    canaries = _plant_canaries(office)
    office.configure('[log]\nlevel = "debug"\n[service]\npoll_seconds = 1\n')
    office.epic("Search", 33.33)
    said = [
        launcher.run(*command, cwd=office.home) for command in (("plan",), ("apply", "--json"), ("status",))
    ]
    service = launcher.start("run", cwd=office.home)
    service.wait_for('"tick.finished"')
    office.sandbox.world.jira.users[SERVICE_ACCOUNT].token = "another"
    service.wait_for('"service.unavailable"')
    service.signal(signal.SIGTERM)
    said.append(service.wait())
    office.sandbox.world.quickbooks.tokens.revoke(canaries["quickbooks-refresh-token"])
    said.append(launcher.run("apply", "--json", cwd=office.home))
    secret = office.home / "secrets" / "quickbooks-client-secret"
    secret.write_text("canary-wrong-Zq85", "utf-8")
    said.append(launcher.run("apply", "--json", cwd=office.home))
    (office.home / "secrets" / "store-key").write_text("canary-no-key-Zq86", "utf-8")
    said.append(launcher.run("apply", cwd=office.home))
    assert [outcome.code for outcome in said] == [0, 0, 0, 0, 1, 1, 2]

    kept = b"".join(path.read_bytes() for path in office.home.glob("milepost.db*"))
    assert b"Harbor & Pine" in kept
    seen = "".join(outcome.out + outcome.err for outcome in said).encode() + kept
    access_token = "eyJlbmMi"  # how all that the sandbox grants begin
    assert [
        text for text in (*canaries.values(), "canary", "Zq8", access_token) if text.encode() in seen
    ] == []
