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
