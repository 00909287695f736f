"""Where GitHub is, who we are there, and how it says no."""

from blocks.github import GitHubCredentials
from tasks.github import events
from tasks.github.models import Account
from tieline import Api, HttpRules, Identity, http_connector
from tieline.errors import Conflict, ConnectorError, RateLimited
from tieline.transport.answers import peek
from tieline.transport.paging import dig, link_header
from tieline.transport.retry import retry_after, until_reset
from tieline.transport.rules import Answer

FORBIDDEN, TAKEN, INVALID, TOO_MANY = 403, 409, 422, 429
#: What GitHub asks for where it says that we are too fast, and not for how long.
WAIT_SECONDS = 60.0
#: How it says, with 422, that somebody else was faster.
_TAKEN = (
    "Update is not a fast forward",
    "Reference already exists",
    "A pull request already exists",
    '"sha" wasn\'t supplied',
)


def _error(answer: Answer) -> ConnectorError | None:
    """The two limits, which come with 403 as well as with 429, and conflicts, which come with 422.

    See https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
    """
    status, said = answer.status_code, peek(answer)
    message = str(dig(said, "message") or "")
    if status in {FORBIDDEN, TOO_MANY}:
        return _limited(answer, message)
    if status == TAKEN and message.startswith("Git Repository is empty"):
        hint = "Make its first commit with create_or_update_file."
        return Conflict("The repository is empty: it has no commit and no branch.", hint=hint, status=status)
    told = (
        [message, *(str(dig(one, "message") or "") for one in dig(said, "errors") or [])] if status == INVALID else []
    )
    taken = next((known for known in _TAKEN if any(known in one for one in told)), None)
    hint = "Read it again, and decide then."
    return Conflict(f"It answered {status}: {taken}.", hint=hint, status=status) if taken else None


def _limited(answer: Answer, message: str) -> RateLimited | None:
    asked, headers = retry_after(answer), answer.headers
    spent = headers.get("x-ratelimit-remaining") == "0"
    secondary = "secondary rate limit" in message.lower() or "abuse detection" in message.lower()
    if asked is None and not spent and not secondary:
        return None  # an ordinary 403, or a 429 of something in between
    if asked is None:
        asked = (until_reset(answer) if spent else None) or WAIT_SECONDS
    what = "The hour's requests are used up" if spent else "Too many requests in a short time"
    hint = f"It asks to come back in {asked:.0f} s."
    return RateLimited(f"{what} ({answer.status_code}).", hint=hint, status=answer.status_code, retry_after=asked)


connector = http_connector(
    "github",
    title="GitHub",
    block=GitHubCredentials,
    docs="https://docs.github.com/rest",
    # 5,000 an hour; and 900 points a minute, of which a read costs one and a write five. See
    # https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
    rules=HttpRules(rate="900/minute; 5000/hour", paginate=link_header, error=_error),
    webhook=events.webhook,
)

connector.event(events.Push, "push")
connector.event(events.PullRequestEvent, "pull_request.opened", "pull_request.synchronize")
connector.event(events.PullRequestEvent, "pull_request.closed", "pull_request.merged")
connector.event(events.IssueEvent, "issues.opened", "issues.edited", "issues.closed", "issues.reopened")
connector.event(events.IssueEvent, "issues.deleted", "issues.assigned", "issues.unassigned")
connector.event(events.IssueEvent, "issues.labeled", "issues.unlabeled")
connector.event(events.CommentEvent, "issue_comment.created")
connector.event(events.WorkflowEvent, "workflow_run.completed")
connector.event(events.ReleaseEvent, "release.published")
connector.event(events.Ping, "ping")


@connector.health
async def check(api: Api) -> Identity:
    """Whom the token belongs to, or how many repositories the App was installed for."""
    credentials = api.credentials
    if isinstance(credentials, GitHubCredentials) and credentials.app_id:
        seen = await api.get("/installation/repositories", into=int, at="total_count", params={"per_page": 1})
        return Identity(name=f"App {credentials.app_id}", detail=f"{seen} repositories")
    account = await api.get("/user", into=Account)
    return Identity(name=account.login, detail=account.type)
