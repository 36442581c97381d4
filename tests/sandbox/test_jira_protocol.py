"""What HTTP clients of any language rely on before any resource answers: methods, paths, media types."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from acme_site import Acme

from sandbox.http import Request, Response


@pytest.fixture
def acme() -> Acme:
    return Acme.make()


def test_head_and_options_know_every_resource(acme: Acme) -> None:
    got, headed = (acme.call(method, "/rest/api/2/issue/ACME-1") for method in ("GET", "HEAD"))
    assert (headed.status, headed.headers["Content-Type"]) == (200, got.headers["Content-Type"])
    assert acme.call("HEAD", "/rest/api/2/issue/ACME-99").status == 404
    told = acme.call("OPTIONS", "/rest/api/2/issue/ACME-1")
    assert set(told.headers["Allow"].split(", ")) == {"DELETE", "GET", "HEAD", "OPTIONS", "PUT"}
    assert "Access-Control-Allow-Origin" not in told.headers


@pytest.mark.parametrize("path", ["//rest/api/2/myself", "/rest//api/2/myself", "/rest/api/2/myself/"])
def test_needless_slashes_are_no_other_path(acme: Acme, path: str) -> None:
    assert acme.get(path)["accountId"] == "ana"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=UTF-8", 200),
        ("", 200),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
def test_resources_read_json_alone(acme: Acme, kind: str, status: int) -> None:
    headers = {
        "authorization": "Basic YW5hQGFjbWUudGVzdDphbmEtdG9rZW4=",
        **({"content-type": kind} if kind else {}),
    }
    body = json.dumps({"jql": "project = ACME"}).encode()
    assert acme.app(Request("POST", "/rest/api/3/search/jql", (), headers, body)).status == status
    asked = (("jql", "project = ACME"),)
    assert acme.app(Request("GET", "/rest/api/3/search/jql", asked, headers)).status == 200


FORM = (
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="a \\"b\\"; c.png"\r\n'
    b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\x00\xff--\r\n\r\n"
    b"--B\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''%C3%A4.txt\r\n\r\nzwei\r\n"
    b'--B\r\nContent-Disposition: form-data; name="comment"\r\n\r\nnot a file\r\n--B--\r\n'
)
PICTURE = b"\x89PNG\r\n\x00\xff--\r\n"


def sent(acme: Acme, method: str, path: str, body: bytes = b"", **headers: str) -> Response:
    """A request with headers of its own; `_` stands for the hyphen in their names."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    path, _, query = path.partition("?")
    login = {"authorization": "Basic YW5hQGFjbWUudGVzdDphbmEtdG9rZW4="}
    return acme.app(Request(method, path, tuple(parse_qsl(query)), login | named, body))


def upload(acme: Acme) -> list[dict[str, Any]]:
    """Two files put on ACME-1 as one form."""
    kind = "multipart/form-data; boundary=B"
    answer = sent(
        acme,
        "POST",
        "/rest/api/2/issue/ACME-1/attachments",
        FORM,
        content_type=kind,
        x_atlassian_token="no-check",
    )
    assert answer.status == 200, answer.body
    files: list[dict[str, Any]] = json.loads(answer.body)
    return files


def test_files_arrive_byte_for_byte_under_the_names_they_were_given(acme: Acme) -> None:
    picture, text = upload(acme)
    assert (picture["filename"], picture["mimeType"], picture["size"]) == (
        'a "b"; c.png',
        "image/png",
        len(PICTURE),
    )
    assert (text["filename"], text["mimeType"]) == ("ä.txt", "text/plain")
    assert "thumbnail" in picture
    assert "thumbnail" not in text
    described = acme.get(f"/rest/api/3/attachment/{picture['id']}")
    assert (described["id"], described["filename"]) == (int(picture["id"]), picture["filename"])


def test_the_cloud_redirects_to_the_bytes_and_their_address_needs_no_login(acme: Acme) -> None:
    picture, text = upload(acme)
    for address in (picture["content"], picture["thumbnail"]):
        path = address.removeprefix("https://acme.test")
        moved = sent(acme, "GET", path)
        assert moved.status == 303
        target = urlsplit(moved.headers["Location"])
        assert acme.app(Request("GET", target.path)).body == PICTURE
        dead = {"authorization": "Bearer never-valid"}
        assert acme.app(Request("GET", target.path, (), dead)).status == 200
        assert sent(acme, "GET", f"{path}?redirect=false").body == PICTURE
    former = sent(acme, "GET", f"/secure/attachment/{picture['id']}/c.png")
    assert (former.status, former.headers["Location"]) == (303, moved.headers["Location"])
    assert sent(acme, "GET", f"/rest/api/3/attachment/thumbnail/{text['id']}").status == 404
    assert acme.app(Request("GET", "/file/unknown/binary")).status == 404


def test_data_center_serves_the_bytes_where_it_says(acme: Acme) -> None:
    acme.state.site.deployment = "Server"
    picture, _ = upload(acme)
    assert picture["content"].startswith("https://acme.test/secure/attachment/")
    for address in (picture["content"], picture["thumbnail"]):
        assert sent(acme, "GET", unquote(urlsplit(address).path)).body == PICTURE
    assert sent(acme, "GET", f"/rest/api/2/attachment/content/{picture['id']}").status == 404


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, b"\x89PNG"),
        ("bytes=4-", 206, b"\r\n\x00\xff--\r\n"),
        ("bytes=-2", 206, b"\r\n"),
        ("bytes=8-99", 206, b"--\r\n"),
        ("bytes=99-", 416, b""),
        ("lines=1-2", 200, PICTURE),
    ],
)
def test_part_of_a_file_can_be_asked_for(acme: Acme, asked: str, status: int, part: bytes) -> None:
    picture, _ = upload(acme)
    path = f"/rest/api/3/attachment/content/{picture['id']}?redirect=false"
    answer = sent(acme, "GET", path, range=asked)
    assert (answer.status, answer.body) == (status, part)
