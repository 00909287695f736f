"""Where Trello is, who we are there, and how it says no."""

from blocks.trello import TrelloCredentials
from tasks.trello import events
from tasks.trello.models import Member
from tieline import Api, HttpRules, Identity, NotFound, http_connector
from tieline.errors import ConnectorError, RateLimited
from tieline.transport.answers import peek
from tieline.transport.paging import dig
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer

INVALID, TOO_MANY = 400, 429
#: The time that Trello counts requests in. It does not say when to come back.
WAIT_SECONDS = 10.0


def _error(answer: Answer) -> ConnectorError | None:
    """Limits, and ids that cannot be anybody's, which come as plain text.

    See https://developer.atlassian.com/cloud/trello/guides/rest-api/rate-limits/
    """
    status = answer.status_code
    if status == INVALID and answer.text.strip() == "invalid id":
        return NotFound("It knows no such id.", hint="Check the id.", status=status)
    asked = retry_after(answer)
    if status != TOO_MANY or asked is not None:
        return None
    code = str(dig(peek(answer), "error") or "")
    hint = f"It counts requests in {WAIT_SECONDS:.0f} s."
    return RateLimited("Too many requests.", hint=hint, status=status, code=code, retry_after=WAIT_SECONDS)


connector = http_connector(
    "trello",
    block=TrelloCredentials,
    docs="https://developer.atlassian.com/cloud/trello/rest/",
    # 100 in 10 seconds for each token.
    rules=HttpRules(rate="100/10 seconds", error=_error),
    webhook=events.webhook,
)

connector.event(events.ActionEvent, "card_created", "card_updated", "card_moved", "card_archived", "card_restored")
connector.event(events.ActionEvent, "card_deleted", "card_copied", "comment_created")
connector.event(events.ActionEvent, "attachment_added", "attachment_deleted", "checklist_added", "check_item_updated")
connector.event(events.ActionEvent, "label_added", "label_removed", "member_added", "member_removed")
connector.event(events.ActionEvent, "list_created", "list_updated")


@connector.health
async def check(api: Api) -> Identity:
    """Whom the token belongs to."""
    member = await api.get("/members/me", into=Member)
    return Identity(name=member.fullName or member.username or member.id, detail=member.username or "")
