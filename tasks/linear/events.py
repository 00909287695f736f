"""What Linear tells us. https://linear.app/developers/webhooks."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from tasks.linear.models import Attachment, Comment, Issue, Label, Person, Project
from tieline import Model
from tieline.webhooks.vendors import linear

webhook = linear.webhook


class Change(Model):
    """What all events say."""

    action: Literal["create", "update", "remove"]
    type: str
    createdAt: datetime | None = None  # noqa: N815 - Linear's word
    actor: Person | None = None
    url: str | None = None
    updatedFrom: dict[str, Any] = Field({}, description="With update: the old values of what has changed.")  # noqa: N815 - as above


class IssueEvent(Change):
    """An issue was created, changed or removed. See https://linear.app/developers/webhooks."""

    data: Issue


class CommentEvent(Change):
    """A comment was written, changed or removed. See https://linear.app/developers/webhooks."""

    data: Comment


class ProjectEvent(Change):
    """A project was created, changed or removed. See https://linear.app/developers/webhooks."""

    data: Project


class AttachmentEvent(Change):
    """A link of an issue was made, changed or removed. See https://linear.app/developers/webhooks."""

    data: Attachment


class LabelEvent(Change):
    """A label was made, changed or removed; not that an issue got it. See https://linear.app/developers/webhooks."""

    data: Label
