"""The port `Noticeboard` over Jira: issue properties for machines, remote links for people, nothing else.

Cloud and Data Center take the same requests (REST v2).
https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-remote-links/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from connectors.errors import Rejected, Unauthorized
from connectors.http import Usage
from connectors.jira.login import JiraLogin
from connectors.jira.session import NOTICES, JiraClient
from connectors.jira.wire import Linked
from connectors.ports import Posted, WebLink
from connectors.retry import ReadRetry

_LINKED = msgspec.json.Decoder(Linked)
_BOOKS = {"type": "milepost", "name": "QuickBooks"}


class JiraNoticeboard:
    """One login at one site, over a session of its own: that of the tracker cannot write. For one thread at a time.

    Making one sends nothing.
    """

    def __init__(self, login: JiraLogin) -> None:
        self._client = JiraClient(login, ReadRetry(attempts=1), NOTICES)

    @property
    def usage(self) -> Usage:
        """How many requests were sent so far."""
        return self._client.usage

    def mark(self, issue_id: str, name: str, value: Mapping[str, object]) -> Posted:
        """See `Noticeboard`. Needs the right to edit the issue."""
        return self._write("keep a property of an issue", "PUT", f"issue/{issue_id}/properties/{name}", value)

    def unmark(self, issue_id: str, name: str) -> Posted:
        """See `Noticeboard`."""
        return self._write(
            "take away a property of an issue", "DELETE", f"issue/{issue_id}/properties/{name}"
        )

    def link(self, issue_id: str, link: WebLink) -> Posted:
        """See `Noticeboard`. Needs the right to link issues."""
        return self._write(
            "link an issue to its invoice", "POST", f"issue/{issue_id}/remotelink", _remote(link)
        )

    def unlink(self, issue_id: str, name: str) -> Posted:
        """See `Noticeboard`."""
        return self._write(
            "take away a link of an issue", "DELETE", f"issue/{issue_id}/remotelink", globalId=name
        )

    def close(self) -> None:
        """Close the connections; a later request opens new ones."""
        self._client.close()

    def _write(
        self,
        action: str,
        method: Literal["PUT", "POST", "DELETE"],
        path: str,
        body: Mapping[str, object] | None = None,
        **params: str,
    ) -> Posted:
        shape = _LINKED if method == "POST" else None
        try:
            self._client.write(action, method, self._client.platform(path), shape, body, **params)
        except Unauthorized as error:
            if error.status != 403 or error.code == "captcha":
                raise  # the login is of no use anywhere
            return "denied"
        except Rejected as error:
            if error.status != 404:
                raise
            return "gone"
        return "done"


def _remote(link: WebLink) -> dict[str, object]:
    """Jira's form of a link. It is replaced as a whole: whatever is left out here is taken away there."""
    home = urlsplit(link.url)
    icon = {"url16x16": f"{home.scheme}://{home.netloc}/favicon.ico", "title": _BOOKS["name"]}
    return {
        "globalId": link.name,
        "application": _BOOKS,
        "relationship": "billed by",
        "object": {
            "url": link.url,
            "title": link.title,
            "summary": link.summary,
            "icon": icon,
            "status": {"resolved": link.resolved, "icon": {}},
        },
    }
