"""Text searches of both deployments: words, phrases, wildcards, Boolean operators, and what the Cloud ignores."""

from __future__ import annotations

import pytest
from acme_site import STORY, Acme

TEXTS = {
    "a": "Invoicing the full screen editor",
    "b": "Full invoice for a screen",
    "c": "Windows NT and Win95 drivers",
    "d": "roam about the foam party",
}


def found(query: str, deployment: str = "Cloud") -> str:
    acme = Acme.make()
    acme.state.site.deployment = deployment  # type: ignore[assignment]
    named = {acme.create(STORY, text).key: name for name, text in TEXTS.items()}
    path = "search/jql" if deployment == "Cloud" else "search"
    written = query.replace("\\", "\\\\").replace('"', '\\"')
    shown = acme.get(f"/rest/api/2/{path}", jql=f'summary ~ "{written}" and project = ACME', fields="key")
    return "".join(sorted(named[entry["key"]] for entry in shown["issues"] if entry["key"] in named))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("screen full", "ab"),
        ('"full screen"', "a"),
        ("invoices", "ab"),
        ("invo", ""),
        ("win*", "c"),
        ("Win95 OR roam", "cd"),
        ("full AND screen", "ab"),
        ("full -editor", "b"),
        ("full NOT editor", "b"),
        ("+screen +editor", "a"),
        ("(editor OR drivers) screen", "a"),
        ("full !editor", "b"),
        ("screen && invoice", "ab"),
        ("drivers || editor", "ac"),
    ],
)
@pytest.mark.parametrize("deployment", ["Cloud", "Server"])
def test_words_phrases_wildcards_and_boolean_operators_find(query: str, names: str, deployment: str) -> None:
    assert found(query, deployment) == names


@pytest.mark.parametrize(
    ("query", "cloud", "server"),
    [
        ("fram~", "", "d"),
        ("w?n95", "c", "c"),
        ("f?am", "abd", "d"),
        ('"full editor"~3', "", "a"),
        ("screen^4 editor", "a", "a"),
    ],
)
def test_what_the_cloud_ignores_data_center_obeys(query: str, cloud: str, server: str) -> None:
    assert (found(query), found(query, "Server")) == (cloud, server)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("*voice", "is not allowed to start with character '*'"),
        ("?oam", "is not allowed to start with character '?'"),
        ("", "does not support searching for an empty string."),
        ("(full", "Unable to parse the text '(full' for field 'summary'."),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(query: str, text: str) -> None:
    assert text in Acme.make().refusal(f'summary ~ "{query}"')
