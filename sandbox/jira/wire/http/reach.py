"""Which requests a site lets in: paths only Data Center or only the Cloud has, and how long an address may be."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from sandbox.http import Request
from sandbox.jira.site import Site

_LONGEST = 8192
# By the public REST documentation of version 9 and of the Cloud.
_CLOUD_ONLY = re.compile(
    r"\S+ /rest/(api/3|software|webhooks/2)\b.*|\S+ /(_edge|file)/.*"
    r"|\S+ /rest/api/(2|latest)/(search/(jql|approximate-count)|changelog/.*|issue/bulkfetch|project/search"
    r"|issue/[^/]+/changelog|users(/search)?|user/bulk|filter/search|field/.+|jql/(?!autocompletedata).*|webhook.*|label"
    r"|statuses(/.*)?|priority/search|resolution/search|permissions/check|group/bulk|comment/list"
    r"|attachment/(content|thumbnail)/.*|bulk/.+|task/.+|issue/watching|mypreferences/locale|user/email.*"
    r"|user/search/query.*|permissions/project|projectvalidate/valid.+|version/[^/]+/relatedwork.*"
    r"|project/(recent|type/accessible|[^/]+/(features.*|email|roledetails|hierarchy))|filter/[^/]+/owner"
    r"|dashboard/[^/]+/(gadget|copy).*|dashboard/(gadgets|search)|workflow/search|workflowscheme(/project)?"
    r"|issuetypescheme/(mapping|project|[^/]+/issuetype.*)|((issuetype)?screenscheme|fieldconfiguration).*"
    r"|configuration/.+|instance/license|license/.+|events|announcementBanner"
    r"|universal_avatar/view/.+|project/[^/]+/avatar2)"
    r"|GET /rest/api/(2|latest)/component"
    r"|PUT /rest/api/(2|latest)/issue/(un)?archive|POST /rest/api/(2|latest)/project/[^/]+/(archive|restore)"
    r"|POST /rest/api/(2|latest)/screens|(PUT|DELETE) /rest/api/(2|latest)/screens/[^/]+"
    r"|(POST|PUT|DELETE) /rest/api/(2|latest)/dashboard(/[^/]+)?|\S+ /rest/internal/.*"
    r"|\S+ /(authorize|oauth/.*|me)"
)
_SERVER_ONLY = re.compile(
    r"\S+ /rest/(pat|project-templates)/.*|\S+ /rest/auth/.+/websudo|\S+ /secure/(?!attachment/|thumbnail/).*"
    r"|\S+ /rest/api/[^/]+/(customFields|user/password|user/avatars?.*|avatar/[^/]+/temporary.*"
    r"|project/[^/]+/avatar/temporary|issue/[^/]+/pinned-comments|issue/[^/]+/comment/[^/]+/pin"
    r"|issue/[^/]+/subtask|(component|resolution)/page|reindex.*|index/summary|cluster/.*|password/policy"
    r"|upgrade|priorityschemes.*|project/[^/]+/priorityscheme"
    r"|issuetypescheme/[^/]+/associations)|GET /rest/api/[^/]+/issuetypescheme/\d+"
    r"|PUT /rest/api/[^/]+/(issue|project)/[^/]+/(archive|restore)|POST /rest/api/[^/]+/auditing/record"
    r"|PUT /rest/api/[^/]+/user|POST /rest/api/[^/]+/project/[^/]+/avatar"
)
_BEFORE_9 = re.compile(r"GET /rest/api/(2|latest)/issue/createmeta")


def knows(site: Site, method: str, path: str) -> bool:
    """Whether a site of this kind and version has a path; `path` without what comes before it."""
    line = f"{method} {path}"
    if site.is_cloud:
        return _SERVER_ONLY.fullmatch(line) is None
    return _CLOUD_ONLY.fullmatch(line) is None and (
        site.release_numbers < (9,) or _BEFORE_9.fullmatch(line) is None
    )


def too_long(request: Request) -> bool:
    """Whether the address holds more than servers in front of Jira take."""
    plain = len(request.path) + sum(len(name) + len(value) + 2 for name, value in request.query)
    return 3 * plain > _LONGEST and len(quote(request.path)) + len(urlencode(request.query)) > _LONGEST
