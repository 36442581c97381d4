"""Custom fields as administrators keep them: contexts, options and their order, the bin."""

from __future__ import annotations

from typing import Any

import pytest
from acme_site import EPIC, STORY, Acme

P = "/rest/api/3"
TYPES = "com.atlassian.jira.plugin.system.customfieldtypes"


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def made(acme: Acme, kind: str) -> str:
    """The path of a new custom field."""
    return f"{P}/field/{acme.post(f'{P}/field', {'name': 'Mood', 'type': f'{TYPES}:{kind}'})['id']}"


def context_of(acme: Acme, field: str) -> str:
    """The path of the first context of a field."""
    return f"{field}/context/{acme.get(f'{field}/context')['values'][0]['id']}"


def test_a_context_is_renamed_narrowed_and_widened_again(acme: Acme) -> None:
    field = made(acme, "textfield")
    context = context_of(acme, field)
    assert acme.call("PUT", context, {"name": "Moods", "description": "of all"}).status == 204
    assert acme.call("PUT", context, {"name": " "}).status == 400
    assert acme.call("PUT", f"{context}/project", {"projectIds": ["1"]}).status == 204
    assert acme.call("PUT", f"{context}/issuetype", {"issueTypeIds": [str(STORY)]}).status == 204
    (shown,) = acme.get(f"{field}/context")["values"]
    assert (shown["name"], shown["isGlobalContext"], shown["isAnyIssueType"]) == ("Moods", False, False)
    assert acme.get(f"{field}/context", isGlobalContext="true")["values"] == []
    number = context.rpartition("/")[2]
    assert acme.get(f"{field}/context/projectmapping")["values"] == [{"contextId": number, "projectId": "1"}]
    types = [{"contextId": number, "issueTypeId": str(STORY)}]
    assert acme.get(f"{field}/context/issuetypemapping", contextId=number)["values"] == types
    pairs = [{"projectId": "1", "issueTypeId": str(kind)} for kind in (STORY, EPIC)]
    found = acme.post(f"{field}/context/mapping", {"mappings": pairs})["values"]
    assert [entry["contextId"] for entry in found] == [number, None]
    for path, gone, other in (("project", "projectIds", "2"), ("issuetype", "issueTypeIds", str(EPIC))):
        mine = "1" if path == "project" else str(STORY)
        assert acme.call("POST", f"{context}/{path}/remove", {gone: [other]}).status == 400
        assert acme.call("POST", f"{context}/{path}/remove", {gone: []}).status == 400
        assert acme.call("POST", f"{context}/{path}/remove", {gone: [mine]}).status == 204
        assert acme.call("PUT", f"{context}/{path}", {gone: ["99999"]}).status == 404
    (shown,) = acme.get(f"{field}/context")["values"]
    assert (shown["isGlobalContext"], shown["isAnyIssueType"]) == (True, True)


def options(acme: Acme, path: str) -> dict[str, dict[str, Any]]:
    return {entry["value"]: entry for entry in acme.get(f"{path}/option")["values"]}


def filled(acme: Acme, kind: str, value: Any) -> tuple[str, str, dict[str, dict[str, Any]]]:
    """A field with the options Good and Bad, its context, and ACME-1 with a value in it."""
    field = made(acme, kind)
    context = context_of(acme, field)
    acme.post(f"{context}/option", {"options": [{"value": "Good"}, {"value": "Bad"}]})
    if kind == "cascadingselect":
        parent = options(acme, context)["Good"]["id"]
        acme.post(f"{context}/option", {"options": [{"value": "Good", "optionId": parent}]})
    name = field.rpartition("/")[2]
    assert acme.call("PUT", f"{P}/issue/ACME-1", {"fields": {name: value}}).status == 204
    return name, context, options(acme, context)


@pytest.mark.parametrize(
    ("kind", "value", "after"),
    [
        ("select", {"value": "Good"}, "Great"),
        ("multicheckboxes", [{"value": "Bad"}, {"value": "Good"}], ("Bad", "Great")),
        ("cascadingselect", {"value": "Good", "child": {"value": "Good"}}, ("Great", "Good")),
    ],
)
def test_issues_follow_the_new_name_of_an_option(acme: Acme, kind: str, value: Any, after: Any) -> None:
    name, context, _ = filled(acme, kind, value)
    first = acme.get(f"{context}/option")["values"][0]
    body = {"options": [{"id": first["id"], "value": "Great"}]}
    assert acme.call("PUT", f"{context}/option", body).status == 200
    assert acme.issue("ACME-1").values[name] == after
    taken = {"options": [{"id": first["id"], "value": "Bad"}]}
    assert acme.call("PUT", f"{context}/option", taken).status == 400
    assert acme.call("PUT", f"{context}/option", {"options": [{"id": "9", "value": "x"}]}).status == 404


def test_options_are_ordered_switched_off_and_deleted(acme: Acme) -> None:
    name, context, held = filled(acme, "select", {"value": "Good"})
    good, bad = held["Good"]["id"], held["Bad"]["id"]
    assert (
        acme.call(
            "PUT", f"{context}/option/move", {"customFieldOptionIds": [bad], "position": "First"}
        ).status
        == 204
    )
    assert list(options(acme, context)) == ["Bad", "Good"]
    assert (
        acme.call("PUT", f"{context}/option/move", {"customFieldOptionIds": [bad], "after": good}).status
        == 204
    )
    assert list(options(acme, context)) == ["Good", "Bad"]
    assert acme.call("PUT", f"{context}/option/move", {"customFieldOptionIds": [bad]}).status == 400
    off = {"options": [{"id": bad, "disabled": True}]}
    assert acme.call("PUT", f"{context}/option", off).status == 200
    assert options(acme, context)["Bad"]["disabled"]
    offered = acme.get(f"{P}/issue/ACME-1/editmeta")["fields"][name]["allowedValues"]
    assert [entry["value"] for entry in offered] == ["Good"]
    assert acme.call("DELETE", f"{context}/option/{good}").status == 409
    assert acme.call("DELETE", f"{context}/option/{bad}").status == 204
    assert list(options(acme, context)) == ["Good"]
    assert acme.call("GET", f"{context_of(acme, made(acme, 'textfield'))}/option").status == 400


def test_a_field_in_the_bin_is_nowhere_else_and_comes_back_with_its_values(acme: Acme) -> None:
    name, _, _ = filled(acme, "select", {"value": "Good"})
    assert acme.call("POST", f"{P}/field/{name}/trash").status == 200
    assert name not in acme.get(f"{P}/issue/ACME-1")["fields"]
    assert [entry["id"] for entry in acme.get(f"{P}/field/search/trashed")["values"]] == [name]
    assert acme.call("POST", f"{P}/field/{name}/restore").status == 200
    assert acme.get(f"{P}/issue/ACME-1")["fields"][name]["value"] == "Good"
    assert acme.call("POST", f"{P}/field/{name}/restore").status == 404
    assert acme.call("POST", f"{P}/field/{name}/trash").status == 200
    assert acme.call("DELETE", f"{P}/field/{name}").status == 303
    assert acme.get(f"{P}/field/search/trashed")["values"] == []


def test_only_administrators_touch_fields(acme: Acme) -> None:
    field = made(acme, "select")
    context = context_of(acme, field)
    for method, path in (
        ("POST", f"{field}/trash"),
        ("POST", f"{field}/restore"),
        ("GET", f"{context}/option"),
    ):
        assert acme.call(method, path, who="bob").status == 403, path
    assert acme.call("GET", f"{P}/field/search/trashed", who="bob").status == 403


def new_issue(acme: Acme, **fields: object) -> Any:
    """The fields of a new story."""
    given = {"project": {"key": "ACME"}, "issuetype": {"id": str(STORY)}, "summary": "s", **fields}
    return acme.get(f"{P}/issue/{acme.post(f'{P}/issue', {'fields': given})['key']}")["fields"]


@pytest.mark.parametrize(("kind", "default", "shown"), [
    ("textfield", {"type": "textfield", "text": "calm"}, "calm"),
    ("float", {"type": "float", "number": 2.5}, 2.5),
    ("datepicker", {"type": "datepicker", "date": "2026-01-31"}, "2026-01-31"),
    ("datepicker", {"type": "datepicker", "useCurrent": True}, "2026-03-10"),
    ("labels", {"type": "labels", "labels": ["a", "b"]}, ["a", "b"]),
    ("url", {"type": "url", "url": "https://x.test"}, "https://x.test"),
])  # fmt: skip
def test_a_new_issue_gets_the_default_of_what_nobody_fills_in(
    acme: Acme, kind: str, default: Any, shown: Any
) -> None:
    path = made(acme, kind)
    field, context = path.rpartition("/")[2], context_of(acme, path).rpartition("/")[2]
    assert acme.get(f"{path}/context/defaultValue")["values"] == []
    given = {"defaultValues": [{"contextId": context, **default}]}
    assert acme.call("PUT", f"{path}/context/defaultValue", given).status == 204
    assert acme.get(f"{path}/context/defaultValue")["values"] == given["defaultValues"]
    assert new_issue(acme)[field] == shown
    assert not new_issue(acme, **{field: None})[field]
    fields = acme.get(f"{P}/issue/createmeta/ACME/issuetypes/{STORY}")["fields"]
    assert [entry["hasDefaultValue"] for entry in fields if entry["fieldId"] == field] == [True]
    gone = {"defaultValues": [{"contextId": context, "type": default["type"]}]}
    assert acme.call("PUT", f"{path}/context/defaultValue", gone).status == 204
    assert not new_issue(acme)[field]


def test_options_and_people_are_defaults_by_their_ids(acme: Acme) -> None:
    path = made(acme, "select")
    context = context_of(acme, path)
    option = acme.post(f"{context}/option", {"options": [{"value": "Calm"}]})["options"][0]
    number, home = context.rpartition("/")[2], f"{path}/context/defaultValue"
    wanted = {"contextId": number, "type": "option.single", "optionId": option["id"]}
    assert acme.call("PUT", home, {"defaultValues": [wanted]}).status == 204
    assert new_issue(acme)[path.rpartition("/")[2]]["value"] == "Calm"
    for wrong in ({"type": "float", "number": 1}, {"type": "option.single", "optionId": "77"}):
        assert acme.call("PUT", home, {"defaultValues": [{"contextId": number, **wrong}]}).status == 400
    assert acme.call("PUT", home, {"defaultValues": [{**wanted, "contextId": "1"}]}).status == 404
    assert acme.call("PUT", home, {"defaultValues": []}).status == 400


def test_a_field_comes_with_a_context_and_without_any_is_nowhere(acme: Acme) -> None:
    path = f"{P}/field/customfield_10050"
    (context,) = acme.get(f"{path}/context")["values"]
    assert (context["isGlobalContext"], context["isAnyIssueType"]) == (True, True)
    assert "customfield_10050" in new_issue(acme)
    assert acme.call("DELETE", f"{path}/context/{context['id']}").status == 204
    assert "customfield_10050" not in new_issue(acme)
