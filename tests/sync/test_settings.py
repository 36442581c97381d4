"""config.toml is read whole or not at all, says every mistake with its place, and never says a secret."""

from __future__ import annotations

import base64
import json
import pickle
import re
from pathlib import Path

import pytest
from pydantic import BaseModel
from settings_text import BOOKS, CANARY, ENVIRON, JIRA, KEY, LOCAL, SECRETS, SMALLEST, loaded, refused

from sync.installation.fuses import Fuse
from sync.installation.logins import Jira, QuickBooks
from sync.installation.secret import Secret
from sync.installation.settings import (
    Alerts,
    Audit,
    Log,
    Rules,
    Secrets,
    Service,
    Settings,
    Store,
    Webhooks,
    load,
)

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_the_example_is_exactly_the_defaults(config: Path) -> None:
    text = EXAMPLE.read_text()
    config.write_text(text)
    environ = dict.fromkeys(re.findall(r'"env:(\w+)"', text), KEY)
    example, problems = load(config, environ=environ)
    assert problems == []
    assert example is not None
    required = {"secrets.key", "jira.main.url", "jira.main.email", "jira.main.token"}
    required |= {f"quickbooks.main.{name}" for name in ("environment", "realm")}
    required |= {f"quickbooks.main.{name}" for name in ("client_id", "client_secret")}
    config.write_text("\n".join(line for line in text.splitlines() if not _is_optional(line, required, text)))
    smallest, problems = load(config, environ=environ)
    assert problems == []
    assert smallest is not None
    assert smallest.model_dump(mode="json") == example.model_dump(mode="json")


def _is_optional(line: str, required: set[str], text: str) -> bool:
    name = re.match(r"(\w+) = ", line)
    table = re.findall(r"^\[([\w.]+)\]", text[: text.index(line)], re.MULTILINE) if name else []
    return name is not None and f"{table[-1]}.{name[1]}" not in required


def test_every_key_stands_in_the_example_and_the_example_has_no_other() -> None:
    documented: set[tuple[str, str]] = set()
    table = ""
    for line in EXAMPLE.read_text().splitlines():
        if header := re.match(r"\[([a-z]+)", line):
            table = header[1]
        elif key := re.match(r"(?:# )?([a-z_]+) = ", line):
            assert "#" in line.removeprefix("# "), f"no comment on {key[1]}"
            documented.add((table, key[1]))
    shapes: dict[str, type[BaseModel]] = {"store": Store, "rules": Rules, "service": Service, "log": Log}
    shapes |= {"secrets": Secrets, "fuse": Fuse, "audit": Audit, "webhooks": Webhooks, "alerts": Alerts}
    shapes |= {"jira": Jira, "quickbooks": QuickBooks}
    assert set(shapes) == set(Settings.model_fields)
    assert documented == {(table, key) for table, shape in shapes.items() for key in shape.model_fields}


def test_paths_count_from_the_folder_of_the_file(config: Path) -> None:
    settings = loaded(config, SMALLEST)
    assert settings.store.url == f"sqlite:///{config.parent}/milepost.db"
    assert settings.rules.folder == f"{config.parent}/rules"
    elsewhere = loaded(config, '[store]\nurl = "sqlite:////var/lib/m.db"\n' + SMALLEST)
    assert elsewhere.store.url == "sqlite:////var/lib/m.db"


def test_settings_cannot_be_changed_afterwards(config: Path) -> None:
    settings = loaded(config, SMALLEST)
    with pytest.raises(ValueError, match="frozen"):
        settings.service.poll_seconds = 1  # type: ignore[misc]  # that is the point


def test_every_mistake_is_said_at_once_with_its_place(config: Path) -> None:
    text = f"""\
[service]
poll_seconds = "often"
pol_seconds = 5
[secrets]
key = "env:NOT_SET"
[jira.main]
url = "http://example.atlassian.net"  # a comment
token = "{CANARY}"
[quickbooks.main]
environment = "producton"
realm = "42 "
client_id = "env:ID"
client_secret = "file:missing.txt"
"""
    folder = config.parent
    assert [str(problem).removeprefix(f"{config}:") for problem in refused(config, text)] == [
        "2:16: service.poll_seconds: must be a whole number",
        "3:1: unknown key 'pol_seconds' in [service] (did you mean 'poll_seconds'?)",
        "5:7: secrets.key: the environment variable NOT_SET is not set (export NOT_SET=… before starting)",
        "7:7: jira.main.url: http://example.atlassian.net is not allowed: use https (http only on loopback)",
        "8:9: jira.main.token: a secret never stands here itself, only where it is found"
        ' (write "env:NAME" or "file:PATH")',
        "10:15: quickbooks.main.environment: 'producton' is not known (did you mean 'production'?)",
        "11:9: quickbooks.main.realm: a realm is the company's number"
        " (QuickBooks shows it as the company id)",
        f"13:17: quickbooks.main.client_secret: {folder}/missing.txt cannot be read:"
        " No such file or directory",
    ]


@pytest.mark.parametrize(
    "line",
    [
        f'token = "{CANARY}"',
        f'token = """\n{CANARY}"""',
        f'token = ["{CANARY}"]',
        f'token = {{ value = "{CANARY}" }}',
        f'token = "env:{CANARY}"',
        f'token = "keyring:{CANARY}"',
        f'tokn = "{CANARY}"',
        f'token = "{CANARY}',
        f"token = {CANARY}",
        f'token "{CANARY}"',
        f'timeout_seconds = "{CANARY}"',
        f'url = "https://me:{CANARY}@example.com"',
    ],
)
def test_a_literal_secret_is_refused_and_never_repeated(config: Path, line: str) -> None:
    refused(config, f"{SECRETS}[jira.main]\n{line}\n{BOOKS}")


def test_a_store_url_with_a_password_is_refused_and_never_repeated(config: Path) -> None:
    (problem,) = refused(config, f'[store]\nurl = "postgresql://me:{CANARY}@db/books"\n{SMALLEST}')
    assert 'password = "env:NAME"' in problem.hint
    settings = loaded(
        config, f'[store]\nurl = "postgresql://me@db/books?sslmode=require"\npassword = "env:DB"\n{SMALLEST}'
    )
    assert settings.store.address == "postgresql://me:a%2Fb%40c@db/books?sslmode=require"
    assert "a%2Fb" not in repr(settings)


@pytest.mark.parametrize(
    "url", ["mysql://db/books", "sqlite://", "sqlite:///:memory:", "sqlite:///a?mode=ro"]
)
def test_a_store_that_does_not_last_is_refused(config: Path, url: str) -> None:
    (problem,) = refused(config, f'[store]\nurl = "{url}"\n{SMALLEST}')
    assert (problem.line, problem.column) == (2, 7)


def test_a_secret_file_is_read_from_beside_the_settings(config: Path) -> None:
    (config.parent / "token").write_text(f"  {CANARY}\n")
    (config.parent / "token").chmod(0o600)
    settings = loaded(config, SMALLEST.replace("env:T", "file:token"))
    assert settings.jira["main"].token.reveal() == CANARY


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        (CANARY.encode(), 0o640, "can be read by other users"),
        (CANARY.encode(), 0o604, "can be read by other users"),
        (b" \n", 0o600, "is empty"),
        (b"\xff\xfe", 0o600, "is not text in UTF-8"),
        (b"x" * 70_000, 0o600, "is too large to be a secret"),
    ],
)
def test_an_unfit_secret_file_is_a_problem(config: Path, content: bytes, mode: int, reason: str) -> None:
    (config.parent / "token").write_bytes(content)
    (config.parent / "token").chmod(mode)
    (problem,) = refused(config, SMALLEST.replace("env:T", "file:token"))
    assert problem.message == f"jira.main.token: {config.parent}/token {reason}"


def test_a_folder_is_no_secret_file(config: Path) -> None:
    (problem,) = refused(config, SMALLEST.replace("env:T", "file:."))
    assert problem.message.endswith("is not a file")


def test_an_empty_variable_is_a_problem(config: Path) -> None:
    config.write_text(SMALLEST)
    settings, problems = load(config, environ={**ENVIRON, "T": "  "})
    assert settings is None
    assert [problem.message for problem in problems] == [
        "jira.main.token: the environment variable T is empty"
    ]


@pytest.mark.parametrize("token", ["two\nlines", "two words", "schlüssel", "nul\0"])
def test_a_token_that_cannot_be_one_is_refused_before_it_is_sent(config: Path, token: str) -> None:
    config.write_text(SMALLEST)
    settings, problems = load(config, environ={**ENVIRON, "T": token})
    assert settings is None
    assert [problem.message for problem in problems] == [
        "jira.main.token: what env:T holds has characters that no token has"
    ]


@pytest.mark.parametrize("email", ["", "nobody", "a:b@example.com", "a b@example.com"])
def test_an_account_without_a_mail_address_is_refused(config: Path, email: str) -> None:
    (problem,) = refused(config, SECRETS + JIRA + f'email = "{email}"\n' + BOOKS)
    assert problem.message == "jira.main.email: this is no mail address of an account"


@pytest.mark.parametrize("key", ["c2hvcnQ=", "no base64 at all", base64.b64encode(bytes(33)).decode()])
def test_a_key_of_another_length_is_refused(config: Path, key: str) -> None:
    config.write_text(SMALLEST)
    settings, problems = load(config, environ={**ENVIRON, "KEY": key})
    assert settings is None
    assert [(problem.line, problem.message) for problem in problems] == [
        (2, "secrets.key: the key is 32 bytes in base64")
    ]


def test_the_key_is_the_bytes_behind_the_base64(config: Path) -> None:
    assert loaded(config, SMALLEST).secrets.key_bytes == bytes(range(32))


def test_rules_can_be_looked_at_without_any_login(config: Path) -> None:
    config.write_text(SMALLEST)
    settings, problems = load(config, environ={}, secrets=False)
    assert problems == []
    assert settings is not None
    with pytest.raises(LookupError, match="env:T cannot be read: the environment variable T is not set"):
        settings.jira["main"].token.reveal()


def test_an_environment_fixes_its_addresses(config: Path) -> None:
    sandbox = loaded(config, SMALLEST).quickbooks["main"]
    production = loaded(config, SMALLEST.replace("sandbox", "production")).quickbooks["main"]
    local = loaded(config, SECRETS + JIRA + LOCAL).quickbooks["main"]
    assert sandbox.api_base == "https://sandbox-quickbooks.api.intuit.com"
    assert production.api_base == "https://quickbooks.api.intuit.com"
    assert production.token_address == "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
    assert (local.api_base, local.token_address) == ("http://127.0.0.1:8082", "http://127.0.0.1:8082/token")


def test_only_a_local_environment_has_addresses_of_its_own(config: Path) -> None:
    own = 'api_url = "http://127.0.0.1:1"\ntoken_url = "http://127.0.0.1:1"\n'
    problems = refused(config, SMALLEST + own)
    assert [problem.message.split(": ")[0] for problem in problems] == [
        "quickbooks.main.api_url",
        "quickbooks.main.token_url",
    ]


def test_a_local_environment_names_both_addresses(config: Path) -> None:
    problems = refused(config, SMALLEST.replace("sandbox", "local"))
    assert {problem.message for problem in problems} == {
        "quickbooks.main: a local environment needs api_url",
        "quickbooks.main: a local environment needs token_url",
    }


@pytest.mark.parametrize(
    "url", ["http://192.168.1.9:8082", "https://quickbooks.api.intuit.com", "ftp://127.0.0.1"]
)
def test_a_local_environment_stays_on_this_machine(config: Path, url: str) -> None:
    (problem,) = refused(
        config, (SECRETS + JIRA + LOCAL).replace('api_url = "http://127.0.0.1:8082"', f'api_url = "{url}"')
    )
    assert problem.message.startswith("quickbooks.main.api_url: ")


def test_an_unknown_outcome_waits_longer_than_quickbooks_may_work(config: Path) -> None:
    (problem,) = refused(config, SMALLEST + "settle_seconds = 120\n")
    assert "must be more than 120 seconds" in problem.message
    assert loaded(config, SMALLEST + "settle_seconds = 121\n").quickbooks["main"].settle_seconds == 121
    assert (
        loaded(config, SECRETS + JIRA + LOCAL + "settle_seconds = 0\n").quickbooks["main"].settle_seconds == 0
    )


def test_one_company_has_one_name(config: Path) -> None:
    (problem,) = refused(config, SMALLEST + BOOKS.replace("main", "again"))
    assert problem.message == "quickbooks.again.realm: the same company as quickbooks.main"


def test_a_file_that_cannot_be_read_is_a_problem(config: Path) -> None:
    (problem,) = load(config)[1]
    assert problem.message == "cannot be read: No such file or directory"
    assert "config.example.toml" in problem.hint
    config.write_bytes(b"[store]\nurl = '\xff'\n")
    (problem,) = load(config)[1]
    assert (problem.line, problem.message) == (2, "is not text in UTF-8")


def test_a_secret_shows_itself_to_nobody(config: Path) -> None:
    settings = loaded(config, SMALLEST)
    secret = settings.jira["main"].token
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        "{}".format(secret),  # noqa: UP032  # every way of formatting
        repr(settings),
        str(settings),
    ]
    shown += [
        settings.model_dump_json(),
        json.dumps(settings.model_dump(mode="json")),
        repr(settings.model_dump()),
    ]
    assert not [text for text in shown if CANARY in text]
    with pytest.raises(TypeError, match="not copied or written"):
        pickle.dumps(secret)
    assert secret.reveal() == CANARY


def test_all_secrets_are_found_for_redaction(config: Path) -> None:
    settings = loaded(config, f'[store]\nurl = "postgresql://me@db/b"\npassword = "env:DB"\n{SMALLEST}')
    assert {secret.reveal() for secret in settings.all_secrets()} == set(ENVIRON.values())
    assert all(isinstance(secret, Secret) for secret in settings.all_secrets())


def test_a_misspelt_environment_is_one_mistake_whatever_depends_on_it(config: Path) -> None:
    (problem,) = refused(config, SECRETS + JIRA + LOCAL.replace('"local"', '"lcal"') + "settle_seconds = 0\n")
    assert "'lcal' is not known" in problem.message
