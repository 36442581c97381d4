"""The smallest config.toml that loads, piece by piece, and loading it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from model.finding import Problem
from sync.installation.settings import Settings, load

KEY = base64.b64encode(bytes(range(32))).decode()
CANARY = "canary-4f9a1c-do-not-show"
ENVIRON = {"KEY": KEY, "T": CANARY, "ID": "id", "S": "sss", "R": "rrr", "DB": "a/b@c"}
SECRETS = '[secrets]\nkey = "env:KEY"\n'
JIRA = '[jira.main]\nurl = "https://example.atlassian.net"\ntoken = "env:T"\n'
LOGIN = 'client_id = "env:ID"\nclient_secret = "env:S"\nrefresh_token = "env:R"\n'
BOOKS = f'[quickbooks.main]\nenvironment = "sandbox"\nrealm = "42"\n{LOGIN}'
LOCAL = f'[quickbooks.main]\nenvironment = "local"\nrealm = "42"\n{LOGIN}'
LOCAL += 'api_url = "http://127.0.0.1:8082"\ntoken_url = "http://127.0.0.1:8082/token"\n'
SMALLEST = SECRETS + JIRA + BOOKS


def loaded(config: Path, text: str, **given: Any) -> Settings:
    config.write_text(text)
    settings, problems = load(config, environ=ENVIRON, **given)
    assert problems == []
    assert settings is not None
    return settings


def refused(config: Path, text: str) -> list[Problem]:
    """The problems; a refused file gives no settings, and no problem shows the canary."""
    config.write_text(text)
    settings, problems = load(config, environ=ENVIRON)
    assert settings is None
    assert problems
    assert CANARY not in " ".join(map(str, problems))
    return problems
