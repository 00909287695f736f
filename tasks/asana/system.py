"""Where Asana is, and who we are there."""

from blocks.asana import AsanaCredentials
from tasks.asana import events
from tasks.asana.models import Person
from tieline import Api, HttpRules, Identity, http_connector
from tieline.transport.paging import cursor

connector = http_connector(
    "asana",
    block=AsanaCredentials,
    docs="https://developers.asana.com/reference/rest-api-reference",
    # That of the free plan; others have 1,500. See https://developers.asana.com/docs/rate-limits
    rules=HttpRules(rate="150/minute", paginate=cursor("next_page.offset", "offset")),
    webhook=events.webhook,
)

connector.event(events.ChangeEvent, "task.added", "task.changed", "task.removed", "task.deleted", "task.undeleted")
connector.event(events.ChangeEvent, "story.added", "story.changed", "story.removed", "story.deleted")
connector.event(events.ChangeEvent, "project.added", "project.changed", "project.removed", "project.deleted")
connector.event(events.ChangeEvent, "section.added", "section.changed", "section.removed", "section.deleted")
connector.event(events.ChangeEvent, "attachment.added", "attachment.deleted")


@connector.health
async def check(api: Api) -> Identity:
    """Whom the token belongs to."""
    person = await api.get("/users/me", into=Person, at="data")
    return Identity(name=person.name, detail=person.email or "")
