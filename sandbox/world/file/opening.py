"""From a world file to a world ready to be served: site, people, company, tokens, knobs, time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, get_args
from uuid import NAMESPACE_URL, uuid5

from sandbox.clock import Clock
from sandbox.jira.defaults import furnish
from sandbox.jira.entities import User
from sandbox.jira.grants import ACCESS_LIFE, EVERYTHING, OFFLINE, REFRESH_LIFE, Grant, OAuthApp
from sandbox.jira.settings import Group, Organization
from sandbox.jira.state import JiraState
from sandbox.jira.templates import serve_customers
from sandbox.jira.webhooks import Hook
from sandbox.quickbooks import starter
from sandbox.quickbooks.currencies import NAMES
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.rules import lists
from sandbox.quickbooks.sample import open_sample_company
from sandbox.quickbooks.state import Company, QuickBooksState
from sandbox.quickbooks.wire.webhooks import Webhooks
from sandbox.world.file.books import QuickBooksTable
from sandbox.world.file.jira import (
    AppTable,
    GroupTable,
    HookEvent,
    JiraHookTable,
    JiraTable,
    OrganizationTable,
    ProjectTable,
    UserTable,
)
from sandbox.world.file.knobs import set_knobs
from sandbox.world.file.newcomers import drawn_team, empty_team
from sandbox.world.file.whole import WorldFile
from sandbox.world.generate import World, build
from sandbox.world.plots import TEAMS, Team

_STYLES: dict[str, Literal["classic", "next-gen"]] = {
    "company-managed": "classic",
    "team-managed": "next-gen",
}


def open_world(file: WorldFile, now: datetime | None = None) -> World:
    """The world a file describes. `now` (default: the machine's time) is when it is where the file is silent."""
    until = file.clock.at or now or datetime.now(UTC)
    clock = Clock.at(until) if file.clock.frozen else Clock.real()
    company = file.quickbooks
    world = build(
        file.seed,
        until,
        float(file.factor),
        clock,
        teams=_teams(file),
        realm=company.realm,
        books=None if company.start == "seeded" else lambda clock, _until: _other_books(clock, company),
    )
    _set_site(world.jira, file.jira, until)
    _set_company(world.company, company)
    _set_server(world.quickbooks, company)
    return world


def _teams(file: WorldFile) -> Sequence[Team]:
    added = []
    for project in file.jira.project:
        style = _STYLES[project.style]
        if project.work == "seeded":
            added.append(drawn_team(project.key, project.name, style, file.seed))
        else:
            added.append(empty_team(project.key, project.name, style))
    return (*(TEAMS if file.jira.start == "seeded" else ()), *added)


def _set_site(state: JiraState, table: JiraTable, now: datetime) -> None:
    site = state.site
    site.title, site.zone = table.title, table.zone
    site.cloud_id = table.cloud_id or site.cloud_id
    site.deployment, site.context_path = table.deployment, table.path
    site.base_url = table.base_url or site.base_url
    site.version, site.build_number = table.version, table.build_number
    state.lag.delay = table.index_delay
    set_knobs(state.knobs, table.knobs)
    set_knobs(state.limits.allowed, table.limits)
    for user in table.user:
        state.add_user(_user(state, user))
    if table.group:
        furnish(state)
    for group in table.group:
        _add_group(state, group)
    for project in table.project:
        _set_type(state, project)
    for organization in table.organization:
        _add_organization(state, organization)
    for app in table.app:
        _add_app(state, app, now)
    for hook in table.webhook:
        _add_hook(state, hook)


def _user(state: JiraState, table: UserTable) -> User:
    same = next((user.account_id for user in state.users.values() if user.email == table.address), None)
    return User(
        table.account_id or same or f"712020:{uuid5(NAMESPACE_URL, f'mailto:{table.address}')}",
        table.name,
        table.address,
        table.token,
        table.personal_token,
        table.zone,
        table.active,
        table.admin,
        {project.id for project in state.projects.values() if project.key in table.hides},
        set(table.security_levels),
        denied=set(table.denied),
        access_tokens={table.access_token} if table.access_token else set(),
        password=table.password,
        username=table.username or ("" if state.site.is_cloud else table.account_id or ""),
    )


def _add_hook(state: JiraState, table: JiraHookTable) -> None:
    """Heard and shown as if the first administrator had registered it."""
    admin = next((user.account_id for user in state.users.values() if user.admin), "")
    webhooks, events = state.webhooks, tuple(table.events) or get_args(HookEvent)
    number = webhooks.next_id()
    hook = Hook(number, table.url, events, table.jql, admin, table.name, table.secret or "")
    webhooks.hooks[number] = hook


def _set_type(state: JiraState, table: ProjectTable) -> None:
    found = state.project(table.key)
    if found is not None:
        found.type_key = table.type
    if table.type == "service_desk":
        serve_customers(state)


def _add_app(state: JiraState, table: AppTable, now: datetime) -> None:
    """Known to the site; let in by its user already, where it has one."""
    scopes = frozenset(table.scopes)
    state.grants.apps[table.client_id] = OAuthApp(
        table.client_id, table.client_secret, tuple(table.redirect_uris), scopes
    )
    for account_id in _named(state, [table.user] if table.user else []):
        allowed = (*table.scopes, OFFLINE) if table.scopes else EVERYTHING
        grant = Grant(table.client_id, account_id, allowed, now)
        if table.access_token:
            state.grants.access[table.access_token] = grant.later(now + ACCESS_LIFE)
        if table.refresh_token:
            state.grants.refresh[table.refresh_token] = grant.later(now + REFRESH_LIFE)


def _add_organization(state: JiraState, table: OrganizationTable) -> None:
    serve_customers(state)
    desks = {project.id for project in state.projects.values() if project.key in table.desks}
    number = len(state.organizations) + 1
    state.organizations[number] = Organization(number, table.name, _named(state, table.members), desks)


def _named(state: JiraState, names: Iterable[str]) -> set[str]:
    """Account ids of people by address or user name."""
    named = set(names)
    return {user.account_id for user in state.users.values() if named & {user.email, user.username}}


def _add_group(state: JiraState, table: GroupTable) -> None:
    members = _named(state, table.members)
    present = next((group for group in state.groups.values() if group.name == table.name), None)
    if present is not None:
        present.members |= members
        return
    identity = str(uuid5(NAMESPACE_URL, f"group:{table.name}"))
    state.groups[identity] = Group(identity, table.name, members)


def _other_books(clock: Clock, table: QuickBooksTable) -> QuickBooksState:
    state, multicurrency = QuickBooksState(clock), bool(table.multicurrency)
    if table.start == "sample":
        open_sample_company(state, table.realm, multicurrency=multicurrency)
        return state
    company = starter.open_company(
        state,
        table.realm,
        table.name or "Empty Books",
        country=table.country,
        home_currency=table.currency,
        multicurrency=multicurrency,
        zone=table.zone or "America/Los_Angeles",
        sales_tax=table.country != "US",
    )
    for item in ("Services", "Hours"):  # which every new company has
        starter.add_item(company, item)
    return state


def _set_company(company: Company, table: QuickBooksTable) -> None:
    if table.name:
        company.info.body |= {"CompanyName": table.name, "LegalName": table.name}
    if table.zone:
        company.info.body |= {"DefaultTimeZone": table.zone}
    company.exchange_rates |= dict(table.exchange_rates)
    if table.subscription == "ended":
        FinancePerson(company).cancel_subscription()
    preferences = company.preferences.body
    for (group, name), value in _settings(table):
        preferences[group] = preferences.get(group, {}) | {name: value}
    for code in table.exchange_rates if company.multicurrency else ():
        if company.named("CompanyCurrency", NAMES.get(code, code)) is None:
            lists.create(company, "CompanyCurrency", {"Code": code})


def _settings(table: QuickBooksTable) -> Iterator[tuple[tuple[str, str], Any]]:
    """Preferences as written in their groups, then those that have keys of their own."""
    for group, values in table.preferences.items():
        for name, value in values.items():
            yield (group, name), value
    taxed = True if table.automated_tax else table.sales_tax
    closed = table.books_closed_on.isoformat() if table.books_closed_on else None
    for place, value in (
        (("CurrencyPrefs", "MultiCurrencyEnabled"), table.multicurrency),
        (("TaxPrefs", "UsingSalesTax"), taxed),
        (("TaxPrefs", "PartnerTaxEnabled"), table.automated_tax),
        (("AccountingInfoPrefs", "BookCloseDate"), closed),
    ):
        if value is not None:
            yield place, value


def _set_server(state: QuickBooksState, table: QuickBooksTable) -> None:
    set_knobs(state.behaviour, table.behaviour)
    state.base_url = table.base_url or ""
    for hook in table.webhook:
        Webhooks(state).subscribe(hook.url, hook.verifier_token, hook.format)
    tokens = state.tokens
    tokens.client_id = table.client_id or tokens.client_id
    tokens.client_secret = table.client_secret or tokens.client_secret
    if table.refresh_token:
        tokens.connect(table.realm, table.refresh_token)
