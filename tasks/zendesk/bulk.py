"""Many tickets at once, in jobs that Zendesk does in the background.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/
"""

from collections.abc import Sequence

from pydantic_core import to_json

from tasks.zendesk.models import Job, NewTicket, Outcome, TicketChange, TicketId, change, new
from tasks.zendesk.system import connector
from tasks.zendesk.tickets import batches
from tieline import Api, segment

JOB_SECONDS = 300.0
JSON = {"content-type": "application/json"}


@connector.action(scopes=("tickets:write",))
async def create_tickets(api: Api, *, tickets: list[NewTicket]) -> list[Outcome]:
    """Open many tickets, 100 in a job, and wait until they are there.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-many-tickets
    """
    outcomes: list[Outcome] = []
    for start, batch in batches(tickets):
        job = await api.post("/tickets/create_many", {"tickets": list(map(new, batch))}, into=Job, at="job_status")
        outcomes += await _outcomes(api, job, start, [None] * len(batch))
    return outcomes


@connector.action(scopes=("tickets:write",))
async def update_tickets(api: Api, *, tickets: list[TicketChange]) -> list[Outcome]:
    """Change many tickets, 100 in a job, and wait until it is done.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-many-tickets
    """
    outcomes: list[Outcome] = []
    for start, batch in batches(tickets):
        again = not any(ticket.comment for ticket in batch)
        # As bytes, because a null in it makes a field blank, and what is None is otherwise left out.
        changes = to_json({"tickets": list(map(change, batch))})
        job = await api.put(
            "/tickets/update_many", into=Job, at="job_status", repeatable=again, content=changes, headers=JSON
        )
        outcomes += await _outcomes(api, job, start, [ticket.id for ticket in batch])
    return outcomes


@connector.action(scopes=("tickets:write",))
async def delete_tickets(api: Api, *, ticket_ids: list[TicketId]) -> list[Outcome]:
    """Throw many tickets away, 100 in a job, and wait until they are; for thirty days they can be taken back.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#bulk-delete-tickets
    """
    outcomes: list[Outcome] = []
    for start, batch in batches(ticket_ids):
        query = {"ids": ",".join(map(str, batch))}
        job = await api.delete("/tickets/destroy_many", into=Job, at="job_status", params=query)
        outcomes += await _outcomes(api, job, start, batch)
    return outcomes


async def _outcomes(api: Api, job: Job, start: int, ids: Sequence[int | None]) -> list[Outcome]:
    """Wait for a job; one outcome for each of its items, in their order.

    Args:
        api: The connection.
        job: As it was started.
        start: The place of its first item in the whole list.
        ids: What the items are, where they are something already.
    """
    path = f"/job_statuses/{segment(job.id)}"
    done = await api.poll(path, into=Job, until=lambda job: job.ended, seconds=JOB_SECONDS, at="job_status")
    results = done.results if isinstance(done.results, tuple) else ()
    places = {number: place for place, number in enumerate(ids)}
    # A result names its item by index or by id; failing that, the results stand in the order of the items.
    told = {
        places.get(result.id, place) if result.index is None else result.index: result
        for place, result in enumerate(results)
    }
    outcomes = []
    for place, number in enumerate(ids):
        result = told.get(place)
        outcomes.append(
            Outcome(
                index=start + place,
                id=result.id if result and result.id else number,
                success=result is not None and result.success and not result.error,
                error=(result.error or "") if result else done.status,
                details=(result.details or "") if result else done.message or "The job says nothing about it.",
            )
        )
    return outcomes
