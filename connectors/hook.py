"""A web address of our own people that takes alerts as JSON: one POST to exactly that address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import requests

from connectors.http import CheckedSession, Route

_PATIENCE = 15.0  # seconds


class HookDoor:
    """Posts `{"subject", "text"}`, both of which chat services show, to one https address and nowhere else."""

    def __init__(self, url: str) -> None:
        """ValueError when the address is not https, or http on this machine."""
        parts = urlsplit(url)
        route = Route.write("POST", re.escape(parts.path))
        self._url = url
        self._session = CheckedSession(
            f"{parts.scheme}://{parts.netloc}", (route,), timeout_seconds=_PATIENCE
        )

    def send(self, subject: str, text: str) -> None:
        """Hand one alert over. OSError (which RequestException is) when that fails; nothing is tried twice."""
        answer = self._session.post(self._url, json={"subject": subject, "text": f"{subject}\n\n{text}"})
        if not answer.ok:
            raise requests.HTTPError(f"it answered {answer.status_code}")
