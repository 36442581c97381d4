"""Jira's query language: a parser that refuses what Jira refuses, and an evaluator over the site's state."""

from sandbox.jira.jql.customfields import clause_names
from sandbox.jira.jql.dates import Calendar
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.evaluate import UNBOUNDED, check, matcher, run, search
from sandbox.jira.jql.kinds import Context
from sandbox.jira.jql.parse import parse

__all__ = [
    "UNBOUNDED",
    "Calendar",
    "Context",
    "JqlError",
    "check",
    "clause_names",
    "matcher",
    "parse",
    "run",
    "search",
]
