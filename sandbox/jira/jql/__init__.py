"""Jira's query language: a parser that refuses what Jira refuses, and an evaluator over the site's state."""

from sandbox.jira.jql.dates import Calendar
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.evaluate import UNBOUNDED, run, search
from sandbox.jira.jql.fields import clause_names
from sandbox.jira.jql.kinds import Context
from sandbox.jira.jql.parse import parse

__all__ = ["UNBOUNDED", "Calendar", "Context", "JqlError", "clause_names", "parse", "run", "search"]
