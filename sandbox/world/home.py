"""A folder in which the `milepost` command works at once: configuration, contract files, secrets."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from string import Template

from sandbox.world.generate import World
from sandbox.world.site import LOGIN, TOKEN

_CONFIG = Template("""\
# Made for the sandbox. Everything stays on this machine and nothing here is worth stealing.
[store]
url = "sqlite:///milepost.db"

[rules]
folder = "rules"

[secrets]
key = "file:secrets/store-key"

[jira.main]
hosting = "local"
url = "$jira_url"
email = "$login"
token = "file:secrets/jira-token"

[quickbooks.main]
environment = "local"
realm = "$realm"
client_id = "file:secrets/quickbooks-client-id"
client_secret = "file:secrets/quickbooks-client-secret"
refresh_token = "file:secrets/quickbooks-refresh-token"
api_url = "$quickbooks_url"
token_url = "$quickbooks_url/oauth2/v1/tokens/bearer"
requests_per_minute = 6000
requests_per_second = 200
settle_seconds = 10
document_page = "$quickbooks_url/sandbox/company/$realm/{kind}s/{id}"
""")


def write_home(world: World, folder: Path, jira_url: str, quickbooks_url: str) -> Path:
    """Write `config.toml`, `rules/*.toml` and `secrets/*` (readable by their owner only) into `folder`.

    QuickBooks is connected anew for it. Existing files of these names are replaced; a store that stands
    there is left alone. Returns the path of config.toml.
    """
    rules, secrets = folder / "rules", folder / "secrets"
    rules.mkdir(parents=True, exist_ok=True)
    secrets.mkdir(mode=0o700, exist_ok=True)
    for name, text in world.contracts.items():
        (rules / name).write_text(text, "utf-8")
    for name, value in _secrets(world).items():
        path = secrets / name
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(value + "\n", "utf-8")
    config = folder / "config.toml"
    values = {"jira_url": jira_url, "quickbooks_url": quickbooks_url, "login": LOGIN, "realm": world.realm}
    config.write_text(_CONFIG.substitute(values), "utf-8")
    return config


def _secrets(world: World) -> dict[str, str]:
    tokens = world.quickbooks.tokens
    return {
        "store-key": b64encode(world.seed.to_bytes(32, "big", signed=True)).decode(),
        "jira-token": TOKEN,
        "quickbooks-client-id": tokens.client_id,
        "quickbooks-client-secret": tokens.client_secret,
        "quickbooks-refresh-token": tokens.connect(world.realm).refresh_token,
    }
