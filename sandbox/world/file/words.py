"""The words a world file is written in: names of zones, addresses, keys and codes, each checked where it stands."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sandbox.postman import is_loopback


class Table(BaseModel):
    """A table of the file: unknown keys and loose types are problems."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("no zone of this name; they are written as Europe/Berlin or Etc/UTC")
    return name


def _address(url: str) -> str:
    wrong = ValueError('an address is written as "https://jira.example" or "http://127.0.0.1:8080/jira"')
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise wrong from None
    plain = re.fullmatch(r"[!-~]+", url) and not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise wrong
    return url.rstrip("/")


def _hook(url: str) -> str:
    if not is_loopback(url):
        raise ValueError('only this machine is notified; write "http://127.0.0.1:9000/hook"')
    return url


def _project_key(key: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,9}", key):
        raise ValueError("a project key is 2 to 10 capital letters and digits, a letter first")
    return key


def _country(code: str) -> str:
    if code == "UK":
        raise ValueError('the United Kingdom is written "GB"')
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise ValueError('a country is two capital letters, as "US", "GB", "CA" or "AU"')
    return code


Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
HookAddress = Annotated[str, AfterValidator(_hook)]
ProjectKey = Annotated[str, AfterValidator(_project_key)]
Country = Annotated[str, AfterValidator(_country)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Permission = Annotated[str, Field(pattern=r"^[A-Z_]{2,60}$")]
Realm = Annotated[str, Field(pattern=r"^\d{1,20}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
