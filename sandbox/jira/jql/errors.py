"""What is wrong with a query, in Jira's words."""

from __future__ import annotations


class JqlError(Exception):
    """A query that Jira answers with 400; the text is one of its `errorMessages`."""


class JqlSyntaxError(JqlError):
    """A query that does not parse; `position` is the offset of the offending character, if any."""

    def __init__(self, message: str, position: int | None) -> None:
        super().__init__(f"Error in the JQL Query: {message}")
        self.position = position

    def located(self, text: str) -> JqlError:
        """The error with line and character of `text`, both counted from 1."""
        if self.position is None:
            return self
        before = text[: self.position]
        character = self.position - (before.rfind("\n") + 1) + 1
        return JqlError(f"{self} (line {before.count(chr(10)) + 1}, character {character})")


def syntax(message: str, position: int | None = None) -> JqlSyntaxError:
    """A query that does not parse; `position` is the offset of the offending character."""
    return JqlSyntaxError(message, position)


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
