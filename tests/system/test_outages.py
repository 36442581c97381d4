"""What a service can do to us: each fault ends in its class and a plain sentence, and nothing is ever lost."""

from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from launcher import Launcher, Outcome
from office import SERVICE_ACCOUNT, WRITES, Office, assert_billed_once

from sandbox import faults
from sandbox.faults import Fault, Faults
from sandbox.messages import Application, Request, Response

JIRA, QUICKBOOKS = "Jira", "QuickBooks"
_API = {JIRA: r"^/rest/", QUICKBOOKS: r"^/v3/"}

READ_FAULTS: dict[str, Callable[[], Fault]] = {
    "429": faults.too_many_requests,
    "429 with a long Retry-After": lambda: faults.too_many_requests("3600"),
    "HTML 502": faults.bad_gateway,
    "truncated JSON": faults.truncated_body,
    "connection lost": faults.drop_before,
    "answer cut off": faults.cut_off,
}
# A fault of the one post, whether it has an effect or not: nobody can tell from here.
POST_FAULTS: dict[str, Callable[[], Fault]] = {
    "429": faults.too_many_requests,
    "429 with Retry-After": lambda: faults.too_many_requests("1"),
    "HTML 502 without effect": faults.bad_gateway,
    "HTML 502 with effect": lambda: faults.answer_after(502, "<html>Bad Gateway</html>"),
    "500 with effect": lambda: faults.answer_after(500, "{}"),
    "truncated JSON": faults.truncated_body,
    "empty answer": lambda: faults.answer_after(200, ""),
    "connection lost before": faults.drop_before,
    "connection lost after": faults.drop_after,
    "answer cut off": faults.cut_off,
    "401": lambda: faults.answer(401, "{}"),
}


def script_of(office: Office, service: str) -> Faults:
    """The faults of one service."""
    return office.sandbox.jira_faults if service == JIRA else office.sandbox.quickbooks_faults


def assert_plain(outcome: Outcome, service: str, *words: str) -> None:
    """One sentence for a person on standard error, and no trace of the machinery."""
    assert outcome.code == 1
    assert f"! {service}: cannot " in outcome.err
    for word in words:
        assert word in outcome.err
    for machinery in ("Traceback", "http://", "<html", "Bearer", "requests.exceptions", "urllib3"):
        assert machinery not in outcome.out + outcome.err


def hours_pass(office: Office) -> None:
    """As far as what is remembered of QuickBooks' allowance goes."""
    with closing(sqlite3.connect(office.home / "milepost.db")) as store, store:
        store.execute("UPDATE pace SET kept_at = '2026-01-01T00:00:00.000000Z'")


def assert_nothing_lost(launcher: Launcher, office: Office, *epics: object) -> None:
    """The next apply after the fault is healed does everything, once."""
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert (outcome.code, outcome.document["trouble"]) == (0, [])
    assert_billed_once(office, *epics)


@pytest.mark.parametrize("service", [JIRA, QUICKBOOKS])
@pytest.mark.parametrize("fault", READ_FAULTS)
def test_a_read_that_keeps_failing_is_transient_and_loses_nothing(launcher, office, service, fault):
    first = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    second = office.epic("Checkout", 12.5)
    office.forget_requests()
    script_of(office, service).add(READ_FAULTS[fault](), path=_API[service], count=None)
    assert_plain(
        launcher.run("apply", cwd=office.home), service, "Nothing is lost: the next run tries again."
    )
    outcome = launcher.run("plan", "--json", cwd=office.home)
    assert outcome.code == 1
    (trouble,) = outcome.document["trouble"]
    assert (trouble["kind"], trouble["service"]) == ("transient", service)
    remembered = (
        service == QUICKBOOKS and "long" in fault
    )  # the pause outlives the process that was told of it
    told = {} if remembered else {"429": 429, "HTML": 502}
    assert trouble["status"] == told.get(fault.split()[0], trouble["status"])
    if remembered:
        assert trouble["retry_after_seconds"] > 3500
        hours_pass(office)
    elif "long" in fault:
        assert trouble["retry_after_seconds"] >= 3600
    assert office.writes() == 0
    assert launcher.run("status", "--json", cwd=office.home).document["buckets"]["billed"]["work"] == 1
    script_of(office, service).clear()
    assert_nothing_lost(launcher, office, first, second)


@pytest.mark.parametrize("service", [JIRA, QUICKBOOKS])
@pytest.mark.parametrize("fault", ["429", "HTML 502", "truncated JSON", "connection lost"])
def test_a_read_that_fails_once_is_repeated_in_silence(launcher, office, service, fault):
    epic = office.epic("Search", 33.33)
    script = script_of(office, service).add(READ_FAULTS[fault](), path=_API[service], nth=2)
    outcome = launcher.run("apply", cwd=office.home)
    assert (outcome.code, outcome.err) == (0, "")
    assert script.fired == 1
    assert_billed_once(office, epic)


@pytest.mark.parametrize("service", [JIRA, QUICKBOOKS])
def test_an_unreachable_service_is_said_and_loses_nothing(launcher, office, service):
    epic = office.epic("Search", 33.33)
    there = office.config.read_text("utf-8")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        key = "url" if service == JIRA else "api_url"
        nowhere = f'{key} = "http://127.0.0.1:{closed.getsockname()[1]}"'
        gone = re.sub(rf'(?m)^{key} = "http://.*"$', nowhere, there)
        assert gone != there
        office.config.write_text(gone, "utf-8")
        assert_plain(launcher.run("apply", cwd=office.home), service, "the connection was refused")
        (trouble,) = launcher.run("apply", "--json", cwd=office.home).document["trouble"]
    assert (trouble["kind"], trouble["service"]) == ("transient", service)
    office.config.write_text(there, "utf-8")
    assert_nothing_lost(launcher, office, epic)


def test_a_jira_token_that_expired_is_said_and_loses_nothing(launcher, office):
    epic, login = office.epic("Search", 33.33), office.sandbox.world.jira.users[SERVICE_ACCOUNT]
    token, login.token = login.token, "another"
    assert_plain(launcher.run("apply", cwd=office.home), JIRA, "the login was not accepted", "API token")
    (trouble,) = launcher.run("apply", "--json", cwd=office.home).document["trouble"]
    assert (trouble["kind"], trouble["status"]) == ("unauthorized", 401)
    login.token = token
    assert_nothing_lost(launcher, office, epic)


def test_a_revoked_quickbooks_connection_is_said_and_a_new_one_goes_on(launcher, office):
    first = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    second = office.epic("Checkout", 12.5)
    secret, tokens = (
        office.home / "secrets" / "quickbooks-refresh-token",
        office.sandbox.world.quickbooks.tokens,
    )
    assert tokens.revoke(secret.read_text("utf-8").strip())
    assert_plain(
        launcher.run("apply", cwd=office.home), QUICKBOOKS, "revoked or has expired", "Connect again"
    )
    (trouble,) = launcher.run("apply", "--json", cwd=office.home).document["trouble"]
    assert (trouble["kind"], trouble["service"]) == ("unauthorized", QUICKBOOKS)
    secret.write_text(tokens.connect(office.books.realm).refresh_token, "utf-8")
    assert_nothing_lost(launcher, office, first, second)


def test_a_connection_that_is_revoked_between_reading_and_posting_loses_nothing(launcher, office):
    epics = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
    secret, tokens = (
        office.home / "secrets" / "quickbooks-refresh-token",
        office.sandbox.world.quickbooks.tokens,
    )

    def revoked(request: Request, ask: Application) -> Response:
        tokens.revoke(secret.read_text("utf-8").strip())
        return ask(request)

    office.sandbox.quickbooks_faults.add(revoked, method="POST", path=WRITES)
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert outcome.code == 1
    assert "unauthorized" in {each["kind"] for each in outcome.document["trouble"]}
    assert "waits until" not in outcome.err
    assert office.made() == []
    secret.write_text(tokens.connect(office.books.realm).refresh_token, "utf-8")
    assert_nothing_lost(launcher, office, *epics)


def test_an_access_token_that_expired_is_refreshed_in_silence(launcher, office):
    first = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    second = office.epic("Checkout", 12.5)
    office.sandbox.world.quickbooks.tokens._access.clear()
    outcome = launcher.run("apply", cwd=office.home)
    assert (outcome.code, outcome.err) == (0, "")
    assert_billed_once(office, first, second)


@pytest.mark.parametrize("honoured", [True, False], ids=["honest", "ignoring request ids"])
@pytest.mark.parametrize("fault", POST_FAULTS)
def test_a_fault_of_the_post_ends_with_one_invoice(launcher, office, fault, honoured):
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = honoured
    epics = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
    script = office.sandbox.quickbooks_faults.add(POST_FAULTS[fault](), method="POST", path=WRITES)
    outcome = launcher.run("apply", cwd=office.home)
    assert "Traceback" not in outcome.err
    assert script.fired == 1
    assert_nothing_lost(launcher, office, *epics)
    posts = [call for call in office.sandbox.quickbooks_log if re.search(WRITES, call.path)]
    ids = {value for call in posts for name, value in call.query if name == "requestid"}
    assert len(ids) == len(epics)  # however often one goes out, it is the same request


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("429", "transient"),
        ("HTML 502 without effect", "unknown"),
        ("connection lost before", "unknown"),
        ("401", "transient"),
    ],
)
def test_a_post_that_keeps_failing_waits_and_loses_nothing(launcher, office, fault, kind):
    epic = office.epic("Search", 33.33)
    office.sandbox.quickbooks_faults.add(POST_FAULTS[fault](), method="POST", path=WRITES, count=None)
    outcome = launcher.run("apply", "--json", cwd=office.home, patience_seconds=0)
    assert outcome.code == 1
    assert kind in {each["kind"] for each in outcome.document["trouble"]}
    assert launcher.run("status", "--json", cwd=office.home).document["buckets"]["held"]["work"] == 1
    office.sandbox.quickbooks_faults.clear()
    for _ in range(3):
        if launcher.run("apply", cwd=office.home).code == 0:
            break
    assert_nothing_lost(launcher, office, epic)
