"""What all pages share: the frame that says "sandbox", headers, forms, and the guard before every change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from sandbox.http import Application, Request, Response
from sandbox.pages.html import Child, Html, element, said

ROOT = "/sandbox"
_Result = TypeVar("_Result")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # "no-referrer" would make a browser send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Milepost-Sandbox": "true",
}
_LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page of one server: its name, whose it is, and its menu as (title, path)."""

    service: str
    menu: Sequence[tuple[str, str]]
    owner: str = ""


class Trouble(Exception):
    """What a person asked for cannot be done; the message says why."""


def with_pages(application: Application, pages: Application, below: str = "") -> Application:
    """`application` with `pages` under /sandbox, and the addresses that people get in links led there.

    The bare address leads there too, but only those who ask for a page, as browsers do. `below` is the
    path that both kinds of addresses begin with (Data Center's context path).
    """
    bare, browsed = (below or "/", f"{below}/"), f"{below}/browse/"

    def entrance(request: Request) -> Response:
        if request.path == ROOT or request.path.startswith(f"{ROOT}/"):
            return guarded(request, pages)
        reads = request.method in ("GET", "HEAD")
        if reads and request.path.startswith(browsed):
            return go_to(f"{ROOT}/issues/{request.path.removeprefix(browsed)}")
        if reads and request.path in bare and "text/html" in request.headers.get("accept", ""):
            return go_to(ROOT)
        return application(request)

    return entrance


def guarded(request: Request, pages: Application) -> Response:
    """The page, unless another site's page or a foreign name of this machine asks for it."""
    if request.path == f"{ROOT}/style.css":
        return Response.text(_style(), kind="text/css", headers=_HEADERS)
    if request.method not in ("GET", "HEAD", "POST"):
        return _plain(405, "This is a sandbox; its page has no such method.")
    host = request.headers.get("host", "127.0.0.1")
    if urlsplit(f"//{host}").hostname not in _LOCAL_NAMES:
        return _plain(403, "This is a sandbox; it answers to 127.0.0.1 and localhost only.")
    if request.method == "POST" and not _from_our_own_page(request, host):
        return _plain(403, "This is a sandbox; another site's page may not act here.")
    return pages(request)


def _from_our_own_page(request: Request, host: str) -> bool:
    """Browsers say where a form comes from; whatever says nothing is no browser, and no victim."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    return site in (None, "same-origin", "none") and origin in (None, f"http://{host}")


def page(
    frame: Frame,
    title: str,
    *content: Child,
    here: str = "",
    notice: str = "",
    trouble: str = "",
    status: int = 200,
) -> Response:
    """A whole page. `here` is the menu's title of it; `notice` says what was done, `trouble` what could not."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{title} · {frame.service} sandbox"),
        element("link", rel="stylesheet", href=f"{ROOT}/style.css"),
    )
    body = element(
        "body",
        element("a", "To the content", href="#content", class_="skip"),
        element("p", f"This is a sandbox of {frame.service}: nothing here is real.", class_="banner"),
        element("header", element("strong", frame.service), _owner(frame), _menu(frame, here)),
        element(
            "main",
            element("p", notice, class_="notice", role="status") if notice else None,
            element("p", trouble, class_="trouble", role="alert") if trouble else None,
            element("h1", said(title)),
            *content,
            id="content",
        ),
    )
    text = "<!doctype html>\n" + element("html", head, body, lang="en")
    return Response.text(text, status, "text/html", _HEADERS)


def _owner(frame: Frame) -> Html | None:
    return element("span", said(frame.owner), class_="quiet") if frame.owner else None


def _menu(frame: Frame, here: str) -> Html:
    links = [
        element("a", name, href=path, aria_current="page" if name == here else None)
        for name, path in frame.menu
    ]
    return element("nav", links, aria_label="Pages of this sandbox")


def go_to(path: str, **arguments: str) -> Response:
    """Look at `path` instead: what follows every change, so that reloading repeats nothing."""
    query = f"?{urlencode(arguments)}" if arguments else ""
    return Response(303, b"", {**_HEADERS, "Location": quote(path, errors="replace") + query})


def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a submitted form, without blanks around them."""
    pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: value.strip() for name, value in pairs}


def page_number(request: Request) -> int:
    """Which page of a list is asked for, from 1."""
    text = request.arg("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def attempt(act: Callable[[], _Result], *expected: type[Exception]) -> _Result:
    """Do it; the `expected` errors become the Trouble that a page shows."""
    try:
        return act()
    except expected as error:
        raise Trouble(str(error)) from error


def _plain(status: int, text: str) -> Response:
    return Response.text(text + "\n", status, headers=_HEADERS)


def _style() -> str:
    return files("sandbox.pages").joinpath("style.css").read_text("utf-8")
