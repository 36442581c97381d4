"""Who may see and do what: permission schemes and their holders, roles, security levels, what is hidden and denied."""

from __future__ import annotations

from sandbox.jira.entities import Project, User
from sandbox.jira.issue import Issue
from sandbox.jira.permissionnames import SITE
from sandbox.jira.registries import Registries
from sandbox.jira.settings import Grant, Role

ADMINISTRATORS = "Administrators"  # the role of the site's administrators and of a project's lead
ADMIN_PERMISSIONS = frozenset(("ADMINISTER", "SYSTEM_ADMIN"))
_OF_ISSUES = ("assignee", "reporter", "userCustomField", "groupCustomField")
Place = Issue | int | None
"""Where somebody wants to do something: an issue, a project by its id, or anywhere."""


class Rights(Registries):
    """The registries, asked on behalf of somebody."""

    def can_see_project(self, user: User, project_id: int) -> bool:
        """Whether `user` may browse the project, or has to administer it."""
        browsing = self.holds(user, "BROWSE_PROJECTS", project_id)
        return browsing or self.holds(user, "ADMINISTER_PROJECTS", project_id)

    def can_see(self, user: User, issue: Issue) -> bool:
        """Whether `user` may see the issue: its project and its security level."""
        secured = issue.security_id is not None and issue.security_id not in user.security_levels
        return not secured and self.holds(user, "BROWSE_PROJECTS", issue)

    def holds(self, user: User, permission: str, place: Place = None) -> bool:
        """Whether `user` holds a permission there; one of projects without a place: in any of them."""
        if permission in user.denied:
            return False
        if permission in ADMIN_PERMISSIONS:
            return user.admin
        if permission in SITE:
            return bool(user.account_id)
        if place is None:
            return any(self.holds(user, permission, number) for number in self.projects)
        issue = place if isinstance(place, Issue) else None
        project = self.projects[place.project_id if isinstance(place, Issue) else place]
        if project.archived or project.binned_at is not None or project.id in user.hidden_projects:
            return False
        if permission == "ADMINISTER_PROJECTS" and user.admin:
            return True
        if project.style == "next-gen":
            return self._works_in_team_managed(user, permission, project)
        scheme = self.permission_schemes[project.permission_scheme_id]
        return any(
            grant.permission == permission and self._covers(grant, user, project, issue)
            for grant in scheme.grants
        )

    def may_read(self, user: User, visibility: dict[str, object] | None, project_id: int) -> bool:
        """Whether `user` is in the group, or plays the role in the project, that something is meant for."""
        if not visibility:
            return True
        if visibility["type"] == "role":
            return any(
                self.plays(user, r, project_id) for r in self.roles.values() if r.name == visibility["value"]
            )
        return self.belongs(user, str(visibility["identifier"]))

    def plays(self, user: User, role: Role, project_id: int) -> bool:
        """Whether `user` is an actor of a role; the site's administrators and the project's lead are of theirs."""
        if role.name == ADMINISTRATORS and (user.admin or user.account_id == self.projects[project_id].lead):
            return True
        named = user.account_id in role.people.get(project_id, ())
        return named or any(self.belongs(user, group) for group in role.groups.get(project_id, ()))

    def belongs(self, user: User, group: str) -> bool:
        """Whether `user` is a member of a group, which is told by its id or its name."""
        found = self.group(group)
        return found is not None and user.account_id in found.members

    def _works_in_team_managed(self, user: User, permission: str, project: Project) -> bool:
        if permission != "ADMINISTER_PROJECTS":
            return bool(user.account_id)
        chiefs = (role for role in self.roles.values() if role.name == ADMINISTRATORS)
        return any(self.plays(user, role, project.id) for role in chiefs)

    def _covers(self, grant: Grant, user: User, project: Project, issue: Issue | None) -> bool:
        """Whether `user` is whom a permission is given to. Where no issue is asked about, one may be theirs."""
        if grant.holder == "anyone" or not user.account_id:
            return grant.holder == "anyone"
        if grant.holder in _OF_ISSUES:
            return issue is None or self._is_named(grant, user, issue)
        match grant.holder:
            case "user":
                return grant.parameter in (user.account_id, user.login)
            case "group":
                return self.belongs(user, grant.parameter)
            case "projectRole":
                role = self.roles.get(int(grant.parameter))
                return role is not None and self.plays(user, role, project.id)
            case "projectLead":
                return project.lead == user.account_id
        return grant.holder == "applicationRole"

    def _is_named(self, grant: Grant, user: User, issue: Issue) -> bool:
        """Whether an issue names `user` in the field that a grant goes by."""
        if grant.holder in ("assignee", "reporter"):
            return user.account_id == (issue.assignee if grant.holder == "assignee" else issue.reporter)
        named = _people_in(issue, grant.parameter)
        if grant.holder == "groupCustomField":
            return any(self.belongs(user, group) for group in named)
        return user.account_id in named


def _people_in(issue: Issue, field_id: str) -> tuple[str, ...]:
    value = issue.values.get(field_id, ())
    return value if isinstance(value, tuple) else (str(value),)
