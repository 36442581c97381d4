"""What all pages share: the frame that says "sandbox", headers, forms, and the guard before every change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from sandbox.http import Application, Request, Response
from sandbox.pages.html import Child, Html, element, said

ROOT = "/sandbox"
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
    """What stands around every page of one server: its name and its menu as (title, path)."""

    service: str
    menu: Sequence[tuple[str, str]]


class Trouble(Exception):
    """What a person asked for cannot be done; the message says why."""


def with_pages(application: Application, pages: Application) -> Application:
    """`application` with `pages` under /sandbox, and the addresses that people get in links led there."""

    def entrance(request: Request) -> Response:
        if request.path == ROOT or request.path.startswith(f"{ROOT}/"):
            return guarded(request, pages)
        if request.method == "GET" and request.path.startswith("/browse/"):
            return go_to(f"{ROOT}/issues/{request.path.removeprefix('/browse/')}")
        return application(request)

    return entrance


def guarded(request: Request, pages: Application) -> Response:
    """The page, unless another site's page or a foreign name of this machine asks for it."""
    if request.path == f"{ROOT}/style.css":
        return Response.text(_style(), kind="text/css", headers=_HEADERS)
    if request.method not in ("GET", "HEAD", "POST"):
        return _plain(405, "This page has no such method.")
    host = request.headers.get("host", "127.0.0.1")
    if urlsplit(f"//{host}").hostname not in _LOCAL_NAMES:
        return _plain(403, "The sandbox answers to 127.0.0.1 and localhost only.")
    if request.method == "POST" and not _from_our_own_page(request, host):
        return _plain(403, "Another site's page may not act here.")
    return pages(request)


def _from_our_own_page(request: Request, host: str) -> bool:
    """Browsers say where a form comes from; whatever says nothing is no browser, and no victim."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    return site in (None, "same-origin", "none") and origin in (None, f"http://{host}")


def page(
    frame: Frame, title: str, *content: Child, notice: str = "", trouble: str = "", status: int = 200
) -> Response:
    """A whole page. `notice` says what was done, `trouble` what could not be."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{title} · {frame.service} sandbox"),
        element("link", rel="stylesheet", href=f"{ROOT}/style.css"),
    )
    menu = element("nav", [element("a", name, href=path) for name, path in frame.menu])
    body = element(
        "body",
        element("p", f"This is a sandbox of {frame.service}: nothing here is real.", class_="banner"),
        element("header", element("strong", frame.service), menu),
        element(
            "main",
            element("h1", said(title)),
            element("p", notice, class_="notice", role="status") if notice else None,
            element("p", trouble, class_="trouble", role="alert") if trouble else None,
            *content,
        ),
    )
    text = "<!doctype html>\n" + element("html", head, body, lang="en")
    return Response.text(text, status, "text/html", _HEADERS)


def go_to(path: str, **arguments: str) -> Response:
    """Look at `path` instead: what follows every change, so that reloading repeats nothing."""
    query = f"?{urlencode(arguments)}" if arguments else ""
    return Response(303, b"", {**_HEADERS, "Location": quote(path, errors="replace") + query})


def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a submitted form, without blanks around them."""
    pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: value.strip() for name, value in pairs}


def form(action: str, label: str, *fields: Child, kind: str = "") -> Html:
    """A form with one button."""
    button = element("button", label, type="submit", class_=kind or None)
    return element("form", *fields, button, method="post", action=action)


def field(label: str, name: str, value: str = "", *, width: str = "", required: bool = False) -> Html:
    """A line to type in, with its label. `width` may be "short"."""
    box = element(
        "input", name=name, value=value, class_=width or None, required=required, autocomplete="off"
    )
    return element("label", element("span", label), box)


def choice(label: str, name: str, options: Sequence[tuple[str, str]]) -> Html:
    """One of some options, as (value, text)."""
    entries = [element("option", text, value=value) for value, text in options]
    return element("label", element("span", label), element("select", entries, name=name))


def table(heads: Sequence[str], rows: Sequence[Sequence[Child]], *, numbers: Sequence[int] = ()) -> Html:
    """A table; the columns in `numbers` are aligned to the right. Says so when it is empty."""

    def cell(name: str, index: int, child: Child) -> Html:
        return element(name, child, class_="number" if index in numbers else None)

    head = element("tr", [cell("th", index, text) for index, text in enumerate(heads)])
    body = [element("tr", [cell("td", index, child) for index, child in enumerate(row)]) for row in rows]
    if not rows:
        return element("p", "Nothing here.", class_="quiet")
    return element("div", element("table", element("thead", head), element("tbody", body)), class_="scroll")


def pager(path: str, page_number: int, size: int, count: int, **arguments: str) -> Html:
    """Links to the pages before and after, when there are any."""

    def link(text: str, number: int) -> Html:
        return element("a", text, href=f"{path}?{urlencode({**arguments, 'page': str(number)})}")

    first, last = (page_number - 1) * size + 1, min(page_number * size, count)
    return element(
        "p",
        link("← newer", page_number - 1) if page_number > 1 else None,
        f" {first:,}-{last:,} of {count:,} " if count else "",
        link("older →", page_number + 1) if last < count else None,
        class_="pager",
    )


def page_number(request: Request) -> int:
    """Which page of a list is asked for, from 1."""
    text = request.arg("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def pill(word: str) -> Html:
    """A status as a small coloured word; the colour goes by the word."""
    return element("span", word, class_=f"pill {word.replace(' ', '-')}")


def facts(*pairs: tuple[str, Child]) -> Html:
    """Names and values side by side."""
    return element("dl", [element("div", element("dt", name), element("dd", value)) for name, value in pairs])


def attempt(act: Callable[[], object], *expected: type[Exception]) -> None:
    """Do it; the `expected` errors become the Trouble that a page shows."""
    try:
        act()
    except expected as error:
        raise Trouble(str(error)) from error


def _plain(status: int, text: str) -> Response:
    return Response.text(text + "\n", status, headers=_HEADERS)


def _style() -> str:
    return files("sandbox.pages").joinpath("style.css").read_text("utf-8")
