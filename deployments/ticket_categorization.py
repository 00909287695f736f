"""When tickets are categorized: as they come in, and every hour for what was missed.

Both help desks use the saved connection `support`. `tieline up` makes one that leads to the sandbox where there is
none; `tieline connect zendesk --name support --replace` puts your own in its place.
"""

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.ticket_categorization import ticket_categorization
from tieline.dispatch import Trigger, on_event

CONNECTION = "support"


def _hourly(system: str) -> RunnerDeployment:
    """What came in lately and still has no category. Twice the hour, so that a run that was missed loses nothing."""
    return RunnerDeployment.from_flow(
        ticket_categorization,
        f"{system}-hourly",
        description=f"Categorizes the new tickets of {system}/{CONNECTION}, every hour.",
        schedules=[Cron("5 * * * *", timezone="UTC")],
        parameters={"helpdesk": f"{system}/{CONNECTION}", "query": "new in the last 2 hours"},
        concurrency_limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=[system],
    )


def _on_event(system: str, event: str, number: str) -> Trigger:
    """A ticket as soon as it is there; many at once share a run."""
    return on_event(
        f"{system}.{event}",
        ticket_categorization,
        map={"helpdesk": system + "/{connection}", "tickets": [number]},
        batch="tickets",
        at_most=100,
        name=f"{system}-new-ticket",
        description=f"Categorizes a ticket when {system} says that it was created.",
        parameters={"helpdesk": f"{system}/{CONNECTION}"},
    )


triggers = [
    _on_event("zendesk", "ticket.created", "{payload.detail.id}"),
    _on_event("freshdesk", "ticket_created", "{payload.ticket_id}"),
]

deployments = [_hourly("zendesk"), _hourly("freshdesk")]
