"""What Jira's API tells us, and what it is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from tieline import Model
from tieline.markup import adf

IssueKey = Annotated[str, Field(description="The key such as OPS-7, or the id.", min_length=1)]
Limit = Annotated[int, Field(gt=0)]
Fields = Annotated[
    list[str], Field(description="Jira's ids of fields, such as summary or customfield_10010.", min_length=1)
]
OwnFields = Annotated[
    dict[str, Any],
    Field(description='More fields, by id, in Jira\'s own form, such as {"duedate": "2026-12-01"}.'),
]
Text = Annotated[str, Field(description="Markdown.")]

#: What an `Issue` has of its own; more is asked for by name.
USUAL = [
    "summary", "description", "status", "issuetype", "priority", "project", "labels", "assignee", "reporter",
    "created", "updated",
]  # fmt: skip


def _markdown(value: Any) -> Any:
    """A document as Markdown; webhooks have text instead."""
    return adf.to_markdown(value) if isinstance(value, Mapping) else value


#: A document of Jira's, as Markdown.
Document = Annotated[str | None, BeforeValidator(_markdown)]


def _name(value: Any) -> Any:
    """The name of a status, a priority and the like."""
    return value.get("name") if isinstance(value, Mapping) else value


Named = Annotated[str | None, BeforeValidator(_name)]


class Person(Model):
    """An account."""

    accountId: str | None = None  # noqa: N815 - Jira's word
    accountType: str = Field("", description="app for an app's own account.")  # noqa: N815 - Jira's word
    displayName: str = ""  # noqa: N815 - Jira's word
    emailAddress: str | None = None  # noqa: N815 - Jira's word


class Project(Model):
    """A project."""

    id: str
    key: str
    name: str = ""


class Issue(Model):
    """An issue. All fields that were asked for stand in `fields`, as Jira has them; the usual ones have a name here."""

    id: str
    key: str
    fields: dict[str, Any] = Field(default_factory=dict)
    properties: dict[str, Any] = Field(default_factory=dict)
    summary: str | None = None
    description: Document = None
    status: Named = None
    issuetype: Named = None
    priority: Named = None
    project: Project | None = None
    labels: tuple[str, ...] = ()
    assignee: Person | None = None
    reporter: Person | None = None
    created: datetime | None = None
    updated: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def _lifted(cls, data: Any) -> Any:
        """Jira keeps everything one level deeper."""
        fields = data.get("fields") if isinstance(data, Mapping) else None
        if not isinstance(fields, Mapping):
            return data
        return {**{name: fields[name] for name in USUAL if fields.get(name) is not None}, **data}


class NewIssue(Model):
    """An issue that was just created."""

    id: str
    key: str


class Comment(Model):
    """A comment, in Markdown."""

    id: str
    body: Document = None
    author: Person | None = None
    created: datetime | None = None
    updated: datetime | None = None
    visibility: dict[str, Any] | None = Field(None, description="The role or group that alone may read it.")
    jsdPublic: bool = Field(default=True, description="False for an internal one of a service project.")  # noqa: N815 - as above

    @property
    def restricted(self) -> bool:
        """Whether some who may see the issue may not read it."""
        return bool(self.visibility) or not self.jsdPublic


class Status(Model):
    """Where an issue can stand."""

    id: str
    name: str


class Transition(Model):
    """A step that an issue can take, and the status that it leads to."""

    id: str
    name: str
    to: Status


class Attachment(Model):
    """A file of an issue."""

    id: Annotated[str, Field(coerce_numbers_to_str=True)]
    filename: str
    size: int = Field(0, description="In bytes.")
    mimeType: str = ""  # noqa: N815 - Jira's word
    author: Person | None = None
    created: datetime | int | None = None
