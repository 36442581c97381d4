"""`milepost sandbox`: it serves what its world file says, ends at once when told to, and says what is wrong."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from jira import JIRA
from typer.testing import CliRunner

from cli.app import app
from sandbox.http import Response, Server

PATIENCE = 60  # seconds; a busy machine is slow, not wrong
ROOT = Path(__file__).parents[2]
WORLD = """
[jira]
start = "empty"

[[jira.user]]
name = "Robot"
email = "robot@x.example"
account_id = "acc-1"
password = "secret"
hides = ["DEF"]

[[jira.project]]
key = "ABC"
name = "Alpha"

[[jira.project]]
key = "DEF"
name = "Beta"

[quickbooks]
realm = "4620816365000000"
start = "empty"
client_id = "id"
client_secret = "hush"
refresh_token = "refresh-me"
access_token = "let-me-in"
"""


@contextmanager
def command(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """`milepost sandbox --json …` until it says that it is ready; ended by SIGTERM."""
    code = "from cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "sandbox", "--json", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        lines = ""
        while not lines.endswith("}\n"):
            line = process.stdout.readline()
            assert line, process.stderr.read()
            lines += line
        yield process, json.loads(lines)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def test_the_command_serves_what_the_file_says(tmp_path):
    file = tmp_path / "world.toml"
    file.write_text(WORLD)
    with command(str(tmp_path / "home"), "--world", str(file)) as (process, ready):
        assert ready["ready"] is True
        client = JIRA(
            ready["jira"], basic_auth=("robot@x.example", "secret"), max_retries=0, timeout=PATIENCE
        )
        assert client.myself()["accountId"] == "acc-1"
        assert client.server_info()["baseUrl"] == ready["jira"]
        assert [project.key for project in client.projects()] == ["ABC"]
        client.close()
        token = requests.post(
            f"{ready['quickbooks']}/oauth2/v1/tokens/bearer",
            auth=("id", "hush"),
            data={"grant_type": "refresh_token", "refresh_token": "refresh-me"},
            timeout=PATIENCE,
        ).json()["access_token"]
        url = f"{ready['quickbooks']}/v3/company/4620816365000000/companyinfo/4620816365000000"
        for bearer, status in ((token, 200), ("let-me-in", 200), ("let-me-out", 401)):
            headers = {"Authorization": f"Bearer {bearer}", "Accept": "application/json"}
            assert requests.get(url, headers=headers, timeout=PATIENCE).status_code == status
        home = tomllib.loads(Path(ready["config"]).read_text())
        assert home["quickbooks"]["main"]["realm"] == "4620816365000000"
        assert home["jira"]["main"]["url"] == ready["jira"]
    assert process.returncode == 0


@pytest.mark.parametrize(("only", "number"), [("jira", signal.SIGTERM), ("quickbooks", signal.SIGINT)])
def test_one_service_is_served_alone_and_ends_at_once_whoever_holds_a_connection(only, number):
    with command(f"--{only}-only") as (process, ready), contextlib.ExitStack() as lines:
        assert set(ready) == {"ready", only}
        assert requests.get(f"{ready[only]}/sandbox", timeout=PATIENCE).status_code == 200
        address = ("127.0.0.1", int(ready[only].rpartition(":")[2]))
        idle, half = (lines.enter_context(socket.create_connection(address, PATIENCE)) for _ in range(2))
        half.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab")
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0  # not the five minutes that an idle client may stay
        with contextlib.suppress(ConnectionResetError):  # one that nobody had taken up yet is reset
            assert idle.recv(1) == b""


def test_what_cannot_be_started_ends_with_two_and_a_reason(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('[jira]\nstart = "full"\n')
    with Server(lambda _request: Response(200)) as url:
        for arguments, reason in (
            (["--world", str(bad)], f"{bad}:2:9: jira.start: 'full' is not known"),
            (["--world", str(tmp_path / "none.toml")], "cannot be read"),
            (["--jira-only", "--jira", url.url.rpartition(":")[2]], "for jira: Address already in use"),
            (["--jira-only", "--quickbooks-only"], "leave nothing to serve"),
            (["--jira-only", str(tmp_path)], "needs both services"),
            (["--jira", "70000"], "65535"),
        ):
            ended = CliRunner().invoke(app, ["sandbox", *arguments])
            assert ended.exit_code == 2, arguments
            assert reason in re.sub(r"\s*│?\n│? *", " ", ended.stderr), arguments
            assert ended.stdout == ""


def test_a_file_that_ends_in_json_is_read_as_json(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('{"jira": {"strat": "empty"}}')
    ended = CliRunner().invoke(app, ["sandbox", "--world", str(bad)])
    assert "bad.json:1:11: unknown key 'strat' in [jira] (did you mean 'start'?)" in " ".join(
        ended.stderr.split()
    )


def test_problems_of_a_file_are_one_json_document_when_asked(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("sead = 1\n[jira]\nzome = 2\n")
    ended = CliRunner().invoke(app, ["sandbox", "--json", "--world", str(bad)])
    found = json.loads(ended.stdout)
    assert (ended.exit_code, found["ok"], [p["line"] for p in found["problems"]]) == (2, False, [1, 3])
