"""Links from an issue to something outside, such as an invoice, and links between issues."""

from __future__ import annotations

from datetime import datetime

from sandbox.jira.events import Event
from sandbox.jira.issue import Issue, Item, RemoteLink
from sandbox.jira.parts import IssueLink, LinkType
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


def unlink_remote(state: JiraState, issue: Issue, link: RemoteLink, *, by: str, at: datetime) -> None:
    """Remove a remote link."""
    issue.remote_links = [entry for entry in issue.remote_links or () if entry is not link]
    target = link.body.get("object")
    title = target.get("title") if isinstance(target, dict) else ""
    text = f'This issue links to "{title} (Web Link)"'
    state.record(
        issue, [Item("RemoteIssueLink", None, str(link.id), text, None, None)], by, to_millisecond(at)
    )


def link_issues(
    state: JiraState, kind: LinkType, source: Issue, target: Issue, *, by: str, at: datetime
) -> IssueLink:
    """Link two issues: `source` relates `kind.outward` to `target`. A second like link changes nothing."""
    for link_id in state.links_of.get(source.id, ()):
        known = state.links[link_id]
        if (known.type_id, known.source_id, known.target_id) == (kind.id, source.id, target.id):
            return known
    link = IssueLink(state.next_id("issuelink"), kind.id, source.id, target.id)
    state.links[link.id] = link
    for end in (source, target):
        state.links_of[end.id].append(link.id)
    _tell_both(state, kind, source, target, by, at, added=True)
    if state.listeners:
        state.announce(Event("issuelink_created", at, by, link))
    return link


def unlink_issues(state: JiraState, link: IssueLink, *, by: str, at: datetime) -> None:
    """Remove a link between two issues."""
    del state.links[link.id]
    source, target = state.issues[link.source_id], state.issues[link.target_id]
    for end in (source, target):
        state.links_of[end.id].remove(link.id)
    _tell_both(state, state.link_types[link.type_id], source, target, by, at, added=False)
    if state.listeners:
        state.announce(Event("issuelink_deleted", at, by, link))


def _tell_both(
    state: JiraState, kind: LinkType, source: Issue, target: Issue, by: str, at: datetime, *, added: bool
) -> None:
    at = to_millisecond(at)
    for issue, other, words in ((source, target, kind.outward), (target, source, kind.inward)):
        side = (other.key, f"This issue {words} {other.key}")
        old, new = ((None, None), side) if added else (side, (None, None))
        state.lag.remember(issue.id, issue, at)
        state.record(issue, [Item("Link", None, old[0], old[1], new[0], new[1])], by, at)
