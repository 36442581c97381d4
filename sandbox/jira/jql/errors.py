"""What is wrong with a query, in Jira's words."""

from __future__ import annotations


class JqlError(Exception):
    """A query that Jira answers with 400; the text is one of its `errorMessages`."""


def syntax(message: str, position: int | None = None) -> JqlError:
    """A query that does not parse; `position` is the offset of the offending character."""
    where = "" if position is None else f" (line 1, character {position + 1})"
    return JqlError(f"Error in the JQL Query: {message}{where}")


def no_field(name: str) -> JqlError:
    """A field that does not exist or is hidden."""
    return JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")


def no_value(value: str, field: str) -> JqlError:
    """A value that does not exist, or is hidden, for a field."""
    return JqlError(f"The value '{value}' does not exist for the field '{field}'.")


def wrong_operator(operator: str, field: str) -> JqlError:
    """An operator that the field does not know."""
    return JqlError(f"The operator '{operator}' is not supported by the '{field}' field.")


def wrong_date(value: str, field: str) -> JqlError:
    """A text that is no date."""
    return JqlError(
        f"Date value '{value}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
        "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
    )
