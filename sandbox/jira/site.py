"""What a Jira site says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True)
class Site:
    """What the site says of itself. `base_url` is announced in every `self` link; `zone` is IANA.

    `deployment` "Server" is Data Center; its `context_path` ("/jira") is part of `base_url` too.
    """

    cloud_id: str
    base_url: str
    title: str = "Jira"
    zone: str = "Etc/UTC"
    deployment: Literal["Cloud", "Server"] = "Cloud"
    context_path: str = ""
    version: str = ""
    build_number: int = 0

    @property
    def is_cloud(self) -> bool:
        """Whether this is a Cloud site and not Data Center."""
        return self.deployment == "Cloud"

    @property
    def release(self) -> str:
        """The version it says it is."""
        return self.version or ("1001.0.0-SNAPSHOT" if self.is_cloud else "9.12.15")

    @property
    def release_numbers(self) -> tuple[int, ...]:
        """The same as numbers."""
        return tuple(int(part) for part in self.release.partition("-")[0].split("."))
