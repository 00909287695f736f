"""What GitBook's API tells us, and what it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from tieline import Input, Model

OrganizationId = Annotated[str, Field(description="The organization's id; `list_organizations` shows it.")]
SpaceId = Annotated[str, Field(description="The space's id: it stands in its address, behind /s/.")]
PageId = Annotated[str, Field(description="The page's id; `list_pages` shows it.")]
ChangeRequestId = Annotated[str, Field(description="The change request's id, or its number in the space.")]
InChangeRequest = Annotated[
    str | None, Field(description="As it is in this change request, instead of what readers see.")
]
Query = Annotated[str, Field(min_length=1, max_length=512)]
Limit = Annotated[int, Field(gt=0)]
Status = Literal["draft", "open", "archived", "merged"]

#: Most items of a page that GitBook gives out.
PAGE = 1000
#: Most changes of one request, https://gitbook.com/docs/developers/gitbook-api/api-reference/change-requests/change-request-content
MOST_CHANGES = 50
LONGEST_SUBJECT = 100


class User(Model):
    """Somebody with an account."""

    id: str
    name: str = Field("", alias="displayName")
    email: str | None = None


class Organization(Model):
    """An organization."""

    id: str
    title: str = ""


class Space(Model):
    """A space: pages that belong together, with one history."""

    id: str
    title: str = ""
    organization: str = ""
    visibility: str = ""
    urls: dict[str, Any] = Field(default_factory=dict)


class Page(Model):
    """A page, a group of pages or a link."""

    id: str
    title: str = ""
    type: str = Field("", description="document, group, link or computed.")
    slug: str = ""
    path: str = Field("", description="Where it is in the space, in slashes.")
    description: str = ""
    updated_at: datetime | None = Field(None, alias="updatedAt")
    markdown: str = Field("", description="Only from `get_page` and `find_page`.")
    urls: dict[str, Any] = Field(default_factory=dict)
    pages: tuple[Page, ...] = Field((), description="Those below it.")

    @property
    def link(self) -> str:
        """Where people edit it."""
        return str(self.urls.get("app") or "")


class FoundPage(Model):
    """A page that a search found."""

    id: str
    title: str = ""
    description: str = ""
    path: str = ""
    score: float = 0
    urls: dict[str, Any] = Field(default_factory=dict)


class FoundSpace(Model):
    """A space in which a search found pages."""

    id: str
    title: str = ""
    pages: tuple[FoundPage, ...] = ()


class ChangeRequest(Model):
    """A change request: a draft of the whole space, as a branch is."""

    id: str
    number: int
    status: Status
    subject: str = ""
    space: str = ""
    revision: str = ""
    outdated: bool = Field(default=False, description="The space has moved on since.")
    updated_at: datetime | None = Field(None, alias="updatedAt")
    urls: dict[str, Any] = Field(default_factory=dict)

    @property
    def link(self) -> str:
        """Where people review it."""
        return str(self.urls.get("app") or "")


class Joined(Model):
    """What came of bringing two states of a space together."""

    revision: str
    result: Literal["merge", "update", "conflicts"]


class ChangedPage(Model):
    """A page that was made or changed."""

    id: str
    path: str = ""


class Change(Model):
    """What one change has done."""

    object: str = Field(description="Such as created_page or updated_page.")
    page: ChangedPage | None = None


class Changed(Model):
    """A change request after its content was changed."""

    change_request: ChangeRequest = Field(alias="changeRequest")
    changes: tuple[Change, ...] = ()


class InsertPage(Input):
    """Make a page."""

    operation: Literal["insert_page"] = "insert_page"
    title: str = Field(min_length=1)
    slug: str | None = Field(None, max_length=100, description="Its part of the address; by default of the title.")
    description: str | None = None
    markdown: str = ""
    into: PageId | None = Field(None, description="The page above; without it the page is at the root.")
    at: int | None = Field(None, ge=0, description="Its place among its siblings, from zero; by default the last.")


class UpdatePage(Input):
    """Change a page; what is left out stays as it is."""

    operation: Literal["update_page"] = "update_page"
    page: PageId
    title: str | None = Field(None, min_length=1)
    slug: str | None = Field(None, max_length=100)
    description: str | None = None
    markdown: str | None = Field(None, description="The whole text of the page.")
    into: PageId | None = Field(None, description="Move it below this page.")
    at: int | None = Field(None, ge=0)


class DeletePage(Input):
    """Delete a page."""

    operation: Literal["delete_page"] = "delete_page"
    page: PageId


PageChange = Annotated[InsertPage | UpdatePage | DeletePage, Field(discriminator="operation")]
