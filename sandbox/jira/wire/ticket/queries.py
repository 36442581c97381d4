"""Queries as a subject: parsed, matched against issues, and what an editor may offer to write."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sandbox.http import Response
from sandbox.jira.jql import JqlError, check, clause_names, matcher, parse
from sandbox.jira.jql.functions import offered
from sandbox.jira.jql.syntax import And, Call, Clause, Empty, Node, Not, Operand, Or, Query
from sandbox.jira.jql.tokens import RESERVED_WORDS
from sandbox.jira.wire.forms.fieldlist import SYSTEM_FIELDS, schema_of
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit


def parsed(visit: Visit) -> Response:
    """POST jql/parse: the tree of each query; with validation=none only its grammar is looked at."""
    queries = body.read(visit, {"queries": list}, lists={"queries": str}).get("queries", [])
    if not queries:
        raise Refusal(400, "At least one query is required.")
    level = visit.request.arg("validation") or "strict"
    if level not in ("strict", "warn", "none"):
        raise Refusal(400, f"The validation '{level}' is not one of 'strict', 'warn' and 'none'.")
    return Response.json({"queries": [_parsed(visit, query, level) for query in queries]})


def _parsed(visit: Visit, text: str, level: str) -> Json:
    shape: Json = {"query": text}
    try:
        tree = parse(text)
    except JqlError as error:
        return shape | {"errors": [str(error)]}
    if level != "none":
        try:
            check(text, visit.jql())
        except JqlError as error:
            if level == "strict":
                return shape | {"errors": [str(error)]}
            shape["warnings"] = [str(error)]
    return shape | {"structure": _structure(tree)}


def _structure(tree: Query) -> Json:
    shape: Json = {}
    if tree.where is not None:
        shape["where"] = _node(tree.where)
    if tree.order:
        sorts = []
        for sort in tree.order:
            entry: Json = {"field": {"name": sort.field}}
            if sort.descending is not None:
                entry["direction"] = "desc" if sort.descending else "asc"
            sorts.append(entry)
        shape["orderBy"] = {"fields": sorts}
    return shape


def _node(node: Node) -> Json:
    match node:
        case And(parts):
            return {"operator": "and", "clauses": [_node(part) for part in parts]}
        case Or(parts):
            return {"operator": "or", "clauses": [_node(part) for part in parts]}
        case Not(part):
            return {"operator": "not", "clauses": [_node(part)]}
        case Clause():
            return _clause(node)


def _clause(node: Clause) -> Json:
    shape: Json = {"field": {"name": node.field}, "operator": node.operator}
    if node.operator != "changed":
        shape["operand"] = _operands(node.operands, listed=node.operator.endswith("in"))
    if node.operator == "changed" or node.operator.startswith("was"):
        shape["predicates"] = [
            {"operator": word, "operand": _operands(given, listed=len(given) > 1)}
            for word, given in node.predicates
        ]
    return shape


def _operands(given: Sequence[Operand], *, listed: bool) -> Json:
    if listed:
        return {"values": [_operand(entry) for entry in given]}
    return _operand(given[0])


def _operand(operand: Operand) -> Json:
    match operand:
        case Empty():
            return {"keyword": "empty"}
        case Call(name, arguments):
            return {"function": name, "arguments": list(arguments)}
        case _:
            return {"value": operand.text}


def match(visit: Visit) -> Response:
    """POST jql/match: which of the issues each query finds."""
    asked = body.read(visit, {"issueIds": list, "jqls": list}, lists={"issueIds": int, "jqls": str})
    held = (visit.state.issues.get(number) for number in asked.get("issueIds", []))
    issues = [issue for issue in held if issue and visit.state.can_see(visit.user, issue)]
    found: list[Json] = []
    for text in asked.get("jqls", []):
        try:
            fits = matcher(check(text, visit.jql()), visit.jql())
        except JqlError as error:
            found.append({"matchedIssues": [], "errors": [str(error)]})
            continue
        ids = [issue.id for issue in issues if fits(issue)]
        found.append({"matchedIssues": ids, "errors": []})
    return Response.json({"matches": found})


def suggestions(visit: Visit) -> Response:
    """GET jql/autocompletedata: fields, functions and reserved words."""
    names = [(name, name, schema_of(field)["type"]) for field in SYSTEM_FIELDS for name in field.clauses]
    for field in visit.state.fields.values():
        short = clause_names(field)[0]
        names.append((f'"{field.name}"', f"{field.name} - {short}", schema_of(field)["type"]))
    fields = [
        {"value": value, "displayName": shown, "orderable": "true", "searchable": "true", "types": [kind]}
        for value, shown, kind in names
    ]
    functions = [
        {"value": text, "displayName": text, **({"isList": "true"} if listed else {}), "types": []}
        for text, listed in offered()
    ]
    return Response.json(
        {
            "visibleFieldNames": fields,
            "visibleFunctionNames": functions,
            "jqlReservedWords": sorted(RESERVED_WORDS),
        }
    )


def restricted_suggestions(visit: Visit) -> Response:
    """POST jql/autocompletedata: the same, asked for some projects."""
    body.read(visit, {"projectIds": list, "includeCollapsedFields": bool})
    return suggestions(visit)


def cleaned(visit: Visit) -> Response:
    """POST jql/pdcleaner: user names and keys in queries, told by account id."""
    texts = body.read(visit, {"queryStrings": list}, lists={"queryStrings": str}).get("queryStrings", [])
    if not texts:
        raise Refusal(400, "At least one query is required.")
    ids = {user.login: user.account_id for user in visit.state.users.values() if user.login}
    logins = re.compile(r"(?<![\w@.:-])(" + "|".join(map(re.escape, ids)) + r")(?![\w@.:-])")
    return Response.json({"queryStrings": [logins.sub(lambda found: ids[found[1]], text) for text in texts]})


def sanitized(visit: Visit) -> Response:
    """POST jql/sanitize: keys of projects that a reader may not see become their ids."""
    given = body.read(visit, {"queries": list}, lists={"queries": dict}).get("queries", [])
    return Response.json({"queries": [_sanitized(visit, entry) for entry in given]})


def _sanitized(visit: Visit, entry: Json) -> Json:
    text, account = str(entry.get("query", "")), entry.get("accountId")
    shape: Json = {"initialQuery": text} | ({"accountId": account} if account else {})
    try:
        parse(text)
    except JqlError as error:
        return shape | {"errors": {"errorMessages": [str(error)], "errors": {}}}
    reader = visit.find_user(account) if account else visit.user
    hidden = {
        project.key: str(project.id)
        for project in visit.state.projects.values()
        if reader is None or not visit.state.can_see_project(reader, project.id)
    }
    for key, number in hidden.items():
        text = re.sub(rf"\b{key}\b(?!-)", number, text)
    return shape | {"sanitizedQuery": text}


ROUTES = (
    ("POST", "jql/autocompletedata", restricted_suggestions),
    ("POST", "jql/pdcleaner", cleaned),
    ("POST", "jql/sanitize", sanitized),
    ("POST", "jql/parse", parsed),
    ("POST", "jql/match", match),
    ("GET", "jql/autocompletedata", suggestions),
)
