"""Notifications of both services: signed over their very bytes, and read for what they name and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors.heard import Heard, Unreadable
from connectors.jira import webhooks as jira
from connectors.quickbooks import webhooks as quickbooks
from sandbox.jira.webhooks import Delivery
from sandbox.quickbooks.wire.webhooks import signature

AT = datetime(2026, 3, 2, 15, 0, 0, 250000, tzinfo=UTC)
STAMP = "2026-03-02T15:00:00.250Z"


def cloud_event(
    kind: str = "qbo.invoice.updated.v1", identity: str = "145", **more: str
) -> dict[str, object]:
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": "88cd52aa-33b6-4351-9aa4-47572edbd068",
        "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
        "type": kind,
        "datacontenttype": "application/json",
        "time": STAMP,
        "intuitentityid": identity,
        "intuitaccountid": "310687",
        "data": {},
    }
    return event | more


def former(*entities: tuple[str, str, str]) -> dict[str, object]:
    listed = [
        {"name": name, "id": identity, "operation": operation, "lastUpdated": STAMP}
        for name, identity, operation in entities
    ]
    return {"eventNotifications": [{"realmId": "310687", "dataChangeEvent": {"entities": listed}}]}


def test_the_present_format_names_companies_and_documents() -> None:
    body = json.dumps(
        [
            cloud_event(),
            cloud_event("qbo.creditmemo.voided.v1", "9", intuitaccountid="42"),
            cloud_event("qbo.customer.merged.v1", "7", time="2026-03-02T07:00:00.250-08:00"),
        ]
    )
    first, second, third = quickbooks.heard(body.encode())
    assert first == Heard("88cd52aa-33b6-4351-9aa4-47572edbd068", "310687", "invoice", "145", AT)
    assert (second.place, second.kind, second.id) == ("42", "credit_memo", "9")
    assert (third.kind, third.at) == ("other", AT)


def test_the_former_format_says_the_same() -> None:
    told = quickbooks.heard(
        json.dumps(former(("Invoice", "145", "Update"), ("Payment", "5", "Create"))).encode()
    )
    assert [(each.place, each.kind, each.id, each.at) for each in told] == [
        ("310687", "invoice", "145", AT),
        ("310687", "payment", "5", AT),
    ]
    again = quickbooks.heard(json.dumps(former(("Invoice", "145", "Update"))).encode())
    assert again[0].key == told[0].key != told[1].key


@pytest.mark.parametrize("time", ["", "yesterday", "2026-03-02T15:00:00", "9" * 200])
def test_a_moment_without_a_zone_is_none(time: str) -> None:
    (told,) = quickbooks.heard(json.dumps([cloud_event(time=time)]).encode())
    assert told.at is None


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"null", b'"x"', b"\xff", b'[{"id":1}]', b"[" * 100_000]
)
def test_what_intuit_does_not_send_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        quickbooks.heard(body)


@pytest.mark.parametrize("identity", ["", "1/../2", "x" * 65, "' OR Id > '0"])
def test_an_id_that_is_none_names_nothing(identity: str) -> None:
    assert quickbooks.heard(json.dumps([cloud_event(identity=identity)]).encode()) == ()
    assert quickbooks.heard(json.dumps(former(("Invoice", identity, "Update"))).encode()) == ()


def test_a_notification_of_quickbooks_is_signed_over_its_bytes() -> None:
    body = json.dumps([cloud_event()]).encode()
    good = signature(body, "verifier")
    assert quickbooks.is_signed(body, good, "verifier")
    for wrong in (good[:-1], good.lower(), "", "ä", signature(body, "other"), "=" * 44):
        assert not quickbooks.is_signed(body, wrong, "verifier")
    assert not quickbooks.is_signed(body + b" ", good, "verifier")


def test_a_notification_of_jira_names_issues_sprints_and_versions() -> None:
    stamp = round(AT.timestamp() * 1000)
    for more, named in (
        ({"issue": {"id": "10001", "key": "HPO-1", "fields": {}}}, {("issue", "10001")}),
        ({"sprint": {"id": 37, "state": "closed"}}, {("sprint", "37")}),
        ({"version": {"id": "5"}}, {("version", "5")}),
        ({"worklog": {"id": "1", "issueId": "10002"}}, {("issue", "10002")}),
        (
            {"issueLink": {"id": 4, "sourceIssueId": 1, "destinationIssueId": 2}},
            {("issue", "1"), ("issue", "2")},
        ),
        ({"issue": {"id": "../../evil"}}, set()),
        ({"user": {}}, set()),
    ):
        body = json.dumps({"webhookEvent": "jira:issue_updated", "timestamp": stamp} | more).encode()
        told = jira.heard(body)
        assert {(each.kind, each.id) for each in told} == named
        assert {each.at for each in told} <= {AT}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"webhookEvent": 5}', b"\xff"])
def test_what_jira_does_not_send_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        jira.heard(body)


@pytest.mark.parametrize("stamp", [10**30, -(10**30)])
def test_a_moment_outside_of_time_is_none(stamp: int) -> None:
    (told,) = jira.heard(json.dumps({"webhookEvent": "x", "timestamp": stamp, "issue": {"id": "1"}}).encode())
    assert told.at is None


def test_a_notification_of_jira_is_signed_as_the_sandbox_signs() -> None:
    delivery = Delivery("id", 1, "http://127.0.0.1", b'{"a": 1}', AT, AT, "secret")
    good = delivery.headers()["X-Hub-Signature"]
    assert jira.is_signed(delivery.body, good, "secret")
    for wrong in (good.removeprefix("sha256="), good.upper(), "", "sha256=", "ä"):
        assert not jira.is_signed(delivery.body, wrong, "secret")
    assert not jira.is_signed(delivery.body + b"\n", good, "secret")
