"""What Zendesk's API tells us, and what it is told."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from tieline import Input, Model

TicketId = Annotated[int, Field(description="The number shown as #123.", gt=0)]
Tags = Annotated[list[str], Field(description="All tags that the ticket shall have; others are taken away.")]
CustomFields = Annotated[dict[int, Any], Field(description="Values of the account's own fields, by the field's id.")]
Limit = Annotated[int, Field(gt=0)]
Stamp = Annotated[
    datetime, Field(description="The ticket's updated_at as you know it: if it has changed since, nothing is written.")
]

Status = Literal["new", "open", "pending", "hold", "solved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]
Type = Literal["problem", "incident", "question", "task"]
Clearable = Literal["external_id", "priority", "type", "group_id", "assignee_id"]


class CustomValue(Model):
    """What a ticket holds in a field of the account's own."""

    id: int
    value: Any = None


class Ticket(Model):
    """A ticket; `description` is its first comment."""

    id: int
    external_id: str | None = None
    subject: str | None = None
    description: str | None = None
    status: str
    priority: Priority | None = None
    type: str | None = None
    tags: tuple[str, ...] = ()
    requester_id: int | None = None
    assignee_id: int | None = None
    group_id: int | None = None
    organization_id: int | None = None
    custom_fields: tuple[CustomValue, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None


class DeletedTicket(Model):
    """A ticket that was thrown away; for thirty days it can be taken back."""

    id: int
    deleted_at: datetime
    previous_state: str | None = None


class Option(Model):
    """What can be chosen in a field: people see the name, and a ticket holds the value."""

    name: str
    value: str


class TicketField(Model):
    """A field of tickets, Zendesk's own or the account's."""

    id: int
    title: str
    type: str
    active: bool = True
    removable: bool = Field(default=True, description="False for one of Zendesk's own.")
    custom_field_options: tuple[Option, ...] | None = None


class NewTicket(Input):
    """A ticket to open."""

    subject: str
    body: str
    public: bool = True
    requester_email: str | None = None
    requester_name: str | None = None
    priority: Priority | None = None
    status: Status | None = None
    type: Type | None = None
    group_id: int | None = None
    assignee_id: int | None = None
    tags: tuple[str, ...] | None = None
    custom_fields: CustomFields | None = None
    uploads: tuple[str, ...] | None = None
    external_id: str | None = None


class TicketChange(Input):
    """What shall change about one ticket; what is left out stays as it is."""

    id: TicketId
    external_id: str | None = None
    subject: str | None = None
    status: Status | None = None
    priority: Priority | None = None
    type: Type | None = None
    group_id: int | None = None
    assignee_id: int | None = None
    requester_id: int | None = None
    tags: tuple[str, ...] | None = None
    additional_tags: tuple[str, ...] | None = None
    remove_tags: tuple[str, ...] | None = None
    custom_fields: CustomFields | None = None
    clear: tuple[Clearable, ...] = Field((), description="What shall be blank.")
    comment: str | None = None
    public: bool = False
    updated_stamp: Stamp | None = None


class Comment(Model):
    """A comment on a ticket; one that is not public is an internal note."""

    id: int
    plain_body: str = ""
    public: bool = True
    author_id: int | None = None
    created_at: datetime | None = None
    via: dict[str, Any] | None = Field(None, description="How it came in; `channel` is rule for a trigger's.")


class Macro(Model):
    """A macro."""

    id: int
    title: str
    description: str | None = None
    active: bool = True


class User(Model):
    """An end user, agent or admin."""

    id: int | None
    name: str = ""
    email: str | None = None
    role: str | None = None
    organization_id: int | None = None


class Organization(Model):
    """An organization that users belong to."""

    id: int
    name: str
    domain_names: tuple[str, ...] = ()


class Group(Model):
    """A team of agents."""

    id: int
    name: str


class Upload(Model):
    """A file that a comment may bring along, by its token, for an hour."""

    token: str


class Outcome(Model):
    """What a job did with one item: `index` is its place in the list that was given."""

    index: int
    id: int | None = None
    success: bool
    error: str = ""
    details: str = ""


class Result(Model):
    """What Zendesk says about one item of a job."""

    index: int | None = None
    id: int | None = None
    success: bool = True
    error: str | None = None
    details: str | None = None


class Job(Model):
    """Work that Zendesk does in the background."""

    id: str
    status: str
    message: str | None = None
    results: tuple[Result, ...] | dict[str, Any] | None = None

    @property
    def ended(self) -> bool:
        """Whether it is over, well or not."""
        return self.status in {"completed", "failed", "killed"}


#: What a macro can change, https://developer.zendesk.com/documentation/ticketing/reference-guides/actions-reference/
_BY_MACRO = {"subject", "status", "custom_status_id", "priority", "type", "group_id", "assignee_id", "tags"}
_BY_MACRO |= {"collaborator_ids", "ticket_form_id", "brand_id"}


class Preview(Model):
    """A ticket as it would be after a macro."""

    updated_at: datetime | None = None
    comment: dict[str, Any] | None = None
    fields: list[dict[str, Any]] | dict[str, Any] | None = None

    def changes(self) -> dict[str, Any]:
        """What there is to write."""
        said = {name: value for name, value in (self.model_extra or {}).items() if name in _BY_MACRO}
        comment = {k: v for k, v in (self.comment or {}).items() if k in {"body", "html_body", "public"}}
        listed = [self.fields] if isinstance(self.fields, dict) else self.fields or []
        said["custom_fields"] = [field for field in listed if field.get("value") is not None] or None
        said["comment"] = comment if comment.get("body") or comment.get("html_body") else None
        return {name: value for name, value in said.items() if value is not None}


def new(ticket: NewTicket) -> dict[str, Any]:
    """A ticket to open, as Zendesk takes it."""
    requester = {"name": ticket.requester_name, "email": ticket.requester_email}
    comment = {"body": ticket.body, "public": ticket.public, "uploads": ticket.uploads}
    other = {"body", "public", "uploads", "requester_name", "requester_email", "custom_fields"}
    return {
        **ticket.model_dump(exclude=other, exclude_none=True),
        "comment": comment,
        "requester": requester if ticket.requester_email else None,
        "custom_fields": custom(ticket.custom_fields),
    }


def change(ticket: TicketChange) -> dict[str, Any]:
    """What shall change about a ticket, as Zendesk takes it: null makes blank."""
    said = {
        **ticket.model_dump(mode="json", exclude={"clear", "comment", "public", "custom_fields"}, exclude_none=True),
        **({"comment": {"body": ticket.comment, "public": ticket.public}} if ticket.comment else {}),
        **({"custom_fields": custom(ticket.custom_fields)} if ticket.custom_fields else {}),
        **({"safe_update": True} if ticket.updated_stamp else {}),
    }
    return {**said, **dict.fromkeys(ticket.clear)}


def custom(fields: dict[int, Any] | None) -> list[dict[str, Any]] | None:
    """The account's own fields, as Zendesk takes them."""
    return [{"id": number, "value": value} for number, value in fields.items()] if fields else None
