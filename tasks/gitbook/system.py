"""Where GitBook is, who we are there, and how it says that we are too fast."""

from blocks.gitbook import GitBookCredentials
from tasks.gitbook import events
from tasks.gitbook.models import User
from tieline import Api, HttpRules, Identity, http_connector
from tieline.errors import ConnectorError, RateLimited
from tieline.transport.paging import cursor
from tieline.transport.retry import retry_after, until_reset
from tieline.transport.rules import Answer

TOO_MANY = 429
#: What GitBook's own message asks for.
WAIT_SECONDS = 60.0


def _error(answer: Answer) -> ConnectorError | None:
    """Its limit has no Retry-After, but the moment of its end.

    See https://gitbook.com/docs/developers/gitbook-api/rate-limiting
    """
    if answer.status_code != TOO_MANY or retry_after(answer) is not None:
        return None
    asked = until_reset(answer)
    asked = WAIT_SECONDS if asked is None else asked
    hint = f"It asks to come back in {asked:.0f} s."
    return RateLimited("Too many requests (429).", hint=hint, status=TOO_MANY, retry_after=asked)


connector = http_connector(
    "gitbook",
    title="GitBook",
    block=GitBookCredentials,
    docs="https://gitbook.com/docs/developers/gitbook-api",
    rules=HttpRules(paginate=cursor("next.page", "page"), error=_error),
    webhook=events.webhook,
)

connector.event(events.ContentUpdated, "space_content_updated")
connector.event(events.Visit, "site_view")
connector.event(events.PageFeedback, "page_feedback")


@connector.health
async def check(api: Api) -> Identity:
    """Whom the token belongs to."""
    user = await api.get("/user", into=User)
    return Identity(name=user.name or user.id, detail=user.email or "")
