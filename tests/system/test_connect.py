"""`milepost connect`: a person agrees at the sandbox's own login, and the service works by what was granted."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from launcher import PRODUCT, Launcher, Process
from office import Office, assert_billed_once
from service import log_of, serving, ticks, until

from sandbox import faults
from sandbox.jira.grants import OAuthApp

TOKENS = "/oauth2/v1/tokens/bearer"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def back(office: Office) -> str:
    """The office without any login to QuickBooks; where a person is sent back."""
    text = office.config.read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("refresh_token")]
    office.config.write_text("\n".join(lines) + "\n", "utf-8")
    address = f"http://localhost:{free_port()}/connected"
    office.configure(f'redirect_url = "{address}"\n')
    return address


def address_in(said: str) -> str:
    (found,) = [line for line in said.splitlines() if line.startswith("http://127.0.0.1")]
    return found


def browse(process: Process) -> str:
    """Be the browser: follow the address that the command shows, to the end."""
    said = process.wait_for("state=")
    with urllib.request.urlopen(address_in(said), timeout=20) as page:
        return str(page.read().decode())


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=20) as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_company_is_connected_by_a_person_and_billed_from_then_on(
    office: Office, back: str, launcher: Launcher
) -> None:
    epic = office.epic("Checkout", 10)
    before = launcher.run("apply", "--json", cwd=office.home)
    assert before.code == 1
    assert "never connected" in before.document["trouble"][0]["reason"]
    assert "milepost connect" in before.document["trouble"][0]["hint"]
    process = launcher.start("connect", "quickbooks", "--json", cwd=office.home)
    assert "Go back to the terminal" in browse(process)
    outcome = process.wait()
    assert outcome.code == 0, outcome.err
    assert outcome.document["name"] == "main"
    assert outcome.document["opens"] == office.books.info.body["CompanyName"]
    assert outcome.document["ends_at"] is not None
    assert launcher.run("apply", cwd=office.home).code == 0
    assert_billed_once(office, epic)
    stored = b"".join(path.read_bytes() for path in office.home.glob("milepost.db*"))
    tokens = office.sandbox.world.quickbooks.tokens
    for value in [*tokens._access, *(each.value for each in tokens._connections)]:
        assert value.encode() not in stored
        assert value not in outcome.out + outcome.err


def test_a_foreign_or_missing_state_is_refused_and_the_attempt_goes_on(
    office: Office, back: str, launcher: Launcher
) -> None:
    process = launcher.start("connect", "quickbooks", cwd=office.home)
    process.wait_for("state=")
    realm = office.books.realm
    for told in (f"code=c&realmId={realm}", f"code=c&realmId={realm}&state=guessed", ""):
        assert status_of(f"{back}?{told}") == 400
    assert status_of(back.replace("/connected", "/")) == 404
    assert status_of(back.replace("localhost", "127.0.0.1")) == 404  # an address that nobody was sent to
    assert office.sandbox.quickbooks_log.count("POST", TOKENS) == 0
    browse(process)
    assert process.wait().code == 0


def test_a_consent_for_another_company_is_refused_before_its_code_is_used(
    office: Office, back: str, launcher: Launcher
) -> None:
    office.set("realm", '"1234512345"')
    process = launcher.start("connect", "quickbooks", cwd=office.home)
    browse(process)
    outcome = process.wait()
    assert outcome.code == 1
    assert f"the consent is for company {office.books.realm}; config.toml names 1234512345" in outcome.err
    assert office.sandbox.quickbooks_log.count("POST", TOKENS) == 0
    after = launcher.run("plan", "--json", cwd=office.home)
    assert "never connected" in after.document["trouble"][0]["reason"]


def test_keys_that_are_refused_keep_nothing(office: Office, back: str, launcher: Launcher) -> None:
    (office.home / "secrets" / "quickbooks-client-secret").write_text("wrong")
    process = launcher.start("connect", "quickbooks", cwd=office.home)
    browse(process)
    outcome = process.wait()
    assert outcome.code == 1
    assert "Check client_id and client_secret" in outcome.err


def test_a_pair_that_does_not_open_the_company_is_not_kept(
    office: Office, back: str, launcher: Launcher
) -> None:
    wrong = '{"fault":{"error":[{"message":"wrong cluster","code":"130"}],"type":"AUTHENTICATION"}}'
    office.sandbox.quickbooks_faults.add(faults.answer(401, wrong), path="/v3/company", count=None)
    process = launcher.start(
        "connect", "quickbooks", cwd=office.home
    )  # keys of one environment, books of another
    browse(process)
    outcome = process.wait()
    assert outcome.code == 1
    assert "Are the application's keys those of this environment?" in outcome.err
    office.sandbox.quickbooks_faults.clear()
    after = launcher.run("plan", "--json", cwd=office.home)
    assert "never connected" in after.document["trouble"][0]["reason"]


def test_a_store_of_one_environment_is_refused_by_another(office: Office, launcher: Launcher) -> None:
    office.epic("Checkout", 10)
    assert launcher.run("plan", cwd=office.home).code == 0
    text = office.config.read_text("utf-8")
    local = [line for line in text.splitlines() if not line.startswith(("api_url", "token_url", "settle"))]
    real = "\n".join(local).replace('environment = "local"', 'environment = "sandbox"')
    office.config.write_text(real + "\n", "utf-8")
    for command in (("plan",), ("apply",), ("status",), ("connect", "quickbooks")):
        outcome = launcher.run(*command, cwd=office.home)
        assert outcome.code == 2
        assert "is for local books, and the configuration names sandbox ones" in outcome.err


def test_on_a_machine_without_a_browser_the_address_is_pasted(office: Office, back: str) -> None:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    command = (sys.executable, "-c", "from cli import main; main()", "connect", "quickbooks", "--paste")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=office.home,
        env=os.environ | {"PYTHONPATH": str(PRODUCT)},
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        address = next(line.strip() for line in process.stderr if "state=" in line)
        with pytest.raises(urllib.error.HTTPError) as sent_back:
            urllib.request.build_opener(Stay).open(address, timeout=20)
        where = sent_back.value.headers["Location"]
        sent_back.value.close()
        out, err = process.communicate(f"only-a-code\n\n{where}\n", timeout=60)
    assert process.returncode == 0, err
    assert "! this is not the address that the browser was sent to" in err
    assert "QuickBooks is connected: main is" in out


def test_a_site_is_connected_as_an_app_and_read_through_the_gateway(
    office: Office, launcher: Launcher, tmp_path: Path
) -> None:
    back = f"http://localhost:{free_port()}/connected"
    office.sandbox.announce()
    site = office.sandbox.world.jira
    site.grants.apps["app-1"] = OAuthApp("app-1", "app-secret-1", (back,))
    for name, value in (("jira-client-id", "app-1"), ("jira-client-secret", "app-secret-1")):
        (office.home / "secrets" / name).touch(mode=0o600)
        (office.home / "secrets" / name).write_text(value)
    text = office.config.read_text("utf-8")
    login = text[text.index("email = ") : text.index("[quickbooks.main]")]
    app = 'client_id = "file:secrets/jira-client-id"\nclient_secret = "file:secrets/jira-client-secret"\n'
    office.config.write_text(text.replace(login, f'{app}redirect_url = "{back}"\n\n'), "utf-8")
    epic = office.epic("Checkout", 10)
    assert "never connected" in launcher.run("plan", cwd=office.home).err
    process = launcher.start("connect", "jira", "--json", cwd=office.home)
    browse(process)
    outcome = process.wait()
    assert outcome.code == 0, outcome.err
    assert outcome.document["opens"] == office.sandbox.jira_url
    office.forget_requests()
    applied = launcher.run("apply", cwd=office.home)
    assert applied.code == 0, applied.err
    assert_billed_once(office, epic)
    paths = {urlsplit(call.path).path for call in office.sandbox.jira_log}
    assert {path for path in paths if not path.startswith(f"/ex/jira/{site.site.cloud_id}/")} == set()


def test_a_new_key_takes_over_everything_or_nothing(office: Office, launcher: Launcher) -> None:
    epic = office.epic("Checkout", 10)
    assert launcher.run("apply", cwd=office.home).code == 0  # a rotated pair is in the store now
    key = office.home / "secrets" / "store-key"
    former = office.home / "secrets" / "former-key"
    former.touch(mode=0o600)
    former.write_text(key.read_text())
    key.write_text(b64encode(bytes(range(32))).decode())
    locked = launcher.run("plan", cwd=office.home)
    assert locked.code == 1
    assert "rotate-key" in locked.err
    wrong = launcher.run("connect", "rotate-key", "--former", "file:secrets/store-key", cwd=office.home)
    assert wrong.code == 1
    assert "Nothing was changed" in wrong.err
    literal = launcher.run("connect", "rotate-key", "--former", former.read_text(), cwd=office.home)
    assert literal.code == 2
    assert former.read_text() not in literal.err
    turned = launcher.run(
        "connect", "rotate-key", "--former", "file:secrets/former-key", "--json", cwd=office.home
    )
    assert turned.code == 0, turned.err
    assert turned.document["resealed"] == 1
    former.unlink()
    assert launcher.run("apply", cwd=office.home).code == 0
    assert_billed_once(office, epic)


def test_while_a_company_is_not_connected_nothing_is_lost_and_the_service_goes_on_by_itself(
    office: Office, back: str, launcher: Launcher
) -> None:
    first = launcher.start("connect", "quickbooks", cwd=office.home)
    browse(first)
    assert first.wait().code == 0
    before, tokens = office.epic("Checkout", 10), office.sandbox.world.quickbooks.tokens
    with serving(office):
        until(lambda: len(office.made()) == 1)
        for connection in list(tokens._connections):
            tokens.revoke(connection.value)
        until(lambda: '"service.unavailable"' in log_of(office))
        office.forget_requests()
        seen, meanwhile = ticks(office), office.epic("Search", 20)
        until(lambda: ticks(office) >= seen + 4)
        assert office.sandbox.jira_log.count("POST", "bulkfetch") > 0  # the other side is read all the same
        assert len(office.sandbox.quickbooks_log) == 0  # who said no is not asked with every look
        assert log_of(office).count('"service.unavailable"') == 1
        status = launcher.run("status", "--json", cwd=office.home)
        assert status.code == 1
        assert [(each["code"], each["subject"]) for each in status.document["connections"]] == [
            ("connection.lost", "quickbooks.main")
        ]
        asking = launcher.run("decide", cwd=office.home).out
        assert "the connection was revoked" in asking
        assert "`milepost connect quickbooks main`" in asking
        again = launcher.start("connect", "quickbooks", cwd=office.home)
        browse(again)
        assert again.wait().code == 0
        until(lambda: len(office.made()) == 2)
        until(lambda: '"service.recovered"' in log_of(office))
    assert log_of(office).count('"service.unavailable"') == 1
    assert_billed_once(office, before, meanwhile)
    after = launcher.run("status", "--json", cwd=office.home).document
    assert after["connections"] == []
    assert {each["name"] for each in after["lasting"]} == {"quickbooks.main"}
