"""The page that lets time pass: hours and days go by at once on both services, for they share one clock."""

from __future__ import annotations

from datetime import timedelta

from sandbox.clock import Clock
from sandbox.http import Request, Response, Router
from sandbox.pages.html import element
from sandbox.pages.parts import acts, choice, form
from sandbox.pages.shell import ROOT, Frame, form_of, go_to, page

_PATH = f"{ROOT}/time"
_SPANS = {
    "hour": ("an hour", timedelta(hours=1)),
    "day": ("a day", timedelta(days=1)),
    "week": ("a week", timedelta(days=7)),
    "month": ("30 days", timedelta(days=30)),
}


def time_menu() -> tuple[str, str]:
    """The menu's entry for this page."""
    return "Time", _PATH


def time_routes(router: Router, clock: Clock, frame: Frame) -> None:
    """Add the page of `clock` to a server's pages."""

    def show(_request: Request) -> Response:
        now = clock.now().strftime("%A, %Y-%m-%d %H:%M:%S UTC")
        pass_by = form(
            _PATH, "Let it pass", choice("Let pass", "span", [(k, v[0]) for k, v in _SPANS.items()])
        )
        note = "Both services live in this time: tokens expire and terms fall due by it."
        said = element("p", note, class_="quiet")
        return page(frame, now, said, acts("What you can do", [pass_by]), here="Time")

    def move(request: Request) -> Response:
        _name, span = _SPANS.get(form_of(request).get("span", ""), ("", timedelta(0)))
        clock.advance(span)
        return go_to(_PATH)

    router.add("GET", _PATH, show)
    router.add("POST", _PATH, move)
