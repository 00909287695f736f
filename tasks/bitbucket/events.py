"""What Bitbucket tells us. https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/."""

from typing import Any

from pydantic import AliasPath, Field

from tasks.bitbucket.models import BuildStatus, Comment, Commit, Issue, Named, PullRequest, RepositoryInfo
from tieline import Model
from tieline.webhooks.vendors import bitbucket

webhook = bitbucket.webhook

#: What a branch points to before it is there, and after it is gone: as other code hosts write it.
NOWHERE = "0" * 40


class Pointer(Model):
    """Where a branch or a tag was, or is."""

    type: str = Field("branch", description="branch or tag.")
    name: str
    target: Commit


class Change(Model):
    """What a push did to one branch or tag."""

    old: Pointer | None = Field(None, description="None where it is new.")
    new: Pointer | None = Field(None, description="None where it was deleted.")
    created: bool = False
    closed: bool = Field(default=False, description="It was deleted.")
    forced: bool = Field(default=False, description="What was there before is not an ancestor of what is there now.")
    truncated: bool = Field(default=False, description="There are more than the five commits that are told.")
    commits: tuple[Commit, ...] = Field((), description="The newest five.")

    @property
    def branch(self) -> str | None:
        """The branch; None for a tag."""
        at = self.new or self.old
        return at.name if at is not None and at.type == "branch" else None

    @property
    def before(self) -> str:
        """The commit until now; zeros where the branch is new."""
        return self.old.target.sha if self.old else NOWHERE

    @property
    def after(self) -> str:
        """The commit from now on; zeros where the branch was deleted."""
        return self.new.target.sha if self.new else NOWHERE


class Push(Model):
    """Branches and tags were moved, made or deleted: several of them may come as one event.

    See https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Push
    """

    changes: tuple[Change, ...] = Field(validation_alias=AliasPath("push", "changes"))
    repository: RepositoryInfo
    actor: Named = None


class PullRequestEvent(Model):
    """A pull request was opened, changed, merged or declined.

    Bitbucket tells of new commits and of another title in the same way.

    See https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Pull-request-events
    """

    pullrequest: PullRequest
    repository: RepositoryInfo
    actor: Named = None


class IssueEvent(Model):
    """An issue was opened or changed.

    See https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Issue-events
    """

    issue: Issue
    changes: dict[str, Any] = Field(default_factory=dict)
    comment: Comment | None = None
    repository: RepositoryInfo
    actor: Named = None


class CommentEvent(Model):
    """Somebody commented on an issue or a pull request: one of the two is there.

    See https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Comment-created
    """

    comment: Comment
    issue: Issue | None = None
    pullrequest: PullRequest | None = None
    repository: RepositoryInfo
    actor: Named = None


class WorkflowEvent(Model):
    """A build came to its end, in Bitbucket Pipelines or elsewhere.

    See https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Build-status-created
    """

    commit_status: BuildStatus
    repository: RepositoryInfo
    actor: Named = None
