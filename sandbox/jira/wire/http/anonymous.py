"""Which operations of the Cloud answer callers who are not signed in, as its reference marks them."""

from __future__ import annotations

import re

_PLATFORM = re.compile(r"/rest/api/(?:2|3|latest)/(.*)")
_WRITES = re.compile(
    r"(?:attachment|component|issueLink|permissions|search|version)(?:/|$)"
    r"|comment/list$|dashboard/[^/]+/items/|expression/eval|issues/archive/|jql/parse$"
    r"|issue/(?:archive|bulkfetch|properties|unarchive)$"
    r"|issue/[^/]+(?:$|/(?:assignee|attachments|changelog|comment|properties|remotelink|transitions)(?:/|$))"
    r"|issue/[^/]+/worklog(?:$|/\d)|project/[^/]+/(?:properties|role)/"
)
_ONLY_SIGNED_IN = re.compile(
    r"issue/(?:bulk$|watching$|properties/)|issue/[^/]+/notify$|dashboard/gadgets$|filter/(?:my|defaultShareScope)$"
    r"|project/type/(?:.*/)?accessible$"
    r"|project/[^/]+/(?:email|features|hierarchy|issuesecuritylevelscheme|notificationscheme|permissionscheme)$"
)
_READS = re.compile(
    r"(?:attachment|avatar|comment|component|customFieldOption|dashboard|filter|groups|groupuserpicker|issue"
    r"|issueLink|issueLinkType|issuetype|mypermissions|permissions|project|search|securitylevel|serverInfo"
    r"|status|universal_avatar|version)(?:/|$)"
    r"|field$|jql/autocompletedata|mypreferences/locale$"
    r"|user/(?:assignable/multiProjectSearch|permission/search|picker|search|viewissue/search)$"
)


def served(method: str, path: str) -> bool:
    """Whether a caller without a login gets further than "not authenticated"; paths of other APIs decide alone."""
    found = _PLATFORM.match(path)
    if found is None:
        return not path.startswith("/rest/agile/") or method in ("GET", "HEAD")
    operation = found[1]
    if _ONLY_SIGNED_IN.match(operation):
        return False
    return bool((_READS if method in ("GET", "HEAD") else _WRITES).match(operation))
