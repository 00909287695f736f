"""What Asana's API tells us, and what it is told. Fields beside the name come only when they are asked for."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, SecretStr

from tieline import Model

Gid = Annotated[str, Field(description="The number at the end of its address.", pattern=r"^\d+$")]
Limit = Annotated[int, Field(gt=0)]
#: Most items of a page.
PAGE = 100

TASK_FIELDS = (
    "name,resource_subtype,notes,completed,completed_at,created_at,modified_at,due_on,due_at,permalink_url,"
    "assignee.name,parent.name,tags.name,projects.name,memberships.project.name,memberships.section.name"
)
STORY_FIELDS = "text,type,resource_subtype,created_at,created_by.name"
PROJECT_FIELDS = "name,notes,archived,completed,created_at,modified_at,due_on,permalink_url,team.name,workspace.name"
ATTACHMENT_FIELDS = "name,resource_subtype,created_at,download_url,permanent_url,host,size,view_url"
HOOK_FIELDS = "active,target,resource.name,filters,filters.resource_subtype,filters.action,last_failure_content"


class Named(Model):
    """Something, as far as others tell of it."""

    gid: str
    name: str | None = None
    resource_type: str = ""


class Membership(Model):
    """In which section of which project a task is."""

    project: Named | None = None
    section: Named | None = None


class Task(Model):
    """A task."""

    gid: str
    name: str = ""
    resource_subtype: str = Field("", description="default_task, milestone, approval or section.")
    notes: str = ""
    completed: bool = False
    completed_at: datetime | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    permalink_url: str = ""
    assignee: Named | None = None
    parent: Named | None = None
    tags: tuple[Named, ...] = ()
    projects: tuple[Named, ...] = ()
    memberships: tuple[Membership, ...] = ()


class Story(Model):
    """What happened to a task: a comment, or a change that Asana has written down."""

    gid: str
    text: str = ""
    type: str = Field("", description="comment or system.")
    resource_subtype: str = ""
    created_at: datetime | None = None
    created_by: Named | None = None


class Project(Model):
    """A project."""

    gid: str
    name: str = ""
    notes: str = ""
    archived: bool = False
    completed: bool = False
    created_at: datetime | None = None
    modified_at: datetime | None = None
    due_on: date | None = None
    permalink_url: str = ""
    team: Named | None = None
    workspace: Named | None = None


class Attachment(Model):
    """A file of a task, or a link."""

    gid: str
    name: str = ""
    resource_subtype: str = Field("", description="asana for a file that Asana keeps, external for a link.")
    created_at: datetime | None = None
    download_url: str | None = Field(None, description="Good for two minutes at least.")
    permanent_url: str | None = None
    view_url: str | None = None
    host: str = ""
    size: int | None = Field(None, description="In bytes.")


class Person(Model):
    """A member."""

    gid: str
    name: str = ""
    email: str | None = None


class Filter(Model):
    """Which events a webhook tells of."""

    resource_type: str = ""
    action: str | None = None


class Hook(Model):
    """A webhook."""

    gid: str
    resource: Named
    target: str
    active: bool = False
    filters: tuple[Filter, ...] = ()
    last_failure_content: str | None = None
    secret: SecretStr | None = Field(None, exclude=True, description="What it signs with; only when it was just made.")


class Established(Model):
    """The answer to a webhook that was just made."""

    data: Hook
    secret: SecretStr = Field(alias="X-Hook-Secret")
