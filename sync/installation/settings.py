"""The settings of one installation, read from config.toml: typed, frozen, every problem at once.

Nothing is half loaded: either all of it is good, or there are problems with line and column. A value of the
file is never repeated in a problem, because a secret may have been written there by mistake.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, Field, model_validator

from mappings.grammar.tomlfile import parse
from mappings.words.mistakes import Mistake
from model.finding import Problem
from sync.installation import entries
from sync.installation.entries import Table
from sync.installation.fuses import Fuse
from sync.installation.logins import Jira, QuickBooks
from sync.installation.secret import Secret
from sync.planning.fuse import Limits


class Store(Table):
    """Where everything known is kept. The path in a SQLite `url` is absolute; a password stands apart."""

    url: entries.StoreUrl = "sqlite:///milepost.db"
    password: Secret | None = None

    @property
    def address(self) -> str:
        """The url with the password in it: for opening the store and for nothing that is shown."""
        if self.password is None:
            return self.url
        parts = urlsplit(self.url)
        user, at, place = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{user}:{quote(self.password.reveal(), safe='')}{at}{place}").geturl()


class Rules(Table):
    """Where the contract files are; absolute."""

    folder: entries.RulesFolder = "rules"


class Service(Table):
    """The pace of `milepost run`: seconds between polls, hours between full re-readings by id, and between two times
    that all is held against each other (0: never); where its figures are served, `HOST:PORT` or "" for nowhere."""

    poll_seconds: Annotated[int, Field(ge=1)] = 300
    reread_hours: Annotated[int, Field(ge=1)] = 24
    reconcile_hours: Annotated[int, Field(ge=0)] = 24
    metrics_listen: entries.Listen = ""

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Host and port of the figures; None for nowhere."""
        return entries.host_and_port(self.metrics_listen)


class Secrets(Table):
    """The key that seals tokens at rest."""

    key: entries.SealingKey

    @property
    def key_bytes(self) -> bytes:
        """The 32 bytes."""
        return entries.key_bytes(self.key)


class Log(Table):
    """What is logged, and how: "auto" is a console for people on a terminal, else a JSON object a line."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"


class Audit(Table):
    """Where the audit's head is published; absolute, "" for nowhere."""

    head_file: entries.HeadFile = ""


_OF_DEFAULTS = ("store", "rules", "service", "log", "audit", "webhooks", "fuse", "alerts")


class Webhooks(Table):
    """Where notifications of Jira and QuickBooks are taken, `HOST:PORT`; "" for nowhere."""

    listen: entries.Listen = ""

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port to listen at; None for nowhere."""
        return entries.host_and_port(self.listen)


class Alerts(Table):
    """Who is told what asks for a person: by mail, at a web address, both or nobody; at most every so many minutes."""

    every_minutes: Annotated[int, Field(ge=1)] = 15
    mail_to: list[entries.Mailbox] = Field(default_factory=list)
    mail_from: entries.Mailbox | None = None
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_user: str = ""
    smtp_password: Secret | None = None
    webhook_url: entries.HookAddress | None = None

    @model_validator(mode="after")
    def _mail_has_a_server_and_a_sender(self) -> Alerts:
        if self.mail_to and not (self.smtp_host and self.mail_from):
            raise Mistake("mail needs smtp_host and mail_from", "a server that takes your mail", ("mail_to",))
        if bool(self.smtp_user) != (self.smtp_password is not None):
            raise Mistake("smtp_user and smtp_password stand together")
        return self


class Settings(Table):
    """All of config.toml. `jira` and `quickbooks` by the names that contract files use."""

    store: Store
    rules: Rules
    service: Service
    secrets: Secrets
    log: Log
    audit: Audit
    webhooks: Webhooks
    fuse: Fuse
    alerts: Alerts
    jira: Annotated[dict[str, Jira], Field(min_length=1)]
    quickbooks: Annotated[dict[str, QuickBooks], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _tables_of_defaults_may_be_absent(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**{name: {} for name in _OF_DEFAULTS}, **data}

    @model_validator(mode="after")
    def _a_company_has_one_name(self) -> Settings:
        # Two names would mean two limiters, and two drafts for one milestone.
        names: dict[str, str] = {}
        for name, company in self.quickbooks.items():
            first = names.setdefault(company.realm, name)
            if first != name:
                raise Mistake(f"the same company as quickbooks.{first}", "", ("quickbooks", name, "realm"))
        return self

    @model_validator(mode="after")
    def _trials_and_the_real_books_stay_apart(self) -> Settings:
        environments = {company.environment: name for name, company in self.quickbooks.items()}
        for environment, name in environments.items():
            if environment != self.environment:
                raise Mistake(
                    f"{environment} stands beside {self.environment}",
                    "an installation is for one of them: another config.toml with a store of its own",
                    ("quickbooks", name, "environment"),
                )
        for name, site in self.jira.items():
            if site.hosting == "local" and self.environment == "production":
                hint = "work that was made up must not reach the real books"
                raise Mistake("a local site stands beside production", hint, ("jira", name, "hosting"))
        return self

    @model_validator(mode="after")
    def _who_listens_knows_a_signature(self) -> Settings:
        secrets = [site.webhook_secret for site in self.jira.values()]
        secrets += [company.webhook_verifier for company in self.quickbooks.values()]
        if self.webhooks.listen and not any(secrets):
            hint = "webhook_secret of a site, or webhook_verifier of a company"
            raise Mistake("nobody could be believed", hint, ("webhooks", "listen"))
        return self

    @property
    def environment(self) -> str:
        """What all its books are: "production", "sandbox" or "local"."""
        return next(iter(self.quickbooks.values())).environment

    def account_of(self, side: str) -> str:
        """What the tokens of a side ("jira.main", "quickbooks.main") are kept under."""
        service, _, name = side.partition(".")
        return self.jira[name].account if service == "jira" else self.quickbooks[name].account

    def limits_of(self, company: str) -> Limits:
        """What the plans of a company may move: what its own table says, else the common one."""
        own = self.quickbooks[company].fuse
        said = {name: getattr(own, name) for name in own.model_fields_set} if own is not None else {}
        return self.fuse.model_copy(update=said).limits()

    def all_secrets(self) -> Iterator[Secret]:
        """Every secret, for those who must keep them out of sight."""
        tables: list[BaseModel] = [
            self.store,
            self.secrets,
            self.alerts,
            *self.jira.values(),
            *self.quickbooks.values(),
        ]
        for table in tables:
            yield from (value for _, value in table if isinstance(value, Secret))


def load(
    path: Path, *, environ: Mapping[str, str] | None = None, secrets: bool = True
) -> tuple[Settings | None, list[Problem]]:
    """The settings at `path` and no problems, or None and all problems in the order of the file.

    With `secrets` False references are checked, and read when they are needed: who only looks needs no login.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        hint = "copy config.example.toml, or name the file with --config"
        return None, [Problem(str(path), 1, 1, f"cannot be read: {error.strerror}", hint)]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [Problem(str(path), line, 1, "is not text in UTF-8")]
    context: dict[str, Any] = {
        "folder": path.absolute().parent,
        "environ": os.environ if environ is None else environ,
        "secrets": secrets,
    }
    return parse(text, str(path), Settings, context=context, discreet=True)
