"""Around projects: versions merged and told, components of many, free keys, features, archives, neighbours."""

from __future__ import annotations

import pytest
from acme_site import Acme

P = "/rest/api/3"


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def version(acme: Acme, name: str, **more: object) -> str:
    return str(acme.post(f"{P}/version", {"name": name, "projectId": 1, **more})["id"])


def test_a_merged_version_hands_its_issues_to_the_other(acme: Acme) -> None:
    other = version(acme, "v2")
    acme.issue("ACME-2").fix_version_ids = (10000,)
    acme.issue("ACME-3").version_ids = (10000, int(other))
    assert acme.call("PUT", f"{P}/version/10000/mergeto/10000").status == 400
    assert acme.call("PUT", f"{P}/version/10000/mergeto/99999").status == 404
    assert acme.call("PUT", f"{P}/version/10000/mergeto/{other}").status == 204
    assert acme.call("GET", f"{P}/version/10000").status == 404
    assert acme.issue("ACME-2").fix_version_ids == (int(other),)
    assert acme.issue("ACME-3").version_ids == (int(other),)


def test_a_version_counts_its_issues_by_category_when_asked(acme: Acme) -> None:
    acme.issue("ACME-2").fix_version_ids = acme.issue("ACME-3").fix_version_ids = (10000,)
    assert "issuesStatusForFixVersion" not in acme.get(f"{P}/version/10000")
    counted = acme.get(f"{P}/version/10000", expand="issuesstatus")["issuesStatusForFixVersion"]
    assert counted == {"unmapped": 0, "toDo": 1, "inProgress": 0, "done": 1}


def test_versions_are_paged_in_an_order_and_by_status(acme: Acme) -> None:
    version(acme, "a", released=True, releaseDate="2026-02-01")
    version(acme, "b", releaseDate="2026-01-01")

    def names(**asked: object) -> list[str]:
        return [entry["name"] for entry in acme.get(f"{P}/project/ACME/version", **asked)["values"]]

    assert names(orderBy="-name") == ["v1", "b", "a"]
    assert names(orderBy="releaseDate") == ["b", "a", "v1"]
    assert names(orderBy="-sequence") == ["b", "a", "v1"]
    assert names(status="released") == ["a"]
    assert acme.call("GET", f"{P}/project/ACME/version", orderBy="mood").status == 400
    (first, *_) = acme.get("/rest/agile/1.0/board/1/version")["values"]
    assert first["id"] == 10000


def test_work_elsewhere_is_related_to_a_version(acme: Acme) -> None:
    path = f"{P}/version/10000/relatedwork"
    assert acme.call("POST", path, {"title": "no category"}).status == 400
    made = acme.post(path, {"category": "Design", "title": "Sketch", "url": "https://x.example/1"})
    changed = {"relatedWorkId": made["relatedWorkId"], "category": "Design", "title": "Drawing"}
    assert acme.call("PUT", path, changed).status == 200
    assert [entry["title"] for entry in acme.get(path)] == ["Drawing"]
    assert acme.call("PUT", path, changed | {"relatedWorkId": "none"}).status == 404
    assert acme.call("DELETE", f"{path}/{made['relatedWorkId']}").status == 204
    assert acme.get(path) == []


def test_a_new_software_project_begins_with_the_software_scheme(acme: Acme) -> None:
    new = {"key": "NEW", "name": "New", "projectTypeKey": "software", "leadAccountId": "ana"}
    acme.post(f"{P}/project", new)
    scheme = acme.get(f"{P}/project/NEW/permissionscheme")
    assert (scheme["id"], scheme["name"]) == (10000, "Default software scheme")
    grants = acme.get(f"{P}/permissionscheme/10000")["permissions"]
    assert any(grant["holder"]["type"] == "projectRole" for grant in grants)


def test_components_are_found_in_many_projects(acme: Acme) -> None:
    acme.post(f"{P}/component", {"name": "Till", "project": "TEAM"})
    everything = acme.get(f"{P}/component")["values"]
    assert [entry["name"] for entry in everything] == ["Shop", "Till"]
    assert [e["name"] for e in acme.get(f"{P}/component", projectIdsOrKeys="TEAM")["values"]] == ["Till"]
    assert acme.get(f"{P}/component", query="sho")["total"] == 1
    assert acme.call("GET", f"{P}/component", projectIdsOrKeys="NONE").status == 404


@pytest.mark.parametrize(
    ("asked", "key"), [("FREE", "FREE"), ("ACME", "ACME2"), ("a-b c", "ABC"), ("7", "PROJECT")]
)
def test_a_key_that_cannot_be_is_answered_with_one_that_can(acme: Acme, asked: str, key: str) -> None:
    assert acme.get(f"{P}/projectvalidate/validProjectKey", key=asked) == key


def test_a_name_in_use_is_answered_with_a_number_behind_it(acme: Acme) -> None:
    path = f"{P}/projectvalidate/validProjectName"
    assert acme.get(path, name="Fresh") == "Fresh"
    assert acme.get(path, name="acme shop") == "acme shop 2"
    assert acme.call("GET", path, name=" ").status == 400


def test_features_are_switched_in_team_managed_projects_only(acme: Acme) -> None:
    acme.state.projects[2].lead = "bob"

    def state(key: str) -> dict[str, str]:
        shown = acme.get(f"{P}/project/{key}/features")["features"]
        known = {entry["feature"] for entry in shown}
        assert all(set(entry["prerequisites"]) <= known for entry in shown)
        return {entry["feature"]: entry["state"] for entry in shown}

    reports = "features/jsw.agility.reports"
    assert acme.call("PUT", f"{P}/project/TEAM/{reports}", {"state": "DISABLED"}).status == 200
    assert state("TEAM")["jsw.agility.reports"] == "DISABLED"
    assert state("ACME")["jsw.agility.reports"] == "ENABLED"
    assert acme.call("PUT", f"{P}/project/ACME/{reports}", {"state": "DISABLED"}).status == 400
    assert acme.call("PUT", f"{P}/project/TEAM/features/none", {"state": "ENABLED"}).status == 400
    assert acme.call("PUT", f"{P}/project/TEAM/{reports}", {"state": "PERHAPS"}).status == 400


def test_a_project_mails_from_its_own_address(acme: Acme) -> None:
    path = f"{P}/project/1/email"
    assert acme.get(path) == {"emailAddress": ""}
    assert acme.call("PUT", path, {"emailAddress": "nowhere"}).status == 400
    assert acme.call("PUT", path, {"emailAddress": "shop@acme.test"}).status == 204
    assert acme.get(path) == {"emailAddress": "shop@acme.test"}


def test_projects_looked_at_last_and_types_that_can_be_used(acme: Acme) -> None:
    assert acme.get(f"{P}/project/recent") == []
    acme.get(f"{P}/issue/ACME-1", updateHistory="true")
    acme.get(f"{P}/issue/TEAM-1", updateHistory="true")
    assert [project["key"] for project in acme.get(f"{P}/project/recent")] == ["TEAM", "ACME"]
    assert "software" in [kind["key"] for kind in acme.get(f"{P}/project/type/accessible")]
    assert acme.get(f"{P}/project/type/software/accessible")["key"] == "software"
    assert acme.call("GET", f"{P}/project/type/none/accessible").status == 404


def test_other_products_learn_what_the_site_is_and_that_no_tool_is_connected(acme: Acme) -> None:
    told = acme.get("/rest/applinks/1.0/manifest", who="")
    assert (told["typeId"], told["url"]) == ("jira", "https://acme.test")
    path = "/rest/dev-status/latest/issue"
    issue_id = acme.issue("ACME-1").id
    counts = acme.get(f"{path}/summary", issueId=issue_id)["summary"]
    assert counts["pullrequest"]["overall"]["count"] == 0
    assert acme.get(f"{path}/detail", issueId=issue_id, dataType="branch")["detail"] == []
    assert acme.call("GET", f"{path}/summary", issueId=999).status == 404
    assert acme.call("GET", f"{path}/summary").status == 400


def test_the_search_for_filters_tells_more_only_when_asked(acme: Acme) -> None:
    acme.post(f"{P}/filter", {"name": "Mine", "jql": "project = ACME"})
    (plain,) = acme.get(f"{P}/filter/search")["values"]
    assert set(plain) == {"self", "id", "name", "expand"}
    (wide,) = acme.get(f"{P}/filter/search", expand="jql,owner,subscriptions")["values"]
    assert (wide["jql"], wide["owner"]["accountId"], wide["subscriptions"]) == ("project = ACME", "ana", [])
