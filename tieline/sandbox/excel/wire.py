"""How the simulated Excel is asked: who is let in, which workbook is meant, and in which session."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox import graph
from tieline.sandbox.excel.memory import Book, Session, Workbooks
from tieline.sandbox.graph import GraphError
from tieline.sandbox.vendor import state_of

LOGIN = {
    "tenant_id": "84841066-274d-4ec0-a5c1-276be684bdd3",
    "client_id": "1b8d1f5a-6d0e-4c0b-9a57-0f1d2c3b4a59",
    "client_secret": "sandbox-excel-secret",
    "refresh_token": "sandbox-excel-refresh",
}
#: https://learn.microsoft.com/office/dev/add-ins/concepts/resource-limits-and-performance-optimization#excel-add-ins
LARGEST = 5_000_000


@dataclass(frozen=True)
class Call:
    """A call of a workbook's: the workbook as its session sees it, and what is written there."""

    memory: Workbooks
    number: str
    book: Book
    session: Session | None
    body: dict[str, Any]

    def changed(self) -> None:
        """Note that the workbook has changed, unless only a copy has."""
        if self.session is None or self.session.persist:
            self.memory.touch(self.number)


def memory_of(request: Request) -> Workbooks:
    """The workbooks."""
    return state_of(request)[Workbooks]


def logged_in(handler: graph.Handler) -> graph.Handler:
    """Let in who has a token that is good, and acts for a person: Microsoft knows no other for workbooks."""

    async def person(request: Request) -> Response:
        if graph.bearer(request).startswith(graph.APP):
            raise refused(403, "accessDenied", "forbiddenUncategorized", "Application permissions are not supported.")
        return await handler(request)

    return graph.logged_in(person, memory_of)


def refused(status: int, code: str, detail: str, message: str) -> GraphError:
    """An error as Excel makes them, https://learn.microsoft.com/graph/workbook-error-codes."""
    error = GraphError(status, code, message)
    inner = {"code": detail, "message": message}
    error.answer = JSONResponse({"error": {"code": code, "message": message, "innerError": inner}}, status)
    return error


def invalid(message: str) -> GraphError:
    """An argument that makes no sense."""
    return refused(400, "invalidRequest", "invalidArgument", message)


def missing() -> GraphError:
    """There is no such worksheet, table or range."""
    return refused(404, "resourceNotFound", "itemNotFound", "The requested resource doesn't exist.")


async def call(request: Request) -> Call:
    """Which workbook is meant, in which session. Errors: 400, 404, 413."""
    memory, number = memory_of(request), request.path_params["item"]
    if request.path_params["drive"] != memory.drive or number not in memory.books:
        raise graph.missing()
    if len(await request.body()) > LARGEST:
        raise refused(413, "requestSizeExceeded", "payloadTooLargeUncategorized", "The payload exceeds the limit.")
    key, session = request.headers.get("workbook-session-id"), None
    if key is not None:
        session = memory.find(key, number)
        if session is None:
            said = "The session specified in the request does not exist or is invalid due to a transient error."
            raise refused(404, "resourceNotFound", "invalidSessionReCreatable", said)
    book = session.copy if session and not session.persist else memory.books[number]
    return Call(memory, number, book, session, await graph.json_body(request))


def answer(record: dict[str, Any], status: int = 200, select: Sequence[str] = ()) -> Response:
    """A record, or what was asked for of it. Errors: 400."""
    unknown = [name for name in select if name not in record]
    if unknown:
        raise GraphError(400, "BadRequest", f"Could not find a property named '{unknown[0][:40]}'.")
    made = {name: record[name] for name in select} if select else record
    if len(json.dumps(made)) > LARGEST:
        message = "The size of the payload exceeded the limit."
        raise refused(400, "ResponsePayloadSizeLimitExceeded", "responsePayloadSizeLimitExceeded", message)
    return JSONResponse(made, status)
