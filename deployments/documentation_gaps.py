"""When solved tickets are compared with the documentation: as a help desk says that they are solved.

Which help desks count is said by documentation projects, in `questions_from`: with none, nothing happens.
"""

from flows.documentation_gaps import documentation_gaps
from tieline.dispatch import Trigger, on_event


def _on_solved(system: str, event: str, number: str) -> Trigger:
    return on_event(
        f"{system}.{event}",
        documentation_gaps,
        map={"helpdesk": system + "/{connection}", "tickets": [number]},
        batch="tickets",
        at_most=50,
        lane="batch",
        name=f"{system}-solved",
        description=f"Looks whether the documentation answers what was asked in a solved ticket of {system}.",
    )


triggers = [
    _on_solved("zendesk", "ticket.solved", "{payload.detail.id}"),
    _on_solved("freshdesk", "ticket_resolved", "{payload.ticket_id}"),
    _on_solved("intercom", "conversation.admin.closed", "{payload.data.item.id}"),
]
