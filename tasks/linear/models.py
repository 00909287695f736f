"""What Linear's API tells us, and what it is told."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tieline import Model

IssueId = Annotated[str, Field(description="Its identifier, such as ENG-123, or its UUID.", min_length=1)]
Id = Annotated[str, Field(description="A UUID.", min_length=1)]
TeamKey = Annotated[str, Field(description="The key of a team, such as ENG.", min_length=1)]
Limit = Annotated[int, Field(gt=0)]
Text = Annotated[str, Field(description="Markdown.")]
#: 0 is none, 1 urgent, 4 low.
Priority = Annotated[int, Field(description="0 none, 1 urgent, 2 high, 3 medium, 4 low.", ge=0, le=4)]


def _nodes(value: Any) -> Any:
    """What a connection holds; webhooks have a plain list instead."""
    return value.get("nodes") if isinstance(value, Mapping) else value


class Person(Model):
    """A member of the workspace."""

    id: str
    name: str = ""
    email: str | None = None


class Team(Model):
    """A team."""

    id: str
    key: str
    name: str = ""


class State(Model):
    """A step of a team's workflow."""

    id: str
    name: str
    type: str = Field("", description="triage, backlog, unstarted, started, completed or canceled.")
    team: Team | None = None


class Label(Model):
    """A label of a team, or of the whole workspace."""

    id: str
    name: str
    color: str = ""
    team: Team | None = None


class ProjectStatus(Model):
    """Where a project stands."""

    id: str
    name: str
    type: str = ""


class Project(Model):
    """A project, which can be of several teams."""

    id: str
    name: str
    description: str = ""
    content: str | None = Field(None, description="The long description, in Markdown.")
    url: str = ""
    status: ProjectStatus | None = None
    lead: Person | None = None
    progress: float | None = Field(None, description="Between 0 and 1.")
    startDate: date | None = None  # noqa: N815 - Linear's word
    targetDate: date | None = None  # noqa: N815 - Linear's word


class ProjectName(Model):
    """The project of an issue."""

    id: str
    name: str = ""


class Issue(Model):
    """An issue."""

    id: str
    identifier: str = Field(description="Such as ENG-123.")
    title: str
    description: str | None = None
    url: str = ""
    branchName: str = ""  # noqa: N815 - Linear's word
    priority: float = 0
    estimate: float | None = None
    dueDate: date | None = None  # noqa: N815 - Linear's word
    createdAt: datetime | None = None  # noqa: N815 - Linear's word
    updatedAt: datetime | None = None  # noqa: N815 - Linear's word
    state: State | None = None
    team: Team | None = None
    project: ProjectName | None = None
    assignee: Person | None = None
    creator: Person | None = None
    labels: Annotated[tuple[Label, ...], BeforeValidator(_nodes)] = ()


class IssueName(Model):
    """The issue that something belongs to."""

    id: str
    identifier: str = ""
    title: str = ""


class Comment(Model):
    """A comment, in Markdown."""

    id: str
    body: str = ""
    url: str | None = None
    createdAt: datetime | None = None  # noqa: N815 - Linear's word
    updatedAt: datetime | None = None  # noqa: N815 - Linear's word
    user: Person | None = None
    issue: IssueName | None = None


class Attachment(Model):
    """A link from an issue to something elsewhere."""

    id: str
    title: str = ""
    subtitle: str | None = None
    url: str
    metadata: dict[str, Any] = Field(default_factory=dict)
    issue: IssueName | None = None


class Hook(Model):
    """A webhook."""

    id: str
    label: str | None = None
    url: str | None = None
    enabled: bool = True
    resourceTypes: tuple[str, ...] = ()  # noqa: N815 - Linear's word
    allPublicTeams: bool = False  # noqa: N815 - Linear's word
    team: Team | None = None


class Done(Model):
    """That something was done which leaves nothing to show."""

    success: Literal[True]
