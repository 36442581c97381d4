"""What administrators and editors of queries use: archive, audit log, zips, settings, suggestions, strict names."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

import pytest
from acme_site import Acme

from sandbox.http import Request
from sandbox.jira.parts import Attachment


@pytest.fixture
def site() -> Acme:
    """The small site; ana administers it."""
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def ask(acme: Acme, line: str, body: Any = None, who: str = "ana", status: int = 200, **query: object) -> Any:
    """The answer to `line`, a method and a path, which must have `status`."""
    method, _, path = line.partition(" ")
    secret = base64.b64encode(f"{who}@acme.test:{who}-token".encode()).decode()
    sent = b"" if body is None else json.dumps(body).encode()
    told = tuple((name, str(value)) for name, value in query.items())
    answer = acme.app(
        Request(method, f"/rest/api/2/{path}", told, {"authorization": f"Basic {secret}"}, sent)
    )
    assert answer.status == status, answer.body
    return json.loads(answer.body) if answer.body else None


def keys(acme: Acme) -> list[str]:
    found = ask(acme, "GET search/jql", jql="project = ACME ORDER BY key", fields="summary")
    return [issue["key"] for issue in found["issues"]]


def test_archived_issues_are_read_by_key_and_neither_found_nor_changed(site: Acme) -> None:
    told = ask(site, "PUT issue/archive", {"issueIdsOrKeys": ["ACME-2", "NONE-1"]})
    assert told["numberOfIssuesUpdated"] == 1
    assert told["errors"]["issuesNotFound"]["issueIdsOrKeys"] == ["NONE-1"]
    assert keys(site) == ["ACME-1", "ACME-3"]
    assert ask(site, "GET issue/ACME-2")["key"] == "ACME-2"
    ask(site, "PUT issue/ACME-2", {"fields": {"summary": "no"}}, status=400)
    ask(site, "POST issue/ACME-2/comment", {"body": "no"}, status=400)
    assert ask(site, "PUT issue/unarchive", {"issueIdsOrKeys": ["ACME-2"]})["numberOfIssuesUpdated"] == 1
    ask(site, "PUT issue/ACME-2", {"fields": {"summary": "yes"}}, status=204)
    assert keys(site) == ["ACME-1", "ACME-2", "ACME-3"]
    ask(site, "PUT issue/archive", {"issueIdsOrKeys": ["ACME-2"]}, who="bob", status=403)
    ask(site, "PUT issue/ACME-2/archive", status=404)


def test_data_center_archives_one_issue_at_a_time(site: Acme) -> None:
    site.state.site.deployment = "Server"
    ask(site, "PUT issue/ACME-2/archive", status=204)
    ask(site, "PUT issue/ACME-2/archive", status=409)
    assert ask(site, "GET search", jql="key = ACME-2")["total"] == 0
    ask(site, "PUT issue/ACME-2/restore", status=204)
    assert ask(site, "GET search", jql="key = ACME-2")["total"] == 1
    ask(site, "PUT issue/archive", {"issueIdsOrKeys": ["ACME-2"]}, status=404)
    ask(site, "PUT project/ACME/archive", status=204)
    ask(site, "GET project/ACME", status=404)
    ask(site, "PUT project/ACME/restore", status=202)
    assert ask(site, "GET project/ACME")["key"] == "ACME"


def test_a_sub_task_is_archived_with_its_parent_only(site: Acme) -> None:
    below = site.create(10003, "Part", parent_id=10002)
    told = ask(site, "PUT issue/archive", {"issueIdsOrKeys": [below.key]})
    assert told["errors"]["issueIsSubtask"]["count"] == 1
    assert ask(site, "PUT issue/archive", {"issueIdsOrKeys": ["ACME-2"]})["numberOfIssuesUpdated"] == 2
    assert below.key not in keys(site)


def test_a_project_is_hidden_while_it_is_archived(site: Acme) -> None:
    ask(site, "POST project/ACME/restore", status=400)
    ask(site, "POST project/ACME/archive", status=204)
    ask(site, "GET issue/ACME-1", status=404)
    assert ask(site, "POST project/ACME/restore")["key"] == "ACME"
    assert ask(site, "GET issue/ACME-1")["key"] == "ACME-1"
    ask(site, "POST project/ACME/archive", who="bob", status=403)


def test_the_audit_log_tells_what_administrators_did(site: Acme) -> None:
    ask(site, "POST group", {"name": "crowd"}, status=201)
    ask(site, "POST group/user", {"accountId": "bob"}, groupname="crowd", status=201)
    ask(site, "POST projectCategory", {"name": "c"}, status=201)
    log = ask(site, "GET auditing/record")
    assert [record["summary"] for record in log["records"]] == ["User added to group", "Group created"]
    assert log["records"][0]["authorKey"] == "ana"
    assert ask(site, "GET auditing/record", filter="created")["total"] == 1
    assert ask(site, "GET auditing/record", limit=1, offset=1)["records"][0]["summary"] == "Group created"
    assert ask(site, "GET auditing/record", **{"from": "2030-01-01"})["total"] == 0
    ask(site, "GET auditing/record", **{"from": "soon"}, status=400)
    ask(site, "GET auditing/record", who="bob", status=403)
    ask(site, "POST auditing/record", {"summary": "s", "category": "c"}, status=404)
    site.state.site.deployment = "Server"
    ask(site, "POST auditing/record", {"summary": "s", "category": "c"}, status=201)
    assert ask(site, "GET auditing/record", filter="s c")["records"][0]["authorKey"] == "ana"


def test_a_zip_tells_what_is_in_it(site: Acme) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/b.txt", "x" * 2000)
    issue = site.state.issues[10001]
    when = issue.created_at
    issue.attachments = [
        Attachment(1, "ana", "a.zip", "application/zip", packed.getvalue(), when),
        Attachment(2, "ana", "a.txt", "text/plain", b"plain", when),
    ]
    (entry,) = ask(site, "GET attachment/1/expand/human")["entries"]
    assert (entry["path"], entry["size"]) == ("a/b.txt", "2.0 kB")
    assert ask(site, "GET attachment/1/expand/raw")["entries"][0]["size"] == 2000
    ask(site, "GET attachment/2/expand/raw", status=409)


def test_time_tracking_is_told_to_administrators(site: Acme) -> None:
    assert ask(site, "GET configuration/timetracking")["key"] == "JIRA"
    assert len(ask(site, "GET configuration/timetracking/list")) == 1
    assert ask(site, "GET configuration/timetracking/options")["workingHoursPerDay"] == 8.0
    ask(site, "GET configuration/timetracking", who="bob", status=403)


@pytest.mark.parametrize(("name", "begun", "offered"), [
    ("project", "acm", [{"value": "ACME", "displayName": "<b>Acm</b>e Shop (ACME)"}]),
    ("status", "in", [{"value": '"In Progress"', "displayName": "<b>In</b> Progress"}]),
    ("assignee", "bo", [{"value": "bob", "displayName": "<b>Bo</b>b"}]),
    ("labels", "", [{"value": "Billable", "displayName": "Billable"}]),
    ("fixVersion", "v", [{"value": "v1", "displayName": "<b>v</b>1"}]),
    ("component", "shop", [{"value": "Shop", "displayName": "<b>Shop</b>"}]),
    ("sprint", "sprint", [{"value": "1", "displayName": "<b>Sprint</b> 1, the first"}]),
    ('"Region"', "n", [{"value": "North", "displayName": "<b>N</b>orth"}]),
    ("summary", "x", []),
])  # fmt: skip
def test_values_are_offered_while_they_are_typed(site: Acme, name: str, begun: str, offered: Any) -> None:
    path = "GET jql/autocompletedata/suggestions"
    assert ask(site, path, fieldName=name, fieldValue=begun)["results"] == offered


def test_the_cloud_knows_people_by_account_id_alone(site: Acme) -> None:
    strict = "must be the only user identifying query parameter in GDPR strict mode"
    for line in ("GET user", "GET user/groups", "DELETE issue/ACME-1/watchers"):
        for former in ("username", "key"):
            told = ask(site, line, **{former: "bob"}, status=400)
            assert strict in told["errorMessages"][0]
    for line in ("GET user/search", "GET user/picker"):
        told = ask(site, line, username="bob", status=400)
        assert "'username' is not supported in GDPR strict mode" in told["errorMessages"][0]
    site.state.site.deployment = "Server"
    assert ask(site, "GET user", username="bob")["name"] == "bob"


def test_words_are_taken_for_numbers_and_truth(site: Acme) -> None:
    made = ask(site, "POST filter", {"name": "f", "jql": "project = ACME", "favourite": "true"})
    assert made["favourite"] is True
    ask(site, "POST filter", {"name": "g", "jql": "project = ACME", "favourite": "perhaps"}, status=400)
    assert ask(site, "POST filter", {"name": 5, "jql": "project = ACME"})["name"] == "5"
    ask(site, "POST filter", {"name": ["h"], "jql": "project = ACME"}, status=400)


def test_issues_take_keys_nobody_knows_and_filters_do_not(site: Acme) -> None:
    ask(site, "PUT issue/ACME-1", {"fields": {"summary": "x"}, "notifyUsers": "true"}, status=204)
    assert ask(site, "GET issue/ACME-1")["fields"]["summary"] == "x"
    ask(site, "POST issue/ACME-1/comment", {"body": "b", "mood": "good"}, status=201)
    ask(site, "POST filter", {"name": "f", "jql": "project = ACME", "mood": "good"}, status=400)


def test_the_banner_is_set_by_administrators(site: Acme) -> None:
    assert ask(site, "GET announcementBanner")["isEnabled"] is False
    ask(site, "PUT announcementBanner", {"message": "Down at noon", "isEnabled": True}, status=204)
    shown = ask(site, "GET announcementBanner")
    assert (shown["message"], shown["isEnabled"], shown["visibility"]) == ("Down at noon", True, "public")
    assert shown["hashId"]
    ask(site, "PUT announcementBanner", {"visibility": "friends"}, status=400)
    ask(site, "PUT announcementBanner", {"message": "mine"}, who="bob", status=403)


def test_licences_and_events_are_told(site: Acme) -> None:
    assert ask(site, "GET instance/license")["applications"][0]["plan"] == "PAID"
    assert ask(site, "GET license/approximateLicenseCount")["value"] == "2"
    assert ask(site, "GET license/approximateLicenseCount/product/jira-software")["value"] == "2"
    assert {"id": 1, "name": "Issue Created"} in ask(site, "GET events")
    site.state.site.deployment = "Server"
    for path in ("instance/license", "events", "announcementBanner"):
        ask(site, f"GET {path}", status=404)


@pytest.mark.parametrize(("line", "body", "status"), [
    ("POST bulk/issues/delete", {"selectedIssueIdsOrKeys": []}, 400),
    ("POST bulk/issues/watch", {"selected": []}, 400),
    ("GET bulk/issues/fields", None, 400),
    ("GET bulk/queue/7", None, 404), ("POST bulk/issues/move", {"nonsense": 1}, 400),
])  # fmt: skip
def test_bulk_operations_refuse_with_a_list_of_messages(
    site: Acme, line: str, body: Any, status: int
) -> None:
    told = ask(site, line, body, status=status)
    assert list(told) == ["errors"]
    assert all(isinstance(error["message"], str) for error in told["errors"])
    assert told["errors"]
