"""One request in context: who asks, of which site, at what moment, under which version of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.http import Request
from sandbox.jira.entities import User
from sandbox.jira.issue import Issue
from sandbox.jira.jql import Calendar, Context
from sandbox.jira.rights import Place
from sandbox.jira.state import JiraState
from sandbox.jira.wire.http.errors import Refusal


@dataclass(frozen=True, slots=True)
class Visit:
    """What every handler gets. `version` is "2" or "3"; agile answers show issues as version 2 does."""

    state: JiraState
    user: User
    now: datetime
    request: Request
    version: str = "2"
    by_app: bool = False  #: signed in by an OAuth 2.0 token

    def link(self, path: str) -> str:
        """An absolute URL under the announced base."""
        return f"{self.state.site.base_url}{path}"

    def rest(self, path: str) -> str:
        """An absolute URL of the platform API in the visit's version."""
        return f"{self.state.site.base_url}/rest/api/{self.version}/{path}"

    def stamp(self, at: datetime | None) -> str | None:
        """A moment as the platform shows it: site zone, milliseconds, no colon in the offset."""
        if at is None:
            return None
        text = at.astimezone(ZoneInfo(self.state.site.zone)).isoformat(timespec="milliseconds")
        return text[:-3] + text[-2:]

    def jql(self) -> Context:
        """What a query means to this caller."""
        return Context(self.state, self.user, Calendar(self.now, ZoneInfo(self.user.zone)))

    def issue(self, id_or_key: str) -> Issue:
        """A visible issue, or the 404 that hides which of the two it was."""
        found = self.state.issue(id_or_key)
        if found is None or not self.state.can_see(self.user, found):
            raise Refusal(404, "Issue does not exist or you do not have permission to see it.")
        if found.id in self.state.archived and self.request.method not in ("GET", "HEAD"):
            raise Refusal(400, f"Issue {found.key} is archived. Archived issues cannot be changed.")
        return found

    def find_user(self, name: str) -> User | None:
        """A user by account id; in Data Center by name or key."""
        if self.state.site.is_cloud:
            found = self.state.users.get(name)
            return None if found is None or found.removed else found
        folded = name.lower()
        known = self.state.people()
        return next((u for u in known if name == u.account_id or folded == u.login.lower()), None)

    def may(self, permission: str, place: Place = None) -> bool:
        """Whether the login holds a permission, on the site, in a project or on an issue."""
        return self.state.holds(self.user, permission, place)

    def require(self, permission: str, message: str, place: Place = None, *, status: int = 403) -> None:
        """Refuse with `status` (401 for anonymous callers) who does not hold a permission."""
        if not self.may(permission, place):
            raise Refusal(status if self.user.account_id else 401, message)

    def require_over(
        self, permission: str, author: str, message: str, issue: Issue, *, status: int = 403
    ) -> None:
        """Refuse who may do something neither to everybody's (`…_ALL_…`) nor, as its author, to their own."""
        own = permission.replace("_ALL_", "_OWN_")
        if author != self.user.account_id or not self.may(own, issue):
            self.require(permission, message, issue, status=status)

    def number(self, name: str, default: int, *, most: int | None = None) -> int:
        """A non-negative integer argument, cut to `most`."""
        text = self.request.arg(name) or str(default)
        if not text.isdigit():
            raise Refusal(400, f"The value '{text}' of '{name}' is not a number.")
        return int(text) if most is None else min(int(text), most)

    def names(self, name: str) -> list[str]:
        """A list argument: repeated, comma-separated, or both."""
        return [
            part.strip() for value in self.request.args(name) for part in value.split(",") if part.strip()
        ]


def utc_stamp(at: datetime | None) -> str | None:
    """A moment as sprints show it: UTC, milliseconds, Z."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
