"""Links from an issue to something outside, such as an invoice."""

from __future__ import annotations

from datetime import datetime

from sandbox.jira.entities import Issue, Item, RemoteLink
from sandbox.jira.state import JiraState
from sandbox.jira.verbs import to_millisecond


def link_remote(
    state: JiraState, issue: Issue, body: dict[str, object], *, by: str, at: datetime
) -> tuple[RemoteLink, bool]:
    """Add a remote link, or replace the one with the same `globalId`. Returns it and whether it is new."""
    at = to_millisecond(at)
    links = issue.remote_links = issue.remote_links or []
    wanted = body.get("globalId")
    found = next((link for link in links if wanted and link.global_id == wanted), None)
    link = found or RemoteLink(state.next_id("remotelink"), str(wanted) if wanted else None, body)
    link.body = body
    if not found:
        links.append(link)
    target = body.get("object")
    title = target.get("title") if isinstance(target, dict) else ""
    text = f'This issue links to "{title} (Web Link)"'
    identity = str(link.id)
    item = Item("RemoteIssueLink", None, identity if found else None, text if found else None, identity, text)
    state.record(issue, [item], by, at)
    return link, found is None
