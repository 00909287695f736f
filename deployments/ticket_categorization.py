"""When tickets are categorized: as they come in, and every hour for what was missed.

Both help desks use the saved connection `support`. `tieline up` makes one that leads to the sandbox where there is
none; `tieline connect zendesk --name support --replace` puts your own in its place.
"""

from prefect.deployments.runner import RunnerDeployment
from prefect.events import DeploymentEventTrigger
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.ticket_categorization import ticket_categorization

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


def _on_event(system: str, event: str) -> RunnerDeployment:
    """A ticket as soon as it is there. The event names the connection and the ticket."""
    return RunnerDeployment.from_flow(
        ticket_categorization,
        f"{system}-new-ticket",
        description=f"Categorizes a ticket when {system} says that it was created.",
        triggers=[
            DeploymentEventTrigger(
                name=f"New ticket in {system}",
                description=f"Starts ticket-categorization/{system}-new-ticket.",
                expect={f"{system}.{event}"},
                parameters={
                    "helpdesk": system + "/{{ event.payload.connection }}",
                    "tickets": ["{{ event.payload.ticket_id }}"],
                },
            )
        ],
        parameters={"helpdesk": f"{system}/{CONNECTION}"},
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=[system],
    )


deployments = [
    _on_event("zendesk", "ticket.created"),
    _on_event("freshdesk", "ticket_created"),
    _hourly("zendesk"),
    _hourly("freshdesk"),
]
