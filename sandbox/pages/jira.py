"""The team's pages: paths, and from a submitted form to a deed on the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sandbox.clock import Clock
from sandbox.http import Application, Request, Response, Router
from sandbox.jira.entities import Project, Sprint
from sandbox.jira.issue import Issue
from sandbox.jira.people import Person
from sandbox.jira.state import JiraState
from sandbox.pages.issues import issue_sheet
from sandbox.pages.projects import project_list, project_sheet, sprint_sheet
from sandbox.pages.shell import ROOT, Frame, Trouble, attempt, form_of, go_to, page, page_number
from sandbox.pages.timing import time_menu, time_routes

_Form = Mapping[str, str]
_MENU = [("Projects", ROOT), time_menu()]
_FRAME = Frame("Jira", _MENU)
_DONE = {
    "close": "Closed.",
    "start": "Work goes on.",
    "reopen": "Open again.",
    "estimate": "Estimated.",
    "log": "The work was logged.",
    "plan": "Planned into the sprint.",
    "unplan": "Back in the backlog.",
    "add": "The story was added.",
    "move": "Moved: this is its new key.",
    "delete": "Deleted.",
    "hide": "Hidden: to those it is hidden from, it is as if it were not there.",
    "show": "Shown again.",
}


def jira_pages(state: JiraState, clock: Clock) -> Application:
    """The pages over a site, to be put before its application by shell.with_pages."""
    return _Team(state, clock).router


class _Team:
    def __init__(self, state: JiraState, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self.router = Router(_not_found)
        for path in (ROOT, f"{ROOT}/", f"{ROOT}/projects"):
            self._add("GET", path, self._projects)
        self._add("GET", ROOT + "/projects/{key}", self._project)
        self._add("POST", ROOT + "/projects/{key}/{act:hide|show}", self._browse)
        self._add("GET", ROOT + "/issues/{key}", self._issue)
        self._add("POST", ROOT + "/issues/{key}/{act}", self._act)
        self._add("GET", ROOT + "/sprints/{number}", self._sprint)
        self._add("POST", ROOT + "/sprints/{number}/{act:start|close|reopen}", self._turn)
        time_routes(self.router, clock, _FRAME)

    def _add(self, method: str, template: str, handler: Callable[..., Response]) -> None:
        def locked(request: Request, **parameters: str) -> Response:
            with self._state.lock:
                return handler(request, **parameters)

        self.router.add(method, template, locked)

    def _frame(self) -> Frame:
        return Frame("Jira", _MENU, self._state.site.title)

    def _person(self) -> Person:
        """Whoever works here: the first person that is no program's login."""
        people = [user for user in self._state.users.values() if user.active]
        human = next((user for user in people if not user.signs_in), people[0])
        return Person(self._state, self._clock, human.account_id)

    def _projects(self, request: Request) -> Response:
        listing = project_list(self._state)
        return page(self._frame(), "Projects", listing, here="Projects", notice=_notice(request))

    def _project(self, request: Request, key: str) -> Response:
        project = self._state.project(key)
        if project is None:
            return _not_found(request)
        sheet = project_sheet(self._state, project, page_number(request))
        return page(self._frame(), _title(project), sheet, here="Projects", notice=_notice(request))

    def _browse(self, request: Request, key: str, act: str) -> Response:
        project, account = self._state.project(key), form_of(request).get("account", "")
        if project is None or account not in self._state.users:
            return _not_found(request)
        person = self._person()
        (person.hide_project if act == "hide" else person.show_project)(project.key, account)
        return go_to(f"{ROOT}/projects/{project.key}", done=act)

    def _issue(self, request: Request, key: str) -> Response:
        return self._sheet(request, key, notice=_notice(request))

    def _sheet(self, request: Request, key: str, *, notice: str = "", trouble: str = "") -> Response:
        issue = self._state.issue(key)
        if issue is None:
            return _not_found(request)
        title, sheet = f"{issue.key}: {issue.summary}", issue_sheet(self._state, issue)
        status = 409 if trouble else 200
        return page(
            self._frame(), title, sheet, here="Projects", notice=notice, trouble=trouble, status=status
        )

    def _act(self, request: Request, key: str, act: str) -> Response:
        deed, issue = _DEEDS.get(act), self._state.issue(key)
        if deed is None or issue is None:
            return _not_found(request)
        try:
            attempt(lambda: deed(self._person(), issue, form_of(request)), LookupError, ValueError)
        except Trouble as trouble:
            return self._sheet(request, key, trouble=str(trouble))
        if act == "delete":
            return go_to(f"{ROOT}/projects", done=act)
        return go_to(f"{ROOT}/issues/{issue.key}", done=act)

    def _sprint(self, request: Request, number: str) -> Response:
        return self._board(request, number, notice=_notice(request))

    def _board(self, request: Request, number: str, *, notice: str = "", trouble: str = "") -> Response:
        sprint = self._sprint_of(number)
        if sprint is None:
            return _not_found(request)
        sheet, status = sprint_sheet(self._state, sprint), 409 if trouble else 200
        return page(
            self._frame(), sprint.name, sheet, here="Projects", notice=notice, trouble=trouble, status=status
        )

    def _turn(self, request: Request, number: str, act: str) -> Response:
        sprint, form = self._sprint_of(number), form_of(request)
        if sprint is None:
            return _not_found(request)
        try:
            attempt(lambda: self._turn_to(sprint, act, form), ValueError)
        except Trouble as trouble:
            return self._board(request, number, trouble=str(trouble))
        return go_to(f"{ROOT}/sprints/{number}", done=act)

    def _turn_to(self, sprint: Sprint, act: str, form: _Form) -> None:
        person = self._person()
        if act == "start":
            days = form.get("days", "")
            if not (days.isascii() and days.isdigit() and 0 < int(days[:4]) <= 100):
                raise Trouble(f"“{days}” is no number of days from 1 to 100.")
            person.start_sprint(sprint.id, int(days[:4]))
        elif act == "reopen":
            person.reopen_sprint(sprint.id)
        else:
            target = self._sprint_of(form.get("to", ""))
            person.close_sprint(sprint.id, target.id if target else None)

    def _sprint_of(self, number: str) -> Sprint | None:
        plain = number.isascii() and number.isdigit() and len(number) < 10
        return self._state.sprints.get(int(number)) if plain else None


def _not_found(_request: Request) -> Response:
    return page(_FRAME, "There is no such page", status=404)


def _notice(request: Request) -> str:
    return _DONE.get(request.arg("done"), "")


def _title(project: Project) -> str:
    return f"{project.key}: {project.name}"


def _number(form: _Form, name: str, most: float) -> float | None:
    text = form.get(name, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= most:
        raise Trouble(f"“{text}” is no number from 0 to {most:g}.")
    return value


def _log(person: Person, issue: Issue, form: _Form) -> None:
    hours = _number(form, "hours", 1000)
    if not hours:
        raise Trouble("No hours were given.")
    day = form.get("on", "")
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        raise Trouble(f"“{day}” is no date; write it as 2026-03-31.") from None
    person.log_work(issue.key, hours, form.get("comment", ""), on)


def _add(person: Person, issue: Issue, form: _Form) -> None:
    if not form.get("summary"):
        raise Trouble("A story needs a summary.")
    person.add_child(issue.key, form["summary"][:255], _number(form, "points", 1000))


def _sprint_id(form: _Form) -> int:
    number = form.get("sprint", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Trouble("No sprint was chosen.")
    return int(number)


def _delete(person: Person, issue: Issue, form: _Form) -> None:
    if form.get("sure") != "yes":
        raise Trouble("Nothing was deleted: this is for good, and the form did not say so.")
    person.delete(issue.key)


_DEEDS: dict[str, Callable[[Person, Issue, _Form], object]] = {
    "close": lambda person, issue, form: person.close(issue.key, form.get("resolution") or None),
    "start": lambda person, issue, _form: person.start(issue.key),
    "reopen": lambda person, issue, _form: person.reopen(issue.key),
    "estimate": lambda person, issue, form: person.estimate(issue.key, _number(form, "points", 1000)),
    "log": _log,
    "add": _add,
    "plan": lambda person, issue, form: person.plan_into(issue.key, _sprint_id(form)),
    "unplan": lambda person, issue, _form: person.take_out(issue.key),
    "hide": lambda person, issue, _form: person.hide(issue.key),
    "show": lambda person, issue, _form: person.show(issue.key),
    "move": lambda person, issue, form: person.move(issue.key, form.get("project", "")),
    "delete": _delete,
}
