"""What GitLab tells us. https://docs.gitlab.com/user/project/integrations/webhook_events/.

The names are those of GitHub's events, so that a trigger for one host is a trigger for another; the payloads are
GitLab's own.
"""

from datetime import datetime
from typing import Any

from pydantic import Field

from tasks.gitlab.models import Label, Named, Pointed, ProjectInfo
from tieline import Model
from tieline.webhooks.vendors import gitlab

webhook = gitlab.webhook

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
    """A branch or a tag was moved, made or deleted. GitLab does not say whether it was forced.

    See https://docs.gitlab.com/user/project/integrations/webhook_events/#push-events
    """

    ref: str = Field(description="Such as refs/heads/main.")
    before: str = Field(description="Zeros where the branch is new.")
    after: str = Field(description="Zeros where the branch was deleted.")
    user_username: str = ""
    commits: tuple[PushedCommit, ...] = Field((), description="The newest 20, oldest first.")
    total_commits_count: int = 0
    project: ProjectInfo

    @property
    def branch(self) -> str | None:
        """The branch; None for a tag."""
        return self.ref.removeprefix("refs/heads/") if self.ref.startswith("refs/heads/") else None

    @property
    def created(self) -> bool:
        """Whether it is new."""
        return self.before == NOWHERE

    @property
    def deleted(self) -> bool:
        """Whether it is gone."""
        return self.after == NOWHERE


class MergeRequestNow(Model):
    """A merge request as its events show it."""

    iid: int
    title: str = ""
    description: str | None = None
    state: str = ""
    action: str | None = None
    draft: bool = False
    source_branch: str
    target_branch: str
    last_commit: Pointed = ""
    oldrev: str | None = Field(None, description="With new commits: the head until now.")
    merge_commit_sha: str | None = None
    url: str = ""


class MergeRequestEvent(Model):
    """A merge request was opened, got new commits, was closed or merged.

    See https://docs.gitlab.com/user/project/integrations/webhook_events/#merge-request-events
    """

    object_attributes: MergeRequestNow
    project: ProjectInfo
    user: Named = None
    labels: tuple[Label, ...] = ()
    changes: dict[str, Any] = Field({}, description="Fields that were changed: previous and current.")


class IssueNow(Model):
    """An issue as its events show it."""

    iid: int
    title: str = ""
    description: str | None = None
    state: str = ""
    action: str | None = None
    confidential: bool = False
    url: str = ""


class IssueEvent(Model):
    """Something happened to an issue. Where several things did, the name says the first of labels, people, the rest.

    See https://docs.gitlab.com/user/project/integrations/webhook_events/#work-item-events
    """

    object_attributes: IssueNow
    project: ProjectInfo
    user: Named = None
    labels: tuple[Label, ...] = ()
    assignees: tuple[Label, ...] = ()
    changes: dict[str, Any] = Field({}, description="Fields that were changed: previous and current.")


class Note(Model):
    """A comment as its events show it."""

    id: int
    note: str
    noteable_type: str = Field(description="Issue or MergeRequest.")
    system: bool = False
    url: str = ""


class CommentEvent(Model):
    """Somebody commented on an issue or a merge request.

    See https://docs.gitlab.com/user/project/integrations/webhook_events/#comment-events
    """

    object_attributes: Note
    issue: IssueNow | None = None
    merge_request: MergeRequestNow | None = None
    project: ProjectInfo
    user: Named = None


class PipelineNow(Model):
    """A pipeline as its events show it."""

    id: int
    ref: str = ""
    sha: str = ""
    status: str
    source: str = ""
    url: str = ""


class PipelineEvent(Model):
    """A run of GitLab CI/CD came to its end.

    See https://docs.gitlab.com/user/project/integrations/webhook_events/#pipeline-events
    """

    object_attributes: PipelineNow
    project: ProjectInfo
    user: Named = None


class ReleaseEvent(Model):
    """A release was published.

    See https://docs.gitlab.com/user/project/integrations/webhook_events/#release-events
    """

    id: int
    action: str
    tag: str
    name: str = ""
    description: str | None = None
    url: str = ""
    project: ProjectInfo
