"""World files: every problem at once, every key with an effect, and the command that serves them."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import get_args

import pytest

from mappings.grammar.tomlfile import parse
from sandbox import faults
from sandbox.faults import Faults
from sandbox.http import Request, Response
from sandbox.jira.knobs import Knobs
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.world.digest import digest
from sandbox.world.file.faults import FaultLine, script
from sandbox.world.file.opening import open_world
from sandbox.world.file.whole import WorldFile
from sandbox.world.generate import build
from sandbox.world.invariants import problems_of
from sandbox.world.running import RunningSandbox

ROOT = Path(__file__).parents[2]
UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
WHOLE = """
seed = 3
factor = 1.5

[clock]
at = 2026-11-20T15:00:00Z
frozen = true

[jira]
base_url = "https://jira.example/"
cloud_id = "cloud-1"
title = "Trial"
zone = "Europe/Paris"
start = "empty"
index_delay = "90 s"

[jira.knobs]
short_pages = 20
token_life = "10 min"
search_warnings = ["not all of it"]

[[jira.user]]
name = "Robot"
email = "robot@x.example"
account_id = "acc-1"
password = "secret"
personal_token = "pat"
zone = "Asia/Tokyo"
admin = true
hides = ["DEF"]
denied = ["ADD_COMMENTS"]
security_levels = [10]

[[jira.group]]
name = "crew"
members = ["robot@x.example"]

[[jira.project]]
key = "ABC"
name = "Alpha"
work = "seeded"

[[jira.project]]
key = "DEF"
name = "Beta"
style = "team-managed"

[quickbooks]
realm = "4620816365000000"
start = "empty"
name = "Trial Ltd"
country = "GB"
currency = "GBP"
zone = "Europe/London"
books_closed_on = 2026-03-31
client_id = "id"
client_secret = "hush"
refresh_token = "refresh-me"
access_token = "let-me-in"

[quickbooks.exchange_rates]
EUR = 0.85

[quickbooks.preferences.SalesFormsPrefs]
CustomTxnNumbers = true

[quickbooks.behaviour]
requestid_window = "for ever"
cdc_horizon = "20 d"
"""


def read(text: str) -> WorldFile:
    file, problems = parse(text, "world.toml", WorldFile)
    assert problems == []
    assert file is not None
    return file


def complaints(text: str) -> list[str]:
    return [str(problem) for problem in parse(text, "world.toml", WorldFile)[1]]


def test_an_empty_file_is_the_seeded_world():
    opened = open_world(read("[clock]\nat = 2026-11-20T15:00:00Z\nfrozen = true\n"))
    assert digest(opened) == digest(build(1, UNTIL))
    assert opened.contracts


def test_every_key_of_the_site_has_its_effect():
    world = open_world(read(WHOLE))
    state, site = world.jira, world.jira.site
    assert world.clock.now() == UNTIL
    assert (site.base_url, site.cloud_id, site.title, site.zone) == (
        "https://jira.example", "cloud-1", "Trial", "Europe/Paris",
    )  # fmt: skip
    assert state.lag.delay == timedelta(seconds=90)
    knobs = state.knobs
    assert (knobs.short_pages, knobs.token_life) == (20, timedelta(minutes=10))
    assert knobs.search_warnings == ("not all of it",)
    robot = state.users["acc-1"]
    assert (robot.password, robot.personal_token, robot.zone, robot.admin) == (
        "secret",
        "pat",
        "Asia/Tokyo",
        True,
    )
    assert (robot.denied, robot.security_levels) == ({"ADD_COMMENTS"}, {10})
    assert {group.name: group.members for group in state.groups.values()}["crew"] == {"acc-1"}
    assert robot.hidden_projects == {state.project("DEF").id}
    styles = {project.key: project.style for project in state.projects.values()}
    assert styles == {"ABC": "classic", "DEF": "next-gen"}


def test_a_project_is_seeded_or_empty_as_asked():
    state = open_world(read(WHOLE)).jira
    seeded, empty = (state.by_project[state.project(key).id] for key in ("ABC", "DEF"))
    assert (len(seeded) > 100, len(empty)) == (True, 0)
    levels = {state.types[state.issues[identity].type_id].level for identity in seeded}
    assert levels == {-1, 0, 1}
    assert {sprint.state for sprint in state.sprints.values()} == {"closed", "active", "future"}


def test_newcomers_stand_beside_the_four_projects_and_change_nothing_of_them():
    text = '[clock]\nat = 2026-11-20T15:00:00Z\nfrozen = true\n[[jira.project]]\nkey = "NEW"\nname = "N"\n'
    plain = build(1, UNTIL)
    for work in ("empty", "seeded"):
        world = open_world(read(f'{text}work = "{work}"\nstyle = "team-managed"\n'))
        assert sorted(world.contracts) == sorted(plain.contracts)
        assert problems_of(world) == []
        keys = {role: world.jira.issues[i].key for role, i in world.cast.epics.items()}
        assert keys == {role: plain.jira.issues[i].key for role, i in plain.cast.epics.items()}


def test_every_key_of_the_company_has_its_effect():
    world = open_world(read(WHOLE))
    company, behaviour = world.company, world.quickbooks.behaviour
    assert (company.realm, company.country, company.home_currency) == ("4620816365000000", "GB", "GBP")
    assert company.info.body["CompanyName"] == "Trial Ltd"
    assert company.books_closed_on == date(2026, 3, 31)
    assert company.exchange_rates["EUR"] == Decimal("0.85")
    assert company.preference("SalesFormsPrefs", "CustomTxnNumbers") is True
    assert company.preference("SalesFormsPrefs", "AllowDeposit") is True
    assert (behaviour.requestid_window, behaviour.cdc_horizon) == (None, timedelta(days=20))
    assert company.rows("Invoice") == []
    tokens = world.quickbooks.tokens
    assert (tokens.client_id, tokens.client_secret) == ("id", "hush")
    assert tokens.refresh("refresh-me").realm == company.realm


def written(value: object, kind: str) -> str:
    """A default as a world file would write it."""
    if value is None:
        return "1" if "int" in kind else '"for ever"'
    if isinstance(value, timedelta):
        return f'"{int(value.total_seconds())} s"'
    if isinstance(value, tuple):
        return f"[{', '.join(written(each, kind) for each in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {json.dumps(each)}' for key, each in value.items())} }}"
    return json.dumps(value)


def test_a_company_starts_like_the_sample_company():
    text = '[quickbooks]\nstart = "sample"\nrealm = "123"\nbooks_closed_on = 2020-01-31\n'
    company = open_world(read(text)).company
    assert company.named("Customer", "Amy's Bird Sanctuary") is not None
    assert (company.realm, company.multicurrency) == ("123", False)
    assert company.info.body["CompanyName"] != "Fernwood Digital LLC"


def test_every_knob_of_both_services_can_be_written():
    for kind, table in ((Knobs, "jira.knobs"), (Behaviour, "quickbooks.behaviour")):
        for field in fields(kind):
            default = getattr(kind(), field.name)
            file = read(f"[{table}]\n{field.name} = {written(default, str(field.type))}\n")
            service, knobs = table.split(".")
            found = getattr(getattr(file, service), knobs)[field.name]
            assert found == default or default is None, field.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sead = 1", "world.toml:1:1: unknown key 'sead' (did you mean 'seed'?)"),
        ("factor = 0.5", "world.toml:1:10: factor"),
        ("[clock]\nat = 2026-01-01T00:00:00", "world.toml:2:6: clock.at"),
        ('[jira]\nzone = "Mars/Crater"', "world.toml:2:8: jira.zone: no zone of this name"),
        ('[jira]\nbase_url = "jira.example"', "world.toml:2:12: jira.base_url: an address is written as"),
        ("[jira.knobs]\nshort_page = 3", "2:1: unknown key 'short_page' in [jira.knobs] (did you mean 'short_pages'?)"),
        ("[jira.knobs]\ntoken_life = 3", 'world.toml:2:14: jira.knobs.token_life: a time is written as "90 s"'),
        ('[[jira.project]]\nkey = "abc"\nname = "x"', "world.toml:2:7: jira.project.1.key: a project key is"),
        ('[[jira.project]]\nkey = "HPO"\nname = "x"', "two projects have the key HPO"),
        ('[[jira.user]]\nname = "x"\npassword = "a"', "world.toml:1:1: jira.user.1: give an email or a username"),
        ('[[jira.user]]\nname = "x"\nemail = "y"\npasword = "a"', "4:1: unknown key 'pasword' in ["),
        ('[[jira.webhook]]\nurl = "https://hooks.example/x"', "2:7: jira.webhook.1.url: only this machine is notified"),
        ('[[jira.webhook]]\nurl = "http://127.0.0.1:9/x"\nevents = ["issue_updated"]', "mean 'jira:issue_updated'?"),
        ('[[jira.webhook]]\nurl = "http://127.0.0.1:9/x"\njql = "project ="', "3:7: jira.webhook.1.jql: "),
        ('[[quickbooks.webhook]]\nurl = "http://127.0.0.1:9/x"', "'verifier_token' is missing in ["),
        ('[jira]\ncontext_path = "/jira"', "Cloud has no context_path"),
        ('[jira]\nbase_url = "https://a.example:port"', "jira.base_url: an address is written as"),
        ('[quickbooks]\nstart = "empty"\ncountry = "UK"', 'the United Kingdom is written "GB"'),
        ('[quickbooks]\nstart = "empty"\ncountry = "CA"\nautomated_tax = true', "automated_tax is of US companies"),
        ("[quickbooks.preferences.TaxPrefs]\nUsingSalesTx = true", "2:1: unknown key 'UsingSalesTx' in ["),
        ("[quickbooks.preferences.TaxPrefs]\nUsingSalesTx = true", "(did you mean 'UsingSalesTax'?)"),
        ("[quickbooks.preferences.TaxPrefs]\nUsingSalesTax = 1", "2:17: quickbooks.preferences.TaxPrefs.UsingSalesTax"),
        ('[[jira.user]]\nname = "x"\nemail = "y"\nhides = ["NO1"]', "x cannot be kept from NO1"),
        ('[[jira.group]]\nname = "crew"\nmembers = ["a@b.c"]', "crew has a member nobody knows: a@b.c"),
        ('[quickbooks]\ncountry = "DE"', 'use start = "empty"'),
        ('[quickbooks.behaviour]\nsparse_lines = "kep"', "'kep' is not known (did you mean 'keep'?)"),
        ("[quickbooks.preferences.SalesFormPrefs]", "quickbooks.preferences"),
        ('[[quickbooks.fault]]\nkind = "delayed"', "the fault 'delayed' needs 'seconds'"),
        ('[[jira.fault]]\nkind = "bad_gateway"\npath = "("', "world.toml:3:8: jira.fault.1.path: no regular"),
        ("seed = ", "world.toml:1:"),
    ],
)  # fmt: skip
def test_a_problem_is_said_with_its_place(text, said):
    found = complaints(text)
    assert len(found) == 1
    assert said in found[0]


def test_all_problems_of_a_file_are_said_at_once():
    found = complaints('seed = "x"\n[jira]\nstart = "full"\n[quickbooks]\nrealm = "abc"\nclient = "c"\n')
    assert [re.sub(r"world.toml:(\d+):.*", r"\1", line) for line in found] == ["1", "3", "5", "6"]


KINDS = get_args(FaultLine.model_fields["kind"].annotation)
EXTRAS = {
    "answer": "status = 500",
    "answer_after": "status = 503",
    "hanging_before": "seconds = 0.01",
    "hanging_after": "seconds = 0.01",
    "refused": "seconds = 0.01",
    "delayed": "seconds = 1",
    "trickled": "seconds = 0.5",
    "without_argument": 'argument = "requestid"',
    "redirected": 'location = "/elsewhere"',
}


def test_every_fault_there_is_can_be_written():
    makers = [name for name in faults.__all__ if name[0].islower()]
    assert sorted(KINDS) == sorted(makers)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_fault_makes_a_difference(kind):
    """Each request sees a new count, the next token and its own query: what any fault may spoil."""
    file = read(f'[[jira.fault]]\nkind = "{kind}"\n{EXTRAS.get(kind, "")}\npath = "/x"\nnth = 2\ncount = 2\n')
    plain, spoilt = Faults(), Faults()
    script(spoilt, file.jira.fault)
    found = []
    for target in (plain, spoilt):
        numbers = count(1)

        def app(request: Request, numbers: count[int] = numbers) -> Response:
            return Response.json({"nextPageToken": next(numbers), "query": request.query})

        request = Request("GET", "/x", (("requestid", "1"), ("startAt", "5")))
        faulty = target.wrap(app)
        found.append([faulty(request) for _ in range(3)])
    assert found[0][0] == found[1][0]
    assert found[0][1:] != found[1][1:]


def test_data_center_is_announced_under_its_context_path():
    file = read('[jira]\nstart = "empty"\ndeployment = "Server"\ncontext_path = "/jira"\n')
    running = RunningSandbox(open_world(file), only="jira")
    running.announce()
    running.stop()
    site = running.world.jira.site
    assert (site.deployment, site.base_url) == ("Server", running.jira_url)
    assert running.jira_url.endswith("/jira")
    assert complaints('[jira]\ncontext_path = "jira/"\n')[0].startswith("world.toml:2:16: jira.context_path")
