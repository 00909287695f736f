"""Jira Cloud: issues, comments, sprints and versions."""

from typing import Any

from tieline.webhooks.delivery import Delivery, Facts, Webhook
from tieline.webhooks.readers import at, body, header, numbered, words
from tieline.webhooks.verifiers import hmac_sha256

EVENTS = words("""
    attachment_created attachment_deleted board_created board_deleted board_updated comment_created comment_deleted
    comment_updated issue_created issue_deleted issue_property_deleted issue_property_set issue_updated
    issuelink_created issuelink_deleted project_created project_deleted project_updated sprint_closed sprint_created
    sprint_deleted sprint_started sprint_updated user_created user_deleted user_updated version_created
    version_deleted version_moved version_released version_unreleased version_updated worklog_created
    worklog_deleted worklog_updated
""")


def _event(delivery: Delivery) -> str:
    return body("webhookEvent")(delivery).removeprefix("jira:")


def _link(payload: Any) -> str:
    """The issue's page: its address in the API names the site."""
    site, _, rest = str(at(payload, "issue.self") or "").partition("/rest/api/")
    key = at(payload, "issue.key")
    return f"{site}/browse/{key}" if rest and isinstance(key, str) else ""


webhook = Webhook(
    verify=hmac_sha256("X-Hub-Signature", prefix="sha256="),
    event=_event,
    delivery=numbered(header("X-Atlassian-Webhook-Identifier")),
    facts=Facts(
        who="comment.updateAuthor.displayName|user.displayName|worklog.updateAuthor.displayName",
        when="timestamp",
        subject="issue.fields.summary|sprint.name|version.name|project.name|board.name",
        link=_link,
    ),
    guide="""\
1. As an admin open **Settings → System → WebHooks → Create a WebHook**.
2. URL: `{url}`. Secret: a long random text, the same as in the block. Choose the events, and a JQL filter if you like.

Webhooks that an app registers (Connect, Forge, OAuth) are signed in another way; those are not read here.
""",
    caveat="The number of the delivery is not signed; the time in the body is, but redeliveries may come late.",
    docs="https://developer.atlassian.com/cloud/jira/platform/webhooks/",
)
