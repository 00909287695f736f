"""Zendesk's bulk writes and the jobs that do them.

Pages: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-many-tickets,
https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-many-tickets,
https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#bulk-delete-tickets,
https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/
"""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.desks import Desk
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import is_integer
from tieline.sandbox.zendesk import rules
from tieline.sandbox.zendesk.wire import (
    PAGE,
    Refused,
    body_of,
    desk_of,
    ids_in,
    invalid_attribute,
    json_body,
    link,
    not_found,
    too_many,
)

STARTS_AFTER = 0.01
"""Seconds that a job stays queued."""

WORKS_FOR = 0.02
"""Seconds that a job works."""


async def create_many(request: Request) -> Response:
    """POST /tickets/create_many: up to 100 tickets, created by a job."""
    tickets = await _tickets(request)
    desk = desk_of(request)

    def one(index: int, values: Record) -> Record:
        return {"id": rules.create(desk, values).id, "index": index}

    return _start(request, "Bulk Create Ticket", one, tickets)


async def update_many(request: Request) -> Response:
    """PUT /tickets/update_many: the same values for `?ids=...`, or a list of tickets with an id each."""
    desk = desk_of(request)
    if "ids" in request.query_params:
        ids = ids_in(request)
        values = await body_of(request, "ticket")
        tickets = [{**values, "id": number} for number in ids]
    else:
        tickets = await _tickets(request)
        if not all(is_integer(ticket.get("id")) for ticket in tickets):
            raise invalid_attribute("tickets.id", "an integer")

    def one(_index: int, values: Record) -> Record:
        ticket = desk.find(values["id"])
        if ticket is None:
            raise not_found()
        rules.update(desk, ticket, values)
        return {"id": ticket.id, "action": "update", "success": True, "status": "Updated"}

    return _start(request, "Bulk Update Ticket", one, tickets)


async def destroy_many(request: Request) -> Response:
    """DELETE /tickets/destroy_many?ids=...: up to 100 tickets, thrown away by a job."""
    desk = desk_of(request)

    def one(index: int, values: Record) -> Record:
        ticket = desk.find(values["id"])
        if ticket is None:
            raise not_found()
        desk.throw_away(ticket)
        return {"id": ticket.id, "index": index, "action": "delete", "success": True, "status": "Deleted"}

    return _start(request, "Bulk Delete Ticket", one, [{"id": number} for number in ids_in(request)])


async def _tickets(request: Request) -> list[Record]:
    tickets = (await json_body(request)).get("tickets")
    if not isinstance(tickets, list) or not all(isinstance(ticket, dict) for ticket in tickets):
        raise invalid_attribute("tickets", "an array of hashes")
    if len(tickets) > PAGE:
        raise too_many("tickets")
    return tickets


def _start(request: Request, kind: str, one: Callable[[int, Record], Record], tickets: list[Record]) -> Response:
    """Queue a job, and let it run soon. The timers inherit the request's id."""
    desk = desk_of(request)
    number = uuid.uuid4().hex
    job: Record = {
        "id": number,
        "job_type": kind,
        "url": link(request, f"job_statuses/{number}"),
        "total": len(tickets),
        "progress": 0,
        "status": "queued",
        "message": None,
        "results": None,
    }
    desk.jobs[number] = job
    answer = JSONResponse({"job_status": dict(job)})
    loop = asyncio.get_running_loop()
    loop.call_later(STARTS_AFTER, job.update, {"status": "working"})
    loop.call_later(STARTS_AFTER + WORKS_FOR, _work, desk, job, one, tickets)
    return answer


def _work(desk: Desk, job: Record, one: Callable[[int, Record], Record], tickets: list[Record]) -> None:
    results: list[Record] = []
    for index, values in enumerate(tickets):
        try:
            results.append(one(index, values))
        except Refused as refused:
            results.append(_failed(index, values, refused.body))
    done = desk.clock().strftime("%Y-%m-%d %H:%M:%S +0000")
    job.update(status="completed", progress=len(tickets), message=f"Completed at {done}", results=results)


def _failed(index: int, values: Record, body: Any) -> Record:
    """A ticket that the job could not write: the error word and the sentences."""
    error = body.get("error") if isinstance(body, dict) else None
    word = error if isinstance(error, str) else "InvalidAttribute"
    if isinstance(error, dict):
        text = str(error["message"])
    else:
        problems = [p["description"] for field in body.get("details", {}).values() for p in field]
        text = " ".join(problems) or str(body.get("description", ""))
    where = {"id": values["id"], "action": "update"} if "id" in values else {"index": index, "action": "create"}
    return {**where, "success": False, "status": "Failed", "error": word, "details": text}


async def show_job(request: Request) -> Response:
    """GET /job_statuses/{id}."""
    job = desk_of(request).jobs.get(request.path_params["id"])
    if job is None:
        raise not_found()
    return JSONResponse({"job_status": job})


ROUTES = [
    Route("/tickets/create_many", create_many, methods=["POST"]),
    Route("/tickets/update_many", update_many, methods=["PUT"]),
    Route("/tickets/destroy_many", destroy_many, methods=["DELETE"]),
    Route("/job_statuses/{id}", show_job, methods=["GET"]),
]
