"""Whom a filter or a dashboard is shared with, and whom that lets in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.jira.entities import User
from sandbox.jira.rights import Rights

Share = dict[str, Any]
"""One permission: its `id` and `type`, and the ids of the `project`, `role`, `group` or `user` it names."""


def sees(state: Rights, user: User, owner: str | None, shares: Iterable[Share]) -> bool:
    """Whether `user` sees what `owner` shares like that: it is theirs, shared with them, or they administer."""
    mine = owner is not None and owner == user.account_id
    return mine or user.admin or reached(state, user, shares)


def reached(state: Rights, user: User, shares: Iterable[Share]) -> bool:
    """Whether any of the permissions lets `user` in."""
    return any(_lets_in(state, user, share) for share in shares)


def _lets_in(state: Rights, user: User, share: Share) -> bool:
    kind, who = share["type"], user.account_id
    if kind == "project" and share["project"] in state.projects:
        return _plays(state, user, share["project"], share.get("role"))
    if kind == "group" and share["group"] in state.groups:
        return who in state.groups[share["group"]].members
    return kind == "global" or (kind == "loggedin" and bool(who)) or (kind == "user" and share["user"] == who)


def _plays(state: Rights, user: User, project_id: int, role_id: int | None) -> bool:
    """Whether somebody has a role in a project; without one, whether they see it."""
    role = state.roles.get(role_id or 0)
    return state.can_see_project(user, project_id) if role is None else state.plays(user, role, project_id)
