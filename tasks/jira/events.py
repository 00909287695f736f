"""What Jira tells us, and how it names, numbers and signs it."""

from typing import Any

from tasks.jira.models import Comment, Issue, Person
from tieline import Model, Webhook
from tieline.webhooks import Delivery, Facts, body, either, header, hmac_sha256, numbered
from tieline.webhooks.readers import at
from tieline.webhooks.tokens import SignedToken


def _event(delivery: Delivery) -> str:
    return body("webhookEvent")(delivery).removeprefix("jira:")


def _link(payload: Any) -> str:
    """The issue's page: its address in the API names the site."""
    site, _, rest = str(at(payload, "issue.self") or "").partition("/rest/api/")
    key = at(payload, "issue.key")
    return f"{site}/browse/{key}" if rest and isinstance(key, str) else ""


webhook = Webhook(
    # An admin's are signed as a whole. Those of an app carry a token that is signed with its secret, see
    # https://developer.atlassian.com/cloud/jira/platform/webhooks/#webhooks-authentication-for-oauth-2-0-apps.
    verify=either(hmac_sha256("X-Hub-Signature", prefix="sha256="), SignedToken()),
    event=_event,
    delivery=numbered(header("X-Atlassian-Webhook-Identifier")),
    facts=Facts(
        who="comment.updateAuthor.displayName|user.displayName|worklog.updateAuthor.displayName",
        when="timestamp",
        subject="issue.fields.summary|sprint.name|version.name|project.name|board.name",
        link=_link,
    ),
    guide="""\
`tieline webhook setup jira` does this through Jira's API, if the connection is of an admin of the site, or of an app
that somebody has let in (`tieline connect jira --login`). The webhooks of an app end after 30 days, and the flow
`renew_subscriptions` keeps them alive. By hand:

1. As an admin open **Settings → System → WebHooks → Create a WebHook**.
2. URL: `{url}`. Secret: a long random text, the same as in the block. Choose the events, and a JQL filter if you like.

An app's (OAuth) are verified with its `client_secret`. Those of Connect and Forge apps are not read here.
""",
    caveat="The number of the delivery is not signed; the time in the body is, but redeliveries may come late. The "
    "token with an app's webhook says who sends, and not what.",
    docs="https://developer.atlassian.com/cloud/jira/platform/webhooks/",
)


class IssueEvent(Model):
    """An issue was created or changed. The texts in it are in Jira's old wiki markup; `get_issue` has Markdown.

    See https://developer.atlassian.com/cloud/jira/platform/webhooks/
    """

    webhookEvent: str  # noqa: N815 - Jira's word
    timestamp: int | None = None
    issue: Issue
    user: Person | None = None
    changelog: dict[str, Any] | None = None


class CommentEvent(Model):
    """Somebody wrote a comment, which is in Jira's old wiki markup; `list_comments` has Markdown.

    See https://developer.atlassian.com/cloud/jira/platform/webhooks/
    """

    webhookEvent: str  # noqa: N815 - Jira's word
    timestamp: int | None = None
    comment: Comment
    issue: Issue
