"""What `expand` adds is the same wherever an issue is shown."""

from __future__ import annotations

from typing import Any

import pytest
from acme_site import Acme

EXPAND = "transitions,editmeta,operations,renderedFields,changelog"
JQL = "key = ACME-2"


@pytest.fixture
def site() -> Acme:
    """The small site; ACME-2 has a description of two paragraphs."""
    acme = Acme.make()
    acme.state.issues[10002].description = "one & two\n\nthree"
    return acme


def one(answer: Any) -> Any:
    (issue,) = [issue for issue in answer["issues"] if issue["key"] == "ACME-2"]
    return issue


def shown(site: Acme) -> dict[str, Any]:
    fields = ["description", "summary"]
    asked = {"jql": JQL, "fields": fields, "expand": EXPAND}
    found = {
        "get": site.get("/rest/api/2/issue/ACME-2", expand=EXPAND, fields=",".join(fields)),
        "search by query": one(site.get("/rest/api/2/search/jql", jql=JQL, expand=EXPAND, fields=",".join(fields))),
        "search by body": one(site.post("/rest/api/2/search/jql", asked)),
        "bulk": one(site.post("/rest/api/2/issue/bulkfetch", {"issueIdsOrKeys": ["ACME-2"], "fields": fields,
                                                              "expand": EXPAND.split(",")})),
        "sprint": one(site.get("/rest/agile/1.0/sprint/1/issue", expand=EXPAND, fields=",".join(fields))),
    }  # fmt: skip
    site.state.site.deployment = "Server"
    found["by offset"] = one(site.get("/rest/api/2/search", jql=JQL, expand=EXPAND, fields=",".join(fields)))
    return found


def test_every_view_of_an_issue_expands(site: Acme) -> None:
    for view, issue in shown(site).items():
        assert [step["name"] for step in issue["transitions"]] == ["To Do", "In Progress", "Done"], view
        assert "summary" in issue["editmeta"]["fields"], view
        assert "linkGroups" in issue["operations"], view
        assert issue["changelog"]["histories"], view
        assert issue["renderedFields"] == {
            "description": "<p>one &amp; two</p><p>three</p>",
            "summary": None,
        }, view


def test_nothing_is_added_that_was_not_asked_for(site: Acme) -> None:
    plain = one(site.get("/rest/api/2/search/jql", jql=JQL, fields="summary"))
    assert not {"transitions", "editmeta", "operations", "renderedFields", "changelog"} & plain.keys()


def test_steps_come_with_their_screens_where_those_are_expanded(site: Acme) -> None:
    issue = site.get("/rest/api/2/issue/ACME-3", expand="transitions.fields")
    done = next(step for step in issue["transitions"] if step["name"] == "Done")
    assert "resolution" in done["fields"]
