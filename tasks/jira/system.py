"""Where Jira is, and who we are there."""

from blocks.jira import JiraCredentials
from tasks.jira import events
from tasks.jira.models import Person
from tieline import Api, HttpRules, Identity, http_connector

connector = http_connector(
    "jira",
    block=JiraCredentials,
    docs="https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/",
    # Jira gives each request a price and each site a budget, and says 429 with Retry-After when it is spent; see
    # https://developer.atlassian.com/cloud/jira/platform/rate-limiting/. This is well within it.
    rules=HttpRules(rate="600/minute"),
    webhook=events.webhook,
)

connector.event(events.IssueEvent, "issue_created", "issue_updated")
connector.event(events.CommentEvent, "comment_created")


@connector.health
async def check(api: Api) -> Identity:
    """Whom the token belongs to."""
    person = await api.get("/myself", into=Person)
    return Identity(name=person.displayName, detail=person.emailAddress or "")
