"""What GitHub tells us. https://docs.github.com/webhooks/webhook-events-and-payloads."""

from datetime import datetime

from pydantic import Field

from tasks.github.models import Comment, Issue, Named, PullRequest, RepositoryInfo, WorkflowRun
from tieline import Model
from tieline.webhooks.vendors import github

webhook = github.webhook

#: What a branch points to before it is there, and after it is gone.
NOWHERE = "0" * 40


class PushedCommit(Model):
    """A commit of a push, with the paths that it touched."""

    id: str
    message: str = ""
    timestamp: datetime | None = None
    url: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()


class Push(Model):
    """A branch or a tag was moved, made or deleted.

    See https://docs.github.com/webhooks/webhook-events-and-payloads#push
    """

    ref: str = Field(description="Such as refs/heads/main.")
    before: str = Field(description="Zeros where the branch is new.")
    after: str = Field(description="Zeros where the branch was deleted.")
    created: bool = False
    deleted: bool = False
    forced: bool = Field(default=False, description="What was there before is not an ancestor of what is there now.")
    compare: str = ""
    commits: tuple[PushedCommit, ...] = Field((), description="At most 2048, oldest first.")
    head_commit: PushedCommit | None = None
    repository: RepositoryInfo
    sender: Named = None

    @property
    def branch(self) -> str | None:
        """The branch; None for a tag."""
        return self.ref.removeprefix("refs/heads/") if self.ref.startswith("refs/heads/") else None


class PullRequestEvent(Model):
    """A pull request was opened, got new commits, was closed or merged.

    See https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request
    """

    action: str
    number: int
    pull_request: PullRequest
    before: str | None = Field(None, description="With synchronize: the head until now.")
    after: str | None = Field(None, description="With synchronize: the head from now on.")
    repository: RepositoryInfo
    sender: Named = None


class IssueEvent(Model):
    """Something happened to an issue.

    See https://docs.github.com/webhooks/webhook-events-and-payloads#issues
    """

    action: str
    issue: Issue
    repository: RepositoryInfo
    sender: Named = None


class CommentEvent(Model):
    """Somebody commented on an issue or a pull request.

    See https://docs.github.com/webhooks/webhook-events-and-payloads#issue_comment
    """

    action: str
    comment: Comment
    issue: Issue
    repository: RepositoryInfo
    sender: Named = None


class WorkflowEvent(Model):
    """A run of GitHub Actions came to its end.

    See https://docs.github.com/webhooks/webhook-events-and-payloads#workflow_run
    """

    action: str
    workflow_run: WorkflowRun
    repository: RepositoryInfo
    sender: Named = None


class Release(Model):
    """A release."""

    id: int
    tag_name: str
    name: str | None = None
    body: str | None = None
    draft: bool = False
    prerelease: bool = False
    html_url: str = ""
    published_at: datetime | None = None


class ReleaseEvent(Model):
    """A release was published.

    See https://docs.github.com/webhooks/webhook-events-and-payloads#release
    """

    action: str
    release: Release
    repository: RepositoryInfo
    sender: Named = None


class Ping(Model):
    """A webhook was just made.

    See https://docs.github.com/webhooks/webhook-events-and-payloads#ping
    """

    zen: str = ""
    hook_id: int | None = None
    repository: RepositoryInfo | None = None
