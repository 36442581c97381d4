"""The people that operands name: one by account id, address or name, the caller, the members of a group."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from sandbox.jira.jql.errors import JqlError, no_value
from sandbox.jira.jql.functions import expects
from sandbox.jira.jql.kinds import Context, Filled
from sandbox.jira.jql.resolve import Names, literal
from sandbox.jira.jql.syntax import Call


def person(field: str) -> Callable[[Context, Filled], Names]:
    """A resolver for people, who must exist."""

    def resolve(context: Context, operand: Filled) -> Names:
        if isinstance(operand, Call):
            return _called(context, operand)
        text = literal(operand)
        found = frozenset[Hashable](
            user.account_id
            for user in context.state.users.values()
            if user.account_id == text
            or text.lower() in (user.email.lower(), user.name.lower(), user.login.lower())
        )
        if not found:
            raise no_value(text, field)
        return found

    return resolve


def _called(context: Context, call: Call) -> Names:
    match call.name.lower():
        case "currentuser":
            expects(call, 0, 0)
            return frozenset({context.user.account_id})
        case "membersof":
            expects(call, 1, 1)
            return _members(context, call.arguments[0])
        case "organizationmembers":
            expects(call, 1)
            return _customers(context, call.arguments)
        case _:
            return frozenset({literal(call)})


def _members(context: Context, name: str) -> Names:
    for group in context.state.groups.values():
        if group.name.lower() == name.lower() or group.id == name:
            return frozenset(group.members)
    raise JqlError(
        f"Function 'membersOf' can not generate a list of usernames for group '{name}'; the group does not exist."
    )


def _customers(context: Context, names: tuple[str, ...]) -> Names:
    wanted = {name.lower() for name in names}
    held = [entry for entry in context.state.organizations.values() if entry.name.lower() in wanted]
    return frozenset(member for entry in held for member in entry.members)
