"""Reading one company through the library: each question once in one place, retried by the one policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar

from connectors.errors import Transient
from connectors.http import Usage
from connectors.limits import Limiter
from connectors.metering import ReadBudget
from connectors.oauth.tokens import TokenSource
from connectors.ports import WriteRequest
from connectors.quickbooks import query
from connectors.quickbooks.departure import Departure
from connectors.quickbooks.figures import JsonObject
from connectors.quickbooks.kinds import ENTITIES, path_of
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.observe import time_of
from connectors.quickbooks.session import QuickBooksSession
from connectors.quickbooks.wire import Call
from connectors.retry import ReadRetry
from model.billing import DocumentKind, called

T = TypeVar("T")
Changed = tuple[DocumentKind, JsonObject]  #: a row of the change feed, with what it is
Shape = Callable[[JsonObject], T]  #: takes an envelope apart; raises KeyError, TypeError or ValueError


class Company:
    """The questions and the one write. Reads are retried; an envelope of another shape is Transient."""

    def __init__(
        self,
        login: QuickBooksLogin,
        tokens: TokenSource,
        limiter: Limiter,
        budget: ReadBudget,
        retry: ReadRetry,
        clock: Callable[[], datetime],
    ) -> None:
        self.login = login
        self._session = QuickBooksSession(login, tokens, limiter, budget)
        self._retry, self._clock = retry, clock

    @property
    def skew(self) -> timedelta | None:
        """How far the service's clock was ahead of ours at its last answer; None: not known."""
        return self._session.skew

    @property
    def usage(self) -> Usage:
        """Requests made so far."""
        return self._session.usage

    def info(self) -> tuple[JsonObject, datetime]:
        """CompanyInfo, and the service's own time."""
        path = f"companyinfo/{self.login.realm}"
        return self._read(
            "read the company's settings",
            lambda call: call.get(f"{call.api_url}/company/{call.company_id}/{path}"),
            lambda envelope: (dict(envelope["CompanyInfo"]), time_of(envelope["time"])),
        )

    def preferences(self) -> JsonObject:
        """Preferences."""
        return self._read(
            "read the company's preferences",
            lambda call: call.get(f"{call.api_url}/company/{call.company_id}/preferences"),
            lambda envelope: dict(envelope["Preferences"]),
        )

    def document(self, kind: DocumentKind, external_id: str, shape: Shape[T]) -> T:
        """One document by id, in `shape`. Rejected with code 610 when it is deleted."""
        entity = ENTITIES[kind]
        return self._read(
            f"read {called(kind)} {external_id}",
            lambda call: call.get_single_object(entity, external_id),
            lambda envelope: shape(envelope[entity]),
        )

    def rows(self, entity: str, *, inactive: bool = False) -> list[JsonObject]:
        """All active rows of a list entity; with `inactive` the others too."""
        where = "Active IN (true, false)" if inactive else ""
        return list(query.all_rows(lambda text: self._query(entity, text), entity, where))

    def documents_since(self, kind: DocumentKind, field: str, since: datetime) -> list[JsonObject]:
        """Documents of a kind whose time `field` is `since` or later, each as shown last in the walk."""
        entity = ENTITIES[kind]
        walk = query.rows_since(lambda text: self._query(entity, text), entity, field, since)
        return list({str(row["Id"]): row for row in walk}.values())

    def touched(self, kind: DocumentKind, client_id: str, since: datetime) -> list[JsonObject]:
        """Documents of a kind and a client that were made or changed since then, each as shown last in the walk."""
        entity, field, where = (
            ENTITIES[kind],
            "MetaData.LastUpdatedTime",
            f"CustomerRef = {query.quoted(client_id)}",
        )
        walk = query.rows_since(lambda text: self._query(entity, text), entity, field, since, where)
        return list({str(row["Id"]): row for row in walk}.values())

    def invoices_numbered(self, numbers: Iterable[str]) -> list[JsonObject]:
        """Invoices that carry one of these numbers."""
        wanted = ", ".join(query.quoted(number) for number in numbers)
        text = query.select("Invoice", f"DocNumber IN ({wanted})")
        return self._query("Invoice", text)

    def invoices_dated(self, client_id: str, first: date, last: date) -> list[JsonObject]:
        """Invoices of a client whose date lies from `first` through `last`."""
        days = f"TxnDate >= {query.quoted(first.isoformat())} AND TxnDate <= {query.quoted(last.isoformat())}"
        where = f"CustomerRef = {query.quoted(client_id)} AND {days}"
        return list(query.all_rows(lambda text: self._query("Invoice", text), "Invoice", where))

    def changes(self, since: datetime) -> tuple[list[Changed], datetime]:
        """Documents changed since then with their kinds, and the service's own time. At most 1,000 rows in all."""
        return self._read(
            "list changed documents",
            lambda call: call.change_data_capture(",".join(ENTITIES.values()), query.stamp(since)),
            lambda envelope: (_changed_rows(envelope), time_of(envelope["time"])),
        )

    def write(self, action: str, request: WriteRequest, request_id: str, send_by: datetime) -> JsonObject:
        """Post one body once; the envelope of the answer, whatever it holds."""
        call = self._call(action, Departure(send_by, self._clock))
        operation = "void" if request.operation == "void" else None
        return call.write(path_of(request.kind), request.body, request_id, operation)

    def _query(self, entity: str, text: str) -> list[JsonObject]:
        return self._read(
            f"list {entity} rows",
            lambda call: call.query(text),
            lambda envelope: [dict(row) for row in envelope["QueryResponse"].get(entity, [])],
        )

    def _read(self, action: str, ask: Callable[[Call], JsonObject], shape: Shape[T]) -> T:
        def once() -> T:
            envelope = ask(self._call(action, Departure(None, self._clock)))
            try:
                return shape(envelope)
            except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
                reason = f"the answer lacks what was asked for ({type(error).__name__})"
                raise Transient("QuickBooks", action, reason, sent=True) from None

        return self._retry.call(once)

    def _call(self, action: str, departure: Departure) -> Call:
        return Call.to(self.login, self._session, action, departure)


def _changed_rows(envelope: JsonObject) -> list[Changed]:
    return [
        (kind, dict(row))
        for response in envelope["CDCResponse"]
        for group in response["QueryResponse"]
        for kind, entity in ENTITIES.items()
        for row in group.get(entity, [])
    ]
