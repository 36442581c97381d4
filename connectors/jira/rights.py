"""What a login may do in a project, as Jira reckons it.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-permissions/
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import field
from msgspec.json import Decoder

from connectors.jira.session import JiraClient
from connectors.jira.wire import Wire


class Right(Wire):
    have: bool = field(name="havePermission")


class Rights(Wire):
    permissions: dict[str, Right]


_RIGHTS = Decoder(Rights)


def lacking(client: JiraClient, project_id: str, keys: Sequence[str]) -> tuple[str, ...]:
    """Those of the rights (Jira's keys, EDIT_ISSUES) that the login does not have in the project. One request."""
    url, asked = client.platform("mypermissions"), ",".join(keys)
    answer = client.get("read the login's rights", url, _RIGHTS, projectId=project_id, permissions=asked)
    held = answer.value.permissions
    return tuple(key for key in keys if key not in held or not held[key].have)
