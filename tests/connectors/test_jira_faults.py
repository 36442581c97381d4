"""Every answer of Jira that is an error ends in the right class, with a plain sentence and what to do."""

from __future__ import annotations

import json
import socket

import pytest
from requests.structures import CaseInsensitiveDict
from served_jira import EMAIL, SCOPE, TOKEN, Site

from connectors.errors import ConnectorError, Rejected, Transient, Unauthorized
from connectors.jira.faults import fault_of, unreadable
from connectors.jira.login import JiraLogin
from connectors.jira.tracker import JiraTracker
from connectors.retry import ReadRetry
from sandbox.faults import answer

HTML = "<html><body>Bad things happened at 10.1.2.3</body></html>"
MONDAY = "Mon, 02 Mar 2026 09:00:00 GMT"


def _collection(*messages: str, **fields: str) -> str:
    return json.dumps({"errorMessages": messages, "errors": fields})


CASES: tuple[tuple[int, str, dict[str, str], type[ConnectorError], str], ...] = (
    (
        401,
        "Client must be authenticated to access this resource.",
        {},
        Unauthorized,
        "login was not accepted",
    ),
    (401, HTML, {"Content-Type": "text/html"}, Unauthorized, "login was not accepted"),
    (401, '{"code":401,"message":"Unauthorized; scope does not match"}', {}, Unauthorized, "not accepted"),
    (401, "", {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"}, Unauthorized, "CAPTCHA"),
    (403, "", {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE"}, Unauthorized, "CAPTCHA"),
    (403, '{"code":403,"message":"scope does not match"}', {}, Unauthorized, "lacks a scope"),
    (403, HTML, {}, Unauthorized, "lacks the right"),
    (302, "", {"Location": "https://id.example/login?continue=x"}, Unauthorized, "not accepted"),
    (301, "", {"Location": "https://new.example/"}, Rejected, "another address"),
    (
        404,
        _collection("Issue does not exist or you do not have permission to see it."),
        {},
        Rejected,
        "visible",
    ),
    (410, _collection("The requested API has been removed."), {}, Rejected, "no longer offers"),
    (400, _collection("The value 'X' does not exist for the field 'project'."), {}, Rejected, "a project of"),
    (
        400,
        _collection("Field 'x' does not exist or you do not have permission to view it."),
        {},
        Rejected,
        "a field of",
    ),
    (400, _collection("Unbounded JQL queries are not allowed here."), {}, Rejected, "no restriction"),
    (400, _collection("JQL can be ordered by at most 7 fields."), {}, Rejected, "too many fields"),
    (400, _collection("Error in the JQL Query: Expecting ')'."), {}, Rejected, "not understood"),
    (400, _collection("The board does not support sprints"), {}, Rejected, "does not support sprints"),
    (400, _collection(customfield_1="bad"), {}, Rejected, "refused \\(400\\)"),
    (413, "", {}, Rejected, "refused \\(413\\)"),
    (422, "", {}, Rejected, "refused \\(422\\)"),
    (408, "", {}, Transient, "not available"),
    (409, "", {}, Transient, "not available"),
    (500, '{"errorMessage":"x"}', {}, Transient, "not available \\(500\\)"),
    (502, HTML, {}, Transient, "not available \\(502\\)"),
    (503, "", {}, Transient, "not available \\(503\\)"),
    (504, "", {}, Transient, "not available"),
    (429, "", {"RateLimit-Reason": "jira-quota-global-based"}, Transient, "quota of this login"),
    (429, "", {"RateLimit-Reason": "jira-quota-tenant-based"}, Transient, "quota of this site"),
    (429, "", {"RateLimit-Reason": "jira-burst-based"}, Transient, "too many requests at once"),
    (429, "", {"RateLimit-Reason": "jira-per-issue-on-write"}, Transient, "one issue"),
    (429, "", {"RateLimit-Reason": "jira-cost-based"}, Transient, "too expensive"),
    (429, HTML, {"RateLimit-Reason": "evil\\nreason"}, Transient, "too many requests"),
)


@pytest.mark.parametrize(("status", "body", "headers", "kind", "words"), CASES)
def test_answers_become_errors_by_recovery(
    status: int, body: str, headers: dict[str, str], kind: type[ConnectorError], words: str
) -> None:
    fault = fault_of("list boards", status, CaseInsensitiveDict(headers), body.encode())
    assert type(fault) is kind
    with pytest.raises(kind, match=words):
        raise fault
    assert str(fault).startswith("Jira: cannot list boards: ")
    assert fault.hint
    assert fault.status == status
    assert "10.1.2.3" not in str(fault)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_good_answer_is_no_fault(status: int) -> None:
    headers = CaseInsensitiveDict({"X-Seraph-LoginReason": "OK"})
    assert fault_of("read", status, headers, HTML.encode()) is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "Mon, 02 Mar 2026 09:01:00 GMT", "Date": MONDAY}, 60),
        ({"X-RateLimit-Reset": "2026-03-02T09:30:00Z", "Date": MONDAY}, 1800),
        ({"X-RateLimit-Reset": "2026-03-02T09:30", "Date": MONDAY}, 1800),
        ({"X-RateLimit-Reset": "soon"}, None),
        ({"X-RateLimit-Reset": "2026-03-02T09:30:00Z", "Retry-After": "5"}, 5),
    ],
)
def test_the_wait_asked_for_is_kept(status: int, headers: dict[str, str], seconds: float | None) -> None:
    fault = fault_of("read", status, CaseInsensitiveDict(headers), b"")
    assert fault is not None
    assert fault.retry_after == seconds


def test_the_trace_is_kept_when_it_looks_like_one() -> None:
    def trace(value: str) -> str | None:
        fault = fault_of("read", 500, CaseInsensitiveDict({"Atl-Traceid": value}), b"")
        return fault.trace if fault else None

    assert trace("7fa9c0de7fa9c0de") == "7fa9c0de7fa9c0de"
    assert trace("Bearer abc") is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html>", "a web page"),
        (b"\n <HTML>", "a web page"),
        (b'{"issues":[', "unreadable"),
        (b"", "unreadable"),
    ],
)
def test_an_answer_of_another_kind_is_named(body: bytes, words: str) -> None:
    assert words in str(unreadable("read", CaseInsensitiveDict(), body))


@pytest.mark.parametrize(("status", "body", "headers", "kind", "words"), CASES)
def test_the_same_answers_from_a_server(
    site: Site, status: int, body: str, headers: dict[str, str], kind: type[ConnectorError], words: str
) -> None:
    site.faults.add(answer(status, body, headers), path="myself", count=None)
    with (
        JiraTracker(site.login, ReadRetry(attempts=1)) as tracker,
        pytest.raises(kind, match=words) as caught,
    ):
        tracker.catalogue(SCOPE)
    assert caught.value.action == "read who we are"
    assert caught.value.sent


def test_an_unreachable_site_is_transient() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        login = JiraLogin(f"http://127.0.0.1:{free.getsockname()[1]}", EMAIL, TOKEN)
        refused = pytest.raises(Transient, match="connection was refused")
        with JiraTracker(login, ReadRetry(attempts=1)) as tracker, refused as caught:
            tracker.catalogue(SCOPE)
    assert not caught.value.sent


@pytest.mark.parametrize("wrong", [("bot@example.com", "wrong-token"), (None, "wrong-token")])
def test_a_wrong_token_is_unauthorized_at_once(site: Site, wrong: tuple[str | None, str]) -> None:
    login = JiraLogin(site.server.url, *wrong)
    with JiraTracker(login, ReadRetry(sleep=pytest.fail)) as tracker, pytest.raises(Unauthorized):
        tracker.catalogue(SCOPE)
    assert len(site.server.log) == 1
