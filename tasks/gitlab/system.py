"""Where GitLab is, who we are there, and how it says no."""

from blocks.gitlab import GitLabCredentials
from tasks.gitlab import events
from tasks.gitlab.models import Account
from tieline import Api, HttpRules, Identity, http_connector
from tieline.errors import Conflict, ConnectorError
from tieline.transport.answers import peek
from tieline.transport.paging import dig, link_header
from tieline.transport.rules import Answer

INVALID = 400
#: How it says, with 400, that somebody else was faster: it has no code for that.
_TAKEN = (
    "has changed since you started editing it",
    "already exists",
    "A file with this name doesn't exist",
    "Please refresh and try again",
)


def _error(answer: Answer) -> ConnectorError | None:
    """Conflicts, which come with 400 from commits and branches.

    See https://docs.gitlab.com/api/repository_files/#update-existing-file-in-repository
    """
    message = str(dig(peek(answer), "message") or "") if answer.status_code == INVALID else ""
    taken = next((known for known in _TAKEN if known in message), None)
    hint = "Nothing was changed. Read it again, and decide then."
    return Conflict(f"It answered {INVALID}: ... {taken}.", hint=hint, status=INVALID) if taken else None


connector = http_connector(
    "gitlab",
    title="GitLab",
    block=GitLabCredentials,
    docs="https://docs.gitlab.com/api/rest/",
    # Of gitlab.com; on an own server it is whatever its administrators say. See
    # https://docs.gitlab.com/user/gitlab_com/#rate-limits-on-gitlabcom
    rules=HttpRules(rate="2000/minute", paginate=link_header, error=_error),
    webhook=events.webhook,
)

connector.event(events.Push, "push")
connector.event(events.MergeRequestEvent, "pull_request.opened", "pull_request.synchronize")
connector.event(events.MergeRequestEvent, "pull_request.closed", "pull_request.merged")
connector.event(events.IssueEvent, "issues.opened", "issues.edited", "issues.closed", "issues.reopened")
connector.event(events.IssueEvent, "issues.assigned", "issues.unassigned")
connector.event(events.IssueEvent, "issues.labeled", "issues.unlabeled")
connector.event(events.CommentEvent, "issue_comment.created")
connector.event(events.PipelineEvent, "workflow_run.completed")
connector.event(events.ReleaseEvent, "release.published")


@connector.health
async def check(api: Api) -> Identity:
    """Whom the token belongs to; one of a project or a group has an account of its own."""
    account = await api.get("/user", into=Account)
    return Identity(name=account.username, detail=account.name)
