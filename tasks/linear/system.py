"""Where Linear is, who we are there, and how it says no."""

from collections.abc import Mapping
from email.utils import mktime_tz, parsedate_tz

from blocks.linear import LinearCredentials
from tasks.linear import events
from tasks.linear.graphql import ask
from tasks.linear.models import Person
from tieline import Api, HttpRules, Identity, NotFound, http_connector
from tieline.errors import AuthFailed, ConnectorError, Locked, RateLimited, Rejected, Unavailable
from tieline.transport.answers import peek
from tieline.transport.paging import dig
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer

#: What we wait where Linear says that we are too fast, and not for how long.
WAIT_SECONDS = 60.0
#: Linear's types of errors, as its own library lists them; all others mean that the request was wrong. See
#: https://github.com/linear/linear/blob/master/packages/sdk/src/error.ts
_KINDS: Mapping[str, type[ConnectorError]] = {
    "authentication error": AuthFailed,
    "forbidden": AuthFailed,
    "feature not accessible": AuthFailed,
    "ratelimited": RateLimited,
    "lock timeout": Locked,
    "internal error": Unavailable,
    "network error": Unavailable,
    "bootstrap error": Unavailable,
}
_BUDGETS = ("requests", "complexity", "endpoint-requests")


def _error(answer: Answer) -> ConnectorError | None:
    """The first error in the answer, whatever its status: 200, and 400 also where a budget is spent.

    See https://linear.app/developers/graphql#errors and https://linear.app/developers/rate-limiting
    """
    said = dig(peek(answer), "errors")
    first = said[0] if isinstance(said, list) and said else None
    if first is None:
        return None
    message, more = str(dig(first, "message") or ""), dig(first, "extensions")
    words, status = str(dig(more, "userPresentableMessage") or message), answer.status_code
    code, kind = str(dig(more, "code") or ""), str(dig(more, "type") or "")
    if code == "RATELIMITED" or kind == "ratelimited":
        wait = _wait(answer)
        hint = f"It asks to come back in {wait:.0f} s."
        return RateLimited(f"It refused more requests: {words}", hint=hint, status=status, code=code, retry_after=wait)
    # A thing that is not there has no code of its own.
    cause = NotFound if message.startswith("Entity not found") else _KINDS.get(kind, Rejected)
    if code == "AUTHENTICATION_ERROR":
        cause = AuthFailed
    error = cause(f"It answered: {words}", status=status, code=code or kind)
    if isinstance(error, Unavailable):
        error.may_have_happened = True
    return error


def _wait(answer: Answer) -> float:
    """Seconds until the budget that is spent is there again, by Linear's own clock; it says when in milliseconds."""
    asked, headers = retry_after(answer), answer.headers
    if asked is not None:
        return asked
    now = parsedate_tz(headers.get("date", ""))
    spent = (name for name in _BUDGETS if headers.get(f"x-ratelimit-{name}-remaining") == "0")
    resets = [headers.get(f"x-ratelimit-{name}-reset", "") for name in spent]
    seconds = [int(one) / 1000 - mktime_tz(now) for one in resets if one.isdigit() and now]
    return max([1.0, *seconds]) if seconds else WAIT_SECONDS


connector = http_connector(
    "linear",
    block=LinearCredentials,
    docs="https://linear.app/developers",
    # What each key was allowed at least; later pages say more. Each query has a price, too, up to 10,000 points.
    rules=HttpRules(rate="1500/hour", error=_error),
    webhook=events.webhook,
)

connector.event(events.IssueEvent, "issue.create", "issue.update", "issue.remove")
connector.event(events.CommentEvent, "comment.create", "comment.update", "comment.remove")
connector.event(events.ProjectEvent, "project.create", "project.update", "project.remove")
connector.event(events.AttachmentEvent, "attachment.create", "attachment.update", "attachment.remove")
connector.event(events.LabelEvent, "issuelabel.create", "issuelabel.update", "issuelabel.remove")


@connector.health
async def check(api: Api) -> Identity:
    """Whom the key belongs to."""
    person = await ask(api, "query { viewer { id name email } }", {}, into=Person, at="viewer")
    return Identity(name=person.name, detail=person.email or "")
