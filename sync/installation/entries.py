"""What a single entry of config.toml may be: types that check a value, resolve it and say what is wrong.

The context of validation may give `folder` (paths count from it), `environ`, and `secrets`: False leaves
secrets unread.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core.core_schema import ValidationInfo

from connectors.http import checked_base_url, is_loopback
from mappings.tables.currencies import no_amount_of, unknown_currency
from mappings.tables.written import money_text
from mappings.words.mistakes import Mistake
from sync.installation.secret import Secret

_KEY_BYTES = 32
_MAKE_A_KEY = "make one with: openssl rand -base64 32"
_GATEWAY = re.compile(r"https://api\.atlassian\.com/ex/jira/[A-Za-z0-9-]{1,64}")
_ANSWER_LIMIT = 120  # seconds that QuickBooks itself may take over one request


class Table(BaseModel):
    """A table of the file: what it does not know is a mistake, and nothing changes it afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)


def _folder(info: ValidationInfo) -> Path:
    """Paths in the file count from the folder that it stands in."""
    folder: Path = (info.context or {}).get("folder", Path())
    return folder.absolute()


def _are_read(info: ValidationInfo) -> bool:
    return bool((info.context or {}).get("secrets", True))


def _store_url(url: str, info: ValidationInfo) -> str:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        name = url.removeprefix("sqlite:///")
        if name == url or not name or name.startswith(":") or "?" in name:
            raise Mistake("the store is a file that lasts", 'write "sqlite:///FILE"')
        return f"sqlite:///{_folder(info) / name}"
    if parts.scheme not in {"postgresql", "postgres"}:
        raise Mistake(
            "the store is SQLite or PostgreSQL", '"sqlite:///FILE" or "postgresql://USER@HOST/NAME"'
        )
    if parts.password is not None or "password" in parts.query:
        raise Mistake("the url carries a password", 'take it out and write password = "env:NAME" below it')
    return url


def _rules_folder(folder: str, info: ValidationInfo) -> str:
    return str(_folder(info) / folder)


def _head_file(path: str, info: ValidationInfo) -> str:
    return str(_folder(info) / path) if path else ""


def _web_address(url: str) -> str:
    try:
        return checked_base_url(url)
    except ValueError as error:
        raise Mistake(str(error)) from None


def _site_address(url: str, info: ValidationInfo) -> str:
    """The address of a Jira site, which has to be where its hosting says: a login is shown to nobody else."""
    address, hosting = _web_address(url), info.data.get("hosting")
    parts = urlsplit(address)
    host, own = parts.hostname or "", is_loopback(parts.hostname or "")
    atlassian = host.endswith(".atlassian.net") or _GATEWAY.fullmatch(address) is not None
    if hosting == "cloud" and not atlassian:
        hint = 'hosting = "data_center" for a server of your own, "local" for one on this machine'
        raise Mistake("this is no address of a Jira site at Atlassian", hint)
    if hosting == "local" and not own:
        raise Mistake("a local site is on this machine", 'such as "http://127.0.0.1:8081"')
    if hosting == "data_center" and (own or atlassian or _is_number(host)):
        raise Mistake("a server of your own is named by its host", 'such as "https://jira.example.com"')
    return address


def _is_number(host: str) -> bool:
    return ":" in host or re.fullmatch(r"[0-9.]+", host) is not None


def _own_address(url: str | None, info: ValidationInfo) -> str | None:
    match info.data.get("environment"):
        case "local" if url is None:
            raise Mistake(f"a local environment needs {info.field_name}")
        case "production" | "sandbox" if url is not None:
            raise Mistake("only a local environment has addresses of its own", "take it out")
    if url is not None and urlsplit(url).scheme != "http":
        raise Mistake("a local QuickBooks is on this machine", 'such as "http://127.0.0.1:8082"')
    return _web_address(url) if url is not None else None


def _redirect_url(url: str) -> str:
    parts = urlsplit(url)
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    listens = parts.scheme == "http" and is_loopback(parts.hostname or "") and parts.port
    if not plain or not parts.path or not ((parts.scheme == "https" and parts.hostname) or listens):
        hint = 'such as "http://localhost:8765/connected", or a page of yours with https'
        raise Mistake("a person is sent back to a port of this machine, or over https", hint)
    return url


def _listen(address: str) -> str:
    host, _, port = address.rpartition(":")
    if address and not (
        re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9a-f:.]+\]", host) and port.isdigit() and int(port) < 65536
    ):
        raise Mistake("this is no address to listen at", 'such as "127.0.0.1:8780"')
    return address


def host_and_port(address: str) -> tuple[str, int] | None:
    """Of an address to listen at; None of ""."""
    host, _, port = address.rpartition(":")
    return (host.strip("[]"), int(port)) if address else None


def _credential(secret: Secret, info: ValidationInfo) -> Secret:
    # It becomes part of a header: an error of the HTTP library about a line break in it would quote it.
    if _are_read(info) and not re.fullmatch(r"[!-~]+", secret.reveal()):
        raise Mistake(f"what {secret.origin} holds has characters that no token has", "is it the whole file?")
    return secret


def _mailbox(address: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", address):
        raise Mistake("this is no mail address", 'such as "billing@example.com"')
    return address


def _hook_address(secret: Secret, info: ValidationInfo) -> Secret:
    if _are_read(info):
        _web_address(secret.reveal())
    return secret


def _email(email: str | None) -> str | None:
    if email is not None and not re.fullmatch(r"[!-~]+@[!-~]+", email.replace(":", " ")):
        raise Mistake("this is no mail address of an account")
    return email


def _settle(seconds: int, info: ValidationInfo) -> int:
    # Without an environment, because its own word is a mistake, nothing is known of how long it may take.
    if info.data.get("environment") in ("production", "sandbox") and seconds <= _ANSWER_LIMIT:
        raise Mistake("must be more than 120 seconds", "a request may be at work there for so long")
    return seconds


def _document_page(template: str) -> str:
    plain = template.replace("{kind}", "").replace("{id}", "")
    parts = urlsplit(plain)
    if template and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username):
        raise Mistake("this is no web address", 'such as "https://app.qbo.intuit.com/app/{kind}?txnId={id}"')
    if template and ("{id}" not in template or "{" in plain or "}" in plain or not plain.isprintable()):
        raise Mistake("{id} has to stand in it, and {kind} may", "they become 145 and invoice")
    return template


def sealing_key(key: Secret) -> bytes:
    """The 32 bytes of a key that seals tokens; Mistake when it is none."""
    found = key_bytes(key)
    if len(found) != _KEY_BYTES:
        raise Mistake("the key is 32 bytes in base64", _MAKE_A_KEY)
    return found


def _key(key: Secret, info: ValidationInfo) -> Secret:
    if _are_read(info):
        sealing_key(key)
    return key


def key_bytes(key: Secret) -> bytes:
    """The bytes behind base64; b"" when it is none."""
    try:
        return base64.b64decode(key.reveal(), validate=True)
    except ValueError:
        return b""


def _realm(realm: str) -> str:
    if not (realm.isascii() and realm.isdigit()):
        raise Mistake("a realm is the company's number", "QuickBooks shows it as the company id")
    return realm


def _amounts(amounts: dict[str, str]) -> dict[str, str]:
    for currency, amount in amounts.items():
        if (unknown := unknown_currency(currency)) is not None:
            raise Mistake(*unknown, (currency,), on_key=True)
        if (finer := no_amount_of(currency, amount)) is not None:
            raise Mistake(*finer, (currency,))
    return amounts


StoreUrl = Annotated[str, AfterValidator(_store_url)]
RulesFolder = Annotated[str, AfterValidator(_rules_folder)]
SiteAddress = Annotated[str, AfterValidator(_site_address)]
HeadFile = Annotated[str, AfterValidator(_head_file)]
OwnAddress = Annotated[str | None, AfterValidator(_own_address)]
Realm = Annotated[str, AfterValidator(_realm)]
DocumentPage = Annotated[str, AfterValidator(_document_page)]
Email = Annotated[str | None, AfterValidator(_email)]
RedirectUrl = Annotated[str, AfterValidator(_redirect_url)]
Listen = Annotated[str, AfterValidator(_listen)]
Credential = Annotated[Secret, AfterValidator(_credential)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
HookAddress = Annotated[Secret, AfterValidator(_hook_address)]
SealingKey = Annotated[Secret, AfterValidator(_key)]
Amounts = Annotated[dict[str, Annotated[str, BeforeValidator(money_text)]], AfterValidator(_amounts)]
SettleSeconds = Annotated[int, Field(ge=0), AfterValidator(_settle)]
