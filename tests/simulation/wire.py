"""The way from a process to a service: where its requests are counted, judged, overtaken, delayed and lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import requests

from connectors.quickbooks.departure import current
from sandbox.messages import Application, Request, Response
from sandbox.world.inprocess import InProcess
from simulation.stage import Performer
from simulation.weather import WEATHER

if TYPE_CHECKING:
    from simulation.side import Side
    from simulation.town import Town

_TAKES = 0.08  # seconds that a request is on its way
_NUMBERS = re.compile(r"/\d+")


class Line(InProcess):
    """One process's line to one service ("jira" or "books") of a client."""

    def __init__(self, town: Town, performer: Performer, side: Side, service: str) -> None:
        super().__init__(self._serve)
        self._town, self._performer, self._side, self._service = town, performer, side, service
        self._ask: Application = side.jira if service == "jira" else side.quickbooks

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """One request, with what the story has in store for it."""
        town, who = self._town, self._performer
        site, writes = call_site(self._service, request), self._service == "books" and is_write(request)
        town.stage.point(who, "request", site)
        if writes:
            town.stage.point(who, "write", site)
        kind, town.weather = town.weather, ""
        if writes and kind == "delivered twice" and town.story.knobs.get("requestid_window") == 0:
            kind = ""  # where request ids mean nothing a network that repeats makes two, whoever asks
        self._depart(kind, site)
        if writes:
            self._side.door.look(request)
        try:
            return super().send(request, *args, **kwargs)
        finally:
            town.stage.elapse(_TAKES + (WEATHER[kind].takes if kind else 0.0))
            town.stage.point(who, "answer", site)
            if writes:
                town.stage.point(who, "written", site)

    def _depart(self, kind: str, site: str) -> None:
        """Pass the gate, as a connection does once it is made; nothing may leave after the deadline."""
        self._kind = kind
        town = self._town
        if kind:
            town.stage.passed[f"fault {site} × {kind}"] += 1
        if kind and (unsent := WEATHER[kind].unsent) is not None:
            town.stage.elapse(WEATHER[kind].takes)
            raise unsent()
        departure = current()
        if departure is not None:
            departure.pass_gate()
        town.stage.passed["requests"] += 1
        if self._service == "books" and " oauth2/" not in site:  # logins are no company's allowance
            self._side.door.leaves(self._performer, town.stage.uptime)

    def _serve(self, request: Request) -> Response:
        town = self._town
        town.come_due()
        weather = WEATHER.get(self._kind)
        if weather is not None and weather.later:
            town.later(weather.later, lambda: self._effect(request))
        if weather is None or weather.fault is None:
            response = self._effect(request)
        else:
            response = weather.fault(request, self._effect)
        town.stage.note(request.method, request.path, request.body, response.status, response.body)
        return response

    def _effect(self, request: Request) -> Response:
        """What the service itself does with it."""
        return self._side.door.serve(self._service, request, self._ask)


def is_write(request: requests.PreparedRequest) -> bool:
    """Whether it changes the books."""
    path = str(request.url).partition("?")[0]
    return request.method == "POST" and path.endswith(("/invoice", "/estimate", "/creditmemo"))


def call_site(service: str, request: requests.PreparedRequest) -> str:
    """What the product asks there, by method and path without ids; queries by what they select."""
    path = _NUMBERS.sub("/#", str(request.url).partition("://")[2].partition("/")[2].partition("?")[0])
    name = f"{service} {request.method} {path.removeprefix('v3/company/#/')}"
    if path.endswith("/query"):
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
        found = re.search(r"from\s+(\w+)", body, re.IGNORECASE)
        return f"{name} {found[1] if found else ''}"
    if service == "books" and "operation=void" in str(request.url):
        return f"{name} void"
    return name
