"""What the site's web server makes of a request before any resource sees it: paths tidied, media types checked."""

from __future__ import annotations

import re

from sandbox.http import Request

_FILES = re.compile(r"/rest/api/[^/]+/issue/[^/]+/attachments")
_COLUMNS = re.compile(r"/rest/api/[^/]+/.+/columns")
_TEXTS = re.compile(r"/rest/api/[^/]+/mypreferences")
_PICTURES = re.compile(
    r"/rest/api/[^/]+/(universal_avatar/.+|(project|issuetype)/[^/]+/avatar(2|/temporary)?|user/avatar/temporary)"
)


def tidied(path: str) -> str:
    """A path as the server maps it: repeated slashes are one, one at the end is none."""
    return re.sub("/{2,}", "/", path).rstrip("/") or "/"


def takes(request: Request, *, cloud: bool) -> bool:
    """Whether a resource reads bodies of the type that the request names: JSON, but for files and the like."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method not in ("POST", "PUT") or not kind:
        return True
    if _FILES.fullmatch(request.path):
        return kind == "multipart/form-data"
    if _PICTURES.fullmatch(request.path) and kind.startswith("image/"):
        return True
    if _TEXTS.fullmatch(request.path) and kind == "text/plain":
        return True
    if request.path in ("/authorize", "/oauth/token") and kind == "application/x-www-form-urlencoded":
        return True
    form = not cloud and kind == "application/x-www-form-urlencoded" and _COLUMNS.fullmatch(request.path)
    return kind == "application/json" or bool(form)
